/* child-posix.c - processes of Linux: the end of a child is seen as the end of its standard output, so no wait here is
 * a sleep. */
#include "support/child.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

const gboolean test_child_takes_bytes = TRUE;

struct _TestChild {
  GPid pid; /* 0: waited for */
  int output;
  int status;
};

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

TestChild *
test_child_new (char **words, const char *log, GError **error)
{
  int pair[2], errors = g_open (log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (errors < 0) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "no log %s: %s", log, g_strerror (errno));
    return NULL;
  }
  if (!g_unix_open_pipe (pair, FD_CLOEXEC, error)) {
    close (errors);
    return NULL;
  }
  g_autofree TestChild *child = g_new0 (TestChild, 1);
  gboolean done = g_spawn_async_with_fds (NULL, words, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH,
                                          die_with_parent, NULL, &child->pid, -1, pair[1], errors, error);
  close (pair[1]);
  close (errors);
  child->output = pair[0];
  if (done)
    return g_steal_pointer (&child);
  close (pair[0]);
  return NULL;
}

void
test_child_free (TestChild *child)
{
  if (child == NULL)
    return;
  if (child->pid != 0) {
    test_child_kill (child);
    test_child_wait (child);
  }
  close (child->output);
  g_free (child);
}

int
test_child_read_byte (TestChild *child, gint64 deadline, char *byte)
{
  GPollFD poll = {child->output, G_IO_IN, 0};
  gint64 left = (deadline - g_get_monotonic_time ()) / 1000;
  if (left <= 0 || g_poll (&poll, 1, (gint) left) <= 0)
    return -1;
  return read (child->output, byte, 1) == 1 ? 1 : 0;
}

void
test_child_ask (TestChild *child, TestChildAsk what)
{
  kill (child->pid, what == TEST_CHILD_STOP ? SIGTERM : SIGHUP);
}

void
test_child_kill (TestChild *child)
{
  kill (child->pid, SIGKILL);
}

int
test_child_wait (TestChild *child)
{
  while (child->pid != 0 && waitpid (child->pid, &child->status, 0) < 0 && errno == EINTR)
    ;
  child->pid = 0;
  return WIFEXITED (child->status) ? WEXITSTATUS (child->status) : -1;
}

gboolean
test_child_is_running (TestChild *child)
{
  siginfo_t info = {0};
  return child->pid != 0 && waitid (P_PID, (id_t) child->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

gint64
test_child_number (TestChild *child)
{
  return child->pid;
}

/* The numbers behind the name in /proc/PID/stat; 3 is the first behind it (proc(5) counts from 1). */
static gint64
stat_field (TestChild *child, guint field)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) child->pid), *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL) || strrchr (text, ')') == NULL)
    return 0;
  g_auto (GStrv) fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);
  return g_strv_length (fields) > field - 3 ? g_ascii_strtoll (fields[field - 3], NULL, 10) : 0;
}

gint64
test_child_cpu_ms (TestChild *child)
{
  return (stat_field (child, 14) + stat_field (child, 15)) * 1000 / sysconf (_SC_CLK_TCK);
}

gint64
test_child_memory_kib (TestChild *child)
{
  return stat_field (child, 24) * (sysconf (_SC_PAGESIZE) / 1024);
}

int
test_child_run (char **words, char **output)
{
  g_autofree char *out = NULL, *err = NULL;
  int status = 0;
  if (!g_spawn_sync (NULL, words, NULL, G_SPAWN_SEARCH_PATH, die_with_parent, NULL, &out, &err, &status, NULL))
    return -1;
  if (output != NULL)
    *output = g_strconcat (out, err, NULL);
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}
