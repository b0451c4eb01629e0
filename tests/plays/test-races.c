/* test-races.c - several people want the same at once, or one removes another in the middle of a sentence: exactly one
 * outcome, the same for everybody. Requests of different connections mostly meet in one turn of the server here; which
 * of them comes first does not matter. */
#include <string.h>

#include "plays/load.h"
#include "plays/scene.h"

#define RIVALS 20
#define ROUNDS 20
#define POSTS 200

typedef struct {
  TestServer *server;
  Player *rivals[RIVALS];
} Race;

static gboolean
is_refused (json_object *answer, const char *code)
{
  json_object *error = NULL;
  if (!json_object_object_get_ex (answer, "error", &error))
    return FALSE;
  assert_string_equal (scene_string (error, "code"), code);
  return TRUE;
}

static int
set_up (void **state)
{
  Race *race = g_new0 (Race, 1);
  race->server = test_server_new ();
  load_configure (race->server);
  CHECK (test_server_start (race->server, &error));
  for (guint i = 0; i < RIVALS; i++) {
    g_autofree char *handle = g_strdup_printf ("rival%u", i);
    race->rivals[i] = scene_person (race->server->door, handle, NULL);
  }
  *state = race;
  return 0;
}

static int
tear_down (void **state)
{
  Race *race = *state;
  for (guint i = 0; i < RIVALS; i++)
    player_free (race->rivals[i]);
  CHECK (test_server_stop (race->server, 0, &error));
  test_server_free (race->server);
  g_free (race);
  return 0;
}

/* How many of the rivals' answers (to request 20) are not refusals of this code. */
static guint
count_winners (Race *race, const char *code)
{
  guint winners = 0;
  for (guint i = 0; i < RIVALS; i++) {
    json_object *answer = NULL;
    CHECK (answer = player_expect (race->rivals[i], "{\"re\":20}", NULL, &error));
    winners += !is_refused (answer, code);
    json_object_put (answer);
  }
  return winners;
}

static void
test_one_room_name (void **state)
{
  Race *race = *state;
  for (guint round = 0; round < ROUNDS; round++) {
    for (guint i = 0; i < RIVALS; i++) {
      g_autofree char *nonce = player_random_hex (16);
      CHECK (player_say (race->rivals[i], &error, "{\"type\":\"create\",\"id\":20,\"nonce\":\"%s\",\"name\":\"%s%u\"}",
                         nonce, i % 2 == 0 ? "room" : "ROOM", round));
    }
    assert_int_equal (count_winners (race, "name_taken"), 1);
  }
}

static void
test_one_handle (void **state)
{
  Race *race = *state;
  for (guint i = 0; i < RIVALS; i++) {
    player_free (race->rivals[i]);
    CHECK (race->rivals[i] = player_connect (race->server->door, &error));
    CHECK (player_say (race->rivals[i], &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"race\"}"));
  }
  for (guint i = 0; i < RIVALS; i++) {
    g_autofree char *nonce = player_random_hex (16), *token = player_random_hex (32);
    CHECK (player_say (
        race->rivals[i], &error,
        "{\"type\":\"register\",\"id\":20,\"nonce\":\"%s\",\"handle\":\"%s\",\"device\":\"race\",\"token\":\"%s\"}",
        nonce, i % 2 == 0 ? "wanted" : "WANTED", token));
  }
  assert_int_equal (count_winners (race, "handle_taken"), 1);
}

/* Everybody opens the conversation with the same people: there is one. */
static void
test_one_direct (void **state)
{
  Race *race = *state;
  g_autofree char *first = NULL;
  for (guint i = 0; i < 2; i++) {
    g_autofree char *nonce = player_random_hex (16);
    CHECK (player_say (race->rivals[i], &error, "{\"type\":\"open\",\"id\":20,\"nonce\":\"%s\",\"people\":[\"u%u\"]}",
                       nonce, 2 - i));
  }
  for (guint i = 0; i < 2; i++) {
    json_object *answer = NULL, *conversation = NULL;
    CHECK (answer =
               player_expect (race->rivals[i], "{\"re\":20,\"conversation\":{\"kind\":\"direct\"}}", NULL, &error));
    assert_true (json_object_object_get_ex (answer, "conversation", &conversation));
    if (first == NULL)
      first = g_strdup (scene_string (conversation, "id"));
    assert_string_equal (scene_string (conversation, "id"), first);
    json_object_put (answer);
  }
}

/* Posts in one write, without waiting. */
static void
pour (Player *player, const char *room)
{
  g_autoptr (GString) frames = g_string_new (NULL);
  for (guint i = 0; i < POSTS; i++) {
    g_autofree char *nonce = player_random_hex (16);
    g_string_append_printf (
        frames, "{\"type\":\"post\",\"id\":%u,\"conversation\":\"%s\",\"nonce\":\"%s\",\"body\":{\"text\":\"%u\"}}\n",
        1000 + i, room, nonce, i);
  }
  CHECK (player_send (player, frames->str, (gssize) frames->len, &error));
}

/* How many of them were acknowledged; last gets the highest seq. */
static guint
count_acknowledged (Player *player, gint64 *last)
{
  guint acknowledged = 0;
  *last = 0;
  for (guint i = 0; i < POSTS; i++) {
    g_autofree char *pattern = g_strdup_printf ("{\"re\":%u}", 1000 + i);
    json_object *answer = NULL;
    CHECK (answer = player_expect (player, pattern, NULL, &error));
    acknowledged += !is_refused (answer, "not_member");
    *last = MAX (*last, scene_integer (answer, "seq"));
    json_object_put (answer);
  }
  return acknowledged;
}

/* Who is removed in the middle of many posts: all before the kick are in the log, none behind it, and the answers say
 * which is which. */
static void
test_kick_in_the_middle (void **state)
{
  Race *race = *state;
  Player *owner = race->rivals[0], *guest = race->rivals[1];
  g_autofree char *room = scene_room (owner, "busy");
  gint64 before = 1;
  for (guint round = 0; round < ROUNDS; round++) {
    g_autofree char *nonce = player_random_hex (16);
    json_object *answer = NULL;
    gint64 last;
    scene_join (guest, room);
    pour (guest, room);
    CHECK (answer =
               player_ask (owner, 20, &error,
                           "{\"type\":\"kick\",\"id\":20,\"conversation\":\"%s\",\"nonce\":\"%s\",\"account\":\"u2\"}",
                           room, nonce));
    gint64 kick = scene_integer (answer, "seq");
    json_object_put (answer);
    guint acknowledged = count_acknowledged (guest, &last);
    /* The join, what was acknowledged and the kick are all there is. */
    assert_int_equal (kick, before + 1 + acknowledged + 1);
    assert_true (last < kick);
    before = kick;
    player_clear (owner);
    player_clear (guest);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_one_room_name, set_up, tear_down),
      cmocka_unit_test_setup_teardown (test_one_handle, set_up, tear_down),
      cmocka_unit_test_setup_teardown (test_one_direct, set_up, tear_down),
      cmocka_unit_test_setup_teardown (test_kick_in_the_middle, set_up, tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
