/* autostart-win32.c - a value of the Run key of the user's registry. */
#include "autostart.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <windows.h>

#define RUN_KEY L"Software\\Microsoft\\Windows\\CurrentVersion\\Run"

static wchar_t *
wide (const char *text)
{
  return (wchar_t *) g_utf8_to_utf16 (text, -1, NULL, NULL, NULL);
}

gboolean
kith_autostart_is_on (const char *id)
{
  g_autofree wchar_t *name = wide (id);
  return RegGetValueW (HKEY_CURRENT_USER, RUN_KEY, name, RRF_RT_REG_SZ, NULL, NULL, NULL) == ERROR_SUCCESS;
}

static wchar_t *
command_line (const char *directory)
{
  wchar_t own[MAX_PATH] = {0};
  GetModuleFileNameW (NULL, own, MAX_PATH - 1);
  g_autofree char *program = g_utf16_to_utf8 ((const gunichar2 *) own, -1, NULL, NULL, NULL);
  g_autofree char *line =
      directory != NULL ? g_strdup_printf ("\"%s\" --minimized --profile \"%s\"", program, directory)
                        : g_strdup_printf ("\"%s\" --minimized", program);
  return wide (line);
}

gboolean
kith_autostart_set (const char *id, const char *directory, gboolean on, GError **error)
{
  g_autofree wchar_t *name = wide (id), *line = command_line (directory);
  LSTATUS status = on ? RegSetKeyValueW (HKEY_CURRENT_USER, RUN_KEY, name, REG_SZ, line,
                                         (DWORD) ((wcslen (line) + 1) * sizeof *line))
                      : RegDeleteKeyValueW (HKEY_CURRENT_USER, RUN_KEY, name);
  if (status == ERROR_SUCCESS || (!on && status == ERROR_FILE_NOT_FOUND))
    return TRUE;
  g_autofree char *reason = g_win32_error_message ((gint) status);
  g_set_error (error, G_IO_ERROR, g_io_error_from_win32_error ((gint) status),
               _ ("The registry does not take the entry: %s"), reason);
  return FALSE;
}
