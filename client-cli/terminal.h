/* terminal.h - what a terminal is on each platform: terminal-posix.c and terminal-win32.c. */
#pragma once

#include "net/wake.h"

/* The arguments as UTF-8, to be freed with g_strfreev; makes standard output UTF-8 too. */
char **cli_terminal_start (char **argv);
typedef enum { CLI_STDIN, CLI_STDOUT, CLI_STDERR } CliStandard;
gboolean cli_terminal_is (CliStandard which);
/* A line without echo. NULL: no terminal, or nothing was typed. */
char *cli_terminal_read_secret (const char *prompt);
/* From now on an interrupt (Ctrl-C, a request to end) does not end the program but signals wake. */
void cli_terminal_catch_interrupt (KithWake *wake);
gboolean cli_terminal_interrupted (void);
