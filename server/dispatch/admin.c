/* admin.c - what only the server's own Unix socket may ask: whoever can open it is the administrator. */
#include "dispatch/commands.h"

#include "proto/text.h"

static void
ask_users (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const char *after = kith_value_string (message->values, "after");
  g_autofree char *folded = after != NULL ? kith_text_fold (after) : NULL;
  guint limit = kithd_page_limit (message, KITH_PAGE_MAX / 2);
  g_autoptr (GPtrArray) list = kithd_domain_list_accounts (d->parts.domain, folded, limit + 1);
  json_object *answer = kithd_answer_new (message->id), *users = json_object_new_array ();
  for (guint i = 0; i < MIN (list->len, limit); i++) {
    const KithdAccount *account = list->pdata[i];
    const GPtrArray *conns = kithd_conns_of_account (d->parts.conns, account->record.id);
    json_object *user = kithd_person_json (account);
    kith_add_boolean (user, "password", account->record.password != NULL);
    kith_add_integer (user, "connections", conns != NULL ? conns->len : 0);
    kith_add_integer (user, "created", account->record.created);
    json_object_array_add (users, user);
  }
  json_object_object_add (answer, "users", users);
  kith_add_boolean (answer, "more", list->len > limit);
  kithd_answer_send (conn, answer);
}

static void
ask_rooms (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const char *after = kith_value_string (message->values, "after");
  g_autofree char *folded = after != NULL ? kith_text_fold (after) : NULL;
  guint limit = kithd_page_limit (message, KITH_PAGE_MAX / 2);
  g_autoptr (GPtrArray) list = kithd_domain_list_rooms (d->parts.domain, folded, limit + 1, 0);
  json_object *answer = kithd_answer_new (message->id), *rooms = json_object_new_array ();
  for (guint i = 0; i < MIN (list->len, limit); i++) {
    const KithdConversation *room = list->pdata[i];
    json_object *object = json_object_new_object ();
    kith_add_id (object, "id", 'c', room->record.id);
    kith_add_string (object, "name", room->record.name);
    kith_add_boolean (object, "private", room->record.private_);
    kith_add_integer (object, "members", room->n_in);
    kith_add_integer (object, "messages", room->record.n);
    json_object_array_add (rooms, object);
  }
  json_object_object_add (answer, "rooms", rooms);
  kith_add_boolean (answer, "more", list->len > limit);
  kithd_answer_send (conn, answer);
}

/* Who the request is about; NULL: answered that there is nobody. */
static KithdAccount *
find_person (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  g_autofree char *folded = kith_text_fold (kith_value_string (message->values, "handle"));
  KithdAccount *account = folded != NULL ? kithd_domain_account_by_handle (d->parts.domain, folded) : NULL;
  if (account != NULL && account->record.deleted)
    account = NULL;
  if (account == NULL)
    kithd_answer_refuse (conn, message, KITH_ERROR_NOT_FOUND, "Nobody has that name. `kithd user list` shows who there is.");
  return account;
}

static void
ask_role (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdAccount *account = find_person (d, conn, message);
  if (account == NULL)
    return;
  KithdChange *change = kithd_change_new (KITHD_CHANGE_ROLE, 0);
  change->account.id = account->record.id;
  kithd_role_parse (kith_value_string (message->values, "role"), &change->account.role);
  kithd_dispatch_submit (d, conn, message, change, NULL);
}

static void
answer_role (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  json_object *answer = kithd_answer_new (change->request);
  json_object_object_add (answer, "account", kithd_person_json (kithd_domain_account (d->parts.domain, change->account.id)));
  kithd_answer_send (conn, answer);
}

/* For a room whose owners are gone: the event is by the person who becomes it. */
static void
ask_room_owner (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdAccount *account = find_person (d, conn, message);
  if (account == NULL)
    return;
  g_autofree char *folded = kith_text_fold (kith_value_string (message->values, "room"));
  const KithdConversation *room = folded != NULL ? kithd_domain_room_by_name (d->parts.domain, folded) : NULL;
  if (room == NULL || kithd_conversation_member_in (room, account->record.id) == NULL) {
    kithd_answer_refuse (conn, message, KITH_ERROR_NOT_FOUND, room == NULL ? "There is no such room. `kithd room list` shows which there are."
                                                                           : "They are not in this room.");
    return;
  }
  KithdChange *change = kithd_change_new (KITHD_CHANGE_APPEND, 0);
  change->event = kithd_event_new (KITHD_EVENT_ROLE, room->record.id, account->record.id);
  change->event->subject = account->record.id;
  change->event->number = KITHD_ROLE_OWNER;
  change->event->body = g_strdup ("{\"role\":\"owner\"}");
  kithd_dispatch_submit (d, conn, message, change, NULL);
}

static void
ask_password (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  if (find_person (d, conn, message) == NULL)
    return;
  KithdHashJob *job = kithd_hash_job_new (kith_value_string (message->values, "new"));
  job->make = TRUE;
  kithd_dispatch_hash (d, conn, message, job);
}

static void
password_hash (KithdDispatch *d, KithdConn *conn, KithdHashJob *job)
{
  const KithMessage *message = kithd_hash_message (job);
  KithdAccount *account = find_person (d, conn, message);
  if (account == NULL)
    return;
  KithdChange *change = kithd_change_new (KITHD_CHANGE_PASSWORD, 0);
  change->account.id = account->record.id;
  change->account.password = g_strdup (job->made);
  kithd_dispatch_submit (d, conn, message, change, NULL);
}

static void
ask_link (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const KithdAccount *account = find_person (d, conn, message);
  if (account != NULL)
    kithd_answer_link_code (d, conn, message->id, account->record.id);
}

static void
ask_remove (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const KithdAccount *account = find_person (d, conn, message);
  if (account != NULL)
    kithd_dispatch_delete_account (d, conn, message, account->record.id);
}

static void
ask_retention (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdRetention *retention = d->parts.retention;
  if (kith_value_boolean (message->values, "resume", FALSE))
    kithd_retention_resume (retention);
  gint64 left_us = kithd_retention_paused_us (retention);
  json_object *answer = kithd_answer_new (message->id);
  kith_add_integer (answer, "days", d->parts.settings->retention_days);
  kith_add_boolean (answer, "paused", left_us > 0);
  if (left_us > 0)
    kith_add_integer (answer, "seconds", left_us / G_USEC_PER_SEC + 1);
  kithd_answer_send (conn, answer);
}

static void
ask_broadcast (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  kithd_dispatch_broadcast (d, conn, message, NULL);
}

static void
ask_backup (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const char *file = kith_value_string (message->values, "file");
  if (!g_path_is_absolute (file)) {
    kithd_answer_refuse (conn, message, KITH_ERROR_BAD_REQUEST, "\"file\" must be an absolute path.");
    return;
  }
  KithdRead *read = kithd_read_new (KITHD_READ_BACKUP, 0);
  read->file = g_strdup (file);
  kithd_dispatch_read (d, conn, message, read);
}

const KithdCommand kithd_admin_commands[] = {
  { "admin_users", ask_users, NULL, NULL },
  { "admin_rooms", ask_rooms, NULL, NULL },
  { "admin_role", ask_role, answer_role, NULL },
  { "admin_room_owner", ask_room_owner, NULL, NULL },
  { "admin_password", ask_password, kithd_answer_empty, password_hash },
  { "admin_invitation", kithd_dispatch_invite, kithd_answer_invitation, NULL },
  { "admin_link", ask_link, NULL, NULL },
  { "admin_remove", ask_remove, kithd_answer_account_deleted, NULL },
  { "admin_retention", ask_retention, NULL, NULL },
  { "admin_broadcast", ask_broadcast, kithd_answer_broadcast, NULL },
  { "admin_backup", ask_backup, NULL, NULL },
  { NULL, NULL, NULL, NULL },
};
