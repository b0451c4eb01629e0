/* profile-posix.c - owner and mode of the directory. */
#include "profile-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

gboolean
kith_profile_make_private (const char *directory, GError **error)
{
  struct stat found;
  if (stat (directory, &found) != 0 || !S_ISDIR (found.st_mode)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR,
                 _("%s is not a directory. Choose another one with --profile."), directory);
    return FALSE;
  }
  if (found.st_uid != geteuid ()) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
                 _("The directory %s belongs to somebody else. Choose another one with --profile."), directory);
    return FALSE;
  }
  if ((found.st_mode & 077) == 0 || chmod (directory, 0700) == 0)
    return TRUE;
  int code = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
               _("Others can read %s, and that cannot be changed (%s). Choose another one with --profile."), directory,
               g_strerror (code));
  return FALSE;
}
