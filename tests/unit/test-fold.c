/* test-fold.c - the form in which texts are searched, and where each byte of it comes from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "proto/fold.h"

static void
test_forms (void **state)
{
  static const struct {
    const char *text, *folded;
  } cases[] = {
      {"", ""},
      {"Hello", "hello"},
      {"  a \t\n b  ", "a b"},
      {"Crêpe CRÊPE cre\u0302pe", "crepe crepe crepe"},
      {"Straße ÆØŁ", "strasse aeol"},
      {"ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ"},
      {"Ｋｉｔｈ ﬁ №", "kith fi no"},
      {"がか", "がか"},
      {"か\u3099", "が"},
      {"ﾊﾞ", "バ"},
      {"한글", "한글"},
      {"\u1112\u1161\u11ab", "한"},
      {"a\u200bb\u00adc\ufeff", "abc"},
      {"a\007b", "a b"},
      {"\xff\xfe", "\ufffd\ufffd"},
      {"\u0301", ""},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *folded = kith_fold (cases[i].text, NULL);
    assert_string_equal (folded, cases[i].folded);
    g_autofree char *again = kith_fold (folded, NULL);
    assert_string_equal (again, folded);
  }
}

static void
test_origins (void **state)
{
  static const char text[] = " Äb\u00ad ßx";
  static const gsize expected[] = {1, 3, 6, 7, 7, 9, 10};
  g_autoptr (GArray) origins = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autofree char *folded = kith_fold (text, origins);
  assert_string_equal (folded, "ab ssx");
  assert_int_equal (origins->len, strlen (folded) + 1);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    assert_int_equal (g_array_index (origins, gsize, i), expected[i]);
}

static void
test_words (void **state)
{
  g_autoptr (GPtrArray) words = kith_fold_words ("  One\ntwo\u3000ÉÈ ");
  assert_int_equal (words->len, 3);
  assert_string_equal (words->pdata[0], "one");
  assert_string_equal (words->pdata[2], "ee");
  assert_true (kith_fold_has_words ("atwob eee one", words));
  assert_false (kith_fold_has_words ("two ee on e", words));
  g_autoptr (GPtrArray) none = kith_fold_words (" \t\u200b ");
  assert_int_equal (none->len, 0);
}

/* Where no marks can be they are not looked for: the same comes of it as with a letter behind that takes the long way. */
static void
test_no_marks (void **state)
{
  for (gunichar c = 0x80; c < 0x300; c++) {
    g_autoptr (GString) text = g_string_new ("A");
    g_string_append_unichar (text, c);
    g_string_append_c (text, 'e');
    g_autofree char *folded = kith_fold (text->str, NULL), *expected = g_strconcat (folded, "か", NULL);
    g_string_append (text, "か");
    g_autofree char *other = kith_fold (text->str, NULL);
    assert_string_equal (other, expected);
  }
}

/* ASCII has a way of its own: it leads to the same. */
static void
test_ascii (void **state)
{
  g_autoptr (GString) text = g_string_new (NULL);
  while (text->len < 2 * KITH_FOLDED_MAX) {
    g_autoptr (GArray) origins = g_array_new (FALSE, FALSE, sizeof (gsize));
    g_autofree char *folded = kith_fold (text->str, NULL), *other = kith_fold (text->str, origins);
    assert_string_equal (folded, other);
    for (guint i = 1; i < 0x80; i++)
      g_string_append_c (text, (char) (i * 5 % 0x80));
    g_string_append_len (text, text->str, (gssize) text->len / 2);
  }
}

/* A long text is cut, between characters. */
static void
test_long (void **state)
{
  g_autoptr (GString) text = g_string_new (NULL);
  while (text->len < 3 * KITH_FOLDED_MAX)
    g_string_append (text, "\ufdfa"); /* one character that stands for eighteen */
  g_autofree char *folded = kith_fold (text->str, NULL);
  assert_in_range (strlen (folded), KITH_FOLDED_MAX / 2, KITH_FOLDED_MAX);
  assert_true (g_utf8_validate (folded, -1, NULL));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (test_forms),
      cmocka_unit_test (test_origins),
      cmocka_unit_test (test_words),
      cmocka_unit_test (test_ascii),
      cmocka_unit_test (test_no_marks), cmocka_unit_test (test_long),
  };
  return cmocka_run_group_tests_name ("fold", tests, NULL, NULL);
}
