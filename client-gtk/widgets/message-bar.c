/* message-bar.c - a row of flat buttons that take no focus: the keyboard has the menu. */
#include "widgets/message-bar.h"

#include "core/emoji.h"
#include "widgets/app.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define EMOJI 3

void
kith_message_bar_refresh (GtkWidget *bar)
{
  g_autoptr (GPtrArray) favourites = kith_emoji_favourites (kith_app_settings (kith_app_get ()));
  g_autoptr (GList) buttons = gtk_container_get_children (GTK_CONTAINER (bar));
  GList *button = buttons;
  for (guint i = 0; i < EMOJI; i++, button = button->next) {
    if (g_strcmp0 (gtk_button_get_label (button->data), favourites->pdata[i]) == 0)
      continue;
    g_autofree char *words = g_strdup_printf (_ ("React with %s"), (const char *) favourites->pdata[i]);
    gtk_button_set_label (button->data, favourites->pdata[i]);
    gtk_widget_set_tooltip_text (button->data, words);
    kith_set_name (button->data, words);
  }
}

static void
add_button (GtkWidget *bar, GtkWidget *button, void (*func) (GtkButton *button, gpointer data), gpointer data)
{
  kith_add_classes (button, "flat");
  gtk_widget_set_can_focus (button, FALSE);
  g_signal_connect (button, "clicked", G_CALLBACK (func), data);
  gtk_container_add (GTK_CONTAINER (bar), button);
}

static GtkWidget *
new_icon_button (const char *icon, const char *words)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon, GTK_ICON_SIZE_MENU);
  gtk_image_set_pixel_size (GTK_IMAGE (gtk_button_get_image (GTK_BUTTON (button))), 15);
  gtk_widget_set_tooltip_text (button, words);
  kith_set_name (button, words);
  return button;
}

GtkWidget *
kith_message_bar_new (const KithMessageBarHooks *hooks, gpointer data)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  const struct {
    const char *icon, *words;
    void (*func) (GtkButton *button, gpointer data);
  } buttons[] = {{"face-smile-symbolic", N_ ("Add reaction"), hooks->add},
                 {"kith-reply-symbolic", N_ ("Reply (R)"), hooks->reply},
                 {"mail-forward-symbolic", N_ ("Forward (F)"), hooks->forward},
                 {"view-more-symbolic", N_ ("More"), hooks->more}};
  kith_add_classes (bar, "hover-bar");
  for (guint i = 0; i < EMOJI; i++)
    add_button (bar, gtk_button_new_with_label (""), hooks->emoji, data);
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    add_button (bar, new_icon_button (buttons[i].icon, _ (buttons[i].words)), buttons[i].func, data);
  kith_message_bar_refresh (bar);
  return bar;
}
