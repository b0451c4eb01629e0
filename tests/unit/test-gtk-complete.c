/* test-gtk-complete.c - which word is being typed at the cursor, and how well a name fits it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "complete.h"

typedef struct {
  const char *text; /* the cursor stands at the end */
  KithCompletion kind;
  gsize begin;
  const char *query;
} Case;

static const Case cases[] = {
    {"Thanks @ma", KITH_COMPLETE_PERSON, 7, "ma"}, {"@", KITH_COMPLETE_PERSON, 0, ""},
    {"(@no", KITH_COMPLETE_PERSON, 1, "no"},       {"see #bu", KITH_COMPLETE_ROOM, 4, "bu"},
    {":sm", KITH_COMPLETE_EMOJI, 0, "sm"},         {"/to", KITH_COMPLETE_COMMAND, 0, "to"},
    {"né @é", KITH_COMPLETE_PERSON, 4, "é"},       {":s", KITH_COMPLETE_NONE, 0, NULL},
    {"12:30", KITH_COMPLETE_NONE, 0, NULL},        {"mara@host", KITH_COMPLETE_NONE, 0, NULL},
    {"a/b", KITH_COMPLETE_NONE, 0, NULL},          {"go /to", KITH_COMPLETE_NONE, 0, NULL},
    {"@ma ", KITH_COMPLETE_NONE, 0, NULL},         {"", KITH_COMPLETE_NONE, 0, NULL},
};

static void
words_are_found (void **state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize begin = 99, length = 99;
    const char *query = NULL;
    KithCompletion kind = kith_complete_at (cases[i].text, strlen (cases[i].text), &begin, &query, &length);
    assert_int_equal (kind, cases[i].kind);
    if (kind == KITH_COMPLETE_NONE)
      continue;
    g_autofree char *found = g_strndup (query, length);
    assert_int_equal (begin, cases[i].begin);
    assert_string_equal (found, cases[i].query);
  }
}

static void
only_what_is_before_the_cursor_counts (void **state)
{
  gsize begin, length;
  const char *query;
  assert_int_equal (kith_complete_at ("@mara and", 3, &begin, &query, &length), KITH_COMPLETE_PERSON);
  assert_int_equal (length, 2);
}

static void
a_long_word_is_no_query (void **state)
{
  g_autofree char *word = g_strnfill (10000, 'a');
  g_autofree char *text = g_strconcat ("@", word, NULL);
  gsize begin, length;
  const char *query;
  assert_int_equal (kith_complete_at (text, strlen (text), &begin, &query, &length), KITH_COMPLETE_NONE);
}

static void
beginnings_fit_best (void **state)
{
  assert_int_equal (kith_complete_fit ("ma", 2, "Mara Lindqvist"), 3);
  assert_int_equal (kith_complete_fit ("lind", 4, "Mara Lindqvist"), 2);
  assert_int_equal (kith_complete_fit ("qvi", 3, "Mara Lindqvist"), 1);
  assert_int_equal (kith_complete_fit ("zz", 2, "Mara Lindqvist"), 0);
  assert_int_equal (kith_complete_fit ("MARA", 4, "mara"), 3);
  assert_int_equal (kith_complete_fit ("zoe", 3, "Zoë"), 3);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (words_are_found), cmocka_unit_test (only_what_is_before_the_cursor_counts),
      cmocka_unit_test (a_long_word_is_no_query), cmocka_unit_test (beginnings_fit_best)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
