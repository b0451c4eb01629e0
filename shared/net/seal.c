/* seal.c - OpenSSL's ChaCha20-Poly1305, one packet at a time. */
#include "net/seal.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

typedef struct {
  const KithSeal *seal;
  guint64 counter;
  const void *header;
  gsize header_size;
} Envelope;

void
kith_seal_split (const guint8 material[KITH_SEAL_MATERIAL], KithSeal *of_client, KithSeal *of_server)
{
  memcpy (of_client->key, material, 32);
  memcpy (of_server->key, material + 32, 32);
  memcpy (of_client->base, material + 64, 12);
  memcpy (of_server->base, material + 76, 12);
}

static void
make_nonce (const KithSeal *seal, guint64 counter, guint8 nonce[12])
{
  memcpy (nonce, seal->base, 12);
  for (guint i = 0; i < 8; i++)
    nonce[11 - i] ^= (guint8) (counter >> (8 * i));
}

/* Begins: cipher, key, nonce, associated data. */
static EVP_CIPHER_CTX *
begin (const Envelope *envelope, int seals)
{
  guint8 nonce[12];
  int written;
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  make_nonce (envelope->seal, envelope->counter, nonce);
  if (context != NULL &&
      EVP_CipherInit_ex (context, EVP_chacha20_poly1305 (), NULL, envelope->seal->key, nonce, seals) == 1 &&
      EVP_CipherUpdate (context, NULL, &written, envelope->header, (int) envelope->header_size) == 1)
    return context;
  EVP_CIPHER_CTX_free (context);
  return NULL;
}

static gboolean
finish (EVP_CIPHER_CTX *context, gboolean good)
{
  EVP_CIPHER_CTX_free (context);
  ERR_clear_error ();
  return good;
}

gboolean
kith_seal (const KithSeal *seal, guint64 counter, const void *header, gsize header_size, const void *plain, gsize size,
           guint8 *out)
{
  const Envelope envelope = {seal, counter, header, header_size};
  int written = 0, rest;
  EVP_CIPHER_CTX *context = size <= G_MAXINT ? begin (&envelope, 1) : NULL;
  return finish (context, context != NULL && EVP_CipherUpdate (context, out, &written, plain, (int) size) == 1 &&
                              EVP_CipherFinal_ex (context, out + written, &rest) == 1 &&
                              EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, KITH_SEAL_TAG, out + size) == 1);
}

gboolean
kith_unseal (const KithSeal *seal, guint64 counter, const void *header, gsize header_size, const void *sealed,
             gsize size, guint8 *out)
{
  const Envelope envelope = {seal, counter, header, header_size};
  guint8 tag[KITH_SEAL_TAG];
  int written = 0, rest;
  if (size < KITH_SEAL_TAG || size > G_MAXINT)
    return FALSE;
  gsize length = size - KITH_SEAL_TAG;
  memcpy (tag, (const guint8 *) sealed + length, sizeof tag);
  EVP_CIPHER_CTX *context = begin (&envelope, 0);
  return finish (context, context != NULL &&
                              EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, KITH_SEAL_TAG, tag) == 1 &&
                              EVP_CipherUpdate (context, out, &written, sealed, (int) length) == 1 &&
                              EVP_CipherFinal_ex (context, out + written, &rest) == 1);
}

gboolean
kith_seal_random (void *out, gsize size)
{
  gboolean good = size <= G_MAXINT && RAND_bytes (out, (int) size) == 1;
  ERR_clear_error ();
  return good;
}
