/* metrics.c - the tables behind metrics.h, and how they read. Times are kept in whole microseconds and written as
 * seconds. */
#include "metrics/metrics.h"

#define SECOND_US G_GUINT64_CONSTANT (1000000)

KithdMetrics kithd_metrics;

typedef struct {
  const char *name, *unit; /* unit: NULL, or how the name ends */
  const char *help;
} Row;

static const Row counts[KITHD_N_COUNTS] = {
    [KITHD_COUNT_ACCEPTED] = {"kithd_accepted", NULL, "Connections accepted."},
    [KITHD_COUNT_SURPLUS] = {"kithd_surplus", NULL, "Connections refused as too many."},
    [KITHD_COUNT_REQUESTS] = {"kithd_requests", NULL, "Requests that reached their handler."},
    [KITHD_COUNT_POSTS] = {"kithd_posts", NULL, "Messages committed."},
    [KITHD_COUNT_EVENTS] = {"kithd_events", NULL, "Events of every kind committed."},
    [KITHD_COUNT_DELIVERIES] = {"kithd_deliveries", NULL, "Events queued for a connection."},
    [KITHD_COUNT_LEFT_OUT] = {"kithd_left_out", NULL,
                              "Events not queued: their slow reader has to fetch them."},
    [KITHD_COUNT_SLOW] = {"kithd_slow_handlers", NULL,
                          "Handlers that kept the loop for more than 50 ms; the log names each."},
};

static const Row gauges[KITHD_N_GAUGES] = {
    [KITHD_GAUGE_CONNECTIONS] = {"kithd_connections", NULL, "Connections open."},
    [KITHD_GAUGE_OUTBOUND] = {"kithd_outbound_queue_bytes", "bytes", "Bytes that wait for readers."},
    [KITHD_GAUGE_STORE] = {"kithd_store_queue_bytes", "bytes", "Bytes that wait for the disk."},
    [KITHD_GAUGE_READS] = {"kithd_reads_queue", NULL, "Reads that wait for the store."},
};

static const Row times[KITHD_N_TIMES] = {
    [KITHD_TIME_TURN] = {"kithd_turn_seconds", "seconds", "Turns of the loop, without waiting."},
    [KITHD_TIME_COMMIT] = {"kithd_commit_seconds", "seconds",
                           "Commits of the store, each for all that was submitted meanwhile."},
};

static const Row longest = {"kithd_longest_handler_seconds", "seconds", "What has kept the loop for the longest time since the start."};

static const Row refusals = {"kithd_refusals", NULL,
                             "Requests and connections refused, by the code that they were told."};

/* In the canonical form of OpenMetrics. */
static const struct {
  gint64 us;
  const char *text;
} bounds[KITHD_TIME_BOUNDS] = {
    {100, "0.0001"},  {250, "0.00025"}, {500, "0.0005"},  {1000, "0.001"},  {2500, "0.0025"},
    {5000, "0.005"},  {10000, "0.01"},  {25000, "0.025"}, {50000, "0.05"},  {100000, "0.1"},
    {250000, "0.25"}, {500000, "0.5"},  {1000000, "1.0"}, {2500000, "2.5"}, {5000000, "5.0"},
};

void
kithd_count_refusal (const GError *why)
{
  gboolean told = why->domain == KITH_ERROR && why->code >= 0 && why->code < KITH_N_ERRORS;
  kithd_metrics.refusals[told ? why->code : KITH_ERROR_INTERNAL]++;
}

void
kithd_time (KithdTime what, gint64 us)
{
  guint i = 0;
  while (i < KITHD_TIME_BOUNDS && us > bounds[i].us)
    i++;
  kithd_metrics.times[what].buckets[i]++;
  kithd_metrics.times[what].sum_us += (guint64) MAX (us, 0);
}

static void
write_head (GString *text, const Row *row, const char *type)
{
  g_string_append_printf (text, "# TYPE %s %s\n", row->name, type);
  if (row->unit != NULL)
    g_string_append_printf (text, "# UNIT %s %s\n", row->name, row->unit);
  g_string_append_printf (text, "# HELP %s %s\n", row->name, row->help);
}

static void
write_refusals (GString *text)
{
  write_head (text, &refusals, "counter");
  for (guint i = 0; i < KITH_N_ERRORS; i++)
    g_string_append_printf (text, "%s_total{code=\"%s\"} %" G_GUINT64_FORMAT "\n", refusals.name,
                            kith_error_code ((KithError) i), kithd_metrics.refusals[i]);
}

static void
write_seconds (GString *text, const char *name, const char *suffix, guint64 us)
{
  g_string_append_printf (text, "%s%s %" G_GUINT64_FORMAT ".%06" G_GUINT64_FORMAT "\n", name, suffix, us / SECOND_US, us % SECOND_US);
}

static void
write_times (GString *text, KithdTime what)
{
  const char *name = times[what].name;
  guint64 count = 0;
  write_head (text, &times[what], "histogram");
  for (guint i = 0; i <= KITHD_TIME_BOUNDS; i++) {
    count += kithd_metrics.times[what].buckets[i];
    g_string_append_printf (text, "%s_bucket{le=\"%s\"} %" G_GUINT64_FORMAT "\n", name,
                            i < KITHD_TIME_BOUNDS ? bounds[i].text : "+Inf", count);
  }
  g_string_append_printf (text, "%s_count %" G_GUINT64_FORMAT "\n", name, count);
  write_seconds (text, name, "_sum", kithd_metrics.times[what].sum_us);
}

GString *
kithd_metrics_text (void)
{
  GString *text = g_string_sized_new (8192);
  g_string_append (text,
                   "# TYPE kithd_build info\n# HELP kithd_build The program.\nkithd_build_info{version=\"" KITH_VERSION
                   "\"} 1\n");
  for (guint i = 0; i < KITHD_N_GAUGES; i++) {
    write_head (text, &gauges[i], "gauge");
    g_string_append_printf (text, "%s %" G_GINT64_FORMAT "\n", gauges[i].name, kithd_metrics.gauges[i]);
  }
  write_head (text, &longest, "gauge");
  write_seconds (text, longest.name, "", (guint64) kithd_metrics.longest_us);
  for (guint i = 0; i < KITHD_N_COUNTS; i++) {
    write_head (text, &counts[i], "counter");
    g_string_append_printf (text, "%s_total %" G_GUINT64_FORMAT "\n", counts[i].name, kithd_metrics.counts[i]);
  }
  write_refusals (text);
  for (guint i = 0; i < KITHD_N_TIMES; i++)
    write_times (text, (KithdTime) i);
  g_string_append (text, "# EOF\n");
  return text;
}
