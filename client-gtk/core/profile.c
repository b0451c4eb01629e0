/* profile.c - one directory, made when it is missing, and the paths in it. */
#include "profile.h"

#include "base/directory.h"
#include "profile-private.h"

#include <errno.h>
#include <glib/gi18n.h>

struct _KithProfile {
  char *directory;
};

KithProfile *
kith_profile_open (const char *directory, GError **error)
{
  g_autofree char *path = directory != NULL ? g_canonicalize_filename (directory, NULL)
                                            : g_build_filename (g_get_user_data_dir (), "kith", NULL);
  kith_directory_make (path, NULL); /* where it fails, the next line tells why */
  if (g_mkdir_with_parents (path, 0700) != 0) {
    int code = errno;
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
                 _("The directory %s cannot be made: %s. Choose another one with --profile."), path, g_strerror (code));
    return NULL;
  }
  if (!kith_profile_make_private (path, error))
    return NULL;
  KithProfile *profile = g_atomic_rc_box_new0 (KithProfile);
  profile->directory = g_steal_pointer (&path);
  return profile;
}

KithProfile *
kith_profile_ref (KithProfile *profile)
{
  return g_atomic_rc_box_acquire (profile);
}

static void
clear (gpointer data)
{
  g_free (((KithProfile *) data)->directory);
}

void
kith_profile_unref (KithProfile *profile)
{
  g_atomic_rc_box_release_full (profile, clear);
}

char *
kith_profile_path (KithProfile *profile, const char *first, ...)
{
  va_list rest;
  va_start (rest, first);
  g_autofree char *inside = g_build_filename_valist (first, &rest);
  va_end (rest);
  char *path = g_build_filename (profile->directory, inside, NULL);
  g_autofree char *above = g_path_get_dirname (path);
  g_mkdir_with_parents (above, 0700); /* where it fails, so does opening the file, and says why */
  return path;
}
