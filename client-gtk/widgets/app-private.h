/* app-private.h - what the files of the application share.
 *
 *   app.c               its parts, from start to end; which window is shown
 *   app-command-line.c  options, links, the id of the instance
 *   app-actions.c       app.* ("presence" and "quiet" are of background.c) */
#pragma once

#include "core/host.h"
#include "core/resume.h"
#include "widgets/app.h"
#include "widgets/background.h"
#include "widgets/first-run.h"
#include "widgets/main-window.h"

#define KITH_APP_ID "org.kith.Kith"

struct _KithApp {
  GtkApplication parent;
  char *directory; /* --profile; NULL: the user's */
  KithProfile *profile;
  KithSettings *settings;
  KithPlaces *places;
  KithResume *resume;
  KithHost *host;
  GPtrArray *watched;       /* KithSession, those in places */
  KithMainWindow *window;   /* weak */
  KithFirstRun *first_run;  /* weak */
  KithBackground *background;
  gboolean stays;           /* held, though no window is shown */
};

void kith_app_add_options (KithApp *app);
int kith_app_on_local_options (GApplication *application, GVariantDict *options);
void kith_app_on_options (GApplication *application, GVariantDict *options);

void kith_app_add_actions (KithApp *app);

/* The window that fits: main, or first run. Shown. */
GtkWindow *kith_app_present (KithApp *app);
void kith_app_start_minimized (KithApp *app);
void kith_app_quit (KithApp *app);
KithSession *kith_app_find_session (KithApp *app, const char *id); /* borrowed; NULL: it is none of the places */
GtkWindow *kith_app_front (KithApp *app); /* for dialogs; NULL: no window is there */
