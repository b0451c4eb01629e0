/* preferences-notifications.c - what one is told of, and what happens when the window is closed. */
#include "widgets/preferences-parts.h"

#include <glib/gi18n.h>

static const KithChoice what[] = {
    {"all", N_ ("Every message")}, {"mentions", N_ ("Direct messages and mentions")}, {"none", N_ ("Nothing")}};
static const KithChoice background[] = {
    {"ask", N_ ("Ask the first time")}, {"yes", N_ ("Always")}, {"no", N_ ("Never: closing quits")}};

void
kith_preferences_add_notifications (HdyPreferencesWindow *window, KithSettings *settings)
{
  GtkWidget *page =
      kith_preferences_page (window, "notifications", _ ("Notifications"), "preferences-system-notifications-symbolic");
  GtkWidget *about = kith_preferences_group (page, _ ("Notify me"));
  kith_preferences_choice (about, settings, "notify", _ ("About"),
                           _ ("Muted conversations never; mute one in its menu"), what, G_N_ELEMENTS (what));
  kith_preferences_switch (about, settings, "dnd-mentions", _ ("Mentions while I am not to be disturbed"),
                           _ ("“Do not disturb” keeps everything else silent"));
  GtkWidget *how = kith_preferences_group (page, _ ("How"));
  kith_preferences_switch (how, settings, "notify-body", _ ("Show message text in notifications"), NULL);
  kith_preferences_switch (how, settings, "notify-sound", _ ("Sound"), NULL);
  GtkWidget *close = kith_preferences_group (page, _ ("Background"));
  kith_preferences_choice (close, settings, "run-in-background", _ ("Keep running when the window is closed"),
                           _ ("Shows an icon in the tray where there is one"), background, G_N_ELEMENTS (background));
  kith_preferences_switch (close, settings, "autostart", _ ("Start with the computer"), NULL);
}
