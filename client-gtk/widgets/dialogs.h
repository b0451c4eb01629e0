/* dialogs.h - the windows beside the main window, each in a file of its own. parent may be NULL. */
#pragma once

#include "core/places.h"

#include <gtk/gtk.h>

void kith_preferences_show (GtkWindow *parent, const char *page); /* preferences.c; page "accounts" or NULL */
void kith_room_settings_show (GtkWindow *parent, KithSession *session, KithChat *chat,
                              const char *page);                                     /* room-settings.c */
void kith_new_room_show (GtkWindow *parent, KithSession *session, const char *name); /* new-room.c */
void kith_new_message_show (GtkWindow *parent, KithSession *session);                /* new-message.c */
void kith_invite_show (GtkWindow *parent, KithSession *session,
                       KithChat *chat); /* invite.c; chat NULL: to the server */
void kith_doctor_show (GtkWindow *parent, KithSession *session, const char *address);              /* doctor-window.c */
void kith_key_changed_show (GtkWindow *parent, KithSession *session);                              /* key-changed.c */
void kith_server_words_show (GtkWindow *parent, KithSession *session);                              /* server-words.c */
void kith_shortcuts_show (GtkWindow *parent);                                                      /* shortcuts.c */
void kith_forward_show (GtkWindow *parent, KithSession *session, const GPtrArray *posts);          /* forward.c */
void kith_versions_show (GtkWindow *parent, KithSession *session, KithChat *chat, KithPost *post); /* versions.c */
void kith_seen_by_show (GtkWindow *parent, KithSession *session, KithChat *chat, KithPost *post);  /* seen-by.c */
gboolean kith_seen_by_may_show (KithSession *session, KithChat *chat, KithPost *post); /* the server would tell */
void kith_broadcast_show (GtkWindow *parent, KithSession *session); /* broadcast.c */
void kith_person_message (GtkWidget *widget, KithSession *session, KithContact *contact); /* to the conversation */
void kith_person_show (GtkWidget *relative_to, KithSession *session, gint64 account); /* person-card.c: a popover */
