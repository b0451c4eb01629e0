/* signals-win32.c - console control events, on a thread of the system's own. */
#include "app/signals.h"

#include <windows.h>

static KithWake *woken;
static gint stop_wanted, reload_wanted;

static BOOL WINAPI
on_event (DWORD event)
{
  if (event == CTRL_BREAK_EVENT)
    g_atomic_int_set (&reload_wanted, 1);
  else
    g_atomic_int_set (&stop_wanted, 1);
  kith_wake_signal (woken);
  return TRUE;
}

void
kithd_signals_watch (KithWake *wake)
{
  woken = wake;
  SetConsoleCtrlHandler (on_event, TRUE);
}

gboolean
kithd_signals_stop_wanted (void)
{
  return g_atomic_int_get (&stop_wanted);
}

gboolean
kithd_signals_take_reload (void)
{
  return g_atomic_int_compare_and_exchange (&reload_wanted, 1, 0);
}
