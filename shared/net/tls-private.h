/* tls-private.h - what tls.c, tls-identity.c and stream-tls.c share. Private to shared/net. */
#pragma once

#include "net/tls.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>

struct _KithTls {
  SSL_CTX *context;
  gboolean server;
  char pin[KITH_PIN_TEXT];
};

/* "kith/1" as ALPN writes it: a length and the bytes (RFC 7301, 3.1). */
#define KITH_ALPN "\006kith/1"
#define KITH_ALPN_SIZE (sizeof KITH_ALPN - 1)

gboolean kith_tls_pin_of_key (EVP_PKEY *key, char pin[KITH_PIN_TEXT]);

/* For OpenSSL's pem_password_cb: a key under a passphrase is refused, and nobody is asked on the terminal. */
int kith_tls_no_passphrase (char *buffer, int size, int writing, void *unused);

/* Sets error from OpenSSL's queue, and empties the queue. doing: "Cannot make a key". */
void kith_tls_fail (GError **error, const char *doing);
