/* rate.c - a request is early by how much its theoretical arrival lies ahead; more than the burst allows is refused. */
#include "domain/rate.h"

struct _KithdRates {
  GHashTable *by_key; /* char * -> KithdRate * */
  guint max_keys;
  KithdRate shared;
};

static gint64
wait_of (const KithdRate *rate, gint64 per_period, gint64 period_us, gint64 burst, gint64 now_us)
{
  gint64 interval = period_us / MAX (per_period, 1);
  gint64 ahead = MAX (rate->theoretical - now_us, 0);
  return ahead - interval * (MAX (burst, 1) - 1);
}

gboolean
kithd_rate_peek (const KithdRate *rate, gint64 per_period, gint64 period_us, gint64 burst, gint64 now_us, gint64 *retry_us)
{
  gint64 wait = wait_of (rate, per_period, period_us, burst, now_us);
  if (retry_us != NULL)
    *retry_us = MAX (wait, 0);
  return wait <= 0;
}

gboolean
kithd_rate_take (KithdRate *rate, gint64 per_period, gint64 period_us, gint64 burst, gint64 now_us, gint64 *retry_us)
{
  if (!kithd_rate_peek (rate, per_period, period_us, burst, now_us, retry_us))
    return FALSE;
  rate->theoretical = MAX (rate->theoretical, now_us) + period_us / MAX (per_period, 1);
  return TRUE;
}

KithdRates *
kithd_rates_new (guint max_keys)
{
  KithdRates *rates = g_new0 (KithdRates, 1);
  rates->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  rates->max_keys = max_keys;
  return rates;
}

void
kithd_rates_free (KithdRates *rates)
{
  if (rates == NULL)
    return;
  g_hash_table_unref (rates->by_key);
  g_free (rates);
}

static gboolean
is_idle (gpointer key, gpointer value, gpointer now_us)
{
  return ((KithdRate *) value)->theoretical <= *(gint64 *) now_us;
}

KithdRate *
kithd_rates_find (KithdRates *rates, const char *key, gint64 now_us)
{
  KithdRate *rate = g_hash_table_lookup (rates->by_key, key);
  if (rate != NULL)
    return rate;
  if (g_hash_table_size (rates->by_key) >= rates->max_keys)
    g_hash_table_foreach_remove (rates->by_key, is_idle, &now_us);
  if (g_hash_table_size (rates->by_key) >= rates->max_keys)
    return &rates->shared;
  rate = g_new0 (KithdRate, 1);
  g_hash_table_insert (rates->by_key, g_strdup (key), rate);
  return rate;
}
