/* command-line.h - the one line that Windows hands to a program instead of words. Built for Windows alone. */
#pragma once

#include <glib.h>

/* words (NULL-terminated, UTF-8; what is not becomes U+FFFD) as the C library of the program takes them apart again; to
 * be freed. */
gunichar2 *kith_command_line (const char *const *words);
