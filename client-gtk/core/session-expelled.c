/* session-expelled.c - rooms that somebody has put us out of: the event says who did it and why, the state that it is
 * so; after a time without connection only the state does. */
#include "core/session-private.h"

#include "core/post-private.h"
#include "core/wording.h"

#include "proto/message.h"

#define KEPT_MAX 100 /* events that wait for their state, which the next sync brings */

void
kith_session_note_expelling (KithSession *session, gint64 conversation, json_object *event)
{
  const char *kind = kith_member_string (event, "kind");
  if (kith_member_id (event, "account", 'u') != session->me ||
      (g_strcmp0 (kind, "kick") != 0 && g_strcmp0 (kind, "ban") != 0))
    return;
  if (g_hash_table_size (session->expelling) >= KEPT_MAX)
    g_hash_table_remove_all (session->expelling);
  g_hash_table_replace (session->expelling, g_memdup2 (&conversation, sizeof conversation), json_object_get (event));
}

static const char *
name_of (gint64 account, gpointer session)
{
  return kith_contact_name (kith_session_contact (session, account));
}

void
kith_session_tell_expelled (KithSession *session, KithChat *chat, gboolean was_in)
{
  gint64 id = kith_chat_id (chat);
  gboolean banned = g_str_equal (kith_chat_state (chat), "banned");
  json_object *event = g_hash_table_lookup (session->expelling, &id);
  if (!was_in || (!banned && !g_str_equal (kith_chat_state (chat), "kicked")))
    return;
  g_autoptr (KithPost) post = event != NULL ? kith_post_new_event (event, session->me) : NULL;
  g_autofree char *room = g_strconcat ("#", kith_chat_title (chat), NULL);
  g_autofree char *sentence = kith_wording_expelled (banned, room, post, name_of, session);
  kith_session_tell_words (session, KITH_SIGNAL_EXPELLED, chat, sentence);
  g_hash_table_remove (session->expelling, &id);
}
