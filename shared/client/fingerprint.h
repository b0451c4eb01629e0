/* fingerprint.h - a server's key in a form that people can compare: six words and 7 x 7 blocks.
 *
 * SHA-256 of the public key (the pin), stretched by scrypt with a fixed salt, gives 66 bits: 6 x 11 over a list of 2048
 * words. The blocks are an aid to recognition only. Pure, slow on purpose (about 0.05 s): not for a main loop's thread.
 */
#pragma once

#include <glib.h>

#define KITH_WORDS 6
#define KITH_BLOCKS 7

typedef struct {
  const char *words[KITH_WORDS];             /* static */
  const char *emoji[KITH_WORDS];             /* static; NULL for a word without one */
  gboolean blocks[KITH_BLOCKS][KITH_BLOCKS]; /* symmetric around the vertical middle */
  guint color;                               /* 0 .. 13: of the avatar palette */
  char *hex;                                 /* in groups of four */
} KithFingerprint;

/* NULL: pin is not 64 hex digits, or there is no memory for scrypt (16 MiB). */
KithFingerprint *kith_fingerprint_new (const char *pin);
void kith_fingerprint_free (KithFingerprint *fingerprint);
/* "apple river ...", for a terminal. To be freed. */
char *kith_fingerprint_words (const KithFingerprint *fingerprint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithFingerprint, kith_fingerprint_free)
