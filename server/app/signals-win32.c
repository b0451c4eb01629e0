/* signals-win32.c - console control events, on a thread of the system's own; and for who has no console in common with
 * the process, the named events kithd-PID-stop and kithd-PID-reload. A service is asked by its manager (service-win32.c). */
#include "app/signals.h"

#include "app/service-win32.h"

static KithWake *woken;
static gint stop_wanted, reload_wanted;

static void
want (gint *what)
{
  g_atomic_int_set (what, 1);
  kith_wake_signal (woken);
}

void
kithd_signals_ask_stop (void)
{
  want (&stop_wanted);
}

void
kithd_signals_ask_reload (void)
{
  want (&reload_wanted);
}

/* After the last three the process is ended as soon as this returns (or after some seconds): so it does not return, and
 * the loop ends the process in good order. */
static BOOL WINAPI
on_console (DWORD event)
{
  want (event == CTRL_BREAK_EVENT ? &reload_wanted : &stop_wanted);
  if (event == CTRL_CLOSE_EVENT || event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT)
    Sleep (INFINITE);
  return TRUE;
}

/* Who may open them: the user who runs the server, and the system (the default rights of an object). */
static HANDLE
open_event (const char *what)
{
  g_autofree char *name = g_strdup_printf ("kithd-%lu-%s", GetCurrentProcessId (), what);
  return CreateEventA (NULL, FALSE, FALSE, name);
}

static gpointer
wait_for_events (gpointer data)
{
  HANDLE *events = data;
  for (;;)
    switch (WaitForMultipleObjects (2, events, FALSE, INFINITE)) {
    case WAIT_OBJECT_0:
      want (&stop_wanted);
      break;
    case WAIT_OBJECT_0 + 1:
      want (&reload_wanted);
      break;
    default:
      return NULL;
    }
}

gboolean
kithd_signals_watch (KithWake *wake, GError **error)
{
  static HANDLE events[2];
  woken = wake;
  events[0] = open_event ("stop");
  events[1] = open_event ("reload");
  if (!kithd_service_is_running ()) /* a service hears of everybody who signs out */
    SetConsoleCtrlHandler (on_console, TRUE);
  if (events[0] == NULL || events[1] == NULL)
    return TRUE; /* without them there is the console */
  GThread *thread = g_thread_try_new ("kithd-signals", wait_for_events, events, error);
  if (thread != NULL)
    g_thread_unref (thread);
  return thread != NULL;
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
