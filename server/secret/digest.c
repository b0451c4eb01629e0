/* digest.c - see digest.h. OpenSSL's functions for this one algorithm: unlike EVP they need no memory, so a digest cannot
 * fail, nor wait for a look-up of the algorithm. OpenSSL 3 calls them deprecated; what asks for the names of 1.1 may use them. */
#define OPENSSL_API_COMPAT 10100
#include "secret/digest.h"

#include <openssl/sha.h>

G_STATIC_ASSERT (KITHD_DIGEST_BYTES == SHA256_DIGEST_LENGTH);

void
kithd_digest (const void *data, gsize size, guint8 digest[KITHD_DIGEST_BYTES])
{
  SHA256_CTX context;
  SHA256_Init (&context);
  SHA256_Update (&context, data, size);
  SHA256_Final (digest, &context);
}
