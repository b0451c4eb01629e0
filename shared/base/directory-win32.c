/* directory-win32.c - an access control list instead of a mode. */
#include "base/directory.h"

#include <glib/gstdio.h>
#include <windows.h>
#include <sddl.h>

/* Protected from what the parent would pass on; owner, administrators, system: all rights, passed on to files (OI) and
 * directories (CI). */
#define OWNER_ONLY L"D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)"

static gboolean
make_one (const char *path)
{
  SECURITY_ATTRIBUTES how = {.nLength = sizeof how};
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (path, -1, NULL, NULL, NULL);
  if (wide == NULL ||
      !ConvertStringSecurityDescriptorToSecurityDescriptorW (OWNER_ONLY, SDDL_REVISION_1, &how.lpSecurityDescriptor, NULL))
    return FALSE;
  gboolean made = CreateDirectoryW ((const wchar_t *) wide, &how);
  DWORD code = GetLastError ();
  LocalFree (how.lpSecurityDescriptor);
  SetLastError (code);
  return made;
}

gboolean
kith_directory_make (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  if (g_file_test (path, G_FILE_TEST_IS_DIR) || (g_mkdir_with_parents (parent, 0700) == 0 && make_one (path)))
    return TRUE;
  g_autofree char *why = g_win32_error_message ((gint) GetLastError ());
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "Cannot make the directory %s: %s.", path, why);
  return FALSE;
}
