/* files-posix.c - files on POSIX. */
#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "proto/error.h"

gboolean
kithd_files_create (const char *file, GError **error)
{
  int fd = open (file, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd >= 0) {
    close (fd);
    return TRUE;
  }
  int code = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "Cannot make %s: %s.", file, g_strerror (code));
  return FALSE;
}

gboolean
kithd_files_sync_directory (const char *directory, GError **error)
{
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = fd >= 0 && fsync (fd) == 0;
  if (!done)
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "Cannot sync %s: %s.", directory, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return done;
}
