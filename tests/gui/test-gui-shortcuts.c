/* test-gui-shortcuts.c - every key of the window of shortcuts does what is written beside it. */
#include "gui/stage.h"

static int
set_up (void **state)
{
  gui_stage_set_up (state);
  GuiStage *stage = *state;
  gui_person_set (stage->ada, "window-width", "1120"); /* less than the screen: full screen can be seen */
  gui_person_set (stage->ada, "window-height", "720");
  gui_stage_bob (stage);
  gui_stage_join (stage);
  gui_bob_says (stage, stage->lobby, "Good morning!");
  gui_wait_message (stage->ada, "Good morning!*");
  return 0;
}

/* ---- what opens something, and Esc closes it ---- */

static void
test_openers (GuiStage *stage)
{
  static const struct {
    const char *keys;
    AtspiRole role;
    const char *shown, *focused; /* NULL: nothing in the window */
  } openers[] = {
      {"ctrl+n", ATSPI_ROLE_PUSH_BUTTON, "New room…", "New message…"},
      {"ctrl+f", ATSPI_ROLE_TOGGLE_BUTTON, "In: #lobby", "Search messages"},
      {"ctrl+shift+f", ATSPI_ROLE_TOGGLE_BUTTON, "In: all conversations", "Search messages"},
      {"ctrl+comma", ATSPI_ROLE_FRAME, "Preferences", NULL},
      {"F1", ATSPI_ROLE_FRAME, "Keyboard shortcuts", NULL},
      {"ctrl+question", ATSPI_ROLE_FRAME, "Keyboard shortcuts", NULL},
      {"F10", ATSPI_ROLE_PUSH_BUTTON, "Mute", "Search here"},
      {"ctrl+period", ATSPI_ROLE_TEXT, "Search emoji", "Search emoji"},
  };
  const GuiProgram *program = &stage->ada->program;
  for (guint i = 0; i < G_N_ELEMENTS (openers); i++) {
    gui_key (openers[i].keys);
    g_object_unref (gui_find (program, openers[i].role, openers[i].shown));
    if (openers[i].focused != NULL)
      gui_wait_focus (program, openers[i].focused);
    else
      gui_wait_active (program, openers[i].shown);
    gui_key ("Escape");
    gui_wait_gone (program, openers[i].role, openers[i].shown);
    gui_wait_focus (program, "Message to #lobby");
  }
}

/* ---- from conversation to conversation ---- */

static void
test_moving (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  g_free (scene_room (stage->bob, "design"));
  gui_stage_enter (stage, "design");
  gui_key ("alt+Left");
  gui_wait_focus (program, "Message to #lobby");
  gui_key ("alt+Right");
  gui_wait_focus (program, "Message to #design");
  gui_key ("ctrl+1");
  gui_wait_focus (program, "Message to #lobby");
  gui_key ("ctrl+2");
  gui_wait_focus (program, "Message to #design");
  gui_key ("alt+Up");
  gui_wait_focus (program, "Message to #lobby");
  gui_key ("alt+Down");
  gui_wait_focus (program, "Message to #design");
  gui_bob_says (stage, stage->lobby, "Where are you?");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "lobby, room, 1 unread"));
  gui_key ("shift+Escape");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "lobby, room"));
  gui_bob_says (stage, stage->lobby, "Hello?");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "lobby, room, 1 unread"));
  gui_key ("alt+shift+Down");
  gui_wait_focus (program, "Message to #lobby");
}

/* ---- what changes the window ---- */

static void
test_panes (GuiStage *stage)
{
  static const struct {
    const char *keys, *shown;
  } panes[] = {{"F8", "bob, online, Owner"}, {"F9", "lobby, room*"}};
  const GuiProgram *program = &stage->ada->program;
  for (guint i = 0; i < G_N_ELEMENTS (panes); i++) {
    gboolean shows = gui_shows (program, ATSPI_ROLE_LIST_ITEM, panes[i].shown);
    for (guint times = 0; times < 2; times++, shows = !shows) {
      gui_key (panes[i].keys);
      if (shows)
        gui_wait_gone (program, ATSPI_ROLE_LIST_ITEM, panes[i].shown);
      else
        g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, panes[i].shown));
    }
  }
}

/* Pixels. */
static int
height_of (GuiStage *stage, AtspiRole role, const char *name)
{
  g_autoptr (GuiThing) thing = gui_find (&stage->ada->program, role, name);
  g_autofree AtspiRect *place = gui_place (thing);
  return place != NULL ? place->height : 0;
}

/* Presses keys, then waits until the thing is higher (sign 1), lower (-1), or as high as before (0). */
static int
wait_height (GuiStage *stage, const char *keys, AtspiRole role, const char *name, int before, int sign)
{
  gint64 end = g_get_monotonic_time () + GUI_PATIENCE_S * G_USEC_PER_SEC;
  gui_key (keys);
  for (;;) {
    int height = height_of (stage, role, name);
    if ((height > before) - (height < before) == sign)
      return height;
    if (g_get_monotonic_time () > end)
      fail_msg ("%s: “%s” is %d pixels high, was %d", keys, name, height, before);
    gui_breathe ();
  }
}

static void
test_sizes (GuiStage *stage)
{
  static const char *const label = "Good morning!";
  int normal = height_of (stage, ATSPI_ROLE_LABEL, label);
  int window = height_of (stage, ATSPI_ROLE_FRAME, NULL);
  int large = wait_height (stage, "ctrl+plus", ATSPI_ROLE_LABEL, label, normal, 1);
  wait_height (stage, "ctrl+minus", ATSPI_ROLE_LABEL, label, large, -1);
  wait_height (stage, "ctrl+0", ATSPI_ROLE_LABEL, label, normal, 0);
  wait_height (stage, "F11", ATSPI_ROLE_FRAME, NULL, window, 1);
  wait_height (stage, "F11", ATSPI_ROLE_FRAME, NULL, window, 0);
}

static void
test_switches (GuiStage *stage)
{
  static const struct {
    const char *keys;
    AtspiRole role;
    const char *on, *off;
  } switches[] = {
      {"ctrl+shift+m", ATSPI_ROLE_LIST_ITEM, "lobby, room, muted", "lobby, room"},
      {"ctrl+shift+d", ATSPI_ROLE_TOGGLE_BUTTON, "Ada, your status: Do not disturb", "Ada, your status: Online"},
  };
  const GuiProgram *program = &stage->ada->program;
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++) {
    gui_key (switches[i].keys);
    g_object_unref (gui_find (program, switches[i].role, switches[i].on));
    gui_key (switches[i].keys);
    g_object_unref (gui_find (program, switches[i].role, switches[i].off));
  }
}

/* ---- writing ---- */

static void
test_writing (GuiStage *stage)
{
  static const struct {
    const char *keys, *written; /* then “x” is typed, and all is deleted */
  } marks[] = {{"ctrl+b", "*x*"}, {"ctrl+i", "_x_"}, {"ctrl+e", "`x`"}, {"shift+Return", "\nx"}};
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++) {
    gui_key (marks[i].keys);
    gui_type ("x");
    gui_wait_composer (stage->ada, marks[i].written);
    gui_key ("ctrl+a");
    gui_key ("BackSpace");
    gui_wait_composer (stage->ada, "");
  }
}

/* ---- a message ---- */

static void
focus_message (GuiStage *stage, const char *pattern)
{
  g_autofree char *name = g_strdup_printf ("*, *:*, %s", pattern);
  gui_key ("F6");
  gui_wait_focus (&stage->ada->program, name);
}

/* A message that has the focus gives it back. */
static void
leave_messages (GuiStage *stage)
{
  gui_key ("Escape");
  gui_wait_focus (&stage->ada->program, "Message to #lobby");
}

static void
test_message (GuiStage *stage)
{
  static const struct {
    const char *key;
    AtspiRole role;
    const char *shown, *after; /* what has the focus when Esc has closed it */
  } keys[] = {
      {"r", ATSPI_ROLE_LABEL, "Replying to *", "Message to #lobby"},
      {"e", ATSPI_ROLE_LABEL, "Editing your message*", "Message to #lobby"},
      {"plus", ATSPI_ROLE_TEXT, "Search emoji", "*, Mine*"},
      {"f", ATSPI_ROLE_FRAME, "Forward to", "*, Mine*"},
      {"shift+F10", ATSPI_ROLE_MENU_ITEM, "Pin*", "*, Mine*"},
      {"Menu", ATSPI_ROLE_MENU_ITEM, "Pin*", "*, Mine*"},
  };
  const GuiProgram *program = &stage->ada->program;
  gui_say (stage->ada, "Mine");
  gui_bob_reads (stage, "message", "Mine");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    focus_message (stage, "Mine*");
    gui_key (keys[i].key);
    g_object_unref (gui_find (program, keys[i].role, keys[i].shown));
    if (keys[i].role == ATSPI_ROLE_FRAME)
      gui_wait_active (program, keys[i].shown);
    gui_key ("Escape");
    gui_wait_gone (program, keys[i].role, keys[i].shown);
    gui_wait_focus (program, keys[i].after);
    leave_messages (stage);
  }
}

static void
test_message_at_once (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  focus_message (stage, "Mine*");
  gui_key ("c");
  leave_messages (stage);
  gui_key ("ctrl+v");
  gui_wait_composer (stage->ada, "Mine");
  gui_key ("ctrl+a");
  gui_key ("BackSpace");
  gui_bob_says (stage, stage->lobby, "Not mine"); /* what one wrote oneself is not unread */
  gui_wait_message (stage->ada, "Not mine*");
  focus_message (stage, "Not mine*");
  gui_key ("u");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "lobby, room, 1 unread"));
  gui_key ("Up");
  gui_wait_focus (program, "*, *:*, Mine*");
  gui_key ("Delete");
  gui_bob_reads (stage, "delete", NULL);
  leave_messages (stage);
}

static void
test_letters (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_key ("shift+F6");
  gui_wait_focus (program, "Ada, your status*");
  gui_type ("x");
  gui_wait_composer (stage->ada, "x");
  gui_wait_focus (program, "Message to #lobby");
}

static void
test_shortcuts (void **state)
{
  static void (*const tests[]) (GuiStage *) = {test_openers,  test_moving,  test_panes,           test_sizes,  test_switches,
                                               test_writing,  test_message, test_message_at_once, test_letters};
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    tests[i](*state);
  gui_person_leave (((GuiStage *) *state)->ada);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_shortcuts, set_up, gui_stage_tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
