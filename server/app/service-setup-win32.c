/* service-setup-win32.c - the service in the system's list: as an account of its own (a virtual account, NT SERVICE\kithd,
 * which Windows makes for it), that may do what everybody may, and write into its own directories. */
#include "app/service-win32.h"

#include "base/command-line.h"
#include "base/directory.h"
#include "proto/error.h"

#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <string.h>

#define ACCOUNT L"NT SERVICE\\" KITHD_SERVICE_NAME
#define MESSAGES_KEY L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\" KITHD_SERVICE_NAME
#define STOP_PATIENCE_MS (30 * 1000)
#define STOP_LOOK_MS 100

static gboolean
fail (const char *what, DWORD code, GError **error)
{
  static const struct {
    DWORD code;
    const char *why;
  } known[] = {
      {ERROR_ACCESS_DENIED, "That needs an administrator. Open the command prompt with \"Run as administrator\"."},
      {ERROR_SERVICE_EXISTS, "There is one already. First: kithd service remove"},
      {ERROR_SERVICE_MARKED_FOR_DELETE, "The last one is still being removed. Close the list of services, then try again."},
      {ERROR_SERVICE_DOES_NOT_EXIST, "There is none."},
  };
  g_autofree char *text = g_win32_error_message ((gint) code);
  const char *why = text;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].code == code)
      why = known[i].why;
  g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "The service cannot be %s: %s", what, why);
  return FALSE;
}

/* ---- its directories ---- */

/* The identity of a service follows from its name: the SHA-1 of it in capitals ([MS-DTYP] 2.4.2.4, "NT SERVICE"). */
static char *
identity (void)
{
  g_autofree char *name = g_utf16_to_utf8 ((const gunichar2 *) KITHD_SERVICE_NAME, -1, NULL, NULL, NULL);
  g_autofree char *upper = g_ascii_strup (name, -1);
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (upper, -1, NULL, NULL, NULL);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  guint32 parts[5];
  gsize size = sizeof parts;
  g_checksum_update (sum, (const guchar *) wide, (gssize) (strlen (upper) * sizeof *wide));
  g_checksum_get_digest (sum, (guint8 *) parts, &size);
  return g_strdup_printf ("S-1-5-80-%u-%u-%u-%u-%u", parts[0], parts[1], parts[2], parts[3], parts[4]);
}

/* Nobody but the service, administrators and the system, and so for all that is in it. Also where somebody else has made
 * it before: it would stay theirs. */
static gboolean
hand_over (const char *directory, GError **error)
{
  g_autofree char *service = identity ();
  g_autofree char *rules = g_strdup_printf ("O:BAD:P(A;OICI;FA;;;%s)(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)", service);
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (rules, -1, NULL, NULL, NULL);
  g_autofree gunichar2 *path = g_utf8_to_utf16 (directory, -1, NULL, NULL, NULL);
  PSECURITY_DESCRIPTOR descriptor = NULL;
  PSID owner = NULL;
  PACL list = NULL;
  BOOL present, defaulted;
  if (!kith_directory_make (directory, error))
    return FALSE;
  if (path == NULL || !ConvertStringSecurityDescriptorToSecurityDescriptorW ((const wchar_t *) wide, SDDL_REVISION_1, &descriptor, NULL))
    return fail ("installed", GetLastError (), error);
  GetSecurityDescriptorOwner (descriptor, &owner, &defaulted);
  GetSecurityDescriptorDacl (descriptor, &present, &list, &defaulted);
  DWORD code = SetNamedSecurityInfoW ((wchar_t *) path, SE_FILE_OBJECT,
                                      OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                                      owner, NULL, list, NULL);
  LocalFree (descriptor);
  return code == ERROR_SUCCESS || fail ("installed", code, error);
}

/* The directory of the data, and where the configuration is unless the options name another: a sample, to begin with. */
static gboolean
prepare (const KithdConfig *config, GError **error)
{
  g_autofree char *own = kithd_service_directory (), *file = g_build_filename (own, "kithd.conf", NULL);
  g_autofree char *sample = kithd_config_sample ();
  return hand_over (config->data, error) && (g_str_equal (own, config->data) || hand_over (own, error)) &&
         (g_file_test (file, G_FILE_TEST_EXISTS) || g_file_set_contents (file, sample, -1, error));
}

/* ---- its entry ---- */

/* The account of the service cannot read a person's own folders. */
static char *
own_program (GError **error)
{
  wchar_t wide[MAX_PATH];
  DWORD n = GetModuleFileNameW (NULL, wide, G_N_ELEMENTS (wide));
  g_autofree char *program = n > 0 && n < G_N_ELEMENTS (wide) ? g_utf16_to_utf8 ((const gunichar2 *) wide, (glong) n, NULL, NULL, NULL) : NULL;
  const char *home = g_get_home_dir ();
  if (program == NULL) {
    fail ("installed", ERROR_FILENAME_EXCED_RANGE, error);
    return NULL;
  }
  if (g_ascii_strncasecmp (program, home, strlen (home)) == 0) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                 "The service cannot run %s: it is in your own folder. Install Kith for everybody, or copy it to where all may read.", program);
    return NULL;
  }
  return g_steal_pointer (&program);
}

static gunichar2 *
start_line (const KithdService *service, GError **error)
{
  g_autofree char *program = own_program (error);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  if (program == NULL)
    return NULL;
  g_strv_builder_add (words, program);
  g_strv_builder_addv (words, (const char **) service->options);
  g_strv_builder_add_many (words, "service", "run", NULL);
  g_auto (GStrv) line = g_strv_builder_end (words);
  return kith_command_line ((const char *const *) line);
}

/* What makes a service that hosts people; without any of it, it still serves. */
static void
describe (SC_HANDLE entry)
{
  static wchar_t words[] = L"Instant messaging for the people on one network. Its data is in %ProgramData%\\Kith.";
  static SC_ACTION restarts[] = {{SC_ACTION_RESTART, 5 * 1000}, {SC_ACTION_RESTART, 30 * 1000}, {SC_ACTION_RESTART, 60 * 1000}};
  SERVICE_DESCRIPTIONW description = {words};
  SERVICE_DELAYED_AUTO_START_INFO late = {TRUE};
  SERVICE_FAILURE_ACTIONSW failure = {.dwResetPeriod = 24 * 3600, .cActions = G_N_ELEMENTS (restarts), .lpsaActions = restarts};
  SERVICE_FAILURE_ACTIONS_FLAG also_errors = {TRUE};
  const struct {
    DWORD what;
    void *how;
    const char *name;
  } settings[] = {{SERVICE_CONFIG_DESCRIPTION, &description, "its description"},
                  {SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &late, "that it starts after what is more urgent"},
                  {SERVICE_CONFIG_FAILURE_ACTIONS, &failure, "that it is started again when it has failed"},
                  {SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_errors, "that ending with an error is a failure"}};
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (!ChangeServiceConfig2W (entry, settings[i].what, settings[i].how))
      printf ("This Windows does not take %s.\n", settings[i].name);
}

/* The viewer of events takes the text as it is from the one message of a program of Windows. */
static void
register_messages (void)
{
  static const wchar_t program[] = L"%SystemRoot%\\System32\\EventCreate.exe";
  DWORD types = EVENTLOG_ERROR_TYPE;
  RegSetKeyValueW (HKEY_LOCAL_MACHINE, MESSAGES_KEY, L"EventMessageFile", REG_EXPAND_SZ, program, sizeof program);
  RegSetKeyValueW (HKEY_LOCAL_MACHINE, MESSAGES_KEY, L"TypesSupported", REG_DWORD, &types, sizeof types);
}

static gboolean
create_entry (SC_HANDLE manager, const gunichar2 *line, GError **error)
{
  SC_HANDLE entry = CreateServiceW (manager, KITHD_SERVICE_NAME, L"Kith server", SERVICE_CHANGE_CONFIG | SERVICE_START,
                                    SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, (const wchar_t *) line,
                                    NULL, NULL, NULL, ACCOUNT, NULL);
  if (entry == NULL)
    return fail ("installed", GetLastError (), error);
  describe (entry);
  register_messages ();
  CloseServiceHandle (entry);
  return TRUE;
}

gboolean
kithd_service_install (const KithdService *service, GError **error)
{
  g_autoptr (KithdConfig) config = service->load (service->data, error);
  g_autofree gunichar2 *line = config != NULL ? start_line (service, error) : NULL;
  if (line == NULL)
    return FALSE;
  SC_HANDLE manager = OpenSCManagerW (NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
  if (manager == NULL)
    return fail ("installed", GetLastError (), error);
  gboolean done = prepare (config, error) && create_entry (manager, line, error);
  CloseServiceHandle (manager);
  if (done)
    printf ("The service is installed: it starts with Windows, and now with: sc start kithd\nIts data is in %s.\n", config->data);
  return done;
}

/* ---- and gone ---- */

static gboolean
is_stopped (SC_HANDLE entry)
{
  SERVICE_STATUS status = {0};
  return !QueryServiceStatus (entry, &status) || status.dwCurrentState == SERVICE_STOPPED;
}

/* The manager tells nobody when it has ended, but who asks. */
static gboolean
stop (SC_HANDLE entry)
{
  SERVICE_STATUS status;
  gint64 end = g_get_monotonic_time () + STOP_PATIENCE_MS * 1000;
  ControlService (entry, SERVICE_CONTROL_STOP, &status);
  while (!is_stopped (entry) && g_get_monotonic_time () < end)
    Sleep (STOP_LOOK_MS);
  return is_stopped (entry);
}

static gboolean
delete_entry (SC_HANDLE manager, GError **error)
{
  SC_HANDLE entry = OpenServiceW (manager, KITHD_SERVICE_NAME, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE);
  if (entry == NULL)
    return fail ("removed", GetLastError (), error);
  DWORD code = !stop (entry) ? ERROR_SERVICE_REQUEST_TIMEOUT : !DeleteService (entry) ? GetLastError () : ERROR_SUCCESS;
  CloseServiceHandle (entry);
  return code == ERROR_SUCCESS || fail ("removed", code, error);
}

gboolean
kithd_service_remove (const KithdService *service, GError **error)
{
  SC_HANDLE manager = OpenSCManagerW (NULL, NULL, SC_MANAGER_CONNECT);
  if (manager == NULL)
    return fail ("removed", GetLastError (), error);
  gboolean done = delete_entry (manager, error);
  CloseServiceHandle (manager);
  if (!done)
    return FALSE;
  RegDeleteKeyW (HKEY_LOCAL_MACHINE, MESSAGES_KEY);
  puts ("The service is removed. Its data is where it was.");
  return TRUE;
}
