/* launcher.h - a number at our icon in docks and task bars that listen for it: launcher-posix.c (D-Bus),
 * launcher-win32.c (the task bar of Windows). */
#pragma once

#include <gtk/gtk.h>

void kith_launcher_show (GtkApplication *application, gint64 unread, gboolean urgent);
