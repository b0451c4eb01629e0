/* test-autostart-kept.c - starting with the desktop, however this system does that: it is on once it was switched on.
 */
#include "core/autostart.h"
#include "support/check.h"
#include "support/scratch.h"

#define ID "org.kith.Test"
#define OTHER "org.kith.Test.p1"

static void
it_is_switched_on_and_off (void **state)
{
  assert_false (kith_autostart_is_on (ID));
  CHECK (kith_autostart_set (ID, NULL, TRUE, &error));
  assert_true (kith_autostart_is_on (ID));
  CHECK (kith_autostart_set (ID, NULL, TRUE, &error));
  CHECK (kith_autostart_set (ID, NULL, FALSE, &error));
  assert_false (kith_autostart_is_on (ID));
  CHECK (kith_autostart_set (ID, NULL, FALSE, &error));
}

static void
each_profile_is_one (void **state)
{
  CHECK (kith_autostart_set (ID, NULL, TRUE, &error));
  assert_false (kith_autostart_is_on (OTHER));
  CHECK (kith_autostart_set (OTHER, g_get_tmp_dir (), TRUE, &error));
  CHECK (kith_autostart_set (ID, NULL, FALSE, &error));
  assert_true (kith_autostart_is_on (OTHER));
  CHECK (kith_autostart_set (OTHER, NULL, FALSE, &error));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (it_is_switched_on_and_off),
      cmocka_unit_test (each_profile_is_one),
  };
  g_autoptr (TestScratch) scratch = test_scratch_new ();
  g_setenv ("XDG_CONFIG_HOME", test_scratch_directory (scratch), TRUE); /* before anybody asks GLib for it */
  return cmocka_run_group_tests (tests, NULL, NULL);
}
