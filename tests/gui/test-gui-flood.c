/* test-gui-flood.c - ten thousand messages into the open room: the last one is shown, and the window still answers. */
#include "gui/stage.h"

#define MESSAGES 10000
#define BATCH 100

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

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_flood, gui_stage_set_up_joined, gui_stage_tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
