/* own-place-win32.c - the module tells its name; the C library wants names in the code page. */
#include "own-place.h"

#include <windows.h>

char *
kith_own_directory (void)
{
  wchar_t wide[MAX_PATH];
  DWORD n = GetModuleFileNameW (NULL, wide, G_N_ELEMENTS (wide));
  g_autofree char *own = n > 0 && n < G_N_ELEMENTS (wide) ? g_utf16_to_utf8 (wide, (glong) n, NULL, NULL, NULL) : NULL;
  return own != NULL ? g_path_get_dirname (own) : NULL;
}

char *
kith_own_c_name (const char *name)
{
  return g_win32_locale_filename_from_utf8 (name);
}
