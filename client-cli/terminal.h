/* terminal.h - what a terminal is on each platform: terminal-posix.c and terminal-win32.c. */
#pragma once

#include "net/wake.h"
#include "terminal/terminal.h"

/* The arguments as UTF-8, to be freed with g_strfreev; makes standard output UTF-8 too. */
char **cli_terminal_start (char **argv);
/* From now on an interrupt (Ctrl-C, a request to end) does not end the program but signals wake. */
void cli_terminal_catch_interrupt (KithWake *wake);
gboolean cli_terminal_interrupted (void);
