/* conns.c - the table of connections, the steps of a turn over it, and the only place that frees one. */
#include "conn/conn-private.h"

#include "log/log.h"

static void
free_conn (gpointer data)
{
  KithdConn *conn = data;
  kith_framer_clear (&conn->framer);
  kithd_frames_clear (&conn->out);
  g_clear_pointer (&conn->behind, g_hash_table_unref);
  kith_stream_free (conn->stream);
  g_free (conn->parked);
  g_free (conn->host);
  g_free (conn->group);
  g_free (conn);
}

static void
free_listener (gpointer data)
{
  KithdListener *listener = data;
  kith_socket_close (listener->socket);
  g_free (listener->token);
  g_free (listener);
}

KithdConns *
kithd_conns_new (KithPoller *poller, const KithdSettings *settings, const KithdConnHandlers *handlers, gpointer data)
{
  KithdConns *conns = g_new0 (KithdConns, 1);
  conns->poller = poller;
  conns->settings = settings;
  conns->handlers = handlers;
  conns->data = data;
  conns->next_id = FIRST_CONNECTION_TOKEN;
  conns->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_conn);
  conns->by_account = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  conns->strangers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  conns->listeners = g_ptr_array_new_with_free_func (free_listener);
  conns->busy = g_array_new (FALSE, FALSE, sizeof (guint64));
  conns->to_flush = g_ptr_array_new ();
  conns->flushing = g_ptr_array_new ();
  conns->to_reap = g_array_new (FALSE, FALSE, sizeof (guint64));
  conns->reserve = kith_socket_reserve ();
  return conns;
}

void
kithd_conns_free (KithdConns *conns)
{
  if (conns == NULL)
    return;
  g_hash_table_unref (conns->by_account);
  g_hash_table_unref (conns->by_id);
  g_hash_table_unref (conns->strangers);
  g_ptr_array_unref (conns->listeners);
  g_array_unref (conns->busy);
  g_ptr_array_unref (conns->to_flush);
  g_ptr_array_unref (conns->flushing);
  g_array_unref (conns->to_reap);
  kith_socket_close (conns->reserve);
  g_free (conns);
}

void
kithd_conns_begin_turn (KithdConns *conns, gint64 now_us)
{
  conns->now = now_us;
  conns->handshakes_left = (guint) conns->settings->handshakes_per_turn;
  conns->serve_until = now_us + SERVE_US;
}

gboolean
kithd_conns_on_ready (KithdConns *conns, const KithReady *ready)
{
  if (ready->token < FIRST_LISTENER_TOKEN)
    return FALSE;
  if (ready->token < FIRST_CONNECTION_TOKEN) {
    guint index = (guint) (ready->token - FIRST_LISTENER_TOKEN);
    if (index < conns->listeners->len)
      kithd_listener_accept (conns, conns->listeners->pdata[index]);
    return TRUE;
  }
  KithdConn *conn = kithd_conns_find (conns, ready->token);
  if (conn == NULL || conn->dead)
    return TRUE;
  if (ready->events & KITH_POLL_WRITE && conn->shaken)
    kithd_conn_mark_flush (conn);
  gboolean reads = conn->wanted & KITH_POLL_READ || !conn->shaken;
  if (ready->events & KITH_POLL_ERROR && !reads)
    kithd_conn_mark_dead (conn, "cut");
  else if (ready->events & (KITH_POLL_READ | KITH_POLL_ERROR) || !conn->shaken)
    kithd_conn_serve (conn);
  return TRUE;
}

/* Takes the list, so that what is added meanwhile waits for the next turn. */
static GArray *
steal_ids (GArray **list)
{
  GArray *ids = *list;
  *list = g_array_new (FALSE, FALSE, sizeof (guint64));
  return ids;
}

void
kithd_conns_serve_busy (KithdConns *conns)
{
  if (conns->busy->len == 0)
    return;
  g_autoptr (GArray) ids = steal_ids (&conns->busy);
  for (guint i = 0; i < ids->len; i++) {
    KithdConn *conn = kithd_conns_find (conns, g_array_index (ids, guint64, i));
    if (conn == NULL)
      continue;
    conn->in_busy = FALSE;
    if (!conn->dead)
      kithd_conn_serve (conn);
  }
}

gboolean
kithd_conns_has_busy (const KithdConns *conns)
{
  return conns->busy->len > 0;
}

void
kithd_conns_flush (KithdConns *conns)
{
  /* Draining may queue a frame that says what was left out: a second round writes it in the same turn. */
  for (guint round = 0; round < 2 && conns->to_flush->len > 0; round++) {
    GPtrArray *flushing = conns->to_flush;
    conns->to_flush = conns->flushing;
    conns->flushing = flushing;
    for (guint i = 0; i < flushing->len; i++) {
      KithdConn *conn = flushing->pdata[i];
      conn->in_flush = FALSE;
      if (!conn->dead)
        kithd_conn_flush_out (conn);
    }
    g_ptr_array_set_size (flushing, 0);
  }
}

static void
leave_account (KithdConn *conn)
{
  GPtrArray *siblings = g_hash_table_lookup (conn->conns->by_account, &conn->account);
  if (siblings == NULL)
    return;
  g_ptr_array_remove_fast (siblings, conn);
  conn->conns->generation++;
  if (siblings->len == 0)
    g_hash_table_remove (conn->conns->by_account, &conn->account);
}

static void
count_less (GHashTable *strangers, const char *key)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (strangers, key));
  if (count > 1)
    g_hash_table_insert (strangers, g_strdup (key), GUINT_TO_POINTER (count - 1));
  else
    g_hash_table_remove (strangers, key);
}

void
kithd_conn_leave_strangers (KithdConn *conn)
{
  if (!conn->counted)
    return;
  conn->counted = FALSE;
  count_less (conn->conns->strangers, conn->host);
  if (!g_str_equal (conn->host, conn->group))
    count_less (conn->conns->strangers, conn->group);
}

static void
reap_one (KithdConns *conns, KithdConn *conn)
{
  if (conn->account != 0) {
    conns->handlers->closed (conns->data, conn);
    leave_account (conn);
  }
  if (conn->in_flush)
    g_ptr_array_remove_fast (conns->to_flush, conn);
  kithd_conn_leave_strangers (conn);
  if (conn->surplus)
    conns->surplus--;
  conns->queued -= conn->queued;
  kith_poller_remove (conns->poller, kith_stream_socket (conn->stream));
  kith_stream_close (conn->stream);
  gboolean on_reserve = conn->on_reserve;
  g_hash_table_remove (conns->by_id, &conn->id);
  if (on_reserve) {
    conns->reserve = kith_socket_reserve ();
    kithd_listeners_resume (conns);
  }
}

void
kithd_conns_reap (KithdConns *conns)
{
  for (guint i = 0; i < conns->to_reap->len; i++) {
    KithdConn *conn = kithd_conns_find (conns, g_array_index (conns->to_reap, guint64, i));
    if (conn != NULL)
      reap_one (conns, conn);
  }
  g_array_set_size (conns->to_reap, 0);
}

gboolean
kithd_conn_is_stranger (const KithdConn *conn)
{
  return !(conn->phase & (KITH_PHASE_SIGNED | KITH_PHASE_ADMIN));
}

static gboolean
is_late (const KithdConn *conn, gint64 since, gint64 seconds)
{
  return conn->conns->now - since > seconds * G_USEC_PER_SEC;
}

static void
refuse_late (KithdConn *conn, const char *sentence)
{
  g_autoptr (GError) error = g_error_new_literal (KITH_ERROR, KITH_ERROR_BAD_STATE, sentence);
  kithd_conn_refuse (conn, error);
}

static void
ask_for_life (KithdConn *conn)
{
  static const char ping[] = "{\"type\":\"ping\"}\n";
  g_autoptr (KithdFrame) frame = kithd_frame_new (ping, sizeof ping - 1);
  conn->pinged = TRUE;
  kithd_conn_push_fleeting (conn, frame);
}

static void
tick_one (KithdConn *conn, gpointer data)
{
  const KithdSettings *settings = conn->conns->settings;
  if (conn->dead)
    return;
  if (conn->finish_by != 0 && conn->conns->now > conn->finish_by)
    kithd_conn_mark_dead (conn, "slow to go");
  else if (conn->finish_by != 0)
    return;
  else if (!conn->shaken && is_late (conn, conn->opened, settings->hello_seconds))
    kithd_conn_mark_dead (conn, "no handshake in time");
  else if (conn->phase == KITH_PHASE_FRESH && is_late (conn, conn->opened, settings->hello_seconds))
    refuse_late (conn, "No hello came in time.");
  else if (kithd_conn_is_stranger (conn) && is_late (conn, conn->opened, settings->sign_in_seconds))
    refuse_late (conn, "Nobody signed in in time.");
  else if (is_late (conn, conn->life, settings->dead_seconds))
    kithd_conn_mark_dead (conn, "silent");
  else if (!conn->pinged && is_late (conn, conn->life, settings->ping_seconds))
    ask_for_life (conn);
}

void
kithd_conns_tick (KithdConns *conns)
{
  kithd_conns_foreach (conns, tick_one, NULL);
  kithd_listeners_resume (conns);
}

KithdConn *
kithd_conns_find (const KithdConns *conns, guint64 id)
{
  return g_hash_table_lookup (conns->by_id, &id);
}

const GPtrArray *
kithd_conns_of_account (const KithdConns *conns, gint64 account)
{
  return g_hash_table_lookup (conns->by_account, &account);
}

guint
kithd_conns_generation (const KithdConns *conns)
{
  return conns->generation;
}

guint
kithd_conns_count (const KithdConns *conns)
{
  return g_hash_table_size (conns->by_id);
}

gsize
kithd_conns_queued (const KithdConns *conns)
{
  return conns->queued;
}

void
kithd_conns_foreach (KithdConns *conns, void (*func) (KithdConn *conn, gpointer data), gpointer data)
{
  GHashTableIter iter;
  gpointer conn;
  g_hash_table_iter_init (&iter, conns->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &conn))
    func (conn, data);
}

static void
hold_writer (KithdConn *conn, gpointer hold)
{
  if (!conn->writer)
    return;
  if (GPOINTER_TO_INT (hold))
    kithd_conn_hold (conn, KITHD_HOLD_STORE);
  else
    kithd_conn_release (conn, KITHD_HOLD_STORE);
}

void
kithd_conns_hold_writers (KithdConns *conns, gboolean hold)
{
  if (conns->writers_held == hold)
    return;
  conns->writers_held = hold;
  kithd_conns_foreach (conns, hold_writer, GINT_TO_POINTER (hold));
}

static void
close_one (KithdConn *conn, gpointer why)
{
  if (conn->shaken)
    kithd_conn_refuse (conn, why);
  else
    kithd_conn_mark_dead (conn, "closing");
}

void
kithd_conns_close_all (KithdConns *conns, const GError *why)
{
  kithd_conns_foreach (conns, close_one, (gpointer) why);
}

guint
kithd_conns_unsaid (const KithdConns *conns)
{
  GHashTableIter iter;
  gpointer value;
  guint count = 0;
  g_hash_table_iter_init (&iter, conns->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KithdConn *conn = value;
    count += !conn->dead && conn->out.count > 0;
  }
  return count;
}
