/* terminal.h - whether a person sits there, and asking them for what nobody shall see: terminal-posix.c and
 * terminal-win32.c. */
#pragma once

#include <glib.h>

typedef enum { KITH_STDIN, KITH_STDOUT, KITH_STDERR } KithStandard;
gboolean kith_terminal_is (KithStandard which);
/* Asks on standard error and reads a line of standard input without echo. NULL: no terminal, or nothing was typed. The
 * caller frees. */
char *kith_terminal_read_secret (const char *prompt);
