/* test-many.c - thousands of connections behind select's nested set, and select alone at its ceiling. */
#include <string.h>

#include "net/poller.h"
#include "plays/load.h"
#include "plays/scene.h"

#define MANY 3000
#define WITH_TLS 400 /* of them; the others come through the door, to keep the test's own memory small */
#define PEOPLE 30
#define SPARE 200 /* descriptors for everything else */

/* What select alone can hold. */
static guint
ceiling (void)
{
  g_autoptr (KithPoller) poller = NULL;
  CHECK ((poller = kith_poller_new (KITH_POLLER_SELECT_ONLY, &error)) != NULL);
  return kith_poller_ceiling (poller);
}

static void
free_player (gpointer player)
{
  player_free (player);
}

/* PEOPLE people in one room; tokens (to be freed) are theirs. */
static char *
fill_room (TestServer *server, GPtrArray *tokens)
{
  char *room = NULL;
  for (guint i = 0; i < PEOPLE; i++) {
    g_autofree char *handle = g_strdup_printf ("person%u", i);
    char *token = NULL;
    g_autoptr (Player) player = scene_person (server->door, handle, &token);
    g_ptr_array_add (tokens, token);
    if (room == NULL)
      room = scene_room (player, "everybody");
    else
      scene_join (player, room);
  }
  return room;
}

static void
expect_event (Player *player, const char *text)
{
  g_autofree char *pattern = g_strdup_printf ("{\"type\":\"event\",\"body\":{\"text\":\"%s\"}}", text);
  json_object *event = NULL;
  CHECK (event = player_expect (player, pattern, NULL, &error));
  json_object_put (event);
  player_clear (player);
}

/* Everybody hears what one says, three times over. */
static void
say_to_all (GPtrArray *players, const char *room)
{
  for (guint i = 0; i < 3; i++) {
    g_autofree char *text = g_strdup_printf ("to all %u", i);
    assert_int_not_equal (scene_post (players->pdata[i], room, NULL, text, NULL), 0);
    for (guint j = 0; j < players->len; j++)
      expect_event (players->pdata[j], text);
  }
}

static void
test_nested (void **state)
{
  guint limit = kith_socket_raise_limit (MANY + SPARE);
  guint many = MIN (MANY, limit > SPARE ? limit - SPARE : 0);
  if (many <= ceiling ())
    skip ();
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GPtrArray) tokens = g_ptr_array_new_with_free_func (g_free),
                        players = g_ptr_array_new_with_free_func (free_player);
  load_configure (server);
  test_server_set (server, "limits", "connections_per_account", "1000");
  CHECK (test_server_start (server, &error));
  g_autofree char *room = fill_room (server, tokens);
  for (guint i = 0; i < many; i++) {
    Player *player = NULL;
    CHECK (player = player_connect (i < WITH_TLS ? server->address : server->door, &error));
    g_ptr_array_add (players, player);
    CHECK (player_login (player, tokens->pdata[i % PEOPLE], &error) != 0);
  }
  say_to_all (players, room);
  print_message ("%u connections, %" G_GINT64_FORMAT " KiB\n", many, test_server_memory_kib (server));
  /* They go all at once, and the server has not missed it. */
  g_clear_pointer (&players, g_ptr_array_unref);
  g_autoptr (Player) last = NULL;
  CHECK (last = player_connect (server->address, &error));
  CHECK (player_login (last, tokens->pdata[0], &error) != 0);
  CHECK (test_server_stop (server, 0, &error));
}

/* Greets: TRUE when served, FALSE when told `limit`. */
static gboolean
is_served (Player *player)
{
  json_object *frame = NULL, *problem = NULL;
  CHECK (player_say (player, &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"many\"}"));
  CHECK (frame = player_next (player, 0, &error));
  gboolean refused = json_object_object_get_ex (frame, "error", &problem);
  if (refused)
    assert_string_equal (scene_string (problem, "code"), "limit");
  json_object_put (frame);
  return !refused;
}

/* One more connection that only greets: each message costs a look at all of them. FALSE when it was told that it is too
 * many. */
static gboolean
enter (TestServer *server, GPtrArray *crowd)
{
  g_autoptr (Player) player = NULL;
  CHECK (player = player_connect (server->door, &error));
  if (!is_served (player))
    return FALSE;
  g_ptr_array_add (crowd, g_steal_pointer (&player));
  return TRUE;
}

static TestServer *
start_select_alone (void)
{
  static const char *const limits[][2] = {{"connections", "10000"}, {"connections_per_address", "10000"}, {"sign_in_seconds", "3600"},
                                          {"ping_seconds", "3600"},   {"dead_seconds", "7200"}};
  TestServer *server = test_server_new ();
  load_configure (server);
  test_server_set (server, "server", "poller", "select");
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    test_server_set (server, "limits", limits[i][0], limits[i][1]);
  CHECK (test_server_start (server, &error));
  return server;
}

/* Every one that select can hold is served; the next ones are told so; who was there before goes on talking; when some
 * go, there is room again. */
static void
test_select_alone (void **state)
{
  const guint most = ceiling ();
  if (kith_socket_raise_limit (most + SPARE) < most + SPARE)
    skip ();
  g_autoptr (TestServer) server = start_select_alone ();
  g_autoptr (GPtrArray) tokens = g_ptr_array_new_with_free_func (g_free),
                        people = g_ptr_array_new_with_free_func (free_player),
                        crowd = g_ptr_array_new_with_free_func (free_player);
  g_autofree char *room = fill_room (server, tokens);
  for (guint i = 0; i < PEOPLE; i++) {
    Player *player = NULL;
    CHECK (player = player_connect (server->door, &error));
    g_ptr_array_add (people, player);
    CHECK (player_login (player, tokens->pdata[i], &error) != 0);
  }
  while (crowd->len <= most && enter (server, crowd))
    ;
  assert_in_range (people->len + crowd->len, most / 2, most - 1);
  say_to_all (people, room);
  /* Somebody goes; a ping round trip of another shows that the server has seen it. */
  g_ptr_array_remove_index (crowd, 0);
  CHECK (player_settle (people->pdata[0], &error));
  g_autoptr (Player) next = NULL;
  CHECK (next = player_connect (server->door, &error));
  assert_true (is_served (next));
  CHECK (test_server_stop (server, 0, &error));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (test_nested), cmocka_unit_test (test_select_alone)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
