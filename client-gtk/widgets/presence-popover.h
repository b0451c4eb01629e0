/* presence-popover.h - how one wants to be seen: a state, which applies at once, and a status with an end. ui:
 * presence-popover.ui. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

#define KITH_TYPE_PRESENCE_POPOVER (kith_presence_popover_get_type ())
G_DECLARE_FINAL_TYPE (KithPresencePopover, kith_presence_popover, KITH, PRESENCE_POPOVER, GtkPopover)

GtkWidget *kith_presence_popover_new (void);
void kith_presence_popover_set_session (KithPresencePopover *popover, KithSession *session); /* may be NULL */
