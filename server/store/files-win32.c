/* files-win32.c - files on Windows. What a file may be read by is inherited from its directory; renames are in the
 * journal of NTFS. */
#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

gboolean
kithd_files_create (const char *file, GError **error)
{
  int fd = g_open (file, O_CREAT | O_EXCL | O_WRONLY, S_IREAD | S_IWRITE);
  if (fd < 0) {
    int code = errno;
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "Cannot make %s: %s.", file, g_strerror (code));
    return FALSE;
  }
  return g_close (fd, error);
}

gboolean
kithd_files_sync_directory (const char *directory, GError **error)
{
  return TRUE;
}
