/* rate.h - how often somebody may do something: the generic cell rate algorithm (GCRA, ITU-T I.371), one number a key.
 * Time comes from outside. */
#pragma once

#include <glib.h>

typedef struct {
  gint64 theoretical; /* arrival time, microseconds; 0 when new */
} KithdRate;

/* Whether one more may pass at now_us, with per_period in period_us and a burst of burst. Refused: *retry_us says after how long. */
gboolean kithd_rate_take (KithdRate *rate, gint64 per_period, gint64 period_us, gint64 burst, gint64 now_us, gint64 *retry_us);
/* The same question without taking. */
gboolean kithd_rate_peek (const KithdRate *rate, gint64 per_period, gint64 period_us, gint64 burst, gint64 now_us, gint64 *retry_us);

/* Rates by text key, with a maximum number of keys: the oldest idle ones are forgotten first. */
typedef struct _KithdRates KithdRates;
KithdRates *kithd_rates_new (guint max_keys);
void kithd_rates_free (KithdRates *rates);
/* The rate of key, made when missing. Valid until the next call. When the table is full of keys that are not idle, they all are shared by one. */
KithdRate *kithd_rates_find (KithdRates *rates, const char *key, gint64 now_us);
