/* random.c - OpenSSL's generator. It can fail only where the system gives no randomness at all; a guessable token
 * would be worse than no program, so that ends it. */
#include "client/random.h"

#include "proto/id.h"

#include <openssl/rand.h>
#include <string.h>

#define TIME_BYTES 6 /* of a UUID of version 7 */

static void
fill (guint8 *bytes, gsize size)
{
  if (RAND_bytes (bytes, (int) size) != 1)
    g_error ("The system gives no random numbers.");
}

char *
kith_random_hex (char *text, gsize size)
{
  guint8 bytes[KITH_TOKEN_BYTES];
  g_return_val_if_fail (size <= sizeof bytes, NULL);
  fill (bytes, size);
  return kith_hex_format (bytes, size, text);
}

char *
kith_random_nonce (char text[KITH_NONCE_TEXT])
{
  guint8 bytes[KITH_NONCE_BYTES];
  guint64 ms = GUINT64_TO_BE ((guint64) (g_get_real_time () / 1000));
  fill (bytes, sizeof bytes);
  memcpy (bytes, (const guint8 *) &ms + sizeof ms - TIME_BYTES, TIME_BYTES);
  bytes[6] = 0x70 | (bytes[6] & 0x0f); /* version */
  bytes[8] = 0x80 | (bytes[8] & 0x3f); /* variant */
  return kith_hex_format (bytes, sizeof bytes, text);
}
