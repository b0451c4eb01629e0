/* directory-posix.c - mkdir(2) with a mode. */
#include "base/directory.h"

#include <errno.h>
#include <glib/gstdio.h>

gboolean
kith_directory_make (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;
  int code = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "Cannot make the directory %s: %s.", path,
               g_strerror (code));
  return FALSE;
}
