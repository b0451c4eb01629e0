/* session-hooks.c - what the headless client tells from within a step: kept in the cache, noted for the flush. */
#include "core/session-private.h"

#include "core/log-private.h"
#include "core/members-private.h"
#include "core/post-private.h"

#include "proto/message.h"

#define POSTED_MAX 50 /* messages of one step that are told one by one; of more, the last */

static void
on_state (KithClient *client, KithClientState state, const GError *why, gpointer data)
{
  KithSession *session = data;
  if (why != NULL || state == KITH_CLIENT_READY)
    kith_session_set_error (session, why);
  if (state == KITH_CLIENT_READY)
    session->unsent = kith_outbox_count (kith_client_outbox (client));
  if (state == KITH_CLIENT_KEY_CHANGED)
    kith_session_tell (session, KITH_SIGNAL_KEY_CHANGED, session->pin, kith_client_pin (client));
  session->sent = state == KITH_CLIENT_READY ? 0 : session->sent;
  session->new_state = TRUE;
  kith_session_stir (session);
}

static void
on_trust (KithClient *client, const char *pin, gpointer data)
{
  kith_session_tell (data, KITH_SIGNAL_TRUST, pin, NULL);
}

/* Notes everybody and every conversation that a page of sync is about. */
static void
note_each (KithSession *session, GHashTable *set, json_object *page, const char *name, char prefix)
{
  json_object *items = NULL;
  if (!json_object_object_get_ex (page, name, &items) || !json_object_is_type (items, json_type_array))
    return;
  for (gsize i = 0; i < json_object_array_length (items); i++) {
    json_object *item = json_object_array_get_idx (items, i);
    gint64 id = 0;
    if (json_object_is_type (item, json_type_object))
      id = kith_member_id (item, "id", prefix);
    else if (json_object_is_type (item, json_type_string))
      kith_id_parse (json_object_get_string (item), prefix, &id);
    if (id != 0)
      kith_session_note (session, set, id);
  }
}

static void
on_learned (KithClient *client, json_object *page, gpointer data)
{
  KithSession *session = data;
  json_object *removed = kith_member_object (page, "removed");
  note_each (session, session->new_people, page, "people", 'u');
  note_each (session, session->new_chats, page, "conversations", 'c');
  if (removed != NULL) {
    note_each (session, session->new_people, removed, "people", 'u');
    note_each (session, session->new_chats, removed, "conversations", 'c');
  }
  kith_cache_put_learned (session->cache, page);
}

static void
on_synced (KithClient *client, gpointer data)
{
  KithSession *session = data;
  session->new_state = session->synced = TRUE;
  kith_session_stir (session);
}

static void
on_forgotten (KithClient *client, gpointer data)
{
  KithSession *session = data;
  kith_cache_clear (session->cache);
  session->forgotten = TRUE;
  kith_session_stir (session);
}

/* A message of somebody else that nobody here has read. */
static gboolean
is_news (KithSession *session, json_object *event, gint64 from)
{
  const KithConversation *known =
      kith_state_conversation (kith_client_known (session->client), kith_member_id (event, "conversation", 'c'));
  return from != session->me && (known == NULL || kith_member_integer (event, "seq", 0) > known->read);
}

static void
note_message (KithSession *session, gint64 conversation, json_object *event)
{
  gint64 from = kith_member_id (event, "from", 'u');
  kith_session_note_typing (session, &(KithTyped){conversation, from, TRUE});
  if (!is_news (session, event, from))
    return;
  if (session->posted->len >= POSTED_MAX)
    g_ptr_array_remove_index (session->posted, 0);
  g_ptr_array_add (session->posted, json_object_get (event));
}

static void
on_event (KithClient *client, json_object *event, gpointer data)
{
  KithSession *session = data;
  gint64 conversation = kith_member_id (event, "conversation", 'c');
  KithChat *chat = g_hash_table_lookup (session->chats, &conversation);
  KithLog *log = chat != NULL ? kith_session_find_log (session, chat) : NULL;
  kith_cache_apply_event (session->cache, conversation, event);
  kith_session_note_preview (session, event);
  kith_session_note_expelling (session, conversation, event);
  if (g_strcmp0 (kith_member_string (event, "kind"), "message") == 0)
    note_message (session, conversation, event);
  if (log != NULL)
    kith_log_take_push (log, event);
  for (guint i = 0; chat != NULL && i < session->members->len; i++)
    if (kith_members_chat (g_ptr_array_index (session->members, i)) == chat)
      kith_members_take_event (g_ptr_array_index (session->members, i), event);
  kith_session_note (session, session->new_chats, conversation);
}

static void
on_typing (KithClient *client, gint64 conversation, gint64 account, gpointer data)
{
  kith_session_note_typing (data, &(KithTyped){conversation, account, FALSE});
}

static void
on_marked (KithClient *client, gint64 conversation, gpointer data)
{
  KithSession *session = data;
  KithChat *chat = g_hash_table_lookup (session->chats, &conversation);
  kith_session_note (session, session->new_chats, conversation);
  if (chat != NULL)
    kith_session_tell_chat (session, KITH_SIGNAL_READ, chat, NULL);
}

static void
on_behind (KithClient *client, gint64 conversation, gint64 last, gpointer data)
{
  KithSession *session = data;
  KithChat *chat = g_hash_table_lookup (session->chats, &conversation);
  KithLog *log = chat != NULL ? kith_session_find_log (session, chat) : NULL;
  kith_session_note (session, session->new_chats, conversation);
  if (log != NULL)
    kith_log_refresh (log);
}

static void
on_entry_changed (KithClient *client, const KithOutboxEntry *entry, gpointer data)
{
  kith_session_on_entry (data, entry);
}

static void
on_presence (KithClient *client, const KithPresence *presence, gpointer data)
{
  KithSession *session = data;
  kith_session_note (session, session->new_presence, presence->account);
}

static void
on_status (KithClient *client, const KithPresence *choice, gpointer data)
{
  KithSession *session = data;
  session->new_state = TRUE;
  kith_session_stir (session);
}

static void
on_notice (KithClient *client, const GError *notice, gpointer data)
{
  kith_session_tell (data, KITH_SIGNAL_NOTICE, notice->message, NULL);
}

static void
on_receipts (KithClient *client, gint64 conversation, gpointer data)
{
  KithSession *session = data;
  KithChat *chat = g_hash_table_lookup (session->chats, &conversation);
  KithLog *log = chat != NULL ? kith_session_find_log (session, chat) : NULL;
  if (log != NULL)
    kith_log_take_receipts (log);
}

static void
on_settings (KithClient *client, gpointer data)
{
  KithSession *session = data;
  session->new_state = TRUE;
  kith_session_stir (session);
}

const KithClientHooks kith_session_hooks = {.state_changed = on_state,
                                            .trust = on_trust,
                                            .learned = on_learned,
                                            .synced = on_synced,
                                            .forgotten = on_forgotten,
                                            .event = on_event,
                                            .typing = on_typing,
                                            .marked = on_marked,
                                            .behind = on_behind,
                                            .entry_changed = on_entry_changed,
                                            .presence = on_presence,
                                            .status = on_status,
                                            .notice = on_notice,
                                            .receipts = on_receipts,
                                            .settings = on_settings};
