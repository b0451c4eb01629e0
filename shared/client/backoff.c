/* backoff.c - doubling with a ceiling and full jitter. */
#include "client/backoff.h"

void
kith_backoff_init (KithBackoff *backoff, gint64 first_us, gint64 ceiling_us)
{
  *backoff = (KithBackoff){.first_us = first_us, .ceiling_us = ceiling_us, .span_us = first_us};
}

void
kith_backoff_reset (KithBackoff *backoff)
{
  backoff->span_us = backoff->first_us;
}

gint64
kith_backoff_next (KithBackoff *backoff, double chance)
{
  gint64 span_us = backoff->span_us;
  backoff->span_us = MIN (span_us * 2, backoff->ceiling_us);
  return (gint64) (chance * (double) span_us);
}
