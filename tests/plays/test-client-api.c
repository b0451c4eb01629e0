/* test-client-api.c - what the headless client offers beside requests, against a real kithd: what waits in the outbox
 * is altered and withdrawn, a push goes out, and rev moves on. */
#include "client/client.h"
#include "client/drive.h"
#include "plays/scene.h"
#include "proto/id.h"

typedef struct {
  TestServer *server;
  Player *bob;
  char *room;
  KithPoller *poller;
  KithTls *tls;
  KithClient *ada;
} World;

static const KithClientHooks hooks = {0};

static int
set_up (void **state)
{
  World *world = g_new0 (World, 1);
  world->server = test_server_new ();
  CHECK (test_server_start (world->server, &error));
  world->bob = scene_person (world->server->address, "bob", NULL);
  world->room = scene_room (world->bob, "plans");
  CHECK (world->poller = kith_poller_new (KITH_POLLER_SELECT_ONLY, &error));
  CHECK (world->tls = kith_tls_client_new (&error));
  KithClientOptions options = {.host = "127.0.0.1",
                               .port = world->server->port,
                               .name = "test",
                               .pin = world->server->pin,
                               .tls = world->tls,
                               .storage = kith_storage_memory_new (),
                               .hooks = &hooks};
  CHECK (world->ada = kith_client_new (&options, &error));
  CHECK (kith_client_register (world->ada, "ada", NULL, "test", NULL, &error));
  kith_client_start (world->ada);
  *state = world;
  return 0;
}

static int
tear_down (void **state)
{
  World *world = *state;
  kith_client_free (world->ada);
  kith_tls_free (world->tls);
  kith_poller_free (world->poller);
  player_free (world->bob);
  CHECK (test_server_stop (world->server, 0, &error));
  test_server_free (world->server);
  g_free (world->room);
  g_free (world);
  return 0;
}

static void
wait_for (World *world, gboolean (*is_so) (World *world))
{
  gint64 end_us = g_get_monotonic_time () + TEST_PATIENCE_S * G_USEC_PER_SEC;
  while (!is_so (world)) {
    assert_true (g_get_monotonic_time () < end_us);
    CHECK (kith_drive (&world->ada, 1, world->poller, 1, g_get_monotonic_time () + 20000, &error));
  }
}

static gboolean
is_ready (World *world)
{
  return kith_client_state (world->ada) == KITH_CLIENT_READY;
}

static gboolean
is_in (World *world)
{
  const KithConversation *room = kith_state_room (kith_client_known (world->ada), "plans");
  return room != NULL && g_str_equal (room->state, "member");
}

static gint64
enter (World *world)
{
  gint64 room = 0;
  assert_true (kith_id_parse (world->room, 'c', &room));
  wait_for (world, is_ready);
  kith_client_request (world->ada, kith_client_message ("join", room, TRUE), KITH_REQUEST_KEEP, NULL, NULL);
  wait_for (world, is_in);
  return room;
}

static void
expect_at_bob (World *world, const char *pattern)
{
  json_object *frame = NULL;
  CHECK (frame = player_expect (world->bob, pattern, NULL, &error));
  json_object_put (frame);
}

static gboolean
is_all_out (World *world)
{
  return kith_state_room (kith_client_known (world->ada), "plans")->n == 2;
}

static void
what_waits_is_altered_and_withdrawn (void **state)
{
  World *world = *state;
  gint64 room = enter (world);
  guint64 first = 0, second = 0;
  kith_client_stop (world->ada);
  CHECK (first = kith_client_post (world->ada, room, &(KithDraft){.text = "frist"}, &error));
  CHECK (second = kith_client_post (world->ada, room, &(KithDraft){.text = "never mind"}, &error));
  CHECK (kith_client_post (world->ada, room, &(KithDraft){.text = "last"}, &error));
  CHECK (kith_client_alter (world->ada, first, &(KithDraft){.text = "first", .urgent = TRUE}, &error));
  CHECK (kith_client_cancel (world->ada, second, &error));
  assert_false (kith_client_cancel (world->ada, second, NULL)); /* it is gone */
  assert_false (kith_client_alter (world->ada, second, &(KithDraft){.text = "x"}, NULL));
  kith_client_start (world->ada);
  wait_for (world, is_ready);
  wait_for (world, is_all_out);
  expect_at_bob (world,
                 "{\"type\":\"event\",\"kind\":\"message\",\"n\":1,\"body\":{\"text\":\"first\",\"urgent\":true}}");
  expect_at_bob (world, "{\"type\":\"event\",\"kind\":\"message\",\"n\":2,\"body\":{\"text\":\"last\"}}");
  CHECK (player_expect_nothing (world->bob, "{\"body\":{\"text\":\"never mind\"}}", NULL, &error));
  assert_false (kith_client_alter (world->ada, first, &(KithDraft){.text = "x"}, NULL)); /* it was sent */
}

static void
a_push_goes_out (void **state)
{
  World *world = *state;
  gint64 room = enter (world);
  kith_client_stop (world->ada);
  kith_client_push (world->ada, kith_client_message ("typing", room, FALSE)); /* dropped: there is no connection */
  kith_client_start (world->ada);
  wait_for (world, is_ready);
  CHECK (player_expect_nothing (world->bob, "{\"type\":\"typing\"}", NULL, &error));
  kith_client_push (world->ada, kith_client_message ("typing", room, FALSE));
  CHECK (kith_drive (&world->ada, 1, world->poller, 1, g_get_monotonic_time () + 20000, &error));
  expect_at_bob (world, "{\"type\":\"typing\"}");
}

static gboolean
knows_cyd (World *world)
{
  return kith_state_person_by_handle (kith_client_known (world->ada), "cyd") != NULL;
}

static void
rev_moves_on (void **state)
{
  World *world = *state;
  assert_int_equal (kith_client_rev (world->ada), 0);
  wait_for (world, is_ready);
  gint64 before = kith_client_rev (world->ada);
  assert_true (before > 0);
  Player *cyd = scene_person (world->server->address, "cyd", NULL);
  wait_for (world, knows_cyd);
  player_free (cyd);
  assert_true (kith_client_rev (world->ada) > before);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)
  const struct CMUnitTest tests[] = {TEST (what_waits_is_altered_and_withdrawn), TEST (a_push_goes_out),
                                     TEST (rev_moves_on)};
  return cmocka_run_group_tests_name ("client-api", tests, NULL, NULL);
}
