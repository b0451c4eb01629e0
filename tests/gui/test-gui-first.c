/* test-gui-first.c - from the first start to the first message: two clicks and a name. */
#include "gui/stage.h"

#define CLICKS_MAX 2

/* Somebody else comes into the room that the first person's client has made. */
static void
bring_bob (GuiStage *stage)
{
  json_object *answer = NULL, *rooms = NULL;
  stage->bob = scene_person (stage->server->address, "bob", NULL);
  CHECK (answer = player_ask (stage->bob, 20, &error, "{\"type\":\"rooms\",\"id\":20,\"limit\":10}"));
  assert_true (json_object_object_get_ex (answer, "rooms", &rooms));
  assert_int_equal (json_object_array_length (rooms), 1);
  scene_join (stage->bob, scene_string (json_object_array_get_idx (rooms, 0), "id"));
  json_object_put (answer);
}

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
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "Connect to another address*"));
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
  bring_bob (stage);
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
