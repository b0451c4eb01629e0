/* stream-socket.c - the stream at the bottom: a socket as it is. */
#include "net/poller.h"
#include "net/stream-private.h"

typedef struct {
  KithStream stream;
  KithSocket socket;
  gboolean connected;
} SocketStream;

static SocketStream *
self_of (const KithStream *stream)
{
  return (SocketStream *) stream;
}

static KithIo
socket_handshake (KithStream *stream, GError **error)
{
  SocketStream *self = self_of (stream);

  if (self->connected)
    return KITH_IO_OK;

  KithIo status = kith_socket_connected (self->socket, error);
  self->connected = status == KITH_IO_OK;
  return status;
}

static KithIo
socket_read (KithStream *stream, void *data, gsize size, gsize *got, GError **error)
{
  return kith_socket_receive (self_of (stream)->socket, data, size, got, error);
}

static KithIo
socket_write (KithStream *stream, const void *data, gsize size, gsize *sent, GError **error)
{
  return kith_socket_send (self_of (stream)->socket, data, size, sent, error);
}

/* A connecting socket becomes writable. */
static guint
socket_wants_read (const KithStream *stream)
{
  return self_of (stream)->connected ? KITH_POLL_READ : KITH_POLL_WRITE;
}

static guint
socket_wants_write (const KithStream *stream)
{
  return KITH_POLL_WRITE;
}

static gsize
socket_pending (const KithStream *stream)
{
  return 0;
}

static void
socket_close (KithStream *stream)
{
  kith_socket_shutdown_write (self_of (stream)->socket);
}

static void
socket_free (KithStream *stream)
{
  kith_socket_close (self_of (stream)->socket);
  g_free (stream);
}

static KithSocket
socket_socket (const KithStream *stream)
{
  return self_of (stream)->socket;
}

static const KithStreamClass socket_class = {
    .handshake = socket_handshake,
    .read = socket_read,
    .write = socket_write,
    .wants_read = socket_wants_read,
    .wants_write = socket_wants_write,
    .pending = socket_pending,
    .close = socket_close,
    .free = socket_free,
    .socket = socket_socket,
};

KithStream *
kith_stream_socket_new (KithSocket socket)
{
  SocketStream *self = g_new0 (SocketStream, 1);

  self->stream.klass = &socket_class;
  self->socket = socket;
  return &self->stream;
}
