/* main-window-layout.c - which panes have room, and what the window remembers of its size.
 *
 * From 1080 px on the details stand beside the conversation, below they slide over it. Below 720 px one pane is shown
 * at a time: the leaflet folds by the natural widths of its panes, which are fixed (pane.h). Whether the person wants
 * details is kept apart from whether they fit. Widths are those of what is inside of the window's frame. */
#include "widgets/main-window-private.h"

#include "widgets/parts.h"
#include "widgets/search-page.h"

#define WIDE 1080       /* pixels: three panes */
#define LEAST_WIDTH 360 /* what the settings take; without a compositor the frame takes some of the window */
#define LEAST_HEIGHT 400
#define TINY 400 /* below: only the close button has room */

gboolean
kith_main_window_is_narrow (KithMainWindow *self)
{
  return hdy_leaflet_get_folded (self->leaflet);
}

gboolean
kith_main_window_has_details (KithMainWindow *self)
{
  return hdy_flap_get_reveal_flap (self->flap);
}

/* The bars look like one: what the desktop wants at the start is in the first, what it wants at the end in the last.
 * (An HdyHeaderGroup does that too, but overwrites the one button of the smallest window.) */
static void
place_buttons (KithMainWindow *self)
{
  g_autofree char *whole = NULL;
  g_object_get (gtk_settings_get_default (), "gtk-decoration-layout", &whole, NULL);
  g_auto (GStrv) ends = g_strsplit (whole != NULL ? whole : "", ":", 2);
  const char *start = ends[0] != NULL ? ends[0] : "", *end = ends[0] != NULL ? ends[1] : NULL;
  gboolean narrow = kith_main_window_is_narrow (self), side = gtk_widget_get_visible (GTK_WIDGET (self->side));
  gboolean details = kith_main_window_has_details (self);
  const char *alone = self->tiny ? ":close" : whole;
  g_autofree char *first = g_strdup_printf ("%s:", start), *last = g_strdup_printf (":%s", end != NULL ? end : "");
  g_autofree char *middle = g_strdup_printf ("%s:%s", side ? "" : start, details || end == NULL ? "" : end);
  hdy_header_bar_set_decoration_layout (kith_sidebar_header (self->sidebar), narrow ? alone : first);
  hdy_header_bar_set_decoration_layout (kith_details_pane_header (self->details), narrow ? alone : last);
  hdy_header_bar_set_decoration_layout (self->empty_bar, narrow ? alone : middle);
  if (self->search != NULL)
    hdy_header_bar_set_decoration_layout (kith_search_page_header (KITH_SEARCH_PAGE (self->search)),
                                          narrow ? alone : middle);
  for (GList *link = self->views.head; link != NULL; link = link->next)
    hdy_header_bar_set_decoration_layout (kith_conversation_view_header (link->data), narrow ? alone : middle);
}

static void
set_tiny (KithMainWindow *self, gboolean tiny)
{
  if (self->tiny == tiny)
    return;
  self->tiny = tiny;
  place_buttons (self);
}

/* What the person wants, as far as the page has details and there is room beside it. */
static void
reveal_wish (KithMainWindow *self)
{
  gboolean wish = kith_settings_get_boolean (self->settings, "details-open");
  hdy_flap_set_reveal_flap (self->flap, self->wide && wish && kith_main_window_view (self) != NULL);
}

static void
fill_details (KithMainWindow *self)
{
  gboolean shown = kith_main_window_has_details (self) && kith_main_window_view (self) != NULL;
  kith_details_pane_set_chat (self->details, shown ? self->session : NULL, shown ? self->chat : NULL);
}

void
kith_main_window_set_details (KithMainWindow *self, gboolean open)
{
  if (kith_main_window_view (self) == NULL)
    return;
  if (self->wide)
    g_object_set (self->settings, "details-open", open, NULL);
  hdy_flap_set_reveal_flap (self->flap, open);
  if (!open)
    kith_conversation_view_focus_composer (kith_main_window_view (self));
}

void
kith_main_window_page_changed (KithMainWindow *self)
{
  if (self->wide)
    reveal_wish (self);
  else
    hdy_flap_set_reveal_flap (self->flap, FALSE);
  fill_details (self);
  place_buttons (self);
  kith_main_window_update_actions (self);
}

static void
on_reveal (KithMainWindow *self)
{
  fill_details (self);
  place_buttons (self);
  kith_main_window_update_actions (self);
}

static void
set_wide (KithMainWindow *self, gboolean wide)
{
  if (self->wide == wide)
    return;
  self->wide = wide;
  hdy_flap_set_fold_policy (self->flap, wide ? HDY_FLAP_FOLD_POLICY_NEVER : HDY_FLAP_FOLD_POLICY_ALWAYS);
  reveal_wish (self);
}

/* One pane at a time: rows of two lines, a Back button, details over the whole width. */
static void
on_folded (KithMainWindow *self)
{
  gboolean narrow = kith_main_window_is_narrow (self);
  kith_set_class (GTK_WIDGET (self->leaflet), "narrow", narrow);
  kith_sidebar_set_narrow (self->sidebar, narrow);
  kith_details_pane_set_narrow (self->details, narrow);
  gtk_widget_set_hexpand (GTK_WIDGET (self->aside), narrow);
  for (GList *link = self->views.head; link != NULL; link = link->next)
    kith_conversation_view_set_narrow (link->data, narrow);
  place_buttons (self);
  /* Who looked at a conversation goes on looking at it. */
  if (narrow && self->chat != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->content));
  kith_main_window_update_actions (self);
}

static void
fit (KithMainWindow *self, int width)
{
  set_wide (self, width >= WIDE);
  set_tiny (self, width < TINY);
}

static void
save_size (KithMainWindow *self)
{
  gboolean maximized = gtk_window_is_maximized (GTK_WINDOW (self));
  g_object_set (self->settings, "window-maximized", maximized, NULL);
  if (maximized || !gtk_widget_get_mapped (GTK_WIDGET (self)) ||
      (gdk_window_get_state (gtk_widget_get_window (GTK_WIDGET (self))) & GDK_WINDOW_STATE_FULLSCREEN) != 0)
    return;
  int width, height;
  gtk_window_get_size (GTK_WINDOW (self), &width, &height);
  g_object_set (self->settings, "window-width", MAX (width, LEAST_WIDTH), "window-height", MAX (height, LEAST_HEIGHT),
                NULL);
}

static void
on_size (KithMainWindow *self, GtkAllocation *allocation)
{
  if (self->laying_out)
    return;
  self->laying_out = TRUE;
  fit (self, allocation->width);
  save_size (self);
  self->laying_out = FALSE;
}

/* As it was left. What is known now is laid out now, so that the first frame is right. */
static void
restore_size (KithMainWindow *self)
{
  int width = kith_settings_get_int (self->settings, "window-width");
  gtk_window_set_default_size (GTK_WINDOW (self), width, kith_settings_get_int (self->settings, "window-height"));
  if (kith_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  self->wide = width < WIDE;
  fit (self, width);
}

void
kith_main_window_layout_init (KithMainWindow *self)
{
  restore_size (self);
  on_folded (self);
  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (on_folded), self);
  g_signal_connect_swapped (self->flap, "notify::reveal-flap", G_CALLBACK (on_reveal), self);
  g_signal_connect_swapped (self->shell, "size-allocate", G_CALLBACK (on_size), self);
  g_signal_connect_swapped (self->side, "notify::visible", G_CALLBACK (place_buttons), self);
  g_signal_connect_object (gtk_settings_get_default (), "notify::gtk-decoration-layout", G_CALLBACK (place_buttons),
                           self, G_CONNECT_SWAPPED);
}
