/* message-actions.h - what can be done with a message: by the bar that hovers over it, by its menu, by keys on its row.
 * One table has all of them. */
#pragma once

#include "widgets/message-row.h"
#include "widgets/message-view.h"

#define KITH_TYPE_MESSAGE_ACTIONS (kith_message_actions_get_type ())
G_DECLARE_FINAL_TYPE (KithMessageActions, kith_message_actions, KITH, MESSAGE_ACTIONS, GObject)

/* Adds the bar to the view (borrowed: it owns this). */
KithMessageActions *kith_message_actions_new (KithSession *session, KithMessageView *view);
/* Follows a new row's own signals. */
void kith_message_actions_watch (KithMessageActions *actions, KithMessageRow *row);
void kith_message_actions_show_bar (KithMessageActions *actions, KithMessageRow *row);
void kith_message_actions_hide_bar (KithMessageActions *actions);
/* The bar is, or a menu of it is open. */
gboolean kith_message_actions_are_pointed_at (KithMessageActions *actions);
/* The menu, at the pointer, or (event NULL) at the row. link: the address under the pointer; NULL: none. */
void kith_message_actions_popup (KithMessageActions *actions, KithMessageRow *row, const char *link,
                                 const GdkEvent *event);
/* A key on a focused row. TRUE: taken. */
gboolean kith_message_actions_key (KithMessageActions *actions, KithMessageRow *row, const GdkEventKey *event);
void kith_message_actions_set_selecting (KithMessageActions *actions, gboolean selecting);

/* Signals: "reply" (KithPost), "edit" (KithPost), "left" (GdkEvent: the pointer has left the bar), "menu-closed". */
