/* watch.c - see watch.h. */
#include "metrics/watch.h"

#include "log/log.h"
#include "metrics/metrics.h"

void
kithd_watch (const char *handler, guint64 conn, gint64 began_us, gint64 now_us)
{
  gint64 took = now_us - began_us;
  kithd_metrics.longest_us = MAX (kithd_metrics.longest_us, took);
  if (took <= KITHD_WATCH_US)
    return;
  g_autofree char *ms = g_strdup_printf ("%" G_GINT64_FORMAT, took / 1000);
  kithd_count (KITHD_COUNT_SLOW, 1);
  kithd_log (G_LOG_LEVEL_WARNING, "slow-handler", conn, "handler", handler, "ms", ms, NULL);
}
