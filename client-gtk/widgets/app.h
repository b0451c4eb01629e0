/* app.h - the application: one instance for each profile, the command line, the actions that every window has, and
 * which window is shown.
 *
 * Without a server: the first-run window. With one: the main window. */
#pragma once

#include "core/places.h"

#include <handy.h>

#define KITH_TYPE_APP (kith_app_get_type ())
G_DECLARE_FINAL_TYPE (KithApp, kith_app, KITH, APP, GtkApplication)

KithApp *kith_app_new (void);
KithApp *kith_app_get (void); /* the one that runs; borrowed */
KithPlaces *kith_app_places (KithApp *app);
KithSettings *kith_app_settings (KithApp *app);

/* Shows a session in the main window (made when there is none). */
void kith_app_show_session (KithApp *app, KithSession *session);
/* The first-run window: also "Add a server…". */
void kith_app_show_first_run (KithApp *app);
/* The sign-in pages for address or a kith:// link, in the first-run window. */
void kith_app_sign_in (KithApp *app, const char *address_or_link);
/* Uses the code of an invitation there, and shows the room that it names. */
void kith_app_accept (KithApp *app, KithSession *session, const char *code);
/* After the last place was removed, or the person is signed out. */
void kith_app_place_gone (KithApp *app);
