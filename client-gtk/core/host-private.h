/* host-private.h - what differs between systems when a server is started and ended: host-posix.c, host-win32.c. */
#pragma once

#include <gio/gio.h>

/* The path of kithd where our own program is: installed together, or built together. NULL: not there. To be freed. */
char *kith_host_find_beside (void);
/* Starts a program in a session of its own, so that it outlives us. *output is a descriptor of its standard output;
 * its standard error goes into the file errors. */
gboolean kith_host_spawn (const char *const *arguments, const char *errors, int *output, GError **error);
/* Asks the process at the other end of a Unix socket to end. */
gboolean kith_host_end (GCredentials *server, GError **error);
