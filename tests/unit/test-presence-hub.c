/* test-presence-hub.c - the hub and the clients' cores against each other, through a bad network in simulated time. */
#include "support/air.h"
#include "support/check.h"

#include <string.h>

#define OFFLINE KITH_PRESENCE_OFFLINE
#define ONLINE KITH_PRESENCE_ONLINE
#define AWAY KITH_PRESENCE_AWAY
#define DND KITH_PRESENCE_DND
#define INVISIBLE KITH_PRESENCE_INVISIBLE

#define SEEDS 40
#define PEOPLE 12
#define DEVICES 18

/* What everybody must see in the end, from what was done alone. */
typedef struct {
  KithPresenceState choice;
  char text[32];
  guint devices, active;
} Truth;

static KithPresenceState
true_state (const Truth *truth)
{
  if (truth->devices == 0 || truth->choice == INVISIBLE)
    return OFFLINE;
  return truth->choice != ONLINE ? truth->choice : truth->active > 0 ? ONLINE : AWAY;
}

static void
check_view (AirClient *client, const Truth *truths, guint32 seed)
{
  for (gint64 account = 1; account <= PEOPLE; account++) {
    const KithPresence *seen = kith_presence_core_find (client->core, account);
    KithPresenceState state = true_state (&truths[account]);
    const char *text = state == OFFLINE ? "" : truths[account].text;
    if (seen->state != state || strcmp (seen->text, text) != 0)
      fail_msg ("seed %u: u%d sees u%d as %s \"%s\", not as %s \"%s\"", seed, (int) client->account, (int) account,
                kith_presence_name (seen->state), seen->text, kith_presence_name (state), text);
  }
}

typedef struct {
  gboolean connected, idle;
} DeviceTruth;

/* Something happens to a device or its person. */
static void
do_something (Air *air, guint index, DeviceTruth *device, Truth *truths, guint i)
{
  AirClient *client = air->clients->pdata[index];
  Truth *truth = &truths[client->account];
  switch (g_rand_int_range (air->rand, 0, 4)) {
  case 0:
    truth->choice = (KithPresenceState) g_rand_int_range (air->rand, ONLINE, OFFLINE);
    g_snprintf (truth->text, sizeof truth->text, "text %u", i);
    air_choose (air, client->account, truth->choice, truth->text, 0);
    break;
  case 1:
    truth->active -= device->connected && !device->idle;
    truth->devices -= device->connected;
    if (device->connected)
      air_leave (client);
    else
      air_connect (client);
    device->connected = !device->connected;
    truth->devices += device->connected;
    truth->active += device->connected && !device->idle;
    break;
  default:
    truth->active -= device->connected && !device->idle;
    device->idle = !device->idle;
    truth->active += device->connected && !device->idle;
    kith_presence_core_set_idle (client->core, device->idle);
  }
}

static void
run_seed (guint32 seed)
{
  g_autoptr (Air) air = air_new (seed);
  Truth truths[PEOPLE + 1] = {0};
  DeviceTruth devices[DEVICES] = {0};
  air->weather = (AirWeather){.loss = 30, .twice = 20, .delay_ms = 80};
  for (guint i = 0; i < DEVICES; i++) {
    AirClient *client = air_join (air, 1 + i % PEOPLE);
    devices[i].connected = TRUE;
    truths[client->account].devices++;
    truths[client->account].active++;
  }
  for (guint i = 0; i < 60; i++) {
    guint index = (guint) g_rand_int_range (air->rand, 0, DEVICES);
    do_something (air, index, &devices[index], truths, i);
    air_run (air, (guint) g_rand_int_range (air->rand, 0, 200));
  }
  /* Who left is offline 5 s later: that is the last change. */
  air_run (air, 5000 + 3000);
  for (guint i = 0; i < DEVICES; i++)
    if (devices[i].connected)
      check_view (air->clients->pdata[i], truths, seed);
}

static void
test_lossy (void **state)
{
  for (guint32 seed = 1; seed <= SEEDS; seed++)
    run_seed (seed);
}

/* Three seconds after a single change everybody has seen it, at 30 % loss. */
static void
test_three_seconds (void **state)
{
  g_autoptr (Air) air = air_new (4711);
  air->weather = (AirWeather){.loss = 30, .twice = 20, .delay_ms = 80};
  AirClient *ada = air_join (air, 1);
  for (gint64 account = 2; account <= 30; account++)
    air_join (air, account);
  air_run (air, 3000);
  for (guint round = 0; round < 60; round++) {
    kith_presence_core_set_idle (ada->core, round % 2 == 0);
    air_run (air, 3000);
    for (guint i = 0; i < air->clients->len; i++)
      assert_int_equal (air_state (air->clients->pdata[i], 1), round % 2 == 0 ? AWAY : ONLINE);
  }
}

/* Who is blocked sees, once, that somebody went, and nothing of what they do then; all others see it. */
static void
test_hidden (void **state)
{
  g_autoptr (Air) air = air_new (12);
  air->weather = (AirWeather){.loss = 30, .twice = 20, .delay_ms = 80};
  AirClient *ada = air_join (air, 1), *bob = air_join (air, 2), *cyd = air_join (air, 3);
  air_run (air, 3000);
  assert_int_equal (air_state (bob, 1), ONLINE);
  air_hide (air, 1, 2);
  air_run (air, 3000);
  assert_int_equal (air_state (bob, 1), OFFLINE);
  assert_int_equal (air_state (cyd, 1), ONLINE);
  guint changes = bob->changes;
  for (guint i = 0; i < 5; i++) {
    air_choose (air, 1, i % 2 == 0 ? DND : AWAY, "busy", 0);
    air_run (air, 3000);
    assert_int_equal (air_state (cyd, 1), i % 2 == 0 ? DND : AWAY);
  }
  assert_int_equal (bob->changes, changes);
  AirClient *phone = air_join (air, 2); /* a snapshot tells no more */
  air_leave (bob);
  air_connect (bob);
  air_run (air, 3000);
  assert_int_equal (air_state (bob, 1), OFFLINE);
  assert_int_equal (air_state (phone, 1), OFFLINE);
  assert_int_equal (air_state (ada, 2), ONLINE);
  air_hide (air, 0, 0);
  air_run (air, 3000);
  assert_int_equal (air_state (bob, 1), DND);
  assert_int_equal (air_state (phone, 1), DND);
}

/* On a good network it takes the tenth of a second for which changes are collected, and little more. */
static void
test_good_network (void **state)
{
  g_autoptr (Air) air = air_new (1);
  AirClient *ada = air_join (air, 1), *bob = air_join (air, 2);
  air_run (air, 1000);
  assert_int_equal (kith_presence_core_path (bob->core), KITH_PATH_PACKETS);
  guint sent = air->sent_by_hub;
  kith_presence_core_set_idle (ada->core, TRUE);
  air_run (air, 60);
  assert_int_equal (air_state (bob, 1), ONLINE);
  air_run (air, 80);
  assert_int_equal (air_state (bob, 1), AWAY);
  assert_true (air->sent_by_hub - sent <= 6); /* ada's answer; news and the answer to their confirmation for both */
  /* Quiet costs an answer each 10 s for each. */
  sent = air->sent_by_hub;
  air_run (air, 100000);
  assert_in_range (air->sent_by_hub - sent, 18, 24);
}

static void
test_devices (void **state)
{
  g_autoptr (Air) air = air_new (2);
  AirClient *bob = air_join (air, 2), *laptop = air_join (air, 1), *phone = air_join (air, 1);
  air_run (air, 1000);
  kith_presence_core_set_idle (laptop->core, TRUE);
  air_run (air, 1000);
  assert_int_equal (air_state (bob, 1), ONLINE); /* the phone is in use */
  kith_presence_core_set_idle (phone->core, TRUE);
  air_run (air, 1000);
  assert_int_equal (air_state (bob, 1), AWAY);
  air_choose (air, 1, DND, "in a talk", 0);
  air_run (air, 1000);
  assert_int_equal (air_state (bob, 1), DND);
  assert_string_equal (kith_presence_core_find (bob->core, 1)->text, "in a talk");
  air_leave (laptop);
  air_run (air, 7000);
  assert_int_equal (air_state (bob, 1), DND);
  air_leave (phone);
  air_run (air, 4500);
  assert_int_equal (air_state (bob, 1), DND);
  air_run (air, 1000);
  assert_int_equal (air_state (bob, 1), OFFLINE);
  assert_string_equal (kith_presence_core_find (bob->core, 1)->text, "");
  /* The choice is the account's. */
  air_connect (phone);
  air_run (air, 1000);
  assert_int_equal (air_state (bob, 1), DND);
}

/* Whoever comes back within 5 s was never gone. */
static void
test_no_flicker (void **state)
{
  g_autoptr (Air) air = air_new (3);
  AirClient *bob = air_join (air, 2), *ada = air_join (air, 1);
  air_run (air, 1000);
  guint changes = bob->changes;
  for (guint i = 0; i < 5; i++) {
    air_leave (ada);
    air_run (air, 3000);
    air_connect (ada);
    air_run (air, 1000);
  }
  air_run (air, 10000);
  assert_int_equal (bob->changes, changes);
  assert_int_equal (air_state (bob, 1), ONLINE);
}

/* Nothing that the invisible do can be told from what others get. */
static void
test_invisible (void **state)
{
  g_autoptr (Air) air = air_new (4);
  AirClient *bob = air_join (air, 2), *ada = air_join (air, 1);
  air_run (air, 1000);
  air_choose (air, 1, INVISIBLE, "hidden", 0);
  air_run (air, 1000);
  assert_int_equal (air_state (bob, 1), OFFLINE);
  assert_string_equal (kith_presence_core_find (bob->core, 1)->text, "");
  gint64 seen = kith_presence_core_seen (bob->core);
  kith_presence_core_set_idle (ada->core, TRUE);
  air_run (air, 1000);
  air_leave (ada);
  air_run (air, 6000);
  air_connect (ada);
  air_choose (air, 1, INVISIBLE, "another text", 0);
  air_run (air, 1000);
  assert_int_equal (kith_presence_core_seen (bob->core), seen);
  AirClient *late = air_join (air, 3);
  air_run (air, 1000);
  assert_int_equal (air_state (late, 1), OFFLINE);
  air_choose (air, 1, ONLINE, "", 0);
  air_run (air, 1000);
  assert_int_equal (air_state (bob, 1), AWAY); /* still idle */
}

static void
test_until (void **state)
{
  g_autoptr (Air) air = air_new (5);
  AirClient *bob = air_join (air, 2);
  air_join (air, 1);
  air_choose (air, 1, AWAY, "lunch", air_real_ms (air) + 60000);
  air_run (air, 1000);
  assert_int_equal (air_state (bob, 1), AWAY);
  assert_true (kith_presence_core_find (bob->core, 1)->until > air_real_ms (air));
  air_run (air, 58000);
  assert_int_equal (air_state (bob, 1), AWAY);
  air_run (air, 4000);
  assert_int_equal (air_state (bob, 1), ONLINE);
  assert_int_equal (kith_presence_core_find (bob->core, 1)->until, 0);
  assert_int_equal (air->expired, 1);
}

static void
check_blocked (guint32 seed, gboolean up, gboolean down)
{
  g_autoptr (Air) air = air_new (seed);
  AirClient *ada = air_join (air, 1), *bob = air_join (air, 2);
  air_run (air, 1000);
  air->weather.no_packets_up = up;
  air->weather.no_packets_down = down;
  air_run (air, 31000);
  assert_int_equal (kith_presence_core_path (bob->core), KITH_PATH_FRAMES);
  guint sent = air->sent_by_hub;
  kith_presence_core_set_idle (ada->core, TRUE);
  air_choose (air, 2, DND, "here", 0);
  air_run (air, 300);
  assert_int_equal (air_state (bob, 1), AWAY);
  assert_int_equal (air_state (ada, 2), DND);
  air_run (air, 60000);
  assert_true (air->sent_by_hub - sent <= 14); /* answers to probes, no news */
  air->weather.no_packets_up = air->weather.no_packets_down = FALSE;
  air_run (air, 11000);
  assert_int_equal (kith_presence_core_path (bob->core), KITH_PATH_PACKETS);
  kith_presence_core_set_idle (ada->core, FALSE);
  air_run (air, 300);
  assert_int_equal (air_state (bob, 1), ONLINE);
}

static void
test_blocked (void **state)
{
  check_blocked (6, TRUE, FALSE);
  check_blocked (7, FALSE, TRUE);
  check_blocked (8, TRUE, TRUE);
}

/* Blocked from the begin, and a client that has no UDP at all. */
static void
test_frames_alone (void **state)
{
  g_autoptr (Air) air = air_new (9);
  air->weather.no_packets_up = TRUE;
  AirClient *ada = air_join (air, 1), *bob = air_join (air, 2);
  air_run (air, 21000);
  air->weather.frames_full = TRUE;
  air_choose (air, 1, DND, "", 0);
  air_run (air, 2000);
  assert_int_equal (air_state (bob, 1), ONLINE);
  air->weather.frames_full = FALSE;
  air_run (air, 1000);
  assert_int_equal (air_state (bob, 1), DND);
  for (guint i = 0; i < 7; i++)
    kith_presence_core_set_idle (ada->core, i % 2 == 0);
  air_choose (air, 1, ONLINE, "", 0);
  air_run (air, 2000);
  assert_int_equal (air_state (bob, 1), AWAY);
}

static void
test_moved_client (void **state)
{
  g_autoptr (Air) air = air_new (10);
  AirClient *ada = air_join (air, 1), *bob = air_join (air, 2);
  air_run (air, 1000);
  bob->address = ++air->last_address;
  kith_presence_core_set_idle (bob->core, TRUE); /* the first packet from there */
  air_run (air, 100);
  kith_presence_core_set_idle (ada->core, TRUE);
  air_run (air, 200);
  assert_int_equal (air_state (bob, 1), AWAY);
  /* One that has nothing to say is found with its next report. */
  bob->address = ++air->last_address;
  kith_presence_core_set_idle (ada->core, FALSE);
  air_run (air, 11000);
  assert_int_equal (air_state (bob, 1), ONLINE);
  assert_int_equal (kith_presence_core_path (bob->core), KITH_PATH_PACKETS);
}

static void
test_restart (void **state)
{
  g_autoptr (Air) air = air_new (11);
  AirClient *ada = air_join (air, 1), *bob = air_join (air, 2), *cyd = air_join (air, 3);
  air_choose (air, 1, DND, "durable", 0);
  air_run (air, 1000);
  air_restart (air);
  guint heard = air->heard->len;
  air_run (air, 1000);
  assert_int_equal (air->heard->len, heard);     /* nobody reports without a session */
  assert_int_equal (air_state (bob, 3), ONLINE); /* what is known is kept until there is news */
  air_connect (bob);
  air_connect (ada);
  air_run (air, 1000);
  assert_int_equal (air_state (bob, 1), DND);
  assert_int_equal (air_state (bob, 3), OFFLINE); /* cyd has not come back */
  assert_int_equal (cyd->connection, 0);
}

/* Packets of strangers */

static void
check_unmoved (Air *air, AirClient *bob, const void *packet, gsize size)
{
  guint sent = air->sent_by_hub;
  gint64 seen = kith_presence_core_seen (bob->core);
  air_inject (air, 999, packet, size);
  kith_presence_core_packet (bob->core, packet, size, air->now_us);
  assert_int_equal (air->sent_by_hub, sent);
  assert_int_equal (kith_presence_core_seen (bob->core), seen);
  assert_int_equal (air_state (bob, 1), ONLINE);
}

/* All is as it was, and goes on. */
static void
check_well (Air *air, AirClient *ada, AirClient *bob)
{
  gint64 seen = kith_presence_core_seen (bob->core);
  air_run (air, 500);
  assert_int_equal (kith_presence_core_seen (bob->core), seen);
  kith_presence_core_set_idle (ada->core, TRUE);
  air_run (air, 500);
  assert_int_equal (air_state (bob, 1), AWAY);
}

static void
test_hostile (void **state)
{
  g_autoptr (Air) air = air_new (12);
  AirClient *ada = air_join (air, 1), *bob = air_join (air, 2);
  kith_presence_core_set_idle (ada->core, TRUE);
  air_run (air, 500);
  kith_presence_core_set_idle (ada->core, FALSE);
  air_run (air, 500);
  assert_true (air->heard->len > 4);
  GBytes *sample = g_bytes_ref (g_array_index (air->heard, GBytes *, 1));
  gsize size;
  const guint8 *good = g_bytes_get_data (sample, &size);
  guint8 packet[KITH_PACKET_MAX + 1] = {0};
  /* Replayed: every packet that ever came. */
  for (guint i = 0, n = air->heard->len; i < n; i++) {
    gsize length;
    g_autoptr (GBytes) old = g_bytes_ref (g_array_index (air->heard, GBytes *, i));
    const void *bytes = g_bytes_get_data (old, &length);
    check_unmoved (air, bob, bytes, length);
  }
  /* One bit wrong, anywhere; and with a counter of the future. */
  for (gsize bit = 0; bit < size * 8; bit++) {
    memcpy (packet, good, size);
    packet[bit / 8] ^= (guint8) (1 << bit % 8);
    check_unmoved (air, bob, packet, size);
  }
  /* Cut, and too long. */
  for (gsize length = 0; length < size; length++)
    check_unmoved (air, bob, good, length);
  check_unmoved (air, bob, packet, sizeof packet);
  g_bytes_unref (sample);
  check_well (air, ada, bob);
}

/* Who has the keys may still talk nonsense: it is taken by nobody. */
static void
test_nonsense (void **state)
{
  static const char *const bodies[] = {
      "",
      "{}",
      "{\"idle\":1,\"seen\":1}",
      "{\"idle\":true}",
      "{\"idle\":true,\"seen\":-1}",
      "[]",
      "{\"idle\":true,\"seen\":1}x",
      "{\"idle\":true,\"seen\":9007199254740992}",
      "\xff",
      "{\"idle\":true,\"idle\":true,\"seen\":1}",
  };
  g_autoptr (Air) air = air_new (13);
  AirClient *ada = air_join (air, 1), *bob = air_join (air, 2);
  KithSeal of_client, of_server;
  air_run (air, 1000);
  kith_seal_split (ada->material, &of_client, &of_server);
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    guint8 packet[KITH_PACKET_MAX];
    KithPacketHeader header = {KITH_PACKET_REPORT, kithd_hub_session (air->hub, ada->connection), 1000 + i};
    gsize size = strlen (bodies[i]);
    kith_packet_write (&header, packet);
    assert_true (kith_seal (&of_client, header.counter, packet, KITH_PACKET_HEADER, bodies[i], size,
                            packet + KITH_PACKET_HEADER));
    check_unmoved (air, bob, packet, KITH_PACKET_HEADER + size + KITH_PACKET_TAG);
  }
  air_run (air, 500);
  assert_int_equal (air_state (bob, 1), ONLINE);
}

/* Idle and back, as fast as packets go, is told at a bearable pace. */
static void
test_flapping (void **state)
{
  g_autoptr (Air) air = air_new (14);
  AirClient *ada = air_join (air, 1), *bob = air_join (air, 2);
  air_run (air, 1000);
  guint changes = bob->changes;
  for (guint i = 0; i < 1001; i++) {
    kith_presence_core_set_idle (ada->core, i % 2 == 0);
    air_run (air, 10);
  }
  assert_in_range (bob->changes - changes, 1, 25);
  air_run (air, 3000);
  assert_int_equal (air_state (bob, 1), AWAY);
}

static void
test_thousand (void **state)
{
  g_autoptr (Air) air = air_new (15);
  air->weather = (AirWeather){.loss = 5, .twice = 2, .delay_ms = 30};
  for (gint64 account = 1; account <= 1000; account++)
    air_join (air, account);
  air_run (air, 8000);
  guint sent = air->sent_by_hub;
  for (gint64 account = 1; account <= 100; account++)
    air_choose (air, account, DND, "all at once", 0);
  air_run (air, 3000);
  for (guint i = 0; i < air->clients->len; i++)
    for (gint64 account = 1; account <= 1000; account++)
      assert_int_equal (air_state (air->clients->pdata[i], account), account <= 100 ? DND : ONLINE);
  /* A hundred changes are four packets, some of them again, their confirmations answered. */
  assert_true (air->sent_by_hub - sent < 1000 * 20);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test (test_##name)
  const struct CMUnitTest tests[] = {
      TEST (good_network), TEST (devices),  TEST (no_flicker),    TEST (invisible), TEST (until),    TEST (blocked),
      TEST (frames_alone), TEST (restart),  TEST (moved_client),  TEST (hostile),   TEST (nonsense), TEST (flapping),
      TEST (lossy),        TEST (thousand), TEST (three_seconds), TEST (hidden),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
