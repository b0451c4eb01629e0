/* chat.h - a conversation of a session, as widgets see one: a room, a direct conversation, one's own notes, or a person
 * with whom there is no conversation yet (id 0; kith_session_open_chat_async makes it one). Read-only for widgets but
 * for draft and muted.
 *
 * Properties (notify): "title", "topic", "unread", "mentions", "muted", "draft", "preview", "last-at", "typing",
 * "state", "role", "contact", "members". */
#pragma once

#include "contact.h"

#include "client/state.h"

#define KITH_TYPE_CHAT (kith_chat_get_type ())
G_DECLARE_FINAL_TYPE (KithChat, kith_chat, KITH, CHAT, GObject)

gint64 kith_chat_id (KithChat *chat); /* 0: none yet */
KithKind kith_chat_kind (KithChat *chat);
const char *kith_chat_title (KithChat *chat); /* "design-review", "Mara Lindqvist", "Notes" */
const char *kith_chat_topic (KithChat *chat);
const char *kith_chat_state (KithChat *chat);   /* "member", "invited", "left", "kicked", "banned"; "" with id 0 */
const char *kith_chat_role (KithChat *chat);    /* ours in it: "owner" ... "read_only"; "" unknown */
const char *kith_chat_history (KithChat *chat); /* "all", "since_join" */
gboolean kith_chat_is_private (KithChat *chat);
gint64 kith_chat_members (KithChat *chat);
gint64 kith_chat_retention (KithChat *chat); /* days for which a room keeps messages; 0: as long as the server does */
/* The other one of a direct conversation of two, else NULL. Borrowed. */
KithContact *kith_chat_contact (KithChat *chat);
/* Everybody else of a direct conversation. gint64; borrowed; empty for rooms. */
const GArray *kith_chat_people (KithChat *chat);
gint64 kith_chat_unread (KithChat *chat);
gint64 kith_chat_mentions (KithChat *chat);
gint64 kith_chat_read (KithChat *chat);  /* seq of our cursor */
gint64 kith_chat_first (KithChat *chat); /* seqs of what may be read */
gint64 kith_chat_last (KithChat *chat);
gboolean kith_chat_is_muted (KithChat *chat);       /* kept on this computer */
const char *kith_chat_draft (KithChat *chat);       /* "" for none; kept on this computer */
const char *kith_chat_preview (KithChat *chat);     /* last message in one line, "Ilse: can you…"; "" unknown */
gint64 kith_chat_last_at (KithChat *chat);          /* ms since 1970 of the last message; 0 unknown */
const GPtrArray *kith_chat_typing (KithChat *chat); /* KithContact *, borrowed; forgotten after 6 s */
gboolean kith_chat_can_write (KithChat *chat);      /* FALSE: left, removed, read only, banned */

void kith_chat_set_draft (KithChat *chat, const char *text);
void kith_chat_set_muted (KithChat *chat, gboolean muted);
