/* moderation.h - what those who look after a room may do to who stands below them: mute, remove, ban. The server has the last
 * word; these say what makes sense to offer. */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

/* theirs: their role in the room; "" or NULL: not known, taken for a member. */
gboolean kith_moderation_may (KithSession *session, KithChat *chat, const char *theirs);
/* A role for people: "Owner", "Admin"; NULL for an ordinary member. */
const char *kith_role_title (const char *role);

/* Removing waits for as long as the toast offers to undo it. */
void kith_moderation_kick (GtkWidget *widget, KithSession *session, KithChat *chat, KithContact *contact);
void kith_moderation_ban (GtkWidget *widget, KithSession *session, KithChat *chat, KithContact *contact); /* asks */
/* seconds 0: may write again. */
void kith_moderation_mute (GtkWidget *widget, KithSession *session, KithChat *chat, KithContact *contact, gint64 seconds);
