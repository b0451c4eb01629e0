/* notify.h - tells a service manager how the server is doing, in the manner of sd_notify(3): one datagram of lines such
 * as "READY=1" to the socket that $NOTIFY_SOCKET names. Where there is no such manager nothing happens. */
#pragma once

#include <glib.h>

/* Never blocks. FALSE: nobody was told (no manager, or its socket takes nothing now). */
gboolean kithd_notify (const char *lines);
/* How often the manager wants to hear "WATCHDOG=1", in microseconds; 0: never. */
gint64 kithd_notify_watchdog_us (void);
