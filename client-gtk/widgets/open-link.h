/* open-link.h - an address in the program that the desktop has for it: open-link-posix.c, open-link-win32.c. */
#pragma once

#include <gtk/gtk.h>

/* parent: may be NULL. */
gboolean kith_open_link (GtkWindow *parent, const char *address, GError **error);
