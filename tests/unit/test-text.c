/* test-text.c - who may be called what: the rules for names against imitation, texts and reactions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "proto/error.h"
#include "proto/limits.h"
#include "proto/text.h"

static void
the_same_names_fold_the_same (void **state)
{
  static const char *const same[][2] = {
      {"Ada", "ada"},
      {"ADA", "ada"},
      {"\uff21\uff44\uff41", "ada"},             /* full width */
      {"\U0001d400\U0001d41d\U0001d41a", "ada"}, /* mathematical bold */
      {"e\u0301", "\u00e9"},                                   /* e and its accent apart */
      {"\u00c9", "\u00e9"},
      {"Stra\u00dfe",
       "STRASSE"},
      {"\ufb01n", "fin"},
      {"\u212a", "k"},                        /* Kelvin sign */
      {"\u03a3\u03a3", "\u03c3\u03c2"},     /* sigma and final sigma */
      {"\uff76\uff9e", "\u30ac"}, /* half-width ga */
  };
  for (gsize i = 0; i < G_N_ELEMENTS (same); i++) {
    g_autofree char *one = kith_text_fold (same[i][0]), *other = kith_text_fold (same[i][1]);
    assert_string_equal (one, other);
  }
  g_autofree char *latin = kith_text_fold ("a"), *cyrillic = kith_text_fold ("\u0430");
  assert_string_not_equal (latin, cyrillic);
  assert_null (kith_text_fold ("a\xff"));
  assert_null (kith_text_fold ("a\xc1\xa9")); /* an overlong "i" */
}

/* Or a name that was folded and stored would not be found again. */
static void
folding_twice_changes_nothing (void **state)
{
  for (gunichar c = 1; c <= 0x10ffff; c++) {
    char text[8] = {0};
    if (!g_unichar_validate (c))
      continue;
    g_unichar_to_utf8 (c, text);
    g_autofree char *once = kith_text_fold (text);
    g_autofree char *twice = kith_text_fold (once);
    if (strcmp (once, twice) != 0)
      fail_msg ("U+%04X folds to %s, and that to %s", c, once, twice);
  }
}

typedef gboolean (*Check) (const char *text, GError **error);

static void
assert_all (const char *const *texts, gsize n, Check check, gboolean good, KithError code)
{
  for (gsize i = 0; i < n; i++) {
    g_autoptr (GError) error = NULL;
    if (check (texts[i], &error) != good)
      fail_msg ("%s was %s", texts[i], good ? error->message : "accepted");
    assert_int_equal (good, error == NULL);
    if (!good)
      assert_true (g_error_matches (error, KITH_ERROR, (gint) code));
  }
}
#define ASSERT_GOOD(texts, check) assert_all (texts, G_N_ELEMENTS (texts), check, TRUE, 0)
#define ASSERT_BAD(texts, check, code) assert_all (texts, G_N_ELEMENTS (texts), check, FALSE, code)

#define CYRILLIC_ADA "\u0430\u0434\u0430"
#define GREEK_ALPHA "\u03b1"
#define KANJI "\u6f22"
#define HIRAGANA "\u3042"
#define KATAKANA "\u30a2"
#define HANGUL "\ud55c"
#define BOPOMOFO "\u3105"
#define DEVANAGARI "\u0928\u093f" /* a letter and its vowel sign */

/* clang-format off */
static const char *const good_handles[] = {
  "ada", "Ada", "a", "7", "ada_l", "ada-l", "ada.l", "a.b.c", "a--b", "user2026", "\u00e9mile", "e\u0301mile",
  CYRILLIC_ADA, GREEK_ALPHA "1", KANJI, KANJI HIRAGANA KATAKANA, KANJI HANGUL, KANJI BOPOMOFO, HANGUL "-1",
  HIRAGANA "\u30fc", DEVANAGARI, "\u05d0\u05d1", "\u0627\u0661", "abcdefghijklmnopqrstuvwxyz012345",
  "\uff21\uff44\uff41",
};
static const char *const bad_handles[] = {
  "", " ", "ada ", " ada", "a b", "a\tb", "a\nb", "-ada", "ada-", ".ada", "ada.", "_ada", "ada_", ".", "@ada",
  "#ada", "a/b", "a\\b", "a:b", "a\"b", "a<b", "a&b", "a%sb", "a+b", "a,b", "abcdefghijklmnopqrstuvwxyz0123456",
  "a\xff", "\u0301a", "ad\u0430", "pa\u0443pal", "a" GREEK_ALPHA, "a" KANJI, HANGUL HIRAGANA,
  KANJI HANGUL HIRAGANA, BOPOMOFO HANGUL,
  "\U0001d400\u0430", /* mathematical A, which folds to Latin, and Cyrillic a */ "1\u0661", "ada\U0001f600",
  "a\u200bb", "a\u200db", "a\u202eb", "a\u00adb", "a\ufeff", "\uffa0", "a\u3164b", "a\u034fb", "a\ufe0fb",
  "a\u00a0b", "\u00bd", "\u2460", "\u2160", "a\ue000", "a\uffff", "a\u20dd",
  "\ufdfa", /* one character that folds to eighteen */
};
/* clang-format on */

static void
handles_are_plain_and_of_one_script (void **state)
{
  ASSERT_GOOD (good_handles, kith_text_check_handle);
  ASSERT_BAD (bad_handles, kith_text_check_handle, KITH_ERROR_BAD_NAME);
}

static void
rooms_may_mix_scripts_between_parts (void **state)
{
  static const char *const good[] = {
    "plans", "plans-" CYRILLIC_ADA, KANJI ".tokyo_" GREEK_ALPHA,
    "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijkl",
  };
  static const char *const bad[] = {
    "", "#plans", "#", "plans" CYRILLIC_ADA, "a-b" CYRILLIC_ADA "-c", "plans-",
    "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklm",
  };
  ASSERT_GOOD (good, kith_text_check_room);
  ASSERT_GOOD (good_handles, kith_text_check_room);
  ASSERT_BAD (bad, kith_text_check_room, KITH_ERROR_BAD_NAME);
}

static gboolean
check_display (const char *text, GError **error)
{
  return kith_text_check_display (text, 16, error);
}

static void
display_names_are_visible (void **state)
{
  static const char *const good[] = {
    "Ada", "Ada Lovelace", "Ada (away)", "\u0410\u0434\u0430 Ada", "1234567890123456", "\U0001f600",
    "Ada \u2764\ufe0f", "\U0001f469\u200d\U0001f4bb", "\U0001f469\U0001f3fd\u200d\U0001f4bb", "<b>&amp;%s",
    "e\u0301",
  };
  static const char *const bad[] = {
    "", " ", "   ", "\u00a0", "\u3000", "\u2800", "12345678901234567", "a\nb", "a\tb", "a\x1b[31m", "a\x7f",
    "a\xc2\x85", "a\u202eb", "a\u2066b", "a\u200b", "a\u200db", "a\ufe0f", "a\u2028b", "a\ue000", "a\uffff",
    "a\xff", "\u3164", "\u200d\U0001f600",
  };
  ASSERT_GOOD (good, check_display);
  ASSERT_BAD (bad, check_display, KITH_ERROR_BAD_NAME);
}

static gboolean
check_lines (const char *text, GError **error)
{
  return kith_text_check_free (text, 64, TRUE, error);
}

static gboolean
check_line (const char *text, GError **error)
{
  return kith_text_check_free (text, 64, FALSE, error);
}

static void
texts_have_no_control_characters (void **state)
{
  static const char *const good[] = {
    "", "Lunch?", "100 %s <b>", "\u05e9\u05dc\u05d5\u05dd\u200f!", "\U0001f469\u200d\U0001f4bb",
  };
  static const char *const lines[] = {
    "a\nb", "a\tb", "a\u2028b",
  };
  static const char *const bad[] = {
    "a\rb", "a\r\n", "\x1b[31m", "\a", "\b", "\x01", "\x7f", "\xc2\x85", "\302\23331m", "a\xff",
  };
  ASSERT_GOOD (good, check_lines);
  ASSERT_GOOD (good, check_line);
  ASSERT_GOOD (lines, check_lines);
  ASSERT_BAD (lines, check_line, KITH_ERROR_BAD_REQUEST);
  ASSERT_BAD (bad, check_lines, KITH_ERROR_BAD_REQUEST);
  ASSERT_BAD (bad, check_line, KITH_ERROR_BAD_REQUEST);
}

static void
texts_have_a_limit_in_bytes (void **state)
{
  g_autofree char *most = g_strnfill (64, 'a'), *over = g_strnfill (65, 'a');
  const char *const good[] = {most}, *const bad[] = {over};
  ASSERT_GOOD (good, check_lines);
  ASSERT_BAD (bad, check_lines, KITH_ERROR_TOO_LARGE);
}

#define WOMAN "\U0001f469"
#define JOINER "\u200d"
#define LAPTOP "\U0001f4bb"
#define STYLE "\ufe0f"
#define CAP "\u20e3"
#define BROWN "\U0001f3fd"
#define FLAG_D "\U0001f1e9"
#define FLAG_E "\U0001f1ea"
#define TAG(x) "\xf3\xa0\x81" x
#define SCOTLAND "\U0001f3f4" TAG ("\xa7") TAG ("\xa2") TAG ("\xb3") TAG ("\xa3") TAG ("\xb4") TAG ("\xbf")

static void
a_reaction_is_one_emoji (void **state)
{
  static const char *const good[] = {
    "\U0001f600", "\U0001f44d", "\U0001f44d" BROWN, "\u2764" STYLE, "\u2764", WOMAN JOINER LAPTOP,
    WOMAN BROWN JOINER LAPTOP, FLAG_D FLAG_E, SCOTLAND, "1" STYLE CAP, "#" CAP, "*" STYLE CAP, "!", "?", "+",
    "\u00a9", "\u2122", "\u203c" STYLE, "\U0001fae8" /* newer than old tables */,
    WOMAN JOINER WOMAN JOINER WOMAN JOINER WOMAN,
  };
  static const char *const bad[] = {
    "", "a", "ok", "\u00e9", KANJI, "1", "12", "#", "*", "1" STYLE, CAP, "a" CAP, " ", "\U0001f600 ",
    " \U0001f600", "\U0001f600\U0001f600", "!!", "+1", JOINER, STYLE, WOMAN JOINER, JOINER WOMAN,
    WOMAN JOINER JOINER WOMAN, FLAG_D, FLAG_D FLAG_E FLAG_D, FLAG_D "a", "\n", "\x1b", "\x7f", "\u202e", "\u202e!",
    "\u00a0", "\ue000", "\U0001fbf4" /* a digit */, "\U0001f600a", "\xff", "\u0301", "!\u0301", "<b>", WOMAN JOINER "a",
    WOMAN JOINER WOMAN JOINER WOMAN JOINER WOMAN JOINER WOMAN JOINER WOMAN,
  };
  ASSERT_GOOD (good, kith_text_check_emoji);
  ASSERT_BAD (bad, kith_text_check_emoji, KITH_ERROR_BAD_REQUEST);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (the_same_names_fold_the_same),        cmocka_unit_test (folding_twice_changes_nothing),
      cmocka_unit_test (handles_are_plain_and_of_one_script), cmocka_unit_test (rooms_may_mix_scripts_between_parts),
      cmocka_unit_test (display_names_are_visible),           cmocka_unit_test (texts_have_no_control_characters),
      cmocka_unit_test (texts_have_a_limit_in_bytes),         cmocka_unit_test (a_reaction_is_one_emoji),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
