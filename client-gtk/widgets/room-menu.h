/* room-menu.h - what can be done with a conversation: the menu of its header and of its row in the sidebar. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

/* A popover for a GtkMenuButton, or to be pointed at a row: filled each time it is shown. */
GtkWidget *kith_room_menu_new (KithSession *session, KithChat *chat);
