/* own-place.h - where the program that runs is: own-place-posix.c, own-place-win32.c. */
#pragma once

#include <glib.h>

/* The directory of our own program. NULL: unknown. To be freed. */
char *kith_own_directory (void);
/* A file name as the C library wants it (GLib's are UTF-8 on Windows). To be freed. */
char *kith_own_c_name (const char *name);
