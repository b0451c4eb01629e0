/* sync.c - what is in no log, in the order of rev, in pages: people, and my conversations with where they stand. */
#include "dispatch/commands.h"

#include "proto/id.h"

#include <string.h>

enum { SYNC_BYTES = 192 * 1024, SYNC_ITEMS = 400 };
enum { LARGE = 100, LARGE_PER_SECOND = 5, LARGE_BURST = 60 }; /* answers with more items than that, of an account */

const char *
kithd_role_name (KithdRole role)
{
  static const char *const names[] = { "read_only", "member", "moderator", "admin", "owner" }; /* from KITHD_ROLE_READ_ONLY on */
  return names[CLAMP (role, KITHD_ROLE_READ_ONLY, KITHD_ROLE_OWNER) - KITHD_ROLE_READ_ONLY];
}

gboolean
kithd_role_parse (const char *name, KithdRole *out)
{
  for (KithdRole role = KITHD_ROLE_READ_ONLY; role <= KITHD_ROLE_OWNER; role++)
    if (g_str_equal (kithd_role_name (role), name)) {
      *out = role;
      return TRUE;
    }
  return FALSE;
}

gsize
kithd_json_bytes (const char *text)
{
  return text != NULL ? 2 * strlen (text) : 0;
}

json_object *
kithd_person_json (const KithdAccount *account)
{
  json_object *person = json_object_new_object ();
  g_autofree char *nobody = account->record.deleted ? g_strdup_printf ("deleted %" G_GINT64_FORMAT, account->record.id) : NULL;
  kith_add_id (person, "id", 'u', account->record.id);
  kith_add_string (person, "handle", nobody != NULL ? nobody : account->record.handle);
  kith_add_string (person, "display", nobody != NULL ? "Deleted account" : account->record.display);
  kith_add_string (person, "role", kithd_role_name (account->record.role));
  if (account->record.deleted)
    kith_add_boolean (person, "deleted", TRUE);
  return person;
}

void
kithd_add_muted (json_object *object, const KithdMember *member)
{
  if (member->record.muted_until > g_get_real_time () / 1000)
    kith_add_integer (object, "muted_until", member->record.muted_until);
}

/* What a private room is about now is nothing for who is out of it. */
static gboolean
sees_inside (const KithdConversation *conversation, const KithdMember *member)
{
  return !conversation->record.private_ || member->record.state == KITHD_MEMBER_IN || member->record.state == KITHD_MEMBER_INVITED;
}

static void
add_room (json_object *object, const KithdConversation *conversation, const KithdMember *member)
{
  const KithdConversationRecord *record = &conversation->record;
  kith_add_string (object, "name", record->name);
  gboolean inside = sees_inside (conversation, member);
  kith_add_string (object, "topic", inside && record->topic != NULL ? record->topic : "");
  kith_add_boolean (object, "private", record->private_);
  kith_add_string (object, "history", record->since_join ? "since_join" : "all");
  kith_add_string (object, "role", kithd_role_name (member->record.role));
  kith_add_integer (object, "members", inside ? conversation->n_in : 0);
  if (record->retention > 0)
    kith_add_integer (object, "retention", record->retention);
  kithd_add_muted (object, member);
}

static void
add_people (json_object *object, const KithdConversation *conversation)
{
  json_object *people = json_object_new_array ();
  char id[KITH_ID_TEXT];
  for (guint i = 0; i < conversation->n_people; i++)
    json_object_array_add (people, json_object_new_string (kith_id_format (conversation->people[i], 'u', id)));
  json_object_object_add (object, "people", people);
}

json_object *
kithd_conversation_json (const KithdConversation *conversation, const KithdMember *member)
{
  static const char *const kinds[] = { [KITHD_ROOM] = "room", [KITHD_DIRECT] = "direct", [KITHD_NOTES] = "notes",
                                       [KITHD_BROADCASTS] = "broadcasts" };
  static const char *const states[] = { [KITHD_MEMBER_INVITED] = "invited", [KITHD_MEMBER_LEFT] = "left",
                                        [KITHD_MEMBER_KICKED] = "kicked", [KITHD_MEMBER_BANNED] = "banned" };
  const KithdConversationRecord *record = &conversation->record;
  json_object *object = json_object_new_object ();
  kith_add_id (object, "id", 'c', record->id);
  kith_add_string (object, "kind", kinds[record->kind]);
  if (record->kind == KITHD_ROOM)
    add_room (object, conversation, member);
  if (record->kind == KITHD_DIRECT)
    add_people (object, conversation);
  kith_add_integer (object, "first", record->first);
  if (member->record.state == KITHD_MEMBER_IN) {
    kith_add_integer (object, "last", record->last);
    kith_add_integer (object, "n", record->n);
    kith_add_integer (object, "read", member->record.read);
    kith_add_integer (object, "unread", kithd_member_unread (member, conversation));
    kith_add_integer (object, "mentions", kithd_member_mentions (member));
    return object;
  }
  kith_add_string (object, "state", states[member->record.state]);
  if (member->stays != NULL)
    kith_add_integer (object, "last", g_array_index (member->stays, KithdRange, member->stays->len - 1).to);
  return object;
}

typedef struct {
  gint64 rev;
  const KithdAccount *account;           /* this, */
  const KithdConversation *conversation; /* or this with member */
  const KithdMember *member;
} Item;

static int
compare_items (gconstpointer a, gconstpointer b)
{
  gint64 left = ((const Item *) a)->rev, right = ((const Item *) b)->rev;
  return left < right ? -1 : left > right;
}

/* Who is out hears no more of the conversation than that. */
static gint64
rev_of (const KithdConversation *conversation, const KithdMember *member)
{
  return member->record.state == KITHD_MEMBER_IN ? MAX (conversation->record.rev, member->record.rev) : member->record.rev;
}

/* People whom I have blocked, or let again, since then. */
static void
add_blocked (KithdDispatch *d, const KithdAccount *me, gint64 since, GArray *items)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, me->blocks);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KithdBlockRecord *block = value;
    Item item = { .rev = block->rev, .account = kithd_domain_account (d->parts.domain, block->blocked) };
    if (item.rev > since && item.account->record.rev <= since)
      g_array_append_val (items, item);
  }
}

static GArray *
collect (KithdDispatch *d, const KithdAccount *me, gint64 since)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (Item));
  for (const GList *link = kithd_domain_accounts_since (d->parts.domain, since); link != NULL; link = link->next) {
    const KithdAccount *account = link->data;
    Item item = { .rev = account->record.rev, .account = account };
    g_array_append_val (items, item);
  }
  if (me->blocks != NULL)
    add_blocked (d, me, since, items);
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, me->members);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KithdMember *member = value;
    const KithdConversation *conversation = kithd_domain_conversation (d->parts.domain, member->record.conversation);
    Item item = { .rev = rev_of (conversation, member), .conversation = conversation, .member = member };
    if (item.rev > since)
      g_array_append_val (items, item);
  }
  g_array_sort (items, compare_items);
  return items;
}

/* At most, in bytes of a frame: who chose a topic may have written nothing but quotes. */
static gsize
weigh (const Item *item)
{
  if (item->account != NULL)
    return 200 + kithd_json_bytes (item->account->record.handle) + kithd_json_bytes (item->account->record.display);
  const KithdConversation *conversation = item->conversation;
  return 500 + kithd_json_bytes (conversation->record.name) + kithd_json_bytes (conversation->record.topic) +
         conversation->n_people * KITH_ID_TEXT;
}

/* How many items the page takes: whole revs, so that the next page can begin behind the last one. */
static guint
cut_page (const GArray *items)
{
  gsize bytes = 0;
  guint end = 0;
  while (end < items->len && end < SYNC_ITEMS && bytes < SYNC_BYTES)
    bytes += weigh (&g_array_index (items, Item, end++));
  while (end > 0 && end < items->len && g_array_index (items, Item, end).rev == g_array_index (items, Item, end - 1).rev)
    end++;
  return end;
}

/* Who was banned without ever having been in learns nothing of the room, and loses an invitation to it. */
static gboolean
is_hidden (const KithdMember *member)
{
  return member->stays == NULL && member->record.state != KITHD_MEMBER_INVITED;
}

static void
add_id (json_object *list, gint64 conversation)
{
  char id[KITH_ID_TEXT];
  json_object_array_add (list, json_object_new_string (kith_id_format (conversation, 'c', id)));
}

static json_object *
person_seen_by (const KithdAccount *me, const KithdAccount *account)
{
  json_object *person = kithd_person_json (account);
  if (kithd_account_blocks (me, account->record.id))
    kith_add_boolean (person, "blocked", TRUE);
  return person;
}

static void
ask_sync (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  gint64 since = kith_value_integer (message->values, "since", 0);
  KithdAccount *me = kithd_dispatch_account (d, conn);
  g_autoptr (GArray) items = collect (d, me, since);
  gint64 retry_us = 0;
  if (items->len > LARGE && !kithd_rate_take (&me->syncing, LARGE_PER_SECOND, G_USEC_PER_SEC, LARGE_BURST, d->now, &retry_us)) {
    g_autoptr (GError) error = g_error_new_literal (KITH_ERROR, KITH_ERROR_RATE_LIMITED, kith_error_sentence (KITH_ERROR_RATE_LIMITED));
    kithd_answer_error (conn, message->id, error, retry_us);
    return;
  }
  guint end = cut_page (items);
  json_object *answer = kithd_answer_new (message->id), *removed = json_object_new_object ();
  json_object *conversations = json_object_new_array (), *people = json_object_new_array (), *gone = json_object_new_array ();
  g_autoptr (GArray) named = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < end; i++) {
    const Item *item = &g_array_index (items, Item, i);
    if (item->account != NULL) {
      json_object_array_add (people, person_seen_by (me, item->account));
      g_array_append_val (named, item->account->record.id);
    } else if (is_hidden (item->member))
      add_id (gone, item->conversation->record.id);
    else
      json_object_array_add (conversations, kithd_conversation_json (item->conversation, item->member));
  }
  json_object_object_add (answer, "conversations", conversations);
  json_object_object_add (answer, "people", people);
  json_object_object_add (removed, "conversations", gone);
  json_object_object_add (removed, "people", json_object_new_array ());
  json_object_object_add (answer, "removed", removed);
  gboolean more = end < items->len;
  kith_add_integer (answer, "rev", more ? g_array_index (items, Item, end - 1).rev : kithd_domain_rev (d->parts.domain));
  kith_add_boolean (answer, "more", more);
  json_object *settings = json_object_new_object ();
  kith_add_boolean (settings, "receipts", !me->record.receipts_off);
  json_object_object_add (answer, "settings", settings);
  kithd_presence_add_to_sync (d->parts.presence, conn, named, answer);
  kithd_answer_send (conn, answer);
}

const KithdCommand kithd_sync_commands[] = {
  { "sync", ask_sync, NULL, NULL },
  { NULL, NULL, NULL, NULL },
};
