/* first-run.h - the window before the main one: which server, who one is there, or a server of one's own. Servers of
 * the network appear by themselves. ui: first-run.ui. */
#pragma once

#include "core/host.h"
#include "core/places.h"
#include "widgets/sign-in.h"

#include <handy.h>

#define KITH_TYPE_FIRST_RUN (kith_first_run_get_type ())
G_DECLARE_FINAL_TYPE (KithFirstRun, kith_first_run, KITH, FIRST_RUN, HdyWindow)

KithFirstRun *kith_first_run_new (GtkApplication *app, KithPlaces *places, KithHost *host);
void kith_first_run_sign_in (KithFirstRun *window, const KithSignInTarget *target);
void kith_first_run_show_host (KithFirstRun *window);
/* Signal: "joined" (KithSession). */
