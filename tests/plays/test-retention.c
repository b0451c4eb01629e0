/* test-retention.c - a real kithd deletes what is too old, from every file and for everybody; and waits after its clock
 * has jumped. Time passes by making what is stored older while the server is off. */
#include "plays/scene.h"

#include <sqlite3.h>
#include <string.h>

#define SECRET "xylophone"

typedef struct {
  TestServer *server;
  Player *ada;
  char *token, *room;
} World;

static void
change_store (World *world, const char *statements)
{
  sqlite3 *db = NULL;
  g_autofree char *file = g_build_filename (world->server->data, "kith.db", NULL);
  assert_int_equal (sqlite3_open_v2 (file, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
  assert_int_equal (sqlite3_exec (db, statements, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close (db);
}

static json_object *ask (World *world, const char *format, ...) G_GNUC_PRINTF (2, 3);

static json_object *
ask (World *world, const char *format, ...)
{
  va_list list;
  json_object *answer = NULL;
  va_start (list, format);
  g_autofree char *text = g_strdup_vprintf (format, list);
  va_end (list);
  json_object *request = json_tokener_parse (text);
  CHECK (answer = player_ask (world->ada, scene_integer (request, "id"), &error, "%s", text));
  json_object_put (request);
  return answer;
}

static void
sign_in (World *world)
{
  g_clear_pointer (&world->ada, player_free);
  CHECK ((world->ada = player_connect (world->server->address, &error)) != NULL);
  json_object_put (ask (world, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"test\"}"));
  json_object_put (ask (world, "{\"type\":\"login\",\"id\":2,\"token\":\"%s\"}", world->token));
}

static void
stop (World *world)
{
  g_clear_pointer (&world->ada, player_free);
  CHECK (test_server_stop (world->server, 0, &error));
}

static int
set_up (void **state)
{
  World *world = g_new0 (World, 1);
  world->server = test_server_new ();
  CHECK (test_server_start (world->server, &error));
  world->ada = scene_person (world->server->address, "ada", &world->token);
  world->room = scene_room (world->ada, "plans");
  for (guint i = 0; i < 5; i++)
    assert_int_not_equal (scene_post (world->ada, world->room, NULL, "the " SECRET " of old", NULL), 0);
  *state = world;
  return 0;
}

static int
tear_down (void **state)
{
  World *world = *state;
  player_free (world->ada);
  test_server_free (world->server);
  g_free (world->token);
  g_free (world->room);
  g_free (world);
  return 0;
}

/* Whether a file of the server holds the text. */
static gboolean
holds (World *world, const char *name)
{
  g_autofree char *file = g_build_filename (world->server->data, name, NULL), *bytes = NULL;
  gsize length = 0;
  if (!g_file_get_contents (file, &bytes, &length, NULL))
    return FALSE;
  for (gsize at = 0; at + strlen (SECRET) <= length; at++)
    if (memcmp (bytes + at, SECRET, strlen (SECRET)) == 0)
      return TRUE;
  return FALSE;
}

static gint64
first_of (World *world)
{
  json_object *answer = ask (world, "{\"type\":\"fetch\",\"id\":3,\"conversation\":\"%s\"}", world->room);
  gint64 first = scene_integer (answer, "first");
  json_object_put (answer);
  return first;
}

static void
wait_for_first (World *world, gint64 wanted)
{
  gint64 deadline = g_get_monotonic_time () + TEST_PATIENCE_S * G_USEC_PER_SEC;
  while (first_of (world) != wanted)
    assert_true (g_get_monotonic_time () < deadline);
}

static guint
count (json_object *object, const char *name)
{
  json_object *list = NULL;
  assert_true (json_object_object_get_ex (object, name, &list));
  return (guint) json_object_array_length (list);
}

static void
expect_gone (World *world)
{
  json_object *page = ask (world, "{\"type\":\"fetch\",\"id\":4,\"conversation\":\"%s\"}", world->room);
  assert_int_equal (count (page, "events"), 1);
  json_object_put (page);
  json_object *found = ask (world, "{\"type\":\"search\",\"id\":5,\"text\":\"%s\"}", SECRET);
  assert_int_equal (count (found, "events"), 0);
  json_object_put (found);
}

/* The room's own limit; clients hear where the log begins now; nothing of it is in the store's file. */
static void
what_is_too_old_goes (void **state)
{
  World *world = *state;
  json_object *done =
      ask (world, "{\"type\":\"retention\",\"id\":3,\"conversation\":\"%s\",\"nonce\":\"%032d\",\"days\":30}",
           world->room, 1);
  gint64 last = scene_integer (done, "seq"); /* it stays: the limit is as new as the room */
  json_object_put (done);
  stop (world);
  assert_true (holds (world, "kith.db"));
  change_store (world, "UPDATE event SET at = at - 40 * 86400000 WHERE kind <> 'retention'");
  CHECK (test_server_start (world->server, &error));
  sign_in (world);
  wait_for_first (world, last);
  expect_gone (world);
  json_object *sync = ask (world, "{\"type\":\"sync\",\"id\":6}"), *conversations = NULL;
  json_object_object_get_ex (sync, "conversations", &conversations);
  for (gsize i = 0; i < json_object_array_length (conversations); i++) {
    json_object *one = json_object_array_get_idx (conversations, i);
    if (g_str_equal (scene_string (one, "id"), world->room)) {
      assert_int_equal (scene_integer (one, "first"), last);
      assert_int_equal (scene_integer (one, "retention"), 30);
      assert_int_equal (scene_integer (one, "unread"), 0);
    }
  }
  json_object_put (sync);
  assert_int_equal (scene_post (world->ada, world->room, NULL, "and on it goes", NULL), last + 1);
  stop (world);
  assert_false (holds (world, "kith.db"));
  assert_false (holds (world, "kith.db-wal"));
  g_autofree char *file = g_build_filename (world->server->data, "kith.db", NULL);
  assert_int_equal (test_server_command (world->server, NULL, "check", file, NULL), 0);
}

/* Everything stored is older than a week: either the server was off, or its clock is wrong. */
static void
a_doubtful_clock_waits_for_the_administrator (void **state)
{
  World *world = *state;
  stop (world);
  change_store (world, "UPDATE event SET at = at - 40 * 86400000; UPDATE conversation SET at = at - 40 * 86400000;"
                       "UPDATE device SET seen = seen - 40 * 86400000");
  test_server_set (world->server, "server", "retention_days", "30");
  CHECK (test_server_start (world->server, &error));
  g_autofree char *waiting = NULL, *going = NULL;
  assert_int_equal (test_server_command (world->server, &waiting, "retention", "show", NULL), 0);
  assert_non_null (strstr (waiting, "older than 30 days"));
  assert_non_null (strstr (waiting, "for 24 hours more"));
  g_autofree char *log = test_server_read_log (world->server);
  assert_non_null (strstr (log, "clock-jumped"));
  sign_in (world);
  assert_int_equal (first_of (world), 1);
  assert_int_equal (test_server_command (world->server, &going, "retention", "resume", NULL), 0);
  assert_null (strstr (going, "jumped"));
  wait_for_first (world, 7); /* a join and five messages */
  json_object *found = ask (world, "{\"type\":\"search\",\"id\":5,\"text\":\"%s\"}", SECRET);
  assert_int_equal (count (found, "events"), 0);
  json_object_put (found);
  stop (world);
  assert_false (holds (world, "kith.db"));
}

/* More than one slice: all of it goes, and messages are taken all the while. */
static void
a_long_log_goes_in_slices (void **state)
{
  World *world = *state;
  test_server_set (world->server, "limits", "posts_burst", "2000");
  test_server_set (world->server, "server", "retention_days", "30");
  stop (world);
  CHECK (test_server_start (world->server, &error));
  sign_in (world);
  for (guint i = 0; i < 1200; i++)
    assert_int_not_equal (scene_post (world->ada, world->room, NULL, "one of many", NULL), 0);
  stop (world);
  change_store (world, "UPDATE event SET at = at - 40 * 86400000");
  CHECK (test_server_start (world->server, &error));
  sign_in (world);
  wait_for_first (world, 1207);
  assert_int_equal (scene_post (world->ada, world->room, NULL, "new", NULL), 1207);
  stop (world);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST (what_is_too_old_goes),
      TEST (a_doubtful_clock_waits_for_the_administrator),
      TEST (a_long_log_goes_in_slices),
  };
  return cmocka_run_group_tests_name ("retention", tests, NULL, NULL);
}
