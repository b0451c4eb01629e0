/* turns.c - how long a program with a main loop of GLib does not look at its window: the time between two waits of the
 * main loop, by the clock and by the processor's. A frame cannot come sooner. Preloaded (LD_PRELOAD), so that the same
 * is measured in every client. The figures are in the file that KITH_TURNS names, where the benchmark reads and
 * zeroes them at any time (client/process.py). */
#include <fcntl.h>
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  uint32_t turns[7]; /* up to 8, 16, 33, 50, 100, 250 ms, and longer */
  uint32_t longest_us;
} Figures;

static struct {
  Figures *clock, *processor;
  gint64 clock_us, processor_us; /* when the last wait ended */
} now;

static gint64
processor_us (void)
{
  struct timespec time;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
count (Figures *figures, gint64 us)
{
  static const gint64 limits_ms[] = {8, 16, 33, 50, 100, 250};
  guint i = 0;
  while (i < G_N_ELEMENTS (limits_ms) && us > limits_ms[i] * 1000)
    i++;
  figures->turns[i]++;
  figures->longest_us = MAX (figures->longest_us, (uint32_t) us);
}

static gint
wait_and_count (GPollFD *fds, guint n, gint timeout)
{
  if (now.clock_us != 0) {
    count (now.clock, g_get_monotonic_time () - now.clock_us);
    count (now.processor, processor_us () - now.processor_us);
  }
  gint ready = g_poll (fds, n, timeout);
  now.clock_us = g_get_monotonic_time ();
  now.processor_us = processor_us ();
  return ready;
}

__attribute__ ((constructor)) static void
begin (void)
{
  const char *path = getenv ("KITH_TURNS");
  int file = path != NULL ? open (path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0)
    return;
  Figures *figures = mmap (NULL, 2 * sizeof (Figures), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close (file);
  unsetenv ("KITH_TURNS"); /* what it starts is not counted */
  unsetenv ("LD_PRELOAD");
  if (figures == MAP_FAILED)
    return;
  now.clock = figures;
  now.processor = figures + 1;
  g_main_context_set_poll_func (NULL, wait_and_count);
}
