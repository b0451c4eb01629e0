/* menu.c - buttons in a box; the popover goes away before the item does its work, so that the work may open another. */
#include "widgets/menu.h"

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

static void
add_class (GtkWidget *widget, const char *name)
{
  gtk_style_context_add_class (gtk_widget_get_style_context (widget), name);
}

static GtkWidget *
new_item (const KithMenuItem *item, GtkWidget *popover, gpointer data)
{
  GtkWidget *button = gtk_button_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  add_class (button, "flat");
  add_class (button, "menu-item");
  if (item->danger)
    add_class (button, "danger-link");
  if (item->icon != NULL) {
    GtkWidget *icon = gtk_image_new_from_icon_name (item->icon, GTK_ICON_SIZE_MENU);
    gtk_container_add (GTK_CONTAINER (box), icon);
  }
  GtkWidget *label = gtk_label_new (_ (item->label));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_pack_start (GTK_BOX (box), label, TRUE, TRUE, 0);
  if (item->key != NULL) {
    GtkWidget *key = gtk_label_new (item->key);
    add_class (key, "kbd");
    gtk_widget_set_valign (key, GTK_ALIGN_CENTER);
    gtk_container_add (GTK_CONTAINER (box), key);
  }
  gtk_container_add (GTK_CONTAINER (button), box);
  atk_object_set_name (gtk_widget_get_accessible (button), _ (item->label));
  atk_object_set_role (gtk_widget_get_accessible (button), ATK_ROLE_MENU_ITEM);
  Choice *choice = g_new (Choice, 1);
  *choice = (Choice){popover, item->activate, data};
  g_signal_connect_data (button, "clicked", G_CALLBACK (on_clicked), choice, free_choice, 0);
  return button;
}

static gboolean
destroy_later (gpointer popover)
{
  gtk_widget_destroy (popover);
  return G_SOURCE_REMOVE;
}

static void
on_closed (GtkPopover *popover, gpointer data)
{
  g_idle_add_full (G_PRIORITY_LOW, destroy_later, g_object_ref (popover), g_object_unref);
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
  g_signal_connect (popover, "closed", G_CALLBACK (on_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
  return popover;
}
