/* link.c - the phases of one connection, and its two buffers. */
#include "client/link.h"

#include "net/poller.h"
#include "proto/limits.h"
#include "proto/message.h"

#define READ_BYTES (16 * 1024)
#define BUFFER_KEPT (64 * 1024) /* a larger one is given back once it is empty */

void
kith_link_init (KithLink *link)
{
  *link = (KithLink){.phase = KITH_LINK_CLOSED};
  kith_framer_init (&link->framer, KITH_FRAME_TO_CLIENT);
  link->out = g_byte_array_new ();
}

void
kith_link_close (KithLink *link)
{
  g_clear_pointer (&link->connector, kith_connector_free);
  if (link->phase == KITH_LINK_UP)
    kith_stream_close (link->stream);
  g_clear_pointer (&link->stream, kith_stream_free);
  kith_framer_clear (&link->framer);
  g_byte_array_set_size (link->out, 0);
  link->out_sent = 0;
  link->untried = link->unread = FALSE;
  link->phase = KITH_LINK_CLOSED;
}

gboolean
kith_link_open (KithLink *link, const char *host, guint16 port, GError **error)
{
  link->connector = kith_connector_new (host, port, error);
  if (link->connector == NULL)
    return FALSE;
  link->phase = KITH_LINK_CONNECTING;
  return TRUE;
}

static KithIo
connect_step (KithLink *link, KithTls *tls, const char *host, gint64 now_us, GError **error)
{
  KithSocket socket = KITH_SOCKET_NONE;
  KithIo io = kith_connector_step (link->connector, now_us, &socket, error);
  if (io != KITH_IO_OK)
    return io;
  g_clear_pointer (&link->connector, kith_connector_free);
  link->stream = kith_stream_socket_new (socket);
  if (tls != NULL)
    link->stream = kith_stream_tls_new (tls, link->stream, host);
  link->phase = KITH_LINK_SECURING;
  return KITH_IO_OK;
}

KithIo
kith_link_advance (KithLink *link, KithTls *tls, const char *host, gint64 now_us, GError **error)
{
  KithIo io = link->phase == KITH_LINK_CONNECTING ? connect_step (link, tls, host, now_us, error) : KITH_IO_OK;
  if (io == KITH_IO_OK)
    io = kith_stream_handshake (link->stream, error);
  if (io != KITH_IO_OK)
    return io;
  link->phase = KITH_LINK_UP;
  link->alive_us = now_us;
  link->unread = TRUE;
  return KITH_IO_OK;
}

void
kith_link_send (KithLink *link, json_object *frame)
{
  g_autoptr (GBytes) bytes = kith_frame_encode (frame);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_byte_array_append (link->out, data, (guint) size);
  link->untried = TRUE;
}

gsize
kith_link_unsent (const KithLink *link)
{
  return link->out->len - link->out_sent;
}

static void
out_written (KithLink *link)
{
  link->out_sent = 0;
  if (link->out->len <= BUFFER_KEPT) {
    g_byte_array_set_size (link->out, 0);
    return;
  }
  g_byte_array_unref (link->out);
  link->out = g_byte_array_new ();
}

gboolean
kith_link_flush (KithLink *link, gint64 now_us, GError **error)
{
  gboolean was_blocked = !link->untried;
  while (kith_link_unsent (link) > 0) {
    gsize sent = 0;
    KithIo io = kith_stream_write (link->stream, link->out->data + link->out_sent, link->out->len - link->out_sent,
                                   &sent, error);
    if (io == KITH_IO_AGAIN)
      break;
    if (io != KITH_IO_OK)
      return FALSE;
    link->out_sent += sent;
    if (was_blocked)
      link->alive_us = now_us; /* the other side takes bytes, if slowly */
  }
  link->untried = FALSE;
  if (link->out->len > 0 && kith_link_unsent (link) == 0)
    out_written (link);
  return TRUE;
}

KithIo
kith_link_read (KithLink *link, gint64 now_us, GError **error)
{
  guint8 buffer[READ_BYTES];
  gsize got = 0;
  KithIo io = kith_stream_read (link->stream, buffer, sizeof buffer, &got, error);
  link->unread = io == KITH_IO_OK;
  if (io == KITH_IO_OK) {
    link->alive_us = now_us;
    kith_framer_push (&link->framer, buffer, got);
  } else if (io == KITH_IO_END) {
    g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_RESET, "The server closed the connection.");
  }
  return io;
}

void
kith_link_watches (KithLink *link, GArray *watches)
{
  if (link->phase == KITH_LINK_CONNECTING)
    kith_connector_watches (link->connector, watches);
  if (link->stream == NULL)
    return;
  KithWatch watch = {kith_stream_socket (link->stream), kith_stream_wants_read (link->stream)};
  if (kith_link_unsent (link) > 0)
    watch.wanted |= kith_stream_wants_write (link->stream);
  g_array_append_val (watches, watch);
}

gint64
kith_link_due (KithLink *link)
{
  if (link->phase == KITH_LINK_CONNECTING)
    return kith_connector_due (link->connector);
  if (link->phase == KITH_LINK_UP && (link->untried || link->unread || kith_stream_pending (link->stream) > 0))
    return 0;
  return G_MAXINT64;
}
