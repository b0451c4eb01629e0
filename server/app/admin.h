/* admin.h - the subcommands of kithd that talk to a running server, or to its files. */
#pragma once

#include "app/config.h"

/* Runs `kithd COMMAND ARGS...` (argv[0] is the command). Returns the exit status: 0 done, 1 failed, 2 usage. */
int kithd_admin_run (const KithdConfig *config, int argc, char **argv);
/* The commands with their arguments, for --help. */
char *kithd_admin_summary (void);
