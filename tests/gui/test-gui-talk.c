/* test-gui-talk.c - two people talk: reactions, edits, deletions, replies, mentions; one has the window, the other is
 * raw frames. */
#include "gui/stage.h"

#define NEAR 40 /* pixels */

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
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Undo"); /* soon: it is there for some seconds */
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
  gint64 seq = gui_bob_reads (stage, "message", "There it went");
  gui_wait_message (stage->ada, "There it went*");
  assert_int_equal (width_of (&stage->ada->program, text), width);
  width = width_of (&stage->ada->program, "There it went");
  gui_bob_reads_up_to (stage, stage->lobby, seq);
  gui_wait_message (stage->ada, "There it went, read"); /* the face of who has read it is there */
  assert_int_equal (width_of (&stage->ada->program, "There it went"), width);
}

static AtspiRect
place_of (const GuiProgram *program, AtspiRole role, const char *name)
{
  gui_wait_still (program, role, name);
  g_autoptr (GuiThing) thing = gui_find (program, role, name);
  g_autofree AtspiRect *place = gui_place (thing);
  assert_non_null (place);
  return *place;
}

/* Until the bar stands right before or behind the text, and over none of it. */
static void
wait_beside (const GuiProgram *program, const char *name)
{
  gint64 end = g_get_monotonic_time () + GUI_PATIENCE_S * G_USEC_PER_SEC;
  AtspiRect text = place_of (program, ATSPI_ROLE_LABEL, name);
  for (int i = 0;; i++) {
    gui_move_to (text.x + 20 + i % 2, text.y + text.height / 2); /* a hand is never quite still */
    AtspiRect bar = place_of (program, ATSPI_ROLE_PUSH_BUTTON, "Reply (R)");
    int before = text.y - bar.y - bar.height, behind = bar.y - text.y - text.height;
    if ((before >= 0 && before < NEAR) || (behind >= 0 && behind < NEAR))
      return;
    if (g_get_monotonic_time () < end)
      continue;
    gui_shoot ("failed");
    fail_msg ("the bar is at %d (%d high), the text at %d (%d high)", bar.y, bar.height, text.y, text.height);
  }
}

/* The text is as wide as the list: the bar is over no line of it, neither of the first message of somebody nor of one that
 * stands right behind it. */
static void
test_bar_hides_nothing (GuiStage *stage)
{
  static const char *const texts[] = {
      "One: a text that goes on to the end of the line and beyond it, so that whatever floats over the end of the line, "
      "wherever that is in a window, would hide some of the words that somebody has written here to be read",
      "Two: a text that goes on to the end of the line and beyond it, so that whatever floats over the end of the line, "
      "wherever that is in a window, would hide some of the words that somebody has written here to be read"};
  const GuiProgram *program = &stage->ada->program;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    gui_bob_says (stage, stage->lobby, texts[i]);
  gui_wait_still (program, ATSPI_ROLE_LABEL, texts[G_N_ELEMENTS (texts) - 1]);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    wait_beside (program, texts[i]);
}

/* The pointer may go onto the bar, and from there back; when it jumps away, from the text or from the bar, the bar goes. */
static void
test_bar_goes (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_bob_says (stage, stage->lobby, "Point here");
  for (int from_bar = 0; from_bar < 2; from_bar++) {
    gui_wait_still (program, ATSPI_ROLE_LABEL, "Point here");
    gui_hover (program, ATSPI_ROLE_LABEL, "Point here");
    gui_wait_still (program, ATSPI_ROLE_PUSH_BUTTON, "Reply (R)");
    if (from_bar) {
      gui_hover (program, ATSPI_ROLE_PUSH_BUTTON, "Reply (R)");
      gui_wait_still (program, ATSPI_ROLE_PUSH_BUTTON, "Reply (R)");
    }
    gui_shoot (from_bar ? "03-bar-pointed-at" : "03-bar");
    if (from_bar) { /* what it opens needs it */
      gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Add reaction");
      gui_wait_focus (program, "Search emoji");
      gui_wait_still (program, ATSPI_ROLE_TEXT, "Search emoji");
      gui_shoot ("03-bar-picker");
      gui_key ("Escape");
      gui_wait_gone (program, ATSPI_ROLE_TEXT, "Search emoji");
      gui_wait_still (program, ATSPI_ROLE_PUSH_BUTTON, "Reply (R)"); /* the pointer is on it still */
    }
    gui_hover (program, ATSPI_ROLE_TEXT, "Message to #lobby");
    gui_wait_gone (program, ATSPI_ROLE_PUSH_BUTTON, "Reply (R)");
  }
}

/* His account; to be freed. */
static char *
bob_is_called (GuiStage *stage, const char *name)
{
  json_object *answer = NULL, *person = NULL;
  CHECK (answer = player_ask (stage->bob, 31, &error, "{\"type\":\"profile\",\"id\":31,\"display\":\"%s\"}", name));
  assert_true (json_object_object_get_ex (answer, "account", &person));
  char *account = g_strdup (scene_string (person, "id"));
  json_object_put (answer);
  return account;
}

/* A line about somebody tells the name as it is now. */
static void
test_renamed (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "*bob*joined*"));
  g_free (bob_is_called (stage, "Robert"));
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "*Robert*joined*"));
  g_free (bob_is_called (stage, "bob"));
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "*bob*joined*"));
}

/* Who came and who left at about the same time is one line. */
static void
test_moves (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  Player *cyd = scene_person (stage->server->address, "cyd", NULL);
  g_autofree char *nonce = player_random_hex (16);
  json_object *answer = NULL;
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "bob and 2 others joined"));
  CHECK (answer = player_ask (cyd, 31, &error,
                              "{\"type\":\"leave\",\"id\":31,\"conversation\":\"%s\",\"nonce\":\"%s\"}",
                              stage->lobby, nonce));
  json_object_put (answer);
  player_free (cyd);
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "bob and 2 others joined. cyd left."));
  gui_shoot ("03d-moves");
}

/* Ctrl+Shift+Enter, and the menu of the text. Then who has seen it, and who has not. */
static void
test_urgent (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_wait_focus (program, "Message to #lobby");
  gui_type ("The roof leaks");
  gui_key ("ctrl+shift+Return");
  gui_wait_message (stage->ada, "The roof leaks, urgent*");
  gui_bob_reads (stage, "message", "The roof leaks");
  gui_type ("And the cellar");
  gui_wait_composer (stage->ada, "And the cellar");
  gui_right_click (program, ATSPI_ROLE_TEXT, "Message to #lobby");
  gui_click (program, ATSPI_ROLE_MENU_ITEM, "Send as urgent");
  gui_wait_message (stage->ada, "And the cellar, urgent*");
  gint64 seq = gui_bob_reads (stage, "message", "And the cellar");
  gui_message_menu (stage->ada, "And the cellar*", "Seen by*");
  gui_wait_active (program, "Seen by");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "0 of 1 *"));
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "NOT YET, OR THEY DO NOT TELL"));
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "bob"));
  gui_shoot ("03-seen-by");
  gui_key ("Escape");
  gui_wait_gone (program, ATSPI_ROLE_FRAME, "Seen by");
  gui_bob_reads_up_to (stage, stage->lobby, seq);
  gui_message_menu (stage->ada, "And the cellar*", "Seen by*");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "1 of 1 *"));
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "bob"));
  assert_false (gui_shows (program, ATSPI_ROLE_LABEL, "NOT YET*"));
  gui_key ("Escape");
  gui_wait_gone (program, ATSPI_ROLE_FRAME, "Seen by");
}

/* What is for rooms is neither offered nor done in one's notes, and they have no members. */
static void
test_notes (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_click (program, ATSPI_ROLE_LIST_ITEM, "Notes*");
  gui_wait_focus (program, "Message to Notes");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "What you write here is only for you.*"));
  assert_false (gui_shows (program, ATSPI_ROLE_LABEL, "Owner"));
  gui_type ("/");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "/away*"));
  assert_false (gui_shows (program, ATSPI_ROLE_LIST_ITEM, "/invite*"));
  gui_shoot ("05-notes");
  gui_type ("topic x");
  gui_key ("Return");
  g_object_unref (gui_find (program, ATSPI_ROLE_ALERT, "“/topic” does nothing here.*"));
  gui_key ("ctrl+a");
  gui_key ("BackSpace");
  gui_stage_enter (stage, "lobby");
  gui_type ("/");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "/invite*"));
  gui_key ("BackSpace");
  gui_wait_composer (stage->ada, "");
  gui_wait_gone (program, ATSPI_ROLE_ALERT, "*does nothing here.*"); /* it would lie over what is clicked next */
}

static void
bob_gives (GuiStage *stage, const char *room, const char *account, const char *role)
{
  g_autofree char *members = g_strdup_printf ("\"account\":\"%s\",\"role\":\"%s\"", account, role);
  gui_bob_does (stage, "role", room, members);
}

/* Who quits has made up their mind: nothing waits for the time of undoing. */
static void
test_quit (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  json_object *event = NULL;
  g_autofree char *room = scene_room (stage->bob, "den"), *bob = bob_is_called (stage, "bob");
  gui_stage_enter (stage, "den");
  g_autofree char *pattern =
      g_strdup_printf ("{\"type\":\"event\",\"kind\":\"join\",\"conversation\":\"%s\"}", room);
  CHECK (event = player_expect (stage->bob, pattern, NULL, &error)); /* his own */
  json_object_put (event);
  CHECK (event = player_expect (stage->bob, pattern, NULL, &error));
  bob_gives (stage, room, scene_string (event, "from"), "owner");
  bob_gives (stage, room, bob, "moderator");
  json_object_put (event);
  gui_say (stage->ada, "Out with you");
  gui_bob_reads (stage, "message", "Out with you");
  gui_message_menu (stage->ada, "Out with you*", "Delete*");
  gui_wait_message (stage->ada, "Message deleted*");
  gui_person_leave (stage->ada);
  gui_bob_reads (stage, "delete", NULL);

  gui_stage_start (stage);
  gui_wait_focus (program, "Message to #den");
  gui_click (program, ATSPI_ROLE_LIST_ITEM, "bob, online, Moderator");
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Remove from the room");
  g_object_unref (gui_find (program, ATSPI_ROLE_ALERT, "bob is removed from #den."));
  gui_person_leave (stage->ada);
  gui_bob_reads (stage, "kick", NULL);
}

/* Bob puts her out of a room, while she is in another. */
static void
test_expelled (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  json_object *event = NULL;
  g_autofree char *room = scene_room (stage->bob, "attic"), *members = NULL, *pattern = NULL;
  gui_stage_enter (stage, "attic");
  gui_say (stage->ada, "Dusty here");
  pattern = g_strdup_printf ("{\"type\":\"event\",\"kind\":\"message\",\"conversation\":\"%s\"}", room);
  CHECK (event = player_expect (stage->bob, pattern, NULL, &error));
  members = g_strdup_printf ("\"account\":\"%s\",\"reason\":\"Wrong room\"", scene_string (event, "from"));
  json_object_put (event);
  gui_stage_enter (stage, "lobby");
  gui_bob_does (stage, "kick", room, members);
  g_object_unref (gui_find (program, ATSPI_ROLE_ALERT, "bob removed you from #attic: Wrong room"));
  gui_shoot ("14-removed");
  gui_wait_gone (program, ATSPI_ROLE_LIST_ITEM, "attic, room*");
  gui_wait_gone (program, ATSPI_ROLE_ALERT, "bob removed you*"); /* it would lie over what is clicked next */
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
  gui_wait_still (program, ATSPI_ROLE_PUSH_BUTTON, "Show the message that this answers");
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
  test_renamed (stage);
  test_moves (stage);
  test_react (stage);
  test_edit (stage);
  test_delete (stage);
  test_reply (stage);
  test_menu_keys (stage);
  test_link_menu (stage);
  test_tick_moves (stage);
  test_bar_hides_nothing (stage);
  test_bar_goes (stage);
  test_urgent (stage);
  test_notes (stage);
  test_expelled (stage);
  test_jump (stage);
  test_badge (stage);
  test_quit (stage);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_talk, gui_stage_set_up_for_leaks, gui_stage_tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
