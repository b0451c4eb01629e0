/* avatar.h - a person's avatar with the mark of their presence: HdyAvatar in an overlay, bound to a KithContact. */
#pragma once

#include "core/contact.h"

#include <handy.h>

#define KITH_TYPE_AVATAR (kith_avatar_get_type ())
G_DECLARE_FINAL_TYPE (KithAvatar, kith_avatar, KITH, AVATAR, GtkOverlay)

/* place: "" or the class for the ring's colour, "on-sidebar" or "on-raised". presence FALSE: no mark. */
GtkWidget *kith_avatar_new (KithContact *contact, int size, const char *place, gboolean presence);
void kith_avatar_set_contact (KithAvatar *avatar, KithContact *contact);
/* The presence mark alone: GtkBox.presence; classes as ui.md says. */
GtkWidget *kith_presence_mark_new (KithPresenceState state, const char *classes);
void kith_presence_mark_set (GtkWidget *mark, KithPresenceState state);
