/* tray.h - an icon in the tray of the desktop, where it has one: tray-appindicator.c (StatusNotifierItem by
 * libayatana-appindicator), tray-win32.c, tray-none.c. */
#pragma once

#include <gtk/gtk.h>

typedef struct _KithTray KithTray;

/* id: the application's. icons: a folder with the SVG files of the icons, for the panel cannot look into our resources.
 * menu: a GtkMenu, sunk; open: its item that the middle button of the pointer means. NULL: not in this build. */
KithTray *kith_tray_new (const char *id, const char *icons, GtkWidget *menu, GtkWidget *open);
void kith_tray_free (KithTray *tray); /* NULL is allowed */
/* words: what the icon says, for people who cannot see it. */
void kith_tray_set_icon (KithTray *tray, const char *icon, const char *words);
gboolean kith_tray_is_shown (KithTray *tray); /* FALSE for NULL, too */
