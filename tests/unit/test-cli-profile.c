/* test-cli-profile.c - what kith-cli remembers between runs, for each server apart, and for nobody else's eyes. */
#include "support/check.h"
#include "support/files.h"

#include "profile.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  char *dir, *file;
  CliProfile *profile;
} Fixture;

static void
reopen (Fixture *fixture)
{
  g_clear_pointer (&fixture->profile, cli_profile_free);
  CHECK ((fixture->profile = cli_profile_open (fixture->dir, &error)) != NULL);
}

static int
set_up (void **state)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  g_autofree char *base = NULL;
  CHECK ((base = g_dir_make_tmp ("kith-XXXXXX", &error)) != NULL);
  fixture->dir = g_build_filename (base, "profile", NULL); /* not there yet */
  fixture->file = g_build_filename (fixture->dir, "profile.ini", NULL);
  reopen (fixture);
  *state = fixture;
  return 0;
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;
  g_autofree char *base = g_path_get_dirname (fixture->dir);
  g_clear_pointer (&fixture->profile, cli_profile_free);
  g_unlink (fixture->file);
  g_rmdir (fixture->dir);
  g_rmdir (base);
  g_free (fixture->dir);
  g_free (fixture->file);
  g_free (fixture);
  return 0;
}

static void
keep (Fixture *fixture, const char *host, guint16 port, KithKept what, const char *value)
{
  g_autoptr (KithStorage) storage = cli_profile_storage (fixture->profile, host, port);
  CHECK (kith_storage_set (storage, what, value, &error));
}

static void
expect (Fixture *fixture, const char *host, guint16 port, KithKept what, const char *wanted)
{
  g_autoptr (KithStorage) storage = cli_profile_storage (fixture->profile, host, port);
  g_autofree char *value = kith_storage_get (storage, what);
  if (wanted == NULL)
    assert_null (value);
  else
    assert_string_equal (value, wanted);
}

static const struct {
  const char *host;
  guint16 port;
} servers[] = {
    {"chat.example.org", 5484}, {"chat.example.org", 5485},    {"::1", 5484},
    {"fe80::1%eth0", 5484},     {"unix:/run/[odd] path/s", 0}, {"b\303\274ro", 5484},
};

static void
servers_are_kept_apart (void **state)
{
  Fixture *fixture = *state;
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++) {
    g_autofree char *token = g_strdup_printf ("token %u", i);
    keep (fixture, servers[i].host, servers[i].port, KITH_KEPT_TOKEN, token);
  }
  reopen (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++) {
    g_autofree char *token = g_strdup_printf ("token %u", i);
    expect (fixture, servers[i].host, servers[i].port, KITH_KEPT_TOKEN, token);
    expect (fixture, servers[i].host, servers[i].port, KITH_KEPT_PIN, NULL);
  }
  expect (fixture, "CHAT.example.org", 5484, KITH_KEPT_TOKEN, "token 0"); /* the same machine */
  keep (fixture, "::1", 5484, KITH_KEPT_TOKEN, NULL);
  expect (fixture, "::1", 5484, KITH_KEPT_TOKEN, NULL);
}

static void
what_means_nothing_later_is_not_kept (void **state)
{
  Fixture *fixture = *state;
  keep (fixture, "a", 1, KITH_KEPT_REV, "17"); /* what it stands for is not kept either */
  expect (fixture, "a", 1, KITH_KEPT_REV, NULL);
}

static void
the_default_server_is_remembered (void **state)
{
  Fixture *fixture = *state;
  assert_null (cli_profile_server (fixture->profile));
  CHECK (cli_profile_set_server (fixture->profile, "[::1]:5484", &error));
  reopen (fixture);
  g_autofree char *server = cli_profile_server (fixture->profile);
  assert_string_equal (server, "[::1]:5484");
}

static void
the_file_is_private (void **state)
{
  Fixture *fixture = *state;
  keep (fixture, "a", 1, KITH_KEPT_TOKEN, "secret");
  test_assert_mode (fixture->file, 0600);
  test_assert_private_directory (fixture->dir);
}

static void
a_damaged_file_is_not_overwritten (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GError) fault = NULL;
  g_autofree char *text = NULL;
  keep (fixture, "a", 1, KITH_KEPT_TOKEN, "secret");
  CHECK (g_file_set_contents (fixture->file, "no key file", -1, &error));
  assert_null (cli_profile_open (fixture->dir, &fault));
  assert_non_null (strstr (fault->message, fixture->file));
  g_autoptr (KithStorage) storage = cli_profile_storage (fixture->profile, "a", 1);
  assert_false (kith_storage_set (storage, KITH_KEPT_PIN, "x", NULL));
  CHECK (g_file_get_contents (fixture->file, &text, NULL, &error));
  assert_string_equal (text, "no key file");
}

#define WITH_PROFILE(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
      WITH_PROFILE (servers_are_kept_apart),
      WITH_PROFILE (what_means_nothing_later_is_not_kept),
      WITH_PROFILE (the_default_server_is_remembered),
      WITH_PROFILE (the_file_is_private),
      WITH_PROFILE (a_damaged_file_is_not_overwritten),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
