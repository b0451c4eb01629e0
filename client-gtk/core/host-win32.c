/* host-win32.c - a process without a console; ending it is safe, for what was acknowledged is on the disk. */
#include "host-private.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <io.h>
#include <windows.h>

char *
kith_host_find_beside (void)
{
  g_autofree char *directory = g_win32_get_package_installation_directory_of_module (NULL);
  g_autofree char *path = g_build_filename (directory, "bin", "kithd.exe", NULL);
  return g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer (&path) : NULL;
}

gboolean
kith_host_spawn (const char *const *arguments, const char *errors, int *output, GError **error)
{
  int file = g_open (errors, _O_WRONLY | _O_CREAT | _O_TRUNC, 0600);
  if (file < 0) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, _("%s cannot be written."), errors);
    return FALSE;
  }
  gboolean done = g_spawn_async_with_pipes_and_fds (NULL, arguments, NULL, G_SPAWN_DEFAULT, NULL,
                                                    NULL, -1, -1, file, NULL, NULL, 0, NULL, NULL, output, NULL, error);
  close (file);
  return done;
}

gboolean
kith_host_end (GCredentials *server, GError **error)
{
  const DWORD *id = g_credentials_get_native (server, G_CREDENTIALS_TYPE_WIN32_PID);
  HANDLE process = id != NULL ? OpenProcess (PROCESS_TERMINATE, FALSE, *id) : NULL;
  gboolean done = process != NULL && TerminateProcess (process, 0);
  if (process != NULL)
    CloseHandle (process);
  if (!done)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 _("The server cannot be stopped. End kithd in the Task Manager."));
  return done;
}
