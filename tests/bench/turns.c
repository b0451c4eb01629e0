/* turns.c - how long a program with a main loop of GLib does not look at its window, and what its frames cost.
 * Preloaded (LD_PRELOAD), so that the same is measured in every client; by the clock and by the processor's, each.
 *
 *   A turn is the time between two waits of the main loop: no frame can come sooner.
 *   A frame (GTK 3) is the work of all turns since the one before, until the window has been drawn. Work that lies
 *   before a wait so long that nobody can have waited for a frame is not part of it.
 *
 * The figures are in the file that KITH_TURNS names, where the benchmark reads and zeroes them at any time
 * (client/process.py). */
#include <fcntl.h>
#include <glib-object.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define LONG_WAIT_US 25000 /* a frame that is due comes sooner */

typedef struct {
  uint32_t counts[7]; /* up to 8, 16, 33, 50, 100, 250 ms, and longer */
  uint32_t longest_us;
} Figures;

enum { BY_CLOCK, BY_PROCESSOR, N_TIMES };

typedef struct {
  gint64 us[N_TIMES];
} Times;

static struct {
  Figures *turns, *frames; /* N_TIMES of each */
  Times woke;              /* when the last wait ended */
  Times taken;             /* up to where work has been taken into the frame */
  Times worked;            /* for the frame */
  gboolean has_hook;
} now;

static Times
look (void)
{
  struct timespec time;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (Times){{g_get_monotonic_time (), time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000}};
}

static void
count (Figures *figures, gint64 us)
{
  static const gint64 limits_ms[] = {8, 16, 33, 50, 100, 250};
  guint i = 0;
  while (i < G_N_ELEMENTS (limits_ms) && us > limits_ms[i] * 1000)
    i++;
  figures->counts[i]++;
  figures->longest_us = MAX (figures->longest_us, (uint32_t) us);
}

static void
take_work (Times until)
{
  for (guint i = 0; i < N_TIMES; i++)
    now.worked.us[i] += until.us[i] - now.taken.us[i];
  now.taken = until;
}

static gboolean
on_drawn (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer data)
{
  take_work (look ());
  for (guint i = 0; i < N_TIMES; i++)
    count (&now.frames[i], now.worked.us[i]);
  now.worked = (Times){0};
  return TRUE;
}

static void
end_turn (void)
{
  Times end = look ();
  take_work (end);
  for (guint i = 0; i < N_TIMES; i++)
    count (&now.turns[i], end.us[i] - now.woke.us[i]);
}

static void
add_hook (void)
{
  GType type = g_type_from_name ("GdkFrameClock");
  guint signal = type != 0 && g_type_class_peek (type) != NULL ? g_signal_lookup ("after-paint", type) : 0;
  if (signal == 0)
    return;
  g_signal_add_emission_hook (signal, 0, on_drawn, NULL, NULL);
  now.has_hook = TRUE;
}

static gint
wait_and_count (GPollFD *fds, guint n, gint timeout)
{
  if (now.woke.us[BY_CLOCK] != 0)
    end_turn ();
  if (!now.has_hook)
    add_hook ();
  gint64 begin = g_get_monotonic_time ();
  gint ready = g_poll (fds, n, timeout);
  now.woke = now.taken = look ();
  if (now.woke.us[BY_CLOCK] - begin > LONG_WAIT_US)
    now.worked = (Times){0};
  return ready;
}

__attribute__ ((constructor)) static void
begin (void)
{
  const char *path = getenv ("KITH_TURNS");
  int file = path != NULL ? open (path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0)
    return;
  Figures *figures = mmap (NULL, 2 * N_TIMES * sizeof (Figures), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close (file);
  unsetenv ("KITH_TURNS"); /* what it starts is not counted */
  unsetenv ("LD_PRELOAD");
  if (figures == MAP_FAILED)
    return;
  now.turns = figures;
  now.frames = figures + N_TIMES;
  g_main_context_set_poll_func (NULL, wait_and_count);
}
