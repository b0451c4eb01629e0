/* test-rate.c - how often somebody may do something, with a clock of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/rate.h"

enum { SECOND = G_USEC_PER_SEC };

static void
a_burst_passes_and_the_next_waits (void **state)
{
  KithdRate rate = { 0 };
  gint64 now = 1000 * SECOND, retry = -1;
  for (int i = 0; i < 60; i++)
    assert_true (kithd_rate_take (&rate, 20, SECOND, 60, now, &retry));
  assert_false (kithd_rate_take (&rate, 20, SECOND, 60, now, &retry));
  assert_int_equal (retry, SECOND / 20);
  assert_false (kithd_rate_take (&rate, 20, SECOND, 60, now + retry - 1, NULL));
  assert_true (kithd_rate_take (&rate, 20, SECOND, 60, now + retry, NULL));
}

static void
the_long_run_is_as_told (void **state)
{
  KithdRate rate = { 0 };
  int passed = 0;
  for (gint64 now = SECOND; now < 11 * SECOND; now += 1000)
    passed += kithd_rate_take (&rate, 20, SECOND, 1, now, NULL);
  assert_in_range (passed, 199, 201);
}

static void
looking_takes_nothing (void **state)
{
  KithdRate rate = { 0 };
  for (int i = 0; i < 100; i++)
    assert_true (kithd_rate_peek (&rate, 1, SECOND, 1, SECOND, NULL));
  assert_true (kithd_rate_take (&rate, 1, SECOND, 1, SECOND, NULL));
  assert_false (kithd_rate_peek (&rate, 1, SECOND, 1, SECOND, NULL));
}

static void
keys_are_bounded_and_idle_ones_go (void **state)
{
  KithdRates *rates = kithd_rates_new (2);
  gint64 now = 1000 * SECOND;
  assert_true (kithd_rate_take (kithd_rates_find (rates, "a", now), 1, SECOND, 1, now, NULL));
  assert_true (kithd_rate_take (kithd_rates_find (rates, "b", now), 1, SECOND, 1, now, NULL));
  KithdRate *shared = kithd_rates_find (rates, "c", now);
  assert_ptr_equal (shared, kithd_rates_find (rates, "d", now));
  assert_false (kithd_rate_take (kithd_rates_find (rates, "a", now), 1, SECOND, 1, now, NULL));
  now += 10 * SECOND;
  assert_ptr_not_equal (shared, kithd_rates_find (rates, "c", now));
  kithd_rates_free (rates);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_burst_passes_and_the_next_waits),
    cmocka_unit_test (the_long_run_is_as_told),
    cmocka_unit_test (looking_takes_nothing),
    cmocka_unit_test (keys_are_bounded_and_idle_ones_go),
  };
  return cmocka_run_group_tests_name ("rate", tests, NULL, NULL);
}
