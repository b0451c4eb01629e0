/* session-missed.c - messages that came while there was no connection: what was unread when it was lost is compared
 * with what is after the next sync. A start of the program is none: then the window is looked at. */
#include "core/session-private.h"

#include "core/post-private.h"

#include "proto/message.h"

#define TOLD_MAX 5   /* conversations; the list shows the others */
#define ASKED_MAX 50 /* of so many the last events are looked at for what is urgent, */
#define EVENTS 50    /* so many of each */

/* The first loss counts, however often a connection comes and goes before a sync is over. */
void
kith_session_note_unread (KithSession *session)
{
  GHashTableIter iter;
  gpointer id, chat;
  if (session->before != NULL)
    return;
  session->before = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, session->chats);
  while (g_hash_table_iter_next (&iter, &id, &chat)) {
    gint64 unread = kith_chat_unread (chat);
    g_hash_table_insert (session->before, g_memdup2 (id, sizeof (gint64)), g_memdup2 (&unread, sizeof unread));
  }
}

static gint
by_weight (gconstpointer a, gconstpointer b)
{
  KithChat *one = *(KithChat *const *) a, *other = *(KithChat *const *) b;
  gboolean mentions = kith_chat_mentions (one) > 0, other_mentions = kith_chat_mentions (other) > 0;
  gboolean room = kith_chat_kind (one) == KITH_KIND_ROOM, other_room = kith_chat_kind (other) == KITH_KIND_ROOM;
  if (mentions != other_mentions)
    return mentions ? -1 : 1;
  if (room != other_room)
    return room ? 1 : -1;
  return kith_chat_last (one) > kith_chat_last (other) ? -1 : kith_chat_last (one) < kith_chat_last (other);
}

static gboolean
has_missed (KithChat *chat, const gint64 *before)
{
  return kith_chat_unread (chat) > (before != NULL ? *before : 0) && !kith_chat_is_muted (chat) &&
         g_str_equal (kith_chat_state (chat), "member");
}

/* ---- what is urgent goes through where nothing else does ---- */

static gboolean
is_urgent_news (KithSession *session, KithChat *chat, json_object *event)
{
  json_object *body = json_object_is_type (event, json_type_object) ? kith_member_object (event, "body") : NULL;
  return body != NULL && g_strcmp0 (kith_member_string (event, "kind"), "message") == 0 &&
         kith_member_boolean (body, "urgent", FALSE) && kith_member_id (event, "from", 'u') != session->me &&
         kith_member_integer (event, "seq", 0) > kith_chat_read (chat) && !kith_member_boolean (event, "deleted", FALSE);
}

static void
on_fetched (KithSession *session, const KithAnswer *answer, gpointer data)
{
  KithChat *chat = data;
  json_object *events = NULL;
  if (answer->root == NULL || !json_object_object_get_ex (answer->root, "events", &events))
    return;
  for (gsize i = json_object_array_length (events); i-- > 0;) {
    json_object *event = json_object_array_get_idx (events, i);
    if (!is_urgent_news (session, chat, event))
      continue;
    g_autoptr (KithPost) post = kith_post_new_event (event, session->me);
    kith_session_tell_chat (session, KITH_SIGNAL_MISSED, chat, post);
    kith_session_stir (session);
    return;
  }
}

static void
look_for_urgent (KithSession *session, KithChat *chat)
{
  json_object *request = kith_client_message ("fetch", kith_chat_id (chat), FALSE);
  kith_add_integer (request, "limit", EVENTS);
  kith_session_ask (session, request, KITH_REQUEST_PLAIN, on_fetched, g_object_ref (chat), g_object_unref);
}

void
kith_session_tell_missed (KithSession *session)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&session->before);
  g_autoptr (GPtrArray) missed = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer id, chat;
  if (before == NULL)
    return;
  g_hash_table_iter_init (&iter, session->chats);
  while (g_hash_table_iter_next (&iter, &id, &chat))
    if (has_missed (chat, g_hash_table_lookup (before, id)))
      g_ptr_array_add (missed, chat);
  g_ptr_array_sort (missed, by_weight);
  for (guint i = 0; i < missed->len && i < TOLD_MAX; i++)
    kith_session_tell_chat (session, KITH_SIGNAL_MISSED, missed->pdata[i], NULL);
  for (guint i = 0; i < missed->len && i < ASKED_MAX; i++)
    look_for_urgent (session, missed->pdata[i]);
}
