/* bulletin.h - where the desktop shows notifications: bulletin-posix.c (GNotification), bulletin-win32.c (balloons of
 * our icon in the tray).
 *
 * Their actions are the application's "open-chat" and "mark-read", with a target. */
#pragma once

#include <gio/gio.h>

typedef struct _KithBulletin KithBulletin;

/* ready: told once kith_bulletin_is_ready has become true. */
KithBulletin *kith_bulletin_new (GApplication *application, void (*ready) (gpointer data), gpointer data);
/* Waits until the desktop has heard of all that was withdrawn. */
void kith_bulletin_free (KithBulletin *bulletin);
/* Whether it is known how the desktop wants its texts; the first question begins to find out. */
gboolean kith_bulletin_is_ready (KithBulletin *bulletin);
/* In the place of what has the same id. Takes a floating target. */
void kith_bulletin_show (KithBulletin *bulletin, const char *id, const char *title, const char *body, GVariant *target);
void kith_bulletin_withdraw (KithBulletin *bulletin, const char *id);
