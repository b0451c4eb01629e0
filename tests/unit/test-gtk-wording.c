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

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (nobody_types),
      cmocka_unit_test (names_of_who_types_stand_out),
      cmocka_unit_test (three_who_type_are_several),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
