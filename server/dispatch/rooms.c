/* rooms.c - making conversations, coming and going, and what a room is called. */
#include "dispatch/commands.h"

#include "domain/rules.h"
#include "proto/id.h"
#include "proto/text.h"

#include <string.h>

enum { ROOMS_BYTES = KITH_FRAME_TO_CLIENT - 4096 };

static json_object *
room_json (const KithdConversation *room, gint64 me)
{
  json_object *object = json_object_new_object ();
  kith_add_id (object, "id", 'c', room->record.id);
  kith_add_string (object, "name", room->record.name);
  kith_add_string (object, "topic", room->record.topic != NULL ? room->record.topic : "");
  kith_add_boolean (object, "private", room->record.private_);
  kith_add_integer (object, "members", room->n_in);
  kith_add_boolean (object, "joined", kithd_conversation_member_in (room, me) != NULL);
  return object;
}

/* As many as limit and a frame hold. */
static void
ask_rooms (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const char *after = kith_value_string (message->values, "after");
  g_autofree char *folded = after != NULL ? kith_text_fold (after) : NULL;
  gint64 me = kithd_conn_account (conn);
  guint limit = kithd_page_limit (message, KITH_PAGE_MAX / 2), told = 0;
  gsize bytes = 0;
  g_autoptr (GPtrArray) list = kithd_domain_list_rooms (d->parts.domain, folded, limit + 1, me);
  json_object *answer = kithd_answer_new (message->id), *rooms = json_object_new_array ();
  for (; told < MIN (list->len, limit); told++) {
    const KithdConversation *room = list->pdata[told];
    bytes += 150 + kithd_json_bytes (room->record.name) + kithd_json_bytes (room->record.topic);
    if (bytes > ROOMS_BYTES)
      break;
    json_object_array_add (rooms, room_json (room, me));
  }
  json_object_object_add (answer, "rooms", rooms);
  kith_add_boolean (answer, "more", list->len > told);
  kithd_answer_send (conn, answer);
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  const KithdMember *left = *(const KithdMember *const *) a, *right = *(const KithdMember *const *) b;
  return left->record.account < right->record.account ? -1 : left->record.account > right->record.account;
}

/* Those behind after, by their ids; nobody whose account was deleted. */
static GPtrArray *
list_members (const KithdConversation *conversation, KithdMemberState state, gint64 after)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, conversation->members);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    KithdMember *member = value;
    if (member->record.state == state && member->record.account > after && !member->account->record.deleted)
      g_ptr_array_add (list, member);
  }
  g_ptr_array_sort (list, compare_members);
  return list;
}

static void
ask_members (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  const KithdConversation *conversation = kithd_dispatch_conversation (d);
  gint64 nothing = 0;
  if (!kithd_rules_may (conversation, kithd_dispatch_account (d, conn), KITHD_EVENT_MESSAGE, NULL, d->parts.settings, &nothing, &error)) {
    kithd_answer_error (conn, message->id, error, 0);
    return;
  }
  guint limit = kithd_page_limit (message, KITH_PAGE_MAX / 2);
  g_autoptr (GPtrArray) list = list_members (conversation, KITHD_MEMBER_IN, kith_value_id (message->values, "after", 'u'));
  json_object *answer = kithd_answer_new (message->id), *members = json_object_new_array ();
  for (guint i = 0; i < MIN (list->len, limit); i++) {
    const KithdMember *member = list->pdata[i];
    json_object *object = json_object_new_object ();
    kith_add_id (object, "id", 'u', member->record.account);
    kith_add_string (object, "role", kithd_role_name (member->record.role));
    kithd_add_muted (object, member);
    json_object_array_add (members, object);
  }
  json_object_object_add (answer, "members", members);
  kith_add_boolean (answer, "more", list->len > limit);
  kithd_answer_send (conn, answer);
}

static json_object *
ban_json (const KithdMember *member)
{
  json_object *object = json_object_new_object ();
  const KithdBanRecord *ban = member->ban;
  kith_add_id (object, "id", 'u', member->record.account);
  if (ban != NULL && ban->from != 0)
    kith_add_id (object, "by", 'u', ban->from);
  if (ban != NULL && ban->at != 0)
    kith_add_integer (object, "at", ban->at);
  kith_add_string (object, "reason", ban != NULL ? ban->reason : NULL);
  return object;
}

static void
ask_bans (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  const KithdConversation *conversation = kithd_dispatch_conversation (d);
  if (!kithd_rules_may_list_bans (conversation, kithd_dispatch_account (d, conn), &error)) {
    kithd_answer_error (conn, message->id, error, 0);
    return;
  }
  guint limit = kithd_page_limit (message, KITH_PAGE_MAX / 2);
  gint64 after = kith_value_id (message->values, "after", 'u');
  g_autoptr (GPtrArray) list = list_members (conversation, KITHD_MEMBER_BANNED, after);
  json_object *answer = kithd_answer_new (message->id), *bans = json_object_new_array ();
  for (guint i = 0; i < MIN (list->len, limit); i++)
    json_object_array_add (bans, ban_json (list->pdata[i]));
  json_object_object_add (answer, "bans", bans);
  kith_add_boolean (answer, "more", list->len > limit);
  kithd_answer_send (conn, answer);
}

/* Names are unique, so that a name is taken cannot be hidden; but by what is said only to who may know the room. */
static void
refuse_name (const KithdConversation *holder, const KithdAccount *me, GError **error)
{
  const KithdMember *member = kithd_conversation_member (holder, me->record.id);
  if (holder->record.private_ && (member == NULL || member->record.state > KITHD_MEMBER_INVITED))
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_NAME_TAKEN, "This name cannot be had. Choose another one.");
  else
    g_set_error (error, KITH_ERROR, KITH_ERROR_NAME_TAKEN, "There is a room #%s already. Enter it, or choose another name.", holder->record.name);
}

static gboolean
may_create (KithdDispatch *d, KithdAccount *me, KithdChange *change, GError **error)
{
  const KithdSettings *settings = d->parts.settings;
  if (!kith_text_check_room (change->room.name, error) || !kith_text_check_free (change->room.topic, KITH_TOPIC_MAX, FALSE, error))
    return FALSE;
  const KithdConversation *holder = kithd_domain_room_by_name (d->parts.domain, change->room.folded);
  if (holder != NULL)
    refuse_name (holder, me, error);
  else if (change->room.since_join && !change->room.private_)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "\"history\" is for private rooms: a public room is read whole.");
  else if (kithd_domain_rooms (d->parts.domain) >= settings->rooms_max)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_LIMIT, "This server has as many rooms as it may have.");
  else
    return kithd_may_act (d, me, &change->retry_after_us, error);
  return FALSE;
}

static void
ask_create (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const KithValue *root = message->values;
  const char *topic = kith_value_string (root, "topic"), *history = kith_value_string (root, "history");
  KithdChange *change = kithd_change_new (KITHD_CHANGE_CREATE_ROOM, kithd_conn_account (conn));
  change->room.kind = KITHD_ROOM;
  change->room.name = g_strdup (kith_value_string (root, "name"));
  change->room.folded = kith_text_fold (change->room.name);
  change->room.topic = g_strdup (topic != NULL ? topic : "");
  change->room.private_ = kith_value_boolean (root, "private", FALSE);
  change->room.since_join = g_strcmp0 (history, "since_join") == 0;
  change->room.created = g_get_real_time () / 1000;
  GError *refusal = NULL;
  may_create (d, kithd_dispatch_account (d, conn), change, &refusal);
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;
  return left < right ? -1 : left > right;
}

/* The people that the request names, and me, sorted. */
static gboolean
read_people (KithdDispatch *d, const KithMessage *message, KithdChange *change, GError **error)
{
  const KithValue *people = kith_value_array (message->values, "people");
  change->people[change->n_people++] = change->actor;
  for (const KithValue *item = kith_value_first (people); item < kith_value_next (people); item = kith_value_next (item)) {
    gint64 id = 0;
    kith_id_parse (item->text, 'u', &id);
    KithdAccount *account = kithd_domain_account (d->parts.domain, id);
    if (account == NULL || account->record.deleted) {
      g_set_error_literal (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "There is no such person.");
      return FALSE;
    }
    if (kithd_account_blocks (account, change->actor)) {
      g_set_error_literal (error, KITH_ERROR, KITH_ERROR_FORBIDDEN, "Somebody of them takes no messages from you.");
      return FALSE;
    }
    if (id == change->actor) {
      g_set_error_literal (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "\"people\" names the others; for yourself there are your notes.");
      return FALSE;
    }
    change->people[change->n_people++] = id;
  }
  qsort (change->people, change->n_people, sizeof *change->people, compare_ids);
  return TRUE;
}

static void
ask_open (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdAccount *me = kithd_dispatch_account (d, conn);
  KithdChange *change = kithd_change_new (KITHD_CHANGE_OPEN_DIRECT, me->record.id);
  GError *refusal = NULL;
  if (read_people (d, message, change, &refusal))
    kithd_may_act (d, me, &change->retry_after_us, &refusal);
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

void
kithd_answer_conversation (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  const KithdConversation *conversation = kithd_domain_conversation (d->parts.domain, change->conversation);
  const KithdMember *member = conversation != NULL ? kithd_conversation_member (conversation, change->actor) : NULL;
  if (member == NULL) {
    g_autoptr (GError) error = g_error_new_literal (KITH_ERROR, KITH_ERROR_NOT_FOUND, "There is no such conversation any more.");
    kithd_answer_error (conn, change->request, error, 0);
    return;
  }
  json_object *answer = kithd_answer_new (change->request);
  json_object_object_add (answer, "conversation", kithd_conversation_json (conversation, member));
  kithd_answer_send (conn, answer);
}

static gboolean
may_do (KithdDispatch *d, const KithdConversation *conversation, const KithdAccount *me, const KithdEvent *event, gint64 *standing, GError **error)
{
  const KithdAccount *subject = event->subject != 0 ? kithd_domain_account (d->parts.domain, event->subject) : NULL;
  if (subject != NULL && subject->record.deleted)
    subject = NULL;
  return kithd_rules_may (conversation, me, event->kind, subject, d->parts.settings, standing, error) &&
         kithd_rules_may_speak (conversation, me, event->kind, g_get_real_time () / 1000, error) &&
         (event->kind != KITHD_EVENT_ROLE || kithd_rules_may_give (conversation, me, subject, (KithdRole) event->number, standing, error));
}

/* Checks the rules and queues; refusal (taken) is what the handler itself found wrong. */
static void
submit_rule (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdEvent *event, GError *refusal)
{
  KithdAccount *me = kithd_dispatch_account (d, conn);
  KithdChange *change = kithd_change_new (KITHD_CHANGE_APPEND, me->record.id);
  change->event = event;
  if (refusal == NULL && may_do (d, kithd_dispatch_conversation (d), me, event, &change->standing, &refusal)) {
    if (change->standing != 0)
      refusal = g_error_new_literal (KITH_ERROR, KITH_ERROR_BAD_REQUEST, "It is so already.");
    else
      kithd_may_act (d, me, &change->retry_after_us, &refusal);
  }
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

static void
ask_join (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_rule (d, conn, message, kithd_event_asked (conn, message, KITHD_EVENT_JOIN), NULL);
}

static void
ask_leave (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_rule (d, conn, message, kithd_event_asked (conn, message, KITHD_EVENT_LEAVE), NULL);
}

static void
ask_invite (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_rule (d, conn, message, kithd_event_asked (conn, message, KITHD_EVENT_INVITE), NULL);
}

/* The request's reason, where there is one, as the body. */
static void
submit_with_reason (KithdDispatch *d, KithdConn *conn, const KithMessage *message, KithdEventKind kind)
{
  GError *refusal = NULL;
  const char *reason = kith_value_string (message->values, "reason");
  KithdEvent *event = kithd_event_asked (conn, message, kind);
  if (reason != NULL && kith_text_check_free (reason, KITH_REASON_MAX, FALSE, &refusal))
    event->body = kithd_event_body ("reason", reason);
  event->value = g_strdup (reason);
  submit_rule (d, conn, message, event, refusal);
}

static void
ask_kick (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_with_reason (d, conn, message, KITHD_EVENT_KICK);
}

static void
ask_ban (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_with_reason (d, conn, message, KITHD_EVENT_BAN);
}

static void
ask_unban (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_rule (d, conn, message, kithd_event_asked (conn, message, KITHD_EVENT_UNBAN), NULL);
}

static void
ask_role (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  const char *name = kith_value_string (message->values, "role");
  KithdRole role = KITHD_ROLE_MEMBER;
  KithdEvent *event = kithd_event_asked (conn, message, KITHD_EVENT_ROLE);
  kithd_role_parse (name, &role);
  event->number = role;
  event->body = kithd_event_body ("role", name);
  submit_rule (d, conn, message, event, NULL);
}

/* For so long from now, by the clock of the server. */
static void
ask_mute (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  GError *refusal = NULL;
  const char *reason = kith_value_string (message->values, "reason");
  KithdEvent *event = kithd_event_asked (conn, message, KITHD_EVENT_MUTE);
  event->number = g_get_real_time () / 1000 + kith_value_integer (message->values, "seconds", 0) * 1000;
  if (reason == NULL || kith_text_check_free (reason, KITH_REASON_MAX, FALSE, &refusal)) {
    json_object *body = json_object_new_object ();
    kith_add_integer (body, "until", event->number);
    kith_add_string (body, "reason", reason);
    event->body = g_strdup (kith_json_text (body));
    json_object_put (body);
  }
  submit_rule (d, conn, message, event, refusal);
}

static void
ask_unmute (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  submit_rule (d, conn, message, kithd_event_asked (conn, message, KITHD_EVENT_UNMUTE), NULL);
}

static void
ask_topic (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  GError *refusal = NULL;
  KithdEvent *event = kithd_event_asked (conn, message, KITHD_EVENT_TOPIC);
  event->value = g_strdup (kith_value_string (message->values, "topic"));
  if (kith_text_check_free (event->value, KITH_TOPIC_MAX, FALSE, &refusal))
    event->body = kithd_event_body ("topic", event->value);
  submit_rule (d, conn, message, event, refusal);
}

static void
ask_rename (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  GError *refusal = NULL;
  KithdEvent *event = kithd_event_asked (conn, message, KITHD_EVENT_RENAME);
  event->value = g_strdup (kith_value_string (message->values, "name"));
  event->folded = kith_text_fold (event->value);
  const KithdConversation *holder = NULL;
  if (kith_text_check_room (event->value, &refusal)) {
    event->body = kithd_event_body ("name", event->value);
    holder = kithd_domain_room_by_name (d->parts.domain, event->folded);
  }
  if (holder != NULL && holder->record.id != event->conversation)
    refuse_name (holder, kithd_dispatch_account (d, conn), &refusal);
  submit_rule (d, conn, message, event, refusal);
}

static void
ask_retention (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdEvent *event = kithd_event_asked (conn, message, KITHD_EVENT_RETENTION);
  event->number = kith_value_integer (message->values, "days", 0);
  event->body = g_strdup_printf ("{\"days\":%" G_GINT64_FORMAT "}", event->number);
  submit_rule (d, conn, message, event, NULL);
}

const KithdCommand kithd_room_commands[] = {
  { "rooms", ask_rooms, NULL, NULL },
  { "members", ask_members, NULL, NULL },
  { "bans", ask_bans, NULL, NULL },
  { "create", ask_create, kithd_answer_conversation, NULL },
  { "open", ask_open, kithd_answer_conversation, NULL },
  { "retention", ask_retention, NULL, NULL },
  { "join", ask_join, NULL, NULL },
  { "leave", ask_leave, NULL, NULL },
  { "invite", ask_invite, NULL, NULL },
  { "kick", ask_kick, NULL, NULL },
  { "ban", ask_ban, NULL, NULL },
  { "unban", ask_unban, NULL, NULL },
  { "role", ask_role, NULL, NULL },
  { "mute", ask_mute, NULL, NULL },
  { "unmute", ask_unmute, NULL, NULL },
  { "topic", ask_topic, NULL, NULL },
  { "rename", ask_rename, NULL, NULL },
  { NULL, NULL, NULL, NULL },
};
