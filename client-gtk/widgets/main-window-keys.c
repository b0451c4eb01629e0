/* main-window-keys.c - the keyboard of the window as a whole: regions (F6), what Esc ends, and letters that find their
 * way to the composer. */
#include "widgets/main-window-private.h"

#include "widgets/composer.h"
#include "widgets/message-view.h"

typedef struct {
  GType type;
  GtkWidget *found;
} Search;

static void
look (GtkWidget *widget, gpointer data)
{
  Search *search = data;
  if (search->found != NULL)
    return;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, search->type))
    search->found = widget;
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), look, search);
}

static GtkWidget *
find (GtkWidget *root, GType type)
{
  Search search = {type, NULL};
  look (root, &search);
  return search.found;
}

/* The order of ui.md: composer, messages, header, details, list, search, own status. */
typedef enum { COMPOSER, MESSAGES, HEADER, DETAILS, LIST, SEARCH, STATUS, N_REGIONS } Region;

static GtkWidget *
region_of (KithMainWindow *self, Region region)
{
  KithConversationView *view = kith_main_window_view (self);
  GtkWidget *page = gtk_stack_get_visible_child (self->pages);
  switch (region) {
  case COMPOSER:
    return view != NULL ? find (page, KITH_TYPE_COMPOSER) : NULL;
  case MESSAGES:
    return view != NULL ? find (page, KITH_TYPE_MESSAGE_VIEW) : page;
  case HEADER:
    return view != NULL ? GTK_WIDGET (kith_conversation_view_header (view)) : NULL;
  case DETAILS:
    return kith_main_window_has_details (self) ? GTK_WIDGET (self->details) : NULL;
  case LIST:
  case SEARCH:
  case STATUS:
    return kith_sidebar_place (self->sidebar, (KithSidebarPlace) (region - LIST));
  case N_REGIONS:
    break;
  }
  return NULL;
}

/* As if the button in the header was pressed. */
void
kith_main_window_menu (KithMainWindow *self)
{
  GtkWidget *button = find (region_of (self, HEADER), GTK_TYPE_MENU_BUTTON);
  if (button != NULL)
    gtk_widget_activate (button);
}

static gboolean
enter (KithMainWindow *self, Region region)
{
  GtkWidget *widget = region_of (self, region);
  if (widget == NULL || !gtk_widget_get_mapped (widget))
    return FALSE;
  if (region == COMPOSER) {
    kith_conversation_view_focus_composer (kith_main_window_view (self));
    return TRUE;
  }
  if (region == MESSAGES && kith_main_window_view (self) != NULL) {
    kith_conversation_view_focus_messages (kith_main_window_view (self));
    return TRUE;
  }
  if (region >= LIST)
    return kith_sidebar_focus (self->sidebar, (KithSidebarPlace) (region - LIST));
  return gtk_widget_child_focus (widget, GTK_DIR_TAB_FORWARD);
}

static int
present_region (KithMainWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  for (int i = 0; focus != NULL && i < N_REGIONS; i++) {
    GtkWidget *widget = region_of (self, (Region) i);
    if (widget != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget)))
      return i;
  }
  return -1;
}

void
kith_main_window_region (KithMainWindow *self, int step)
{
  int here = present_region (self);
  if (here < 0)
    here = step > 0 ? N_REGIONS - 1 : 0;
  for (int i = 1; i <= N_REGIONS; i++)
    if (enter (self, (Region) ((here + step * i + N_REGIONS * 2) % N_REGIONS)))
      return;
}

/* Edit or reply; what lies over the conversation; what the conversation can still end; the way back. */
static gboolean
escape (KithMainWindow *self)
{
  KithConversationView *view = kith_main_window_view (self);
  GtkWidget *composer = view != NULL ? find (GTK_WIDGET (view), KITH_TYPE_COMPOSER) : NULL;
  if (composer != NULL && kith_composer_escape (KITH_COMPOSER (composer)))
    return TRUE;
  if (kith_main_window_has_details (self) && !self->wide) {
    kith_main_window_set_details (self, FALSE);
    return TRUE;
  }
  if (view != NULL && kith_conversation_view_escape (view))
    return TRUE;
  if (kith_main_window_is_narrow (self) &&
      hdy_leaflet_get_visible_child (self->leaflet) == GTK_WIDGET (self->content)) {
    kith_main_window_to_sidebar (self);
    return TRUE;
  }
  return FALSE;
}

static gboolean
is_text (const GdkEventKey *event)
{
  gunichar letter = gdk_keyval_to_unicode (event->keyval);
  return letter != 0 && !g_unichar_iscntrl (letter) &&
         (event->state & gtk_accelerator_get_default_mod_mask () & ~(guint) GDK_SHIFT_MASK) == 0;
}

/* What neither an accelerator nor the focused widget wanted. */
gboolean
kith_main_window_key (KithMainWindow *self, GdkEventKey *event)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();
  if (event->keyval == GDK_KEY_Escape && modifiers == 0)
    return escape (self);
  KithConversationView *view = kith_main_window_view (self);
  if (view == NULL || !is_text (event) || GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus))
    return FALSE;
  return gtk_widget_get_mapped (GTK_WIDGET (view)) && kith_conversation_view_type (view, event);
}
