/* session-models.c - people and conversations of the headless client's state become contacts and chats.
 *
 * What has changed was noted by id; the flush looks each up in the state, once, however often it changed. It comes
 * after the step of the client in which something was noted, or from the main loop; never from within a call of a
 * widget, so nobody is surprised in the middle of a change. */
#include "core/session-private.h"

#include "core/chat-private.h"
#include "core/chats-private.h"
#include "core/contact-private.h"
#include "core/log-private.h"
#include "core/members-private.h"
#include "core/post-private.h"
#include "core/rich.h"

#include "proto/message.h"

#include <glib/gi18n.h>

#define PLACES_MAX 1000     /* people known up to which each has a place in the sidebar, conversation or not */
#define CONTACTS_MAX 100000 /* beyond, whoever is not known is one and the same somebody */
#define PREVIEW_CHARACTERS 120
#define GROUP_NAMES 4 /* in the title of a conversation of several */

static GHashTable *
id_set (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

void
kith_session_models_init (KithSession *session)
{
  session->contacts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_object_unref);
  session->chats = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_object_unref);
  session->direct = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  session->list = kith_chats_new ();
  session->roster = kith_roster_new ();
  session->logs = g_hash_table_new (NULL, NULL);
  g_queue_init (&session->kept);
  session->members = g_ptr_array_new ();
  session->locals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  session->new_people = id_set ();
  session->new_presence = id_set ();
  session->new_chats = id_set ();
  session->last_messages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, kith_json_drop);
  session->posted = g_ptr_array_new_with_free_func (kith_json_drop);
  session->marks = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  session->typed_us = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  session->typing = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  session->typed = g_array_new (FALSE, FALSE, sizeof (KithTyped));
  session->outcomes = kith_session_outcomes_new ();
  session->failed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, kith_json_drop);
}

/* The models stay for who still holds them. */
void
kith_session_models_clear (KithSession *session)
{
  GHashTableIter iter;
  gpointer chat;
  if (session->chats == NULL)
    return;
  g_hash_table_iter_init (&iter, session->chats);
  while (g_hash_table_iter_next (&iter, NULL, &chat))
    g_signal_handlers_disconnect_by_data (chat, session);
  g_hash_table_iter_init (&iter, session->direct);
  while (g_hash_table_iter_next (&iter, NULL, &chat))
    g_signal_handlers_disconnect_by_data (chat, session);
  g_queue_clear_full (&session->kept, g_object_unref);
  GHashTable **tables[] = {&session->logs,          &session->direct, &session->chats,      &session->contacts,
                           &session->locals,        &session->names,  &session->new_people, &session->new_presence,
                           &session->new_chats,     &session->marks,  &session->typed_us,   &session->typing,
                           &session->last_messages, &session->failed};
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    g_clear_pointer (tables[i], g_hash_table_unref);
  g_clear_object (&session->list);
  g_clear_object (&session->roster);
  g_clear_pointer (&session->posted, g_ptr_array_unref);
  g_clear_pointer (&session->typed, g_array_unref);
  g_clear_pointer (&session->members, g_ptr_array_unref);
  g_clear_pointer (&session->outcomes, g_ptr_array_unref);
}

gboolean
kith_session_setting (KithSession *session, const char *name)
{
  return session->settings == NULL || kith_settings_get_boolean (session->settings, name);
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
  *set = id_set ();
  return now;
}

/* Contacts. */

static KithState *
known (KithSession *session)
{
  return kith_client_known (session->client);
}

KithContact *
kith_session_contact (KithSession *session, gint64 account)
{
  static const gint64 nobody = 0;
  KithContact *contact = g_hash_table_lookup (session->contacts, &account);
  if (contact == NULL && g_hash_table_size (session->contacts) >= CONTACTS_MAX) {
    account = nobody;
    contact = g_hash_table_lookup (session->contacts, &account);
  }
  if (contact != NULL)
    return contact;
  contact = kith_contact_new (account);
  g_hash_table_insert (session->contacts, (gpointer) kith_contact_key (contact), contact);
  return contact;
}

KithContact *
kith_session_contact_by_handle (KithSession *session, const char *handle)
{
  const KithPerson *person = kith_state_person_by_handle (known (session), handle);
  return person != NULL ? kith_session_contact (session, person->id) : NULL;
}

static void
show_presence (KithSession *session, KithContact *contact)
{
  gboolean online = kith_session_is_online (session);
  const KithPresence *presence = NULL;
  if (online && kith_contact_is_me (contact))
    presence = kith_client_choice (session->client);
  else if (online)
    presence = kith_client_presence (session->client, kith_contact_id (contact));
  kith_contact_set_presence (contact, presence);
}

/* What this computer keeps of a chat. */

static char *
local_name (const char *what, KithChat *chat)
{
  gint64 id = kith_chat_id (chat);
  return id != 0 ? g_strdup_printf ("%s %" G_GINT64_FORMAT, what, id)
                 : g_strdup_printf ("%s-to-%" G_GINT64_FORMAT " 0", what, kith_contact_id (kith_chat_contact (chat)));
}

static void
on_local (const char *what, gint64 conversation, const char *value, gpointer data)
{
  KithSession *session = data;
  g_hash_table_insert (session->locals, g_strdup_printf ("%s %" G_GINT64_FORMAT, what, conversation), g_strdup (value));
}

void
kith_session_load_locals (KithSession *session)
{
  kith_cache_each_local (session->cache, on_local, session);
  const char *name = g_hash_table_lookup (session->locals, "server-name 0");
  if (name != NULL) {
    g_free (session->server_name);
    session->server_name = g_strdup (name);
  }
}

static void
keep_local (KithSession *session, const char *what, KithChat *chat, const char *value)
{
  g_autofree char *name = local_name (what, chat);
  char *space = strrchr (name, ' ');
  *space = '\0';
  kith_cache_set_local (session->cache, name, kith_chat_id (chat), value);
}

static void
on_draft (KithChat *chat, GParamSpec *spec, gpointer data)
{
  const char *draft = kith_chat_draft (chat);
  keep_local (data, "draft", chat, *draft != '\0' ? draft : NULL);
}

static void
on_muted (KithChat *chat, GParamSpec *spec, gpointer data)
{
  KithSession *session = data;
  keep_local (session, "muted", chat, kith_chat_is_muted (chat) ? "1" : NULL);
  session->new_totals = TRUE;
  kith_session_stir (session);
}

static void
adopt (KithSession *session, KithChat *chat)
{
  g_autofree char *draft = local_name ("draft", chat), *muted = local_name ("muted", chat);
  const char *kept = g_hash_table_lookup (session->locals, draft);
  if (kept != NULL)
    kith_chat_set_draft (chat, kept);
  kith_chat_set_muted (chat, g_hash_table_contains (session->locals, muted));
  g_signal_connect (chat, "notify::draft", G_CALLBACK (on_draft), session);
  g_signal_connect (chat, "notify::muted", G_CALLBACK (on_muted), session);
}

/* The place of a person without conversation. */
static KithChat *
make_place (KithSession *session, KithContact *contact)
{
  KithChat *chat = kith_chat_new (0, KITH_KIND_DIRECT, contact);
  gint64 account = kith_contact_id (contact);
  adopt (session, chat);
  g_hash_table_insert (session->direct, g_memdup2 (&account, sizeof account), chat);
  return chat;
}

static void
place_contact (KithSession *session, KithContact *contact)
{
  KithChat *chat = g_hash_table_lookup (session->direct, kith_contact_key (contact));
  if (chat == NULL && !kith_contact_is_me (contact) && g_hash_table_size (session->direct) < PLACES_MAX)
    chat = make_place (session, contact);
  if (chat == NULL)
    return;
  if (kith_chat_kind (chat) == KITH_KIND_DIRECT)
    kith_chat_set_title (chat, g_strdup (kith_contact_name (contact)));
  kith_chats_put (session->list, chat);
}

static void
show_person (KithSession *session, gint64 id)
{
  const KithPerson *person = kith_state_person (known (session), id);
  if (person == NULL && !g_hash_table_contains (session->contacts, &id))
    return;
  KithContact *contact = kith_session_contact (session, id);
  kith_contact_learn (contact, person, id == session->me);
  show_presence (session, contact);
  kith_roster_put (session->roster, contact, person != NULL);
  if (person != NULL)
    place_contact (session, contact);
}

/* Chats. */

static char *
group_title (KithSession *session, const KithConversation *conversation)
{
  g_autoptr (GString) title = g_string_new (NULL);
  guint named = 0;
  for (guint i = 0; i < conversation->people->len && named < GROUP_NAMES; i++) {
    gint64 id = g_array_index (conversation->people, gint64, i);
    if (id == session->me)
      continue;
    g_string_append_printf (title, "%s%s", named++ > 0 ? ", " : "",
                            kith_contact_name (kith_session_contact (session, id)));
  }
  if (conversation->people->len > named + 1)
    g_string_append (title, "…");
  return g_string_free (g_steal_pointer (&title), FALSE);
}

/* The other one, where there is exactly one. */
static KithContact *
other_of (KithSession *session, const KithConversation *conversation)
{
  if (conversation->kind != KITH_KIND_DIRECT || conversation->people->len != 2 || session->me == 0)
    return NULL;
  const gint64 *people = (const gint64 *) (gconstpointer) conversation->people->data;
  return kith_session_contact (session, people[0] == session->me ? people[1] : people[0]);
}

static char *
title_of (KithSession *session, const KithConversation *conversation)
{
  KithContact *other = other_of (session, conversation);
  if (conversation->kind == KITH_KIND_NOTES)
    return g_strdup (_ ("Notes"));
  if (conversation->kind == KITH_KIND_ROOM)
    return kith_rich_clean_name (conversation->name);
  return other != NULL ? g_strdup (kith_contact_name (other)) : group_title (session, conversation);
}

/* The chat that becomes this conversation: the place of the other one, if it is free. */
static KithChat *
make_chat (KithSession *session, const KithConversation *conversation)
{
  KithContact *other = other_of (session, conversation);
  KithChat *place = other != NULL ? g_hash_table_lookup (session->direct, kith_contact_key (other)) : NULL;
  if (place != NULL && kith_chat_id (place) == 0)
    return g_object_ref (place);
  KithChat *chat = kith_chat_new (conversation->id, conversation->kind, other);
  adopt (session, chat);
  if (other != NULL) {
    gint64 account = kith_contact_id (other);
    g_hash_table_replace (session->direct, g_memdup2 (&account, sizeof account), g_object_ref (chat));
  }
  return chat;
}

static void
show_chat (KithSession *session, gint64 id)
{
  const KithConversation *conversation = kith_state_conversation (known (session), id);
  KithChat *chat = g_hash_table_lookup (session->chats, &id);
  if (conversation == NULL && chat != NULL) {
    kith_chat_void (chat);
    kith_chats_remove (session->list, chat);
  }
  if (conversation == NULL)
    return;
  gboolean fresh = chat == NULL;
  if (fresh)
    chat = make_chat (session, conversation);
  kith_chat_learn (chat, conversation, title_of (session, conversation), session->me);
  if (fresh)
    g_hash_table_insert (session->chats, (gpointer) kith_chat_key (chat), chat);
  kith_chats_put (session->list, chat);
  KithLog *log = kith_session_find_log (session, chat);
  if (log != NULL)
    kith_log_chat_changed (log);
}

KithChat *
kith_session_chat (KithSession *session, gint64 conversation)
{
  return g_hash_table_lookup (session->chats, &conversation);
}

static gboolean
is_in (KithChat *chat)
{
  return kith_chat_kind (chat) == KITH_KIND_ROOM && g_str_equal (kith_chat_state (chat), "member");
}

KithChat *
kith_session_lobby (KithSession *session)
{
  GHashTableIter iter;
  gpointer value;
  KithChat *first = NULL;
  g_hash_table_iter_init (&iter, session->chats);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (!is_in (value) || kith_chat_is_private (value))
      continue;
    if (kith_chat_is_lobby (value))
      return value;
    if (first == NULL || kith_chat_id (value) < kith_chat_id (first))
      first = value;
  }
  return first;
}

/* Logs. */

KithLog *
kith_session_find_log (KithSession *session, KithChat *chat)
{
  return session->logs != NULL ? g_hash_table_lookup (session->logs, chat) : NULL;
}

void
kith_session_drop_log (KithSession *session, KithChat *chat)
{
  if (session->logs != NULL)
    g_hash_table_remove (session->logs, chat);
}

/* The last used stay filled, whoever looks at them. */
static void
keep_log (KithSession *session, KithLog *log)
{
  GList *link = g_queue_find (&session->kept, log);
  if (link != NULL)
    g_queue_unlink (&session->kept, link);
  else
    link = g_list_append (NULL, g_object_ref (log));
  g_queue_push_head_link (&session->kept, link);
  if (session->kept.length > KITH_LOGS_KEPT)
    g_object_unref (g_queue_pop_tail (&session->kept));
}

KithLog *
kith_session_log (KithSession *session, KithChat *chat)
{
  KithLog *log = kith_session_find_log (session, chat);
  if (log != NULL) {
    keep_log (session, log);
    return g_object_ref (log);
  }
  log = kith_log_new (session, chat);
  g_hash_table_insert (session->logs, chat, log);
  keep_log (session, log);
  return log;
}

/* Previews. */

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

static void
show_preview (KithSession *session, gint64 conversation, json_object *event)
{
  KithChat *chat = kith_session_chat (session, conversation);
  if (chat == NULL)
    return;
  kith_chat_set_preview (chat, kith_member_integer (event, "seq", 0), kith_member_integer (event, "at", 0),
                         preview_of (session, chat, event));
  kith_chats_put (session->list, chat);
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
  g_autoptr (GPtrArray) people = kith_state_people (known (session));
  g_autoptr (GPtrArray) conversations = kith_state_conversations (known (session));
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
  const KithPerson *person =
      me == 0 && session->handle != NULL ? kith_state_person_by_handle (known (session), session->handle) : NULL;
  me = person != NULL ? person->id : me;
  if (me == 0 || me == session->me)
    return;
  session->me = me;
  session->all_new = session->new_me = TRUE;
}

static void
flush_people (KithSession *session)
{
  g_autoptr (GHashTable) people = take_set (&session->new_people);
  g_autoptr (GHashTable) presence = take_set (&session->new_presence);
  GHashTableIter iter;
  gpointer id, contact;
  each_id (session, people, show_person);
  g_hash_table_iter_init (&iter, presence);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if ((contact = g_hash_table_lookup (session->contacts, id)) != NULL)
      show_presence (session, contact);
  if (g_hash_table_size (people) == 0)
    return;
  g_clear_pointer (&session->names, g_hash_table_unref);
  g_hash_table_iter_init (&iter, session->chats); /* titles made of names */
  while (g_hash_table_iter_next (&iter, &id, &contact))
    if (kith_chat_kind (contact) == KITH_KIND_DIRECT)
      kith_session_note (session, session->new_chats, *(gint64 *) id);
  kith_roster_flush (session->roster);
}

static void
flush_chats (KithSession *session)
{
  g_autoptr (GHashTable) chats = take_set (&session->new_chats);
  GHashTable *messages = session->last_messages;
  GHashTableIter iter;
  gpointer id, event;
  session->new_totals |= g_hash_table_size (chats) > 0;
  each_id (session, chats, show_chat);
  session->last_messages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, kith_json_drop);
  g_hash_table_iter_init (&iter, messages);
  while (g_hash_table_iter_next (&iter, &id, &event))
    show_preview (session, *(gint64 *) id, event);
  g_hash_table_unref (messages);
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
  if (online)
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
  if (online && !was_online) {
    kith_session_came_online (session);
    each_log (session, kith_log_refresh);
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

static void
flush_posted (KithSession *session)
{
  g_autoptr (GPtrArray) posted = session->posted;
  session->posted = g_ptr_array_new_with_free_func (kith_json_drop);
  for (guint i = 0; i < posted->len; i++) {
    json_object *event = g_ptr_array_index (posted, i);
    KithChat *chat = kith_session_chat (session, kith_member_id (event, "conversation", 'c'));
    g_autoptr (KithPost) post = kith_post_new_event (event, session->me);
    if (chat != NULL && post != NULL)
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
  g_autoptr (KithSession) self = g_object_ref (session);
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
  if (session->new_me)
    kith_session_notify (session, KITH_SESSION_ME);
  session->new_me = FALSE;
  flush_totals (session);
  flush_waiting (session);
  each_log (session, kith_log_flush);
  each_members (session, kith_members_flush);
  kith_session_flush_typing (session);
  flush_posted (session);
  kith_session_conclude (session);
  kith_session_emit_tellings (session);
  session->flushing = FALSE;
  if (session->again)
    kith_session_stir (session);
}
