/* test-gtk-fuzzy.c - what fits a name, which part of it, and which of two names fits better. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/fuzzy.h"

/* The matched parts in brackets. To be freed. */
static char *
marked (const char *query, const char *text)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (KithFuzzyRange));
  if (kith_fuzzy_match (query, text, ranges) == 0) {
    assert_int_equal (ranges->len, 0);
    return NULL;
  }
  GString *out = g_string_new (NULL);
  guint at = 0;
  for (guint i = 0; i < ranges->len; i++) {
    const KithFuzzyRange *range = &g_array_index (ranges, KithFuzzyRange, i);
    assert_true (range->start >= at && range->end > range->start && range->end <= strlen (text));
    g_string_append_len (out, text + at, range->start - at);
    g_string_append_c (out, '[');
    g_string_append_len (out, text + range->start, range->end - range->start);
    g_string_append_c (out, ']');
    at = range->end;
  }
  g_string_append (out, text + at);
  return g_string_free (out, FALSE);
}

static void
what_fits_is_marked (void **state)
{
  static const struct {
    const char *query, *text, *marked;
  } cases[] = {{"qu", "quay-project", "[qu]ay-project"},
               {"qu", "equipment", "e[qu]ipment"},
               {"QU", "Enrique Salas", "Enri[qu]e Salas"},
               {"sal", "Rosalia Salas", "Rosalia [Sal]as"},
               {"dr", "design-review", "[d]esign-[r]eview"},
               {"dv", "design-review", "[d]esign-re[v]iew"},
               {"zoe", "Zoë Åkesson", "[Zoë] Åkesson"},
               {"ake", "Zoë Åkesson", "Zoë [Åke]sson"},
               {"zoe", "Zoe\u0308 A", "[Zoe\u0308] A"},
               {"мар", "Мария", "[Мар]ия"},
               {"mara l", "Mara Lindqvist", "[Mara L]indqvist"},
               {"xyz", "design-review", NULL},
               {"rd", "dr", NULL},
               {"long query", "short", NULL},
               {"a", "", NULL}};
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = marked (cases[i].query, cases[i].text);
    if (cases[i].marked == NULL)
      assert_null (text);
    else
      assert_string_equal (text, cases[i].marked);
  }
}

static void
better_ones_come_first (void **state)
{
  static const char *const order[] = {"ma", "mara", "marathon", "anna maria", "grandmama", "minus beta alpha", "me and a"};
  guint last = G_MAXUINT;
  for (gsize i = 0; i < G_N_ELEMENTS (order); i++) {
    guint score = kith_fuzzy_match (i < 5 ? "ma" : i == 5 ? "mba" : "mda", order[i], NULL);
    assert_in_range (score, 1, KITH_FUZZY_BEST);
    assert_true (score < last);
    last = score;
  }
  assert_int_equal (kith_fuzzy_match ("", "anything", NULL), 1);
}

/* Names of the network may be long: what is behind the limit is not looked at. */
static void
long_names_are_bounded (void **state)
{
  g_autofree char *name = g_strnfill (100000, 'a');
  g_autofree char *query = g_strnfill (100000, 'a');
  name[KITH_FUZZY_MAX + 5] = 'z';
  assert_int_equal (kith_fuzzy_match ("z", name, NULL), 0);
  assert_true (kith_fuzzy_match (query, name, NULL) > 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (what_fits_is_marked), cmocka_unit_test (better_ones_come_first),
                                     cmocka_unit_test (long_names_are_bounded)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
