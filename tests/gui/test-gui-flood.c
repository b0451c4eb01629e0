/* test-gui-flood.c - ten thousand messages into the open room: the last one is shown, and the window still answers. And
 * scrolling through more than the view holds at once: it goes as far as was asked, and no step on by itself. */
#include "gui/stage.h"

#include <stdio.h>

#define MESSAGES 10000
#define PAGES 15      /* that are scrolled: beyond what the view holds, and not to the beginning */
#define BATCH 100
#define REST_US (1500 * 1000) /* without a change */

/* Batches without waiting for each answer; the answer to the last one of a batch stands for all. */
static void
flood (GuiStage *stage)
{
  for (int i = 0; i < MESSAGES; i += BATCH) {
    json_object *answer = NULL;
    g_autofree char *last = g_strdup_printf ("{\"re\":%d,\"seq\":\"*\"}", 1000 + i + BATCH - 1);
    for (int k = i; k < i + BATCH; k++) {
      g_autofree char *nonce = player_random_hex (16);
      CHECK (player_say (stage->bob, &error,
                         "{\"type\":\"post\",\"id\":%d,\"conversation\":\"%s\",\"nonce\":\"%s\",\"body\":{\"text\":"
                         "\"Drop %d of the flood\"}}",
                         1000 + k, stage->lobby, nonce, k));
    }
    CHECK (answer = player_expect (stage->bob, last, NULL, &error));
    json_object_put (answer);
    player_clear (stage->bob);
  }
}

static void
test_flood (void **state)
{
  GuiStage *stage = *state;
  flood (stage);
  gui_wait_message (stage->ada, "Drop 9999 of the flood");
  gui_shoot ("03-flood");
  gui_say (stage->ada, "Still here?");
  gui_bob_reads (stage, "message", "Still here?");
}

/* The number of the uppermost message that is seen; -1: none is. */
static void
note_drop (GuiThing *thing, int depth, gpointer first)
{
  int number;
  g_autofree char *name = gui_name (thing);
  const char *text = name != NULL ? strstr (name, "Drop ") : NULL;
  (void) depth;
  if (text != NULL && sscanf (text, "Drop %d", &number) == 1 && (*(int *) first < 0 || number < *(int *) first))
    *(int *) first = number;
}

static int
first_seen (GuiStage *stage)
{
  int first = -1;
  gui_each (&stage->ada->program, note_drop, &first);
  return first;
}

static void
wait_other (GuiStage *stage, int before)
{
  gint64 end = g_get_monotonic_time () + GUI_PATIENCE_S * G_USEC_PER_SEC;
  while (first_seen (stage) == before) {
    assert_true (g_get_monotonic_time () < end);
    gui_breathe ();
  }
}

/* Nothing is pressed any more: it has to come to rest, and where. */
static int
wait_rest (GuiStage *stage)
{
  int first = first_seen (stage);
  gint64 begin = g_get_monotonic_time (), since = begin;
  for (gint64 now = begin; now - since < REST_US; now = g_get_monotonic_time ()) {
    int again = first_seen (stage);
    since = again == first && again >= 0 ? since : now;
    first = again;
    assert_true (now - begin < GUI_PATIENCE_S * G_USEC_PER_SEC);
    gui_breathe ();
  }
  return first;
}

/* One page after the other, and all at once, lead to the same place; but for heads that a row has while what it goes on
 * from is not there. */
static void
test_scroll (void **state)
{
  GuiStage *stage = *state;
  int end = wait_rest (stage);
  for (int i = 0; i < PAGES; i++) {
    int before = first_seen (stage);
    gui_key ("shift+Page_Up");
    wait_other (stage, before);
  }
  int back = wait_rest (stage), page = MESSAGES - end;
  assert_in_range (end - back, PAGES * page / 2, PAGES * page);
  gui_keys ("shift+Page_Down", PAGES);
  gui_wait_message (stage->ada, "Drop 9999 of the flood");
  assert_in_range (wait_rest (stage), end - 1, end);
  gui_keys ("shift+Page_Up", PAGES);
  assert_in_range (wait_rest (stage), back - page / 2, back + page / 2);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (test_flood),
      cmocka_unit_test (test_scroll),
  };
  return cmocka_run_group_tests (tests, gui_stage_set_up_joined, gui_stage_tear_down);
}
