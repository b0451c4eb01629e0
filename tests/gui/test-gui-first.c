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
test_first_message (GuiStage *stage)
{
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

/* Bob's link to a room of his; to be freed. */
static char *
make_link (GuiStage *stage, const char *name, const char *code)
{
  g_autofree char *room = scene_room (stage->bob, name);
  g_autofree char *members = g_strdup_printf ("\"code\":\"%s\",\"uses\":3,\"seconds\":3600", code);
  gui_bob_does (stage, "invitation_create", room, members);
  return g_strdup_printf ("kith://%s/?invite=%s", stage->server->address, code);
}

/* Whoever comes by an invitation to a room begins there; whoever is there already is led there. */
static void
test_invited (GuiStage *stage)
{
  GuiPerson *cyd = gui_person_new ("cyd");
  g_autofree char *den = make_link (stage, "den", "0123456789abcdef0123456789abcdef");
  g_autofree char *attic = make_link (stage, "attic", "fedcba9876543210fedcba9876543210");
  gui_person_start (cyd, den, NULL);
  gui_wait_words (cyd);
  gui_click (&cyd->program, ATSPI_ROLE_TEXT, "Your name");
  gui_key ("ctrl+a");
  gui_type ("Cyd");
  gui_click (&cyd->program, ATSPI_ROLE_PUSH_BUTTON, "Trust and join");
  gui_wait_focus (&cyd->program, "Message to #den");
  gui_person_open (cyd, attic);
  gui_wait_focus (&cyd->program, "Message to #attic");
  gui_person_leave (cyd);
  gui_person_free (cyd);
}

static void
test_first (void **state)
{
  test_first_message (*state);
  test_invited (*state);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_first, gui_stage_set_up, gui_stage_tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
