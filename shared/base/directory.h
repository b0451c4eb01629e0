/* directory.h - directories that only their owner enters: what programs keep of people's messages, keys and tokens is in
 * one. */
#pragma once

#include <glib.h>

/* Makes it, and its parents, unless it is there; one that is there is left as it is. POSIX: mode 0700. Windows: the
 * owner, the administrators and the system have all rights, and so for what will be in it; nobody else has any.
 * G_FILE_ERROR with a sentence. */
gboolean kith_directory_make (const char *path, GError **error);
