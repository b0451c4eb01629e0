/* autostart.h - whether the desktop starts us when the person signs in: autostart-posix.c (a desktop entry),
 * autostart-win32.c (the registry). */
#pragma once

#include <glib.h>

/* id: the application's, so that each profile is one. */
gboolean kith_autostart_is_on (const char *id);
/* Starts this program with --minimized; directory: of the profile, NULL: the user's. */
gboolean kith_autostart_set (const char *id, const char *directory, gboolean on, GError **error);
