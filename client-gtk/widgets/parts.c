#include "widgets/parts.h"

#define COMBO_LETTERS 4 /* of a choice, at least */

void
kith_add_classes (GtkWidget *widget, const char *classes)
{
  if (classes == NULL)
    return;
  g_auto (GStrv) words = g_strsplit (classes, " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      gtk_style_context_add_class (gtk_widget_get_style_context (widget), words[i]);
}

void
kith_set_class (GtkWidget *widget, const char *name, gboolean on)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  if (on)
    gtk_style_context_add_class (style, name);
  else
    gtk_style_context_remove_class (style, name);
}

GtkWidget *
kith_label_new (const char *text, const char *classes)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  kith_add_classes (label, classes);
  return label;
}

void
kith_label_show (GtkWidget *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
}

GtkWidget *
kith_text_new (const char *text, const char *classes, int chars)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (label), MIN (chars, 16));
  gtk_label_set_max_width_chars (GTK_LABEL (label), chars);
  kith_add_classes (label, classes);
  return label;
}

GtkWidget *
kith_icon_new (const char *name, int size, const char *classes)
{
  GtkWidget *icon = gtk_image_new_from_icon_name (name, GTK_ICON_SIZE_MENU);
  gtk_image_set_pixel_size (GTK_IMAGE (icon), size);
  kith_add_classes (icon, classes);
  return icon;
}

void
kith_set_name (GtkWidget *widget, const char *name)
{
  AtkObject *accessible = gtk_widget_get_accessible (widget);
  if (g_strcmp0 (atk_object_get_name (accessible), name) != 0)
    atk_object_set_name (accessible, name);
}

void
kith_set_decoration (GtkWidget *widget)
{
  atk_object_set_role (gtk_widget_get_accessible (widget), ATK_ROLE_FILLER);
}

GtkWidget *
kith_icon_button_new (const char *icon, int size, const char *name, const char *classes)
{
  GtkWidget *button = gtk_button_new ();
  gtk_container_add (GTK_CONTAINER (button), kith_icon_new (icon, size, NULL));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, name);
  kith_set_name (button, name);
  kith_add_classes (button, "image-button");
  kith_add_classes (button, classes);
  return button;
}

GtkWidget *
kith_menu_item_new (const char *icon, const char *label, const char *keys, const char *classes)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  if (icon != NULL)
    gtk_box_pack_start (GTK_BOX (box), kith_icon_new (icon, 15, NULL), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), kith_label_new (label, NULL), TRUE, TRUE, 0);
  if (keys != NULL) {
    GtkWidget *hint = kith_label_new (keys, "kbd");
    gtk_widget_set_valign (hint, GTK_ALIGN_CENTER);
    gtk_label_set_ellipsize (GTK_LABEL (hint), PANGO_ELLIPSIZE_NONE);
    gtk_box_pack_end (GTK_BOX (box), hint, FALSE, FALSE, 0);
  }
  GtkWidget *button = gtk_button_new ();
  gtk_container_add (GTK_CONTAINER (button), box);
  kith_add_classes (button, "menu-item");
  kith_add_classes (button, classes);
  kith_set_name (button, label);
  return button;
}

/* What labels say, without those of buttons. */
static void
append_words (GtkWidget *widget, gpointer data)
{
  GString *words = data;
  if (GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0')
    g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", gtk_label_get_text (GTK_LABEL (widget)));
  else if (GTK_IS_CONTAINER (widget) && !GTK_IS_BUTTON (widget))
    gtk_container_forall (GTK_CONTAINER (widget), append_words, data);
}

GtkWidget *
kith_row_new (GtkWidget *child, const char *classes)
{
  GtkWidget *row = gtk_list_box_row_new ();
  g_autoptr (GString) words = g_string_new (NULL);
  append_words (child, words);
  kith_set_name (row, words->str);
  gtk_container_add (GTK_CONTAINER (row), child);
  kith_add_classes (row, classes);
  return row;
}

GtkWidget *
kith_badge_new (const char *text, const char *classes)
{
  GtkWidget *badge = gtk_label_new (text);
  gtk_widget_set_direction (badge, GTK_TEXT_DIR_LTR); /* "@1" everywhere */
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  kith_add_classes (badge, "badge");
  kith_add_classes (badge, classes);
  kith_set_decoration (badge);
  return badge;
}

GtkWidget *
kith_separator_new (void)
{
  return gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
}

static gboolean
destroy_later (gpointer data)
{
  gtk_widget_destroy (data);
  return G_SOURCE_REMOVE;
}

/* What was chosen in it is still being done when it closes. */
static void
on_closed (GtkWidget *popover)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, destroy_later, g_object_ref (popover), g_object_unref);
}

void
kith_popover_once (GtkWidget *popover, GtkWidget *relative_to)
{
  gtk_popover_set_relative_to (GTK_POPOVER (popover), relative_to);
  g_signal_connect (popover, "closed", G_CALLBACK (on_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}

gboolean
kith_is_pointed_at (GtkWidget *widget)
{
  GtkWidget *top = gtk_widget_get_toplevel (widget);
  GdkDevice *pointer = gdk_seat_get_pointer (gdk_display_get_default_seat (gtk_widget_get_display (widget)));
  int x, y;
  if (pointer == NULL || !gtk_widget_get_mapped (widget))
    return FALSE;
  gdk_window_get_device_position (gtk_widget_get_window (top), pointer, &x, &y, NULL);
  if (!gtk_widget_translate_coordinates (top, widget, x, y, &x, &y))
    return FALSE;
  return x >= 0 && y >= 0 && x < gtk_widget_get_allocated_width (widget) &&
         y < gtk_widget_get_allocated_height (widget);
}

static void
destroy_child (GtkWidget *child, gpointer data)
{
  (void) data;
  gtk_widget_destroy (child);
}

void
kith_clear_container (GtkContainer *container)
{
  gtk_container_foreach (container, destroy_child, NULL);
}

void
kith_combo_shrink (GtkWidget *combo)
{
  g_autoptr (GList) cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (combo));
  for (GList *cell = cells; cell != NULL; cell = cell->next)
    g_object_set (cell->data, "ellipsize", PANGO_ELLIPSIZE_END, "width-chars", COMBO_LETTERS, NULL);
}

static void
wrap_labels (GtkWidget *widget, gpointer unused)
{
  if (GTK_IS_LABEL (widget))
    g_object_set (widget, "wrap", TRUE, "justify", GTK_JUSTIFY_CENTER, NULL);
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), wrap_labels, unused);
}

/* With a picture a button has its label in boxes. */
void
kith_button_wrap (GtkWidget *button)
{
  wrap_labels (button, NULL);
}
