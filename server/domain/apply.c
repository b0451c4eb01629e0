/* apply.c - how committed changes change what is so: one function for each kind, in two tables. */
#include "domain/domain-private.h"

#include <string.h>

typedef void (*ApplyEvent) (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event);
typedef void (*ApplyChange) (KithdDomain *domain, const KithdChange *change);

static void
note_mentions (KithdConversation *conversation, const KithdEvent *event, gint64 seq)
{
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
apply_join (KithdDomain *domain, KithdConversation *conversation, const KithdEvent *event)
{
  KithdMember *member = kithd_domain_add_member (domain, conversation, event->from);
  if (member == NULL)
    return;
  kithd_member_set_state (conversation, member, KITHD_MEMBER_IN);
  kithd_member_open_stay (member, event->seq);
  kithd_member_set_cursor (member, event->seq, event->n);
  member->record.role = KITHD_ROLE_MEMBER;
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
  for (guint i = 0; change->events != NULL && i < change->events->len; i++)
    apply_event (domain, change->events->pdata[i]);
}

static void
apply_device (KithdDomain *domain, const KithdChange *change)
{
  KithdDeviceRecord device = change->device;
  device.id = change->device_id;
  if (change->account_id != 0)
    device.account = change->account_id;
  kithd_domain_add_device (domain, &device);
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
}

static void
apply_remove_device (KithdDomain *domain, const KithdChange *change)
{
  kithd_domain_remove_device (domain, change->device.id);
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
apply_role (KithdDomain *domain, const KithdChange *change)
{
  KithdAccount *account = kithd_domain_account (domain, change->account.id);
  if (account == NULL)
    return;
  account->record.role = change->account.role;
  kithd_domain_touch_account (domain, account, change->rev);
}

static void
apply_create_room (KithdDomain *domain, const KithdChange *change)
{
  KithdConversationRecord room = change->room;
  room.id = change->conversation;
  room.first = 1;
  room.last = room.n = 0;
  KithdConversation *conversation = kithd_domain_add_conversation (domain, &room);
  apply_events (domain, change);
  KithdMember *owner = kithd_conversation_member (conversation, change->actor);
  if (owner != NULL)
    owner->record.role = KITHD_ROLE_OWNER;
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
apply_mark (KithdDomain *domain, const KithdChange *change)
{
  KithdConversation *conversation = kithd_domain_conversation (domain, change->conversation);
  KithdMember *member = conversation != NULL ? kithd_conversation_member (conversation, change->actor) : NULL;
  if (member == NULL)
    return;
  if (change->unread_mentions != NULL)
    g_clear_pointer (&member->mentions, g_array_unref);
  kithd_member_set_cursor (member, change->read, change->read_n);
  for (guint i = 0; change->unread_mentions != NULL && i < change->unread_mentions->len; i++)
    kithd_member_add_mention (member, g_array_index (change->unread_mentions, gint64, i));
  member->record.rev = change->rev;
}

static const ApplyChange change_table[KITHD_N_CHANGES] = {
  [KITHD_CHANGE_REGISTER] = apply_register,
  [KITHD_CHANGE_ADD_DEVICE] = apply_device,
  [KITHD_CHANGE_REMOVE_DEVICE] = apply_remove_device,
  [KITHD_CHANGE_PASSWORD] = apply_password,
  [KITHD_CHANGE_DISPLAY] = apply_display,
  [KITHD_CHANGE_STATUS] = apply_status,
  [KITHD_CHANGE_ROLE] = apply_role,
  [KITHD_CHANGE_CREATE_ROOM] = apply_create_room,
  [KITHD_CHANGE_OPEN_DIRECT] = apply_open_direct,
  [KITHD_CHANGE_APPEND] = apply_events,
  [KITHD_CHANGE_MARK] = apply_mark,
};

void
kithd_domain_apply (KithdDomain *domain, const KithdChange *change)
{
  change_table[change->kind](domain, change);
  domain->rev = MAX (domain->rev, change->rev);
}
