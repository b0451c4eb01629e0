/* session-flush.c - what was noted is shown.
 *
 * What has changed was noted by id; the flush looks each up in the state, once, however often it changed. It comes
 * after the step of the client in which something was noted, or from the main loop; never from within a call of a
 * widget, so nobody is surprised in the middle of a change. */
#include "core/session-private.h"

#include "core/chats-private.h"
#include "core/contact-private.h"
#include "core/log-private.h"
#include "core/members-private.h"
#include "core/post-private.h"
#include "core/rich.h"

#include "proto/message.h"

GHashTable *
kith_session_id_set (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static gboolean
on_flush (gpointer data)
{
  kith_session_flush (data);
  return G_SOURCE_REMOVE;
}

void
kith_session_stir (KithSession *session)
{
  if (session->flush != NULL)
    return;
  session->flush = g_idle_source_new ();
  g_source_set_priority (session->flush, G_PRIORITY_DEFAULT);
  g_source_set_callback (session->flush, on_flush, session, NULL);
  g_source_set_name (session->flush, "kith session");
  g_source_attach (session->flush, session->context);
}

void
kith_session_note (KithSession *session, GHashTable *set, gint64 id)
{
  if (!g_hash_table_contains (set, &id))
    g_hash_table_add (set, g_memdup2 (&id, sizeof id));
  kith_session_stir (session);
}

/* Takes what a set has so far. */
static GHashTable *
take_set (GHashTable **set)
{
  GHashTable *now = *set;
  *set = kith_session_id_set ();
  return now;
}

/* The flush, part by part. */

static void
each_id (KithSession *session, GHashTable *set, void (*show) (KithSession *, gint64))
{
  GHashTableIter iter;
  gpointer id;
  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    show (session, *(gint64 *) id);
}

static void
note_all (KithSession *session)
{
  g_autoptr (GPtrArray) people = kith_state_people (kith_client_known (session->client));
  g_autoptr (GPtrArray) conversations = kith_state_conversations (kith_client_known (session->client));
  for (guint i = 0; i < people->len; i++)
    kith_session_note (session, session->new_people, ((const KithPerson *) g_ptr_array_index (people, i))->id);
  for (guint i = 0; i < conversations->len; i++)
    kith_session_note (session, session->new_chats,
                       ((const KithConversation *) g_ptr_array_index (conversations, i))->id);
}

/* Whatever is not known any more has to go too. */
static void
note_shown (KithSession *session)
{
  GHashTableIter iter;
  gpointer id;
  g_hash_table_iter_init (&iter, session->contacts);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    kith_session_note (session, session->new_people, *(gint64 *) id);
  g_hash_table_iter_init (&iter, session->chats);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    kith_session_note (session, session->new_chats, *(gint64 *) id);
}

static void
flush_me (KithSession *session)
{
  gint64 me = kith_client_me (session->client);
  const KithPerson *person = me == 0 && session->handle != NULL
                                 ? kith_state_person_by_handle (kith_client_known (session->client), session->handle)
                                 : NULL;
  me = person != NULL ? person->id : me;
  if (me == 0 || me == session->me)
    return;
  session->me = me;
  kith_cache_set_me (session->cache, me);
  session->all_new = session->new_me = TRUE;
}

static void
flush_people (KithSession *session)
{
  g_autoptr (GHashTable) people = take_set (&session->new_people);
  g_autoptr (GHashTable) presence = take_set (&session->new_presence);
  GHashTableIter iter;
  gpointer id, contact;
  each_id (session, people, kith_session_show_person);
  g_hash_table_iter_init (&iter, presence);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if ((contact = g_hash_table_lookup (session->contacts, id)) != NULL)
      kith_session_show_presence (session, contact);
  if (g_hash_table_size (people) == 0)
    return;
  g_clear_pointer (&session->names, g_hash_table_unref);
  g_hash_table_iter_init (&iter, session->chats); /* titles made of names; what my role is good for */
  while (g_hash_table_iter_next (&iter, &id, &contact))
    if (kith_chat_kind (contact) == KITH_KIND_DIRECT || kith_chat_kind (contact) == KITH_KIND_BROADCASTS)
      kith_session_note (session, session->new_chats, *(gint64 *) id);
  kith_roster_flush (session->roster);
}

static void
flush_chats (KithSession *session)
{
  g_autoptr (GHashTable) chats = take_set (&session->new_chats);
  session->new_totals |= g_hash_table_size (chats) > 0;
  each_id (session, chats, kith_session_show_chat);
  kith_session_show_previews (session);
  kith_chats_flush (session->list);
}

static void
flush_totals (KithSession *session)
{
  gint64 unread = 0, mentions = 0;
  GHashTableIter iter;
  gpointer chat;
  if (!session->new_totals)
    return;
  session->new_totals = FALSE;
  g_hash_table_iter_init (&iter, session->chats);
  while (g_hash_table_iter_next (&iter, NULL, &chat)) {
    if (kith_chat_is_muted (chat) || !g_str_equal (kith_chat_state (chat), "member"))
      continue;
    unread += kith_chat_unread (chat);
    mentions += kith_chat_mentions (chat);
  }
  if (unread != session->unread) {
    session->unread = unread;
    kith_session_notify (session, KITH_SESSION_UNREAD);
  }
  if (mentions != session->mentions) {
    session->mentions = mentions;
    kith_session_notify (session, KITH_SESSION_MENTIONS);
  }
}

static void
each_log (KithSession *session, void (*func) (KithLog *))
{
  GHashTableIter iter;
  gpointer log;
  g_autoptr (GPtrArray) logs = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_iter_init (&iter, session->logs);
  while (g_hash_table_iter_next (&iter, NULL, &log))
    g_ptr_array_add (logs, g_object_ref (log));
  for (guint i = 0; i < logs->len; i++)
    func (g_ptr_array_index (logs, i));
}

static void
each_members (KithSession *session, void (*func) (KithMembers *))
{
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < session->members->len; i++)
    g_ptr_array_add (lists, g_object_ref (g_ptr_array_index (session->members, i)));
  for (guint i = 0; i < lists->len; i++)
    func (g_ptr_array_index (lists, i));
}

static void
learn_server (KithSession *session)
{
  const char *name = kith_client_server_name (session->client), *pin = kith_client_pin (session->client);
  if (*pin != '\0' && g_strcmp0 (pin, session->pin) != 0) {
    g_free (session->pin);
    session->pin = g_strdup (pin);
  }
  g_autofree char *clean = *name != '\0' ? kith_rich_clean_name (name) : NULL;
  if (clean == NULL || g_str_equal (clean, session->server_name))
    return;
  g_free (session->server_name);
  session->server_name = g_steal_pointer (&clean);
  kith_session_show_server (session);
  kith_cache_set_local (session->cache, "server-name", 0, session->server_name);
  kith_session_notify (session, KITH_SESSION_SERVER_NAME);
}

static void
flush_state (KithSession *session)
{
  KithClientState state = kith_client_state (session->client);
  gboolean was_online = session->state == KITH_CLIENT_READY, online = state == KITH_CLIENT_READY;
  session->state = state;
  if (state == KITH_CLIENT_STOPPED || state == KITH_CLIENT_REFUSED)
    kith_session_give_up (session);
  if (online || state == KITH_CLIENT_OPEN || state == KITH_CLIENT_SIGNING_IN) /* it said hello, and its key is trusted */
    learn_server (session);
  if (online != was_online) {
    GHashTableIter iter;
    gpointer id;
    g_hash_table_iter_init (&iter, session->contacts);
    while (g_hash_table_iter_next (&iter, &id, NULL))
      kith_session_note (session, session->new_presence, *(gint64 *) id);
  } else if (session->me != 0) {
    kith_session_note (session, session->new_presence, session->me);
  }
  if (was_online && !online)
    kith_session_note_unread (session);
  if (online && !was_online) {
    session->want_previews = TRUE;
    kith_session_came_online (session);
    each_log (session, kith_log_came_online);
    each_members (session, kith_members_load);
  }
  static const KithSessionProperty told[] = {KITH_SESSION_STATE, KITH_SESSION_PROBLEM, KITH_SESSION_RETRY_AT,
                                             KITH_SESSION_CHOICE};
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    kith_session_notify (session, told[i]);
}

static void
flush_waiting (KithSession *session)
{
  guint waiting = kith_outbox_count (kith_client_outbox (session->client));
  if (waiting == session->waiting)
    return;
  session->waiting = waiting;
  kith_session_notify (session, KITH_SESSION_WAITING);
}

/* A block hides no broadcast. */
static gboolean
is_hidden (KithSession *session, KithChat *chat, gint64 from)
{
  const KithPerson *person = kith_state_person (kith_client_known (session->client), from);
  return person != NULL && person->blocked && kith_chat_kind (chat) != KITH_KIND_BROADCASTS;
}

/* What came in a conversation that nobody here knows yet waits until sync has told of it. */
static void
flush_posted (KithSession *session)
{
  g_autoptr (GPtrArray) posted = session->posted;
  session->posted = g_ptr_array_new_with_free_func (kith_json_drop);
  for (guint i = 0; i < posted->len; i++) {
    json_object *event = g_ptr_array_index (posted, i);
    KithChat *chat = kith_session_chat (session, kith_member_id (event, "conversation", 'c'));
    g_autoptr (KithPost) post = kith_post_new_event (event, session->me);
    if (chat == NULL)
      g_ptr_array_add (session->posted, json_object_get (event));
    else if (post != NULL && !is_hidden (session, chat, kith_post_from (post)))
      kith_session_tell_chat (session, KITH_SIGNAL_POSTED, chat, post);
  }
}

static void
flush_forgotten (KithSession *session)
{
  if (!session->forgotten)
    return;
  session->forgotten = FALSE;
  session->all_new = TRUE;
  each_log (session, kith_log_forget);
  note_shown (session);
}

/* Who listens may cause more to note, and run the main loop: that is for the next one. */
void
kith_session_flush (KithSession *session)
{
  G_GNUC_UNUSED g_autoptr (KithSession) self = g_object_ref (session);
  if (session->flush != NULL)
    g_source_destroy (session->flush);
  g_clear_pointer (&session->flush, g_source_unref);
  session->again = session->flushing;
  if (session->flushing || session->client == NULL)
    return;
  session->flushing = TRUE;
  flush_forgotten (session);
  flush_me (session);
  if (session->all_new)
    note_all (session);
  session->all_new = FALSE;
  if (session->new_state)
    flush_state (session);
  session->new_state = FALSE;
  flush_people (session);
  flush_chats (session);
  if (session->synced)
    kith_session_tell_missed (session);
  session->synced = FALSE;
  if (session->new_me)
    kith_session_notify (session, KITH_SESSION_ME);
  session->new_me = FALSE;
  if (session->want_previews)
    kith_session_fetch_previews (session);
  session->want_previews = FALSE;
  each_log (session, kith_log_flush);
  flush_totals (session);
  flush_waiting (session);
  each_members (session, kith_members_flush);
  kith_session_flush_typing (session);
  flush_posted (session);
  kith_session_conclude (session);
  kith_session_emit_tellings (session);
  session->flushing = FALSE;
  if (session->again)
    kith_session_stir (session);
}
