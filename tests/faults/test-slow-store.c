/* test-slow-store.c - what people report while the disk hangs is kept as its newest state, not as a queue: one change
 * of a conversation is with the store, and one waits. */
#include "faults/rig.h"
#include "plays/scene.h"
#include "support/sockets.h"

#define HANG_MS 6000
#define STEPS 15 /* within the time that the disk hangs */

static void
report (Player *player, const char *room, gint64 seq)
{
  CHECK (player_say (player, &error, "{\"type\":\"received\",\"conversation\":\"%s\",\"seq\":%" G_GINT64_FORMAT "}",
                     room, seq));
}

/* Of the frames that came, up to the one that says that bob has got as far as seq. */
static guint
count_receipts (Player *ada, gint64 bob, gint64 seq)
{
  g_autofree char *last = g_strdup_printf (
      "{\"type\":\"receipts\",\"people\":{\"u%" G_GINT64_FORMAT "\":[%" G_GINT64_FORMAT ",0]}}", bob, seq);
  guint count = 1;
  json_object *frame = NULL;
  CHECK (frame = player_expect (ada, last, NULL, &error));
  json_object_put (frame);
  for (guint i = 0; i < player_n_waiting (ada); i++)
    count += g_str_equal (scene_string (player_waiting (ada, i), "type"), "receipts");
  return count;
}

static void
receipts_do_not_pile_up (void **state)
{
  g_autoptr (Rig) rig = rig_new (0);
  g_autoptr (Player) bob = NULL;
  g_autofree char *token = player_random_hex (32);
  CHECK (rig_start (rig, &error));
  g_autoptr (Player) ada = scene_person (rig->server->address, "ada", NULL);
  g_autofree char *room = scene_room (ada, "plans");
  CHECK (bob = player_connect (rig->server->address, &error));
  gint64 account = 0, first = 0;
  CHECK ((account = player_register (bob, "bob", token, &error)) != 0);
  scene_join (bob, room);
  for (guint i = 0; i < STEPS; i++) {
    gint64 seq = scene_post (ada, room, NULL, "hello", NULL);
    first = first == 0 ? seq : first;
  }
  CHECK (player_settle (ada, &error));
  player_clear (ada);
  assert_true (rig->control->n_syncs > 0);
  rig->control->sync_delay_us = HANG_MS * G_TIME_SPAN_MILLISECOND;
  for (gint64 i = 0; i < STEPS; i++) {
    report (bob, room, first + i);
    CHECK (player_settle (bob, &error));
    test_poll_one (player_socket (bob), G_IO_IN, HANG_MS / STEPS);
  }
  rig->control->sync_delay_us = 0;
  assert_in_range (count_receipts (ada, account, first + STEPS - 1), 1, 3);
  CHECK (test_server_stop (rig->server, 0, &error));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (receipts_do_not_pile_up)};
  return cmocka_run_group_tests_name ("slow-store", tests, NULL, NULL);
}
