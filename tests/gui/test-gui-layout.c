/* test-gui-layout.c - the window in every look: narrow, dark, high contrast, large text, right to left. In each,
 * nothing is wider than the window, and everything that can be pressed or written in has a name. */
#include "gui/stage.h"

#define EDGE 12 /* pixels of the window's own outline on both sides */

typedef struct {
  const char *name, *key, *value; /* of the picture; of a setting, NULL: none */
  const char *language;           /* NULL: English */
  int width;
} Look;

static const Look looks[] = {
    {"03-main-light", NULL, NULL, NULL, 1280},
    {"03-main-dark", "color-scheme", "dark", NULL, 1280},
    {"03-main-contrast", "color-scheme", "high-contrast", NULL, 1280},
    {"03-main-large", "text-size", "133", NULL, 1280},
    {"03-main-rtl", NULL, NULL, "he", 1280},
    {"04-narrow", NULL, NULL, NULL, 360},
    {"04-narrow-large", "text-size", "133", NULL, 360},
};

static const char *const messages[] = {
    "Good morning! A line that is long enough to be broken at a narrow window, and then goes on for a while, as people "
    "do.",
    "Areallylongwordwithoutanyplacewhereitcouldbebrokenbecausesomebodypastedsomethingfromalogfileandneverlookedatit",
    "Look at https://www.example.org/a/rather/long/path/that/goes/on/and/on?with=a&query=too and *tell* me",
    "```int main (void)\\n{\\n  return 0;\\n}```",
    "👍",
    "> what was said before\\nwhat is said now",
};

static int
set_up (void **state)
{
  gui_stage_set_up (state);
  GuiStage *stage = *state;
  gui_stage_bob (stage);
  gui_stage_join (stage);
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    gui_bob_says (stage, stage->lobby, messages[i]);
  gui_wait_message (stage->ada, "*what is said now");
  gui_person_leave (stage->ada);
  return 0;
}

/* ---- what has to be true of everything ---- */

static gboolean
needs_name (AtspiRole role)
{
  static const AtspiRole roles[] = {ATSPI_ROLE_PUSH_BUTTON,  ATSPI_ROLE_TOGGLE_BUTTON, ATSPI_ROLE_CHECK_BOX,
                                    ATSPI_ROLE_RADIO_BUTTON, ATSPI_ROLE_MENU_ITEM,     ATSPI_ROLE_TEXT,
                                    ATSPI_ROLE_ENTRY,        ATSPI_ROLE_PASSWORD_TEXT, ATSPI_ROLE_COMBO_BOX,
                                    ATSPI_ROLE_SLIDER,       ATSPI_ROLE_LIST_ITEM};
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (roles[i] == role)
      return TRUE;
  return FALSE;
}

typedef struct {
  int width; /* of the window */
  GString *faults;
} Inspection;

static void
inspect (GuiThing *thing, int depth, gpointer data)
{
  Inspection *inspection = data;
  AtspiRole role = atspi_accessible_get_role (thing, NULL);
  g_autofree char *name = gui_name (thing), *role_name = atspi_role_get_name (role);
  g_autofree AtspiRect *place = gui_place (thing);
  if (needs_name (role) && *name == '\0')
    g_string_append_printf (inspection->faults, "a %s has no name\n", role_name);
  if (place != NULL && place->width > inspection->width)
    g_string_append_printf (inspection->faults, "%s “%s” is %d pixels wide\n", role_name, name, place->width);
}

static void
check (GuiStage *stage, const char *where, int width)
{
  Inspection inspection = {width + EDGE, g_string_new (NULL)};
  gui_each (&stage->ada->program, inspect, &inspection);
  if (inspection.faults->len > 0)
    fail_msg ("%s: %s", where, inspection.faults->str);
  g_string_free (inspection.faults, TRUE);
}

static void
look_at (GuiStage *stage, const char *name, int width)
{
  gui_shoot (name);
  check (stage, name, width);
}

/* ---- the looks ---- */

static void
show_wide (GuiStage *stage, const Look *look)
{
  gui_wait_message (stage->ada, "*what is said now");
  look_at (stage, look->name, look->width);
}

/* One pane at a time: the list, the conversation, the details. */
static void
show_narrow (GuiStage *stage, const Look *look)
{
  const GuiProgram *program = &stage->ada->program;
  g_autofree char *list = g_strconcat (look->name, "-list", NULL),
                  *details = g_strconcat (look->name, "-details", NULL);
  gui_click (program, ATSPI_ROLE_LIST_ITEM, "lobby, room*");
  gui_wait_message (stage->ada, "*what is said now");
  look_at (stage, look->name, look->width);
  gui_key ("F8");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "bob, *Owner"));
  look_at (stage, details, look->width);
  gui_key ("Escape");
  gui_wait_message (stage->ada, "*what is said now");
  gui_key ("Escape");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "lobby, room*"));
  look_at (stage, list, look->width);
}

static void
show_look (GuiStage *stage, const Look *look)
{
  g_autofree char *width = g_strdup_printf ("%d", look->width);
  gui_person_set (stage->ada, "color-scheme", "system");
  gui_person_set (stage->ada, "text-size", "100");
  gui_person_set (stage->ada, "window-width", width);
  gui_person_set (stage->ada, "window-height", look->width < 1280 ? "720" : "800");
  if (look->key != NULL)
    gui_person_set (stage->ada, look->key, look->value);
  if (look->language != NULL)
    g_setenv ("LANGUAGE", look->language, TRUE);
  gui_person_start (stage->ada, NULL);
  g_unsetenv ("LANGUAGE");
  if (look->width < 1280)
    show_narrow (stage, look);
  else
    show_wide (stage, look);
  gui_person_kill (stage->ada);
}

static void
test_looks (void **state)
{
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    show_look (*state, &looks[i]);
}

/* ---- windows ---- */

static void
test_windows (void **state)
{
  static const struct {
    const char *keys, *picture, *shown; /* a label or button of it */
    AtspiRole role;
  } windows[] = {{"ctrl+comma", "09-preferences", "*Appearance*", ATSPI_ROLE_LABEL},
                 {"ctrl+k", "06-switcher-empty", "Jump to *", ATSPI_ROLE_TEXT},
                 {"F10", "03-menu", "*", ATSPI_ROLE_PUSH_BUTTON}};
  GuiStage *stage = *state;
  gui_person_set (stage->ada, "window-width", "1280");
  gui_stage_start (stage);
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++) {
    gui_key (windows[i].keys);
    g_object_unref (gui_find (&stage->ada->program, windows[i].role, windows[i].shown));
    look_at (stage, windows[i].picture, 1280);
    gui_key ("Escape");
    gui_wait_focus (&stage->ada->program, "Message to *");
  }
  gui_person_leave (stage->ada);
}

static void
test_layout (void **state)
{
  test_looks (state);
  test_windows (state);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (test_layout, set_up, gui_stage_tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
