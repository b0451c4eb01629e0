/* notify-win32.c - the manager of services of Windows, where kithd is a service. It has no watchdog. */
#include "app/notify.h"
#include "app/service-win32.h"

#define STARTING_MS (60 * 1000) /* a large database is opened */
#define STOPPING_MS (10 * 1000) /* kithd_app_run promises half of it */
#define CONTROLS (SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE)

static SERVICE_STATUS_HANDLE manager;

static gboolean
tell (DWORD state, DWORD controls, DWORD hint_ms, gboolean well)
{
  SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS,
                           .dwCurrentState = state,
                           .dwControlsAccepted = controls,
                           .dwWin32ExitCode = well ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR,
                           .dwServiceSpecificExitCode = well ? 0 : 1,
                           .dwWaitHint = hint_ms};
  return manager != NULL && SetServiceStatus (manager, &status);
}

void
kithd_notify_service (SERVICE_STATUS_HANDLE service)
{
  manager = service;
  tell (SERVICE_START_PENDING, 0, STARTING_MS, TRUE);
}

void
kithd_notify_service_ended (gboolean well)
{
  tell (SERVICE_STOPPED, 0, 0, well);
}

gboolean
kithd_notify (const char *lines)
{
  if (g_str_has_prefix (lines, "READY=1"))
    return tell (SERVICE_RUNNING, CONTROLS, 0, TRUE);
  if (g_str_has_prefix (lines, "STOPPING=1"))
    return tell (SERVICE_STOP_PENDING, 0, STOPPING_MS, TRUE);
  return FALSE; /* it knows of nothing else */
}

gint64
kithd_notify_watchdog_us (void)
{
  return 0;
}
