/* test-secrets-kept.c - what the desktop client's tokens can rely on, wherever this system keeps them. */
#include <string.h>

#include "core/secrets.h"
#include "support/check.h"
#include "support/scratch.h"

#define ID "kith://[::1]:5484"

static TestScratch *scratch;

static int
set_up (void **state)
{
  scratch = test_scratch_new ();
  return 0;
}

static int
tear_down (void **state)
{
  g_autoptr (KithSecrets) secrets = kith_secrets_open (test_scratch_directory (scratch));
  kith_secrets_set (secrets, ID, NULL, NULL);
  test_scratch_free (scratch);
  return 0;
}

static void
expect (const char *directory, const char *wanted)
{
  g_autoptr (KithSecrets) secrets = kith_secrets_open (directory);
  g_autofree char *got = kith_secrets_get (secrets, ID);
  if (wanted == NULL)
    assert_null (got);
  else
    assert_string_equal (got, wanted);
}

static void
set (const char *secret)
{
  g_autoptr (KithSecrets) secrets = kith_secrets_open (test_scratch_directory (scratch));
  CHECK (kith_secrets_set (secrets, ID, secret, &error));
}

static void
a_secret_is_there_when_it_is_opened_anew (void **state)
{
  const char *here = test_scratch_directory (scratch);
  set ("Schl\xc3\xbcssel");
  expect (here, "Schl\xc3\xbcssel");
  set ("another");
  expect (here, "another");
  set (NULL);
  expect (here, NULL);
}

static void
each_profile_has_its_own (void **state)
{
  set ("mine");
  expect (g_get_tmp_dir (), NULL);
}

static void
in_the_keyring_means_not_in_the_profile (void **state)
{
  g_autoptr (KithSecrets) secrets = kith_secrets_open (test_scratch_directory (scratch));
  CHECK (kith_secrets_set (secrets, ID, "very secret", &error));
  gboolean keyring = strstr (kith_secrets_where (secrets), "keyring") != NULL;
  assert_int_equal (test_scratch_holds (scratch, "very secret"), !keyring);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (a_secret_is_there_when_it_is_opened_anew, set_up, tear_down),
      cmocka_unit_test_setup_teardown (each_profile_has_its_own, set_up, tear_down),
      cmocka_unit_test_setup_teardown (in_the_keyring_means_not_in_the_profile, set_up, tear_down),
  };
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* never the keyring of who runs the tests */
  return cmocka_run_group_tests (tests, NULL, NULL);
}
