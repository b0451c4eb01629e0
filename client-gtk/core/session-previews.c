/* session-previews.c - the last message of each conversation in one line: kept by the cache, pushed, or fetched when
 * nobody here knows it. What is fetched goes into the cache with the unread messages before it: they can be read when the
 * connection is gone, though nobody has opened the conversation. */
#include "core/session-private.h"

#include "core/chat-private.h"
#include "core/chats-private.h"
#include "core/post-private.h"
#include "core/rich.h"

#include "proto/message.h"

#include <glib/gi18n.h>

#define PREVIEW_CHARACTERS 120
#define FETCHES_MAX 50 /* conversations that are asked about after a connect */
#define WAITING_MAX 50 /* conversations whose first message is here before they are */
#define EVENTS 10      /* of each at least: the last may be no message */
#define EVENTS_MAX 50

/* event: of a message, with its conversation. The newest counts. */
static void
note (KithSession *session, gint64 conversation, json_object *event)
{
  json_object *noted = g_hash_table_lookup (session->last_messages, &conversation);
  if (noted != NULL && kith_member_integer (noted, "seq", 0) > kith_member_integer (event, "seq", 0))
    return;
  g_hash_table_replace (session->last_messages, g_memdup2 (&conversation, sizeof conversation),
                        json_object_get (event));
  kith_session_stir (session);
}

/* The last message as it is after an edit or a deletion. */
static json_object *
changed_message (KithChat *chat, json_object *event)
{
  json_object *message = json_object_new_object (), *body = kith_member_object (event, "body");
  kith_add_integer (message, "seq", kith_chat_preview_seq (chat));
  kith_add_integer (message, "at", kith_chat_last_at (chat));
  kith_add_id (message, "from", 'u', kith_member_id (event, "from", 'u'));
  kith_add_boolean (message, "deleted", g_strcmp0 (kith_member_string (event, "kind"), "delete") == 0);
  if (body != NULL)
    json_object_object_add (message, "body", json_object_get (body));
  return message;
}

void
kith_session_note_preview (KithSession *session, json_object *event)
{
  static const char *const changes[] = {"edit", "delete", NULL};
  gint64 conversation = kith_member_id (event, "conversation", 'c');
  const char *kind = kith_member_string (event, "kind");
  KithChat *chat = kith_session_chat (session, conversation);
  if (g_strcmp0 (kind, "message") == 0) {
    note (session, conversation, event);
  } else if (kind != NULL && chat != NULL && g_strv_contains (changes, kind) &&
             kith_member_integer (event, "target", 0) == kith_chat_preview_seq (chat)) {
    json_object *message = changed_message (chat, event);
    note (session, conversation, message);
    json_object_put (message);
  }
}

static void
on_kept (json_object *events, gboolean more, gpointer data)
{
  GWeakRef *ref = data;
  g_autoptr (KithSession) session = g_weak_ref_get (ref);
  gsize n = events != NULL && session != NULL && session->client != NULL ? json_object_array_length (events) : 0;
  for (gsize i = 0; i < n; i++) {
    json_object *event = json_object_array_get_idx (events, i);
    note (session, kith_member_id (event, "conversation", 'c'), event);
  }
  g_weak_ref_clear (ref);
  g_free (ref);
}

void
kith_session_load_previews (KithSession *session)
{
  GWeakRef *ref = g_new (GWeakRef, 1);
  g_weak_ref_init (ref, session);
  kith_cache_load_previews (session->cache, on_kept, ref);
}

static void
keep (KithSession *session, gint64 conversation, json_object *events)
{
  gsize n = json_object_array_length (events);
  gint64 first = n > 0 ? kith_member_integer (json_object_array_get_idx (events, 0), "seq", 0) : 0;
  gint64 last = n > 0 ? kith_member_integer (json_object_array_get_idx (events, n - 1), "seq", 0) : 0;
  if (first > 0 && last >= first)
    kith_cache_put_events (session->cache, conversation, events, first, last);
}

static void
on_fetched (KithSession *session, const KithAnswer *answer, gpointer data)
{
  gint64 conversation = *(gint64 *) data;
  json_object *events = NULL;
  if (answer->root == NULL || !json_object_object_get_ex (answer->root, "events", &events))
    return;
  keep (session, conversation, events);
  for (gsize i = json_object_array_length (events); i-- > 0;) {
    json_object *event = json_object_array_get_idx (events, i);
    if (json_object_is_type (event, json_type_object) &&
        g_strcmp0 (kith_member_string (event, "kind"), "message") == 0) {
      note (session, conversation, event);
      return;
    }
  }
}

static gboolean
is_wanted (KithChat *chat)
{
  return g_str_equal (kith_chat_state (chat), "member") && kith_chat_last (chat) > 0 &&
         (kith_chat_preview_seq (chat) == 0 ||
          (kith_chat_unread (chat) > 0 && kith_chat_preview_seq (chat) < kith_chat_last (chat)));
}

void
kith_session_fetch_previews (KithSession *session)
{
  KithFetch fetch = KITH_FETCH_NEWEST;
  GHashTableIter iter;
  gpointer id, chat;
  guint asked = 0;
  g_hash_table_iter_init (&iter, session->chats);
  while (asked < FETCHES_MAX && g_hash_table_iter_next (&iter, &id, &chat)) {
    if (!is_wanted (chat))
      continue;
    asked++;
    fetch.limit = (int) CLAMP (kith_chat_unread (chat) + EVENTS, EVENTS, EVENTS_MAX);
    kith_session_fetch (session, *(gint64 *) id, &fetch, on_fetched, g_memdup2 (id, sizeof (gint64)), g_free);
  }
}

static char *
preview_of (KithSession *session, KithChat *chat, json_object *event)
{
  gint64 from = kith_member_id (event, "from", 'u');
  json_object *body = kith_member_object (event, "body");
  const char *text = body != NULL ? kith_member_string (body, "text") : NULL;
  g_autofree char *line = kith_rich_one_line (text != NULL ? text : "", PREVIEW_CHARACTERS);
  if (kith_member_boolean (event, "deleted", FALSE))
    return g_strdup (_ ("Message deleted"));
  if (kith_chat_kind (chat) == KITH_KIND_NOTES || (kith_chat_contact (chat) != NULL && from != session->me))
    return g_steal_pointer (&line);
  return g_strdup_printf (
      "%s: %s", from == session->me ? _ ("You") : kith_contact_name (kith_session_contact (session, from)), line);
}

/* What is said in a conversation that is new may come before the conversation: it waits for that. */
static void
show (KithSession *session, gint64 conversation, json_object *event)
{
  KithChat *chat = kith_session_chat (session, conversation);
  if (chat == NULL && g_hash_table_size (session->last_messages) < WAITING_MAX)
    g_hash_table_insert (session->last_messages, g_memdup2 (&conversation, sizeof conversation),
                         json_object_get (event));
  if (chat == NULL)
    return;
  kith_chat_set_preview (chat, kith_member_integer (event, "seq", 0), kith_member_integer (event, "at", 0),
                         preview_of (session, chat, event));
  kith_chats_put (session->list, chat);
}

void
kith_session_show_previews (KithSession *session)
{
  GHashTable *messages = session->last_messages;
  GHashTableIter iter;
  gpointer id, event;
  session->last_messages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, kith_json_drop);
  g_hash_table_iter_init (&iter, messages);
  while (g_hash_table_iter_next (&iter, &id, &event))
    show (session, *(gint64 *) id, event);
  g_hash_table_unref (messages);
}
