/* test-gui-keyboard.c - no pointer: regions, switcher, search, editing, and what Esc ends. */
#include "gui/stage.h"

/* The order of the regions: composer, messages, header, details, conversations, search, own status; then again. */
static void
test_regions (GuiStage *stage)
{
  static const char *const regions[] = {
      "*, *:*, The needle", "Members and details*", "Members",          "lobby, room*",
      "*Jump to*",          "Ada, your status*",    "Message to #lobby"};
  const GuiProgram *program = &stage->ada->program;
  for (guint i = 0; i < G_N_ELEMENTS (regions); i++) {
    gui_key ("F6");
    gui_wait_focus (program, regions[i]);
  }
  gui_key ("shift+F6");
  gui_wait_focus (program, regions[G_N_ELEMENTS (regions) - 2]);
  gui_key ("F6");
  gui_wait_focus (program, "Message to #lobby");
}

static void
test_switcher (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  g_free (scene_room (stage->bob, "design"));
  gui_stage_enter (stage, "design");
  gui_key ("ctrl+k");
  gui_wait_focus (program, "Jump to *");
  gui_shoot ("06-switcher");
  gui_key ("Escape");
  gui_wait_focus (program, "Message to #design");
  gui_key ("alt+Up");
  gui_wait_focus (program, "Message to #*");
  gui_stage_enter (stage, "lobby");
}

static void
test_search (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  for (int i = 0; i < 60; i++) {
    g_autofree char *text = g_strdup_printf ("Hay %d", i);
    gui_bob_says (stage, stage->lobby, text);
  }
  gui_wait_message (stage->ada, "Hay 59");
  gui_wait_gone (program, ATSPI_ROLE_LIST_ITEM, "*, *:*, The needle*");
  gui_key ("ctrl+f");
  gui_wait_focus (program, "*earch*");
  gui_type ("needle");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "*The needle*"));
  gui_shoot ("07-search");
  gui_key ("Down");
  gui_wait_focus (program, "*The needle*");
  gui_key ("Return");
  gui_wait_message (stage->ada, "The needle*");
  gui_shoot ("07-jumped");
}

/* Up takes the last message back; Esc leaves it as it was. Then the end of the list again, by Esc, too. */
static void
test_escape (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_stage_enter (stage, "lobby");
  gui_say (stage->ada, "Mine");
  gui_bob_reads (stage, "message", "Mine");
  gui_wait_message (stage->ada, "Mine");
  gui_key ("Up");
  gui_wait_composer (stage->ada, "Mine");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "Editing your message*"));
  gui_key ("Escape");
  gui_wait_composer (stage->ada, "");
  gui_wait_gone (program, ATSPI_ROLE_LABEL, "Editing your message*");
  gui_key ("ctrl+Up");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "Replying to *"));
  gui_key ("Escape");
  gui_wait_gone (program, ATSPI_ROLE_LABEL, "Replying to *");
  gui_wait_focus (program, "Message to #lobby");
}

static void
test_keyboard (void **state)
{
  GuiStage *stage = *state;
  guint clicks = gui_clicks ();
  gui_bob_says (stage, stage->lobby, "The needle");
  gui_wait_message (stage->ada, "The needle");
  test_regions (stage);
  test_switcher (stage);
  test_search (stage);
  test_escape (stage);
  assert_int_equal (gui_clicks (), clicks);
  gui_person_leave (stage->ada);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_keyboard, gui_stage_set_up_joined, gui_stage_tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
