/* shortcuts.c - all keys in one window: those of the window's actions from their own table, and those that widgets handle
 * themselves. */
#include "widgets/dialogs.h"
#include "widgets/main-window-private.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

/* In the order in which the groups are shown. */
static const struct {
  const char *group;
  struct {
    const char *title, *keys;
  } items[16];
} others[] = {
    {N_ ("Writing"),
     {{N_ ("Send"), "Return"},
      {N_ ("New line"), "<Shift>Return"},
      {N_ ("Edit my last message (in an empty composer)"), "Up"},
      {N_ ("Reply to the message above; again goes further"), "<Primary>Up"},
      {N_ ("Bold, italic, code"), "<Primary>b <Primary>i <Primary>e"},
      {N_ ("Cancel, close, back"), "Escape"}}},
    {N_ ("A message"),
     {{N_ ("Reply"), "r"},
      {N_ ("Edit"), "e"},
      {N_ ("React"), "plus"},
      {N_ ("Copy"), "c"},
      {N_ ("Pin"), "p"},
      {N_ ("Forward"), "f"},
      {N_ ("Who has seen it"), "s"},
      {N_ ("Mark unread from here"), "u"},
      {N_ ("Delete"), "Delete"},
      {N_ ("Menu of the message"), "<Shift>F10"}}},
};

static GtkWidget *
make_group (const char *title)
{
  GtkWidget *group = g_object_new (GTK_TYPE_SHORTCUTS_GROUP, "title", title, "visible", TRUE, NULL);
  return group;
}

static void
add (GtkWidget *group, const char *title, const char *keys)
{
  gtk_container_add (GTK_CONTAINER (group), g_object_new (GTK_TYPE_SHORTCUTS_SHORTCUT, "title", title, "accelerator",
                                                          keys, "visible", TRUE, NULL));
}

static void
add_actions (GtkWidget *section)
{
  gsize n;
  const KithShortcut *shortcuts = kith_main_window_shortcuts (&n);
  const char *last = NULL;
  GtkWidget *group = NULL;
  for (gsize i = 0; i < n; i++) {
    if (g_strcmp0 (last, shortcuts[i].group) != 0) {
      group = make_group (_(shortcuts[i].group));
      gtk_container_add (GTK_CONTAINER (section), group);
      last = shortcuts[i].group;
    }
    g_autofree char *keys = g_strjoinv (" ", (char **) shortcuts[i].keys);
    add (group, _(shortcuts[i].title), keys);
    if (g_str_equal (shortcuts[i].action, "previous-unread"))
      add (group, _("The first nine conversations"), "<Primary>1...9");
  }
}

/* GTK's own button has no name. */
static void
name_search (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_TOGGLE_BUTTON (widget))
    kith_set_name (widget, _("Search"));
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), name_search, data);
}

static GtkWidget *
new_window (GtkWindow *parent)
{
  GtkWidget *window = g_object_new (GTK_TYPE_SHORTCUTS_WINDOW, "title", _("Keyboard shortcuts"), "modal", TRUE,
                                    "transient-for", parent, "destroy-with-parent", TRUE, NULL);
  GtkWidget *section =
      g_object_new (GTK_TYPE_SHORTCUTS_SECTION, "section-name", "all", "max-height", 12, "visible", TRUE, NULL);
  add_actions (section);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    GtkWidget *group = make_group (_(others[i].group));
    for (gsize k = 0; k < G_N_ELEMENTS (others[i].items) && others[i].items[k].title != NULL; k++)
      add (group, _(others[i].items[k].title), others[i].items[k].keys);
    gtk_container_add (GTK_CONTAINER (section), group);
  }
  gtk_container_add (GTK_CONTAINER (window), section);
  name_search (gtk_window_get_titlebar (GTK_WINDOW (window)), NULL);
  return window;
}

/* Closed, it is kept for the next time: GTK complains when it ends while an assistive technology still reads it. */
void
kith_shortcuts_show (GtkWindow *parent)
{
  GtkWidget *window = g_object_get_data (G_OBJECT (parent), "kith-shortcuts");
  if (window == NULL) {
    window = new_window (parent);
    g_object_set_data (G_OBJECT (parent), "kith-shortcuts", window);
    g_signal_connect (window, "delete-event", G_CALLBACK (gtk_widget_hide_on_delete), NULL);
  }
  gtk_window_present (GTK_WINDOW (window));
}
