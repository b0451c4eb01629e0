/* test-gui-first.c - from the first start to the first message: two clicks and a name. */
#include "gui/stage.h"

#define CLICKS_MAX 2

/* The name is what the system says; whoever likes it does not touch it. */
static void
check_name (const GuiProgram *program)
{
  g_autoptr (GuiThing) entry = gui_find (program, ATSPI_ROLE_TEXT, "Your name");
  g_autofree char *name = gui_text (entry);
  assert_string_not_equal (name, "");
}

static void
test_first_message (void **state)
{
  GuiStage *stage = *state;
  const GuiProgram *program = &stage->ada->program;
  stage->ada->leaks = TRUE;
  gui_person_start (stage->ada, NULL);
  gui_wait_still (program, ATSPI_ROLE_LIST_ITEM, "Connect to another address*"); /* servers that are found push it */
  gui_shoot ("01-first-run");

  gui_click (program, ATSPI_ROLE_LIST_ITEM, "Connect to another address*"); /* the first click */
  gui_wait_focus (program, "Address or *");
  gui_type (stage->server->address);
  gui_key ("Return");
  g_object_unref (gui_find (program, ATSPI_ROLE_PUSH_BUTTON, "Trust and join"));
  check_name (program);
  gui_shoot ("02-sign-in");

  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Trust and join"); /* the second */
  gui_wait_focus (program, "Message to #*");
  gui_shoot ("03-lobby-empty");
  gui_stage_bob (stage); /* into the same lobby */
  gui_say (stage->ada, "Good morning!");
  assert_int_equal (gui_clicks (), CLICKS_MAX);
  gui_bob_reads (stage, "message", "Good morning!");
  gui_wait_message (stage->ada, "Good morning!");
  gui_shoot ("03-lobby");
  gui_person_leave (stage->ada);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_first_message, gui_stage_set_up, gui_stage_tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
