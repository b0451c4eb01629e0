/* language.h - the language of the process: where the translations are. */
#pragma once

#include <glib.h>

/* Takes the language from the environment and binds the translations to it: those of the build directory for a program
 * that was built there, else the installed ones. installed: where the build installs them. Once, before any text. */
void kith_language_begin (const char *installed);
