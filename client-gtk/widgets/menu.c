/* menu.c - buttons in a box; the popover goes away before the item does its work, so that the work may open another. */
#include "widgets/menu.h"

#include "widgets/parts.h"

#include <glib/gi18n.h>

#define KEYVAL "kith-keyval" /* of a button */

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
  const char *key = item->key != NULL ? _ (item->key) : NULL;
  GtkWidget *button = kith_menu_item_new (item->icon, _ (item->label), key, classes);
  atk_object_set_role (gtk_widget_get_accessible (button), ATK_ROLE_MENU_ITEM);
  g_object_set_data (G_OBJECT (button), KEYVAL, GUINT_TO_POINTER (item->keyval));
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

/* The menu has the grab, so it is asked before the window, which would type the letter. */
static gboolean
on_key (GtkWidget *popover, const GdkEventKey *event, GtkContainer *box)
{
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask (), key = gdk_keyval_to_lower (event->keyval);
  if (key == 0 || (modifiers & ~(guint) GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  g_autoptr (GList) children = gtk_container_get_children (box);
  for (const GList *l = children; l != NULL; l = l->next)
    if (GPOINTER_TO_UINT (g_object_get_data (l->data, KEYVAL)) == key) {
      gtk_button_clicked (l->data);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
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
  g_signal_connect_object (popover, "key-press-event", G_CALLBACK (on_key), box, 0);
  atk_object_set_role (gtk_widget_get_accessible (popover), ATK_ROLE_MENU);
  gtk_widget_show_all (box);
  kith_popover_once (popover, relative_to);
  return popover;
}
