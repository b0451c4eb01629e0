/* look.c - walks the tree of AT-SPI; a tree that changes meanwhile gives errors, which count as "not there". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gui/desktop.h"
#include "gui/look.h"

#include <stdio.h>

#define STILL_US (500 * G_TIME_SPAN_MILLISECOND)
#define DEPTH_MAX 40
#define CHILDREN_MAX 500

char *
gui_name (GuiThing *thing)
{
  g_autofree char *own = atspi_accessible_get_name (thing, NULL);
  if (own != NULL && *own != '\0')
    return g_steal_pointer (&own);
  g_autoptr (GArray) relations = atspi_accessible_get_relation_set (thing, NULL);
  char *name = NULL;
  for (guint i = 0; relations != NULL && i < relations->len; i++) {
    AtspiRelation *relation = g_array_index (relations, AtspiRelation *, i);
    g_autoptr (GuiThing) label = NULL;
    if (name == NULL && atspi_relation_get_relation_type (relation) == ATSPI_RELATION_LABELLED_BY)
      label = atspi_relation_get_target (relation, 0);
    if (label != NULL)
      name = atspi_accessible_get_name (label, NULL);
    g_object_unref (relation);
  }
  return name != NULL ? name : g_strdup ("");
}

typedef gboolean (*Visit) (GuiThing *thing, int depth, gpointer data); /* TRUE: enough */

gboolean
gui_has_state (GuiThing *thing, AtspiStateType state)
{
  AtspiStateSet *states = atspi_accessible_get_state_set (thing);
  gboolean has = states != NULL && atspi_state_set_contains (states, state);
  g_clear_object (&states);
  return has;
}

/* GTK 3 says of a viewport that is scrolled by more than its height that it is not showing. */
static gboolean
is_showing (GuiThing *thing)
{
  return gui_has_state (thing, ATSPI_STATE_SHOWING) || atspi_accessible_get_role (thing, NULL) == ATSPI_ROLE_VIEWPORT;
}

static gboolean
walk (GuiThing *thing, int depth, Visit visit, gpointer data)
{
  if (visit (thing, depth, data))
    return TRUE;
  int n = depth < DEPTH_MAX ? atspi_accessible_get_child_count (thing, NULL) : 0;
  for (int i = 0; i < n && i < CHILDREN_MAX; i++) {
    g_autoptr (GuiThing) child = atspi_accessible_get_child_at_index (thing, i, NULL);
    if (child != NULL && is_showing (child) && walk (child, depth + 1, visit, data))
      return TRUE;
  }
  return FALSE;
}

/* Without what is in them, the last one first; not every one says that it is showing. */
static gboolean
walk_windows (const GuiProgram *program, Visit visit, gpointer data)
{
  g_autoptr (GuiThing) desktop = atspi_get_desktop (0);
  int n = atspi_accessible_get_child_count (desktop, NULL);
  for (int i = 0; i < n; i++) {
    g_autoptr (GuiThing) application = atspi_accessible_get_child_at_index (desktop, i, NULL);
    if (application == NULL || (gint64) atspi_accessible_get_process_id (application, NULL) != program->process)
      continue;
    atspi_accessible_clear_cache (application);
    int windows = atspi_accessible_get_child_count (application, NULL);
    for (int w = windows; w > 0; w--) {
      g_autoptr (GuiThing) window = atspi_accessible_get_child_at_index (application, w - 1, NULL);
      if (window != NULL && gui_has_state (window, ATSPI_STATE_SHOWING) && visit (window, 0, data))
        return TRUE;
    }
  }
  return FALSE;
}

typedef struct {
  Visit visit;
  gpointer data;
} Walk;

static gboolean
walk_window (GuiThing *window, int depth, gpointer data)
{
  Walk *all = data;
  return walk (window, depth, all->visit, all->data);
}

static gboolean
walk_program (const GuiProgram *program, Visit visit, gpointer data)
{
  Walk all = {visit, data};
  return walk_windows (program, walk_window, &all);
}

typedef struct {
  AtspiRole role;
  const char *pattern;
  GuiThing *found;
} Wanted;

static gboolean
is_wanted (GuiThing *thing, int depth, gpointer data)
{
  Wanted *wanted = data;
  if (atspi_accessible_get_role (thing, NULL) != wanted->role)
    return FALSE;
  g_autofree char *name = wanted->pattern != NULL ? gui_name (thing) : NULL;
  if (name != NULL && !g_pattern_match_simple (wanted->pattern, name))
    return FALSE;
  wanted->found = g_object_ref (thing);
  return TRUE;
}

GuiThing *
gui_peek (const GuiProgram *program, AtspiRole role, const char *name)
{
  Wanted wanted = {role, name, NULL};
  walk_program (program, is_wanted, &wanted);
  return wanted.found;
}

gboolean
gui_shows (const GuiProgram *program, AtspiRole role, const char *name)
{
  g_autoptr (GuiThing) thing = gui_peek (program, role, name);
  return thing != NULL;
}

static gint64
deadline (void)
{
  return g_get_monotonic_time () + GUI_PATIENCE_S * G_USEC_PER_SEC;
}

static void
give_up (const GuiProgram *program, const char *what, AtspiRole role, const char *name)
{
  g_autofree char *role_name = atspi_role_get_name (role), *all = gui_describe (program);
  gui_shoot ("failed");
  fprintf (stderr, "What is showing:\n%s", all);
  fail_msg ("%s: %s “%s”", what, role_name, name != NULL ? name : "(any)");
}

GuiThing *
gui_find (const GuiProgram *program, AtspiRole role, const char *name)
{
  gint64 end = deadline ();
  while (g_get_monotonic_time () < end) {
    GuiThing *thing = gui_peek (program, role, name);
    if (thing != NULL)
      return thing;
    gui_breathe ();
  }
  give_up (program, "it did not come", role, name);
  return NULL;
}

void
gui_wait_gone (const GuiProgram *program, AtspiRole role, const char *name)
{
  gint64 end = deadline ();
  while (g_get_monotonic_time () < end) {
    if (!gui_shows (program, role, name))
      return;
    gui_breathe ();
  }
  give_up (program, "it did not go", role, name);
}

/* ---- touching ---- */

AtspiRect *
gui_place (GuiThing *thing)
{
  AtspiComponent *component = atspi_accessible_get_component_iface (thing);
  AtspiRect *place = component != NULL ? atspi_component_get_extents (component, ATSPI_COORD_TYPE_SCREEN, NULL) : NULL;
  g_clear_object (&component);
  return place;
}

void
gui_wait_still (const GuiProgram *program, AtspiRole role, const char *name)
{
  g_autoptr (GuiThing) thing = gui_find (program, role, name);
  AtspiRect stood = {0};
  gint64 end = deadline (), since = g_get_monotonic_time ();
  for (gint64 now = since; now < end; now = g_get_monotonic_time ()) {
    g_autofree AtspiRect *at = gui_place (thing);
    gboolean same = at != NULL && at->width > 1 && at->x == stood.x && at->y == stood.y;
    if (same && now - since >= STILL_US)
      return;
    since = same ? since : now;
    stood = at != NULL ? *at : stood;
    gui_breathe ();
  }
  give_up (program, "it does not stand still", role, name);
}

static void
press (const GuiProgram *program, AtspiRole role, const char *name, int button)
{
  g_autoptr (GuiThing) thing = gui_find (program, role, name);
  g_autofree AtspiRect *at = NULL;
  gint64 end = deadline ();
  /* A row that is being laid out has no place yet. */
  while (at == NULL || at->width <= 1 || at->x < 0) {
    g_free (at);
    at = gui_place (thing);
    if (g_get_monotonic_time () > end)
      give_up (program, "it has no place", role, name);
    gui_breathe ();
  }
  if (button == 0)
    gui_move_to (at->x + at->width / 2, at->y + at->height / 2);
  else
    gui_click_at (at->x + at->width / 2, at->y + at->height / 2, button);
}

void
gui_click (const GuiProgram *program, AtspiRole role, const char *name)
{
  press (program, role, name, 1);
}

void
gui_right_click (const GuiProgram *program, AtspiRole role, const char *name)
{
  press (program, role, name, 3);
}

void
gui_hover (const GuiProgram *program, AtspiRole role, const char *name)
{
  press (program, role, name, 0);
}

char *
gui_text (GuiThing *thing)
{
  AtspiText *text = atspi_accessible_get_text_iface (thing);
  if (text == NULL)
    return g_strdup ("");
  int n = atspi_text_get_character_count (text, NULL);
  char *content = atspi_text_get_text (text, 0, n, NULL);
  g_object_unref (text);
  return content != NULL ? content : g_strdup ("");
}

/* ---- focus ---- */

static gboolean
has_focus (GuiThing *thing, int depth, gpointer data)
{
  if (!gui_has_state (thing, ATSPI_STATE_FOCUSED))
    return FALSE;
  *(char **) data = gui_name (thing);
  return TRUE;
}

char *
gui_focus_name (const GuiProgram *program)
{
  char *name = NULL;
  walk_program (program, has_focus, &name);
  return name;
}

void
gui_wait_focus (const GuiProgram *program, const char *pattern)
{
  gint64 end = deadline ();
  g_autofree char *name = NULL;
  while (g_get_monotonic_time () < end) {
    g_free (name);
    name = gui_focus_name (program);
    if (name != NULL && g_pattern_match_simple (pattern, name))
      return;
    gui_breathe ();
  }
  g_autofree char *all = gui_describe (program);
  gui_shoot ("failed");
  fprintf (stderr, "What is showing:\n%s", all);
  fail_msg ("“%s” has the focus, not “%s”", name, pattern);
}

/* ---- windows ---- */

typedef struct {
  const char *pattern;
  gboolean active;
} Window;

static gboolean
is_active (GuiThing *thing, int depth, gpointer data)
{
  Window *window = data;
  g_autofree char *name = depth == 0 ? gui_name (thing) : NULL;
  window->active = name != NULL && g_pattern_match_simple (window->pattern, name) &&
                   gui_has_state (thing, ATSPI_STATE_ACTIVE);
  return window->active;
}

void
gui_wait_active (const GuiProgram *program, const char *name)
{
  gint64 end = deadline ();
  Window window = {name, FALSE};
  while (!window.active) {
    if (g_get_monotonic_time () > end)
      give_up (program, "it is not active", ATSPI_ROLE_FRAME, name);
    walk_windows (program, is_active, &window);
    if (!window.active)
      gui_breathe ();
  }
}

/* ---- all of it ---- */

typedef struct {
  GuiFunc func;
  gpointer data;
} Each;

static gboolean
call_func (GuiThing *thing, int depth, gpointer data)
{
  Each *each = data;
  each->func (thing, depth, each->data);
  return FALSE;
}

void
gui_each (const GuiProgram *program, GuiFunc func, gpointer data)
{
  Each each = {func, data};
  walk_program (program, call_func, &each);
}

static void
describe (GuiThing *thing, int depth, gpointer data)
{
  g_autofree char *role = atspi_accessible_get_role_name (thing, NULL), *name = gui_name (thing);
  g_string_append_printf (data, "%*s%s “%s”%s\n", depth * 2, "", role, name,
                          gui_has_state (thing, ATSPI_STATE_FOCUSED) ? " (focus)" : "");
}

char *
gui_describe (const GuiProgram *program)
{
  GString *all = g_string_new (NULL);
  gui_each (program, describe, all);
  return g_string_free (all, FALSE);
}
