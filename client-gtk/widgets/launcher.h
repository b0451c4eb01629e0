/* launcher.h - a number at our icon in docks and task bars that listen for it. */
#pragma once

#include <gio/gio.h>

void kith_launcher_show (GApplication *application, gint64 unread, gboolean urgent);
