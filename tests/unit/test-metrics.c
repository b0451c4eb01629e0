/* test-metrics.c - what is counted comes out as OpenMetrics text; the watchdog names who was slow; the log goes where
 * it should. */
#include "support/check.h"
#include "support/openmetrics.h"

#include "log/log.h"
#include "metrics/metrics.h"
#include "metrics/watch.h"

#include <glib/gstdio.h>
#include <string.h>

static void
assert_refused (const char *text, const char *why)
{
  g_autoptr (GError) error = NULL;
  assert_null (openmetrics_parse (text, &error));
  if (strstr (error->message, why) == NULL)
    fail_msg ("\"%s\" does not say \"%s\"", error->message, why);
}

/* The reader that the others rely on does refuse. */
static void
the_reader_is_strict (void **state)
{
  assert_refused ("# TYPE a gauge\na 1\n", "# EOF");
  assert_refused ("# TYPE a gauge\na 1\n# EOF\nb 1\n", "# EOF");
  assert_refused ("# TYPE a gauge\n\na 1\n# EOF\n", "no sample");
  assert_refused ("a 1\n# EOF\n", "open family");
  assert_refused ("# TYPE a gauge\n# HELP a x\n# UNIT a a\na 1\n# EOF\n", "its place");
  assert_refused ("# TYPE a gauge\n# UNIT a bytes\na 1\n# EOF\n", "its unit");
  assert_refused ("# TYPE a gauge\n# EOF\n", "no sample");
  assert_refused ("# TYPE a counter\na 1\n# EOF\n", "open family");
  assert_refused ("# TYPE a counter\na_total -1\n# EOF\n", "below zero");
  assert_refused ("# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\na 2\n# EOF\n", "comes twice");
  assert_refused ("# TYPE a gauge\na 1\na 1\n# EOF\n", "comes twice");
  assert_refused ("# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n# EOF\n", "twice");
  assert_refused ("# TYPE a gauge\na{x=1} 1\n# EOF\n", "bad labels");
  assert_refused ("# TYPE a gauge\na 1,5\n# EOF\n", "no number");
  assert_refused ("# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum 1\n# EOF\n",
                  "canonical");
  assert_refused ("# TYPE a histogram\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum 1\n# EOF\n",
                  "ascend");
  assert_refused ("# TYPE a histogram\na_bucket{le=\"1.0\"} 1\na_count 1\na_sum 1\n# EOF\n", "+Inf");
  assert_refused ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 2\na_sum 1\n# EOF\n", "_count");
}

static GHashTable *
read_metrics (void)
{
  GString *text = kithd_metrics_text ();
  GHashTable *samples = NULL;
  CHECK (samples = openmetrics_parse (text->str, &error));
  g_string_free (text, TRUE);
  return samples;
}

static void
what_is_counted_is_shown (void **state)
{
  g_autoptr (GError) full = g_error_new_literal (KITH_ERROR, KITH_ERROR_STORAGE_FULL, "full");
  g_autoptr (GError) foreign = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_IO, "io");
  memset (&kithd_metrics, 0, sizeof kithd_metrics);
  kithd_count (KITHD_COUNT_POSTS, 3);
  kithd_gauge (KITHD_GAUGE_STORE, 1 << 20);
  kithd_count_refusal (full);
  kithd_count_refusal (foreign);
  g_autoptr (GHashTable) samples = read_metrics ();
  assert_true (openmetrics_value (samples, "kithd_posts_total") == 3);
  assert_true (openmetrics_value (samples, "kithd_store_queue_bytes") == 1 << 20);
  assert_true (openmetrics_value (samples, "kithd_refusals_total{code=\"storage_full\"}") == 1);
  assert_true (openmetrics_value (samples, "kithd_refusals_total{code=\"internal\"}") == 1);
  assert_true (openmetrics_value (samples, "kithd_refusals_total{code=\"limit\"}") == 0);
  assert_true (openmetrics_value (samples, "kithd_build_info{version=\"" KITH_VERSION "\"}") == 1);
}

static void
the_longest_handler_is_shown (void **state)
{
  memset (&kithd_metrics, 0, sizeof kithd_metrics);
  kithd_watch ("fetch", 7, 1000, 3500);
  kithd_watch ("step:flush", 0, 4000, 4100);
  g_autoptr (GHashTable) samples = read_metrics ();
  assert_true (openmetrics_value (samples, "kithd_longest_handler_seconds") == 0.0025);
}

static void
times_fall_into_buckets (void **state)
{
  memset (&kithd_metrics, 0, sizeof kithd_metrics);
  kithd_time (KITHD_TIME_COMMIT, 100); /* a bound belongs to its bucket */
  kithd_time (KITHD_TIME_COMMIT, 101);
  kithd_time (KITHD_TIME_COMMIT, 7000000);
  g_autoptr (GHashTable) samples = read_metrics ();
  assert_true (openmetrics_value (samples, "kithd_commit_seconds_bucket{le=\"0.0001\"}") == 1);
  assert_true (openmetrics_value (samples, "kithd_commit_seconds_bucket{le=\"0.00025\"}") == 2);
  assert_true (openmetrics_value (samples, "kithd_commit_seconds_bucket{le=\"5.0\"}") == 2);
  assert_true (openmetrics_value (samples, "kithd_commit_seconds_bucket{le=\"+Inf\"}") == 3);
  assert_true (openmetrics_value (samples, "kithd_commit_seconds_sum") == 7.000201);
  assert_true (openmetrics_value (samples, "kithd_turn_seconds_count") == 0);
}

/* What is logged between begin and end of body, through a file. */
static char *
log_of (void (*body) (void))
{
  g_autofree char *dir = g_dir_make_tmp ("kith-XXXXXX", NULL), *file = g_build_filename (dir, "log", NULL);
  char *text = NULL;
  CHECK (kithd_log_open (dir, "log", &error));
  body ();
  CHECK (kithd_log_open (dir, "stderr", &error));
  CHECK (g_file_get_contents (file, &text, NULL, &error));
  g_unlink (file);
  g_rmdir (dir);
  return text;
}

static void
be_slow (void)
{
  kithd_watch ("fetch", 7, 1000, 1000 + KITHD_WATCH_US);
  kithd_watch ("search", 12, 1000, 1000 + 73 * 1000);
}

static void
the_watchdog_names_the_handler (void **state)
{
  memset (&kithd_metrics, 0, sizeof kithd_metrics);
  g_autofree char *log = log_of (be_slow);
  if (strstr (log, "event=slow-handler conn=12 handler=search ms=73\n") == NULL || strstr (log, "fetch") != NULL)
    fail_msg ("not what was expected: %s", log);
  assert_int_equal (kithd_metrics.counts[KITHD_COUNT_SLOW], 1);
}

/* A log that cannot be opened leaves the present one as it is. */
static void
fail_to_open (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_canonicalize_filename ("log", "/nowhere");
  assert_false (kithd_log_open ("/nowhere", "log", &error));
  assert_non_null (strstr (error->message, path));
  kithd_log (G_LOG_LEVEL_INFO, "still-here", 0, NULL);
}

static void
a_bad_log_changes_nothing (void **state)
{
  g_autofree char *log = log_of (fail_to_open);
  assert_non_null (strstr (log, "event=still-here"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (the_reader_is_strict),      cmocka_unit_test (what_is_counted_is_shown),
      cmocka_unit_test (times_fall_into_buckets),   cmocka_unit_test (the_watchdog_names_the_handler),
      cmocka_unit_test (the_longest_handler_is_shown), cmocka_unit_test (a_bad_log_changes_nothing),
  };
  return cmocka_run_group_tests_name ("metrics", tests, NULL, NULL);
}
