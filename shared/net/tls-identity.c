/* tls-identity.c - the server's key and its self-signed certificate. The key is what people compare, so it is made
 * once and kept; the certificate around it is made anew whenever it no longer serves. */
#include "net/tls-private.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>

#define DAY_S (24L * 60 * 60)
#define VALID_S (3650 * DAY_S)
#define COMMON_NAME_MAX 64 /* characters: ub-common-name of RFC 5280 */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)

/* NULL when there is no such file or it cannot be read. */
static BIO *
open_file (const char *file)
{
  g_autofree char *text = NULL;
  gsize size;

  if (!g_file_get_contents (file, &text, &size, NULL) || size > G_MAXINT)
    return NULL;
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  return bio != NULL && BIO_write (bio, text, (int) size) == (int) size ? g_steal_pointer (&bio) : NULL;
}

static gboolean
save (const char *file, BIO *pem, int mode, GError **error)
{
  GError *failed = NULL;
  char *text;
  long size = BIO_get_mem_data (pem, &text);

  if (g_file_set_contents_full (file, text, size, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, mode,
                                &failed))
    return TRUE;
  g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_FAILED, "Cannot write %s: %s.", file, failed->message);
  g_error_free (failed);
  return FALSE;
}

static EVP_PKEY *
make_key (const char *file, GError **error)
{
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (BIO) pem = BIO_new (BIO_s_secmem ());

  if (key == NULL || pem == NULL || PEM_write_bio_PKCS8PrivateKey (pem, key, NULL, NULL, 0, NULL, NULL) != 1) {
    kith_tls_fail (error, "Cannot make a key");
    return NULL;
  }
  return save (file, pem, 0600, error) ? g_steal_pointer (&key) : NULL;
}

/* Makes a key only where there is no file: one that cannot be read is never overwritten. */
static EVP_PKEY *
load_or_make_key (const char *file, GError **error)
{
  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    return make_key (file, error);

  g_autoptr (BIO) pem = open_file (file);
  EVP_PKEY *key = pem == NULL ? NULL : PEM_read_bio_PrivateKey (pem, NULL, kith_tls_no_passphrase, NULL);
  if (key == NULL)
    g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_TLS,
                 "Cannot read the key %s. Restore it from a backup; a new one would be a new identity, which every "
                 "client has to be told.",
                 file);
  ERR_clear_error ();
  return key;
}

/* The certificate is there, is of this key, and is valid now. */
static gboolean
certificate_serves (const char *file, EVP_PKEY *key)
{
  g_autoptr (BIO) pem = open_file (file);
  g_autoptr (X509) cert = pem == NULL ? NULL : PEM_read_bio_X509 (pem, NULL, kith_tls_no_passphrase, NULL);
  gboolean serves = cert != NULL && X509_check_private_key (cert, key) == 1 &&
                    X509_cmp_current_time (X509_get0_notBefore (cert)) < 0 &&
                    X509_cmp_current_time (X509_get0_notAfter (cert)) > 0;

  ERR_clear_error ();
  return serves;
}

static gboolean
set_name (X509 *cert, const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name[0] == '\0' ? "kith" : name, -1);
  g_autofree char *cut = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), COMMON_NAME_MAX));
  X509_NAME *subject = X509_get_subject_name (cert);

  return X509_NAME_add_entry_by_NID (subject, NID_commonName, MBSTRING_UTF8, (const unsigned char *) cut, -1, -1, 0) ==
             1 &&
         X509_set_issuer_name (cert, subject) == 1;
}

/* Whether name can stand as a DNS name (a server may be called "Studio LAN", which cannot). */
static gboolean
is_dns_name (const char *name)
{
  return name != NULL && name[0] != '\0' &&
         name[strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")] == '\0';
}

/* Subject alternative name (RFC 5280, 4.2.1.6), built as a value: text would let a name smuggle in others. */
static gboolean
set_alternative_name (X509 *cert, const char *name)
{
  g_autofree char *ascii = g_hostname_to_ascii (name);

  if (!is_dns_name (ascii))
    return TRUE;

  GENERAL_NAMES *names = GENERAL_NAMES_new ();
  GENERAL_NAME *entry = GENERAL_NAME_new ();
  ASN1_IA5STRING *text = ASN1_IA5STRING_new ();
  gboolean done = names != NULL && entry != NULL && text != NULL && ASN1_STRING_set (text, ascii, -1) == 1;

  if (done)
    GENERAL_NAME_set0_value (entry, GEN_DNS, g_steal_pointer (&text));
  done = done && sk_GENERAL_NAME_push (names, entry) > 0;
  if (done)
    entry = NULL; /* it belongs to names now */
  done = done && X509_add1_ext_i2d (cert, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
  ASN1_IA5STRING_free (text);
  GENERAL_NAME_free (entry);
  GENERAL_NAMES_free (names);
  return done;
}

static gboolean
set_serial (X509 *cert)
{
  guint64 serial;

  return RAND_bytes ((unsigned char *) &serial, sizeof serial) == 1 &&
         ASN1_INTEGER_set_uint64 (X509_get_serialNumber (cert), (serial >> 1) | 1) == 1;
}

/* Valid from yesterday, for clocks that differ. */
static gboolean
fill_certificate (X509 *cert, EVP_PKEY *key, const char *name)
{
  return X509_set_version (cert, X509_VERSION_3) == 1 && set_serial (cert) &&
         X509_gmtime_adj (X509_getm_notBefore (cert), -DAY_S) != NULL &&
         X509_gmtime_adj (X509_getm_notAfter (cert), VALID_S) != NULL && X509_set_pubkey (cert, key) == 1 &&
         set_name (cert, name) && set_alternative_name (cert, name) && X509_sign (cert, key, EVP_sha256 ()) > 0;
}

static gboolean
make_certificate (const char *file, EVP_PKEY *key, const char *name, GError **error)
{
  g_autoptr (X509) cert = X509_new ();
  g_autoptr (BIO) pem = BIO_new (BIO_s_mem ());

  if (cert == NULL || pem == NULL || !fill_certificate (cert, key, name) || PEM_write_bio_X509 (pem, cert) != 1) {
    kith_tls_fail (error, "Cannot make a certificate");
    return FALSE;
  }
  return save (file, pem, 0644, error);
}

gboolean
kith_tls_ensure_identity (const char *key_file, const char *cert_file, const char *name, GError **error)
{
  ERR_clear_error ();
  g_autoptr (EVP_PKEY) key = load_or_make_key (key_file, error);

  if (key == NULL)
    return FALSE;
  return certificate_serves (cert_file, key) || make_certificate (cert_file, key, name, error);
}
