/* test-gui-layout.c - the main window in every look: light, dark, high contrast, large text, right to left; wide, and one
 * pane at a time. */
#include "gui/inspect.h"
#include "gui/stage.h"

typedef struct {
  const char *name, *key, *value; /* of the pictures; of a setting, NULL: none */
  const char *language;           /* NULL: English */
} Look;

static const Look looks[] = {
    {"light", NULL, NULL, NULL},
    {"dark", "color-scheme", "dark", NULL},
    {"contrast", "color-scheme", "high-contrast", NULL},
    {"large", "text-size", "133", NULL},
    {"largest", "text-size", "160", NULL},
    {"rtl", NULL, NULL, "he"},
};

static const char *const messages[] = {
    "Good morning! A line that is long enough to be broken at a narrow window, and goes on for a while, as people do.",
    "Areallylongwordwithoutanyplacewhereitcouldbebrokenbecausesomebodypastedsomethingfromalogfileandneverlookedatit",
    "Look at https://www.example.org/a/rather/long/path/that/goes/on/and/on?with=a&query=too and *tell* me",
    "```\\nint\\nmain (void)\\n{\\n  return printf (\\\"a line that is longer than a narrow window, and not broken\\\");\\n}\\n```",
    "👍",
    "> what was said before\\n\\nwhat is said now",
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
  gui_person_kill (stage->ada);
  return 0;
}

static void
look_at (GuiStage *stage, const char *pane, const Look *look)
{
  g_autofree char *name = g_strdup_printf ("%s-%s", pane, look->name);
  gui_shoot (name);
  gui_inspect_fits (&stage->ada->program, name);
}

/* Names of people are in all languages; what else is shown is found by what is in it. */
static void
show_panes (GuiStage *stage, const Look *look)
{
  const GuiProgram *program = &stage->ada->program;
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "bob, *what is said now"));
  look_at (stage, "03-main", look);
  if (!gui_is_narrow ())
    return;
  gui_key ("F8");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "bob, *,*"));
  look_at (stage, "04-details", look);
  gui_key ("Escape");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "bob, *what is said now"));
  gui_key ("Escape");
  g_object_unref (gui_find (program, ATSPI_ROLE_LIST_ITEM, "lobby, *"));
  look_at (stage, "04-list", look);
}

/* In the locale C there are no translations; C.UTF-8 is always there. */
static void
start_in (GuiStage *stage, const char *language)
{
  g_autofree char *locale = g_strdup (g_getenv ("LC_ALL"));
  if (language != NULL) {
    g_setenv ("LANGUAGE", language, TRUE);
    g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  }
  gui_person_start (stage->ada, NULL);
  g_unsetenv ("LANGUAGE");
  if (locale != NULL)
    g_setenv ("LC_ALL", locale, TRUE);
  else
    g_unsetenv ("LC_ALL");
}

static void
show_look (GuiStage *stage, const Look *look)
{
  gui_person_set (stage->ada, "color-scheme", "light");
  gui_person_set (stage->ada, "text-size", "100");
  if (look->key != NULL)
    gui_person_set (stage->ada, look->key, look->value);
  start_in (stage, look->language);
  if (gui_is_narrow ()) /* it begins with the list */
    gui_click (&stage->ada->program, ATSPI_ROLE_LIST_ITEM, "lobby, *");
  show_panes (stage, look);
  gui_person_kill (stage->ada);
}

static void
test_looks (void **state)
{
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    show_look (*state, &looks[i]);
}

int
main (int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate_setup_teardown (test_looks, set_up, gui_stage_tear_down, (void *) gui_size (argc, argv)),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
