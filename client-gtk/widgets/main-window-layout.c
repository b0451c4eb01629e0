/* main-window-layout.c - which panes have room, and what the window remembers of its size.
 *
 * From 1080 px on the details stand beside the conversation, below they slide over it. Below 720 px one pane is shown at a time:
 * the leaflet folds by the natural widths of its panes, which are fixed (pane.h). Whether the person wants details is
 * kept apart from whether they fit. Widths are those of what is inside of the window's frame. */
#include "widgets/main-window-private.h"

#include "widgets/parts.h"

#define WIDE 1080 /* pixels: three panes */
#define TINY 400  /* below: only the close button has room */

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

/* The group gives the window's buttons to the outermost bars and would overwrite a layout of ours. */
static void
place_bar (KithMainWindow *self, HdyHeaderBar *bar)
{
  if (self->tiny) {
    hdy_header_group_remove_header_bar (self->headers, bar);
    hdy_header_bar_set_decoration_layout (bar, ":close");
  } else {
    hdy_header_bar_set_decoration_layout (bar, NULL);
    hdy_header_group_add_header_bar (self->headers, bar);
  }
}

void
kith_main_window_add_bar (KithMainWindow *self, HdyHeaderBar *bar)
{
  g_ptr_array_add (self->bars, bar);
  if (self->tiny)
    hdy_header_bar_set_decoration_layout (bar, ":close");
  else
    hdy_header_group_add_header_bar (self->headers, bar);
}

void
kith_main_window_remove_bar (KithMainWindow *self, HdyHeaderBar *bar)
{
  if (g_ptr_array_remove (self->bars, bar) && !self->tiny)
    hdy_header_group_remove_header_bar (self->headers, bar);
}

static void
set_tiny (KithMainWindow *self, gboolean tiny)
{
  if (self->tiny == tiny)
    return;
  self->tiny = tiny;
  for (guint i = 0; i < self->bars->len; i++)
    place_bar (self, g_ptr_array_index (self->bars, i));
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
}

void
kith_main_window_page_changed (KithMainWindow *self)
{
  if (self->wide)
    reveal_wish (self);
  else
    hdy_flap_set_reveal_flap (self->flap, FALSE);
  fill_details (self);
  kith_main_window_update_actions (self);
}

static void
on_reveal (KithMainWindow *self)
{
  fill_details (self);
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
  gtk_widget_set_hexpand (GTK_WIDGET (self->details), narrow);
  for (GList *link = self->views.head; link != NULL; link = link->next)
    kith_conversation_view_set_narrow (link->data, narrow);
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
  g_object_set (self->settings, "window-width", width, "window-height", height, NULL);
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
  self->headers = hdy_header_group_new ();
  g_object_bind_property (self->leaflet, "folded", self->headers, "decorate-all", G_BINDING_SYNC_CREATE);
  kith_main_window_add_bar (self, kith_sidebar_header (self->sidebar));
  GList *children = gtk_container_get_children (GTK_CONTAINER (self->empty));
  kith_main_window_add_bar (self, HDY_HEADER_BAR (children->data));
  g_list_free (children);
  kith_main_window_add_bar (self, kith_details_pane_header (self->details));
  restore_size (self);
  on_folded (self);
  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (on_folded), self);
  g_signal_connect_swapped (self->flap, "notify::reveal-flap", G_CALLBACK (on_reveal), self);
  g_signal_connect_swapped (self->shell, "size-allocate", G_CALLBACK (on_size), self);
}
