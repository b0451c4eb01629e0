/* desktop-scheme-posix.c - libhandy asks the desktop's portal, and follows it. */
#include "widgets/desktop-scheme.h"

gboolean
kith_desktop_scheme (gboolean *dark, gboolean *high_contrast)
{
  return FALSE;
}

void
kith_desktop_scheme_watch (void (*changed) (void))
{
}
