/* test-backoff.c - the span doubles up to its ceiling, and any part of it may be waited. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client/backoff.h"

static void
span_doubles_up_to_the_ceiling (void **state)
{
  static const gint64 longest[] = {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000};
  KithBackoff backoff;
  kith_backoff_init (&backoff, 500, 30000);
  for (guint round = 0; round < 2; round++) {
    for (guint i = 0; i < G_N_ELEMENTS (longest); i++)
      assert_int_equal (kith_backoff_next (&backoff, 1.0), longest[i]);
    kith_backoff_reset (&backoff);
  }
}

static void
jitter_is_full (void **state)
{
  KithBackoff backoff;
  kith_backoff_init (&backoff, 1000, 1000);
  assert_int_equal (kith_backoff_next (&backoff, 0.0), 0);
  assert_int_equal (kith_backoff_next (&backoff, 0.25), 250);
  assert_int_equal (kith_backoff_next (&backoff, 0.999), 999);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (span_doubles_up_to_the_ceiling),
      cmocka_unit_test (jitter_is_full),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
