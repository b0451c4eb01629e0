/* signals-posix.c - handlers note the request and wake the loop; both are safe in a signal handler (an atomic flag, one send). */
#include "app/signals.h"

#include <errno.h>
#include <signal.h>

static KithWake *woken;
static volatile sig_atomic_t stop_wanted, reload_wanted;

void
kithd_signals_ask_stop (void)
{
  stop_wanted = 1;
  kith_wake_signal (woken);
}

void
kithd_signals_ask_reload (void)
{
  reload_wanted = 1;
  kith_wake_signal (woken);
}

static void
on_signal (int number)
{
  int saved = errno;
  if (number == SIGHUP)
    kithd_signals_ask_reload ();
  else
    kithd_signals_ask_stop ();
  errno = saved;
}

gboolean
kithd_signals_watch (KithWake *wake, GError **error)
{
  static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
  struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
  woken = wake;
  sigemptyset (&action.sa_mask);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    sigaction (numbers[i], &action, NULL);
  return TRUE;
}

gboolean
kithd_signals_stop_wanted (void)
{
  return stop_wanted != 0;
}

gboolean
kithd_signals_take_reload (void)
{
  gboolean wanted = reload_wanted != 0;
  reload_wanted = 0;
  return wanted;
}
