/* test-life.c - the life of the program kithd: what it says when it cannot start, reloading, its commands. */
#include <glib/gstdio.h>
#include <string.h>

#include "plays/scene.h"

static void
assert_contains (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    fail_msg ("\"%s\" is not in: %s", part, text);
}

/* What it says instead of being ready; to be freed. */
static char *
refusal_to_start (TestServer *server)
{
  GError *error = NULL;
  assert_false (test_server_start (server, &error));
  char *words = g_strdup (error->message);
  g_error_free (error);
  return words;
}

/* Somebody can register there. */
static void
expect_service (const char *address)
{
  g_autoptr (Player) ada = scene_person (address, "ada", NULL);
  CHECK (player_settle (ada, &error));
}

/* ---- starting ---- */

static void
test_bad_configuration (void **state)
{
  static const struct {
    const char *text, *where;
  } files[] = {
      {"[server]\nname = Stage\nregistratoin = open\n", ":3: "},
      {"[server]\nregistration = perhaps\n", ":2: "},
      {"[limits]\n\ntext = many\n", ":3: "},
      {"[sever]\nname = x\n", ":1: "},
      {"[limits]\ntext = 0\n", ":2: "},
      {"[listen]\naddresses = 127.0.0.1:0; nowhere\n", ":2: "},
      {"no group\n", "bad.conf"},
  };
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree char *file = g_build_filename (server->dir, "bad.conf", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *output = NULL;
    CHECK (g_file_set_contents (file, files[i].text, -1, &error));
    assert_int_equal (test_server_command (server, &output, "--config", file, "--check-config", NULL), 1);
    assert_contains (output, "bad.conf");
    assert_contains (output, files[i].where);
  }
}

/* What the program prints as a sample is a configuration that it takes. */
static void
test_sample_configuration (void **state)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree char *file = g_build_filename (server->dir, "sample.conf", NULL), *sample = NULL, *output = NULL;
  assert_int_equal (test_server_command (server, &sample, "--sample-config", NULL), 0);
  CHECK (g_file_set_contents (file, sample, -1, &error));
  assert_int_equal (test_server_command (server, &output, "--config", file, "--check-config", NULL), 0);
}

static void
test_bad_usage (void **state)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree char *option = NULL, *command = NULL, *words = NULL, *half = NULL;
  assert_int_equal (test_server_command (server, &option, "--no-such-option", NULL), 2);
  assert_int_equal (test_server_command (server, &command, "no-such-command", NULL), 2);
  assert_int_equal (test_server_command (server, &words, "user", "role", "ada", NULL), 2);
  assert_int_equal (test_server_command (server, &half, "user", NULL), 2);
  assert_contains (half, "kithd user password NAME");
  assert_contains (option, "--help");
  assert_contains (command, "--help");
  assert_contains (words, "user role NAME");
}

static void
test_port_in_use (void **state)
{
  g_autoptr (TestServer) first = test_server_new (), second = test_server_new ();
  CHECK (test_server_start (first, &error));
  second->address = g_strdup (first->address);
  g_autofree char *words = refusal_to_start (second);
  assert_contains (words, "already in use");
  assert_contains (words, "--listen");
  CHECK (test_server_stop (first, 0, &error));
}

static void
test_two_on_one_directory (void **state)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree char *output = NULL;
  CHECK (test_server_start (server, &error));
  assert_int_equal (test_server_command (server, &output, "--listen", "127.0.0.1:0", NULL), 1);
  assert_contains (output, server->data);
  expect_service (server->address);
  CHECK (test_server_stop (server, 0, &error));
}

/* Without TLS only where nobody else can listen in. */
static void
test_tls_off (void **state)
{
  g_autoptr (TestServer) server = test_server_new ();
  test_server_set (server, "listen", "tls", "off");
  test_server_set_arguments (server, "--listen 0.0.0.0:0");
  g_autofree char *words = refusal_to_start (server);
  assert_contains (words, "loopback");
  test_server_set_arguments (server, NULL);
  CHECK (test_server_start (server, &error));
  g_autofree char *plain = g_strconcat ("plain:", server->address, NULL);
  expect_service (plain);
  CHECK (test_server_stop (server, 0, &error));
}

/* A damaged database: a sentence that says what to do, and not a byte of it is changed. */
static void
test_damaged (void **state)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree char *file = g_build_filename (server->data, "kith.db", NULL), *before = NULL, *after = NULL;
  gsize length = 0, length_after = 0;
  CHECK (test_server_start (server, &error));
  expect_service (server->address);
  CHECK (test_server_stop (server, 0, &error));
  CHECK (g_file_get_contents (file, &before, &length, &error));
  assert_true (length > 4096);
  memset (before + 1000, 0xa5, length - 1000);
  CHECK (g_file_set_contents (file, before, (gssize) length, &error));
  g_autofree char *words = refusal_to_start (server);
  assert_contains (words, file);
  assert_contains (words, "restore");
  CHECK (g_file_get_contents (file, &after, &length_after, &error));
  assert_int_equal (length, length_after);
  assert_memory_equal (before, after, length);
}

/* ---- reloading ---- */

static gboolean
is_registration_open (TestServer *server)
{
  g_autoptr (Player) player = NULL;
  json_object *answer = NULL;
  CHECK (player = player_connect (server->door, &error));
  CHECK (answer = player_ask (player, 1, &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"life\"}"));
  gboolean open = strcmp (scene_string (answer, "registration"), "open") == 0;
  json_object_put (answer);
  return open;
}

/* Reloading takes over what can change while running, and names what cannot; a bad file changes nothing. */
static void
test_reload (void **state)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree char *file = g_build_filename (server->dir, "kithd.conf", NULL), *log = NULL;
  CHECK (test_server_start (server, &error));
  assert_true (is_registration_open (server));
  CHECK (g_file_set_contents (file, "[server]\nregistration = nonsense\n", -1, &error));
  test_server_reload (server);
  gint64 deadline = g_get_monotonic_time () + TEST_PATIENCE_S * G_USEC_PER_SEC;
  do {
    g_free (log);
    log = test_server_read_log (server);
    assert_true (is_registration_open (server));
  } while (strstr (log, "not-reloaded") == NULL && g_get_monotonic_time () < deadline);
  assert_contains (log, "kithd.conf:2");
  CHECK (g_file_set_contents (file, "[server]\nregistration = closed\nkeep_versions = no\n", -1, &error));
  test_server_reload (server);
  while (is_registration_open (server) && g_get_monotonic_time () < deadline)
    ;
  assert_false (is_registration_open (server));
  g_free (log);
  log = test_server_read_log (server);
  assert_contains (log, "needs-restart=");
  assert_contains (log, "server.keep_versions");
  CHECK (test_server_stop (server, 0, &error));
}

/* ---- commands ---- */

static void
expect_command (TestServer *server, int status, const char *says, const char *first, const char *second,
                const char *third, const char *fourth)
{
  g_autofree char *output = NULL;
  int got = test_server_command (server, &output, first, second, third, fourth, NULL);
  if (got != status)
    fail_msg ("kithd %s %s ended with %d: %s", first, second != NULL ? second : "", got, output);
  assert_contains (output, says);
}

static void
test_commands (void **state)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree char *backup = g_build_filename (server->dir, "backup.db", NULL);
  expect_command (server, 1, "Start it first", "user", "list", NULL, NULL);
  CHECK (test_server_start (server, &error));
  g_autoptr (Player) ada = scene_person (server->address, "ada", NULL);
  g_autofree char *room = scene_room (ada, "plans");
  assert_int_equal (scene_post (ada, room, NULL, "saved", NULL), 2);
  expect_command (server, 0, "ada", "user", "list", NULL, NULL);
  expect_command (server, 0, "plans", "room", "list", NULL, NULL);
  expect_command (server, 0, "owner", "user", "role", "ada", "owner");
  expect_command (server, 1, "kithd:", "user", "role", "nobody", "owner");
  expect_command (server, 1, "standard input", "user", "password", "ada", NULL);
  expect_command (server, 2, "usage: kithd broadcast TEXT", "broadcast", NULL, NULL, NULL);
  expect_command (server, 1, "The text is empty", "broadcast", "", NULL, NULL);
  expect_command (server, 1, "The text is empty", "broadcast", " ", "\n", NULL);
  g_autofree char *long_text = g_strnfill (30 * 1000, 'x'); /* a command line of Windows holds 32,767 */
  expect_command (server, 1, "has 30000 bytes; nothing was sent", "broadcast", long_text, NULL, NULL);
  expect_command (server, 0, "Said to everybody", "broadcast", "Down", "at six", NULL);
  expect_command (server, 0, backup, "backup", backup, NULL, NULL);
  expect_command (server, 0, "sound", "check", backup, NULL, NULL);
  expect_command (server, 1, "kithd:", "restore", backup, NULL, NULL);
  assert_int_equal (scene_post (ada, room, NULL, "gone with the restore", NULL), 3);
  CHECK (test_server_stop (server, 0, &error));
  expect_command (server, 0, "sound", "check", NULL, NULL, NULL);
  expect_command (server, 1, "kithd:", "restore", server->log, NULL, NULL);
  expect_command (server, 0, "Restored", "restore", backup, NULL, NULL);
  CHECK (test_server_start (server, &error));
  expect_command (server, 0, "owner", "user", "list", NULL, NULL);
  CHECK (test_server_stop (server, 0, &error));
}

static void
test_command_that_is_no_text (void **state)
{
  if (!test_child_takes_bytes)
    skip ();
  g_autoptr (TestServer) server = test_server_new ();
  CHECK (test_server_start (server, &error));
  expect_command (server, 1, "not UTF-8", "urgent", "\xff", NULL, NULL);
  CHECK (test_server_stop (server, 0, &error));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (test_bad_configuration),
      cmocka_unit_test (test_sample_configuration),
      cmocka_unit_test (test_bad_usage),
      cmocka_unit_test (test_port_in_use),
      cmocka_unit_test (test_two_on_one_directory),
      cmocka_unit_test (test_tls_off),
      cmocka_unit_test (test_damaged),
      cmocka_unit_test (test_reload),
      cmocka_unit_test (test_commands),
      cmocka_unit_test (test_command_that_is_no_text),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
