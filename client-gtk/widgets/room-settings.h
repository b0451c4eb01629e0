/* room-settings.h - the pages of the window kith_room_settings_show (dialogs.h). Each follows the room by itself. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

GtkWidget *kith_room_general_new (KithSession *session, KithChat *chat); /* room-general.c */
GtkWidget *kith_room_banned_new (KithSession *session, KithChat *chat);  /* room-banned.c */
GtkWidget *kith_room_members_new (KithSession *session, KithChat *chat); /* room-members.c */
