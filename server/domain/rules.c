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
    return refuse (error, KITH_ERROR_NOT_FOUND, "There is no such conversation, or you are not in it.");
  g_set_error (error, KITH_ERROR, KITH_ERROR_NOT_MEMBER, "You are not in #%s. Join it first.", conversation->record.name);
  return FALSE;
}

/* Where somebody who is in a room stands there. A role on the server counts for who acts, not for who is acted upon: an admin of the
 * server stands with the owners of the room, an owner of the server above them. */
static int
rank_of (const KithdMember *member)
{
  const KithdRole server = member->account->record.role;
  return MAX ((int) member->record.role, server == KITHD_ROLE_OWNER ? KITHD_ROLE_OWNER + 1 : server == KITHD_ROLE_ADMIN ? KITHD_ROLE_OWNER : -1);
}

/* The role in the room of whom the question is about; who is not in has that of a member. */
static int
subject_rank (const Question *q)
{
  const KithdMember *member = kithd_conversation_member_in (q->conversation, q->subject->record.id);
  return member != NULL ? (int) member->record.role : KITHD_ROLE_MEMBER;
}

static gboolean
is_last_owner (const KithdConversation *conversation, const KithdMember *member)
{
  if (member->record.role != KITHD_ROLE_OWNER)
    return FALSE;
  GHashTableIter iter;
  gpointer other;
  g_hash_table_iter_init (&iter, conversation->members);
  while (g_hash_table_iter_next (&iter, NULL, &other))
    if (other != member && ((KithdMember *) other)->record.state == KITHD_MEMBER_IN && ((KithdMember *) other)->record.role == KITHD_ROLE_OWNER)
      return FALSE;
  return TRUE;
}

static gboolean
check_join (const Question *q, GError **error)
{
  KithdMember *past = kithd_conversation_member (q->conversation, q->actor->record.id);
  if (q->member != NULL) {
    *q->unchanged = g_array_index (q->member->stays, KithdRange, q->member->stays->len - 1).from;
    return TRUE;
  }
  gboolean known = !q->conversation->record.private_ || (past != NULL && past->stays != NULL);
  if (known && past != NULL && past->record.state == KITHD_MEMBER_BANNED)
    return refuse (error, KITH_ERROR_FORBIDDEN, "You are banned from this room.");
  if (q->conversation->record.private_ && (past == NULL || past->record.state != KITHD_MEMBER_INVITED))
    return refuse (error, KITH_ERROR_NOT_FOUND, no_way_in);
  if (q->conversation->n_in >= q->settings->members_max)
    return refuse (error, KITH_ERROR_LIMIT, "The room is full.");
  return TRUE;
}

static gboolean
may_invite (const KithdConversation *conversation, const KithdMember *member, GError **error)
{
  if (member->record.role == KITHD_ROLE_READ_ONLY)
    return refuse (error, KITH_ERROR_FORBIDDEN, "You may read in this room, not invite.");
  if (conversation->record.private_ && rank_of (member) < KITHD_ROLE_MODERATOR)
    return refuse (error, KITH_ERROR_FORBIDDEN, "Only the owner, admins and moderators of a private room may invite.");
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
  return may_invite (q->conversation, q->member, error);
}

static gboolean
check_above (const Question *q, GError **error)
{
  return rank_of (q->member) > subject_rank (q) ||
         refuse (error, KITH_ERROR_FORBIDDEN, "Only who stands above somebody in this room may do that to them.");
}

static gboolean
check_kick (const Question *q, GError **error)
{
  if (kithd_conversation_member_in (q->conversation, q->subject->record.id) == NULL)
    return refuse (error, KITH_ERROR_NOT_FOUND, "They are not in this room.");
  return check_above (q, error);
}

static gboolean
check_leave (const Question *q, GError **error)
{
  if (q->conversation->n_in > 1 && is_last_owner (q->conversation, q->member))
    return refuse (error, KITH_ERROR_FORBIDDEN, "You are the last owner of this room. Make somebody else its owner first, then leave.");
  return TRUE;
}

static gboolean
check_ban (const Question *q, GError **error)
{
  const KithdMember *guest = kithd_conversation_member (q->conversation, q->subject->record.id);
  if (guest != NULL && guest->record.state == KITHD_MEMBER_BANNED)
    *q->unchanged = MAX (q->conversation->record.last, 1);
  return check_above (q, error);
}

static gboolean
check_unban (const Question *q, GError **error)
{
  const KithdMember *guest = kithd_conversation_member (q->conversation, q->subject->record.id);
  if (guest == NULL || guest->record.state != KITHD_MEMBER_BANNED)
    *q->unchanged = MAX (q->conversation->record.last, 1);
  return TRUE;
}

static gboolean
check_unmute (const Question *q, GError **error)
{
  const KithdMember *guest = kithd_conversation_member_in (q->conversation, q->subject->record.id);
  if (!check_kick (q, error))
    return FALSE;
  if (guest->record.muted_until == 0)
    *q->unchanged = MAX (q->conversation->record.last, 1);
  return TRUE;
}

static gboolean
check_topic (const Question *q, GError **error)
{
  if (q->conversation->record.private_ && rank_of (q->member) < KITHD_ROLE_MODERATOR)
    return refuse (error, KITH_ERROR_FORBIDDEN, "Only the owner, admins and moderators of a private room set its topic.");
  return TRUE;
}

static const struct {
  gboolean rooms_only;
  gboolean strangers; /* also who is not in */
  gboolean subject;
  int rank;           /* at least, in the conversation; 0: any */
  Check check;
} rules[KITHD_N_EVENT_KINDS] = {
  [KITHD_EVENT_TOPIC] = { .rooms_only = TRUE, .check = check_topic },
  [KITHD_EVENT_RENAME] = { .rooms_only = TRUE, .rank = KITHD_ROLE_MODERATOR },
  [KITHD_EVENT_RETENTION] = { .rooms_only = TRUE, .rank = KITHD_ROLE_ADMIN },
  [KITHD_EVENT_JOIN] = { .rooms_only = TRUE, .strangers = TRUE, .check = check_join },
  [KITHD_EVENT_LEAVE] = { .rooms_only = TRUE, .check = check_leave },
  [KITHD_EVENT_INVITE] = { .rooms_only = TRUE, .subject = TRUE, .check = check_invite },
  [KITHD_EVENT_KICK] = { .rooms_only = TRUE, .subject = TRUE, .check = check_kick },
  [KITHD_EVENT_BAN] = { .rooms_only = TRUE, .subject = TRUE, .rank = KITHD_ROLE_MODERATOR, .check = check_ban },
  [KITHD_EVENT_UNBAN] = { .rooms_only = TRUE, .subject = TRUE, .rank = KITHD_ROLE_MODERATOR, .check = check_unban },
  [KITHD_EVENT_MUTE] = { .rooms_only = TRUE, .subject = TRUE, .rank = KITHD_ROLE_MODERATOR, .check = check_kick },
  [KITHD_EVENT_UNMUTE] = { .rooms_only = TRUE, .subject = TRUE, .rank = KITHD_ROLE_MODERATOR, .check = check_unmute },
  [KITHD_EVENT_ROLE] = { .rooms_only = TRUE, .subject = TRUE },
};

gboolean
kithd_rules_may (const KithdConversation *conversation, const KithdAccount *actor, KithdEventKind kind, const KithdAccount *subject,
                 const KithdSettings *settings, gint64 *unchanged, GError **error)
{
  *unchanged = 0;
  if (conversation == NULL)
    return refuse (error, KITH_ERROR_NOT_FOUND, kind == KITHD_EVENT_JOIN ? no_way_in : "There is no such conversation, or you are not in it.");
  Question q = { conversation, actor, subject, kithd_conversation_member_in (conversation, actor->record.id), settings, unchanged };
  if (q.member == NULL && rules[kind].strangers && conversation->record.kind != KITHD_ROOM)
    return refuse (error, KITH_ERROR_NOT_FOUND, no_way_in);
  if (q.member == NULL && !rules[kind].strangers)
    return refuse_stranger (conversation, error);
  if (rules[kind].rooms_only && conversation->record.kind != KITHD_ROOM)
    return refuse (error, KITH_ERROR_FORBIDDEN, "That is for rooms only.");
  if (rules[kind].subject && subject == NULL)
    return refuse (error, KITH_ERROR_NOT_FOUND, "There is no such person.");
  if (q.member != NULL && rules[kind].rank > 0 && rank_of (q.member) < rules[kind].rank)
    return refuse (error, KITH_ERROR_FORBIDDEN, "Your role in this room does not permit it.");
  return rules[kind].check == NULL || rules[kind].check (&q, error);
}

gboolean
kithd_rules_may_broadcast (const KithdAccount *actor, GError **error)
{
  return actor->record.role >= KITHD_ROLE_ADMIN ||
         refuse (error, KITH_ERROR_FORBIDDEN, "Only owners and admins of this server write to everybody. `kithd user role` makes one.");
}

gboolean
kithd_rules_may_moderate (const KithdConversation *conversation, const KithdAccount *actor)
{
  if (conversation->record.kind == KITHD_BROADCASTS)
    return kithd_rules_may_broadcast (actor, NULL);
  if (conversation->record.kind != KITHD_ROOM)
    return FALSE;
  const KithdMember *member = kithd_conversation_member_in (conversation, actor->record.id);
  return member != NULL && rank_of (member) >= KITHD_ROLE_MODERATOR;
}

gboolean
kithd_rules_may_list_bans (const KithdConversation *conversation, const KithdAccount *actor, GError **error)
{
  if (conversation == NULL)
    return refuse (error, KITH_ERROR_NOT_FOUND, "There is no such conversation, or you are not in it.");
  if (kithd_conversation_member_in (conversation, actor->record.id) == NULL)
    return refuse_stranger (conversation, error);
  if (conversation->record.kind != KITHD_ROOM)
    return refuse (error, KITH_ERROR_FORBIDDEN, "That is for rooms only.");
  return kithd_rules_may_moderate (conversation, actor) ||
         refuse (error, KITH_ERROR_FORBIDDEN, "Only the owners, admins and moderators of a room see who is banned from it.");
}

gboolean
kithd_rules_may_call_all (const KithdConversation *conversation, const KithdAccount *actor, GError **error)
{
  return conversation->record.kind != KITHD_ROOM || kithd_rules_may_moderate (conversation, actor) ||
         refuse (error, KITH_ERROR_FORBIDDEN, "Only the owners, admins and moderators of a room mention all who are in it. Name the people whom you mean.");
}

/* Taking less oneself is always possible, but for the last owner. Owners make owners; everybody else gives what is below them, to who is
 * below them. */
static gboolean
may_give (const KithdConversation *conversation, const KithdMember *giver, const KithdMember *taker, KithdRole role, GError **error)
{
  int rank = rank_of (giver);
  if (taker->record.role == KITHD_ROLE_OWNER && is_last_owner (conversation, taker))
    return refuse (error, KITH_ERROR_FORBIDDEN, "A room keeps its last owner. Make somebody else its owner first.");
  if (giver == taker && (int) role <= rank)
    return TRUE;
  if (rank < KITHD_ROLE_ADMIN)
    return refuse (error, KITH_ERROR_FORBIDDEN, "Only owners and admins of a room give roles.");
  if (rank > (int) taker->record.role && (rank > (int) role || rank >= KITHD_ROLE_OWNER))
    return TRUE;
  return refuse (error, KITH_ERROR_FORBIDDEN, "You can give roles below your own only, to people who stand below you.");
}

gboolean
kithd_rules_may_give (const KithdConversation *conversation, const KithdAccount *giver, const KithdAccount *taker, KithdRole role,
                      gint64 *unchanged, GError **error)
{
  const KithdMember *from = kithd_conversation_member_in (conversation, giver->record.id);
  const KithdMember *to = kithd_conversation_member_in (conversation, taker->record.id);
  if (from == NULL)
    return refuse_stranger (conversation, error);
  if (to == NULL)
    return refuse (error, KITH_ERROR_NOT_FOUND, "They are not in this room.");
  if (to->record.role != role)
    return may_give (conversation, from, to, role, error);
  *unchanged = MAX (conversation->record.last, 1);
  return TRUE;
}

/* Whether inviter may let one more into the room. */
static gboolean
may_open (const KithdConversation *conversation, const KithdAccount *inviter, const KithdSettings *settings, GError **error)
{
  const KithdMember *member = kithd_conversation_member_in (conversation, inviter->record.id);
  if (member == NULL)
    return refuse_stranger (conversation, error);
  if (conversation->record.kind != KITHD_ROOM)
    return refuse (error, KITH_ERROR_FORBIDDEN, "That is for rooms only.");
  if (conversation->n_in >= settings->members_max)
    return refuse (error, KITH_ERROR_LIMIT, "The room is full.");
  return may_invite (conversation, member, error);
}

gboolean
kithd_rules_may_bring_in (const KithdConversation *conversation, const KithdAccount *inviter, const KithdAccount *guest,
                          const KithdSettings *settings, GError **error)
{
  const KithdMember *past = kithd_conversation_member (conversation, guest->record.id);
  if (past != NULL && past->record.state == KITHD_MEMBER_BANNED)
    return refuse (error, KITH_ERROR_FORBIDDEN, "You are banned from this room.");
  if (inviter != NULL && kithd_conversation_member_in (conversation, inviter->record.id) != NULL)
    return may_open (conversation, inviter, settings, error);
  return refuse (error, KITH_ERROR_NOT_FOUND, "Who made this invitation is not in the room any more. Ask for another one.");
}

gboolean
kithd_rules_may_let_in (const KithdConversation *conversation, const KithdAccount *inviter, const KithdSettings *settings, GError **error)
{
  if (settings->registration == KITHD_REGISTRATION_CLOSED)
    return refuse (error, KITH_ERROR_REGISTRATION_CLOSED, kith_error_sentence (KITH_ERROR_REGISTRATION_CLOSED));
  if (settings->registration == KITHD_REGISTRATION_INVITE && inviter != NULL && inviter->record.role < KITHD_ROLE_ADMIN)
    return refuse (error, KITH_ERROR_FORBIDDEN, "Only owners and admins of this server invite new people.");
  if (conversation == NULL || inviter == NULL)
    return TRUE;
  return may_open (conversation, inviter, settings, error);
}

gboolean
kithd_rules_may_speak (const KithdConversation *conversation, const KithdAccount *actor, KithdEventKind kind, gint64 now_ms, GError **error)
{
  static const gboolean silent[KITHD_N_EVENT_KINDS] = {
    [KITHD_EVENT_MESSAGE] = TRUE, [KITHD_EVENT_EDIT] = TRUE,  [KITHD_EVENT_REACT] = TRUE,  [KITHD_EVENT_PIN] = TRUE,
    [KITHD_EVENT_UNPIN] = TRUE,   [KITHD_EVENT_TOPIC] = TRUE, [KITHD_EVENT_RENAME] = TRUE,
    [KITHD_EVENT_RETENTION] = TRUE,
  };
  const KithdMember *member = kithd_conversation_member_in (conversation, actor->record.id);
  if (member == NULL || !silent[kind])
    return TRUE;
  if (conversation->record.kind == KITHD_BROADCASTS)
    return kithd_rules_may_broadcast (actor, error);
  if (member->record.role == KITHD_ROLE_READ_ONLY)
    return refuse (error, KITH_ERROR_FORBIDDEN, "You may read in this room, not write. Its owners and admins can change that.");
  if (member->record.muted_until <= now_ms)
    return TRUE;
  g_autoptr (GDateTime) until = g_date_time_new_from_unix_utc (member->record.muted_until / 1000);
  g_autofree char *time = until != NULL ? g_date_time_format (until, "%Y-%m-%d %H:%M:%S") : g_strdup ("later");
  g_set_error (error, KITH_ERROR, KITH_ERROR_FORBIDDEN, "You are muted in #%s until %s (UTC).", conversation->record.name, time);
  return FALSE;
}

gboolean
kithd_rules_may_reach (const KithdDomain *domain, const KithdConversation *conversation, const KithdAccount *actor, KithdEventKind kind,
                       GError **error)
{
  if (conversation->record.kind != KITHD_DIRECT || conversation->n_people != 2 || kind == KITHD_EVENT_DELETE || kind == KITHD_EVENT_UNREACT)
    return TRUE;
  gint64 other = conversation->people[conversation->people[0] == actor->record.id ? 1 : 0];
  const KithdAccount *account = kithd_domain_account (domain, other);
  return account == NULL || !kithd_account_blocks (account, actor->record.id) ||
         refuse (error, KITH_ERROR_FORBIDDEN, "This person takes no messages from you.");
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
    return refuse (error, KITH_ERROR_NOT_FOUND, "There is no such conversation, or you are not in it.");
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
