/* random.c - OpenSSL's generator. It can fail only where the system gives no randomness at all; a guessable token
 * would be worse than no program, so that ends it. */
#include "client/random.h"

#include "proto/id.h"

#include <openssl/rand.h>

char *
kith_random_hex (char *text, gsize size)
{
  guint8 bytes[KITH_TOKEN_BYTES];
  g_return_val_if_fail (size <= sizeof bytes, NULL);
  if (RAND_bytes (bytes, (int) size) != 1)
    g_error ("The system gives no random numbers.");
  return kith_hex_format (bytes, size, text);
}
