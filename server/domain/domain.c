/* domain.c - the tables of what is so now, and finding things in them. */
#include "domain/domain-private.h"

#include <string.h>

static guint
hash_token (gconstpointer token)
{
  guint value;
  memcpy (&value, token, sizeof value); /* a SHA-256 is as good a hash as any */
  return value;
}

static gboolean
equal_tokens (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 32) == 0;
}

static void
free_account (gpointer data)
{
  KithdAccount *account = data;
  kithd_account_record_clear (&account->record);
  g_hash_table_unref (account->members);
  g_ptr_array_unref (account->devices);
  g_clear_pointer (&account->blocks, g_hash_table_unref);
  g_free (account);
}

static void
free_device (gpointer data)
{
  kithd_device_record_clear (data);
  g_free (data);
}

static void
free_member (gpointer data)
{
  KithdMember *member = data;
  g_clear_pointer (&member->stays, g_array_unref);
  g_clear_pointer (&member->mentions, g_array_unref);
  g_clear_pointer (&member->ban, kithd_ban_record_free);
  g_free (member);
}

static void
free_conversation (gpointer data)
{
  KithdConversation *conversation = data;
  kithd_conversation_record_clear (&conversation->record);
  g_hash_table_unref (conversation->members);
  g_clear_pointer (&conversation->waiters, g_array_unref);
  g_free (conversation);
}

KithdDomain *
kithd_domain_new (void)
{
  KithdDomain *domain = g_new0 (KithdDomain, 1);
  domain->accounts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_account);
  domain->by_handle = g_hash_table_new (g_str_hash, g_str_equal);
  domain->handles = g_tree_new ((GCompareFunc) strcmp);
  domain->devices = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_device);
  domain->by_token = g_hash_table_new (hash_token, equal_tokens);
  domain->invitations = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  domain->by_code = g_hash_table_new (hash_token, equal_tokens);
  domain->conversations = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_conversation);
  domain->rooms = g_tree_new ((GCompareFunc) strcmp);
  g_queue_init (&domain->accounts_by_rev);
  return domain;
}

void
kithd_domain_free (KithdDomain *domain)
{
  if (domain == NULL)
    return;
  g_hash_table_unref (domain->by_handle);
  g_tree_unref (domain->handles);
  g_hash_table_unref (domain->by_token);
  g_hash_table_unref (domain->devices);
  g_hash_table_unref (domain->by_code);
  g_hash_table_unref (domain->invitations);
  g_tree_unref (domain->rooms);
  g_hash_table_unref (domain->conversations);
  g_hash_table_unref (domain->accounts);
  g_free (domain);
}

void
kithd_domain_touch_account (KithdDomain *domain, KithdAccount *account, gint64 rev)
{
  account->record.rev = rev;
  g_queue_unlink (&domain->accounts_by_rev, &account->by_rev);
  GList *behind = domain->accounts_by_rev.tail;
  while (behind != NULL && ((KithdAccount *) behind->data)->record.rev > rev)
    behind = behind->prev;
  if (behind == NULL)
    g_queue_push_head_link (&domain->accounts_by_rev, &account->by_rev);
  else
    g_queue_insert_after_link (&domain->accounts_by_rev, behind, &account->by_rev);
}

void
kithd_domain_add_account (KithdDomain *domain, const KithdAccountRecord *record)
{
  if (g_hash_table_contains (domain->accounts, &record->id) || g_hash_table_contains (domain->by_handle, record->folded))
    return;
  KithdAccount *account = g_new0 (KithdAccount, 1);
  account->record = *record;
  account->record.handle = g_strdup (record->handle);
  account->record.folded = g_strdup (record->folded);
  account->record.display = g_strdup (record->display);
  account->record.password = g_strdup (record->password);
  account->record.status_text = g_strdup (record->status_text);
  account->members = g_hash_table_new (g_int64_hash, g_int64_equal);
  account->devices = g_ptr_array_new ();
  account->by_rev.data = account;
  g_queue_push_tail_link (&domain->accounts_by_rev, &account->by_rev);
  kithd_domain_touch_account (domain, account, record->rev);
  g_hash_table_insert (domain->accounts, &account->record.id, account);
  g_hash_table_insert (domain->by_handle, account->record.folded, account);
  g_tree_insert (domain->handles, account->record.folded, account);
}

void
kithd_domain_add_device (KithdDomain *domain, const KithdDeviceRecord *record)
{
  if (g_hash_table_contains (domain->devices, &record->id))
    return;
  KithdDeviceRecord *device = g_new (KithdDeviceRecord, 1);
  *device = *record;
  device->name = g_strdup (record->name);
  g_hash_table_insert (domain->devices, &device->id, device);
  g_hash_table_insert (domain->by_token, device->token_hash, device);
  KithdAccount *owner = kithd_domain_account (domain, device->account);
  if (owner != NULL)
    g_ptr_array_add (owner->devices, device);
}

void
kithd_domain_remove_device (KithdDomain *domain, gint64 id)
{
  KithdDeviceRecord *device = g_hash_table_lookup (domain->devices, &id);
  if (device == NULL)
    return;
  g_hash_table_remove (domain->by_token, device->token_hash);
  KithdAccount *owner = kithd_domain_account (domain, device->account);
  if (owner != NULL)
    g_ptr_array_remove (owner->devices, device);
  g_hash_table_remove (domain->devices, &id);
}

void
kithd_domain_name_room (KithdDomain *domain, KithdConversation *room, const char *name, const char *folded)
{
  if (room->record.folded != NULL)
    g_tree_remove (domain->rooms, room->record.folded);
  char *new_name = g_strdup (name), *new_folded = g_strdup (folded);
  g_free (room->record.name);
  g_free (room->record.folded);
  room->record.name = new_name;
  room->record.folded = new_folded;
  g_tree_insert (domain->rooms, room->record.folded, room);
}

KithdConversation *
kithd_domain_add_conversation (KithdDomain *domain, const KithdConversationRecord *record)
{
  KithdConversation *conversation = g_hash_table_lookup (domain->conversations, &record->id);
  if (conversation != NULL)
    return conversation;
  conversation = g_new0 (KithdConversation, 1);
  conversation->record = *record;
  conversation->record.name = conversation->record.folded = NULL;
  conversation->record.topic = g_strdup (record->topic);
  conversation->members = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_member);
  g_hash_table_insert (domain->conversations, &conversation->record.id, conversation);
  if (record->kind == KITHD_ROOM)
    kithd_domain_name_room (domain, conversation, record->name, record->folded);
  if (record->kind == KITHD_BROADCASTS)
    domain->broadcasts = conversation;
  return conversation;
}

KithdMember *
kithd_domain_add_member (KithdDomain *domain, KithdConversation *conversation, gint64 account)
{
  KithdMember *member = g_hash_table_lookup (conversation->members, &account);
  KithdAccount *person = g_hash_table_lookup (domain->accounts, &account);
  if (member != NULL || person == NULL)
    return member;
  member = g_new0 (KithdMember, 1);
  member->account = person;
  member->record.conversation = conversation->record.id;
  member->record.account = account;
  member->record.state = KITHD_MEMBER_LEFT;
  g_hash_table_insert (conversation->members, &member->record.account, member);
  g_hash_table_insert (person->members, &member->record.conversation, member);
  return member;
}

void
kithd_domain_load_account (gpointer domain, const KithdAccountRecord *record)
{
  kithd_domain_add_account (domain, record);
}

void
kithd_domain_load_device (gpointer domain, const KithdDeviceRecord *record)
{
  kithd_domain_add_device (domain, record);
}

void
kithd_domain_load_conversation (gpointer domain, const KithdConversationRecord *record)
{
  kithd_domain_add_conversation (domain, record);
}

void
kithd_domain_load_direct (gpointer data, gint64 id, const gint64 *people, guint n_people)
{
  KithdConversation *conversation = kithd_domain_conversation (data, id);
  if (conversation == NULL || n_people > KITHD_PEOPLE_MAX)
    return;
  memcpy (conversation->people, people, n_people * sizeof *people);
  conversation->n_people = n_people;
}

void
kithd_domain_load_member (gpointer data, const KithdMemberRecord *record)
{
  KithdConversation *conversation = kithd_domain_conversation (data, record->conversation);
  KithdMember *member = conversation != NULL ? kithd_domain_add_member (data, conversation, record->account) : NULL;
  if (member == NULL)
    return;
  kithd_member_set_state (conversation, member, record->state);
  member->record = *record;
  member->posted = MAX (record->read, record->seen); /* posting moves both */
}

static KithdMember *
loaded_member (KithdDomain *domain, gint64 conversation, gint64 account)
{
  KithdConversation *found = kithd_domain_conversation (domain, conversation);
  return found != NULL ? kithd_conversation_member (found, account) : NULL;
}

void
kithd_domain_load_stay (gpointer data, const KithdStayRecord *record)
{
  KithdMember *member = loaded_member (data, record->conversation, record->account);
  if (member == NULL)
    return;
  kithd_member_open_stay (member, record->from);
  kithd_member_close_stay (member, record->to);
}

void
kithd_domain_load_mention (gpointer data, const KithdMentionRecord *record)
{
  KithdMember *member = loaded_member (data, record->conversation, record->account);
  if (member != NULL)
    kithd_member_add_mention (member, record->seq);
}

void
kithd_domain_load_invitation (gpointer data, const KithdInvitationRecord *record)
{
  KithdDomain *domain = data;
  if (g_hash_table_contains (domain->invitations, &record->id))
    return;
  KithdInvitationRecord *invitation = g_memdup2 (record, sizeof *record);
  g_hash_table_insert (domain->invitations, &invitation->id, invitation);
  g_hash_table_insert (domain->by_code, invitation->code_hash, invitation);
}

KithdInvitationRecord *
kithd_domain_find_invitation (KithdDomain *domain, gint64 id)
{
  return g_hash_table_lookup (domain->invitations, &id);
}

void
kithd_domain_remove_invitation (KithdDomain *domain, gint64 id)
{
  KithdInvitationRecord *invitation = kithd_domain_find_invitation (domain, id);
  if (invitation == NULL)
    return;
  g_hash_table_remove (domain->by_code, invitation->code_hash);
  g_hash_table_remove (domain->invitations, &id);
}

const KithdInvitationRecord *
kithd_domain_invitation (const KithdDomain *domain, gint64 id)
{
  return g_hash_table_lookup (domain->invitations, &id);
}

const KithdInvitationRecord *
kithd_domain_invitation_by_code (const KithdDomain *domain, const guint8 hash[32])
{
  return g_hash_table_lookup (domain->by_code, hash);
}

static int
compare_invitations (gconstpointer a, gconstpointer b)
{
  const KithdInvitationRecord *left = *(const KithdInvitationRecord *const *) a, *right = *(const KithdInvitationRecord *const *) b;
  return left->id < right->id ? -1 : left->id > right->id;
}

GPtrArray *
kithd_domain_list_invitations (const KithdDomain *domain, gint64 account)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, domain->invitations);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (account == 0 || ((const KithdInvitationRecord *) value)->account == account)
      g_ptr_array_add (list, value);
  g_ptr_array_sort (list, compare_invitations);
  return list;
}

void
kithd_domain_load_ban (gpointer domain, const KithdBanRecord *record)
{
  KithdConversation *conversation = kithd_domain_conversation (domain, record->conversation);
  KithdMember *member = conversation != NULL ? kithd_conversation_member (conversation, record->account) : NULL;
  if (member == NULL || member->record.state != KITHD_MEMBER_BANNED)
    return;
  g_clear_pointer (&member->ban, kithd_ban_record_free);
  member->ban = kithd_ban_record_copy (record);
}

void
kithd_domain_load_block (gpointer domain, const KithdBlockRecord *record)
{
  KithdAccount *account = kithd_domain_account (domain, record->account);
  if (account == NULL || kithd_domain_account (domain, record->blocked) == NULL)
    return;
  KithdBlockRecord *block = g_memdup2 (record, sizeof *record);
  if (account->blocks == NULL)
    account->blocks = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  g_hash_table_replace (account->blocks, &block->blocked, block);
}

gboolean
kithd_account_blocks (const KithdAccount *account, gint64 whom)
{
  const KithdBlockRecord *block = account->blocks != NULL ? g_hash_table_lookup (account->blocks, &whom) : NULL;
  return block != NULL && block->on;
}

gboolean
kithd_account_shows_receipts (const KithdAccount *person, const KithdAccount *viewer)
{
  return person != NULL && !person->record.receipts_off && !viewer->record.receipts_off &&
         !kithd_account_blocks (person, viewer->record.id);
}

void
kithd_domain_set_rev (KithdDomain *domain, gint64 rev)
{
  domain->rev = rev;
}

gint64
kithd_domain_rev (const KithdDomain *domain)
{
  return domain->rev;
}

guint
kithd_domain_rooms (const KithdDomain *domain)
{
  return g_tree_nnodes (domain->rooms);
}

guint
kithd_domain_people (const KithdDomain *domain)
{
  return g_hash_table_size (domain->accounts);
}

KithdAccount *
kithd_domain_account (const KithdDomain *domain, gint64 id)
{
  return g_hash_table_lookup (domain->accounts, &id);
}

KithdAccount *
kithd_domain_account_by_handle (const KithdDomain *domain, const char *folded)
{
  return g_hash_table_lookup (domain->by_handle, folded);
}

const KithdDeviceRecord *
kithd_domain_device (const KithdDomain *domain, gint64 id)
{
  return g_hash_table_lookup (domain->devices, &id);
}

const KithdDeviceRecord *
kithd_domain_device_by_token (const KithdDomain *domain, const guint8 hash[32])
{
  return g_hash_table_lookup (domain->by_token, hash);
}

KithdConversation *
kithd_domain_conversation (const KithdDomain *domain, gint64 id)
{
  return g_hash_table_lookup (domain->conversations, &id);
}

KithdConversation *
kithd_domain_room_by_name (const KithdDomain *domain, const char *folded)
{
  return g_tree_lookup (domain->rooms, folded);
}

KithdMember *
kithd_conversation_member (const KithdConversation *conversation, gint64 account)
{
  return g_hash_table_lookup (conversation->members, &account);
}

KithdMember *
kithd_conversation_member_in (const KithdConversation *conversation, gint64 account)
{
  KithdMember *member = kithd_conversation_member (conversation, account);
  return member != NULL && member->record.state == KITHD_MEMBER_IN ? member : NULL;
}

const GList *
kithd_domain_accounts_since (const KithdDomain *domain, gint64 since)
{
  const GList *first = NULL;
  for (const GList *link = domain->accounts_by_rev.tail; link != NULL; link = link->prev) {
    if (((KithdAccount *) link->data)->record.rev <= since)
      break;
    first = link;
  }
  return first;
}

void
kithd_domain_list_conversations (const KithdDomain *domain, GArray *ids)
{
  GHashTableIter iter;
  gpointer id;
  g_hash_table_iter_init (&iter, domain->conversations);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_array_append_vals (ids, id, 1);
}

GPtrArray *
kithd_domain_list_rooms (const KithdDomain *domain, const char *after, guint limit, gint64 visible_to)
{
  GPtrArray *list = g_ptr_array_new ();
  GTreeNode *node = after != NULL ? g_tree_upper_bound (domain->rooms, after) : g_tree_node_first (domain->rooms);
  for (; node != NULL && list->len < limit; node = g_tree_node_next (node)) {
    KithdConversation *room = g_tree_node_value (node);
    if (visible_to == 0 || !room->record.private_ || kithd_conversation_member_in (room, visible_to) != NULL)
      g_ptr_array_add (list, room);
  }
  return list;
}

GPtrArray *
kithd_domain_list_accounts (const KithdDomain *domain, const char *after, guint limit)
{
  GPtrArray *list = g_ptr_array_new ();
  GTreeNode *node = after != NULL ? g_tree_upper_bound (domain->handles, after) : g_tree_node_first (domain->handles);
  for (; node != NULL && list->len < limit; node = g_tree_node_next (node)) {
    KithdAccount *account = g_tree_node_value (node);
    if (!account->record.deleted)
      g_ptr_array_add (list, account);
  }
  return list;
}
