/* idle.h - whether anybody touches keyboard or pointer, anywhere on this computer.
 *
 *   idle-posix.c   GNOME's monitor over D-Bus; without it idle-x11.c; without X11 nobody knows: never idle
 *   idle-x11.c     alarms of the X server: nothing is polled
 *   idle-win32.c   asks once a minute */
#pragma once

#include <gtk/gtk.h>

typedef struct _KithIdle KithIdle;
typedef void (*KithIdleFunc) (gboolean idle, gpointer data);

/* func is told each change; it begins with FALSE. minutes > 0. */
KithIdle *kith_idle_new (guint minutes, KithIdleFunc func, gpointer data);
void kith_idle_free (KithIdle *idle); /* NULL is allowed */

/* idle-x11.c. NULL: the display is none of X11, or its server counts no idle time. */
typedef struct _KithIdleX11 KithIdleX11;
KithIdleX11 *kith_idle_x11_new (guint minutes, KithIdleFunc func, gpointer data);
void kith_idle_x11_free (KithIdleX11 *idle); /* NULL is allowed */
