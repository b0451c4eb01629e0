/* stream-tls.c - TLS as a filter over another stream. OpenSSL reads and writes the stream below through a BIO of ours,
 * so nothing here knows a socket.
 *
 * A failure is final: it is kept and told again, and nothing more is said to the peer. */
#include "net/poller.h"
#include "net/stream-private.h"
#include "net/tls-private.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

/* What one call may take from below. Reading never needs so much for one record; a peer that sends nothing but changes
 * of keys (8446, 4.6.3) would otherwise be served for as long as it likes. */
#define MOST_AT_ONCE (64 * 1024)

typedef struct {
  KithStream stream;
  KithStream *lower;
  gsize taken; /* from below, in this call */
  SSL *ssl;
  gboolean needs_protocol; /* client: the server must have chosen kith/1 */
  gboolean named;          /* the certificate was checked for a host */
  gboolean ready;          /* the handshake is over */
  gboolean read_dry;       /* the last read found nothing whole */
  gboolean lower_ended;
  guint wants_read;
  guint wants_write;
  GError *lower_error; /* what the stream below said, until it is told */
  GError *failed;
} TlsStream;

static const KithStreamClass tls_class;

static TlsStream *
self_of (const KithStream *stream)
{
  return (TlsStream *) stream;
}

/* ---- the BIO over the stream below ---- */

/* What a BIO method returns for the status of the stream below. */
static int
bio_result (TlsStream *self, KithIo status, GError *error)
{
  if (status == KITH_IO_OK)
    return 1;
  if (status == KITH_IO_END) {
    self->lower_ended = TRUE;
    return 0;
  }
  if (status == KITH_IO_ERROR) {
    g_clear_error (&self->lower_error);
    self->lower_error = error;
  }
  return status == KITH_IO_AGAIN ? -1 : 0;
}

static int
bio_read (BIO *bio, char *data, size_t size, size_t *got)
{
  TlsStream *self = BIO_get_data (bio);
  GError *error = NULL;
  KithIo status = KITH_IO_AGAIN;

  if (self->taken < MOST_AT_ONCE)
    status = kith_stream_read (self->lower, data, size, got, &error);
  BIO_clear_retry_flags (bio);
  if (status == KITH_IO_AGAIN)
    BIO_set_retry_read (bio);
  if (status == KITH_IO_OK)
    self->taken += *got;
  return bio_result (self, status, error);
}

static int
bio_write (BIO *bio, const char *data, size_t size, size_t *sent)
{
  TlsStream *self = BIO_get_data (bio);
  GError *error = NULL;
  KithIo status = kith_stream_write (self->lower, data, size, sent, &error);

  BIO_clear_retry_flags (bio);
  if (status == KITH_IO_AGAIN)
    BIO_set_retry_write (bio);
  return bio_result (self, status, error);
}

static long
bio_control (BIO *bio, int command, long number, void *pointer)
{
  const TlsStream *self = BIO_get_data (bio);

  if (command == BIO_CTRL_EOF)
    return self->lower_ended;
  return command == BIO_CTRL_FLUSH; /* nothing is held back here */
}

static BIO_METHOD *
new_bio_method (void)
{
  BIO_METHOD *method = BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK, "kith stream");

  if (method == NULL)
    return NULL;
  BIO_meth_set_read_ex (method, bio_read);
  BIO_meth_set_write_ex (method, bio_write);
  BIO_meth_set_ctrl (method, bio_control);
  return method;
}

/* One for all, made when it is first needed; NULL: out of memory, this time. */
static BIO_METHOD *
bio_method (void)
{
  static BIO_METHOD *shared; /* atomic */

  if (g_atomic_pointer_get (&shared) == NULL) {
    BIO_METHOD *made = new_bio_method ();
    if (!g_atomic_pointer_compare_and_exchange (&shared, NULL, made))
      BIO_meth_free (made);
  }
  return g_atomic_pointer_get (&shared);
}

static BIO *
new_bio (TlsStream *self)
{
  BIO_METHOD *method = bio_method ();
  BIO *bio = method != NULL ? BIO_new (method) : NULL;

  if (bio == NULL)
    return NULL;
  BIO_set_data (bio, self);
  BIO_set_init (bio, 1);
  return bio;
}

/* ---- errors ---- */

static const struct {
  int reason;
  const char *sentence;
} known_reasons[] = {
    {SSL_R_WRONG_VERSION_NUMBER, "The other side does not speak TLS. Is there a Kith server at this port?"},
    {SSL_R_HTTP_REQUEST, "The other side speaks HTTP, not Kith over TLS."},
    {SSL_R_UNSUPPORTED_PROTOCOL, "The other side offers no TLS 1.3, which Kith requires."},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "The other side offers no TLS 1.3, which Kith requires."},
    {SSL_R_NO_APPLICATION_PROTOCOL, "The other side speaks TLS, but not kith/1."},
    {SSL_AD_REASON_OFFSET + TLS1_AD_NO_APPLICATION_PROTOCOL, "The other side speaks TLS, but not kith/1."},
    {SSL_R_UNEXPECTED_EOF_WHILE_READING, "The other side cut the connection."},
};

static GError *
error_of_reason (int reason)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_reasons); i++)
    if (known_reasons[i].reason == reason)
      return g_error_new_literal (
          KITH_NET_ERROR, reason == SSL_R_UNEXPECTED_EOF_WHILE_READING ? KITH_NET_ERROR_RESET : KITH_NET_ERROR_TLS,
          known_reasons[i].sentence);
  return NULL;
}

/* The first error is the cause; those behind it are its consequences. */
static GError *
error_of_queue (void)
{
  unsigned long code = ERR_peek_error ();
  const char *text = ERR_reason_error_string (code);
  GError *known = code == 0 ? NULL : error_of_reason (ERR_GET_REASON (code));

  if (known != NULL)
    return known;
  return g_error_new (KITH_NET_ERROR, KITH_NET_ERROR_TLS, "TLS failed: %s.",
                      text == NULL ? "the other side cut the connection" : text);
}

static KithIo
fail (TlsStream *self, GError *failure, GError **error)
{
  self->failed = failure;
  g_propagate_error (error, g_error_copy (failure));
  return KITH_IO_ERROR;
}

static KithIo
failed_before (const TlsStream *self, GError **error)
{
  g_propagate_error (error, g_error_copy (self->failed));
  return KITH_IO_ERROR;
}

/* The status of a call of OpenSSL that gave result; wants changes when it says AGAIN. */
static KithIo
finish (TlsStream *self, int result, guint *wants, GError **error)
{
  if (result > 0)
    return KITH_IO_OK;

  switch (SSL_get_error (self->ssl, result)) {
  case SSL_ERROR_WANT_READ:
    *wants = kith_stream_wants_read (self->lower);
    return KITH_IO_AGAIN;
  case SSL_ERROR_WANT_WRITE:
    *wants = kith_stream_wants_write (self->lower);
    return KITH_IO_AGAIN;
  case SSL_ERROR_ZERO_RETURN:
    return KITH_IO_END;
  default:
    break;
  }
  GError *failure = self->lower_error != NULL ? g_steal_pointer (&self->lower_error) : error_of_queue ();
  ERR_clear_error ();
  return fail (self, failure, error);
}

/* ---- the stream ---- */

static gboolean
chose_kith (SSL *ssl)
{
  const unsigned char *chosen;
  unsigned int size;

  SSL_get0_alpn_selected (ssl, &chosen, &size);
  return size == KITH_ALPN_SIZE - 1 && memcmp (chosen, &KITH_ALPN[1], size) == 0;
}

static KithIo
lower_handshake (TlsStream *self, GError **error)
{
  GError *failure = NULL;
  KithIo status = kith_stream_handshake (self->lower, &failure);

  self->wants_read = kith_stream_wants_read (self->lower);
  return failure == NULL ? status : fail (self, failure, error);
}

static KithIo
tls_handshake (KithStream *stream, GError **error)
{
  TlsStream *self = self_of (stream);

  if (self->failed != NULL)
    return failed_before (self, error);
  if (self->ready)
    return KITH_IO_OK;

  KithIo status = lower_handshake (self, error);
  if (status != KITH_IO_OK)
    return status;
  ERR_clear_error ();
  self->taken = 0;
  status = finish (self, SSL_do_handshake (self->ssl), &self->wants_read, error);
  if (status != KITH_IO_OK)
    return status;
  if (self->needs_protocol && !chose_kith (self->ssl))
    return fail (self, error_of_reason (SSL_R_NO_APPLICATION_PROTOCOL), error);
  self->ready = TRUE;
  self->wants_read = kith_stream_wants_read (self->lower);
  return KITH_IO_OK;
}

static KithIo
tls_read (KithStream *stream, void *data, gsize size, gsize *got, GError **error)
{
  TlsStream *self = self_of (stream);

  if (self->failed != NULL)
    return failed_before (self, error);
  ERR_clear_error ();
  self->taken = 0;
  self->wants_read = kith_stream_wants_read (self->lower);
  KithIo status = finish (self, SSL_read_ex (self->ssl, data, size, got), &self->wants_read, error);
  self->read_dry = status != KITH_IO_OK;
  return status;
}

static KithIo
tls_write (KithStream *stream, const void *data, gsize size, gsize *sent, GError **error)
{
  TlsStream *self = self_of (stream);

  if (self->failed != NULL)
    return failed_before (self, error);
  if (size == 0)
    return KITH_IO_OK;
  ERR_clear_error ();
  self->wants_write = kith_stream_wants_write (self->lower);
  return finish (self, SSL_write_ex (self->ssl, data, size, sent), &self->wants_write, error);
}

static guint
tls_wants_read (const KithStream *stream)
{
  return self_of (stream)->wants_read;
}

static guint
tls_wants_write (const KithStream *stream)
{
  return self_of (stream)->wants_write;
}

/* Beside what is decrypted, OpenSSL may hold records that it has read ahead; whether one of them is whole only a read
 * can tell, and the one that found none says so. */
static gsize
tls_pending (const KithStream *stream)
{
  const TlsStream *self = self_of (stream);

  if (self->failed != NULL || self->read_dry)
    return 0;
  return MAX ((gsize) SSL_pending (self->ssl), (gsize) SSL_has_pending (self->ssl));
}

static void
tls_close (KithStream *stream)
{
  TlsStream *self = self_of (stream);

  ERR_clear_error ();
  if (self->ready && self->failed == NULL)
    SSL_shutdown (self->ssl);
  ERR_clear_error ();
  kith_stream_close (self->lower);
}

static void
tls_free (KithStream *stream)
{
  TlsStream *self = self_of (stream);

  SSL_free (self->ssl);
  kith_stream_free (self->lower);
  g_clear_error (&self->lower_error);
  g_clear_error (&self->failed);
  g_free (self);
}

static KithSocket
tls_socket (const KithStream *stream)
{
  return kith_stream_socket (self_of (stream)->lower);
}

static const KithStreamClass tls_class = {
    .handshake = tls_handshake,
    .read = tls_read,
    .write = tls_write,
    .wants_read = tls_wants_read,
    .wants_write = tls_wants_write,
    .pending = tls_pending,
    .close = tls_close,
    .free = tls_free,
    .socket = tls_socket,
};

/* SNI carries names only (RFC 6066, 3); a certificate can be for an address too. */
static gboolean
expect_host (SSL *ssl, const char *host)
{
  if (g_hostname_is_ip_address (host))
    return X509_VERIFY_PARAM_set1_ip_asc (SSL_get0_param (ssl), host) == 1;

  g_autofree char *ascii = g_hostname_to_ascii (host);
  return ascii != NULL && SSL_set_tlsext_host_name (ssl, ascii) == 1 && SSL_set1_host (ssl, ascii) == 1;
}

/* Without memory the stream is one that has failed. */
static void
set_up (TlsStream *self, KithTls *tls, const char *host)
{
  self->ssl = SSL_new (tls->context);
  BIO *bio = self->ssl != NULL ? new_bio (self) : NULL;
  if (bio == NULL) {
    self->failed = g_error_new_literal (KITH_NET_ERROR, KITH_NET_ERROR_TLS, "There is no memory for TLS.");
    return;
  }
  SSL_set_bio (self->ssl, bio, bio);
  if (tls->server)
    SSL_set_accept_state (self->ssl);
  else
    SSL_set_connect_state (self->ssl);
  self->named = !tls->server && host != NULL && expect_host (self->ssl, host);
}

KithStream *
kith_stream_tls_new (KithTls *tls, KithStream *lower, const char *host)
{
  TlsStream *self = g_new0 (TlsStream, 1);

  ERR_clear_error ();
  self->stream.klass = &tls_class;
  self->lower = lower;
  self->needs_protocol = !tls->server;
  self->wants_read = KITH_POLL_READ;
  self->wants_write = KITH_POLL_WRITE;
  set_up (self, tls, host);
  ERR_clear_error ();
  return &self->stream;
}

/* ---- who the other side is ---- */

static SSL *
ssl_of (const KithStream *stream)
{
  return stream->klass == &tls_class && self_of (stream)->ready ? self_of (stream)->ssl : NULL;
}

gboolean
kith_tls_peer_pin (KithStream *stream, char pin[KITH_PIN_TEXT])
{
  SSL *ssl = ssl_of (stream);
  X509 *cert = ssl == NULL ? NULL : SSL_get0_peer_certificate (ssl);

  return cert != NULL && kith_tls_pin_of_key (X509_get0_pubkey (cert), pin);
}

gboolean
kith_tls_peer_trusted (KithStream *stream)
{
  SSL *ssl = ssl_of (stream);

  return ssl != NULL && self_of (stream)->named && SSL_get0_peer_certificate (ssl) != NULL &&
         SSL_get_verify_result (ssl) == X509_V_OK;
}

gboolean
kith_tls_can_export (const KithStream *stream)
{
  return ssl_of (stream) != NULL;
}

gboolean
kith_tls_export (KithStream *stream, const char *label, guint8 *out, gsize size)
{
  SSL *ssl = ssl_of (stream);

  if (ssl == NULL)
    return FALSE;
  gboolean done = SSL_export_keying_material (ssl, out, size, label, strlen (label), NULL, 0, 0) == 1;
  ERR_clear_error ();
  return done;
}
