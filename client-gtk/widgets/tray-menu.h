/* tray-menu.h - the menu of the icon in the tray: Open, how one wants to be seen, quiet for an hour, preferences, the
 * end. Its items are the application's actions. */
#pragma once

#include "core/contact.h"

#include <gtk/gtk.h>

GtkWidget *kith_tray_menu_new (GActionGroup *actions); /* floating */
GtkWidget *kith_tray_menu_open_item (GtkWidget *menu); /* borrowed */
void kith_tray_menu_set_choice (GtkWidget *menu, KithPresenceState choice);
