/* test-presence.c - headless clients and a real kithd see each other come, go and change, with a bad network in
 * between. */
#include "support/check.h"
#include "support/loopback.h"
#include "support/player.h"
#include "support/proxy.h"
#include "support/server.h"
#include "support/sockets.h"
#include "support/udp-proxy.h"

#include "client/client.h"
#include "client/drive.h"
#include "net/seal.h"
#include "proto/id.h"

#include <string.h>

#define PEOPLE 6
#define CLIENT_TOKEN 1

typedef struct {
  TestServer *server;
  TestProxy *tcp;
  TestUdpProxy *udp;
  KithPoller *poller;
  KithTls *tls;
  GPtrArray *clients; /* KithClient */
  const char *way;    /* the host by which clients connect */
} World;

static const KithClientHooks hooks = {0};

static gboolean
build_way_at (World *world, const char *host, GError **error)
{
  g_autofree char *listen = g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, world->server->port);
  world->way = host;
  world->tcp = test_proxy_new_at (listen, world->server->address, error);
  world->udp = world->tcp != NULL ? test_udp_proxy_new (listen, world->server->address, 4711, error) : NULL;
  if (world->udp == NULL)
    g_clear_pointer (&world->tcp, test_proxy_free);
  return world->udp != NULL;
}

/* The clients' way to the server: another address of loopback, with the same port, for TCP and UDP. To Wine 8 all that
 * begin with 127 are one in UDP. */
static void
build_way (World *world)
{
  if (!build_way_at (world, "127.0.0.2", NULL))
    CHECK (build_way_at (world, "::1", &error));
}

static KithClient *
add_client (World *world, const char *host, const char *handle)
{
  KithClient *client = NULL;
  KithClientOptions options = {.host = host,
                               .port = world->server->port,
                               .name = "test",
                               .trust_first = TRUE,
                               .tls = world->tls,
                               .storage = kith_storage_memory_new (),
                               .hooks = &hooks};
  CHECK (client = kith_client_new (&options, &error));
  CHECK (kith_client_register (client, handle, NULL, "test", NULL, &error));
  kith_client_start (client);
  g_ptr_array_add (world->clients, client);
  return client;
}

static int
set_up (void **state)
{
  World *world = g_new0 (World, 1);
  world->server = test_server_new ();
  world->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) kith_client_free);
  CHECK (test_server_start (world->server, &error));
  CHECK (world->tls = kith_tls_client_new (&error));
  CHECK (world->poller = kith_poller_new (KITH_POLLER_SELECT_ONLY, &error));
  build_way (world);
  *state = world;
  return 0;
}

static int
tear_down (void **state)
{
  World *world = *state;
  g_ptr_array_unref (world->clients);
  kith_poller_free (world->poller);
  kith_tls_free (world->tls);
  test_udp_proxy_free (world->udp);
  test_proxy_free (world->tcp);
  CHECK (test_server_stop (world->server, 0, &error));
  test_server_free (world->server);
  g_free (world);
  return 0;
}

typedef gboolean (*Condition) (World *world, gpointer data);

static void
turn (World *world)
{
  KithClient *const *clients = (KithClient *const *) world->clients->pdata;
  CHECK (
      kith_drive (clients, world->clients->len, world->poller, CLIENT_TOKEN, g_get_monotonic_time () + 20000, &error));
}

/* How long it took, ms; -1: longer than limit_ms. */
static gint64
wait_until (World *world, Condition is_so, gpointer data, guint limit_ms)
{
  gint64 begin_us = g_get_monotonic_time ();
  while (!is_so (world, data)) {
    if (g_get_monotonic_time () - begin_us > (gint64) limit_ms * 1000)
      return -1;
    turn (world);
  }
  return (g_get_monotonic_time () - begin_us) / 1000;
}

static void
run_for (World *world, guint ms)
{
  for (gint64 end_us = g_get_monotonic_time () + (gint64) ms * 1000; g_get_monotonic_time () < end_us;)
    turn (world);
}

static gboolean
all_ready (World *world, gpointer data)
{
  for (guint i = 0; i < world->clients->len; i++)
    if (kith_client_state (world->clients->pdata[i]) != KITH_CLIENT_READY)
      return FALSE;
  return TRUE;
}

static gboolean
all_by (World *world, gpointer path)
{
  for (guint i = 0; i < world->clients->len; i++)
    if (kith_client_presence_path (world->clients->pdata[i]) != (KithPresencePath) GPOINTER_TO_INT (path))
      return FALSE;
  return TRUE;
}

/* Everybody sees client i in the state. */
typedef struct {
  guint i;
  KithPresenceState state;
  const char *text;
} Sight;

static gboolean
is_seen (World *world, gpointer data)
{
  const Sight *sight = data;
  gint64 account = kith_client_me (world->clients->pdata[sight->i]);
  for (guint i = 0; i < world->clients->len; i++) {
    const KithPresence *presence = kith_client_presence (world->clients->pdata[i], account);
    if (presence->state != sight->state || (sight->text != NULL && strcmp (presence->text, sight->text) != 0))
      return FALSE;
  }
  return TRUE;
}

static void
expect_sight (World *world, guint i, KithPresenceState state, const char *text, guint limit_ms)
{
  Sight sight = {i, state, text};
  if (wait_until (world, is_seen, &sight, limit_ms) < 0)
    fail_msg ("after %u ms not everybody sees client %u as %s", limit_ms, i, kith_presence_name (state));
}

static void
choose (KithClient *client, const char *state, const char *text)
{
  json_object *request = kith_client_message ("status", 0, FALSE);
  kith_add_string (request, "state", state);
  kith_add_string (request, "text", text);
  kith_client_request (client, request, KITH_REQUEST_KEEP, NULL, NULL);
}

static void
gather (World *world, const char *host)
{
  for (guint i = 0; i < PEOPLE; i++) {
    g_autofree char *handle = g_strdup_printf ("person%u", i);
    add_client (world, host, handle);
  }
  assert_true (wait_until (world, all_ready, NULL, 30000) >= 0);
  for (guint i = 0; i < PEOPLE; i++)
    expect_sight (world, i, KITH_PRESENCE_ONLINE, "", 3000);
}

/* At 30 % loss with doubles and reordering everybody's view is right within 3 s of the last change. */
static void
test_lossy (void **state)
{
  World *world = *state;
  g_autoptr (GRand) rand = g_rand_new_with_seed (99);
  test_udp_proxy_set (world->udp, &(TestUdpWeather){.loss = 30, .twice = 20, .delay_ms = 60});
  gather (world, world->way);
  gboolean idle[PEOPLE] = {FALSE};
  for (guint round = 0; round < 6; round++) {
    for (guint i = 0; i < 10; i++) {
      guint who = (guint) g_rand_int_range (rand, 0, PEOPLE);
      idle[who] = !idle[who];
      kith_client_set_idle (world->clients->pdata[who], idle[who]);
      run_for (world, (guint) g_rand_int_range (rand, 0, 100));
    }
    gint64 begin_us = g_get_monotonic_time ();
    for (guint i = 0; i < PEOPLE; i++)
      expect_sight (world, i, idle[i] ? KITH_PRESENCE_AWAY : KITH_PRESENCE_ONLINE, NULL, 3000);
    assert_true (g_get_monotonic_time () - begin_us < 3 * G_USEC_PER_SEC);
  }
  assert_true (all_by (world, GINT_TO_POINTER (KITH_PATH_PACKETS)));
  assert_true (test_udp_proxy_count (world->udp, TRUE) > 50 && test_udp_proxy_count (world->udp, FALSE) > 50);
}

static void
test_come_and_go (void **state)
{
  World *world = *state;
  gather (world, world->way);
  choose (world->clients->pdata[0], "dnd", "in a talk");
  expect_sight (world, 0, KITH_PRESENCE_DND, "in a talk", 3000);
  assert_string_equal (kith_client_choice (world->clients->pdata[0])->text, "in a talk");
  choose (world->clients->pdata[1], "invisible", "");
  expect_sight (world, 1, KITH_PRESENCE_OFFLINE, "", 3000);
  /* The last one leaves: offline after 5 s, not before. */
  gint64 account = kith_client_me (world->clients->pdata[PEOPLE - 1]);
  g_ptr_array_remove_index (world->clients, PEOPLE - 1);
  run_for (world, 4000);
  assert_int_equal (kith_client_presence (world->clients->pdata[0], account)->state, KITH_PRESENCE_ONLINE);
  run_for (world, 2500);
  assert_int_equal (kith_client_presence (world->clients->pdata[0], account)->state, KITH_PRESENCE_OFFLINE);
}

static void
test_moved (void **state)
{
  World *world = *state;
  gather (world, world->way);
  assert_true (wait_until (world, all_by, GINT_TO_POINTER (KITH_PATH_PACKETS), 5000) >= 0);
  for (guint round = 0; round < 5; round++) {
    test_udp_proxy_move (world->udp);
    kith_client_set_idle (world->clients->pdata[0], round % 2 == 0);
    for (guint i = 1; i < PEOPLE; i++) /* each says something from its new address */
      kith_client_set_idle (world->clients->pdata[i], round % 2 == 0);
    expect_sight (world, 0, round % 2 == 0 ? KITH_PRESENCE_AWAY : KITH_PRESENCE_ONLINE, NULL, 3000);
  }
  assert_true (all_by (world, GINT_TO_POINTER (KITH_PATH_PACKETS)));
}

static void
test_restart (void **state)
{
  World *world = *state;
  gather (world, world->way);
  choose (world->clients->pdata[0], "away", "durable");
  expect_sight (world, 0, KITH_PRESENCE_AWAY, "durable", 3000);
  test_server_kill (world->server);
  run_for (world, 300);
  CHECK (test_server_start (world->server, &error));
  for (guint i = 0; i < world->clients->len; i++)
    kith_client_try_now (world->clients->pdata[i]);
  expect_sight (world, 0, KITH_PRESENCE_AWAY, "durable", 40000);
  assert_true (wait_until (world, all_ready, NULL, 40000) >= 0);
  for (guint i = 1; i < PEOPLE; i++)
    expect_sight (world, i, KITH_PRESENCE_ONLINE, "", 3000);
  kith_client_set_idle (world->clients->pdata[1], TRUE);
  expect_sight (world, 1, KITH_PRESENCE_AWAY, "", 3000);
  assert_true (all_by (world, GINT_TO_POINTER (KITH_PATH_PACKETS)));
}

/* UDP gets through to the server only: the clients find out by themselves, and come back by themselves. */
static void
test_blocked (void **state)
{
  World *world = *state;
  gather (world, world->way);
  test_udp_proxy_set (world->udp, &(TestUdpWeather){.block_down = TRUE});
  assert_true (wait_until (world, all_by, GINT_TO_POINTER (KITH_PATH_FRAMES), 40000) >= 0);
  kith_client_set_idle (world->clients->pdata[2], TRUE);
  expect_sight (world, 2, KITH_PRESENCE_AWAY, "", 1500);
  test_udp_proxy_set (world->udp, &(TestUdpWeather){0});
  assert_true (wait_until (world, all_by, GINT_TO_POINTER (KITH_PATH_PACKETS), 15000) >= 0);
  kith_client_set_idle (world->clients->pdata[2], FALSE);
  expect_sight (world, 2, KITH_PRESENCE_ONLINE, "", 1500);
}

/* Waits until the server has done what it got: its datagrams were there before the question. */
static void
settle (World *world)
{
  g_autoptr (Player) player = NULL;
  CHECK (player = player_connect (world->server->address, &error));
  CHECK (player_settle (player, &error) || player != NULL);
}

static guint
count_answers (KithSocket socket)
{
  guint count = 0;
  char data[2048];
  gsize got;
  KithAddress from;
  while (kith_socket_receive_from (socket, data, sizeof data, &got, &from, NULL) == KITH_IO_OK)
    count++;
  return count;
}

/* What is forged, replayed or malformed gets no answer and changes nothing. */
static void
test_hostile (void **state)
{
  World *world = *state;
  KithAddress any, target;
  gather (world, world->way);
  run_for (world, 500);
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (GPtrArray) heard = test_udp_proxy_heard (world->udp);
  assert_true (heard->len >= PEOPLE);
  CHECK (kith_address_parse ("127.0.0.1:0", 0, &any, &error));
  CHECK (kith_address_parse (world->server->address, 0, &target, &error));
  KithSocket socket = kith_socket_datagram (&any, NULL);
  for (guint i = 0; i < 3000; i++) {
    gsize size;
    const guint8 *old = g_bytes_get_data (heard->pdata[i % heard->len], &size);
    guint8 packet[1400];
    memcpy (packet, old, size);
    if (i % 4 == 1) /* one bit wrong; 0: replayed as it was */
      packet[g_rand_int_range (rand, 0, (gint32) size)] ^= (guint8) (1 << g_rand_int_range (rand, 0, 8));
    if (i % 4 == 2) /* cut */
      size = (gsize) g_rand_int_range (rand, 0, (gint32) size);
    if (i % 4 == 3) { /* anything */
      size = (gsize) g_rand_int_range (rand, 0, sizeof packet);
      for (gsize at = 3; at < size; at++)
        packet[at] = (guint8) g_rand_int (rand);
    }
    kith_socket_send_to (socket, packet, size, &target, NULL);
    if (i % 50 == 0)
      settle (world);
  }
  settle (world);
  run_for (world, 500);
  assert_int_equal (count_answers (socket), 0);
  kith_socket_close (socket);
  for (guint i = 0; i < PEOPLE; i++)
    expect_sight (world, i, KITH_PRESENCE_ONLINE, "", 1);
  kith_client_set_idle (world->clients->pdata[0], TRUE);
  expect_sight (world, 0, KITH_PRESENCE_AWAY, "", 3000);
}

static void
restart_on (World *world, const char *address)
{
  g_autofree char *text = g_strdup_printf ("%s:%u", address, world->server->port);
  CHECK (test_server_stop (world->server, 0, &error));
  test_server_set (world->server, "listen", "addresses", text);
  CHECK (test_server_start (world->server, &error));
}

static void
test_ipv6 (void **state)
{
  World *world = *state;
  KithAddress loopback;
  KithSocket socket =
      kith_address_parse ("[::1]:0", 0, &loopback, NULL) ? kith_socket_datagram (&loopback, NULL) : KITH_SOCKET_NONE;
  if (socket == KITH_SOCKET_NONE)
    skip (); /* a machine without IPv6 */
  kith_socket_close (socket);
  g_clear_pointer (&world->udp, test_udp_proxy_free); /* they may have the address */
  g_clear_pointer (&world->tcp, test_proxy_free);
  g_free (world->server->address);
  world->server->address = g_strdup_printf ("[::1]:%u", world->server->port);
  restart_on (world, "[::1]");
  gather (world, "::1");
  assert_true (wait_until (world, all_by, GINT_TO_POINTER (KITH_PATH_PACKETS), 5000) >= 0);
  kith_client_set_idle (world->clients->pdata[0], TRUE);
  expect_sight (world, 0, KITH_PRESENCE_AWAY, "", 3000);
}

static void
test_unix_socket (void **state)
{
  World *world = *state;
  if (!loopback_has_unix ())
    skip ();
  add_client (world, world->server->unix_address, "ada");
  add_client (world, world->server->unix_address, "bob");
  assert_true (wait_until (world, all_by, GINT_TO_POINTER (KITH_PATH_FRAMES), 10000) >= 0);
  kith_client_set_idle (world->clients->pdata[0], TRUE);
  expect_sight (world, 0, KITH_PRESENCE_AWAY, "", 3000);
}

static void
test_switched_off (void **state)
{
  World *world = *state;
  CHECK (test_server_stop (world->server, 0, &error));
  test_server_set (world->server, "server", "presence", "off");
  CHECK (test_server_start (world->server, &error));
  add_client (world, world->way, "ada");
  assert_true (wait_until (world, all_ready, NULL, 10000) >= 0);
  run_for (world, 500);
  assert_true (all_by (world, GINT_TO_POINTER (KITH_PATH_NONE)));
  assert_int_equal (test_udp_proxy_count (world->udp, TRUE), 0);
}

/* Without TLS the answer to hello brings the keys: a packet made by hand of them is answered. */
static void
test_by_hand (void **state)
{
  World *world = *state;
  CHECK (test_server_stop (world->server, 0, &error));
  test_server_set (world->server, "listen", "tls", "off");
  CHECK (test_server_start (world->server, &error));
  g_autofree char *plain = g_strconcat ("plain:", world->server->address, NULL), *token = player_random_hex (32),
                  *nonce = player_random_hex (16);
  g_autoptr (Player) player = NULL;
  g_autoptr (GHashTable) captures = pattern_captures_new ();
  json_object *answer = NULL;
  CHECK (player = player_connect (plain, &error));
  CHECK (player_say (player, &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"by-hand\"}"));
  CHECK (answer = player_expect (player,
                                 "{\"re\":1,\"presence\":{\"port\":\"*\",\"session\":\"$session\",\"key\":\"$key\"}}",
                                 captures, &error));
  json_object_put (answer);
  CHECK (player_say (
      player, &error,
      "{\"type\":\"register\",\"id\":2,\"nonce\":\"%s\",\"handle\":\"ada\",\"device\":\"d\",\"token\":\"%s\"}", nonce,
      token));
  CHECK (answer = player_expect (player, "{\"re\":2,\"account\":\"*\"}", NULL, &error));
  json_object_put (answer);
  guint8 material[KITH_SEAL_MATERIAL], packet[KITH_PACKET_MAX], body[KITH_PACKET_MAX];
  static const char report[] = "{\"idle\":false,\"seen\":0}";
  KithSeal of_client, of_server;
  KithPacketHeader header = {KITH_PACKET_REPORT, 0, 1};
  KithAddress any, target, from;
  assert_true (kith_hex_parse (g_hash_table_lookup (captures, "key"), material, sizeof material));
  assert_true (g_ascii_string_to_unsigned (g_hash_table_lookup (captures, "session"), 16, 0, G_MAXUINT64,
                                           &header.session, NULL));
  kith_seal_split (material, &of_client, &of_server);
  kith_packet_write (&header, packet);
  assert_true (
      kith_seal (&of_client, 1, packet, KITH_PACKET_HEADER, report, sizeof report - 1, packet + KITH_PACKET_HEADER));
  CHECK (kith_address_parse ("127.0.0.1:0", 0, &any, &error));
  CHECK (kith_address_parse (world->server->address, 0, &target, &error));
  KithSocket socket = kith_socket_datagram (&any, NULL);
  kith_socket_send_to (socket, packet, KITH_PACKET_HEADER + sizeof report - 1 + KITH_PACKET_TAG, &target, NULL);
  gsize got = 0;
  assert_true (test_poll_one (socket, G_IO_IN, TEST_PATIENCE_S * 1000));
  assert_int_equal (kith_socket_receive_from (socket, packet, sizeof packet, &got, &from, NULL), KITH_IO_OK);
  assert_true (kith_address_equal (&from, &target));
  assert_true (kith_packet_read (packet, got, &header));
  assert_true (kith_unseal (&of_server, header.counter, packet, KITH_PACKET_HEADER, packet + KITH_PACKET_HEADER,
                            got - KITH_PACKET_HEADER, body));
  body[got - KITH_PACKET_HEADER - KITH_PACKET_TAG] = '\0';
  assert_string_equal ((char *) body, "{\"re\":1}");
  kith_socket_close (socket);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (test_##name, set_up, tear_down)
  const struct CMUnitTest tests[] = {TEST (lossy),       TEST (come_and_go), TEST (moved),   TEST (restart),
                                     TEST (blocked),     TEST (hostile),     TEST (by_hand), TEST (ipv6),
                                     TEST (unix_socket), TEST (switched_off)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
