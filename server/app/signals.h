/* signals.h - what the system asks of the process: stop (SIGTERM, SIGINT; Ctrl-C, the event kithd-PID-stop), reload (SIGHUP;
 * Ctrl-Break, the event kithd-PID-reload). */
#pragma once

#include "net/wake.h"

/* From now on requests are noted and wake is signalled. Once a process. FALSE: the system gives no thread for it. */
gboolean kithd_signals_watch (KithWake *wake, GError **error);
/* The same by who hears of it elsewhere (the manager of services of Windows). Safe in a signal handler and on any thread. */
void kithd_signals_ask_stop (void);
void kithd_signals_ask_reload (void);

gboolean kithd_signals_stop_wanted (void);
/* Whether a reload was asked for since the last call. */
gboolean kithd_signals_take_reload (void);
