/* target.c - starting and watching processes; Linux, by /proc and the CPU clock of a process. */
#include "bench/target.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/report.h"
#include "sql/sql.h"

#define RELAY_READY "relay: ready on "
#define BLOCK 4096
#define INDEX_LIMIT (60 * G_TIME_SPAN_SECOND)
#define INDEX_LOOK (100 * G_TIME_SPAN_MILLISECOND)

TestServer *
target_server_new (void)
{
  static const char *const limits[] = { "posts_per_second",        "posts_burst", "registrations_per_minute", "connections",
                                        "connections_per_address", "rooms", "searches_per_second", "searches_burst" };
  TestServer *server = test_server_new ();
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    test_server_set (server, "limits", limits[i], "1000000");
  test_server_set (server, "limits", "hello_seconds", "600");
  test_server_set (server, "limits", "sign_in_seconds", "600");
  test_server_set (server, "limits", "ping_seconds", "3600");
  test_server_set (server, "limits", "dead_seconds", "7200");
  test_server_set (server, "log", "level", "warning");
  return server;
}

/* One that nobody has at this moment. */
static gboolean
choose_metrics (TestServer *server, GError **error)
{
  KithAddress address;
  char text[KITH_ADDRESS_TEXT];
  KithSocket socket = KITH_SOCKET_NONE;
  if (!kith_address_parse ("127.0.0.1:0", 0, &address, error) || (socket = kith_socket_listen (&address, 1, error)) == KITH_SOCKET_NONE)
    return FALSE;
  gboolean known = kith_socket_local_address (socket, &address, error);
  kith_socket_close (socket);
  if (known)
    test_server_set (server, "metrics", "address", kith_address_format (&address, text));
  return known;
}

static gboolean
start_kithd (Target *target, gboolean tls, GError **error)
{
  test_server_set (target->server, "listen", "tls", tls ? "on" : "off");
  if (!choose_metrics (target->server, error) || !test_server_start (target->server, error))
    return FALSE;
  target->metrics = g_key_file_get_string (target->server->config, "metrics", "address", NULL);
  target->pid = (GPid) test_child_number (target->server->child);
  return kith_address_parse (target->server->address, 0, &target->address, error);
}

/* "relay: ready on 127.0.0.1:5484" */
static gboolean
read_ready (Target *target, GError **error)
{
  char line[256] = "";
  gsize length = 0;
  while (length < sizeof line - 1 && read (target->output, line + length, 1) == 1 && line[length] != '\n')
    length++;
  line[length] = '\0';
  if (g_str_has_prefix (line, RELAY_READY))
    return kith_address_parse (line + strlen (RELAY_READY), 0, &target->address, error);
  g_set_error_literal (error, TEST_SERVER_ERROR, 0, "The relay did not get ready.");
  return FALSE;
}

static gboolean
start_relay (Target *target, gboolean tls, GError **error)
{
  g_autofree char *key = g_build_filename (target->server->data, "key.pem", NULL);
  g_autofree char *certificate = g_build_filename (target->server->data, "certificate.pem", NULL);
  const char *how = target->kind == TARGET_RELAY_EACH ? "each" : "turn";
  const char *words[] = { RELAY_PATH, how, tls ? key : NULL, certificate, NULL };
  return g_spawn_async_with_pipes (NULL, (char **) words, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &target->pid, NULL,
                                   &target->output, NULL, error) &&
         read_ready (target, error);
}

/* Binds this process, and what it starts while it is bound, to one of the processors that it may use. */
static void
bind_to (const cpu_set_t *allowed, int which)
{
  cpu_set_t one;
  CPU_ZERO (&one);
  for (int i = 0; i < CPU_SETSIZE; i++)
    if (CPU_ISSET (i, allowed) && which-- == 0)
      CPU_SET (i, &one);
  sched_setaffinity (0, sizeof one, &one);
}

/* Where the kernel puts a thread that it wakes would otherwise decide what a send costs, for one target this way and for another that way. */
static gboolean
start_apart (Target *target, gboolean tls, GError **error)
{
  static cpu_set_t allowed;
  if (CPU_COUNT (&allowed) == 0)
    sched_getaffinity (0, sizeof allowed, &allowed);
  sched_setaffinity (0, sizeof allowed, &allowed);
  gboolean apart = target->placing == TARGET_APART && CPU_COUNT (&allowed) > 1;
  if (apart)
    bind_to (&allowed, 0);
  gboolean started = target->kind == TARGET_KITHD ? start_kithd (target, tls, error) : start_relay (target, tls, error);
  if (apart)
    bind_to (&allowed, 1);
  return started;
}

Target *
target_start (TargetKind kind, gboolean tls, TargetPlacing placing, TestServer *server, GError **error)
{
  g_autoptr (Target) target = g_new0 (Target, 1);
  target->kind = kind;
  target->placing = placing;
  target->server = server;
  target->output = -1;
  if (!start_apart (target, tls, error))
    return NULL;
  if (tls && (target->tls = kith_tls_client_new (error)) == NULL)
    return NULL;
  return g_steal_pointer (&target);
}

static void
stop_relay (Target *target)
{
  if (target->pid == 0)
    return;
  kill (target->pid, SIGKILL);
  while (waitpid (target->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  g_spawn_close_pid (target->pid);
  close (target->output);
}

void
target_stop (Target *target)
{
  if (target == NULL)
    return;
  if (target->kind == TARGET_KITHD)
    test_server_kill (target->server);
  else
    stop_relay (target);
  g_clear_pointer (&target->tls, kith_tls_free);
  g_free (target->metrics);
  g_free (target);
}

gint64
target_cpu_ns (const Target *target)
{
  clockid_t clock;
  struct timespec time = { 0 };
  if (clock_getcpuclockid (target->pid, &clock) != 0 || clock_gettime (clock, &time) != 0)
    return 0;
  return time.tv_sec * G_GINT64_CONSTANT (1000000000) + time.tv_nsec;
}

/* The first number of a thread's schedstat: nanoseconds that it has run. */
static gint64
read_thread (const char *tasks, const char *id, const char *name)
{
  g_autofree char *named = g_build_filename (tasks, id, "comm", NULL), *stat = g_build_filename (tasks, id, "schedstat", NULL);
  g_autofree char *comm = NULL, *numbers = NULL;
  if (!g_file_get_contents (named, &comm, NULL, NULL) || !g_str_equal (g_strchomp (comm), name) ||
      !g_file_get_contents (stat, &numbers, NULL, NULL))
    return 0;
  return g_ascii_strtoll (numbers, NULL, 10);
}

gint64
target_thread_cpu_ns (const Target *target, const char *name)
{
  g_autofree char *tasks = g_strdup_printf ("/proc/%d/task", (int) target->pid);
  GDir *dir = g_dir_open (tasks, 0, NULL);
  gint64 sum = 0;
  if (dir == NULL)
    return 0;
  for (const char *id = g_dir_read_name (dir); id != NULL; id = g_dir_read_name (dir))
    sum += read_thread (tasks, id, name);
  g_dir_close (dir);
  return sum;
}

/* Of a database of kithd; below 0: error. */
static gint64
ask_number (const Target *target, const char *name, const char *query, GError **error)
{
  gint64 number = -1;
  g_autofree char *file = g_build_filename (target->server->data, name, NULL);
  g_autoptr (KithSql) sql = kith_sql_open (file, SQLITE_OPEN_READONLY, error);
  return sql != NULL && kith_sql_number (sql, query, &number, error) ? number : -1;
}

/* Each conversation's log is known up to its end. */
gboolean
target_wait_indexed (const Target *target, GError **error)
{
  static const char logged[] = "SELECT (SELECT coalesce (sum(last), 0) FROM conversation) + (SELECT count(*) FROM recent)";
  static const char known[] = "SELECT coalesce (sum(upto), 0) FROM progress";
  gint64 wanted = -1, found = -1, until = g_get_monotonic_time () + INDEX_LIMIT;
  while (target->kind == TARGET_KITHD && g_get_monotonic_time () < until) {
    g_clear_error (error); /* the index may be made at this moment */
    if ((wanted = ask_number (target, "kith.db", logged, error)) >= 0 && (found = ask_number (target, "search.db", known, error)) == wanted)
      return TRUE;
    g_usleep (INDEX_LOOK);
  }
  if (target->kind != TARGET_KITHD)
    return TRUE;
  g_clear_error (error);
  g_set_error (error, TEST_SERVER_ERROR, 0, "The search index knows %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " events.", found, wanted);
  return FALSE;
}

gint64
target_resident (const Target *target)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", (int) target->pid), *text = NULL;
  const char *line = g_file_get_contents (path, &text, NULL, NULL) ? strstr (text, "\nRss:") : NULL;
  return line != NULL ? g_ascii_strtoll (line + strlen ("\nRss:"), NULL, 10) * 1024 : 0;
}

/* The page of its metrics; NULL: error. */
static char *
read_metrics (const Target *target, GError **error)
{
  static const char ask[] = "GET /metrics HTTP/1.0\r\n\r\n";
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, target->metrics, 0, NULL, error);
  if (connection == NULL ||
      !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), ask, sizeof ask - 1, NULL, NULL, error))
    return NULL;
  GString *page = g_string_new (NULL);
  char chunk[BLOCK];
  gssize got;
  while ((got = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), chunk, sizeof chunk, NULL, error)) > 0)
    g_string_append_len (page, chunk, got);
  return g_string_free (page, got < 0);
}

double
target_longest_ms (const Target *target, GError **error)
{
  static const char name[] = "\nkithd_longest_handler_seconds ";
  if (target->kind != TARGET_KITHD)
    return 0;
  g_autofree char *page = read_metrics (target, error);
  const char *value = page != NULL ? strstr (page, name) : NULL;
  if (page != NULL && value == NULL)
    g_set_error_literal (error, TEST_SERVER_ERROR, 0, "The metrics do not say how long the longest handler was.");
  return value != NULL ? g_ascii_strtod (value + sizeof name - 1, NULL) * 1000 : -1;
}

static gboolean
sync_once (int file, GArray *us)
{
  static const char block[BLOCK] = "kith";
  gint64 begin = g_get_monotonic_time ();
  if (write (file, block, sizeof block) != (ssize_t) sizeof block || fdatasync (file) != 0)
    return FALSE;
  double took = (double) (g_get_monotonic_time () - begin);
  g_array_append_val (us, took);
  return TRUE;
}

static void
sleep_until (gint64 due)
{
  gint64 now = g_get_monotonic_time ();
  if (due > now)
    g_usleep ((gulong) (due - now));
}

gboolean
target_disk_sync (const char *directory, guint times, guint per_second, GArray *us, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "sync", NULL);
  int file = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  gboolean sound = file >= 0;
  gint64 began = g_get_monotonic_time ();
  for (guint i = 0; i < times && sound; i++) {
    if (per_second > 0)
      sleep_until (began + (gint64) i * G_USEC_PER_SEC / per_second);
    sound = sync_once (file, us);
  }
  if (!sound)
    g_set_error (error, TEST_SERVER_ERROR, 0, "Cannot write %s: %s", path, g_strerror (errno));
  if (file >= 0)
    close (file);
  g_unlink (path);
  return sound;
}
