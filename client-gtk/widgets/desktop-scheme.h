/* desktop-scheme.h - what the desktop wants of colours where libhandy does not know: desktop-scheme-posix.c (it does),
 * desktop-scheme-win32.c (the registry). */
#pragma once

#include <glib.h>

/* FALSE: libhandy knows. */
gboolean kith_desktop_scheme (gboolean *dark, gboolean *high_contrast);
/* changed is called when it may have changed. Once. */
void kith_desktop_scheme_watch (void (*changed) (void));
/* Whether the bar with the tray is dark. */
gboolean kith_desktop_bar_is_dark (void);
