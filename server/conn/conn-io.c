/* conn-io.c - moving bytes: from the stream through the framer to the handler, and from the queue to the stream. */
#include "conn/conn-private.h"

#include "log/log.h"

#include <string.h>

void
kithd_conn_update_wanted (KithdConn *conn)
{
  guint wanted = 0;
  if (conn->dead)
    return;
  if (!conn->shaken)
    wanted = kith_stream_wants_read (conn->stream);
  else {
    if (conn->lingering || (conn->hold == 0 && conn->finish_by == 0 && !conn->ended))
      wanted |= kith_stream_wants_read (conn->stream);
    if (conn->blocked)
      wanted |= kith_stream_wants_write (conn->stream);
  }
  if (wanted == conn->wanted)
    return;
  conn->wanted = wanted;
  kith_poller_change (conn->conns->poller, kith_stream_socket (conn->stream), wanted);
}

static gboolean
shake_hands (KithdConn *conn)
{
  g_autoptr (GError) error = NULL;
  if (conn->conns->handshakes_left == 0)
    return FALSE; /* the poller reports it again next turn */
  if (conn->listener->tls != NULL)
    conn->conns->handshakes_left--;
  switch (kith_stream_handshake (conn->stream, &error)) {
  case KITH_IO_OK:
    conn->shaken = TRUE;
    return TRUE;
  case KITH_IO_AGAIN:
    return FALSE;
  default:
    kithd_log (G_LOG_LEVEL_INFO, "handshake-failed", conn->id, "host", conn->host, "why", error != NULL ? error->message : "cut", NULL);
    kithd_conn_mark_dead (conn, "handshake failed");
    return FALSE;
  }
}

static gboolean
may_read (const KithdConn *conn)
{
  return conn->hold == 0 && conn->finish_by == 0 && !conn->ended && !conn->dead;
}

static void
handle_parked (KithdConn *conn)
{
  g_autofree char *frame = g_steal_pointer (&conn->parked);
  conn->conns->handlers->frame (conn->conns->data, conn, frame, conn->parked_length);
}

/* Hands over complete frames; returns how many are left of budget: none when the turn has served for long enough. */
static guint
handle_frames (KithdConn *conn, guint budget)
{
  if (conn->parked != NULL && may_read (conn))
    handle_parked (conn);
  while (budget > 0 && may_read (conn)) {
    const char *frame;
    gsize length;
    KithFrameStatus status = kith_framer_next (&conn->framer, &frame, &length);
    if (status == KITH_FRAME_NONE)
      break;
    if (status == KITH_FRAME_TOO_LONG) {
      g_autoptr (GError) error = g_error_new (KITH_ERROR, KITH_ERROR_BAD_FRAME, "A frame is longer than %d bytes.", KITH_FRAME_TO_SERVER);
      kithd_conn_refuse (conn, error);
      break;
    }
    conn->conns->handlers->frame (conn->conns->data, conn, frame, length);
    budget = g_get_monotonic_time () < conn->conns->serve_until ? budget - 1 : 0;
  }
  return budget;
}

/* FALSE: nothing more can be read now. A receive that did not fill the chunk took all there was; the poller tells of what comes later. */
static gboolean
read_chunk (KithdConn *conn)
{
  static char chunk[READ_CHUNK];
  g_autoptr (GError) error = NULL;
  gsize got = 0;
  switch (kith_stream_read (conn->stream, chunk, sizeof chunk, &got, &error)) {
  case KITH_IO_OK:
    conn->life = conn->conns->now;
    conn->pinged = FALSE;
    kith_framer_push (&conn->framer, chunk, got);
    return got == sizeof chunk || kith_stream_pending (conn->stream) > 0;
  case KITH_IO_AGAIN:
    return FALSE;
  case KITH_IO_END: /* it may still read the answers that it waits for */
    conn->peer_ended = TRUE;
    kithd_conn_end (conn);
    return FALSE;
  default:
    kithd_conn_mark_dead (conn, "cut");
    return FALSE;
  }
}

/* Everything is written. Closing at once with input unread would make the kernel throw the last frames away: say goodbye and wait, a
 * little, for the other side to do the same. */
static void
linger (KithdConn *conn)
{
  if (conn->peer_ended) {
    kithd_conn_mark_dead (conn, "finished");
    return;
  }
  if (conn->lingering)
    return;
  conn->lingering = TRUE;
  conn->finish_by = conn->conns->now + LINGER_SECONDS * G_USEC_PER_SEC;
  kith_stream_close (conn->stream);
}

static void
discard_input (KithdConn *conn)
{
  static char chunk[READ_CHUNK];
  gsize got = 0, total = 0;
  KithIo status = KITH_IO_OK;
  while (status == KITH_IO_OK && total < WRITE_PER_TURN) {
    status = kith_stream_read (conn->stream, chunk, sizeof chunk, &got, NULL);
    total += got;
  }
  if (status == KITH_IO_END || status == KITH_IO_ERROR)
    kithd_conn_mark_dead (conn, "finished");
  else if (status == KITH_IO_OK)
    kithd_conn_mark_busy (conn);
}

static void
refuse_surplus (KithdConn *conn)
{
  g_autoptr (GError) error = g_error_new_literal (KITH_ERROR, KITH_ERROR_LIMIT, g_steal_pointer (&conn->surplus_reason));
  kithd_conn_refuse (conn, error);
}

void
kithd_conn_serve (KithdConn *conn)
{
  if (!conn->shaken && !shake_hands (conn)) {
    kithd_conn_update_wanted (conn);
    return;
  }
  if (conn->lingering) {
    discard_input (conn);
    return;
  }
  if (conn->surplus_reason != NULL)
    refuse_surplus (conn);
  guint budget = handle_frames (conn, FRAMES_PER_TURN);
  gboolean more = TRUE;
  while (more && budget > 0 && may_read (conn)) {
    more = read_chunk (conn);
    budget = handle_frames (conn, budget);
  }
  if (may_read (conn) && (kith_framer_has_frame (&conn->framer) || kith_stream_pending (conn->stream) > 0))
    kithd_conn_mark_busy (conn);
  kithd_conn_update_wanted (conn);
}

/* What is queued, from the first unwritten byte on, as one piece: in place where it is one frame, else copied into chunk. */
static const char *
gather (const KithdConn *conn, char *chunk, gsize size, gsize *gathered)
{
  gsize filled = 0, skip = conn->out_offset;
  if (conn->out.count == 1) {
    const KithdFrame *only = kithd_frames_at (&conn->out, 0);
    *gathered = MIN (only->length - skip, size);
    return only->text + skip;
  }
  for (guint i = 0; i < conn->out.count && filled < size; i++) {
    const KithdFrame *frame = kithd_frames_at (&conn->out, i);
    gsize part = MIN (frame->length - skip, size - filled);
    memcpy (chunk + filled, frame->text + skip, part);
    filled += part;
    skip = 0;
  }
  *gathered = filled;
  return chunk;
}

static void
consume (KithdConn *conn, gsize sent)
{
  conn->queued -= sent;
  conn->conns->queued -= sent;
  sent += conn->out_offset;
  while (conn->out.count > 0 && sent >= kithd_frames_at (&conn->out, 0)->length) {
    sent -= kithd_frames_at (&conn->out, 0)->length;
    kithd_frames_drop (&conn->out);
  }
  conn->out_offset = sent;
}

/* FALSE: the stream takes no more for now, or is gone. */
static gboolean
write_chunk (KithdConn *conn, gsize *written)
{
  static char chunk[WRITE_CHUNK];
  g_autoptr (GError) error = NULL;
  gsize length, sent = 0;
  const char *data = gather (conn, chunk, sizeof chunk, &length);
  KithIo status = kith_stream_write (conn->stream, data, length, &sent, &error);
  if (status == KITH_IO_OK) {
    if (conn->blocked)
      conn->life = conn->conns->now; /* it took something after it had taken nothing: it is there */
    conn->blocked = FALSE;
    consume (conn, sent);
    *written += sent;
    return TRUE;
  }
  if (status == KITH_IO_AGAIN)
    conn->blocked = TRUE;
  else
    kithd_conn_mark_dead (conn, "cut");
  return FALSE;
}

void
kithd_conn_flush_out (KithdConn *conn)
{
  gsize written = 0;
  if (!conn->shaken)
    return;
  while (conn->out.count > 0 && written < WRITE_PER_TURN)
    if (!write_chunk (conn, &written))
      break;
  if (conn->dead)
    return;
  if (conn->out.count > 0)
    conn->blocked = TRUE; /* ask to be told when there is room, also after the fairness cap */
  else if (conn->finish_by != 0)
    linger (conn);
  else if (conn->behind != NULL)
    conn->conns->handlers->drained (conn->conns->data, conn);
  if (conn->queued <= kithd_conn_patience (conn) / 2)
    kithd_conn_release (conn, KITHD_HOLD_QUEUE);
  kithd_conn_update_wanted (conn);
}
