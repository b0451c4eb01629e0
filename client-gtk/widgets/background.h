/* background.h - what Kith is outside of its windows: notifications, the icon in the tray, the number in the launcher,
 * being away, starting with the desktop, and whether it goes on when its window is closed. */
#pragma once

#include "core/places.h"

#include <gtk/gtk.h>

typedef struct _KithBackground KithBackground;

typedef struct {
  /* The main window; NULL: none. */
  GtkWindow *(*window) (gpointer data);
  /* Whether it shows this conversation, and has the focus. */
  gboolean (*looks_at) (KithChat *chat, gpointer data);
} KithBackgroundHooks;

/* directory: of the profile, when it is not the user's. Adds "presence" (s) and "quiet" to the actions of the
 * application; the menu of the tray also wants "open", "preferences" and "quit". */
KithBackground *kith_background_new (GtkApplication *application, KithProfile *profile, const char *directory,
                                     KithSettings *settings, KithPlaces *places, const KithBackgroundHooks *hooks,
                                     gpointer data);
void kith_background_free (KithBackground *background); /* NULL is allowed */
void kith_background_add (KithBackground *background, KithSession *session);
void kith_background_remove (KithBackground *background, KithSession *session);
/* A new main window: closing it asks, hides or quits. */
void kith_background_watch_window (KithBackground *background, GtkWindow *window);
