/* host-posix.c - a session of its own (setsid), SIGTERM. */
#include "host-private.h"
#include "own-place.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

char *
kith_host_find_beside (void)
{
  static const char *const places[] = {"kithd", "../server/kithd"}; /* installed; in the build directory */
  g_autofree char *directory = kith_own_directory ();
  for (guint i = 0; directory != NULL && i < G_N_ELEMENTS (places); i++) {
    g_autofree char *path = g_build_filename (directory, places[i], NULL);
    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }
  return NULL;
}

static void
leave_session (gpointer data)
{
  setsid ();
}

gboolean
kith_host_spawn (const char *const *arguments, const char *errors, int *output, GError **error)
{
  int file = g_open (errors, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    int saved = errno;
    g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (saved), _("%s cannot be written: %s."), errors,
                 g_strerror (saved));
    return FALSE;
  }
  gboolean done =
      g_spawn_async_with_pipes_and_fds (NULL, arguments, NULL, G_SPAWN_DEFAULT, leave_session,
                                        NULL, -1, -1, file, NULL, NULL, 0, NULL, NULL, output, NULL, error);
  close (file);
  return done;
}

gboolean
kith_host_end (GCredentials *server, GError **error)
{
  pid_t process = g_credentials_get_unix_pid (server, error);
  if (process <= 0)
    return FALSE;
  if (kill (process, SIGTERM) == 0)
    return TRUE;
  int saved = errno;
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (saved), _("The server cannot be stopped: %s."),
               g_strerror (saved));
  return FALSE;
}
