/* open-link-win32.c - the shell opens it, as a click in the Explorer would. */
#include "widgets/open-link.h"

#include <windows.h>
#include <shellapi.h>

#define FIRST_SUCCESS 32 /* of ShellExecute: less is an error */

gboolean
kith_open_link (GtkWindow *parent, const char *address, GError **error)
{
  g_autofree wchar_t *wide = (wchar_t *) g_utf8_to_utf16 (address, -1, NULL, NULL, NULL);
  INT_PTR answer = wide != NULL ? (INT_PTR) ShellExecuteW (NULL, L"open", wide, NULL, NULL, SW_SHOWNORMAL) : 0;
  if (answer > FIRST_SUCCESS)
    return TRUE;
  g_autofree char *reason = g_win32_error_message ((gint) GetLastError ());
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, reason);
  return FALSE;
}
