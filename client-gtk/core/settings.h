/* settings.h - what the user has chosen, as properties of one object: bind them to widgets, watch them with notify.
 *
 * One table in settings.c has every key: name, type, default, limits. A change is written a second later and at the end
 * (settings.ini, atomically). What cannot be read falls back to its default; unknown keys are kept.
 *
 *   color-scheme        string   "system", "light", "dark", "high-contrast"
 *   accent              string   "petrol", "blue", "violet", "rose", "amber", "green", "slate"
 *   text-size           int      80 .. 160 per cent
 *   reduce-motion       boolean
 *   desktop-theme       boolean  the desktop's theme instead of ours
 *   enter-sends         boolean  FALSE: Ctrl+Enter sends, Enter begins a line
 *   spell-check         boolean
 *   notify              string   "all", "mentions" (and direct messages), "none"
 *   notify-body         boolean  show what was written
 *   notify-sound        boolean
 *   dnd-mentions        boolean  "do not disturb" lets mentions through
 *   send-receipts       boolean  privacy
 *   send-typing         boolean  privacy
 *   idle-minutes        int      0 .. 120; 0: never away by itself
 *   recent-emoji        string   the last that were taken, with spaces between
 *   last-server         string   id of the place that was shown last
 *   run-in-background   string   "ask", "yes", "no"
 *   autostart           boolean
 *   window-width, window-height, sidebar-width   int;   window-maximized, details-open   boolean */
#pragma once

#include "profile.h"

#include <glib-object.h>

#define KITH_TYPE_SETTINGS (kith_settings_get_type ())
G_DECLARE_FINAL_TYPE (KithSettings, kith_settings, KITH, SETTINGS, GObject)

/* profile NULL: nothing is read or written. */
KithSettings *kith_settings_new (KithProfile *profile);
void kith_settings_flush (KithSettings *settings); /* writes now what has changed */
gboolean kith_settings_get_boolean (KithSettings *settings, const char *name);
int kith_settings_get_int (KithSettings *settings, const char *name);
char *kith_settings_get_string (KithSettings *settings, const char *name); /* to be freed */
