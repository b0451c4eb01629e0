/* chats.h - the conversations of a session in the order of the sidebar: a GListModel of KithChat.
 *
 * KITH_CHATS_SECTIONS: rooms that we are in or are invited to (the lobby first, then by name), then people by name:
 * direct conversations, notes, and who has no conversation yet (as long as there are not more than
 * KITH_CHATS_PEOPLE). KITH_CHATS_RECENT: only what has a conversation, the latest first. */
#pragma once

#include "chat.h"

#include <gio/gio.h>

#define KITH_CHATS_PEOPLE 200

typedef enum { KITH_CHATS_SECTIONS, KITH_CHATS_RECENT } KithChatsOrder;

#define KITH_TYPE_CHATS (kith_chats_get_type ())
G_DECLARE_FINAL_TYPE (KithChats, kith_chats, KITH, CHATS, GObject)

void kith_chats_set_order (KithChats *chats, KithChatsOrder order);
KithChatsOrder kith_chats_order (KithChats *chats);
guint kith_chats_n_rooms (KithChats *chats);                  /* in SECTIONS: the people begin at this position */
guint kith_chats_position (KithChats *chats, KithChat *chat); /* G_MAXUINT: not in it */
