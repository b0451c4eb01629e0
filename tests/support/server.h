/* server.h - a real kithd for a test: its own temporary directory, a free port of loopback, killed or stopped at will
 * and started again on the same data and the same port. It dies with the test that started it.
 *
 * Which program: the one that this build made, or the environment's KITHD. Every wait has a limit of TEST_PATIENCE_S.
 */
#pragma once

#include "support/child.h"

#define TEST_PATIENCE_S 60 /* generous: sanitizers on a busy machine */

#define TEST_SERVER_ERROR (g_quark_from_static_string ("test-server"))

typedef struct {
  char *dir;          /* removed by test_server_free; holds data/, kithd.conf and log */
  char *data;         /* dir/data */
  char *log;          /* dir/log: standard error of every run */
  char *address;      /* "127.0.0.1:PORT"; NULL before the first start */
  char *door;         /* "door:dir/data": for player_connect, as the administrator */
  char *unix_address; /* "unix:dir/data/kithd.sock" */
  guint16 port;
  char *pin;        /* 64 hex digits */
  TestChild *child; /* NULL while it is not running */
  char **wrapper;   /* words put before the command ("prlimit", "--nofile=64"); NULL: none */
  char **arguments; /* words put after it; NULL: none */
  GKeyFile *config; /* what kithd.conf will say at the next start */
} TestServer;

/* Not started yet. Never fails (a machine without a temporary directory aborts the test). */
TestServer *test_server_new (void);
/* Kills what still runs and removes the directory. NULL is allowed. With KITH_KEEP in the environment kithd is stopped
 * and the directory becomes that one (one server for a process, then). */
void test_server_free (TestServer *server);

/* Takes effect at the next start. */
void test_server_set (TestServer *server, const char *group, const char *key, const char *value);
/* One string of words, split at spaces; NULL takes them away again. */
void test_server_set_wrapper (TestServer *server, const char *words);
void test_server_set_arguments (TestServer *server, const char *words);

/* Runs it and waits for its line "kithd: ready on ...". The error carries the end of the log. */
gboolean test_server_start (TestServer *server, GError **error);
/* kill -9, and waits until it is gone. */
void test_server_kill (TestServer *server);
/* Asks it to stop; FALSE unless it ended by itself with status 0 within limit_s (0: TEST_PATIENCE_S) and had printed nothing
 * but its one line. */
gboolean test_server_stop (TestServer *server, guint limit_s, GError **error);
/* Asks it to read its configuration again. */
void test_server_reload (TestServer *server);
gboolean test_server_is_running (TestServer *server);

const char *test_server_program (void);
/* Runs kithd with these words (NULL-terminated varargs) and --data set, to its end. output (may be NULL) gets what it
 * said on both streams; the caller frees. The exit status; -1 when it could not be run or died of a signal. */
int test_server_command (TestServer *server, char **output, ...) G_GNUC_NULL_TERMINATED;

/* CPU time used so far, ms; resident memory, KiB. */
gint64 test_server_cpu_ms (TestServer *server);
gint64 test_server_memory_kib (TestServer *server);
/* The whole log of every run; the caller frees. */
char *test_server_read_log (TestServer *server);

/* Removes a directory and all in it. */
void test_remove_tree (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)
