/* watch.h - the watchdog of the loop: names in the log who kept it for too long. */
#pragma once

#include <glib.h>

enum { KITHD_WATCH_US = 50 * 1000 };

/* handler ("post", "step deliver") began at began_us and has ended at now_us (monotonic). conn 0: of no connection.
 * Longer than KITHD_WATCH_US: one line in the log, and it is counted. The longest one of all is a metric, too. */
void kithd_watch (const char *handler, guint64 conn, gint64 began_us, gint64 now_us);
