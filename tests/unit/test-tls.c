/* TLS: the identity on disk, the pin, the exporter, ALPN and versions. What TLS does as a stream is in test-stream.c.
 */
#include "support/check.h"
#include "support/files.h"
#include "support/loopback.h"
#include "net/tls.h"

#include <glib/gstdio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

typedef struct {
  char *dir, *key, *cert;
} Identity;

static int
set_up (void **state)
{
  Identity *identity = g_new0 (Identity, 1);

  CHECK (identity->dir = g_dir_make_tmp ("kith-tls-XXXXXX", &error));
  identity->key = g_build_filename (identity->dir, "key.pem", NULL);
  identity->cert = g_build_filename (identity->dir, "cert.pem", NULL);
  *state = identity;
  return 0;
}

static int
tear_down (void **state)
{
  Identity *identity = *state;

  g_unlink (identity->key);
  g_unlink (identity->cert);
  g_rmdir (identity->dir);
  g_free (identity->key);
  g_free (identity->cert);
  g_free (identity->dir);
  g_free (identity);
  return 0;
}

static char *
contents (const char *file)
{
  char *text;

  CHECK (g_file_get_contents (file, &text, NULL, &error));
  return text;
}

static void
ensure (const Identity *identity, const char *name)
{
  CHECK (kith_tls_ensure_identity (identity->key, identity->cert, name, &error));
}

static X509 *
read_certificate (const char *file)
{
  BIO *bio = BIO_new_file (file, "r");
  X509 *cert = PEM_read_bio_X509 (bio, NULL, NULL, NULL);

  BIO_free (bio);
  assert_non_null (cert);
  return cert;
}

/* ---- identity ---- */

static void
makes_files_once (void **state)
{
  Identity *identity = *state;
  ensure (identity, "kith.test");
  test_assert_mode (identity->key, 0600);
  test_assert_mode (identity->cert, 0644);

  g_autofree char *key = contents (identity->key), *cert = contents (identity->cert);
  ensure (identity, "another.test");
  g_autofree char *key_after = contents (identity->key), *cert_after = contents (identity->cert);
  assert_string_equal (key, key_after);
  assert_string_equal (cert, cert_after);
}

static void
makes_a_useful_certificate (void **state)
{
  Identity *identity = *state;
  int days, seconds;

  ensure (identity, "studio.lan");
  X509 *cert = read_certificate (identity->cert);
  assert_int_equal (X509_check_host (cert, "studio.lan", 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL), 1);
  assert_int_equal (X509_check_host (cert, "other.lan", 0, 0, NULL), 0);
  char name[64];
  assert_true (X509_NAME_get_text_by_NID (X509_get_subject_name (cert), NID_commonName, name, sizeof name) > 0);
  assert_string_equal (name, "studio.lan");
  assert_true (X509_cmp_current_time (X509_get0_notBefore (cert)) < 0);
  assert_int_equal (ASN1_TIME_diff (&days, &seconds, NULL, X509_get0_notAfter (cert)), 1);
  assert_in_range (days, 3640, 3660);
  assert_int_equal (X509_verify (cert, X509_get0_pubkey (cert)), 1);
  X509_free (cert);
}

/* A server's name is any text; the certificate stays well-formed and names no other host. */
static void
copes_with_any_name (void **state)
{
  static const char *const names[] = {
      "Studio LAN",      "Büro",     "",
      "a,DNS:evil.test", "\xff\xfe", "Ein sehr langer Name, länger als die vierundsechzig Zeichen, die erlaubt sind"};
  Identity *identity = *state;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    ensure (identity, names[i]);
    X509 *cert = read_certificate (identity->cert);
    assert_int_equal (X509_check_host (cert, "evil.test", 0, 0, NULL), 0);
    X509_free (cert);
    assert_int_equal (g_unlink (identity->cert), 0);
  }
}

static void
renew_and_compare (const Identity *identity)
{
  g_autofree char *key = contents (identity->key),
                  *cert = g_file_test (identity->cert, G_FILE_TEST_EXISTS) ? contents (identity->cert) : g_strdup ("");
  g_autoptr (KithTls) tls = NULL;

  ensure (identity, "kith.test");
  g_autofree char *key_after = contents (identity->key), *cert_after = contents (identity->cert);
  assert_string_equal (key, key_after);
  assert_string_not_equal (cert, cert_after);
  CHECK (tls = kith_tls_server_new (identity->key, identity->cert, &error));
}

static void
write_expired (const Identity *identity)
{
  X509 *cert = read_certificate (identity->cert);
  BIO *bio = BIO_new_file (identity->key, "r");
  EVP_PKEY *key = PEM_read_bio_PrivateKey (bio, NULL, NULL, NULL);

  BIO_free (bio);
  X509_gmtime_adj (X509_getm_notAfter (cert), -60);
  assert_true (X509_sign (cert, key, EVP_sha256 ()) > 0);
  bio = BIO_new_file (identity->cert, "w");
  assert_int_equal (PEM_write_bio_X509 (bio, cert), 1);
  BIO_free (bio);
  EVP_PKEY_free (key);
  X509_free (cert);
}

static void
renews_the_certificate_and_keeps_the_key (void **state)
{
  Identity *identity = *state;

  ensure (identity, "kith.test");
  assert_int_equal (g_unlink (identity->cert), 0);
  renew_and_compare (identity);
  CHECK (g_file_set_contents (identity->cert, "nonsense", -1, &error));
  renew_and_compare (identity);
  write_expired (identity);
  renew_and_compare (identity);
}

/* The certificate of another key does not serve. */
static void
renews_a_foreign_certificate (void **state)
{
  Identity *identity = *state;

  ensure (identity, "kith.test");
  assert_int_equal (g_unlink (identity->key), 0);
  g_autofree char *cert = contents (identity->cert);
  ensure (identity, "kith.test");
  g_autofree char *cert_after = contents (identity->cert);
  assert_string_not_equal (cert, cert_after);
}

static void
never_overwrites_a_key (void **state)
{
  static const char *const bad[] = {"", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"};
  Identity *identity = *state;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) failure = NULL;
    CHECK (g_file_set_contents (identity->key, bad[i], -1, &error));
    assert_false (kith_tls_ensure_identity (identity->key, identity->cert, "kith.test", &failure));
    assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_TLS));
    assert_non_null (strstr (failure->message, identity->key));
    g_autofree char *after = contents (identity->key);
    assert_string_equal (after, bad[i]);
    assert_int_equal (ERR_peek_error (), 0);
  }
}

/* A key under a passphrase is refused; nobody is asked on a terminal. */
static void
refuses_a_key_with_a_passphrase (void **state)
{
  Identity *identity = *state;
  g_autoptr (GError) error = NULL;
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  BIO *bio = BIO_new_file (identity->key, "w");

  assert_int_equal (PEM_write_bio_PKCS8PrivateKey (bio, key, EVP_aes_128_cbc (), "pass", 4, NULL, NULL), 1);
  BIO_free (bio);
  EVP_PKEY_free (key);
  assert_false (kith_tls_ensure_identity (identity->key, identity->cert, "kith.test", &error));
  assert_non_null (error);
}

static void
says_which_file_is_wrong (void **state)
{
  Identity *identity = *state;
  g_autoptr (GError) error = NULL;
  g_autofree char *nowhere = g_build_filename (identity->dir, "no", "such", "key.pem", NULL);

  assert_null (kith_tls_server_new (identity->key, identity->cert, &error));
  assert_non_null (strstr (error->message, identity->key));
  g_clear_error (&error);
  assert_false (kith_tls_ensure_identity (nowhere, identity->cert, "kith.test", &error));
  assert_non_null (strstr (error->message, nowhere));
}

/* ---- two ends ---- */

typedef struct {
  KithTls *server, *client;
  KithStream *ends[2]; /* client, server */
} Session;

static void
open_session (Session *session, const Identity *identity, const char *host)
{
  KithSocket pair[2];

  CHECK (session->server = kith_tls_server_new (identity->key, identity->cert, &error));
  CHECK (session->client = kith_tls_client_new (&error));
  loopback_pair (pair);
  session->ends[0] = kith_stream_tls_new (session->client, kith_stream_socket_new (pair[0]), host);
  session->ends[1] = kith_stream_tls_new (session->server, kith_stream_socket_new (pair[1]), NULL);
}

static void
close_session (Session *session)
{
  kith_stream_free (session->ends[0]);
  kith_stream_free (session->ends[1]);
  kith_tls_free (session->server);
  kith_tls_free (session->client);
}

static void
shake_hands (Session *session)
{
  KithIo status[2] = {KITH_IO_AGAIN, KITH_IO_AGAIN};

  while (status[0] != KITH_IO_OK || status[1] != KITH_IO_OK)
    for (guint i = 0; i < 2; i++)
      CHECK ((status[i] = kith_stream_handshake (session->ends[i], &error)) != KITH_IO_ERROR);
}

/* The pin as openssl's tools would tell it: SHA-256 over the public key in DER. */
static char *
pin_of_file (const char *cert_file)
{
  X509 *cert = read_certificate (cert_file);
  unsigned char *der = NULL;
  int size = i2d_X509_PUBKEY (X509_get_X509_PUBKEY (cert), &der);
  unsigned char hash[32];
  GString *hex = g_string_new ("");

  assert_true (size > 0);
  assert_int_equal (EVP_Digest (der, (size_t) size, hash, NULL, EVP_sha256 (), NULL), 1);
  for (gsize i = 0; i < sizeof hash; i++)
    g_string_append_printf (hex, "%02x", hash[i]);
  OPENSSL_free (der);
  X509_free (cert);
  return g_string_free (hex, FALSE);
}

static void
both_ends_agree (void **state)
{
  Identity *identity = *state;
  Session session;
  char pin[KITH_PIN_TEXT];
  guint8 keys[3][88];

  ensure (identity, "kith.test");
  open_session (&session, identity, "kith.test");
  assert_false (kith_tls_peer_pin (session.ends[0], pin));
  assert_false (kith_tls_export (session.ends[0], "EXPORTER-kith-presence", keys[0], sizeof keys[0]));
  assert_false (kith_tls_can_export (session.ends[0]));
  shake_hands (&session);
  assert_true (kith_tls_can_export (session.ends[0]) && kith_tls_can_export (session.ends[1]));

  g_autofree char *expected = pin_of_file (identity->cert);
  assert_true (kith_tls_peer_pin (session.ends[0], pin));
  assert_string_equal (pin, expected);
  assert_string_equal (kith_tls_pin (session.server), expected);
  assert_false (kith_tls_peer_pin (session.ends[1], pin));

  assert_true (kith_tls_export (session.ends[0], "EXPORTER-kith-presence", keys[0], sizeof keys[0]));
  assert_true (kith_tls_export (session.ends[1], "EXPORTER-kith-presence", keys[1], sizeof keys[1]));
  assert_true (kith_tls_export (session.ends[1], "EXPORTER-kith-other", keys[2], sizeof keys[2]));
  assert_memory_equal (keys[0], keys[1], sizeof keys[0]);
  assert_memory_not_equal (keys[1], keys[2], sizeof keys[1]);
  assert_int_equal (ERR_peek_error (), 0);
  close_session (&session);
}

static void
pin_outlives_the_certificate (void **state)
{
  Identity *identity = *state;

  ensure (identity, "kith.test");
  g_autofree char *before = pin_of_file (identity->cert);
  assert_int_equal (g_unlink (identity->cert), 0);
  ensure (identity, "kith.test");
  g_autofree char *after = pin_of_file (identity->cert);
  assert_string_equal (before, after);
}

/* Trust is for a certificate of an authority of the system and for the host that was asked for. */
static void
trusts_authorities_only (void **state)
{
  static const struct {
    const char *authority; /* "self": the certificate itself is put among the authorities */
    const char *host;
    gboolean trusted;
  } cases[] = {
      {NULL, "kith.test", FALSE},   {"self", "kith.test", TRUE}, {"self", "other.test", FALSE},
      {"self", "127.0.0.1", FALSE}, {"self", NULL, FALSE},
  };
  Identity *identity = *state;

  ensure (identity, "kith.test");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    Session session;
    /* The environment's way to name the authorities (OpenSSL, SSL_CTX_set_default_verify_paths). */
    g_setenv ("SSL_CERT_FILE", cases[i].authority == NULL ? "/nonexistent" : identity->cert, TRUE);
    open_session (&session, identity, cases[i].host);
    shake_hands (&session);
    assert_int_equal (kith_tls_peer_trusted (session.ends[0]), cases[i].trusted);
    assert_false (kith_tls_peer_trusted (session.ends[1]));
    close_session (&session);
    g_unsetenv ("SSL_CERT_FILE");
  }
}

static void
plain_streams_have_no_peer (void **state)
{
  KithSocket pair[2];
  char pin[KITH_PIN_TEXT];
  guint8 key[16];

  loopback_pair (pair);
  g_autoptr (KithStream) first = kith_stream_socket_new (pair[0]);
  g_autoptr (KithStream) second = kith_stream_socket_new (pair[1]);
  assert_int_equal (kith_stream_handshake (first, NULL), KITH_IO_OK);
  assert_int_equal (kith_stream_handshake (second, NULL), KITH_IO_OK);
  assert_false (kith_tls_peer_pin (first, pin));
  assert_false (kith_tls_peer_trusted (first));
  assert_false (kith_tls_export (first, "EXPORTER-kith-presence", key, sizeof key));
  assert_false (kith_tls_can_export (first));
}

/* ---- against another implementation's choices: OpenSSL used directly on the other end ---- */

typedef struct {
  const char *alpn; /* in wire form; NULL: none */
  int version;      /* the highest that the other side offers */
} Foreign;

static int
select_foreign (SSL *ssl, const unsigned char **out, unsigned char *length, const unsigned char *in,
                unsigned int in_length, void *alpn)
{
  *out = (const unsigned char *) alpn + 1;
  *length = *(const unsigned char *) alpn;
  return SSL_TLSEXT_ERR_OK;
}

static SSL *
foreign_end (const Foreign *foreign, const Identity *identity, gboolean server, KithSocket socket)
{
  SSL_CTX *context = SSL_CTX_new (TLS_method ());

  SSL_CTX_set_max_proto_version (context, foreign->version);
  if (server) {
    SSL_CTX_use_certificate_file (context, identity->cert, SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file (context, identity->key, SSL_FILETYPE_PEM);
    if (foreign->alpn != NULL)
      SSL_CTX_set_alpn_select_cb (context, select_foreign, (void *) foreign->alpn);
  } else if (foreign->alpn != NULL) {
    SSL_CTX_set_alpn_protos (context, (const unsigned char *) foreign->alpn, (unsigned int) strlen (foreign->alpn));
  }
  SSL *ssl = SSL_new (context);
  SSL_CTX_free (context);
  SSL_set_fd (ssl, (int) socket);
  if (server)
    SSL_set_accept_state (ssl);
  else
    SSL_set_connect_state (ssl);
  return ssl;
}

/* Our end's verdict. */
static KithIo
meet (const Identity *identity, const Foreign *foreign, gboolean foreign_serves, GError **failure)
{
  KithSocket pair[2];
  g_autoptr (KithTls) tls = NULL;
  KithIo status = KITH_IO_AGAIN;
  gint64 deadline = g_get_monotonic_time () + LOOPBACK_PATIENCE_US;

  if (foreign_serves)
    CHECK (tls = kith_tls_client_new (&error));
  else
    CHECK (tls = kith_tls_server_new (identity->key, identity->cert, &error));
  loopback_pair (pair);
  KithStream *stream = kith_stream_tls_new (tls, kith_stream_socket_new (pair[0]), NULL);
  SSL *ssl = foreign_end (foreign, identity, foreign_serves, pair[1]);
  while (status == KITH_IO_AGAIN && g_get_monotonic_time () < deadline) {
    status = kith_stream_handshake (stream, failure);
    SSL_do_handshake (ssl);
    ERR_clear_error ();
  }
  if (status == KITH_IO_ERROR)
    assert_int_equal (kith_stream_handshake (stream, NULL), KITH_IO_ERROR);
  SSL_free (ssl);
  kith_socket_close (pair[1]);
  kith_stream_free (stream);
  return status;
}

static void
asks_for_kith_and_tls13 (void **state)
{
  static const struct {
    gboolean foreign_serves;
    Foreign foreign;
    const char *sentence; /* NULL: welcome */
  } cases[] = {
      {FALSE, {"\006kith/1", TLS1_3_VERSION}, NULL},
      {FALSE, {"\002h2\006kith/1", TLS1_3_VERSION}, NULL},
      {FALSE, {NULL, TLS1_3_VERSION}, NULL}, /* somebody with openssl s_client */
      {FALSE, {"\002h2", TLS1_3_VERSION}, "kith/1"},
      {FALSE, {"\006kith/2", TLS1_3_VERSION}, "kith/1"},
      {FALSE, {"\006kith/1", TLS1_2_VERSION}, "TLS 1.3"},
      {TRUE, {"\006kith/1", TLS1_3_VERSION}, NULL},
      {TRUE, {NULL, TLS1_3_VERSION}, "kith/1"},
      {TRUE, {"\002h2", TLS1_3_VERSION}, ""},
      {TRUE, {"\006kith/1", TLS1_2_VERSION}, "TLS 1.3"},
  };
  Identity *identity = *state;

  ensure (identity, "kith.test");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    KithIo status = meet (identity, &cases[i].foreign, cases[i].foreign_serves, &error);
    assert_int_equal (status, cases[i].sentence == NULL ? KITH_IO_OK : KITH_IO_ERROR);
    if (cases[i].sentence == NULL)
      continue;
    assert_true (g_error_matches (error, KITH_NET_ERROR, KITH_NET_ERROR_TLS));
    if (strstr (error->message, cases[i].sentence) == NULL)
      fail_msg ("case %" G_GSIZE_FORMAT ": %s", i, error->message);
  }
}

/* As many changes of keys as the socket holds, from a peer that has signed nothing but its name. */
static void
send_key_updates (SSL *ssl, guint most)
{
  for (guint i = 0; i < most; i++)
    if (SSL_key_update (ssl, SSL_KEY_UPDATE_NOT_REQUESTED) != 1 || SSL_do_handshake (ssl) != 1)
      return;
}

/* A peer that only changes keys gets its turn and no more: the rest stays in the socket, where select sees it. */
static void
key_changes_do_not_hold_the_reader (void **state)
{
  Foreign foreign = {"\006kith/1", TLS1_3_VERSION};
  Identity *identity = *state;
  g_autoptr (KithTls) tls = NULL;
  KithSocket pair[2];
  char byte;
  gsize got;

  ensure (identity, "kith.test");
  CHECK (tls = kith_tls_server_new (identity->key, identity->cert, &error));
  loopback_pair (pair);
  KithStream *stream = kith_stream_tls_new (tls, kith_stream_socket_new (pair[0]), NULL);
  SSL *ssl = foreign_end (&foreign, identity, FALSE, pair[1]);
  while (kith_stream_handshake (stream, NULL) == KITH_IO_AGAIN)
    SSL_do_handshake (ssl);
  send_key_updates (ssl, 6000);
  ERR_clear_error ();
  loopback_wait (pair[0], KITH_POLL_READ);
  assert_int_equal (kith_stream_read (stream, &byte, 1, &got, NULL), KITH_IO_AGAIN);
  assert_int_equal (kith_stream_wants_read (stream), KITH_POLL_READ);
  assert_true (loopback_wait (pair[0], KITH_POLL_READ) & KITH_POLL_READ);

  SSL_free (ssl);
  kith_socket_close (pair[1]);
  kith_stream_free (stream);
}

#define TEST(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
      TEST (makes_files_once),
      TEST (makes_a_useful_certificate),
      TEST (copes_with_any_name),
      TEST (renews_the_certificate_and_keeps_the_key),
      TEST (renews_a_foreign_certificate),
      TEST (never_overwrites_a_key),
      TEST (refuses_a_key_with_a_passphrase),
      TEST (says_which_file_is_wrong),
      TEST (both_ends_agree),
      TEST (pin_outlives_the_certificate),
      TEST (trusts_authorities_only),
      cmocka_unit_test (plain_streams_have_no_peer),
      TEST (asks_for_kith_and_tls13),
      TEST (key_changes_do_not_hold_the_reader),
  };

  if (!kith_net_start (NULL))
    return 1;
  return cmocka_run_group_tests_name ("tls", tests, NULL, NULL);
}
