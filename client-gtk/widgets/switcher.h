/* switcher.h - Ctrl+K: jump to a conversation or a person, join or create a room, search. A layer over the window. */
#pragma once

#include "core/places.h"

#include <gtk/gtk.h>

#define KITH_TYPE_SWITCHER (kith_switcher_get_type ())
G_DECLARE_FINAL_TYPE (KithSwitcher, kith_switcher, KITH, SWITCHER, GtkOverlay)

GtkWidget *kith_switcher_new (void); /* hidden; the window puts it over everything */
void kith_switcher_open (KithSwitcher *switcher, KithSession *session);
void kith_switcher_browse (KithSwitcher *switcher, KithSession *session); /* rooms to join, without a text */
void kith_switcher_close (KithSwitcher *switcher);
/* Signals: "chosen" (KithChat), "search" (char *text). */
