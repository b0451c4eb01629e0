/* server-menu.h - the menu at the top of the sidebar: which servers there are, and what can be done with this one. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

/* A popover that fills itself each time it is shown. */
GtkWidget *kith_server_menu_new (void);
void kith_server_menu_set_session (GtkWidget *menu, KithSession *session); /* may be NULL */
