/* profile-win32.c - what is in the user's own directories is theirs by the access control list that they inherit. */
#include "profile-private.h"

#include <glib/gi18n.h>

gboolean
kith_profile_make_private (const char *directory, GError **error)
{
  if (g_file_test (directory, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR,
               _("%s is not a directory. Choose another one with --profile."), directory);
  return FALSE;
}
