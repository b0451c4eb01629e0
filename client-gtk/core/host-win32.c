/* host-win32.c - a process without a console, known by its number and the moment of its birth, which the file "process"
 * keeps: the two together never come again. It is asked to end by its event, kithd-PID-stop.
 *
 * Not by GLib's spawning, which would open a console window for each program. */
#include "host-private.h"

#include "base/command-line.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <io.h>
#include <windows.h>

#define PIPE_BYTES (64 * 1024)
#define SERVER_SPAWN_FLAGS (CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP)

const char kith_host_program[] = "kithd.exe";

struct _KithHostServer {
  HANDLE process;
  DWORD id;
};

static gboolean
fail_to_start (GError **error)
{
  DWORD code = GetLastError ();
  g_autofree char *reason = g_win32_error_message ((gint) code);
  g_set_error (error, G_IO_ERROR, g_io_error_from_win32_error ((gint) code), _ ("The server cannot be started: %s"),
               reason);
  return FALSE;
}

/* ---- starting ---- */

static wchar_t *
wide (const char *text)
{
  return (wchar_t *) g_utf8_to_utf16 (text, -1, NULL, NULL, NULL);
}

static HANDLE
open_inherited (const wchar_t *path, DWORD access, DWORD how)
{
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  return CreateFileW (path, access, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, how, FILE_ATTRIBUTE_NORMAL, NULL);
}

/* The end that is read stays ours. */
static gboolean
make_pipe (HANDLE *read, HANDLE *write, GError **error)
{
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  if (!CreatePipe (read, write, &inherited, PIPE_BYTES))
    return fail_to_start (error);
  SetHandleInformation (*read, HANDLE_FLAG_INHERIT, 0);
  return TRUE;
}

/* The program gets these three handles and no other of ours: a socket that it kept open would never close. */
static gboolean
create_process (wchar_t *line, HANDLE *handles, PROCESS_INFORMATION *created)
{
  SIZE_T size = 0;
  InitializeProcThreadAttributeList (NULL, 1, 0, &size);
  g_autofree void *list = g_malloc0 (size);
  STARTUPINFOEXW start = {.StartupInfo = {.cb = sizeof start,
                                          .dwFlags = STARTF_USESTDHANDLES,
                                          .hStdInput = handles[0],
                                          .hStdOutput = handles[1],
                                          .hStdError = handles[2]},
                          .lpAttributeList = list};
  if (!InitializeProcThreadAttributeList (list, 1, 0, &size))
    return FALSE;
  gboolean done = UpdateProcThreadAttribute (list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles, 3 * sizeof *handles,
                                             NULL, NULL) &&
                  CreateProcessW (NULL, line, NULL, NULL, TRUE, SERVER_SPAWN_FLAGS | EXTENDED_STARTUPINFO_PRESENT, NULL,
                                  NULL, &start.StartupInfo, created);
  DWORD code = GetLastError ();
  DeleteProcThreadAttributeList (list);
  SetLastError (code);
  return done;
}

/* The process; NULL: it was not started. Closes output and errors, which are the program's. */
static HANDLE
start (const char *const *arguments, HANDLE output, HANDLE errors, DWORD *id, GError **error)
{
  g_autofree wchar_t *line = (wchar_t *) kith_command_line (arguments);
  HANDLE handles[] = {open_inherited (L"NUL", GENERIC_READ, OPEN_EXISTING), output, errors};
  PROCESS_INFORMATION created = {0};
  if (create_process (line, handles, &created))
    CloseHandle (created.hThread);
  else
    fail_to_start (error);
  for (guint i = 0; i < G_N_ELEMENTS (handles); i++)
    CloseHandle (handles[i]);
  *id = created.dwProcessId;
  return created.hProcess;
}

/* ---- which process it is ---- */

static guint64
born (HANDLE process)
{
  FILETIME begin = {0}, end, kernel, user;
  GetProcessTimes (process, &begin, &end, &kernel, &user);
  return (guint64) begin.dwHighDateTime << 32 | begin.dwLowDateTime;
}

static char *
process_file (const char *directory)
{
  return g_build_filename (directory, "process", NULL);
}

static gboolean
remember (const char *directory, HANDLE process, DWORD id, GError **error)
{
  g_autofree char *file = process_file (directory);
  g_autofree char *text = g_strdup_printf ("%lu %" G_GUINT64_FORMAT, id, born (process));
  return g_file_set_contents (file, text, -1, error);
}

gboolean
kith_host_spawn (const char *const *arguments, const char *directory, const char *errors, int *output, GError **error)
{
  g_autofree wchar_t *path = wide (errors);
  HANDLE read, write, process;
  DWORD id;
  HANDLE file = open_inherited (path, GENERIC_WRITE, CREATE_ALWAYS);
  if (file == INVALID_HANDLE_VALUE) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, _ ("%s cannot be written."), errors);
    return FALSE;
  }
  if (!make_pipe (&read, &write, error)) {
    CloseHandle (file);
    return FALSE;
  }
  process = start (arguments, write, file, &id, error);
  if (process == NULL || !remember (directory, process, id, error)) {
    CloseHandle (read);
    g_clear_pointer (&process, CloseHandle);
    return FALSE;
  }
  CloseHandle (process);
  *output = _open_osfhandle ((intptr_t) read, _O_RDONLY);
  return TRUE;
}

KithHostServer *
kith_host_reach (const char *directory)
{
  g_autofree char *file = process_file (directory), *text = NULL;
  if (!g_file_get_contents (file, &text, NULL, NULL))
    return NULL;
  char *end;
  guint64 id = g_ascii_strtoull (text, &end, 10), begin = g_ascii_strtoull (end, NULL, 10);
  HANDLE process = OpenProcess (PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, (DWORD) id);
  if (process == NULL)
    return NULL;
  if (born (process) != begin || WaitForSingleObject (process, 0) == WAIT_OBJECT_0) {
    CloseHandle (process);
    return NULL;
  }
  KithHostServer *server = g_new0 (KithHostServer, 1);
  *server = (KithHostServer){process, (DWORD) id};
  return server;
}

void
kith_host_let_go (KithHostServer *server)
{
  CloseHandle (server->process);
  g_free (server);
}

gboolean
kith_host_end (KithHostServer *server, GError **error)
{
  g_autofree char *name = g_strdup_printf ("kithd-%lu-stop", server->id);
  HANDLE event = OpenEventA (EVENT_MODIFY_STATE, FALSE, name);
  gboolean done = event != NULL && SetEvent (event) &&
                  WaitForSingleObject (server->process, KITH_HOST_END_S * 1000) == WAIT_OBJECT_0;
  g_clear_pointer (&event, CloseHandle);
  if (!done)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 _ ("The server cannot be stopped. End kithd in the Task Manager."));
  return done;
}

/* ---- running to the end ---- */

/* Until the program has closed it; closes it. */
static char *
read_all (HANDLE pipe)
{
  GString *text = g_string_new (NULL);
  char buffer[4096];
  DWORD got;
  while (ReadFile (pipe, buffer, sizeof buffer, &got, NULL) && got > 0)
    g_string_append_len (text, buffer, (gssize) got);
  CloseHandle (pipe);
  return g_string_free (text, FALSE);
}

/* Two pipes, one reader: what kithd complains of fits into a pipe many times over. */
gboolean
kith_host_run (const char *const *arguments, char **output, char **errors, gboolean *successful, GError **error)
{
  HANDLE read[2], write[2];
  DWORD id, code = 1;
  if (!make_pipe (&read[0], &write[0], error))
    return FALSE;
  if (!make_pipe (&read[1], &write[1], error)) {
    CloseHandle (read[0]);
    CloseHandle (write[0]);
    return FALSE;
  }
  HANDLE process = start (arguments, write[0], write[1], &id, error);
  *output = read_all (read[0]);
  *errors = read_all (read[1]);
  if (process == NULL)
    return FALSE;
  WaitForSingleObject (process, INFINITE);
  GetExitCodeProcess (process, &code);
  CloseHandle (process);
  *successful = code == 0;
  return TRUE;
}
