/* notify-win32.c - the service control manager of Windows is told elsewhere; nobody listens here. */
#include "app/notify.h"

gboolean
kithd_notify (const char *lines)
{
  return FALSE;
}

gint64
kithd_notify_watchdog_us (void)
{
  return 0;
}
