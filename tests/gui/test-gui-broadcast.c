/* test-gui-broadcast.c - what is said to everybody, and what is urgent: written in the window, and who has seen it. */
#include "gui/stage.h"

static void
bob_marks (GuiStage *stage, const char *conversation, gint64 seq)
{
  json_object *answer = NULL;
  CHECK (answer = player_ask (stage->bob, 50, &error,
                              "{\"type\":\"mark\",\"id\":50,\"conversation\":\"%s\",\"read\":%" G_GINT64_FORMAT "}",
                              conversation, seq));
  json_object_put (answer);
}

/* The next message that Bob hears of this text: where; *seq: its number. */
static char *
bob_hears (GuiStage *stage, const char *body, gint64 *seq)
{
  g_autofree char *pattern = g_strdup_printf ("{\"type\":\"event\",\"kind\":\"message\",\"body\":%s}", body);
  json_object *event = NULL;
  CHECK (event = player_expect (stage->bob, pattern, NULL, &error));
  char *conversation = g_strdup (scene_string (event, "conversation"));
  *seq = scene_integer (event, "seq");
  json_object_put (event);
  return conversation;
}

static void
expect_seen (GuiStage *stage, const char *message, const char *words)
{
  const GuiProgram *program = &stage->ada->program;
  gui_message_menu (stage->ada, message, "Seen by*");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, words));
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "bob"));
}

/* By the menu of the send button, and by a command. */
static void
test_urgent (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gint64 seq = 0;
  gui_wait_focus (program, "Message to #lobby");
  gui_type ("The coffee is ready");
  gui_right_click (program, ATSPI_ROLE_PUSH_BUTTON, "Send (Enter)");
  gui_shoot ("05-urgent");
  gui_click (program, ATSPI_ROLE_MENU_ITEM, "Send as urgent");
  g_free (bob_hears (stage, "{\"text\":\"The coffee is ready\",\"urgent\":true}", &seq));
  gui_wait_message (stage->ada, "The coffee is ready, urgent*");
  gui_wait_composer (stage->ada, "");
  gui_click (program, ATSPI_ROLE_TEXT, "Message to #lobby");
  gui_type ("/urgent Fire drill");
  gui_key ("Return");
  g_autofree char *lobby = bob_hears (stage, "{\"text\":\"Fire drill\",\"urgent\":true}", &seq);
  gui_wait_message (stage->ada, "Fire drill, urgent*");
  bob_marks (stage, lobby, seq);
  expect_seen (stage, "Fire drill, urgent*", "1 of 1 person has read it.");
  gui_shoot ("05-seen-by");
  gui_key ("Escape");
  gui_wait_gone (program, ATSPI_ROLE_LABEL, "1 of 1 *");
}

/* Who has no role on the server is not offered it. */
static void
test_broadcast (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gint64 seq = 0;
  gui_click (program, ATSPI_ROLE_TOGGLE_BUTTON, "*, server menu");
  g_object_unref (gui_find (program, ATSPI_ROLE_PUSH_BUTTON, "Connection doctor*"));
  assert_false (gui_shows (program, ATSPI_ROLE_PUSH_BUTTON, "Write to everybody*"));
  gui_key ("Escape");
  gui_wait_gone (program, ATSPI_ROLE_PUSH_BUTTON, "Connection doctor*");
  assert_int_equal (test_server_command (stage->server, NULL, "user", "role", "ada", "admin", NULL), 0);
  assert_int_equal (test_server_command (stage->server, NULL, "urgent", "Down at six", NULL), 0);
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "Broadcasts, to everybody on this server, 1 unread"));
  gui_click (program, ATSPI_ROLE_TOGGLE_BUTTON, "*, server menu");
  gui_shoot ("13-server-menu");
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Write to everybody*");
  gui_wait_focus (program, "What to say to everybody");
  gui_type ("Cake in the kitchen");
  gui_shoot ("13-broadcast");
  gui_key ("ctrl+Return");
  g_autofree char *broadcasts = bob_hears (stage, "{\"text\":\"Cake in the kitchen\",\"urgent\":\"!absent\"}", &seq);
  gui_wait_gone (program, ATSPI_ROLE_TEXT, "What to say to everybody");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "Sent to everybody*"));
  gui_wait_gone (program, ATSPI_ROLE_LABEL, "Sent to everybody*"); /* it lies over the messages */
  gui_click (program, ATSPI_ROLE_LIST_ITEM, "Broadcasts, *");
  gui_wait_focus (program, "Message to Broadcasts");
  gui_wait_message (stage->ada, "Cake in the kitchen*");
  gui_wait_message (stage->ada, "Down at six, urgent*");
  bob_marks (stage, broadcasts, seq);
  expect_seen (stage, "Cake in the kitchen*", "1 of 1 person has read it.");
  gui_key ("Escape");
  gui_wait_gone (program, ATSPI_ROLE_LABEL, "1 of 1 *");
  gui_shoot ("13-broadcasts");
}

static void
test_to_everybody (void **state)
{
  GuiStage *stage = *state;
  test_urgent (stage);
  test_broadcast (stage);
  gui_person_leave (stage->ada);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_to_everybody, gui_stage_set_up_for_leaks, gui_stage_tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
