/* test-network.c - a bad network between people and the server: split at every byte, delayed, cut, black-holed, a
 * reader at 10 KB/s. */
#include <string.h>

#include "plays/load.h"
#include "plays/scene.h"
#include "support/proxy.h"

typedef struct {
  TestServer *server;
  TestProxy *proxy;
} Network;

static int
set_up (void **state)
{
  Network *network = g_new0 (Network, 1);
  network->server = test_server_new ();
  load_configure (network->server);
  CHECK (test_server_start (network->server, &error));
  CHECK (network->proxy = test_proxy_new (network->server->address, &error));
  *state = network;
  return 0;
}

static int
tear_down (void **state)
{
  Network *network = *state;
  test_proxy_free (network->proxy);
  CHECK (test_server_stop (network->server, 0, &error));
  test_server_free (network->server);
  g_free (network);
  return 0;
}

static Load *
begin_load (Network *network)
{
  const LoadOptions options = {.posters = 2, .readers = 2, .window = 8, .address = test_proxy_address (network->proxy)};
  Load *load = NULL;
  CHECK (load = load_new (network->server, &options, &error));
  load_start (load);
  return load;
}

static void
test_split (void **state)
{
  Network *network = *state;
  test_proxy_set_chunk (network->proxy, 1);
  g_autoptr (Load) load = begin_load (network);
  CHECK (load_wait (load, 200, &error));
  CHECK (load_finish (load, &error));
}

static void
test_delay (void **state)
{
  Network *network = *state;
  test_proxy_set_delay (network->proxy, 30);
  g_autoptr (Load) load = begin_load (network);
  CHECK (load_wait (load, 100, &error));
  CHECK (load_finish (load, &error));
}

/* Cut after ever more bytes: in the handshake, in hello, in login, between a post and its answer. */
static void
test_cuts (void **state)
{
  Network *network = *state;
  g_autoptr (Load) load = begin_load (network);
  CHECK (load_wait (load, 10, &error));
  for (guint64 bytes = 1; bytes < 40000; bytes += bytes / 4 + 1) {
    test_proxy_cut_after (network->proxy, bytes);
    test_proxy_cut (network->proxy);
    CHECK (load_wait (load, bytes < 4000 ? 1 : 20, &error));
  }
  test_proxy_cut_after (network->proxy, 0);
  CHECK (load_finish (load, &error));
}

/* Nothing gets through for a while, then everything; others go on meanwhile. */
static void
test_stall (void **state)
{
  Network *network = *state;
  g_autoptr (Load) load = begin_load (network);
  g_autoptr (Player) other = NULL;
  g_autofree char *token = player_random_hex (32);
  CHECK (load_wait (load, 50, &error));
  for (guint i = 0; i < 5; i++) {
    test_proxy_set_stalled (network->proxy, TRUE);
    CHECK (other != NULL || (other = player_connect (network->server->address, &error)));
    CHECK (i > 0 || player_register (other, "other", token, &error) != 0);
    CHECK (player_settle (other, &error));
    test_proxy_set_stalled (network->proxy, FALSE);
    CHECK (load_wait (load, 50, &error));
  }
  CHECK (load_finish (load, &error));
}

/* ---- a slow reader ---- */

#define BIG_POSTS 4000
#define BIG_TEXT 15000 /* bytes: all together well over the outbound queue and what the kernel holds */
#ifdef __SANITIZE_ADDRESS__
#define MEMORY_SLACK_KIB (400 * 1024) /* AddressSanitizer keeps what was freed for a while */
#else
#define MEMORY_SLACK_KIB (32 * 1024) /* half of what is posted */
#endif

static void
post_big_ones (Player *ada, const char *room)
{
  g_autofree char *text = g_strnfill (BIG_TEXT, 'x');
  for (guint i = 0; i < BIG_POSTS; i++) {
    assert_int_not_equal (scene_post (ada, room, NULL, text, NULL), 0);
    player_clear (ada);
  }
}

/* Fetches everything after seq; how many events came. Each is the next one. */
static gint64
fetch_all (Player *bob, const char *room, gint64 seq)
{
  gint64 first = seq;
  json_object *answer = NULL, *events = NULL;
  do {
    json_object_put (answer);
    CHECK (answer = player_ask (bob, 12, &error,
                                "{\"type\":\"fetch\",\"id\":12,\"conversation\":\"%s\",\"after\":%" G_GINT64_FORMAT "}",
                                room, seq));
    assert_true (json_object_object_get_ex (answer, "events", &events));
    for (gsize i = 0; i < json_object_array_length (events); i++)
      assert_int_equal (scene_integer (json_object_array_get_idx (events, i), "seq"), ++seq);
  } while (json_object_array_length (events) > 0);
  json_object_put (answer);
  return seq - first;
}

/* Reads the live events until the word "behind"; the last seq that came live, and the one that behind names. */
static gint64
read_until_behind (Player *bob, const char *room, gint64 seq, gint64 *named)
{
  for (;;) {
    json_object *frame = NULL, *type = NULL, *conversations = NULL;
    CHECK (frame = player_next (bob, 0, &error));
    assert_true (json_object_object_get_ex (frame, "type", &type));
    gboolean behind = strcmp (json_object_get_string (type), "behind") == 0;
    if (strcmp (json_object_get_string (type), "event") == 0)
      assert_int_equal (scene_integer (frame, "seq"), ++seq);
    if (behind && json_object_object_get_ex (frame, "conversations", &conversations))
      *named = scene_integer (conversations, room);
    json_object_put (frame);
    if (behind)
      return seq;
  }
}

/* Everything that a reader at 10 KB/s does not get live is named by "behind", and fetch has it; memory stays bounded.
 */
static void
test_slow_reader (void **state)
{
  Network *network = *state;
  g_autoptr (Player) ada = scene_person (network->server->address, "ada", NULL);
  g_autoptr (Player) bob = scene_person (test_proxy_address (network->proxy), "bob", NULL);
  g_autofree char *room = scene_room (ada, "big");
  gint64 named = 0;
  scene_join (bob, room);
  CHECK (player_settle (bob, &error));
  player_clear (bob);
  gint64 memory = test_server_memory_kib (network->server);
  test_proxy_set_rate (network->proxy, 10 * 1024);
  post_big_ones (ada, room);
  assert_in_range (test_server_memory_kib (network->server), 1, memory + MEMORY_SLACK_KIB);
  /* The link recovers, or the test would take minutes for what the queue holds. */
  test_proxy_set_rate (network->proxy, 0);
  gint64 live = read_until_behind (bob, room, 2, &named);
  assert_int_equal (named, 2 + BIG_POSTS);
  assert_true (live < named);
  assert_int_equal (fetch_all (bob, room, live), named - live);
  /* And it is live again. */
  json_object *event = NULL;
  assert_int_equal (scene_post (ada, room, NULL, "now", NULL), named + 1);
  CHECK (event = player_expect (bob, "{\"type\":\"event\",\"body\":{\"text\":\"now\"}}", NULL, &error));
  json_object_put (event);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_split, set_up, tear_down),
      cmocka_unit_test_setup_teardown (test_delay, set_up, tear_down),
      cmocka_unit_test_setup_teardown (test_cuts, set_up, tear_down),
      cmocka_unit_test_setup_teardown (test_stall, set_up, tear_down),
      cmocka_unit_test_setup_teardown (test_slow_reader, set_up, tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
