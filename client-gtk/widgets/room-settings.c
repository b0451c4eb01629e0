/* room-settings.c - the window of a room's settings: a list of pages and the page. Each page is a file of its own. */
#include "widgets/room-settings.h"

#include "widgets/dialog.h"
#include "widgets/dialogs.h"
#include "widgets/moderation.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <handy.h>

static const struct {
  const char *name, *title, *icon;
  GtkWidget *(*make) (KithSession *session, KithChat *chat);
} pages[] = {{"general", N_ ("General"), "preferences-system-symbolic", kith_room_general_new},
             {"members", N_ ("Members"), "system-users-symbolic", kith_room_members_new},
             {"banned", N_ ("Banned"), "action-unavailable-symbolic", kith_room_banned_new}};

static void
on_row (GtkListBox *list, GtkListBoxRow *row, GtkStack *stack)
{
  if (row != NULL)
    gtk_stack_set_visible_child_name (stack, pages[gtk_list_box_row_get_index (row)].name);
}

static GtkWidget *
new_nav_row (const char *icon, const char *title)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_container_add (GTK_CONTAINER (box), kith_icon_new (icon, 16, NULL));
  gtk_container_add (GTK_CONTAINER (box), kith_label_new (title, NULL));
  GtkWidget *row = kith_row_new (box, NULL);
  kith_set_name (row, title);
  gtk_widget_set_has_tooltip (row, FALSE);
  return row;
}

static GtkWidget *
new_scrolled (GtkWidget *child)
{
  GtkWidget *scroll = gtk_scrolled_window_new (NULL, NULL), *clamp = hdy_clamp_new ();
  g_object_set (clamp, "maximum-size", 600, "margin", 18, NULL);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_container_add (GTK_CONTAINER (clamp), child);
  gtk_container_add (GTK_CONTAINER (scroll), clamp);
  return scroll;
}

static GtkWidget *
new_list (void)
{
  GtkWidget *list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_BROWSE);
  kith_add_classes (list, "nav-list");
  gtk_widget_set_size_request (list, 150, -1);
  gtk_widget_set_margin_top (list, 6);
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    gtk_container_add (GTK_CONTAINER (list), new_nav_row (pages[i].icon, _ (pages[i].title)));
  return list;
}

static GtkWidget *
new_pages (KithSession *session, KithChat *chat)
{
  GtkWidget *stack = gtk_stack_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++) {
    GtkWidget *page = new_scrolled (pages[i].make (session, chat));
    gtk_stack_add_titled (GTK_STACK (stack), page, pages[i].name, _ (pages[i].title));
    gtk_container_child_set (GTK_CONTAINER (stack), page, "icon-name", pages[i].icon, NULL);
  }
  return stack;
}

/* The list stands beside the page; where there is no room for both, buttons stand below it, as in Preferences. */
static GtkWidget *
new_content (KithSession *session, KithChat *chat, const char *page, GtkWidget *bar)
{
  GtkWidget *leaflet = hdy_leaflet_new ();
  GtkWidget *list = new_list (), *stack = new_pages (session, chat);
  GtkWidget *line = gtk_separator_new (GTK_ORIENTATION_VERTICAL);
  int shown = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    shown = g_strcmp0 (pages[i].name, page) == 0 ? (int) i : shown;
  gtk_container_add (GTK_CONTAINER (leaflet), list);
  gtk_container_add (GTK_CONTAINER (leaflet), line);
  gtk_container_add (GTK_CONTAINER (leaflet), stack);
  gtk_container_child_set (GTK_CONTAINER (leaflet), line, "navigatable", FALSE, NULL);
  gtk_widget_set_hexpand (stack, TRUE);
  hdy_view_switcher_bar_set_stack (HDY_VIEW_SWITCHER_BAR (bar), GTK_STACK (stack));
  g_object_bind_property (leaflet, "folded", bar, "reveal", G_BINDING_SYNC_CREATE);
  gtk_widget_show_all (leaflet);
  hdy_leaflet_set_visible_child (HDY_LEAFLET (leaflet), stack);
  g_signal_connect (list, "row-selected", G_CALLBACK (on_row), stack);
  gtk_list_box_select_row (GTK_LIST_BOX (list), gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), shown));
  return leaflet;
}

void
kith_room_settings_show (GtkWindow *parent, KithSession *session, KithChat *chat, const char *page)
{
  g_autofree char *title = g_strdup_printf (_ ("#%s settings"), kith_chat_title (chat));
  GtkWidget *window = kith_dialog_new (parent, title, 860, 640), *bar = hdy_view_switcher_bar_new ();
  kith_dialog_set_content (window, new_content (session, chat, page, bar));
  kith_dialog_add_footer (window, bar);
  gtk_window_present (GTK_WINDOW (window));
}
