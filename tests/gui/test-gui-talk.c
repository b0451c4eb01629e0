/* test-gui-talk.c - two people talk: reactions, edits, deletions, replies, mentions; one has the window, the other is
 * raw frames. */
#include "gui/stage.h"

static int
set_up (void **state)
{
  gui_stage_set_up (state);
  GuiStage *stage = *state;
  stage->ada->leaks = TRUE;
  gui_stage_bob (stage);
  gui_stage_join (stage);
  return 0;
}

static void
test_react (GuiStage *stage)
{
  g_autofree char *members = NULL;
  gui_say (stage->ada, "Shall we meet at noon?");
  gint64 seq = gui_bob_reads (stage, "message", "Shall we meet at noon?");
  members = g_strdup_printf ("\"target\":%" G_GINT64_FORMAT ",\"emoji\":\"👍\"", seq);
  gui_bob_does (stage, "react", stage->lobby, members);
  gui_wait_message (stage->ada, "Shall we meet at noon*, 1 reaction*");
  gui_click (&stage->ada->program, ATSPI_ROLE_TOGGLE_BUTTON, "👍, *"); /* she does, too */
  gui_bob_reads (stage, "react", NULL);
  g_object_unref (gui_find (&stage->ada->program, ATSPI_ROLE_TOGGLE_BUTTON, "👍, *Ada*"));
}

static void
test_edit (GuiStage *stage)
{
  gui_wait_focus (&stage->ada->program, "Message to #lobby");
  gui_key ("Up");
  gui_wait_composer (stage->ada, "Shall we meet at noon?");
  gui_shoot ("05-edit");
  gui_key ("ctrl+a");
  gui_type ("Shall we meet at one?");
  gui_key ("Return");
  gui_bob_reads (stage, "edit", "Shall we meet at one?");
  gui_wait_message (stage->ada, "Shall we meet at one*edited*");
  gui_wait_composer (stage->ada, "");
}

static void
test_delete (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_say (stage->ada, "Never mind");
  gui_bob_reads (stage, "message", "Never mind");
  gui_message_menu (stage->ada, "Never mind*", "Delete*");
  gui_wait_message (stage->ada, "Message deleted*"); /* nobody was told yet */
  gui_shoot ("03-delete");
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Undo");
  gui_wait_gone (program, ATSPI_ROLE_PUSH_BUTTON, "Undo");
  gui_wait_message (stage->ada, "Never mind*");
  gui_message_menu (stage->ada, "Never mind*", "Delete*");
  gui_bob_reads (stage, "delete", NULL);
  gui_wait_message (stage->ada, "Message deleted*");
}

static void
test_reply (GuiStage *stage)
{
  g_autofree char *pattern = NULL;
  gint64 seq = gui_bob_says (stage, stage->lobby, "Who brings the bread?");
  json_object *event = NULL;
  gui_wait_message (stage->ada, "Who brings the bread*");
  gui_key ("shift+Tab"); /* the focus is on another message: the menu's is meant all the same */
  gui_key ("Up");
  gui_message_menu (stage->ada, "Who brings the bread*", "Reply");
  gui_wait_focus (&stage->ada->program, "Message to #lobby");
  gui_type ("I do");
  gui_shoot ("05-reply");
  gui_key ("Return");
  pattern = g_strdup_printf (
      "{\"type\":\"event\",\"kind\":\"message\",\"body\":{\"text\":\"I do\",\"reply_to\":%" G_GINT64_FORMAT "}}", seq);
  CHECK (event = player_expect (stage->bob, pattern, NULL, &error));
  json_object_put (event);
}

/* The keys that an open menu shows act on its message, and nothing is typed. */
static void
test_menu_keys (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_say (stage->ada, "Butter, too");
  gui_bob_reads (stage, "message", "Butter, too");
  gui_right_click (program, ATSPI_ROLE_LIST_ITEM, "*, *:*, Butter, too*");
  g_object_unref (gui_find (program, ATSPI_ROLE_MENU_ITEM, "Edit"));
  gui_key ("e");
  gui_wait_composer (stage->ada, "Butter, too");
  gui_key ("Escape");
  gui_wait_composer (stage->ada, "");
  gui_right_click (program, ATSPI_ROLE_LIST_ITEM, "*, *:*, Butter, too*");
  g_object_unref (gui_find (program, ATSPI_ROLE_MENU_ITEM, "Pin"));
  gui_key ("p");
  gui_bob_reads (stage, "pin", NULL);
  gui_wait_composer (stage->ada, "");
}

/* The link goes on from another message and is wider than half of its row: what is pressed in the middle. */
static void
test_link_menu (GuiStage *stage)
{
  static const char link[] = "https://kith.example/with-quite-a-long-way-to-what-it-is-about-so-that-it-is-wide";
  const GuiProgram *program = &stage->ada->program;
  gui_bob_says (stage, stage->lobby, "Look at this:");
  gui_bob_says (stage, stage->lobby, link);
  gui_wait_message (stage->ada, link);
  gui_right_click (program, ATSPI_ROLE_LIST_ITEM, "*, https://kith.example/*");
  g_object_unref (gui_find (program, ATSPI_ROLE_MENU_ITEM, "Open link"));
  gui_click (program, ATSPI_ROLE_MENU_ITEM, "Copy address");
  gui_wait_gone (program, ATSPI_ROLE_MENU_ITEM, "Copy address");
  gui_wait_focus (program, "Message to *");
  gui_key ("ctrl+v");
  gui_wait_composer (stage->ada, link);
  gui_key ("ctrl+a");
  gui_key ("Delete");
  gui_wait_composer (stage->ada, "");
}

static int
width_of (const GuiProgram *program, const char *text)
{
  gui_wait_still (program, ATSPI_ROLE_LABEL, text);
  g_autoptr (GuiThing) label = gui_find (program, ATSPI_ROLE_LABEL, text);
  g_autofree AtspiRect *place = gui_place (label);
  assert_non_null (place);
  return place->width;
}

/* The tick is at the last message of hers only: the text before it keeps its width. */
static void
test_tick_moves (GuiStage *stage)
{
  const char *text = "Here is the tick, after words that are long enough for a second line, wherever the window ends, "
                     "so that a change of the width would break them elsewhere";
  gui_say (stage->ada, text);
  gui_bob_reads (stage, "message", text);
  int width = width_of (&stage->ada->program, text);
  gui_say (stage->ada, "There it went");
  gui_bob_reads (stage, "message", "There it went");
  gui_wait_message (stage->ada, "There it went*");
  assert_int_equal (width_of (&stage->ada->program, text), width);
}

/* What is answered is far above; a click on the quote leads there, and Esc back. */
static void
test_jump (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  g_autofree char *members = NULL;
  gint64 seq = gui_bob_says (stage, stage->lobby, "The first of many");
  for (int i = 0; i < 60; i++) {
    g_autofree char *text = g_strdup_printf ("Line %d", i);
    gui_bob_says (stage, stage->lobby, text);
  }
  members = g_strdup_printf ("\"body\":{\"text\":\"As I said\",\"reply_to\":%" G_GINT64_FORMAT "}", seq);
  gui_bob_does (stage, "post", stage->lobby, members);
  gui_wait_message (stage->ada, "As I said*");
  gui_wait_gone (program, ATSPI_ROLE_LIST_ITEM, "*, The first of many*");
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Show the message that this answers");
  gui_wait_message (stage->ada, "The first of many*");
  gui_shoot ("03-jump");
  gui_key ("Escape");
  gui_wait_message (stage->ada, "As I said*");
}

static void
test_badge (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  G_GNUC_UNUSED g_autofree char *members = NULL, *pattern = NULL, *design = scene_room (stage->bob, "design");
  json_object *joined = NULL;
  gui_stage_enter (stage, "design");
  pattern = g_strdup_printf ("{\"conversation\":\"%s\",\"kind\":\"join\",\"seq\":2}", stage->lobby);
  CHECK (joined = player_expect (stage->bob, pattern, NULL, &error));
  members = g_strdup_printf ("\"body\":{\"text\":\"Where are you, @ada?\",\"mentions\":[\"%s\"]}",
                             scene_string (joined, "from"));
  json_object_put (joined);
  gui_bob_says (stage, stage->lobby, "Nobody here?");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "lobby, room, 1 unread"));
  gui_bob_does (stage, "post", stage->lobby, members);
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "lobby, room, 2 unread, 1 mention"));
  gui_shoot ("03-badge");
  gui_click (program, ATSPI_ROLE_LIST_ITEM, "lobby, room*");
  gui_wait_message (stage->ada, "Where are you, @*");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "lobby, room"));
  gui_shoot ("03-new");
}

static void
test_talk (void **state)
{
  GuiStage *stage = *state;
  test_react (stage);
  test_edit (stage);
  test_delete (stage);
  test_reply (stage);
  test_menu_keys (stage);
  test_link_menu (stage);
  test_tick_moves (stage);
  test_jump (stage);
  test_badge (stage);
  gui_person_leave (stage->ada);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_talk, set_up, gui_stage_tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
