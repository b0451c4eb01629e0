/* chip.c - a list box in a popover. */
#include "widgets/chip.h"

#include "core/complete.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONG_LIST 9

struct _KithChip {
  GtkMenuButton parent_instance;
  const char *before; /* borrowed: a constant */
  GtkWidget *label, *popover, *entry, *list;
  gint64 value;
  guint n;
};

G_DEFINE_FINAL_TYPE (KithChip, kith_chip, GTK_TYPE_MENU_BUTTON)

static guint chosen_signal;

static gint64
id_of (GtkListBoxRow *row)
{
  return *(gint64 *) g_object_get_data (G_OBJECT (row), "id");
}

static const char *
words_of (GtkListBoxRow *row)
{
  return gtk_label_get_text (GTK_LABEL (gtk_bin_get_child (GTK_BIN (row))));
}

static void
show_choice (KithChip *self, GtkListBoxRow *row)
{
  const char *words = words_of (row);
  g_autofree char *text = self->before != NULL ? g_strdup_printf ("%s %s", self->before, words) : g_strdup (words);
  self->value = id_of (row);
  gtk_label_set_text (GTK_LABEL (self->label), text);
  kith_set_class (GTK_WIDGET (self), "on", gtk_list_box_row_get_index (row) != 0);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), text);
}

static void
on_activated (KithChip *self, GtkListBoxRow *row)
{
  show_choice (self, row);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  g_signal_emit (self, chosen_signal, 0);
}

static gboolean
is_shown (GtkListBoxRow *row, gpointer chip)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (((KithChip *) chip)->entry));
  return *text == '\0' || kith_complete_fit (text, strlen (text), words_of (row)) > 0;
}

void
kith_chip_clear (KithChip *self)
{
  kith_clear_container (GTK_CONTAINER (self->list));
  gtk_entry_set_text (GTK_ENTRY (self->entry), "");
  gtk_widget_hide (self->entry);
  self->n = 0;
}

void
kith_chip_add (KithChip *self, gint64 id, const char *words)
{
  GtkWidget *row = kith_row_new (kith_label_new (words, NULL), NULL);
  g_object_set_data_full (G_OBJECT (row), "id", g_memdup2 (&id, sizeof id), g_free);
  gtk_container_add (GTK_CONTAINER (self->list), row);
  gtk_widget_show_all (row);
  gtk_widget_set_visible (self->entry, ++self->n >= LONG_LIST);
  if (self->n == 1)
    show_choice (self, GTK_LIST_BOX_ROW (row));
}

gint64
kith_chip_value (KithChip *self)
{
  return self->value;
}

void
kith_chip_choose (KithChip *self, gint64 id)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0);
  for (guint i = 0; i < self->n; i++) {
    GtkListBoxRow *one = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) i);
    if (id_of (one) == id)
      row = one;
  }
  if (row != NULL)
    show_choice (self, row);
}

static void
build_popover (KithChip *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *scroll = gtk_scrolled_window_new (NULL, NULL);
  self->popover = gtk_popover_new (GTK_WIDGET (self));
  self->entry = gtk_search_entry_new ();
  self->list = gtk_list_box_new ();
  kith_set_name (self->entry, _ ("Find"));
  gtk_widget_set_no_show_all (self->entry, TRUE);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_list_box_set_filter_func (GTK_LIST_BOX (self->list), is_shown, self, NULL);
  kith_add_classes (self->list, "popup-list");
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (on_activated), self);
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (gtk_list_box_invalidate_filter), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroll), 320);
  gtk_container_add (GTK_CONTAINER (scroll), self->list);
  gtk_container_add (GTK_CONTAINER (box), self->entry);
  gtk_container_add (GTK_CONTAINER (box), scroll);
  gtk_container_set_border_width (GTK_CONTAINER (box), 6);
  gtk_widget_show_all (box);
  gtk_container_add (GTK_CONTAINER (self->popover), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self), self->popover);
}

GtkWidget *
kith_chip_new (const char *before)
{
  KithChip *self = g_object_new (KITH_TYPE_CHIP, NULL);
  self->before = before;
  return GTK_WIDGET (self);
}

static void
kith_chip_class_init (KithChipClass *klass)
{
  chosen_signal = g_signal_new ("chosen", KITH_TYPE_CHIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kith_chip_init (KithChip *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3), *old = gtk_bin_get_child (GTK_BIN (self));
  if (old != NULL)
    gtk_container_remove (GTK_CONTAINER (self), old);
  self->label = kith_label_new ("", NULL);
  gtk_label_set_max_width_chars (GTK_LABEL (self->label), 24);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_container_add (GTK_CONTAINER (box), self->label);
  gtk_container_add (GTK_CONTAINER (box), kith_icon_new ("pan-down-symbolic", 12, NULL));
  gtk_container_add (GTK_CONTAINER (self), box);
  kith_add_classes (GTK_WIDGET (self), "chip");
  build_popover (self);
}
