/* session-marks.c - how far we have read, and who types.
 *
 * A mark waits for its answer before the next is asked for a conversation, and only the last wish counts: scrolling
 * through a thousand messages asks the server a few times. */
#include "core/session-private.h"

#include "core/chat-private.h"

#include "proto/message.h"

#define TYPING_EVERY_US (3 * G_TIME_SPAN_SECOND)
#define TYPED_MAX 1000 /* of one step */

typedef struct {
  gint64 read, unread_from; /* what is wanted next; 0: nothing */
  gboolean asked;
} Mark;

static void ask (KithSession *session, gint64 conversation, Mark *mark);

static void
take_cursor (KithSession *session, gint64 conversation, json_object *cursor)
{
  KithChat *chat = kith_session_chat (session, conversation);
  kith_state_apply_mark (kith_client_known (session->client), conversation, cursor);
  kith_session_note (session, session->new_chats, conversation);
  if (chat != NULL)
    kith_session_tell_chat (session, KITH_SIGNAL_READ, chat, NULL);
}

static void
on_marked (KithSession *session, const KithAnswer *answer, gpointer data)
{
  gint64 conversation = *(gint64 *) data;
  Mark *mark = g_hash_table_lookup (session->marks, &conversation);
  mark->asked = FALSE;
  if (answer->root != NULL)
    take_cursor (session, conversation, answer->root);
  if (mark->read != 0 || mark->unread_from != 0)
    ask (session, conversation, mark);
}

static void
ask (KithSession *session, gint64 conversation, Mark *mark)
{
  json_object *request = kith_client_message ("mark", conversation, FALSE);
  if (mark->unread_from != 0)
    kith_add_integer (request, "unread_from", mark->unread_from);
  else
    kith_add_integer (request, "read", mark->read);
  mark->read = mark->unread_from = 0;
  mark->asked = TRUE;
  kith_session_ask (session, request, KITH_REQUEST_KEEP, on_marked, g_memdup2 (&conversation, sizeof conversation),
                    g_free);
}

static void
want (KithSession *session, gint64 conversation, gint64 read, gint64 unread_from)
{
  Mark *mark = g_hash_table_lookup (session->marks, &conversation);
  if (mark == NULL) {
    mark = g_new0 (Mark, 1);
    g_hash_table_insert (session->marks, g_memdup2 (&conversation, sizeof conversation), mark);
  }
  mark->read = read;
  mark->unread_from = unread_from;
  if (!mark->asked)
    ask (session, conversation, mark);
}

void
kith_session_mark_read (KithSession *session, KithChat *chat, gint64 seq)
{
  gint64 upto = MIN (seq, kith_chat_last (chat));
  if (kith_chat_id (chat) == 0 || upto <= kith_chat_read (chat))
    return;
  kith_chat_expect_read (chat, upto);
  session->new_totals = TRUE;
  kith_session_stir (session);
  want (session, kith_chat_id (chat), upto, 0);
}

void
kith_session_mark_unread (KithSession *session, KithChat *chat, gint64 seq)
{
  if (kith_chat_id (chat) != 0 && seq > 0)
    want (session, kith_chat_id (chat), 0, seq);
}

/* Typing. */

void
kith_session_typing (KithSession *session, KithChat *chat)
{
  gint64 id = kith_chat_id (chat), now_us = g_get_monotonic_time ();
  gint64 *last_us = g_hash_table_lookup (session->typed_us, &id);
  KithKind kind = kith_chat_kind (chat);
  if (id == 0 || kind == KITH_KIND_NOTES || kind == KITH_KIND_BROADCASTS || !kith_session_is_online (session) ||
      !kith_session_setting (session, "send-typing") || (last_us != NULL && now_us - *last_us < TYPING_EVERY_US))
    return;
  g_hash_table_replace (session->typed_us, g_memdup2 (&id, sizeof id), g_memdup2 (&now_us, sizeof now_us));
  kith_client_push (session->client, kith_client_message ("typing", id, FALSE));
}

static void wait_for_typing (KithSession *session, gint64 due_us);

static gboolean
on_typing_due (gpointer data)
{
  KithSession *session = data;
  gint64 now_us = g_get_monotonic_time (), next_us = G_MAXINT64;
  GHashTableIter iter;
  gpointer chat;
  g_clear_pointer (&session->typing_timer, g_source_unref);
  G_GNUC_UNUSED g_autoptr (KithSession) self = g_object_ref (session);
  g_autoptr (GPtrArray) chats = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_iter_init (&iter, session->typing);
  while (g_hash_table_iter_next (&iter, &chat, NULL))
    g_ptr_array_add (chats, g_object_ref (chat));
  for (guint i = 0; i < chats->len; i++) {
    chat = g_ptr_array_index (chats, i);
    gint64 due_us = kith_chat_expire_typing (chat, now_us);
    next_us = MIN (next_us, due_us);
    if (due_us == G_MAXINT64)
      g_hash_table_remove (session->typing, chat);
  }
  if (next_us != G_MAXINT64)
    wait_for_typing (session, next_us);
  return G_SOURCE_REMOVE;
}

static void
wait_for_typing (KithSession *session, gint64 due_us)
{
  gint64 left_us = MAX (due_us - g_get_monotonic_time (), 0);
  if (session->typing_timer != NULL)
    return; /* comes back earlier, and looks again */
  session->typing_timer = g_timeout_source_new ((guint) (left_us / 1000 + 1));
  g_source_set_callback (session->typing_timer, on_typing_due, session, NULL);
  g_source_attach (session->typing_timer, session->context);
}

void
kith_session_note_typing (KithSession *session, const KithTyped *typed)
{
  if (session->typed->len < TYPED_MAX)
    g_array_append_vals (session->typed, typed, 1);
  kith_session_stir (session);
}

static void
show_typing (KithSession *session, const KithTyped *typed, gint64 now_us)
{
  KithChat *chat = kith_session_chat (session, typed->conversation);
  KithContact *contact = g_hash_table_lookup (session->contacts, &typed->account);
  if (chat == NULL || contact == NULL || kith_contact_is_me (contact) || kith_contact_is_blocked (contact))
    return;
  if (typed->over) {
    kith_chat_stop_typing (chat, contact);
    return;
  }
  kith_chat_add_typing (chat, contact, now_us);
  if (!g_hash_table_contains (session->typing, chat))
    g_hash_table_add (session->typing, g_object_ref (chat));
  wait_for_typing (session, now_us + KITH_TYPING_SECONDS * G_TIME_SPAN_SECOND);
}

void
kith_session_flush_typing (KithSession *session)
{
  g_autoptr (GArray) typed = session->typed;
  session->typed = g_array_new (FALSE, FALSE, sizeof (KithTyped));
  for (guint i = 0; i < typed->len; i++)
    show_typing (session, &g_array_index (typed, KithTyped, i), g_get_monotonic_time ());
}
