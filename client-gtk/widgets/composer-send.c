/* composer-send.c - one way to send as urgent in three places: the menu of the send button, the menu of the text, a key. */
#include "widgets/composer-send.h"

#include "widgets/menu.h"

#include <glib/gi18n.h>

#define BUTTON "kith-send-button"

static void
do_send (gpointer composer)
{
  kith_composer_send (composer);
}

static void
do_send_urgent (gpointer composer)
{
  kith_composer_send_urgent (composer);
}

static gboolean
may_be_urgent (gpointer composer)
{
  return kith_composer_may_be_urgent (composer);
}

static gboolean
popup (KithComposer *composer)
{
  static const KithMenuItem items[] = {
      {"kith-send-symbolic", N_ ("Send"), NULL, do_send, NULL, FALSE, 0},
      {"dialog-warning-symbolic", N_ ("Send as urgent"), N_ ("Ctrl Shift Enter"), do_send_urgent, may_be_urgent, FALSE, 0},
  };
  GtkWidget *button = g_object_get_data (G_OBJECT (composer), BUTTON);
  if (gtk_widget_get_sensitive (button))
    kith_menu_popup (button, NULL, items, G_N_ELEMENTS (items), composer);
  return TRUE;
}

static void
on_pressed (KithComposer *composer, int presses, double x, double y)
{
  popup (composer);
}

static void
on_held (KithComposer *composer, double x, double y)
{
  popup (composer);
}

/* What a right click, a long press, Shift+F10 and the menu key show in the text. */
static void
on_text_menu (KithComposer *composer, GtkWidget *menu)
{
  if (!GTK_IS_MENU_SHELL (menu))
    return;
  GtkWidget *line = gtk_separator_menu_item_new (), *item = gtk_menu_item_new_with_label (_ ("Send as urgent"));
  gtk_widget_set_sensitive (item, !kith_composer_is_empty (composer) && kith_composer_may_be_urgent (composer));
  g_signal_connect_object (item, "activate", G_CALLBACK (kith_composer_send_urgent), composer, G_CONNECT_SWAPPED);
  gtk_menu_shell_append (GTK_MENU_SHELL (menu), line);
  gtk_menu_shell_append (GTK_MENU_SHELL (menu), item);
  gtk_widget_show (line);
  gtk_widget_show (item);
}

void
kith_composer_watch_send (KithComposer *composer, GtkWidget *button)
{
  GtkGesture *press = gtk_gesture_multi_press_new (button), *hold = gtk_gesture_long_press_new (button);
  g_object_set_data (G_OBJECT (composer), BUTTON, button);
  gtk_widget_set_tooltip_text (button, _ ("Send (Enter). Right-click or hold: send as urgent (Ctrl+Shift+Enter)"));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (press), GDK_BUTTON_SECONDARY);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (hold), TRUE);
  g_signal_connect_swapped (press, "pressed", G_CALLBACK (on_pressed), composer);
  g_signal_connect_swapped (hold, "pressed", G_CALLBACK (on_held), composer);
  g_signal_connect_swapped (button, "popup-menu", G_CALLBACK (popup), composer);
  g_signal_connect_object (kith_composer_view (composer), "populate-popup", G_CALLBACK (on_text_menu), composer,
                           G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (button), "kith-press", press, g_object_unref);
  g_object_set_data_full (G_OBJECT (button), "kith-hold", hold, g_object_unref);
}
