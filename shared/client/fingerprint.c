/* fingerprint.c - the pin, stretched, and its bits handed out: 66 to the words, 28 to the blocks, 8 to the colour.
 *
 * Stretching makes it dear to look for a key whose words are nearly the same: each try costs 16 MiB and 0.05 s instead
 * of a microsecond. scrypt is RFC 7914. */
#include "client/fingerprint.h"

#include "client/fingerprint-words.h"
#include "proto/id.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define PIN_BYTES 32
#define SALT "kith fingerprint 1"
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 1
#define SCRYPT_MEMORY (32 * 1024 * 1024)
#define WORD_BITS 11
#define HALF ((KITH_BLOCKS + 1) / 2)
#define COLORS 14
#define GROUP 4

typedef struct {
  guint8 bytes[16];
  guint used; /* bits */
} Bits;

static guint
take (Bits *bits, guint n)
{
  guint value = 0;
  for (; n > 0; n--, bits->used++)
    value = value << 1 | (bits->bytes[bits->used / 8] >> (7 - bits->used % 8) & 1);
  return value;
}

static int
compare_word (const void *word, const void *emoji)
{
  return strcmp (word, ((const KithWordEmoji *) emoji)->word);
}

static const char *
find_emoji (const char *word)
{
  const KithWordEmoji *found = bsearch (word, kith_word_emoji, kith_word_emoji_count, sizeof *found, compare_word);
  return found != NULL ? found->emoji : NULL;
}

static char *
group_digits (const char *digits)
{
  GString *out = g_string_new (NULL);
  for (; *digits != '\0'; digits += GROUP)
    g_string_append_printf (out, "%s%.*s", out->len > 0 ? " " : "", GROUP, digits);
  return g_string_free (out, FALSE);
}

static void
take_blocks (KithFingerprint *fingerprint, Bits *bits)
{
  for (guint row = 0; row < KITH_BLOCKS; row++)
    for (guint column = 0; column < HALF; column++) {
      gboolean set = take (bits, 1) != 0;
      fingerprint->blocks[row][column] = set;
      fingerprint->blocks[row][KITH_BLOCKS - 1 - column] = set;
    }
}

KithFingerprint *
kith_fingerprint_new (const char *pin)
{
  guint8 key[PIN_BYTES];
  char digits[2 * PIN_BYTES + 1];
  Bits bits = {{0}, 0};
  if (pin == NULL || !kith_hex_parse (pin, key, sizeof key) ||
      EVP_PBE_scrypt ((const char *) key, sizeof key, (const guint8 *) SALT, strlen (SALT), SCRYPT_N, SCRYPT_R,
                      SCRYPT_P, SCRYPT_MEMORY, bits.bytes, sizeof bits.bytes) != 1)
    return NULL;
  KithFingerprint *fingerprint = g_new0 (KithFingerprint, 1);
  for (guint i = 0; i < KITH_WORDS; i++) {
    fingerprint->words[i] = kith_words[take (&bits, WORD_BITS)];
    fingerprint->emoji[i] = find_emoji (fingerprint->words[i]);
  }
  take_blocks (fingerprint, &bits);
  fingerprint->color = take (&bits, 8) % COLORS;
  fingerprint->hex = group_digits (kith_hex_format (key, sizeof key, digits));
  return fingerprint;
}

void
kith_fingerprint_free (KithFingerprint *fingerprint)
{
  g_free (fingerprint->hex);
  g_free (fingerprint);
}

char *
kith_fingerprint_words (const KithFingerprint *fingerprint)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < KITH_WORDS; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", fingerprint->words[i]);
  return g_string_free (out, FALSE);
}
