/* test-gtk-wording.c - sentences about people, and where their names stand in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "rich.h"
#include "wording.h"

static const char *const people[] = {"Mara {t}", "Noor", "Ilse"};

static void
nobody_types (void **state)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (KithSpan));
  g_autofree char *words = kith_wording_typing (people, 0, spans);
  assert_string_equal (words, "");
  assert_int_equal (spans->len, 0);
}

static void
names_of_who_types_stand_out (void **state)
{
  static const char sentence[] = "Mara {t} and Noor are typing…"; /* a name is no template */
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (KithSpan));
  g_autofree char *words = kith_wording_typing (people, 2, spans);
  assert_string_equal (words, sentence);
  assert_int_equal (spans->len, 2);
  for (guint i = 0; i < 2; i++) {
    const KithSpan *span = &g_array_index (spans, KithSpan, i);
    assert_int_equal (span->end - span->start, strlen (people[i]));
    assert_memory_equal (words + span->start, people[i], strlen (people[i]));
  }
}

static void
three_who_type_are_several (void **state)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (KithSpan));
  g_autofree char *words = kith_wording_typing (people, 3, spans);
  assert_string_equal (words, "Several people are typing…");
  assert_int_equal (spans->len, 0);
}

static const char *
name_of (gint64 account, gpointer data)
{
  return people[account];
}

static void
who_came_and_who_left_is_one_line (void **state)
{
  static const struct {
    gint64 came[3], left[3];
    guint n_came, n_left;
    const char *words;
  } cases[] = {
      {{1}, {0}, 1, 0, "Noor joined"},
      {{0}, {2, 1}, 0, 2, "Ilse and Noor left"},
      {{1}, {2, 0, 1}, 1, 3, "Noor joined. Ilse and 2 others left."},
      {{2, 1}, {2}, 2, 1, "Ilse and Noor joined. Ilse left."},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GArray) came = g_array_new (FALSE, FALSE, sizeof (gint64)), left = g_array_copy (came);
    g_autoptr (GArray) names = g_array_new (FALSE, TRUE, sizeof (KithSpan));
    g_array_append_vals (came, cases[i].came, cases[i].n_came);
    g_array_append_vals (left, cases[i].left, cases[i].n_left);
    g_autofree char *words = kith_wording_moves (came, left, name_of, NULL, names);
    assert_string_equal (words, cases[i].words);
    for (guint j = 0; j < names->len; j++) { /* the names, and nothing else */
      const KithSpan *span = &g_array_index (names, KithSpan, j);
      g_autofree char *name = g_strndup (words + span->start, span->end - span->start);
      assert_true (g_str_equal (name, people[1]) || g_str_equal (name, people[2]));
    }
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (nobody_types),
      cmocka_unit_test (names_of_who_types_stand_out),
      cmocka_unit_test (three_who_type_are_several),
      cmocka_unit_test (who_came_and_who_left_is_one_line),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
