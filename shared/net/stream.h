/* stream.h - an ordered stream of bytes, and filters over one. TLS is a filter, so no reader or writer ever asks
 * whether there is TLS. */
#pragma once

#include "net/socket.h"

typedef struct _KithStream KithStream;

/* Takes socket; it is closed when the stream is freed. */
KithStream *kith_stream_socket_new (KithSocket socket);
/* Closes without a word. NULL is allowed. */
void kith_stream_free (KithStream *stream);

/* To be called until it says KITH_IO_OK, before the first read or write. A plain socket is ready at once (a connecting
 * one when it is connected). */
KithIo kith_stream_handshake (KithStream *stream, GError **error);

/* Reads what is there: up to size bytes. KITH_IO_END only after the peer closed in good order. */
KithIo kith_stream_read (KithStream *stream, void *data, gsize size, gsize *got, GError **error);

/* Writes what fits. After KITH_IO_AGAIN the next call must begin with the same bytes, all of them (the buffer may have
 * moved, and more may follow). */
KithIo kith_stream_write (KithStream *stream, const void *data, gsize size, gsize *sent, GError **error);

/* What to wait for before the last call that said AGAIN is repeated: KITH_POLL_READ and/or KITH_POLL_WRITE (poller.h).
 */
guint kith_stream_wants_read (const KithStream *stream);  /* to go on reading (or with the handshake) */
guint kith_stream_wants_write (const KithStream *stream); /* to go on writing */

/* Bytes already decrypted that select cannot see. While it is not 0, do not wait before reading. */
gsize kith_stream_pending (const KithStream *stream);

/* Says goodbye (TLS close_notify, then shutdown of the writing side); best effort, never blocks. */
void kith_stream_close (KithStream *stream);

KithSocket kith_stream_socket (const KithStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithStream, kith_stream_free)
