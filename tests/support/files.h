/* files.h - who may read what a program has written. */
#pragma once

#include <glib.h>

/* Fails the test unless the file has this mode. On Windows files have none: they take their rights from their directory,
 * so there it only has to be there. */
void test_assert_mode (const char *path, guint mode);
/* Fails the test unless nobody but the owner (Windows: and the administrators, and the system) may enter it. */
void test_assert_private_directory (const char *path);
