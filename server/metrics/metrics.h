/* metrics.h - what the server counts about itself, and its text for OpenMetrics (metrics/endpoint.h serves it).
 *
 * One set for the process, as there is one loop: only the loop's thread touches it, so counting is an addition and
 * nothing else. What other threads measure (commits) is handed to the loop first. A new figure is one row here and one
 * in metrics.c. */
#pragma once

#include "proto/error.h"

typedef enum {
  KITHD_COUNT_ACCEPTED,   /* connections */
  KITHD_COUNT_SURPLUS,    /* connections that were refused as too many */
  KITHD_COUNT_REQUESTS,   /* frames that reached a handler */
  KITHD_COUNT_POSTS,      /* messages committed */
  KITHD_COUNT_EVENTS,     /* events of every kind committed */
  KITHD_COUNT_DELIVERIES, /* events queued for a connection */
  KITHD_COUNT_LEFT_OUT,   /* events not queued: the queue was full (their reader is told to fetch), or the connection is
                             ending */
  KITHD_COUNT_SLOW,       /* handlers that kept the loop for more than KITHD_WATCH_US */
  KITHD_N_COUNTS
} KithdCount;

/* What stands now; set just before each page. */
typedef enum {
  KITHD_GAUGE_CONNECTIONS,
  KITHD_GAUGE_OUTBOUND, /* bytes that wait for readers */
  KITHD_GAUGE_STORE,    /* bytes that wait for the disk */
  KITHD_GAUGE_READS,    /* reads that wait for the store */
  KITHD_N_GAUGES
} KithdGauge;

/* Spans of time. */
typedef enum { KITHD_TIME_TURN, KITHD_TIME_COMMIT, KITHD_N_TIMES } KithdTime;

enum { KITHD_TIME_BOUNDS = 15 };

typedef struct {
  guint64 counts[KITHD_N_COUNTS];
  gint64 gauges[KITHD_N_GAUGES];
  guint64 refusals[KITH_N_ERRORS];
  struct {
    guint64 buckets[KITHD_TIME_BOUNDS + 1]; /* not cumulative; the last one has no bound */
    guint64 sum_us;
  } times[KITHD_N_TIMES];
  gint64 longest_us; /* handler of the loop since the start */
} KithdMetrics;

extern KithdMetrics kithd_metrics;

static inline void
kithd_count (KithdCount what, guint64 n)
{
  kithd_metrics.counts[what] += n;
}

static inline void
kithd_gauge (KithdGauge what, gint64 value)
{
  kithd_metrics.gauges[what] = value;
}

/* why: an error that a client is told; of another domain than KITH_ERROR it counts as internal, as it is told. */
void kithd_count_refusal (const GError *why);
void kithd_time (KithdTime what, gint64 us);

/* The whole set as OpenMetrics text 1.0 (github.com/OpenObservability/OpenMetrics, "Text format"). */
GString *kithd_metrics_text (void);
