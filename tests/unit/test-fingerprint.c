/* test-fingerprint.c - the words of a key: the same for ever, since people have written them down. */
#include "support/check.h"

#include <string.h>

#include "client/fingerprint.h"
#include "client/fingerprint-words.h"

#define PIN "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* Of english.txt of BIP-39: a word a line. */
static void
the_list_is_the_published_one (void **state)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  for (guint i = 0; i < KITH_WORD_LIST; i++) {
    g_checksum_update (sum, (const guchar *) kith_words[i], -1);
    g_checksum_update (sum, (const guchar *) "\n", 1);
  }
  assert_string_equal (g_checksum_get_string (sum), "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
}

static gboolean
is_word (const char *text)
{
  for (guint i = 0; i < KITH_WORD_LIST; i++)
    if (strcmp (kith_words[i], text) == 0)
      return TRUE;
  return FALSE;
}

static void
pictures_are_of_words_and_in_order (void **state)
{
  for (guint i = 0; i < kith_word_emoji_count; i++) {
    assert_true (is_word (kith_word_emoji[i].word));
    assert_true (g_utf8_validate (kith_word_emoji[i].emoji, -1, NULL));
    if (i > 0)
      assert_true (strcmp (kith_word_emoji[i - 1].word, kith_word_emoji[i].word) < 0);
  }
}

/* Worked out with Python's hashlib.scrypt. */
static void
a_pin_has_its_words (void **state)
{
  g_autoptr (KithFingerprint) fingerprint = kith_fingerprint_new (PIN);
  assert_non_null (fingerprint);
  g_autofree char *words = kith_fingerprint_words (fingerprint);
  assert_string_equal (words, "bonus observe repeat sentence move crumble");
  assert_int_equal (fingerprint->color, 0);
  assert_string_equal (fingerprint->hex,
                       "0001 0203 0405 0607 0809 0a0b 0c0d 0e0f 1011 1213 1415 1617 1819 1a1b 1c1d 1e1f");
}

static void
blocks_are_symmetric_and_not_all_the_same (void **state)
{
  g_autoptr (KithFingerprint) fingerprint = kith_fingerprint_new (PIN);
  guint set = 0;
  for (guint row = 0; row < KITH_BLOCKS; row++)
    for (guint column = 0; column < KITH_BLOCKS; column++) {
      assert_int_equal (fingerprint->blocks[row][column], fingerprint->blocks[row][KITH_BLOCKS - 1 - column]);
      set += fingerprint->blocks[row][column] != 0;
    }
  assert_in_range (set, 1, KITH_BLOCKS * KITH_BLOCKS - 1);
}

static void
case_makes_no_difference_and_a_bit_does (void **state)
{
  g_autofree char *upper = g_ascii_strup (PIN, -1), *other = g_strdup (PIN);
  other[63] = 'e';
  g_autoptr (KithFingerprint) a = kith_fingerprint_new (PIN), b = kith_fingerprint_new (upper),
                              c = kith_fingerprint_new (other);
  g_autofree char *of_a = kith_fingerprint_words (a), *of_b = kith_fingerprint_words (b),
                  *of_c = kith_fingerprint_words (c);
  assert_string_equal (of_a, of_b);
  assert_string_not_equal (of_a, of_c);
}

static void
what_is_no_pin_has_none (void **state)
{
  static const char *const wrong[] = {NULL, "", "12", PIN "00",
                                      "zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"};
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_null (kith_fingerprint_new (wrong[i]));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (the_list_is_the_published_one),
      cmocka_unit_test (pictures_are_of_words_and_in_order),
      cmocka_unit_test (a_pin_has_its_words),
      cmocka_unit_test (blocks_are_symmetric_and_not_all_the_same),
      cmocka_unit_test (case_makes_no_difference_and_a_bit_does),
      cmocka_unit_test (what_is_no_pin_has_none),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
