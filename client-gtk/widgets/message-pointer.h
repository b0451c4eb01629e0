/* message-pointer.h - the pointer and the keyboard over the rows: which one is hovered, links that can be clicked, the
 * context menu. One set of handlers for the list, none for each row. */
#pragma once

#include "widgets/message-actions.h"
#include "widgets/message-list.h"

#define KITH_TYPE_MESSAGE_POINTER (kith_message_pointer_get_type ())
G_DECLARE_FINAL_TYPE (KithMessagePointer, kith_message_pointer, KITH, MESSAGE_POINTER, GObject)

KithMessagePointer *kith_message_pointer_new (KithSession *session, KithMessageList *list, KithMessageActions *actions);
