/* emoji-picker.c - a grid of those that this person uses; GTK's own chooser behind the entry's icon has all of them. */
#include "widgets/emoji-picker.h"

#include "core/emoji.h"
#include "core/rich.h"
#include "widgets/app.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define COLUMNS 7 /* as much as a narrow window takes */

typedef struct {
  GtkWidget *popover;
  KithEmojiFunc func;
  gpointer data;
  GDestroyNotify free_data;
} Picker;

static void
choose (Picker *picker, const char *emoji)
{
  KithEmojiFunc func = picker->func;
  picker->func = NULL; /* once */
  if (func == NULL)
    return;
  kith_emoji_took (emoji);
  func (emoji, picker->data);
  gtk_popover_popdown (GTK_POPOVER (picker->popover));
}

static void
on_clicked (GtkButton *button, Picker *picker)
{
  choose (picker, gtk_button_get_label (button));
}

static void
on_typed (GtkEditable *entry, Picker *picker)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (entry));
  if (*text != '\0' && kith_rich_is_big_emoji (text))
    choose (picker, text);
}

static void
on_destroy (Picker *picker)
{
  if (picker->free_data != NULL)
    picker->free_data (picker->data);
  g_free (picker);
}

static GtkWidget *
new_grid (Picker *picker)
{
  GtkWidget *grid = gtk_grid_new ();
  g_autoptr (GPtrArray) favourites = kith_emoji_favourites (kith_app_settings (kith_app_get ()));
  for (guint i = 0; i < favourites->len; i++) {
    GtkWidget *button = gtk_button_new_with_label (favourites->pdata[i]);
    gtk_style_context_add_class (gtk_widget_get_style_context (button), "flat");
    g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), picker);
    gtk_grid_attach (GTK_GRID (grid), button, (int) (i % COLUMNS), (int) (i / COLUMNS), 1, 1);
  }
  return grid;
}

static GtkWidget *
new_entry (Picker *picker)
{
  GtkWidget *entry = gtk_entry_new ();
  g_object_set (entry, "show-emoji-icon", TRUE, "enable-emoji-completion", TRUE, "placeholder-text",
                _ ("Another one: its name, or the icon"), NULL);
  atk_object_set_name (gtk_widget_get_accessible (entry), _ ("Another emoji"));
  g_signal_connect (entry, "changed", G_CALLBACK (on_typed), picker);
  return entry;
}

void
kith_emoji_picker_popup (GtkWidget *relative_to, KithEmojiFunc func, gpointer data, GDestroyNotify free_data)
{
  Picker *picker = g_new (Picker, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  *picker = (Picker){gtk_popover_new (relative_to), func, data, free_data};
  gtk_container_set_border_width (GTK_CONTAINER (box), 6);
  gtk_container_add (GTK_CONTAINER (box), new_entry (picker));
  gtk_container_add (GTK_CONTAINER (box), new_grid (picker));
  gtk_container_add (GTK_CONTAINER (picker->popover), box);
  gtk_widget_show_all (box);
  g_signal_connect_swapped (picker->popover, "destroy", G_CALLBACK (on_destroy), picker);
  kith_popover_once (picker->popover, relative_to);
}

void
kith_emoji_took (const char *emoji)
{
  kith_emoji_used (kith_app_settings (kith_app_get ()), emoji);
}
