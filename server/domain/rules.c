/* rules.c - a table says for each kind of event where it can happen and from which role on; what is left is in a function a kind. */
#include "domain/rules.h"

#include "proto/error.h"

/* Whether it is there or not, or is no room at all. */
static const char no_way_in[] = "There is no such room, or it is private: ask a member to invite you.";

typedef struct {
  const KithdConversation *conversation;
  const KithdAccount *actor, *subject;
  const KithdMember *member;         /* actor's; NULL when not in */
  const KithdSettings *settings;
  gint64 *unchanged;
} Question;

typedef gboolean (*Check) (const Question *question, GError **error);

static gboolean
refuse (GError **error, KithError code, const char *sentence)
{
  g_set_error_literal (error, KITH_ERROR, code, sentence);
  return FALSE;
}

static gboolean
refuse_stranger (const KithdConversation *conversation, GError **error)
{
  if (conversation->record.kind != KITHD_ROOM || conversation->record.private_)
    return refuse (error, KITH_ERROR_NOT_FOUND, "There is no such conversation.");
  g_set_error (error, KITH_ERROR, KITH_ERROR_NOT_MEMBER, "You are not in #%s. Join it first.", conversation->record.name);
  return FALSE;
}

static gboolean
check_join (const Question *q, GError **error)
{
  KithdMember *past = kithd_conversation_member (q->conversation, q->actor->record.id);
  if (q->member != NULL) {
    *q->unchanged = g_array_index (q->member->stays, KithdRange, q->member->stays->len - 1).from;
    return TRUE;
  }
  if (past != NULL && past->record.state == KITHD_MEMBER_BANNED)
    return refuse (error, KITH_ERROR_FORBIDDEN, "You are banned from this room.");
  if (q->conversation->record.private_ && (past == NULL || past->record.state != KITHD_MEMBER_INVITED))
    return refuse (error, KITH_ERROR_NOT_FOUND, no_way_in);
  if (q->conversation->n_in >= q->settings->members_max)
    return refuse (error, KITH_ERROR_LIMIT, "The room is full.");
  return TRUE;
}

static gboolean
check_invite (const Question *q, GError **error)
{
  KithdMember *guest = kithd_conversation_member (q->conversation, q->subject->record.id);
  if (guest != NULL && (guest->record.state == KITHD_MEMBER_IN || guest->record.state == KITHD_MEMBER_INVITED))
    *q->unchanged = MAX (q->conversation->record.last, 1);
  if (guest != NULL && guest->record.state == KITHD_MEMBER_BANNED)
    return refuse (error, KITH_ERROR_FORBIDDEN, "They are banned from this room.");
  if (q->conversation->record.private_ && q->member->record.role < KITHD_ROLE_MODERATOR)
    return refuse (error, KITH_ERROR_FORBIDDEN, "Only the owner, admins and moderators of a private room may invite.");
  return TRUE;
}

static gboolean
check_kick (const Question *q, GError **error)
{
  KithdMember *guest = kithd_conversation_member_in (q->conversation, q->subject->record.id);
  if (guest == NULL)
    return refuse (error, KITH_ERROR_NOT_FOUND, "They are not in this room.");
  if (q->member->record.role <= guest->record.role)
    return refuse (error, KITH_ERROR_FORBIDDEN, "Only who stands above somebody in this room may remove them.");
  return TRUE;
}

static gboolean
check_topic (const Question *q, GError **error)
{
  if (q->conversation->record.private_ && q->member->record.role < KITHD_ROLE_MODERATOR)
    return refuse (error, KITH_ERROR_FORBIDDEN, "Only the owner, admins and moderators of a private room set its topic.");
  return TRUE;
}

static const struct {
  gboolean rooms_only;
  gboolean strangers; /* also who is not in */
  gboolean subject;
  KithdRole role;     /* at least, in the conversation */
  Check check;
} rules[KITHD_N_EVENT_KINDS] = {
  [KITHD_EVENT_TOPIC] = { .rooms_only = TRUE, .check = check_topic },
  [KITHD_EVENT_RENAME] = { .rooms_only = TRUE, .role = KITHD_ROLE_MODERATOR },
  [KITHD_EVENT_JOIN] = { .rooms_only = TRUE, .strangers = TRUE, .check = check_join },
  [KITHD_EVENT_LEAVE] = { .rooms_only = TRUE },
  [KITHD_EVENT_INVITE] = { .rooms_only = TRUE, .subject = TRUE, .check = check_invite },
  [KITHD_EVENT_KICK] = { .rooms_only = TRUE, .subject = TRUE, .check = check_kick },
};

gboolean
kithd_rules_may (const KithdConversation *conversation, const KithdAccount *actor, KithdEventKind kind, const KithdAccount *subject,
                 const KithdSettings *settings, gint64 *unchanged, GError **error)
{
  *unchanged = 0;
  if (conversation == NULL)
    return refuse (error, KITH_ERROR_NOT_FOUND, kind == KITHD_EVENT_JOIN ? no_way_in : "There is no such conversation.");
  Question q = { conversation, actor, subject, kithd_conversation_member_in (conversation, actor->record.id), settings, unchanged };
  if (q.member == NULL && rules[kind].strangers && conversation->record.kind != KITHD_ROOM)
    return refuse (error, KITH_ERROR_NOT_FOUND, no_way_in);
  if (q.member == NULL && !rules[kind].strangers)
    return refuse_stranger (conversation, error);
  if (rules[kind].rooms_only && conversation->record.kind != KITHD_ROOM)
    return refuse (error, KITH_ERROR_FORBIDDEN, "That is for rooms only.");
  if (rules[kind].subject && subject == NULL)
    return refuse (error, KITH_ERROR_NOT_FOUND, "There is no such person.");
  if (q.member != NULL && q.member->record.role < rules[kind].role)
    return refuse (error, KITH_ERROR_FORBIDDEN, "Your role in this room does not permit it.");
  return rules[kind].check == NULL || rules[kind].check (&q, error);
}

gboolean
kithd_rules_may_moderate (const KithdConversation *conversation, const KithdAccount *actor)
{
  KithdMember *member = kithd_conversation_member_in (conversation, actor->record.id);
  return conversation->record.kind == KITHD_ROOM && member != NULL &&
         (member->record.role >= KITHD_ROLE_MODERATOR || actor->record.role >= KITHD_ROLE_ADMIN);
}

static void
add_range (GArray *ranges, gint64 from, gint64 to)
{
  KithdRange range = { from, to };
  if (from <= to)
    g_array_append_val (ranges, range);
}

gboolean
kithd_rules_readable (const KithdConversation *conversation, gint64 account, GArray *ranges, GError **error)
{
  if (conversation == NULL)
    return refuse (error, KITH_ERROR_NOT_FOUND, "There is no such conversation.");
  KithdMember *member = kithd_conversation_member (conversation, account);
  if (member == NULL || member->stays == NULL)
    return refuse_stranger (conversation, error);
  const KithdConversationRecord *record = &conversation->record;
  const KithdRange *stays = (const KithdRange *) (gpointer) member->stays->data;
  const KithdRange *last_stay = &stays[member->stays->len - 1];
  if (!record->since_join) {
    add_range (ranges, record->first, last_stay->to == 0 ? record->last : last_stay->to);
    return TRUE;
  }
  for (guint i = 0; i < member->stays->len; i++)
    add_range (ranges, MAX (stays[i].from, record->first), stays[i].to == 0 ? record->last : stays[i].to);
  return TRUE;
}

gboolean
kithd_rules_readable_contains (const GArray *ranges, gint64 seq)
{
  for (guint i = 0; i < ranges->len; i++) {
    const KithdRange *range = &g_array_index (ranges, KithdRange, i);
    if (seq >= range->from && seq <= range->to)
      return TRUE;
  }
  return FALSE;
}
