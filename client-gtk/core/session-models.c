/* session-models.c - people and conversations of the headless client's state become contacts and chats. */
#include "core/session-private.h"

#include "core/chat-private.h"
#include "core/chats-private.h"
#include "core/contact-private.h"
#include "core/log-private.h"
#include "core/post-private.h"
#include "core/rich.h"

#include <glib/gi18n.h>

#define PLACES_MAX 1000     /* people known up to which each has a place in the sidebar, conversation or not */
#define CONTACTS_MAX 100000 /* beyond, whoever is not known is one and the same somebody */
#define GROUP_NAMES 4       /* in the title of a conversation of several */

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
  session->new_people = kith_session_id_set ();
  session->new_presence = kith_session_id_set ();
  session->new_chats = kith_session_id_set ();
  session->last_messages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, kith_json_drop);
  session->posted = g_ptr_array_new_with_free_func (kith_json_drop);
  session->marks = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  session->typed_us = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  session->typing = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  session->typed = g_array_new (FALSE, FALSE, sizeof (KithTyped));
  session->outcomes = kith_session_outcomes_new ();
  session->expelling = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, kith_json_drop);
  session->going = g_ptr_array_new_with_free_func (g_free);
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
                           &session->last_messages, &session->failed, &session->before,     &session->expelling};
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

/* Contacts. */

static KithState *
known (KithSession *session)
{
  return kith_client_known (session->client);
}

void
kith_session_show_server (KithSession *session)
{
  static const gint64 server = 0;
  KithContact *contact = g_hash_table_lookup (session->contacts, &server);
  const KithPerson person = {
      .display = (char *) kith_session_server_name (session), .handle = (char *) "", .role = (char *) ""};
  if (contact != NULL)
    kith_contact_learn (contact, &person, FALSE);
}

KithContact *
kith_session_contact (KithSession *session, gint64 account)
{
  static const gint64 nobody = -1;
  KithContact *contact = g_hash_table_lookup (session->contacts, &account);
  if (contact == NULL && g_hash_table_size (session->contacts) >= CONTACTS_MAX) {
    account = nobody;
    contact = g_hash_table_lookup (session->contacts, &account);
  }
  if (contact != NULL)
    return contact;
  contact = kith_contact_new (account);
  g_hash_table_insert (session->contacts, (gpointer) kith_contact_key (contact), contact);
  if (account == 0)
    kith_session_show_server (session);
  return contact;
}

KithContact *
kith_session_contact_by_handle (KithSession *session, const char *handle)
{
  const KithPerson *person = kith_state_person_by_handle (known (session), handle);
  return person != NULL ? kith_session_contact (session, person->id) : NULL;
}

void
kith_session_show_presence (KithSession *session, KithContact *contact)
{
  gboolean online = kith_session_is_online (session);
  const KithPresence *presence = NULL;
  if (online && kith_contact_is_me (contact))
    presence = kith_client_choice (session->client);
  else if (online)
    presence = kith_client_presence (session->client, kith_contact_id (contact));
  kith_contact_set_presence (contact, presence);
}

/* The place of a person without conversation. */
static KithChat *
make_place (KithSession *session, KithContact *contact)
{
  KithChat *chat = kith_chat_new (0, KITH_KIND_DIRECT, contact);
  gint64 account = kith_contact_id (contact);
  kith_session_adopt (session, chat);
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

void
kith_session_show_person (KithSession *session, gint64 id)
{
  const KithPerson *person = kith_state_person (known (session), id);
  if (person == NULL && !g_hash_table_contains (session->contacts, &id))
    return;
  KithContact *contact = kith_session_contact (session, id);
  kith_contact_learn (contact, person, id == session->me);
  kith_session_show_presence (session, contact);
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
  if (conversation->kind == KITH_KIND_BROADCASTS)
    return g_strdup (_ ("Broadcasts"));
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
  kith_session_adopt (session, chat);
  if (other != NULL) {
    gint64 account = kith_contact_id (other);
    g_hash_table_replace (session->direct, g_memdup2 (&account, sizeof account), g_object_ref (chat));
  }
  return chat;
}

/* Our role on the server, where it is one; else NULL. */
static char *
staff_role (KithSession *session)
{
  static const char *const staff[] = {"owner", "admin", NULL};
  const KithPerson *me = kith_state_person (known (session), session->me);
  return me != NULL && g_strv_contains (staff, me->role) ? me->role : NULL;
}

gboolean
kith_session_may_broadcast (KithSession *session)
{
  return staff_role (session) != NULL;
}

/* Who has a role on the server has it where everybody is spoken to; everybody else reads there. */
static KithConversation
as_seen (KithSession *session, const KithConversation *conversation)
{
  KithConversation seen = *conversation;
  char *role = staff_role (session);
  if (conversation->kind == KITH_KIND_BROADCASTS)
    seen.role = role != NULL ? role : (char *) "read_only";
  return seen;
}

void
kith_session_show_chat (KithSession *session, gint64 id)
{
  const KithConversation *conversation = kith_state_conversation (known (session), id);
  KithChat *chat = g_hash_table_lookup (session->chats, &id);
  if (conversation == NULL && chat != NULL) {
    kith_chat_void (chat);
    kith_chats_remove (session->list, chat);
  }
  if (conversation == NULL)
    return;
  gboolean fresh = chat == NULL, was_in = !fresh && g_str_equal (kith_chat_state (chat), "member");
  if (fresh)
    chat = make_chat (session, conversation);
  const KithConversation seen = as_seen (session, conversation);
  kith_chat_learn (chat, &seen, title_of (session, conversation), session->me);
  if (fresh)
    g_hash_table_insert (session->chats, (gpointer) kith_chat_key (chat), chat);
  kith_chats_put (session->list, chat);
  kith_session_tell_expelled (session, chat, was_in);
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

/* The only room of somebody new that is not the lobby. */
static KithChat *
invited_to (KithSession *session)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, session->chats);
  while (session->invited && g_hash_table_iter_next (&iter, NULL, &value))
    if (is_in (value) && !kith_chat_is_lobby (value))
      return value;
  return NULL;
}

KithChat *
kith_session_lobby (KithSession *session)
{
  KithChat *invited = invited_to (session);
  if (invited != NULL)
    return invited;
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
