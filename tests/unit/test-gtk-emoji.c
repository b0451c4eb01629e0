/* test-gtk-emoji.c - the emoji that somebody uses, and the order in which those that fit a word are offered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "emoji.h"

#define SLIGHTLY "🙂" /* one of the usual ones */
#define AIRPLANE "🛩️"

static guint
fit (KithSettings *settings, const char *query, const char *emoji, const char *name)
{
  static const char *const keywords[] = {"happy", "grin", NULL};
  g_autoptr (GPtrArray) favourites = kith_emoji_favourites (settings);
  return kith_emoji_fit (query, strlen (query), emoji, name, keywords, favourites);
}

static const char *
nth (GPtrArray *list, guint n)
{
  assert_true (n < list->len);
  return list->pdata[n];
}

static void
at_first_the_usual_ones (void **state)
{
  g_autoptr (GPtrArray) list = kith_emoji_favourites (NULL);
  assert_int_equal (list->len, KITH_EMOJI_SHOWN);
  assert_string_equal (nth (list, 0), "👍");
}

static void
the_last_that_was_taken_is_first (void **state)
{
  g_autoptr (KithSettings) settings = kith_settings_new (NULL);
  kith_emoji_used (settings, "🚢");
  kith_emoji_used (settings, AIRPLANE " ");
  kith_emoji_used (settings, "🚢");
  g_autoptr (GPtrArray) list = kith_emoji_favourites (settings);
  assert_string_equal (nth (list, 0), "🚢");
  assert_string_equal (nth (list, 1), AIRPLANE);
  assert_string_equal (nth (list, 2), "👍");
  assert_int_equal (list->len, KITH_EMOJI_SHOWN);
}

static void
only_so_many_are_remembered (void **state)
{
  g_autoptr (KithSettings) settings = kith_settings_new (NULL);
  for (gunichar code = 0x1f400; code < 0x1f400 + 100; code++) {
    char text[8] = "";
    g_unichar_to_utf8 (code, text);
    kith_emoji_used (settings, text);
  }
  g_autofree char *kept = kith_settings_get_string (settings, "recent-emoji");
  g_auto (GStrv) words = g_strsplit (kept, " ", -1);
  assert_int_equal (g_strv_length (words), KITH_EMOJI_RECENT);
  g_autoptr (GPtrArray) list = kith_emoji_favourites (settings);
  assert_int_equal (g_utf8_get_char (nth (list, 0)), 0x1f400 + 99);
}

static void
what_is_no_emoji_is_left_out (void **state)
{
  static const char *const no[] = {"", " ", "abc", "👍👍", "👍 ❤️", "1"};
  g_autoptr (KithSettings) settings = kith_settings_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (no); i++)
    kith_emoji_used (settings, no[i]);
  g_autofree char *kept = kith_settings_get_string (settings, "recent-emoji");
  assert_string_equal (kept, "");
  g_object_set (settings, "recent-emoji", "<b> 🚢  😀x", NULL); /* somebody wrote into the file */
  g_autoptr (GPtrArray) list = kith_emoji_favourites (settings);
  assert_string_equal (nth (list, 0), "🚢");
  assert_string_equal (nth (list, 1), "👍");
}

static void
favourites_then_beginnings_then_words_then_the_rest (void **state)
{
  guint favourite = fit (NULL, "sm", SLIGHTLY, "slightly smiling face"),
        beginning = fit (NULL, "sm", AIRPLANE, "small airplane");
  guint word = fit (NULL, "sm", "😄", "grinning face with smiling eyes"), inside = fit (NULL, "sm", "🌌", "cosmic sky");
  guint keyword = fit (NULL, "happ", "😄", "grinning face");
  assert_true (favourite > beginning && beginning > word && word > inside && inside > 0);
  assert_int_equal (keyword, inside);
  assert_int_equal (fit (NULL, "zebra", "😄", "grinning face"), 0);
}

static void
taking_one_brings_it_to_the_front (void **state)
{
  g_autoptr (KithSettings) settings = kith_settings_new (NULL);
  kith_emoji_used (settings, "😄");
  assert_true (fit (settings, "sm", "😄", "grinning face with smiling eyes") >
               fit (settings, "sm", SLIGHTLY, "slightly smiling face"));
}

static void
signs_become_pictures (void **state)
{
  static const struct {
    const char *text, *picture;
  } rows[] = {{"👍", "👍"}, {"\u2764", "\u2764\ufe0f"}, {"\u2764\ufe0f", "\u2764\ufe0f"}, {"a", NULL}, {"", NULL}};
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *picture = kith_emoji_as_picture (rows[i].text);
    if (rows[i].picture == NULL)
      assert_null (picture);
    else
      assert_string_equal (picture, rows[i].picture);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (at_first_the_usual_ones),
      cmocka_unit_test (the_last_that_was_taken_is_first),
      cmocka_unit_test (only_so_many_are_remembered),
      cmocka_unit_test (what_is_no_emoji_is_left_out),
      cmocka_unit_test (favourites_then_beginnings_then_words_then_the_rest),
      cmocka_unit_test (taking_one_brings_it_to_the_front),
      cmocka_unit_test (signs_become_pictures),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
