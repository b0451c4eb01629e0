/* sim-host.c - the clock stands still unless the schedule moves it. */
#include "simulation/sim.h"

#include <openssl/rand.h>
#include <sqlite3.h>

#define START_US (1000 * G_TIME_SPAN_SECOND)
#define START_REAL_US (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)

SimHost sim_host;

void
sim_host_begin (guint32 seed)
{
  sim_host = (SimHost){.rand = g_rand_new_with_seed (seed), .now_us = START_US};
  sqlite3_randomness (0, NULL); /* begins anew with what the disk gives it */
}

void
sim_host_end (void)
{
  g_clear_pointer (&sim_host.rand, g_rand_free);
}

guint
sim_pick (guint from, guint to)
{
  return (guint) g_rand_int_range (sim_host.rand, (gint32) from, (gint32) to + 1);
}

gboolean
sim_chance (guint percent)
{
  return sim_pick (0, 99) < percent;
}

gint64
g_get_monotonic_time (void)
{
  return sim_host.now_us;
}

gint64
g_get_real_time (void)
{
  return START_REAL_US + sim_host.now_us + sim_host.clock_offset_us;
}

double
g_random_double (void)
{
  return g_rand_double (sim_host.rand);
}

guint32
g_random_int (void)
{
  return g_rand_int (sim_host.rand);
}

int
RAND_bytes (unsigned char *bytes, int n)
{
  for (int i = 0; i < n; i++)
    bytes[i] = (unsigned char) g_rand_int_range (sim_host.rand, 0, 256);
  return 1;
}
