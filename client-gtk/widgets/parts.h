/* parts.h - the small parts that every widget is put together from: labels, icons, buttons, rows, with their classes.
 *
 * Texts are plain text, never markup. classes: words with spaces between, or NULL. What is returned is floating. */
#pragma once

#include <gtk/gtk.h>

void kith_add_classes (GtkWidget *widget, const char *classes);
void kith_set_class (GtkWidget *widget, const char *name, gboolean on);
/* One line that ends in "…" where there is no room; begins at the start of its place. */
GtkWidget *kith_label_new (const char *text, const char *classes);
/* Where it is another text: GTK lays the whole window out anew for the same one, too. */
void kith_label_show (GtkWidget *label, const char *text);
/* Several lines, of at most chars characters. */
GtkWidget *kith_text_new (const char *text, const char *classes, int chars);
GtkWidget *kith_icon_new (const char *name, int size, const char *classes);
/* name: for those who do not see the icon, and the tooltip. */
GtkWidget *kith_icon_button_new (const char *icon, int size, const char *name, const char *classes);
void kith_set_name (GtkWidget *widget, const char *name);
/* No stop for who is read to: its parent says it all. */
void kith_set_decoration (GtkWidget *widget);
/* A line of a popover that is a menu: an icon (NULL: none) and what it does. */
GtkWidget *kith_menu_item_new (const char *icon, const char *label, const char *keys, const char *classes);
/* A GtkListBoxRow. Its name is what the labels in the finished child say. */
GtkWidget *kith_row_new (GtkWidget *child, const char *classes);
GtkWidget *kith_badge_new (const char *text, const char *classes);
GtkWidget *kith_separator_new (void);
/* A GtkComboBoxText that has its choices takes less room than they need where there is none. */
void kith_combo_shrink (GtkWidget *combo);
/* The label of a button has several lines where there is no room for one. Until the next gtk_button_set_label. */
void kith_button_wrap (GtkWidget *button);
/* Shows a popover at a widget and destroys it when it was closed. */
void kith_popover_once (GtkWidget *popover, GtkWidget *relative_to);
/* The pointer is over it, or over what lies above it. */
gboolean kith_is_pointed_at (GtkWidget *widget);
void kith_clear_container (GtkContainer *container);
