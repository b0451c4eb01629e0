/* child-win32.c - processes of Windows. A job ends the child with the test; a thread reads its standard output, because
 * nothing else waits for a pipe with a limit. */
#include "support/child.h"

#include "base/command-line.h"

#include <io.h>
#include <windows.h>
#include <psapi.h>
#include <tlhelp32.h>

const gboolean test_child_takes_bytes = FALSE;

struct _TestChild {
  HANDLE process, thread, job, output;
  DWORD number;
  GThread *reader;
  GAsyncQueue *bytes; /* byte + 1; END */
  gboolean ended;     /* END was taken */
};

#define END GINT_TO_POINTER (257)
#define CALL_PATIENCE_S 10 /* in one call for longer: a console, no sockets */

static gpointer
read_output (gpointer data)
{
  TestChild *child = data;
  char chunk[4096];
  DWORD got;
  while (ReadFile (child->output, chunk, sizeof chunk, &got, NULL) && got > 0)
    for (DWORD i = 0; i < got; i++)
      if (chunk[i] != '\r')
        g_async_queue_push (child->bytes, GINT_TO_POINTER ((guchar) chunk[i] + 1));
  g_async_queue_push (child->bytes, END);
  return NULL;
}

/* One process writes at a time, each behind what the one before wrote. */
static HANDLE
open_log (const char *log)
{
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  g_autofree gunichar2 *path = g_utf8_to_utf16 (log, -1, NULL, NULL, NULL);
  HANDLE file = CreateFileW ((const wchar_t *) path, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                             OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  SetFilePointer (file, 0, NULL, FILE_END);
  return file;
}

static void
die_with_parent (TestChild *child)
{
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE};
  child->job = CreateJobObjectW (NULL, NULL);
  SetInformationJobObject (child->job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
  AssignProcessToJobObject (child->job, child->process);
}

static gboolean
start (TestChild *child, char **words, HANDLE output, HANDLE errors)
{
  STARTUPINFOW how = {.cb = sizeof how, .dwFlags = STARTF_USESTDHANDLES, .hStdOutput = output, .hStdError = errors};
  PROCESS_INFORMATION process = {0};
  g_autofree wchar_t *line = (wchar_t *) kith_command_line ((const char *const *) words);
  if (!CreateProcessW (NULL, line, NULL, NULL, TRUE, CREATE_NEW_PROCESS_GROUP, NULL, NULL, &how, &process))
    return FALSE;
  child->process = process.hProcess;
  child->thread = process.hThread;
  child->number = process.dwProcessId;
  die_with_parent (child);
  return TRUE;
}

TestChild *
test_child_new (char **words, const char *log, GError **error)
{
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  TestChild *child = g_new0 (TestChild, 1);
  HANDLE output = NULL, errors = open_log (log);
  child->bytes = g_async_queue_new ();
  gboolean started = CreatePipe (&child->output, &output, &inherited, 0) &&
                     SetHandleInformation (child->output, HANDLE_FLAG_INHERIT, 0) && start (child, words, output, errors);
  if (!started)
    g_set_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "cannot run %s: error %lu", words[0], GetLastError ());
  CloseHandle (output);
  CloseHandle (errors);
  if (started) {
    child->reader = g_thread_new ("child", read_output, child);
    return child;
  }
  test_child_free (child);
  return NULL;
}

void
test_child_free (TestChild *child)
{
  if (child == NULL)
    return;
  if (child->process != NULL) {
    test_child_kill (child);
    WaitForSingleObject (child->process, INFINITE);
    g_thread_join (child->reader);
    CloseHandle (child->process);
    CloseHandle (child->thread);
    CloseHandle (child->job);
  }
  CloseHandle (child->output);
  g_async_queue_unref (child->bytes);
  g_free (child);
}

int
test_child_read_byte (TestChild *child, gint64 deadline, char *byte)
{
  gint64 left = deadline - g_get_monotonic_time ();
  gpointer item = child->ended ? END : left <= 0 ? NULL : g_async_queue_timeout_pop (child->bytes, (guint64) left);
  if (item == NULL)
    return -1;
  child->ended = item == END;
  *byte = (char) (GPOINTER_TO_INT (item) - 1);
  return item == END ? 0 : 1;
}

void
test_child_ask (TestChild *child, TestChildAsk what)
{
  g_autofree char *name = g_strdup_printf ("kithd-%lu-%s", child->number, what == TEST_CHILD_STOP ? "stop" : "reload");
  HANDLE event = OpenEventA (EVENT_MODIFY_STATE, FALSE, name);
  if (event == NULL)
    return;
  SetEvent (event);
  CloseHandle (event);
}

static gboolean
is_wine (void)
{
  return GetProcAddress (GetModuleHandleW (L"ntdll.dll"), "wine_get_version") != NULL;
}

/* Whether the thread, which is stopped, is in NtDeviceIoControlFile: that is 32 bytes which enter Wine's own code. */
static gboolean
is_in_ioctl (HANDLE thread)
{
  g_autofree CONTEXT *context = g_new0 (CONTEXT, 1); /* aligned as malloc does: to 16 */
  DWORD64 ioctl = (DWORD64) (gsize) GetProcAddress (GetModuleHandleW (L"ntdll.dll"), "NtDeviceIoControlFile");
  context->ContextFlags = CONTEXT_CONTROL;
  return !GetThreadContext (thread, context) || context->Rip - ioctl < 32;
}

/* Wine 8 keeps every socket of a select for ever whose process ends when Wine has found something and the process has
 * not yet taken it: the port stays in use, and who is connected hears nothing. Both are in that one call; so the first
 * thread (the one with the sockets) is stopped outside of it. */
static void
stop_outside_of_ioctl (TestChild *child)
{
  gint64 end = g_get_monotonic_time () + CALL_PATIENCE_S * G_USEC_PER_SEC;
  while (SuspendThread (child->thread) != (DWORD) -1 && is_in_ioctl (child->thread) && g_get_monotonic_time () < end) {
    ResumeThread (child->thread);
    SwitchToThread ();
  }
}

void
test_child_kill (TestChild *child)
{
  if (is_wine ())
    stop_outside_of_ioctl (child);
  TerminateProcess (child->process, G_MAXINT32);
}

int
test_child_wait (TestChild *child)
{
  DWORD code = G_MAXINT32;
  WaitForSingleObject (child->process, INFINITE);
  GetExitCodeProcess (child->process, &code);
  return code < 256 ? (int) code : -1;
}

gboolean
test_child_is_running (TestChild *child)
{
  return WaitForSingleObject (child->process, 0) == WAIT_TIMEOUT;
}

gint64
test_child_number (TestChild *child)
{
  return child->number;
}

static gint64
ms_of (FILETIME time)
{
  return (gint64) (((guint64) time.dwHighDateTime << 32 | time.dwLowDateTime) / 10000);
}

static gint64
thread_cpu_ms (DWORD number)
{
  FILETIME created, ended, kernel, user;
  HANDLE thread = OpenThread (THREAD_QUERY_INFORMATION, FALSE, number);
  gint64 ms = GetThreadTimes (thread, &created, &ended, &kernel, &user) ? ms_of (kernel) + ms_of (user) : 0;
  CloseHandle (thread);
  return ms;
}

/* For Wine 8, which says of every process what the caller has used: its threads, of which it knows that. */
static gint64
threads_cpu_ms (TestChild *child)
{
  gint64 sum = 0;
  THREADENTRY32 thread = {.dwSize = sizeof thread};
  HANDLE all = CreateToolhelp32Snapshot (TH32CS_SNAPTHREAD, 0);
  for (BOOL more = Thread32First (all, &thread); more; more = Thread32Next (all, &thread))
    if (thread.th32OwnerProcessID == child->number)
      sum += thread_cpu_ms (thread.th32ThreadID);
  CloseHandle (all);
  return sum;
}

gint64
test_child_cpu_ms (TestChild *child)
{
  FILETIME created, ended, kernel, user;
  if (is_wine ())
    return threads_cpu_ms (child);
  return GetProcessTimes (child->process, &created, &ended, &kernel, &user) ? ms_of (kernel) + ms_of (user) : 0;
}

gint64
test_child_memory_kib (TestChild *child)
{
  PROCESS_MEMORY_COUNTERS counters = {.cb = sizeof counters};
  return GetProcessMemoryInfo (child->process, &counters, sizeof counters) ? (gint64) (counters.WorkingSetSize / 1024) : 0;
}

/* Both streams through one file: it is not read while the program runs, so nothing can fill up. */
int
test_child_run (char **words, char **output)
{
  g_autofree char *file = NULL, *said = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  int fd = g_file_open_tmp ("kith-XXXXXX", &file, NULL);
  if (fd < 0)
    return -1;
  _close (fd);
  TestChild *child = test_child_new (words, file, NULL);
  char byte;
  while (child != NULL && test_child_read_byte (child, G_MAXINT64, &byte) == 1)
    g_string_append_c (text, byte);
  int status = child != NULL ? test_child_wait (child) : -1;
  test_child_free (child);
  if (g_file_get_contents (file, &said, NULL, NULL))
    g_string_append (text, said);
  g_autofree gunichar2 *path = g_utf8_to_utf16 (file, -1, NULL, NULL, NULL);
  DeleteFileW ((const wchar_t *) path);
  if (output != NULL && child != NULL)
    *output = g_strdup (text->str);
  return status;
}
