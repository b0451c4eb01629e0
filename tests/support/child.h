/* child.h - a program that a test runs: its standard output is read by the test, its standard error goes to a file, and
 * it dies with the test. */
#pragma once

#include <glib.h>

typedef struct _TestChild TestChild;

typedef enum {
  TEST_CHILD_STOP,  /* SIGTERM, or the event of server/app/signals.h */
  TEST_CHILD_RELOAD /* SIGHUP, or its event */
} TestChildAsk;

/* Whether the words of a program may hold any bytes. A command line of Windows is text. */
extern const gboolean test_child_takes_bytes;

/* words: the program and its arguments, NULL-terminated. log: standard error is added to it. */
TestChild *test_child_new (char **words, const char *log, GError **error);
/* Kills it if it still runs, and waits until it is gone. NULL is allowed. */
void test_child_free (TestChild *child);

/* One byte of its standard output: 1; 0 at its end; -1 when the deadline (monotonic us) is over. */
int test_child_read_byte (TestChild *child, gint64 deadline, char *byte);
void test_child_ask (TestChild *child, TestChildAsk what);
void test_child_kill (TestChild *child);
/* Waits for its end, which must be near. The exit status; -1: it did not end by itself. */
int test_child_wait (TestChild *child);
gboolean test_child_is_running (TestChild *child);
/* The system's number of the process. */
gint64 test_child_number (TestChild *child);

/* CPU time used so far, ms; resident memory, KiB. */
gint64 test_child_cpu_ms (TestChild *child);
gint64 test_child_memory_kib (TestChild *child);

/* Runs a program to its end; output (may be NULL) gets what it said on both streams, to be freed. As test_child_wait;
 * -1 also when it could not be run. */
int test_child_run (char **words, char **output);
