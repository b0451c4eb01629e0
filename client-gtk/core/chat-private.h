/* chat-private.h - how the session changes a chat. Private to core. */
#pragma once

#include "chat.h"

/* contact: of a direct conversation of two; else NULL. */
KithChat *kith_chat_new (gint64 id, KithKind kind, KithContact *contact);
const gint64 *kith_chat_key (KithChat *chat);
/* title (taken): as it is to be shown; me: our account. Also gives an id to a chat that had none. */
void kith_chat_learn (KithChat *chat, const KithConversation *known, char *title, gint64 me);
void kith_chat_set_title (KithChat *chat, char *title); /* taken */
/* The conversation is gone altogether: nothing of it may be read. */
void kith_chat_void (KithChat *chat);
/* line (taken) is of the message at; nothing happens when a later one is known. seq orders two of one moment. */
void kith_chat_set_preview (KithChat *chat, gint64 seq, gint64 at, char *line);
gint64 kith_chat_preview_seq (KithChat *chat); /* 0: unknown */
/* An own cursor, before the server has confirmed it. */
void kith_chat_expect_read (KithChat *chat, gint64 seq);
/* Somebody types, until now_us + 6 s. */
void kith_chat_add_typing (KithChat *chat, KithContact *contact, gint64 now_us);
void kith_chat_stop_typing (KithChat *chat, KithContact *contact); /* NULL: everybody */
/* Forgets who has stopped; when to come back (monotonic microseconds; G_MAXINT64: nobody types). */
gint64 kith_chat_expire_typing (KithChat *chat, gint64 now_us);
