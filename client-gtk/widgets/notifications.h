/* notifications.h - messages that are told of by the desktop, one notification for each conversation. core/notifier.h
 * decides; this shows.
 *
 * Their actions are the application's "open-chat" and "mark-read", with (place, conversation) as "(sx)". */
#pragma once

#include "core/session.h"

#include <gtk/gtk.h>

#define KITH_NOTIFICATION_TARGET "(sx)"
/* An environment variable of GLib: "freedesktop" goes round GNOME's own way of showing them. */
#define KITH_NOTIFICATION_BACKEND "GNOTIFICATION_BACKEND"

typedef struct _KithNotifications KithNotifications;
/* Whether the person sees this conversation just now. */
typedef gboolean (*KithLookedAt) (KithChat *chat, gpointer data);

KithNotifications *kith_notifications_new (GApplication *application, KithSettings *settings, KithLookedAt looked_at,
                                           gpointer data);
/* Withdraws what is shown, and waits until the desktop has heard of it. NULL is allowed. */
void kith_notifications_free (KithNotifications *notifications);
void kith_notifications_add (KithNotifications *notifications, KithSession *session);
void kith_notifications_remove (KithNotifications *notifications, KithSession *session);
/* Nothing is told of; what is shown goes. */
void kith_notifications_set_quiet (KithNotifications *notifications, gboolean quiet);
