/* stream-token.c - the handshake moves the token, and exactly the token; afterwards every call goes to the stream below. */
#include "net/stream-token.h"

#include "net/net.h"
#include "net/stream-private.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

char *
kith_stream_token_new (GError **error)
{
  guchar bytes[KITH_STREAM_TOKEN / 2];
  if (RAND_bytes (bytes, sizeof bytes) != 1) {
    g_set_error_literal (error, KITH_NET_ERROR, KITH_NET_ERROR_FAILED, "The system gives no random bytes.");
    return NULL;
  }
  GString *token = g_string_new (NULL);
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (token, "%02x", bytes[i]);
  return g_string_free (token, FALSE);
}

typedef struct {
  KithStream stream;
  KithStream *inner;
  gboolean demands;
  char token[KITH_STREAM_TOKEN], moved[KITH_STREAM_TOKEN];
  gsize done; /* bytes of it */
} TokenStream;

static TokenStream *
self_of (const KithStream *stream)
{
  return (TokenStream *) stream;
}

static KithIo
judge (TokenStream *self, GError **error)
{
  if (!self->demands || CRYPTO_memcmp (self->token, self->moved, sizeof self->token) == 0)
    return KITH_IO_OK;
  g_set_error_literal (error, KITH_NET_ERROR, KITH_NET_ERROR_DENIED, "Somebody connected with a wrong token.");
  return KITH_IO_ERROR;
}

static KithIo
token_handshake (KithStream *stream, GError **error)
{
  TokenStream *self = self_of (stream);
  KithIo status = kith_stream_handshake (self->inner, error);
  while (status == KITH_IO_OK && self->done < sizeof self->token) {
    gsize left = sizeof self->token - self->done, moved = 0;
    if (self->demands)
      status = kith_stream_read (self->inner, self->moved + self->done, left, &moved, error);
    else
      status = kith_stream_write (self->inner, self->token + self->done, left, &moved, error);
    self->done += moved;
  }
  return status == KITH_IO_OK ? judge (self, error) : status;
}

static KithIo
token_read (KithStream *stream, void *data, gsize size, gsize *got, GError **error)
{
  return kith_stream_read (self_of (stream)->inner, data, size, got, error);
}

static KithIo
token_write (KithStream *stream, const void *data, gsize size, gsize *sent, GError **error)
{
  return kith_stream_write (self_of (stream)->inner, data, size, sent, error);
}

static guint
token_wants_read (const KithStream *stream)
{
  const TokenStream *self = self_of (stream);
  gboolean giving = !self->demands && self->done < sizeof self->token;
  return giving ? kith_stream_wants_write (self->inner) : kith_stream_wants_read (self->inner);
}

static guint
token_wants_write (const KithStream *stream)
{
  return kith_stream_wants_write (self_of (stream)->inner);
}

static gsize
token_pending (const KithStream *stream)
{
  return kith_stream_pending (self_of (stream)->inner);
}

static void
token_close (KithStream *stream)
{
  kith_stream_close (self_of (stream)->inner);
}

static void
token_free (KithStream *stream)
{
  TokenStream *self = self_of (stream);
  kith_stream_free (self->inner);
  OPENSSL_cleanse (self->token, sizeof self->token);
  g_free (self);
}

static KithSocket
token_socket (const KithStream *stream)
{
  return kith_stream_socket (self_of (stream)->inner);
}

static const KithStreamClass token_class = {
    .handshake = token_handshake,
    .read = token_read,
    .write = token_write,
    .wants_read = token_wants_read,
    .wants_write = token_wants_write,
    .pending = token_pending,
    .close = token_close,
    .free = token_free,
    .socket = token_socket,
};

static KithStream *
new_stream (KithStream *inner, const char *token, gboolean demands)
{
  TokenStream *self = g_new0 (TokenStream, 1);
  self->stream.klass = &token_class;
  self->inner = inner;
  self->demands = demands;
  memcpy (self->token, token, MIN (strlen (token), sizeof self->token));
  return &self->stream;
}

KithStream *
kith_stream_token_give (KithStream *inner, const char *token)
{
  return new_stream (inner, token, FALSE);
}

KithStream *
kith_stream_token_demand (KithStream *inner, const char *token)
{
  return new_stream (inner, token, TRUE);
}
