/* stream.c - calls what the implementation of a stream filled in (stream-private.h). */
#include "net/stream-private.h"

void
kith_stream_free (KithStream *stream)
{
  if (stream != NULL)
    stream->klass->free (stream);
}

KithIo
kith_stream_handshake (KithStream *stream, GError **error)
{
  return stream->klass->handshake (stream, error);
}

KithIo
kith_stream_read (KithStream *stream, void *data, gsize size, gsize *got, GError **error)
{
  *got = 0;
  return stream->klass->read (stream, data, size, got, error);
}

KithIo
kith_stream_write (KithStream *stream, const void *data, gsize size, gsize *sent, GError **error)
{
  *sent = 0;
  return stream->klass->write (stream, data, size, sent, error);
}

guint
kith_stream_wants_read (const KithStream *stream)
{
  return stream->klass->wants_read (stream);
}

guint
kith_stream_wants_write (const KithStream *stream)
{
  return stream->klass->wants_write (stream);
}

gsize
kith_stream_pending (const KithStream *stream)
{
  return stream->klass->pending (stream);
}

void
kith_stream_close (KithStream *stream)
{
  stream->klass->close (stream);
}

KithSocket
kith_stream_socket (const KithStream *stream)
{
  return stream->klass->socket (stream);
}
