/* own-place-posix.c - Linux says it in /proc. */
#include "own-place.h"

char *
kith_own_directory (void)
{
  g_autofree char *own = g_file_read_link ("/proc/self/exe", NULL);
  return own != NULL ? g_path_get_dirname (own) : NULL;
}

char *
kith_own_c_name (const char *name)
{
  return g_strdup (name);
}
