/* test-limits.c - limits that take many of something to reach: devices of an account, who has read a message of a large
 * room, rooms with the worst names and topics. */
#include "plays/scene.h"
#include "proto/limits.h"

#include <string.h>

typedef struct {
  TestServer *server;
  Player *root;
  GPtrArray *players;
} World;

static int
set_up (void **state)
{
  World *world = g_new0 (World, 1);
  world->server = test_server_new ();
  world->players = g_ptr_array_new_with_free_func ((GDestroyNotify) player_free);
  test_server_set (world->server, "limits", "connections_per_account", "100");
  test_server_set (world->server, "limits", "posts_burst", "1000");
  test_server_set (world->server, "limits", "wrong_passwords_address", "1000");
  test_server_set (world->server, "limits", "wrong_passwords", "1000");
  CHECK (test_server_start (world->server, &error));
  CHECK (world->root = player_connect (world->server->door, &error));
  json_object *hello = NULL;
  CHECK (hello =
             player_ask (world->root, 1, &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"test\"}"));
  json_object_put (hello);
  *state = world;
  return 0;
}

static int
tear_down (void **state)
{
  World *world = *state;
  g_ptr_array_unref (world->players);
  player_free (world->root);
  CHECK (test_server_stop (world->server, 0, &error));
  test_server_free (world->server);
  g_free (world);
  return 0;
}

/* Another device of ada, by a code of the administrator; the server's answer. */
static json_object *
add_device (World *world, Player **player)
{
  json_object *answer = NULL;
  g_autofree char *token = player_random_hex (32);
  CHECK (answer = player_ask (world->root, 2, &error, "{\"type\":\"admin_link\",\"id\":2,\"handle\":\"ada\"}"));
  g_autofree char *code = g_strdup (scene_string (answer, "code"));
  json_object_put (answer);
  CHECK (*player = player_connect (world->server->address, &error));
  CHECK (answer = player_ask (*player, 1, &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"test\"}"));
  json_object_put (answer);
  CHECK (answer = player_ask (*player, 2, &error,
                              "{\"type\":\"link\",\"id\":2,\"code\":\"%s\",\"device\":\"one more\",\"token\":\"%s\"}",
                              code, token));
  return answer;
}

static char *
device_at (Player *player, guint index, guint wanted)
{
  json_object *answer = NULL, *devices = NULL;
  CHECK (answer = player_ask (player, 3, &error, "{\"type\":\"devices\",\"id\":3}"));
  assert_true (json_object_object_get_ex (answer, "devices", &devices));
  assert_int_equal (json_object_array_length (devices), wanted);
  char *id = g_strdup (scene_string (json_object_array_get_idx (devices, index), "id"));
  json_object_put (answer);
  return id;
}

static void
the_device_that_is_used_least_goes (void **state)
{
  World *world = *state;
  Player *ada = scene_person (world->server->address, "ada", NULL), *other = NULL;
  g_ptr_array_add (world->players, ada);
  json_object_put (add_device (world, &other)); /* and closes */
  g_clear_pointer (&other, player_free);
  while (world->players->len < KITH_DEVICES_MAX - 1) {
    json_object *in = add_device (world, &other);
    g_ptr_array_add (world->players, other);
    assert_string_not_equal (scene_string (in, "device"), "");
    json_object_put (in);
  }
  g_autofree char *unused = device_at (ada, 1, KITH_DEVICES_MAX);
  json_object *in = add_device (world, &other);
  g_ptr_array_add (world->players, other);
  assert_string_not_equal (scene_string (in, "device"), "");
  json_object_put (in);
  g_autofree char *second = device_at (ada, 1, KITH_DEVICES_MAX);
  assert_string_not_equal (second, unused);
  /* All are connected: none of them goes. */
  json_object *refused = add_device (world, &other), *fault = NULL;
  g_ptr_array_add (world->players, other);
  assert_true (json_object_object_get_ex (refused, "error", &fault));
  assert_string_equal (scene_string (fault, "code"), "limit");
  json_object_put (refused);
}

static json_object *
seen_by (Player *player, const char *room, gint64 seq)
{
  json_object *answer = NULL;
  CHECK (answer = player_ask (player, 4, &error,
                              "{\"type\":\"seen_by\",\"id\":4,\"conversation\":\"%s\",\"target\":%" G_GINT64_FORMAT "}",
                              room, seq));
  return answer;
}

static void
expect_refused (json_object *answer)
{
  json_object *fault = NULL;
  assert_true (json_object_object_get_ex (answer, "error", &fault));
  assert_string_equal (scene_string (fault, "code"), "forbidden");
  json_object_put (answer);
}

/* In a room of more than 50 nobody is told what was read, but of an urgent message, by who wrote it or moderates. */
static void
a_large_room_tells_of_urgent_messages (void **state)
{
  World *world = *state;
  Player *ada = scene_person (world->server->address, "ada", NULL), *bob = NULL;
  g_ptr_array_add (world->players, ada);
  g_autofree char *room = scene_room (ada, "plans");
  for (guint i = 0; i <= KITH_RECEIPTS_MEMBERS_MAX; i++) {
    g_autofree char *handle = g_strdup_printf ("person%u", i);
    bob = scene_person (world->server->address, handle, NULL);
    g_ptr_array_add (world->players, bob);
    scene_join (bob, room);
  }
  gint64 plain = scene_post (ada, room, NULL, "plain", NULL);
  json_object *answer = NULL, *people = NULL;
  CHECK (answer = player_ask (
             ada, 5, &error,
             "{\"type\":\"post\",\"id\":5,\"conversation\":\"%s\",\"nonce\":\"%032d\",\"body\":{\"text\":\"x\","
             "\"urgent\":true}}",
             room, 7));
  gint64 urgent = scene_integer (answer, "seq");
  json_object_put (answer);
  CHECK (answer = player_ask (bob, 6, &error,
                              "{\"type\":\"mark\",\"id\":6,\"conversation\":\"%s\",\"read\":%" G_GINT64_FORMAT "}",
                              room, urgent));
  json_object_put (answer);
  expect_refused (seen_by (ada, room, plain));
  expect_refused (seen_by (bob, room, urgent));
  answer = seen_by (ada, room, urgent);
  assert_true (json_object_object_get_ex (answer, "people", &people));
  assert_int_equal (json_object_array_length (people), 1);
  assert_int_equal (scene_integer (answer, "of"), KITH_RECEIPTS_MEMBERS_MAX + 1);
  json_object_put (answer);
  CHECK (answer = player_ask (ada, 7, &error, "{\"type\":\"receipts\",\"id\":7,\"conversation\":\"%s\"}", room));
  assert_true (json_object_object_get_ex (answer, "people", &people));
  assert_int_equal (json_object_object_length (people), 0);
  json_object_put (answer);
}

#define STRANGERS 60 /* more than two threads take, and 32 that may wait for them */

/* Passwords are being checked, and no more of them are taken: who has a token is not kept waiting by that. */
static void
a_token_costs_no_password_hash (void **state)
{
  World *world = *state;
  g_autofree char *token = NULL;
  g_ptr_array_add (world->players, scene_person (world->server->address, "ada", &token));
  g_autoptr (Player) ada = NULL;
  CHECK (ada = player_connect (world->server->door, &error));
  json_object *answer = NULL;
  guint first = world->players->len, refused = 0;
  for (guint i = 0; i < STRANGERS; i++) {
    Player *stranger = NULL;
    CHECK (stranger = player_connect (world->server->door, &error));
    g_ptr_array_add (world->players, stranger);
    CHECK (answer = player_ask (stranger, 1, &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"test\"}"));
    json_object_put (answer);
  }
  for (guint i = first; i < world->players->len; i++) {
    g_autofree char *fresh = player_random_hex (32);
    CHECK (player_say (world->players->pdata[i], &error,
                       "{\"type\":\"login\",\"id\":2,\"handle\":\"nobody%u\",\"password\":\"whatever\",\"device\":\"x\",\"token\":\"%s\"}", i, fresh));
  }
  CHECK (player_login (ada, token, &error) != 0);
  for (guint i = first; i < world->players->len; i++) {
    json_object *fault = NULL;
    CHECK (answer = player_expect (world->players->pdata[i], "{\"re\":2}", NULL, &error));
    assert_true (json_object_object_get_ex (answer, "error", &fault));
    refused += g_str_equal (scene_string (fault, "code"), "unavailable");
    json_object_put (answer);
  }
  assert_true (refused > 0); /* else there was room, and nothing is shown */
}

static gint64
connections_of (Player *root, const char *handle)
{
  json_object *answer = NULL, *users = NULL;
  gint64 connections = -1;
  CHECK (answer = player_ask (root, 8, &error, "{\"type\":\"admin_users\",\"id\":8}"));
  assert_true (json_object_object_get_ex (answer, "users", &users));
  for (gsize i = 0; i < json_object_array_length (users); i++) {
    json_object *user = json_object_array_get_idx (users, i);
    if (g_str_equal (scene_string (user, "handle"), handle))
      connections = scene_integer (user, "connections");
  }
  json_object_put (answer);
  return connections;
}

/* A computer that was switched off says nothing, not even that it goes. */
static void
who_says_nothing_is_found (void **state)
{
  World *world = *state;
  CHECK (test_server_stop (world->server, 0, &error));
  test_server_set (world->server, "limits", "ping_seconds", "1");
  test_server_set (world->server, "limits", "dead_seconds", "3");
  CHECK (test_server_start (world->server, &error));
  g_clear_pointer (&world->root, player_free);
  CHECK (world->root = player_connect (world->server->door, &error));
  json_object *hello = NULL;
  CHECK (hello = player_ask (world->root, 1, &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"test\"}"));
  json_object_put (hello);
  Player *ada = scene_person (world->server->address, "ada", NULL), *bob = scene_person (world->server->address, "bob", NULL);
  g_ptr_array_add (world->players, ada);
  g_ptr_array_add (world->players, bob);
  gint64 deadline = g_get_monotonic_time () + TEST_PATIENCE_S * G_USEC_PER_SEC;
  while (connections_of (world->root, "bob") > 0 && g_get_monotonic_time () < deadline)
    CHECK (player_settle (ada, &error)); /* she is there */
  assert_int_equal (connections_of (world->root, "bob"), 0);
  assert_int_equal (connections_of (world->root, "ada"), 1);
}

#define WORST_ROOMS (KITH_PAGE_MAX + 20)

/* Letters of four bytes, and a topic of which each byte is escaped. */
static void
make_worst_room (Player *player, guint number)
{
  g_autoptr (GString) name = g_string_new (NULL), topic = g_string_new (NULL);
  g_autofree char *nonce = player_random_hex (16);
  json_object *answer = NULL;
  for (guint i = 0; i < KITH_ROOM_NAME_MAX - 3; i++)
    g_string_append (name, "\360\220\214\260");
  for (guint i = 0; i < KITH_TOPIC_MAX; i++)
    g_string_append (topic, "\\\"");
  CHECK (answer = player_ask (
             player, 5, &error,
             "{\"type\":\"create\",\"id\":5,\"nonce\":\"%s\",\"name\":\"%s%03u\",\"topic\":\"%s\"}", nonce,
             name->str, number, topic->str));
  assert_true (json_object_object_get_ex (answer, "conversation", NULL));
  json_object_put (answer);
}

/* Asks for what is behind *after, in the member list of the answer; how many there were. *after: NULL when there are no more. */
static guint
count_rooms (Player *player, char **after)
{
  json_object *answer = NULL, *rooms = NULL, *more = NULL;
  CHECK (answer = player_ask (player, 6, &error, "{\"type\":\"rooms\",\"id\":6,\"limit\":%d,\"after\":\"%s\"}",
                              KITH_PAGE_MAX, *after));
  g_clear_pointer (after, g_free);
  assert_true (json_object_object_get_ex (answer, "rooms", &rooms));
  assert_true (json_object_object_get_ex (answer, "more", &more));
  guint n = (guint) json_object_array_length (rooms);
  assert_int_not_equal (n, 0);
  if (json_object_get_boolean (more))
    *after = g_strdup (scene_string (json_object_array_get_idx (rooms, n - 1), "name"));
  json_object_put (answer);
  return n;
}

/* The same of sync: rooms alone. *since: -1 when there are no more. */
static guint
count_synced (Player *player, gint64 *since)
{
  json_object *answer = NULL, *items = NULL, *more = NULL;
  guint n = 0;
  CHECK (answer = player_ask (player, 7, &error, "{\"type\":\"sync\",\"id\":7,\"since\":%" G_GINT64_FORMAT "}", *since));
  assert_true (json_object_object_get_ex (answer, "conversations", &items));
  assert_true (json_object_object_get_ex (answer, "more", &more));
  for (gsize i = 0; i < json_object_array_length (items); i++)
    n += g_str_equal (scene_string (json_object_array_get_idx (items, i), "kind"), "room");
  *since = json_object_get_boolean (more) ? scene_integer (answer, "rev") : -1;
  json_object_put (answer);
  return n;
}

/* A frame that is longer than the protocol allows would end the connection of everybody who is in those rooms. */
static void
the_worst_rooms_fit_into_frames (void **state)
{
  World *world = *state;
  Player *ada = scene_person (world->server->address, "ada", NULL);
  g_ptr_array_add (world->players, ada);
  for (guint i = 0; i < WORST_ROOMS; i++)
    make_worst_room (ada, i);
  player_clear (ada);
  guint listed = 0, synced = 0;
  for (char *after = g_strdup ("0"); after != NULL;)
    listed += count_rooms (ada, &after);
  for (gint64 since = 0; since >= 0;)
    synced += count_synced (ada, &since);
  assert_int_equal (listed, WORST_ROOMS);
  assert_int_equal (synced, WORST_ROOMS);
}

#define GUESSES 5

/* Knocks with a wrong password. What the server says, to be freed; the processor time that it took is added to *cpu_ms. */
static char *
guess (World *world, Player *player, const char *handle, gint64 *cpu_ms)
{
  json_object *answer = NULL;
  g_autofree char *token = player_random_hex (32);
  gint64 before = test_server_cpu_ms (world->server);
  CHECK (answer = player_ask (player, 2, &error,
                              "{\"type\":\"login\",\"id\":2,\"handle\":\"%s\",\"password\":\"a wrong one\",\"device\":\"x\",\"token\":\"%s\"}",
                              handle, token));
  *cpu_ms += test_server_cpu_ms (world->server) - before;
  char *said = g_strdup (json_object_to_json_string (answer));
  json_object_put (answer);
  return said;
}

/* Made with a password, or without one, which is another account of which no password is right. */
static void
register_with (World *world, const char *handle, const char *password)
{
  Player *player = NULL;
  json_object *answer = NULL;
  g_autofree char *token = player_random_hex (32), *nonce = player_random_hex (16);
  CHECK (player = player_connect (world->server->address, &error));
  g_ptr_array_add (world->players, player);
  CHECK (answer = player_ask (player, 1, &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"test\"}"));
  json_object_put (answer);
  CHECK (answer = player_ask (player, 2, &error,
                              "{\"type\":\"register\",\"id\":2,\"nonce\":\"%s\",\"handle\":\"%s\",\"device\":\"x\",\"token\":\"%s\"%s}",
                              nonce, handle, token, password));
  assert_false (json_object_object_get_ex (answer, "error", NULL));
  json_object_put (answer);
}

/* A stranger learns neither from the words nor from the work who has an account: whoever is asked for, one password is hashed. */
static void
who_does_not_exist_is_like_a_wrong_password (void **state)
{
  static const char *const handles[] = {"nobody", "ada", "bob"};
  World *world = *state;
  gint64 cpu_ms[G_N_ELEMENTS (handles)] = {0};
  g_autofree char *first = NULL;
  g_autoptr (Player) stranger = NULL;
  register_with (world, "ada", ",\"password\":\"the right one\"");
  register_with (world, "bob", "");
  CHECK (stranger = player_connect (world->server->address, &error));
  json_object *hello = NULL;
  CHECK (hello = player_ask (stranger, 1, &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"test\"}"));
  json_object_put (hello);
  for (guint i = 0; i < GUESSES * G_N_ELEMENTS (handles); i++) {
    g_autofree char *said = guess (world, stranger, handles[i % G_N_ELEMENTS (handles)], &cpu_ms[i % G_N_ELEMENTS (handles)]);
    assert_non_null (strstr (said, "bad_credentials"));
    assert_string_equal (said, first != NULL ? first : said);
    if (first == NULL)
      first = g_steal_pointer (&said);
  }
  for (guint i = 0; i < G_N_ELEMENTS (handles); i++) {
    assert_in_range (cpu_ms[i], 10 * GUESSES, G_MAXINT32); /* scrypt, each time */
    assert_in_range (cpu_ms[i], cpu_ms[0] / 2, cpu_ms[0] * 2);
  }
}

/* One password of an account is checked at a time; it is the next one's turn also when nobody waits for the outcome any more. */
static void
who_left_ends_their_turn (void **state)
{
  World *world = *state;
  Player *ada = scene_person (world->server->address, "ada", NULL), *gone = NULL;
  g_ptr_array_add (world->players, ada);
  json_object_put (add_device (world, &gone));
  CHECK (player_say (gone, &error, "{\"type\":\"password\",\"id\":5,\"new\":\"of who has left\"}"));
  json_object *pong = NULL;
  CHECK (pong = player_ask (gone, 6, &error, "{\"type\":\"ping\",\"id\":6}")); /* then it is being checked */
  json_object_put (pong);
  player_free (gone);
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_MINUTE;
  gboolean refused = TRUE;
  for (gint64 id = 10; refused && g_get_monotonic_time () < deadline; id++) {
    json_object *answer = NULL, *fault = NULL;
    CHECK (answer = player_ask (ada, id, &error,
                                "{\"type\":\"password\",\"id\":%" G_GINT64_FORMAT ",\"old\":\"of who has left\",\"new\":\"of who stays\"}", id));
    refused = json_object_object_get_ex (answer, "error", &fault);
    if (refused)
      assert_string_equal (scene_string (fault, "code"), "rate_limited");
    json_object_put (answer);
  }
  assert_false (refused);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)
  const struct CMUnitTest tests[] = {TEST (the_device_that_is_used_least_goes),
                                     TEST (a_large_room_tells_of_urgent_messages),
                                     TEST (a_token_costs_no_password_hash),
                                     TEST (who_does_not_exist_is_like_a_wrong_password),
                                     TEST (who_says_nothing_is_found),
                                     TEST (who_left_ends_their_turn),
                                     TEST (the_worst_rooms_fit_into_frames)};
  return cmocka_run_group_tests_name ("limits", tests, NULL, NULL);
}
