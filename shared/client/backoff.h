/* backoff.h - how long to wait before trying again: a span that doubles up to a ceiling, of which a random part is
 * waited ("full jitter", so that a thousand clients of one restarted server do not come back at once).
 * No clock and no randomness of its own. */
#pragma once

#include <glib.h>

typedef struct {
  gint64 first_us, ceiling_us;
  gint64 span_us; /* the longest wait that the next call may give */
} KithBackoff;

void kith_backoff_init (KithBackoff *backoff, gint64 first_us, gint64 ceiling_us);
void kith_backoff_reset (KithBackoff *backoff);
/* The wait in microseconds, chance (0 <= chance < 1) of the span; doubles the span. */
gint64 kith_backoff_next (KithBackoff *backoff, double chance);
