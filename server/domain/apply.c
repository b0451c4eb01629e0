/* apply.c - how committed changes change what is so: one function for each kind, in two tables. */
#include "domain/domain-private.h"

#include <string.h>

typedef void (*ApplyEvent) (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event);
typedef void (*ApplyChange) (KithdDomain *domain, const KithdChange *change);

static void
note_all (KithdConversation *conversation, const KithdEvent *event, gint64 seq)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, conversation->members);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    KithdMember *member = value;
    if (member->record.state == KITHD_MEMBER_IN && member->record.account != event->from &&
        !kithd_account_blocks (member->account, event->from))
      kithd_member_add_mention (member, seq);
  }
}

static void
note_mentions (KithdConversation *conversation, const KithdEvent *event, gint64 seq)
{
  if (event->to_all)
    note_all (conversation, event, seq);
  for (guint i = 0; i < event->n_mentions; i++) {
    KithdMember *member = kithd_conversation_member_in (conversation, event->mentions[i]);
    if (member != NULL && event->mentions[i] != event->from)
      kithd_member_add_mention (member, seq);
  }
}

static void
forget_mentions (KithdConversation *conversation, gint64 seq)
{
  GHashTableIter iter;
  gpointer member;
  g_hash_table_iter_init (&iter, conversation->members);
  while (g_hash_table_iter_next (&iter, NULL, &member))
    kithd_member_remove_mention (member, seq);
}

static void
apply_message (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  KithdMember *author = kithd_conversation_member (conversation, event->from);
  if (author != NULL) {
    kithd_member_set_cursor (author, event->seq, event->n);
    author->record.rev = event->rev;
    author->record.delivered = author->record.seen = author->posted = event->seq;
  }
  note_mentions (conversation, event, event->seq);
}

static void
apply_edit (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  forget_mentions (conversation, event->target);
  note_mentions (conversation, event, event->target);
}

static void
apply_delete (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  forget_mentions (conversation, event->target);
}

static void
apply_topic (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  g_free (conversation->record.topic);
  conversation->record.topic = g_strdup (event->value);
}

static void
apply_rename (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  if (event->value != NULL && event->folded != NULL)
    kithd_domain_name_room (domain, conversation, event->value, event->folded);
}

static void
apply_retention (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  conversation->record.retention = event->number;
}

static void
apply_join (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  KithdMember *member = kithd_domain_add_member (domain, conversation, event->from);
  if (member == NULL)
    return;
  member->record.role = kithd_role_after (member->record.role, conversation->record.kind == KITHD_ROOM && conversation->n_in == 0);
  kithd_member_set_state (conversation, member, KITHD_MEMBER_IN);
  kithd_member_open_stay (member, event->seq);
  kithd_member_set_cursor (member, event->seq, event->n);
  member->record.rev = event->rev;
}

static void
end_stay (KithdConversation *conversation, gint64 account, KithdMemberState state, const KithdEvent *event)
{
  KithdMember *member = kithd_conversation_member (conversation, account);
  if (member == NULL)
    return;
  if (member->record.state == KITHD_MEMBER_IN)
    kithd_member_close_stay (member, event->seq);
  kithd_member_set_state (conversation, member, state);
  member->record.role = kithd_role_after (member->record.role, FALSE);
  g_clear_pointer (&member->mentions, g_array_unref);
  member->record.rev = event->rev;
}

static void
apply_leave (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  end_stay (conversation, event->from, KITHD_MEMBER_LEFT, event);
}

static void
apply_kick (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  end_stay (conversation, event->subject, KITHD_MEMBER_KICKED, event);
}

static void
apply_ban (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  const KithdBanRecord ban = { event->conversation, event->subject, event->from, event->at, event->value };
  if (kithd_domain_add_member (domain, conversation, event->subject) == NULL)
    return;
  end_stay (conversation, event->subject, KITHD_MEMBER_BANNED, event);
  kithd_domain_load_ban (domain, &ban);
}

static void
apply_unban (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  KithdMember *member = kithd_conversation_member (conversation, event->subject);
  end_stay (conversation, event->subject, KITHD_MEMBER_LEFT, event);
  if (member != NULL)
    g_clear_pointer (&member->ban, kithd_ban_record_free);
}

static void
apply_mute (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  KithdMember *member = kithd_conversation_member (conversation, event->subject);
  if (member == NULL)
    return;
  member->record.muted_until = event->number; /* 0: unmute */
  member->record.rev = event->rev;
}

static void
apply_room_role (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  KithdMember *member = kithd_conversation_member (conversation, event->subject);
  if (member == NULL)
    return;
  member->record.role = (KithdRole) event->number;
  member->record.rev = event->rev;
}

static void
apply_invite (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  KithdMember *member = kithd_domain_add_member (domain, conversation, event->subject);
  if (member == NULL || member->record.state == KITHD_MEMBER_IN)
    return;
  kithd_member_set_state (conversation, member, KITHD_MEMBER_INVITED);
  member->record.rev = event->rev;
}

static const ApplyEvent event_table[KITHD_N_EVENT_KINDS] = {
  [KITHD_EVENT_MESSAGE] = apply_message, [KITHD_EVENT_EDIT] = apply_edit,     [KITHD_EVENT_DELETE] = apply_delete,
  [KITHD_EVENT_TOPIC] = apply_topic,     [KITHD_EVENT_RENAME] = apply_rename, [KITHD_EVENT_JOIN] = apply_join,
  [KITHD_EVENT_LEAVE] = apply_leave,     [KITHD_EVENT_KICK] = apply_kick,     [KITHD_EVENT_INVITE] = apply_invite,
  [KITHD_EVENT_BAN] = apply_ban,         [KITHD_EVENT_UNBAN] = apply_unban,   [KITHD_EVENT_MUTE] = apply_mute,
  [KITHD_EVENT_RETENTION] = apply_retention,
  [KITHD_EVENT_UNMUTE] = apply_mute,     [KITHD_EVENT_ROLE] = apply_room_role,
};

static void
apply_event (KithdDomain *domain, const KithdEvent *event)
{
  KithdConversation *conversation = kithd_domain_conversation (domain, event->conversation);
  if (conversation == NULL)
    return;
  conversation->record.last = event->seq;
  conversation->record.n = event->n;
  conversation->record.rev = event->rev;
  if (event_table[event->kind] != NULL)
    event_table[event->kind](domain, conversation, event);
}

static void
apply_events (KithdDomain *domain, const KithdChange *change)
{
  for (const GList *link = change->events.head; link != NULL; link = link->next)
    apply_event (domain, link->data);
}

static void
use_invitation (KithdDomain *domain, const KithdChange *change)
{
  KithdInvitationRecord *invitation =
      change->invitation.id != 0 ? kithd_domain_find_invitation (domain, change->invitation.id) : NULL;
  if (invitation != NULL)
    invitation->used++;
}

static void
apply_append (KithdDomain *domain, const KithdChange *change)
{
  use_invitation (domain, change);
  apply_events (domain, change);
}

static void
apply_device (KithdDomain *domain, const KithdChange *change)
{
  kithd_domain_remove_device (domain, change->evicted);
  KithdDeviceRecord device = change->device;
  device.id = change->device_id;
  if (change->account_id != 0)
    device.account = change->account_id;
  kithd_domain_add_device (domain, &device);
}

static void
make_room (KithdDomain *domain, const KithdChange *change, gint64 id)
{
  KithdConversationRecord room = change->room;
  room.id = id;
  room.first = 1;
  room.last = room.n = 0;
  kithd_domain_add_conversation (domain, &room);
}

/* Everybody is in it and reads it whole; what was said before they came is not unread. */
static void
enter_broadcasts (KithdDomain *domain, gint64 account, gint64 rev)
{
  KithdConversation *conversation = domain->broadcasts;
  KithdMember *member = conversation != NULL ? kithd_domain_add_member (domain, conversation, account) : NULL;
  if (member == NULL)
    return;
  kithd_member_set_state (conversation, member, KITHD_MEMBER_IN);
  kithd_member_open_stay (member, 1);
  kithd_member_set_cursor (member, conversation->record.last, conversation->record.n);
  member->record.rev = rev;
}

/* Without an event: nobody else has to hear of it. */
static void
leave_broadcasts (KithdDomain *domain, gint64 account)
{
  KithdConversation *conversation = domain->broadcasts;
  KithdMember *member = conversation != NULL ? kithd_conversation_member_in (conversation, account) : NULL;
  if (member == NULL)
    return;
  kithd_member_close_stay (member, MAX (conversation->record.last, 1));
  kithd_member_set_state (conversation, member, KITHD_MEMBER_LEFT);
  g_clear_pointer (&member->mentions, g_array_unref);
}

static void
apply_register (KithdDomain *domain, const KithdChange *change)
{
  KithdAccountRecord account = change->account;
  account.id = change->account_id;
  account.rev = change->rev;
  kithd_domain_add_account (domain, &account);
  apply_device (domain, change);
  KithdConversationRecord notes = { .id = change->notes, .kind = KITHD_NOTES, .first = 1, .rev = change->rev };
  KithdConversation *conversation = kithd_domain_add_conversation (domain, &notes);
  KithdMember *member = kithd_domain_add_member (domain, conversation, account.id);
  if (member == NULL)
    return;
  kithd_member_set_state (conversation, member, KITHD_MEMBER_IN);
  kithd_member_open_stay (member, 1);
  member->record.role = KITHD_ROLE_OWNER;
  member->record.rev = change->rev;
  enter_broadcasts (domain, account.id, change->rev);
  use_invitation (domain, change);
  if (change->made != 0)
    make_room (domain, change, change->made);
  apply_events (domain, change);
}

static void
apply_remove_device (KithdDomain *domain, const KithdChange *change)
{
  kithd_domain_remove_device (domain, change->device.id);
}

static void
apply_see_device (KithdDomain *domain, const KithdChange *change)
{
  KithdDeviceRecord *device = g_hash_table_lookup (domain->devices, &change->device.id);
  if (device != NULL)
    device->seen = change->device.seen;
}

/* What it said stays, as by somebody without a name; it is in nothing any more, and nothing signs in to it. */
static void
apply_delete_account (KithdDomain *domain, const KithdChange *change)
{
  KithdAccount *account = kithd_domain_account (domain, change->account.id);
  if (account == NULL)
    return;
  apply_events (domain, change);
  leave_broadcasts (domain, account->record.id);
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, account->members);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    KithdMember *member = value;
    if (member->record.state == KITHD_MEMBER_INVITED)
      member->record.state = KITHD_MEMBER_LEFT;
  }
  g_autoptr (GPtrArray) invitations = kithd_domain_list_invitations (domain, account->record.id);
  for (guint i = 0; i < invitations->len; i++)
    kithd_domain_remove_invitation (domain, ((const KithdInvitationRecord *) invitations->pdata[i])->id);
  while (account->devices->len > 0)
    kithd_domain_remove_device (domain, ((const KithdDeviceRecord *) account->devices->pdata[0])->id);
  g_clear_pointer (&account->blocks, g_hash_table_unref);
  g_clear_pointer (&account->record.password, g_free);
  account->record.deleted = TRUE;
  account->record.role = KITHD_ROLE_MEMBER;
  kithd_domain_touch_account (domain, account, change->rev);
}

static void
apply_password (KithdDomain *domain, const KithdChange *change)
{
  KithdAccount *account = kithd_domain_account (domain, change->account.id);
  if (account == NULL)
    return;
  g_free (account->record.password);
  account->record.password = g_strdup (change->account.password);
}

static void
apply_display (KithdDomain *domain, const KithdChange *change)
{
  KithdAccount *account = kithd_domain_account (domain, change->account.id);
  if (account == NULL)
    return;
  g_free (account->record.display);
  account->record.display = g_strdup (change->account.display);
  kithd_domain_touch_account (domain, account, change->rev);
}

static void
apply_status (KithdDomain *domain, const KithdChange *change)
{
  KithdAccount *account = kithd_domain_account (domain, change->account.id);
  if (account == NULL)
    return;
  g_free (account->record.status_text);
  account->record.status = change->account.status;
  account->record.status_text = g_strdup (change->account.status_text);
  account->record.status_until = change->account.status_until;
}

static void
apply_settings (KithdDomain *domain, const KithdChange *change)
{
  KithdAccount *account = kithd_domain_account (domain, change->account.id);
  if (account != NULL)
    account->record.receipts_off = change->account.receipts_off;
}

static void
apply_role (KithdDomain *domain, const KithdChange *change)
{
  KithdAccount *account = kithd_domain_account (domain, change->account.id);
  if (account == NULL)
    return;
  account->record.role = change->account.role;
  kithd_domain_touch_account (domain, account, change->rev);
}

/* Over: expired or used up. */
static void
drop_over (KithdDomain *domain, gint64 account, gint64 now)
{
  g_autoptr (GPtrArray) all = kithd_domain_list_invitations (domain, account);
  for (guint i = 0; i < all->len; i++) {
    const KithdInvitationRecord *one = all->pdata[i];
    if (one->account == account && (one->expires <= now || one->used >= one->uses))
      kithd_domain_remove_invitation (domain, one->id);
  }
}

static void
apply_invite_by_link (KithdDomain *domain, const KithdChange *change)
{
  drop_over (domain, change->invitation.account, change->at);
  kithd_domain_load_invitation (domain, &change->invitation);
}

static void
apply_revoke_invitation (KithdDomain *domain, const KithdChange *change)
{
  kithd_domain_remove_invitation (domain, change->invitation.id);
}

static void
apply_block (KithdDomain *domain, const KithdChange *change)
{
  KithdBlockRecord block = change->block;
  block.rev = change->rev;
  kithd_domain_load_block (domain, &block);
}

static void
apply_create_room (KithdDomain *domain, const KithdChange *change)
{
  make_room (domain, change, change->conversation);
  apply_events (domain, change);
}

static void
apply_open_direct (KithdDomain *domain, const KithdChange *change)
{
  KithdConversationRecord direct = { .id = change->conversation, .kind = KITHD_DIRECT, .first = 1, .rev = change->rev };
  kithd_domain_add_conversation (domain, &direct);
  kithd_domain_load_direct (domain, change->conversation, change->people, change->n_people);
  apply_events (domain, change);
}

static void
make_broadcasts (KithdDomain *domain, const KithdChange *change)
{
  const KithdConversationRecord record = { .id = change->made, .kind = KITHD_BROADCASTS, .first = 1, .rev = change->rev };
  kithd_domain_add_conversation (domain, &record);
  for (const GList *link = domain->accounts_by_rev.head; link != NULL; link = link->next) {
    const KithdAccount *account = link->data;
    if (!account->record.deleted)
      enter_broadcasts (domain, account->record.id, change->rev);
  }
}

static void
apply_broadcast (KithdDomain *domain, const KithdChange *change)
{
  if (change->made != 0)
    make_broadcasts (domain, change);
  apply_events (domain, change);
}

static void
apply_mark (KithdDomain *domain, const KithdChange *change)
{
  KithdConversation *conversation = kithd_domain_conversation (domain, change->conversation);
  KithdMember *member = conversation != NULL ? kithd_conversation_member (conversation, change->actor) : NULL;
  if (member == NULL)
    return;
  if (change->unread_mentions != NULL)
    g_clear_pointer (&member->mentions, g_array_unref);
  kithd_member_set_cursor (member, change->read, change->read_n);
  if (change->shows) {
    member->record.seen = MAX (member->record.seen, change->read);
    member->record.delivered = MAX (member->record.delivered, change->read);
  }
  for (guint i = 0; change->unread_mentions != NULL && i < change->unread_mentions->len; i++)
    kithd_member_add_mention (member, g_array_index (change->unread_mentions, gint64, i));
  member->record.rev = change->rev;
}

static void
apply_receipts (KithdDomain *domain, const KithdChange *change)
{
  KithdConversation *conversation = kithd_domain_conversation (domain, change->conversation);
  for (guint i = 0; conversation != NULL && i < change->receipts->len; i++) {
    const KithdReceipt *receipt = &g_array_index (change->receipts, KithdReceipt, i);
    KithdMember *member = kithd_conversation_member (conversation, receipt->account);
    if (member == NULL)
      continue;
    member->record.delivered = MAX (member->record.delivered, receipt->delivered);
    member->record.seen = MAX (member->record.seen, receipt->read);
  }
}

static void
apply_expire (KithdDomain *domain, const KithdChange *change)
{
  KithdConversation *conversation = kithd_domain_conversation (domain, change->conversation);
  GHashTableIter iter;
  gpointer member;
  if (conversation == NULL)
    return;
  conversation->record.first = change->seq;
  conversation->record.gone = change->n;
  if (!change->more)
    conversation->record.rev = change->rev;
  g_hash_table_iter_init (&iter, conversation->members);
  while (g_hash_table_iter_next (&iter, NULL, &member))
    kithd_member_drop_mentions (member, change->seq);
}

static const ApplyChange change_table[KITHD_N_CHANGES] = {
  [KITHD_CHANGE_REGISTER] = apply_register,
  [KITHD_CHANGE_ADD_DEVICE] = apply_device,
  [KITHD_CHANGE_REMOVE_DEVICE] = apply_remove_device,
  [KITHD_CHANGE_SEE_DEVICE] = apply_see_device,
  [KITHD_CHANGE_DELETE_ACCOUNT] = apply_delete_account,
  [KITHD_CHANGE_PASSWORD] = apply_password,
  [KITHD_CHANGE_DISPLAY] = apply_display,
  [KITHD_CHANGE_STATUS] = apply_status,
  [KITHD_CHANGE_SETTINGS] = apply_settings,
  [KITHD_CHANGE_ROLE] = apply_role,
  [KITHD_CHANGE_INVITE] = apply_invite_by_link,
  [KITHD_CHANGE_REVOKE_INVITATION] = apply_revoke_invitation,
  [KITHD_CHANGE_BLOCK] = apply_block,
  [KITHD_CHANGE_CREATE_ROOM] = apply_create_room,
  [KITHD_CHANGE_OPEN_DIRECT] = apply_open_direct,
  [KITHD_CHANGE_APPEND] = apply_append,
  [KITHD_CHANGE_BROADCAST] = apply_broadcast,
  [KITHD_CHANGE_MARK] = apply_mark,
  [KITHD_CHANGE_RECEIPTS] = apply_receipts,
  [KITHD_CHANGE_EXPIRE] = apply_expire,
};

void
kithd_domain_apply (KithdDomain *domain, const KithdChange *change)
{
  change_table[change->kind](domain, change);
  domain->rev = MAX (domain->rev, change->rev);
}
