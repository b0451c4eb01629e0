/* help.h - the families of commands, the options of all of them, and the texts made of both. */
#pragma once

#include "cli.h"

extern const CliOption cli_global_options[];

const CliCommand *cli_find_command (const char *name, GError **error);
/* The overview, or with a name the help on that command. */
gboolean cli_help (const char *name, GError **error);
void cli_help_command (const CliCommand *command);
