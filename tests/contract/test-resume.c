/* test-resume.c - the program is told that the computer has woken up: each time, and not when it goes to sleep. */
#include "support/check.h"
#include "support/power.h"

#include "core/resume-private.h"

#define PATIENCE_US (30 * G_USEC_PER_SEC)

static void
count (gpointer data)
{
  (*(guint *) data)++;
}

static void
waking_up_is_told_of (void **state)
{
  TestPower *power = test_power_new ();
  guint awake = 0;
  KithAlarm *alarm = kith_alarm_new (count, &awake);
  gint64 end_us = g_get_monotonic_time () + PATIENCE_US;
  while (awake == 0) { /* it may take a moment until it listens */
    assert_true (g_get_monotonic_time () < end_us);
    test_power_say (power, FALSE);
  }
  guint before = awake;
  test_power_say (power, TRUE);
  assert_int_equal (awake, before);
  test_power_say (power, FALSE);
  assert_int_equal (awake, before + 1);
  kith_alarm_free (alarm);
  test_power_say (power, FALSE);
  assert_int_equal (awake, before + 1);
  test_power_free (power);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (waking_up_is_told_of)};
  return cmocka_run_group_tests_name ("resume", tests, NULL, NULL);
}
