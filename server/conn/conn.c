/* conn.c - what handlers do to a connection: queue, hold, sign in, finish. Nothing here touches a socket. */
#include "conn/conn-private.h"

#include "log/log.h"
#include "metrics/metrics.h"

void
kithd_conn_mark_busy (KithdConn *conn)
{
  if (conn->in_busy)
    return;
  conn->in_busy = TRUE;
  g_array_append_val (conn->conns->busy, conn->id);
}

void
kithd_conn_mark_flush (KithdConn *conn)
{
  if (conn->in_flush)
    return;
  conn->in_flush = TRUE;
  g_ptr_array_add (conn->conns->to_flush, conn);
}

void
kithd_conn_mark_dead (KithdConn *conn, const char *why)
{
  if (conn->dead)
    return;
  conn->dead = TRUE;
  g_array_append_val (conn->conns->to_reap, conn->id);
  kithd_log (G_LOG_LEVEL_DEBUG, "closed", conn->id, "host", conn->host, "why", why, NULL);
}

guint64
kithd_conn_id (const KithdConn *conn)
{
  return conn->id;
}

guint
kithd_conn_phase (const KithdConn *conn)
{
  return conn->finish_by != 0 ? KITH_PHASE_CLOSING : conn->phase;
}

gint64
kithd_conn_account (const KithdConn *conn)
{
  return conn->account;
}

gint64
kithd_conn_device (const KithdConn *conn)
{
  return conn->device;
}

const char *
kithd_conn_group (const KithdConn *conn)
{
  return conn->group;
}

const char *
kithd_conn_host (const KithdConn *conn)
{
  return conn->host;
}

guint16
kithd_conn_port (const KithdConn *conn)
{
  return conn->listener->token == NULL ? kith_address_port (&conn->listener->address) : 0;
}

gboolean
kithd_conn_can_export (const KithdConn *conn)
{
  return kith_tls_can_export (conn->stream);
}

gboolean
kithd_conn_export (KithdConn *conn, const char *label, guint8 *out, gsize size)
{
  return kith_tls_export (conn->stream, label, out, size);
}

void
kithd_conn_greet (KithdConn *conn)
{
  conn->phase = KITH_PHASE_OPEN | (conn->listener->admin ? KITH_PHASE_ADMIN : 0);
}

gboolean
kithd_conn_sign_in (KithdConn *conn, gint64 account, gint64 device)
{
  KithdConns *conns = conn->conns;
  GPtrArray *siblings = g_hash_table_lookup (conns->by_account, &account);
  if (siblings != NULL && siblings->len >= conns->settings->connections_per_account)
    return FALSE;
  if (siblings == NULL) {
    siblings = g_ptr_array_new ();
    g_hash_table_insert (conns->by_account, g_memdup2 (&account, sizeof account), siblings);
  }
  g_ptr_array_add (siblings, conn);
  conns->generation++;
  conn->account = account;
  conn->device = device;
  conn->phase = KITH_PHASE_SIGNED | (conn->phase & KITH_PHASE_ADMIN);
  kithd_conn_leave_strangers (conn);
  return TRUE;
}

void
kithd_conn_set_writer (KithdConn *conn)
{
  conn->writer = TRUE;
  if (conn->conns->writers_held)
    kithd_conn_hold (conn, KITHD_HOLD_STORE);
}

void
kithd_conn_hold (KithdConn *conn, guint reason)
{
  conn->hold |= reason;
  kithd_conn_update_wanted (conn);
}

void
kithd_conn_release (KithdConn *conn, guint reason)
{
  if (!(conn->hold & reason))
    return;
  conn->hold &= ~reason;
  if (conn->hold == 0) {
    kithd_conn_mark_busy (conn);
    kithd_conn_update_wanted (conn);
  }
}

void
kithd_conn_park (KithdConn *conn, const char *frame, gsize length)
{
  g_free (conn->parked);
  conn->parked = g_strndup (frame, length);
  conn->parked_length = length;
  kithd_conn_hold (conn, KITHD_HOLD_BARRIER);
}

void
kithd_conn_work_began (KithdConn *conn, gboolean heavy)
{
  conn->work++;
  conn->heavy += heavy ? 1 : 0;
  if (conn->work >= WORK_MAX || conn->heavy >= HEAVY_MAX)
    kithd_conn_hold (conn, KITHD_HOLD_WORK);
}

void
kithd_conn_work_ended (KithdConn *conn, gboolean heavy)
{
  conn->work--;
  conn->heavy -= heavy ? 1 : 0;
  if (conn->work < WORK_MAX && conn->heavy < HEAVY_MAX)
    kithd_conn_release (conn, KITHD_HOLD_WORK);
  if (conn->work == 0 && conn->ended)
    kithd_conn_finish (conn, NULL);
}

/* Bytes that may wait for it before nothing more is read from it: a few when all queues together are half full, for what waits then waits
 * mostly for those who do not read. */
gsize
kithd_conn_patience (const KithdConn *conn)
{
  const KithdSettings *settings = conn->conns->settings;
  gboolean crowded = conn->conns->queued > (gsize) settings->outbound_total / 2;
  return crowded ? CROWDED_QUEUE : (gsize) settings->outbound_queue / 2;
}

static void
queue_frame (KithdConn *conn, KithdFrame *frame)
{
  kithd_frames_push (&conn->out, frame);
  conn->queued += frame->length;
  conn->conns->queued += frame->length;
  if (conn->queued > kithd_conn_patience (conn))
    kithd_conn_hold (conn, KITHD_HOLD_QUEUE);
  kithd_conn_mark_flush (conn);
}

void
kithd_conn_answer (KithdConn *conn, KithdFrame *frame)
{
  if (!conn->dead && conn->finish_by == 0)
    queue_frame (conn, frame);
}

gboolean
kithd_conn_is_crowded_out (const KithdConn *conn, gsize size)
{
  return conn->conns->queued + size > (gsize) conn->conns->settings->outbound_total && conn->queued > 0;
}

/* Whether a push of this size must be left out now. */
static gboolean
is_full (const KithdConn *conn, const KithdFrame *frame)
{
  return conn->behind != NULL || conn->queued + frame->length > (gsize) conn->conns->settings->outbound_queue ||
         kithd_conn_is_crowded_out (conn, frame->length);
}

static GHashTable *
fall_behind (KithdConn *conn)
{
  if (conn->behind == NULL)
    conn->behind = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  return conn->behind;
}

gboolean
kithd_conn_push_event (KithdConn *conn, KithdFrame *frame, gint64 conversation, gint64 seq)
{
  if (conn->dead || conn->finish_by != 0)
    return FALSE;
  gboolean full = is_full (conn, frame);
  if (!full)
    queue_frame (conn, frame);
  else
    g_hash_table_replace (fall_behind (conn), g_memdup2 (&conversation, sizeof conversation), g_memdup2 (&seq, sizeof seq));
  return !full;
}

void
kithd_conn_push_state (KithdConn *conn, KithdFrame *frame)
{
  if (conn->dead || conn->finish_by != 0)
    return;
  if (!is_full (conn, frame))
    queue_frame (conn, frame);
  else
    fall_behind (conn);
}

gboolean
kithd_conn_push_fleeting (KithdConn *conn, KithdFrame *frame)
{
  if (conn->dead || conn->finish_by != 0 || is_full (conn, frame))
    return FALSE;
  queue_frame (conn, frame);
  return TRUE;
}

GHashTable *
kithd_conn_take_behind (KithdConn *conn)
{
  return g_steal_pointer (&conn->behind);
}

void
kithd_conn_finish (KithdConn *conn, KithdFrame *last)
{
  if (conn->dead || conn->finish_by != 0)
    return;
  if (last != NULL)
    queue_frame (conn, last);
  conn->finish_by = conn->conns->now + FINISH_SECONDS * G_USEC_PER_SEC;
  g_clear_pointer (&conn->behind, g_hash_table_unref);
  kithd_conn_update_wanted (conn);
  kithd_conn_mark_flush (conn);
}

void
kithd_conn_end (KithdConn *conn)
{
  conn->ended = TRUE;
  if (conn->work == 0)
    kithd_conn_finish (conn, NULL);
  kithd_conn_update_wanted (conn);
}

void
kithd_conn_refuse (KithdConn *conn, const GError *why)
{
  g_autoptr (KithdFrame) frame = kithd_frame_take_bytes (kith_frame_error (FALSE, 0, why, 0));
  kithd_count_refusal (why);
  kithd_conn_finish (conn, frame);
}

