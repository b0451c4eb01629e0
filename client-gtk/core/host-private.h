/* host-private.h - what differs between systems when a server is started, found and ended: host-posix.c,
 * host-win32.c. */
#pragma once

#include <gio/gio.h>

extern const char kith_host_program[]; /* the file name of kithd */
/* Starts a program in a session of its own, so that it outlives us, for the data in directory. *output is a descriptor
 * of its standard output; its standard error goes into the file errors. */
gboolean kith_host_spawn (const char *const *arguments, const char *directory, const char *errors, int *output,
                          GError **error);
/* Runs a program to its end. *output and *errors: what it printed, to be freed. FALSE: it did not run; *successful
 * is its own word. */
gboolean kith_host_run (const char *const *arguments, char **output, char **errors, gboolean *successful,
                        GError **error);

/* The server that runs on the data in directory. NULL: none does. */
typedef struct _KithHostServer KithHostServer;
KithHostServer *kith_host_reach (const char *directory);
void kith_host_let_go (KithHostServer *server);
/* Asks it to end, and waits until it has. */
#define KITH_HOST_END_S 15 /* kithd ends within 5 */
gboolean kith_host_end (KithHostServer *server, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithHostServer, kith_host_let_go)
