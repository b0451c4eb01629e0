/* menu.c - buttons in a box; the popover goes away before the item does its work, so that the work may open another. */
#include "widgets/menu.h"

#include "widgets/parts.h"

#include <glib/gi18n.h>

typedef struct {
  GtkWidget *popover;
  void (*activate) (gpointer data);
  gpointer data;
} Choice;

static void
on_clicked (GtkButton *button, gpointer data)
{
  Choice choice = *(Choice *) data;
  gtk_popover_popdown (GTK_POPOVER (choice.popover));
  choice.activate (choice.data);
}

static void
free_choice (gpointer choice, GClosure *closure)
{
  g_free (choice);
}

static GtkWidget *
new_item (const KithMenuItem *item, GtkWidget *popover, gpointer data)
{
  const char *classes = item->danger ? "flat danger-link" : "flat";
  GtkWidget *button = kith_menu_item_new (item->icon, _ (item->label), item->key, classes);
  atk_object_set_role (gtk_widget_get_accessible (button), ATK_ROLE_MENU_ITEM);
  Choice *choice = g_new (Choice, 1);
  *choice = (Choice){popover, item->activate, data};
  g_signal_connect_data (button, "clicked", G_CALLBACK (on_clicked), choice, free_choice, 0);
  return button;
}

/* A line is drawn only between two items that are shown. */
static void
fill (GtkContainer *box, GtkWidget *popover, const KithMenuItem *items, guint n, gpointer data)
{
  gboolean line = FALSE, any = FALSE;
  for (guint i = 0; i < n; i++) {
    if (items[i].label == NULL) {
      line = any;
      continue;
    }
    if (items[i].is_shown != NULL && !items[i].is_shown (data))
      continue;
    if (line)
      gtk_container_add (box, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
    gtk_container_add (box, new_item (&items[i], popover, data));
    line = FALSE;
    any = TRUE;
  }
}

GtkWidget *
kith_menu_popup (GtkWidget *relative_to, const GdkRectangle *at, const KithMenuItem *items, guint n, gpointer data)
{
  GtkWidget *popover = gtk_popover_new (relative_to), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_container_set_border_width (GTK_CONTAINER (box), 6);
  if (at != NULL)
    gtk_popover_set_pointing_to (GTK_POPOVER (popover), at);
  fill (GTK_CONTAINER (box), popover, items, n, data);
  gtk_container_add (GTK_CONTAINER (popover), box);
  atk_object_set_role (gtk_widget_get_accessible (popover), ATK_ROLE_MENU);
  gtk_widget_show_all (box);
  kith_popover_once (popover, relative_to);
  return popover;
}
