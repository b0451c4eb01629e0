/* chats-private.h - how the session fills the list of chats. Private to core. */
#pragma once

#include "chats.h"

KithChats *kith_chats_new (void);
/* Looks at chat anew: it is new, or something of it has changed. Shows with the next flush. */
void kith_chats_put (KithChats *chats, KithChat *chat);
void kith_chats_remove (KithChats *chats, KithChat *chat);
void kith_chats_flush (KithChats *chats);
#define KITH_LOBBY_NAME "lobby" /* the room where new people begin, unless the server has configured another one */
gboolean kith_chat_is_lobby (KithChat *chat);
