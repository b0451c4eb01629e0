/* report.h - what was measured: rows of samples, printed as a table of medians or as JSON.
 *
 * A row has a value of kithd and, mostly, one of a baseline for each round; its ratio is the median of the rounds' ratios, so what a busy
 * machine does to a whole round cancels out. */
#pragma once

#include <glib.h>

typedef struct _Report Report;
typedef struct _ReportRow ReportRow;

typedef enum {
  REPORT_NO_TARGET,
  REPORT_RATIO_AT_MOST, /* kithd / baseline */
  REPORT_VALUE_AT_MOST  /* kithd, in the row's unit */
} ReportTarget;

Report *report_new (void);
void report_free (Report *report);

/* A heading between rows; a copy is kept. */
void report_section (Report *report, const char *title);
/* The row of that name, made at its first mention in the order of mention. */
ReportRow *report_row (Report *report, const char *name, const char *unit, ReportTarget kind, double target);
void report_baseline (ReportRow *row, double value);
void report_kithd (ReportRow *row, double value);
void report_store (ReportRow *row, double value); /* the store's part of kithd's value */
void report_index (ReportRow *row, double value); /* the search index's part of it */

void report_print (const Report *report);
gboolean report_save (const Report *report, const char *file, GError **error); /* JSON */

/* values: double, sorted in place; 0 where there are none. */
double report_percentile (GArray *values, double percent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Report, report_free)
