/* test-gui-screens.c - every window, page and menu once, wide and narrow: its picture, and what has to be true of
 * everything that is shown. */
#include "gui/inspect.h"
#include "gui/stage.h"

#define KEY ATSPI_ROLE_INVALID

/* Press what is of this role and name, or the key of this name; then this appears (gone: goes away). */
typedef struct {
  AtspiRole role;
  const char *press;
  AtspiRole shown_role;
  const char *shown;
  const char *picture; /* NULL: it is only on the way */
  gboolean gone;
  AtspiRole narrow; /* of what is pressed, where another thing has its work in a narrow window; 0: the same */
} Step;

static const Step conversation[] = {
    {KEY, "F10", ATSPI_ROLE_PUSH_BUTTON, "Room settings…", "03d-room-menu"},
    {ATSPI_ROLE_PUSH_BUTTON, "Room settings…", ATSPI_ROLE_FRAME, "#workshop settings", "10-room-general"},
    {ATSPI_ROLE_LIST_ITEM, "Members*", ATSPI_ROLE_TEXT, "Find a member", "10-room-members", FALSE, ATSPI_ROLE_RADIO_BUTTON},
    {ATSPI_ROLE_LIST_ITEM, "Banned", ATSPI_ROLE_LABEL, "Nobody is banned*", "10b-banned", FALSE, ATSPI_ROLE_RADIO_BUTTON},
    {KEY, "Escape", ATSPI_ROLE_FRAME, "#workshop settings", NULL, TRUE},
    {KEY, "ctrl+period", ATSPI_ROLE_TEXT, "*emoji*", "05-emoji"},
    {ATSPI_ROLE_PUSH_BUTTON, "Food and drink", ATSPI_ROLE_PUSH_BUTTON, "grapes", "05-emoji-food"},
    {KEY, "Escape", ATSPI_ROLE_TEXT, "*emoji*", NULL, TRUE},
    {KEY, "ctrl+f", ATSPI_ROLE_TEXT, "Search messages", "07-search"},
    {KEY, "Escape", ATSPI_ROLE_TEXT, "Search messages", NULL, TRUE},
    {KEY, "F6", ATSPI_ROLE_LIST_ITEM, "*, *:*, A first message*", NULL},
    {KEY, "f", ATSPI_ROLE_FRAME, "Forward to", "03-forward"},
    {KEY, "Escape", ATSPI_ROLE_FRAME, "Forward to", NULL, TRUE},
    {KEY, "Escape", ATSPI_ROLE_TEXT, "Message to #workshop", NULL},
    {KEY, "F10", ATSPI_ROLE_PUSH_BUTTON, "Leave room", NULL},
    {ATSPI_ROLE_PUSH_BUTTON, "Leave room", ATSPI_ROLE_PUSH_BUTTON, "Cancel", "10-leave"},
    {KEY, "Escape", ATSPI_ROLE_PUSH_BUTTON, "Cancel", NULL, TRUE},
    {KEY, "F1", ATSPI_ROLE_FRAME, "Keyboard shortcuts", "08-shortcuts"},
    {KEY, "Escape", ATSPI_ROLE_FRAME, "Keyboard shortcuts", NULL, TRUE},
};

static const Step preferences[] = {
    {KEY, "ctrl+comma", ATSPI_ROLE_FRAME, "Preferences", "09-appearance"},
    {ATSPI_ROLE_RADIO_BUTTON, "Notifications", ATSPI_ROLE_LIST_ITEM, "Sound", "09-notifications"},
    {ATSPI_ROLE_RADIO_BUTTON, "Privacy", ATSPI_ROLE_LIST_ITEM, "Typing indicator", "09-privacy"},
    {ATSPI_ROLE_RADIO_BUTTON, "Network", ATSPI_ROLE_LIST_ITEM, "Connection doctor", "09-network"},
    {ATSPI_ROLE_RADIO_BUTTON, "Accounts", ATSPI_ROLE_LIST_ITEM, "Add an account…", "09-accounts"},
    {ATSPI_ROLE_LIST_ITEM, "Devices*", ATSPI_ROLE_FRAME, "Devices", "09-devices"},
    {KEY, "Escape", ATSPI_ROLE_FRAME, "Devices", NULL, TRUE},
    {ATSPI_ROLE_LIST_ITEM, "Password…", ATSPI_ROLE_FRAME, "Set a password", "09-password"},
    {KEY, "Escape", ATSPI_ROLE_FRAME, "Set a password", NULL, TRUE},
    {ATSPI_ROLE_RADIO_BUTTON, "About", ATSPI_ROLE_LIST_ITEM, "Licence and credits", "09-about"},
    {KEY, "Escape", ATSPI_ROLE_FRAME, "Preferences", NULL, TRUE},
};

/* In the lobby, which is Ada's, with Bob in it. */
static const Step moderation[] = {
    {KEY, "F10", ATSPI_ROLE_PUSH_BUTTON, "Room settings…", NULL},
    {ATSPI_ROLE_PUSH_BUTTON, "Room settings…", ATSPI_ROLE_FRAME, "#lobby settings", NULL},
    {ATSPI_ROLE_LIST_ITEM, "Members*", ATSPI_ROLE_PUSH_BUTTON, "What can be done about bob", NULL, FALSE, ATSPI_ROLE_RADIO_BUTTON},
    {ATSPI_ROLE_PUSH_BUTTON, "What can be done about bob", ATSPI_ROLE_MENU_ITEM, "Ban from the room…", "10-member"},
    {ATSPI_ROLE_MENU_ITEM, "Ban from the room…", ATSPI_ROLE_PUSH_BUTTON, "Ban bob", "10b-ban"},
    {ATSPI_ROLE_PUSH_BUTTON, "Cancel", ATSPI_ROLE_PUSH_BUTTON, "Ban bob", NULL, TRUE},
    {ATSPI_ROLE_PUSH_BUTTON, "What can be done about bob", ATSPI_ROLE_MENU_ITEM, "Remove from the room", NULL},
    {ATSPI_ROLE_MENU_ITEM, "Remove from the room", ATSPI_ROLE_PUSH_BUTTON, "Undo", "10-undo"},
    {ATSPI_ROLE_PUSH_BUTTON, "Undo", ATSPI_ROLE_PUSH_BUTTON, "Undo", NULL, TRUE},
    {KEY, "Escape", ATSPI_ROLE_FRAME, "#lobby settings", NULL, TRUE},
};

static const Step sidebar[] = {
    {ATSPI_ROLE_TOGGLE_BUTTON, "Ada, your status*", ATSPI_ROLE_PUSH_BUTTON, "Save", "13-presence"},
    {KEY, "Escape", ATSPI_ROLE_PUSH_BUTTON, "Save", NULL, TRUE},
    {ATSPI_ROLE_TOGGLE_BUTTON, "New message, *", ATSPI_ROLE_PUSH_BUTTON, "New message…", "03-new-menu"},
    {ATSPI_ROLE_PUSH_BUTTON, "New message…", ATSPI_ROLE_FRAME, "New message", "03-new-message"},
    {KEY, "Escape", ATSPI_ROLE_FRAME, "New message", NULL, TRUE},
    {ATSPI_ROLE_TOGGLE_BUTTON, "New message, *", ATSPI_ROLE_PUSH_BUTTON, "Invite people…", NULL},
    {ATSPI_ROLE_PUSH_BUTTON, "Invite people…", ATSPI_ROLE_FRAME, "Invite*", "10b-invite"},
    {KEY, "Escape", ATSPI_ROLE_FRAME, "Invite*", NULL, TRUE},
    {ATSPI_ROLE_TOGGLE_BUTTON, "Studio, server menu", ATSPI_ROLE_PUSH_BUTTON, "Words of this server…", "03-server-menu"},
    {ATSPI_ROLE_PUSH_BUTTON, "Words of this server…", ATSPI_ROLE_FRAME, "Words of Studio", "02-words"},
    {KEY, "Escape", ATSPI_ROLE_FRAME, "Words of Studio", NULL, TRUE},
    {ATSPI_ROLE_TOGGLE_BUTTON, "Studio, server menu", ATSPI_ROLE_PUSH_BUTTON, "Connection doctor…", NULL},
    {ATSPI_ROLE_PUSH_BUTTON, "Connection doctor…", ATSPI_ROLE_LABEL, "*checked just now", "11-doctor"},
    {KEY, "Escape", ATSPI_ROLE_LABEL, "*checked just now", NULL, TRUE},
};

/* With the largest text a narrow window scrolls, and what floats in it may end in the middle of a word. */
static void
look_at (GuiStage *stage, const char *name)
{
  gui_shoot (name);
  if (stage->largest)
    gui_inspect_windows (&stage->ada->program, name);
  else
    gui_inspect_fits (&stage->ada->program, name);
}

static void
take (GuiStage *stage, const Step *step)
{
  const GuiProgram *program = &stage->ada->program;
  AtspiRole role = gui_is_narrow () && step->narrow != 0 ? step->narrow : step->role;
  if (role != KEY)
    gui_click (program, role, step->press);
  else
    gui_key (step->press);
  if (step->gone)
    gui_wait_gone (program, step->shown_role, step->shown);
  else
    g_object_unref (gui_find (program, step->shown_role, step->shown));
  if (!step->gone && step->shown_role == ATSPI_ROLE_FRAME)
    gui_wait_active (program, step->shown);
  if (step->picture != NULL)
    look_at (stage, step->picture);
}

static void
take_all (GuiStage *stage, const Step *steps, guint n)
{
  for (guint i = 0; i < n; i++)
    take (stage, &steps[i]);
}

static void
test_joining (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_person_start (stage->ada, NULL);
  gui_wait_still (program, ATSPI_ROLE_LIST_ITEM, "Connect to another address*"); /* servers that are found push it */
  look_at (stage, "01-first-run");
  gui_person_kill (stage->ada);
  gui_person_start (stage->ada, "--server", stage->server->address, NULL);
  gui_wait_words (stage->ada);
  look_at (stage, "02-first-contact");
  gui_click (program, ATSPI_ROLE_RADIO_BUTTON, "I have an account");
  g_object_unref (gui_find (program, ATSPI_ROLE_PASSWORD_TEXT, "Password"));
  look_at (stage, "02b-account");
  gui_person_kill (stage->ada);
  gui_stage_join (stage);
}

/* What is found, what is not, and where nobody has said anything yet. */
static void
test_finding (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_say (stage->ada, "The corridor signs are up");
  gui_key ("ctrl+f");
  gui_wait_focus (program, "Search messages");
  gui_type ("corridor");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_BOX, "1 result *"));
  look_at (stage, "07-search-found");
  gui_type ("coridor");
  g_object_unref (gui_find (program, ATSPI_ROLE_LABEL, "Nothing found for “corridorcoridor”"));
  look_at (stage, "14-nothing-found");
  gui_key ("Escape");
  gui_wait_focus (program, "Message to #lobby");
  gui_key ("ctrl+k");
  gui_wait_focus (program, "Jump to a conversation or a person");
  gui_type ("bob");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "bob*"));
  look_at (stage, "06-switcher");
  gui_key ("Return");
  g_object_unref (gui_find (program, ATSPI_ROLE_PUSH_BUTTON, "Send a 👋"));
  look_at (stage, "14-start");
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "Send a 👋");
  gui_wait_message (stage->ada, "👋*");
}

/* Ada's own room, so that she may set everything. */
static void
test_new_room (GuiStage *stage)
{
  const GuiProgram *program = &stage->ada->program;
  gui_click (program, ATSPI_ROLE_TOGGLE_BUTTON, "New message, *");
  gui_click (program, ATSPI_ROLE_PUSH_BUTTON, "New room…");
  gui_wait_active (program, "New room");
  gui_type ("workshop");
  look_at (stage, "10-new-room");
  gui_key ("Return");
  gui_wait_focus (program, "Message to #workshop");
  look_at (stage, "14-empty-room");
  gui_say (stage->ada, "A first message");
}

static void
show_sidebar (GuiStage *stage)
{
  if (gui_is_narrow ())
    gui_key ("Escape");
  g_object_unref (gui_find (&stage->ada->program, ATSPI_ROLE_TOGGLE_BUTTON, "New message, *"));
}

static void
test_screens (void **state)
{
  GuiStage *stage = *state;
  test_joining (stage);
  gui_stage_bob (stage);
  take_all (stage, moderation, G_N_ELEMENTS (moderation));
  test_finding (stage);
  show_sidebar (stage);
  test_new_room (stage);
  take_all (stage, conversation, G_N_ELEMENTS (conversation));
  gui_wait_focus (&stage->ada->program, "Message to #workshop");
  take_all (stage, preferences, G_N_ELEMENTS (preferences));
  gui_wait_focus (&stage->ada->program, "Message to #workshop");
  show_sidebar (stage);
  take_all (stage, sidebar, G_N_ELEMENTS (sidebar));
  gui_person_leave (stage->ada);
}

int
main (int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate_setup_teardown (test_screens, gui_stage_set_up, gui_stage_tear_down,
                                                (void *) gui_size (argc, argv)),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
