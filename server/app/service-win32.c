/* service-win32.c - the life of the service: the system's manager calls on a thread of ours, and says there when it is to
 * stop (also at a shutdown of the computer) or to read its configuration again. */
#include "app/service-private.h"
#include "app/service-win32.h"

#include "app/signals.h"
#include "log/log.h"
#include "proto/error.h"

#include <shlobj.h>

static const KithdService *running; /* NULL: this is no service */

gboolean
kithd_service_is_running (void)
{
  return running != NULL;
}

/* Not from the environment: that of a service is its own. */
char *
kithd_service_directory (void)
{
  wchar_t *common = NULL;
  SHGetKnownFolderPath (&FOLDERID_ProgramData, KF_FLAG_DEFAULT, NULL, &common);
  g_autofree char *path = common != NULL ? g_utf16_to_utf8 ((const gunichar2 *) common, -1, NULL, NULL, NULL) : NULL;
  CoTaskMemFree (common);
  return g_build_filename (path != NULL ? path : "C:\\ProgramData", "Kith", NULL);
}

char *
kithd_service_config_file (void)
{
  g_autofree char *directory = kithd_service_directory (), *file = g_build_filename (directory, "kithd.conf", NULL);
  return g_file_test (file, G_FILE_TEST_EXISTS) ? g_steal_pointer (&file) : NULL;
}

gboolean
kithd_service_configure (KithdConfig *config, GError **error)
{
  g_autofree char *directory = kithd_service_directory ();
  return (kithd_config_says (config, "server", "data") || kithd_config_override (config, "server", "data", directory, error)) &&
         (kithd_config_says (config, "log", "file") || kithd_config_override (config, "log", "file", "kithd.log", error));
}

static DWORD WINAPI
on_control (DWORD control, DWORD type, LPVOID event, LPVOID context)
{
  switch (control) {
  case SERVICE_CONTROL_STOP:
  case SERVICE_CONTROL_PRESHUTDOWN:
    kithd_signals_ask_stop ();
    return NO_ERROR;
  case SERVICE_CONTROL_PARAMCHANGE:
    kithd_signals_ask_reload ();
    return NO_ERROR;
  case SERVICE_CONTROL_INTERROGATE:
    return NO_ERROR;
  default:
    return ERROR_CALL_NOT_IMPLEMENTED;
  }
}

/* Where an administrator looks first, and the only place when the log cannot be opened. */
static void
tell_event_log (const char *text)
{
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (text, -1, NULL, NULL, NULL);
  const wchar_t *strings[] = {(const wchar_t *) wide};
  HANDLE log = wide != NULL ? RegisterEventSourceW (NULL, KITHD_SERVICE_NAME) : NULL;
  if (log == NULL)
    return;
  ReportEventW (log, EVENTLOG_ERROR_TYPE, 0, 1, NULL, 1, 0, strings, NULL);
  DeregisterEventSource (log);
}

/* Everything that can go wrong goes wrong in here, where it is told. */
static gboolean
serve (GError **error)
{
  g_autoptr (KithdConfig) config = running->load (running->data, error);
  return config != NULL && kithd_log_open (config->data, config->log_file, error) && running->serve (config, error);
}

static void WINAPI
service_main (DWORD argc, LPWSTR *argv)
{
  g_autoptr (GError) error = NULL;
  kithd_notify_service (RegisterServiceCtrlHandlerExW (KITHD_SERVICE_NAME, on_control, NULL));
  gboolean well = serve (&error);
  if (!well) {
    kithd_log (G_LOG_LEVEL_CRITICAL, "failed", 0, "why", error->message, NULL);
    tell_event_log (error->message);
  }
  kithd_notify_service_ended (well);
}

static gboolean
run (const KithdService *service, GError **error)
{
  static wchar_t name[] = KITHD_SERVICE_NAME;
  const SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};
  running = service;
  if (StartServiceCtrlDispatcherW (table))
    return TRUE; /* how it went the manager knows */
  running = NULL;
  g_set_error_literal (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                       "This is what Windows calls. Start the service with: sc start kithd (once before: kithd service "
                       "install); or run kithd without a command.");
  return FALSE;
}

gboolean
kithd_service_do (const KithdService *service, KithdServiceWhat what, GError **error)
{
  static gboolean (*const doing[]) (const KithdService *, GError **) = {[KITHD_SERVICE_INSTALL] = kithd_service_install,
                                                                        [KITHD_SERVICE_REMOVE] = kithd_service_remove,
                                                                        [KITHD_SERVICE_RUN] = run};
  return doing[what](service, error);
}
