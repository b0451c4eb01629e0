/* tls.c - what is the same for every TLS connection of a process: version, ALPN, key, trust. */
#include "net/tls-private.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

void
kith_tls_fail (GError **error, const char *doing)
{
  const char *reason = ERR_reason_error_string (ERR_peek_last_error ());

  g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_TLS, "%s: %s.", doing, reason == NULL ? "OpenSSL failed" : reason);
  ERR_clear_error ();
}

int
kith_tls_no_passphrase (char *buffer, int size, int writing, void *unused)
{
  return -1;
}

gboolean
kith_tls_pin_of_key (EVP_PKEY *key, char pin[KITH_PIN_TEXT])
{
  unsigned char *der = NULL;
  int size = key == NULL ? -1 : i2d_PUBKEY (key, &der);

  if (size <= 0) {
    ERR_clear_error ();
    return FALSE;
  }
  g_autofree char *hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der, (gsize) size);
  g_strlcpy (pin, hex, KITH_PIN_TEXT);
  OPENSSL_free (der);
  return TRUE;
}

/* Called only when the client offers protocols; one that offers none may be a person with openssl s_client. */
static int
choose_protocol (SSL *ssl, const unsigned char **chosen, unsigned char *length, const unsigned char *offered,
                 unsigned int offered_size, void *unused)
{
  unsigned char *found;

  if (SSL_select_next_proto (&found, length, (const unsigned char *) KITH_ALPN, KITH_ALPN_SIZE, offered,
                             offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

/* Read ahead: one receive takes header and body of a record, and all that follow. Released buffers: an idle connection
 * holds 14 KB instead of 47. */
static gboolean
set_up_context (SSL_CTX *context)
{
  SSL_CTX_set_mode (context,
                    SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead (context, 1);
  SSL_CTX_set_options (context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode (context, SSL_SESS_CACHE_OFF);
  return SSL_CTX_set_min_proto_version (context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version (context, TLS1_3_VERSION) == 1;
}

static KithTls *
new_tls (gboolean server, GError **error)
{
  g_autoptr (KithTls) tls = g_new0 (KithTls, 1);

  ERR_clear_error ();
  tls->server = server;
  tls->context = SSL_CTX_new (server ? TLS_server_method () : TLS_client_method ());
  if (tls->context == NULL || !set_up_context (tls->context)) {
    kith_tls_fail (error, "Cannot start TLS");
    return NULL;
  }
  return g_steal_pointer (&tls);
}

static gboolean
load_identity (KithTls *tls, const char *key_file, const char *cert_file, GError **error)
{
  g_autofree char *doing = g_strdup_printf ("Cannot use the key %s with the certificate %s", key_file, cert_file);

  SSL_CTX_set_default_passwd_cb (tls->context, kith_tls_no_passphrase);
  if (SSL_CTX_use_certificate_chain_file (tls->context, cert_file) == 1 &&
      SSL_CTX_use_PrivateKey_file (tls->context, key_file, SSL_FILETYPE_PEM) == 1 &&
      SSL_CTX_check_private_key (tls->context) == 1 &&
      kith_tls_pin_of_key (SSL_CTX_get0_privatekey (tls->context), tls->pin))
    return TRUE;
  kith_tls_fail (error, doing);
  return FALSE;
}

KithTls *
kith_tls_server_new (const char *key_file, const char *cert_file, GError **error)
{
  g_autoptr (KithTls) tls = new_tls (TRUE, error);

  if (tls == NULL || !load_identity (tls, key_file, cert_file, error))
    return NULL;
  SSL_CTX_set_num_tickets (tls->context, 0);
  SSL_CTX_set_alpn_select_cb (tls->context, choose_protocol, NULL);
  return g_steal_pointer (&tls);
}

/* Without SSL_VERIFY_PEER the certificate is checked all the same and the handshake goes on; the result is kept for
 * kith_tls_peer_trusted. A machine without authorities trusts none. */
KithTls *
kith_tls_client_new (GError **error)
{
  g_autoptr (KithTls) tls = new_tls (FALSE, error);

  if (tls == NULL)
    return NULL;
  SSL_CTX_set_verify (tls->context, SSL_VERIFY_NONE, NULL);
  SSL_CTX_set_default_verify_paths (tls->context);
  if (SSL_CTX_set_alpn_protos (tls->context, (const unsigned char *) KITH_ALPN, KITH_ALPN_SIZE) != 0) {
    kith_tls_fail (error, "Cannot start TLS");
    return NULL;
  }
  ERR_clear_error ();
  return g_steal_pointer (&tls);
}

void
kith_tls_free (KithTls *tls)
{
  if (tls == NULL)
    return;
  SSL_CTX_free (tls->context);
  g_free (tls);
}

const char *
kith_tls_pin (const KithTls *tls)
{
  return tls->pin;
}
