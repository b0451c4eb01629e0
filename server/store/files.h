/* files.h - the few things about files that differ between platforms and that neither GLib nor SQLite does. */
#pragma once

#include <glib.h>

/* Makes an empty file that only its owner may read. Fails with G_FILE_ERROR_EXIST when there is one. */
gboolean kithd_files_create (const char *file, GError **error);
/* Makes what was renamed in the directory durable. Errors of KITH_ERROR. */
gboolean kithd_files_sync_directory (const char *directory, GError **error);
