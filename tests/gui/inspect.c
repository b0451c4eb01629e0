/* inspect.c - one walk over the tree; what was seen last at each depth is what the next thing is in, or beside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gui/inspect.h"

#include "gui/desktop.h"

#include <stdio.h>

#define DEPTHS 48
#define SETTLE_S 5 /* what is being laid out may be anywhere */
#define SLACK 2 /* pixels: outlines are drawn over the edge */
#define DOT 16  /* pixels: what is smaller stands on the corner of something, as presence on an avatar */

typedef struct {
  AtspiRect place;
  AtspiRole role;
  gboolean scrolls;   /* it, or what it is in: only its left and right edge count */
  AtspiRect within;   /* the nearest that cuts off what is in it */
  GArray *neighbours; /* AtspiRect: the children seen so far; NULL: none */
} Level;

typedef struct {
  Level levels[DEPTHS];
  GString *faults;
  gboolean fits;   /* whether windows have to be within the display */
  gboolean inside; /* whether everything else has to be within its window */
} Inspection;

static void
complain (Inspection *inspection, GuiThing *thing, const AtspiRect *place, const char *what)
{
  g_autofree char *role = atspi_accessible_get_role_name (thing, NULL), *name = gui_name (thing);
  g_string_append_printf (inspection->faults, "%s “%s” at %d,%d (%d x %d) %s\n", role, name, place->x, place->y,
                          place->width, place->height, what);
}

static void
check_name (Inspection *inspection, GuiThing *thing, const AtspiRect *place)
{
  g_autofree char *name = gui_name (thing);
  gboolean hands_on = atspi_accessible_get_role (thing, NULL) == ATSPI_ROLE_SCROLL_PANE; /* to what is in it */
  if (*name == '\0' && !hands_on && gui_has_state (thing, ATSPI_STATE_FOCUSABLE))
    complain (inspection, thing, place, "has no name");
}

static gboolean
is_inside (const AtspiRect *place, const AtspiRect *outer, gboolean scrolls)
{
  gboolean across = place->x >= outer->x - SLACK && place->x + place->width <= outer->x + outer->width + SLACK;
  gboolean down = place->y >= outer->y - SLACK && place->y + place->height <= outer->y + outer->height + SLACK;
  return across && (scrolls || down);
}

static gboolean
overlap (const AtspiRect *a, const AtspiRect *b)
{
  return a->x + SLACK < b->x + b->width && b->x + SLACK < a->x + a->width && a->y + SLACK < b->y + b->height &&
         b->y + SLACK < a->y + a->height;
}

/* A filler is a box: its children stand side by side. */
static void
check_neighbours (Inspection *inspection, GuiThing *thing, Level *parent, const AtspiRect *place)
{
  if (parent->role != ATSPI_ROLE_FILLER || place->width < DOT)
    return;
  if (parent->neighbours == NULL)
    parent->neighbours = g_array_new (FALSE, FALSE, sizeof *place);
  for (guint i = 0; i < parent->neighbours->len; i++)
    if (overlap (&g_array_index (parent->neighbours, AtspiRect, i), place))
      complain (inspection, thing, place, "covers its neighbour");
  g_array_append_val (parent->neighbours, *place);
}

/* Text in a box that scrolls sideways may be as long as it likes: what is in it is not looked at. */
static gboolean
scrolls_sideways (AtspiRole parent, AtspiRole role)
{
  return parent == ATSPI_ROLE_VIEWPORT && role == ATSPI_ROLE_LABEL;
}

static void
inspect (GuiThing *thing, int depth, gpointer data)
{
  Inspection *inspection = data;
  g_autofree AtspiRect *place = gui_place (thing);
  if (depth >= DEPTHS || place == NULL)
    return;
  const AtspiRect desktop = {0, 0, gui_desktop_width (), gui_desktop_height ()};
  Level *level = &inspection->levels[depth], *parent = depth > 0 ? level - 1 : NULL;
  g_clear_pointer (&level->neighbours, g_array_unref);
  level->place = *place;
  level->role = atspi_accessible_get_role (thing, NULL);
  level->scrolls = parent != NULL && parent->scrolls;
  level->within = parent != NULL ? parent->within : *place;
  if (parent == NULL && inspection->fits && !is_inside (place, &desktop, FALSE))
    complain (inspection, thing, place, "is larger than the display");
  if (level->role == ATSPI_ROLE_SCROLL_PANE) {
    level->scrolls = TRUE;
    level->within = *place;
  }
  if (parent == NULL || !inspection->inside || place->x == G_MININT || place->width <= 1 || place->height <= 1) /* not on the display */
    return;
  check_name (inspection, thing, place);
  check_neighbours (inspection, thing, parent, place);
  if (!scrolls_sideways (parent->role, level->role) && !is_inside (place, &parent->within, parent->scrolls))
    complain (inspection, thing, place, "is not inside");
}

/* NULL: nothing is wrong. */
static char *
find_faults (const GuiProgram *program, gboolean fits, gboolean inside)
{
  Inspection inspection = {.faults = g_string_new (NULL), .fits = fits, .inside = inside};
  gui_each (program, inspect, &inspection);
  for (guint i = 0; i < DEPTHS; i++)
    g_clear_pointer (&inspection.levels[i].neighbours, g_array_unref);
  return g_string_free (inspection.faults, inspection.faults->len == 0);
}

static void
inspect_all (const GuiProgram *program, const char *where, gboolean fits, gboolean inside)
{
  gint64 end = g_get_monotonic_time () + SETTLE_S * G_USEC_PER_SEC;
  g_autofree char *faults = find_faults (program, fits, inside);
  while (faults != NULL && g_get_monotonic_time () < end) {
    gui_breathe ();
    g_free (faults);
    faults = find_faults (program, fits, inside);
  }
  if (faults == NULL)
    return;
  gui_shoot ("failed");
  fprintf (stderr, "%s", faults); /* too long for cmocka */
  fail_msg ("%s is not as it should be", where);
}

void
gui_inspect (const GuiProgram *program, const char *where)
{
  inspect_all (program, where, FALSE, TRUE);
}

void
gui_inspect_fits (const GuiProgram *program, const char *where)
{
  inspect_all (program, where, TRUE, TRUE);
}

void
gui_inspect_windows (const GuiProgram *program, const char *where)
{
  inspect_all (program, where, TRUE, FALSE);
}
