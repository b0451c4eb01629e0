/* test-secrets.c - where the desktop client's tokens are: a real keyring on a session bus of this test, one that says
 * nothing, none at all. */
#include <gio/gio.h>
#include <string.h>

#include "core/secrets.h"
#include "support/check.h"
#include "support/scratch.h"

typedef struct {
  GTestDBus *bus;
  TestScratch *scratch;
  KithSecrets *secrets;
} Fixture;

static int
set_up (void **state)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  fixture->scratch = test_scratch_new ();
  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE); /* starts no service by itself */
  g_test_dbus_up (fixture->bus);
  *state = fixture;
  return 0;
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;
  g_clear_pointer (&fixture->secrets, kith_secrets_free);
  g_test_dbus_stop (fixture->bus);
  g_object_unref (fixture->bus);
  test_scratch_free (fixture->scratch);
  g_free (fixture);
  return 0;
}

static void
expect_secret (Fixture *fixture, const char *id, const char *wanted)
{
  g_autofree char *got = kith_secrets_get (fixture->secrets, id);
  if (wanted == NULL)
    assert_null (got);
  else
    assert_string_equal (got, wanted);
}

static void
without_a_keyring_it_is_a_file (void **state)
{
  Fixture *fixture = *state;
  fixture->secrets = kith_secrets_open (test_scratch_directory (fixture->scratch));
  CHECK (kith_secrets_set (fixture->secrets, "kith://[::1]:5484", "token", &error));
  expect_secret (fixture, "kith://[::1]:5484", "token");
  expect_secret (fixture, "kith://other:5484", NULL);
  assert_non_null (strstr (kith_secrets_where (fixture->secrets), "file"));
  assert_true (test_scratch_holds (fixture->scratch, "token"));
  CHECK (kith_secrets_set (fixture->secrets, "kith://[::1]:5484", NULL, &error));
  expect_secret (fixture, "kith://[::1]:5484", NULL);
}

/* Swallows what it is asked, in the thread of the connection. */
static GDBusMessage *
swallow (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  if (incoming && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    g_clear_object (&message);
  return message;
}

static void
a_keyring_that_says_nothing_is_not_waited_for (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GError) problem = NULL;
  g_autoptr (GDBusConnection) silent = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (fixture->bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL,
      &problem);
  assert_non_null (silent);
  g_dbus_connection_add_filter (silent, swallow, NULL, NULL);
  g_variant_unref (g_dbus_connection_call_sync (
      silent, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
      g_variant_new ("(su)", "org.freedesktop.secrets", 4), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL));
  fixture->secrets = kith_secrets_open (test_scratch_directory (fixture->scratch));
  gint64 begin = g_get_monotonic_time ();
  CHECK (kith_secrets_set (fixture->secrets, "kith://h:1", "token", &error));
  assert_true (g_get_monotonic_time () - begin < 20 * G_TIME_SPAN_SECOND);
  assert_true (test_scratch_holds (fixture->scratch, "token"));
  expect_secret (fixture, "kith://h:1", "token");
  CHECK (g_dbus_connection_close_sync (silent, NULL, &error));
}

static void
on_name (GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* GNOME Keyring with one keyring, which is open; what it keeps is in the scratch directory. */
static GSubprocess *
start_keyring (Fixture *fixture)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  static const char *const places[] = {"HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"};
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    g_subprocess_launcher_setenv (launcher, places[i], test_scratch_directory (fixture->scratch), TRUE);
  GSubprocess *keyring = g_subprocess_launcher_spawn (launcher, &problem, "gnome-keyring-daemon", "--unlock",
                                                      "--components=secrets", "--foreground", NULL);
  if (keyring == NULL)
    fail_msg ("%s", problem->message);
  GOutputStream *in = g_subprocess_get_stdin_pipe (keyring);
  CHECK (g_output_stream_write_all (in, "password", 8, NULL, NULL, &error) && g_output_stream_close (in, NULL, &error));
  gboolean there = FALSE;
  guint watch = g_bus_watch_name (G_BUS_TYPE_SESSION, "org.freedesktop.secrets", G_BUS_NAME_WATCHER_FLAGS_NONE, on_name,
                                  NULL, &there, NULL);
  while (!there)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (watch);
  return keyring;
}

static void
the_keyring_has_it_where_there_is_one (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GSubprocess) keyring = start_keyring (fixture);
  g_autofree char *file = test_scratch_path (fixture->scratch, "secrets.ini");
  fixture->secrets = kith_secrets_open (test_scratch_directory (fixture->scratch));
  CHECK (kith_secrets_set (fixture->secrets, "kith://h:1", "token", &error));
  assert_non_null (strstr (kith_secrets_where (fixture->secrets), "keyring"));
  assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  expect_secret (fixture, "kith://h:1", "token");
  g_autoptr (KithSecrets) other_profile = kith_secrets_open (g_get_tmp_dir ());
  assert_null (kith_secrets_get (other_profile, "kith://h:1"));
  CHECK (kith_secrets_set (fixture->secrets, "kith://h:1", NULL, &error));
  expect_secret (fixture, "kith://h:1", NULL);
  g_subprocess_force_exit (keyring);
  g_subprocess_wait (keyring, NULL, NULL);
}

/* Every keyring that there is. */
static void
lock_all (void)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GVariant) found = g_dbus_connection_call_sync (
      bus, "org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", "org.freedesktop.Secret.Service", "Collections"), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
      &problem);
  assert_non_null (found);
  g_autoptr (GVariant) boxed = g_variant_get_child_value (found, 0), collections = g_variant_get_variant (boxed);
  g_autoptr (GVariant) locked = g_dbus_connection_call_sync (
      bus, "org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service", "Lock",
      g_variant_new ("(@ao)", collections), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &problem);
  assert_non_null (locked);
}

static void
on_answered (gpointer answered)
{
  *(gboolean *) answered = TRUE;
}

/* Nobody is there to ask the person here, so the keyring stays locked: that is an answer, too, and nothing waits for it. */
static void
a_locked_keyring_is_not_waited_for (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GSubprocess) keyring = start_keyring (fixture);
  gboolean answered = FALSE;
  fixture->secrets = kith_secrets_open (test_scratch_directory (fixture->scratch));
  CHECK (kith_secrets_set (fixture->secrets, "kith://h:1", "token", &error));
  expect_secret (fixture, "kith://h:1", "token");
  assert_false (kith_secrets_unlock (fixture->secrets, "kith://h:1", on_answered, &answered)); /* it is open */
  lock_all ();
  expect_secret (fixture, "kith://h:1", NULL);
  assert_true (kith_secrets_unlock (fixture->secrets, "kith://h:1", on_answered, &answered));
  assert_false (answered);
  while (!answered)
    g_main_context_iteration (NULL, TRUE);
  expect_secret (fixture, "kith://h:1", NULL);

  answered = FALSE;
  assert_true (kith_secrets_unlock (fixture->secrets, "kith://h:1", on_answered, &answered));
  g_clear_pointer (&fixture->secrets, kith_secrets_free); /* it goes while the person is asked: nobody is told */
  fixture->secrets = kith_secrets_open (test_scratch_directory (fixture->scratch));
  expect_secret (fixture, "kith://h:1", NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_false (answered);
  g_subprocess_force_exit (keyring);
  g_subprocess_wait (keyring, NULL, NULL);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (the_keyring_has_it_where_there_is_one, set_up, tear_down),
      cmocka_unit_test_setup_teardown (a_locked_keyring_is_not_waited_for, set_up, tear_down),
      cmocka_unit_test_setup_teardown (without_a_keyring_it_is_a_file, set_up, tear_down),
      cmocka_unit_test_setup_teardown (a_keyring_that_says_nothing_is_not_waited_for, set_up, tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
