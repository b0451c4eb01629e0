/* host-posix.c - a session of its own (setsid); its Unix socket says who it is; SIGTERM. */
#include "host-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

const char kith_host_program[] = "kithd";

struct _KithHostServer {
  GSocket *socket;
};

static void
leave_session (gpointer data)
{
  setsid ();
}

gboolean
kith_host_spawn (const char *const *arguments, const char *directory, const char *errors, int *output, GError **error)
{
  int file = g_open (errors, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    int saved = errno;
    g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (saved), _ ("%s cannot be written: %s."), errors,
                 g_strerror (saved));
    return FALSE;
  }
  gboolean done = g_spawn_async_with_pipes_and_fds (NULL, arguments, NULL, G_SPAWN_DEFAULT, leave_session, NULL, -1, -1,
                                                    file, NULL, NULL, 0, NULL, NULL, output, NULL, error);
  close (file);
  return done;
}

gboolean
kith_host_run (const char *const *arguments, char **output, char **errors, gboolean *successful, GError **error)
{
  g_autoptr (GSubprocess) process =
      g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, error);
  if (process == NULL || !g_subprocess_communicate_utf8 (process, NULL, NULL, output, errors, error))
    return FALSE;
  *successful = g_subprocess_get_successful (process);
  return TRUE;
}

KithHostServer *
kith_host_reach (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "kithd.sock", NULL);
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  if (socket == NULL || !g_socket_connect (socket, address, NULL, NULL))
    return NULL;
  KithHostServer *server = g_new0 (KithHostServer, 1);
  server->socket = g_steal_pointer (&socket);
  return server;
}

void
kith_host_let_go (KithHostServer *server)
{
  g_object_unref (server->socket);
  g_free (server);
}

static gboolean
ask_to_end (KithHostServer *server, GError **error)
{
  g_autoptr (GCredentials) credentials = g_socket_get_credentials (server->socket, error);
  pid_t process = credentials != NULL ? g_credentials_get_unix_pid (credentials, error) : 0;
  if (process <= 0)
    return FALSE;
  if (kill (process, SIGTERM) == 0)
    return TRUE;
  int saved = errno;
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (saved), _ ("The server cannot be stopped: %s."),
               g_strerror (saved));
  return FALSE;
}

/* Its socket closes when it has ended; or is reset, where something of ours was not read any more. */
static gboolean
wait_end (GSocket *socket, GError **error)
{
  GError *problem = NULL;
  char buffer[512];
  gssize got;
  g_socket_set_timeout (socket, KITH_HOST_END_S);
  while ((got = g_socket_receive (socket, buffer, sizeof buffer, NULL, &problem)) > 0)
    continue;
  if (got == 0)
    return TRUE;
  if (!g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED)) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  g_error_free (problem);
  return TRUE;
}

gboolean
kith_host_end (KithHostServer *server, GError **error)
{
  return ask_to_end (server, error) && wait_end (server->socket, error);
}
