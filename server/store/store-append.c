/* store-append.c - an event into its log: what must be true of the message that it touches, the event itself, and what
 * it does. Everything is checked before the first number is taken. */
#include "store/store-writer.h"

#include "proto/error.h"
#include "proto/limits.h"

typedef struct {
  KithdWriter *writer;
  KithdChange *change;
  KithdEvent *event;
  KithdNumbers *numbers;
  struct {
    gint64 sender, deleted, pinned, edited, changed;
  } target; /* for the kinds that have one */
} Append;

typedef gboolean (*AppendEvent) (Append *append, GError **error);

/* Nothing to do: what was wanted is so already, since the event `seq`. */
static gboolean
leave_unchanged (Append *append, gint64 seq)
{
  append->change->unchanged = TRUE;
  append->change->seq = seq;
  append->change->n = append->numbers->n;
  return TRUE;
}

/* Into its place. */
static gboolean
add_event (KithdWriter *writer, const KithdEvent *event, GError **error)
{
  return kith_sql_run (writer->sql, W_EVENT_ADD, NULL, error, "iiiiiitiibt", event->conversation, event->seq, event->n,
                       event->at, event->rev, event->from, kithd_event_kind_name (event->kind), event->target,
                       event->subject, event->has_nonce ? event->nonce : NULL, sizeof event->nonce, event->body);
}

gboolean
kithd_write_event (KithdWriter *writer, KithdChange *change, KithdEvent *event, KithdNumbers *numbers, GError **error)
{
  kithd_numbers_give (writer, numbers, event);
  if (!writer->staging && !add_event (writer, event, error))
    return FALSE;
  kithd_change_add_event (change, event);
  return TRUE;
}

static gboolean
write_event (Append *append, GError **error)
{
  return kithd_write_event (append->writer, append->change, append->event, append->numbers, error);
}

/* Runs a statement whose arguments are the conversation and the target; with more of them, ON_TARGET. */
static gboolean
on_target (Append *append, guint id, GError **error)
{
  return kith_sql_run (append->writer->sql, id, NULL, error, "ii", append->event->conversation, append->event->target);
}

#define ON_TARGET(append, id, error, types, ...)                                                    \
  kith_sql_run ((append)->writer->sql, id, NULL, error, "ii" types, (append)->event->conversation, \
                 (append)->event->target, __VA_ARGS__)

/* message is the seq of the message that names them: the event itself, or the target of an edit. */
static gboolean
add_mentions (Append *append, gint64 message, GError **error)
{
  KithdEvent *event = append->event;
  for (guint i = 0; i < event->n_mentions; i++)
    if (event->mentions[i] != event->from &&
        !kith_sql_run (append->writer->sql, W_MENTION_ADD, NULL, error, "iiii", event->conversation,
                        event->mentions[i], message, event->rev))
      return FALSE;
  return !event->to_all || kith_sql_run (append->writer->sql, W_MENTION_ALL, NULL, error, "iiii", event->conversation,
                                         event->from, message, event->rev);
}

static gboolean
append_message (Append *append, GError **error)
{
  return write_event (append, error) && add_mentions (append, append->event->seq, error);
}

static gboolean
is_mentioned (const KithdEvent *event, gint64 account)
{
  if (event->to_all)
    return TRUE;
  for (guint i = 0; i < event->n_mentions; i++)
    if (event->mentions[i] == account)
      return TRUE;
  return FALSE;
}

/* Mentions that an edit took back. Those that stay keep their place in the list. */
static gboolean
remove_mentions (Append *append, GError **error)
{
  GError *problem = NULL;
  KithSql *sql = append->writer->sql;
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *rows = kith_sql_start (sql, W_MENTIONS_OF, "ii", append->event->conversation, append->event->target);
  while (kith_sql_next (sql, rows, &problem)) {
    gint64 account = sqlite3_column_int64 (rows, 0);
    if (!is_mentioned (append->event, account))
      g_array_append_val (gone, account);
  }
  for (guint i = 0; problem == NULL && i < gone->len; i++)
    ON_TARGET (append, W_MENTION_REMOVE, &problem, "i", g_array_index (gone, gint64, i));
  return kith_sql_done (problem, error);
}

/* Earlier texts: the first one is kept aside, the later ones are in the edit events, or emptied when they are not
 * wanted. */
static gboolean
keep_versions (Append *append, GError **error)
{
  gboolean first = append->target.edited == 0;
  if (append->writer->keep_versions)
    return !first || on_target (append, W_ORIGINAL_KEEP, error);
  append->writer->erased = TRUE;
  return first || (on_target (append, W_EDITS_EMPTY, error) && on_target (append, W_ORIGINAL_REMOVE, error));
}

static gboolean
append_edit (Append *append, GError **error)
{
  KithdEvent *event = append->event;
  if (append->target.sender != event->from)
    return kithd_refuse (error, KITH_ERROR_FORBIDDEN, "Only who wrote a message can edit it.");
  return keep_versions (append, error) && write_event (append, error) &&
         ON_TARGET (append, W_TARGET_EDIT, error, "iti", event->seq, event->body, event->at) &&
         remove_mentions (append, error) && add_mentions (append, event->target, error);
}

static gboolean
append_delete (Append *append, GError **error)
{
  if (append->target.sender != append->event->from && !append->change->may_moderate)
    return kithd_refuse (error, KITH_ERROR_FORBIDDEN, "Only who wrote a message, or a moderator, can delete it.");
  if (append->target.deleted)
    return leave_unchanged (append, append->target.changed);
  append->writer->erased = TRUE;
  return write_event (append, error) && ON_TARGET (append, W_TARGET_DELETE, error, "i", append->event->seq) &&
         on_target (append, W_EDITS_EMPTY, error) && on_target (append, W_ORIGINAL_REMOVE, error) &&
         on_target (append, W_REACTIONS_REMOVE, error) && on_target (append, W_MENTIONS_REMOVE, error);
}

/* 1: the reaction is there, since the event *since; 0: not, -1: error. */
static int
find_reaction (Append *append, gint64 *since, GError **error)
{
  if (append->event->value == NULL) {
    kithd_refuse (error, KITH_ERROR_BAD_REQUEST, "A reaction needs an emoji.");
    return -1;
  }
  return kith_sql_get (append->writer->sql, W_REACTION_FIND, since, 1, error, "iiti", append->event->conversation,
                        append->event->target, append->event->value, append->event->from);
}

static gboolean
append_react (Append *append, GError **error)
{
  KithdEvent *event = append->event;
  gint64 row[2] = {0}; /* kinds, whether this one is among them */
  gint64 since = 0;
  int found = find_reaction (append, &since, error);
  if (found != 0)
    return found > 0 && leave_unchanged (append, since);
  if (kith_sql_get (append->writer->sql, W_REACTION_ROOM, row, G_N_ELEMENTS (row), error, "iit", event->conversation,
                     event->target, event->value) < 0)
    return FALSE;
  if (row[0] >= KITH_REACTION_KINDS_MAX && !row[1])
    return kithd_refuse (error, KITH_ERROR_LIMIT,
                         "This message has as many different reactions as it can. Use one of them.");
  return write_event (append, error) && ON_TARGET (append, W_TARGET_TOUCH, error, "i", event->seq) &&
         ON_TARGET (append, W_REACTION_ADD, error, "tii", event->value, event->from, event->seq);
}

static gboolean
append_unreact (Append *append, GError **error)
{
  KithdEvent *event = append->event;
  gint64 since = 0;
  int found = find_reaction (append, &since, error);
  if (found <= 0)
    return found == 0 && leave_unchanged (append, append->target.changed);
  return write_event (append, error) && ON_TARGET (append, W_TARGET_TOUCH, error, "i", event->seq) &&
         ON_TARGET (append, W_REACTION_REMOVE, error, "ti", event->value, event->from);
}

static gboolean
append_pin (Append *append, GError **error)
{
  gint64 pins = 0;
  if (append->target.pinned)
    return leave_unchanged (append, append->target.pinned);
  if (kith_sql_get (append->writer->sql, W_PIN_COUNT, &pins, 1, error, "i", append->event->conversation) < 0)
    return FALSE;
  if (pins >= KITH_PINS_MAX)
    return kithd_refuse (error, KITH_ERROR_LIMIT,
                         "This conversation has as many pinned messages as it can. Unpin one first.");
  return write_event (append, error) && ON_TARGET (append, W_TARGET_PIN, error, "ii", append->event->seq, append->event->seq);
}

static gboolean
append_unpin (Append *append, GError **error)
{
  if (!append->target.pinned)
    return leave_unchanged (append, append->target.changed);
  return write_event (append, error) && ON_TARGET (append, W_TARGET_PIN, error, "ii", append->event->seq, (gint64) 0);
}

static gboolean
append_topic (Append *append, GError **error)
{
  return write_event (append, error) && kith_sql_run (append->writer->sql, W_CONVERSATION_TOPIC, NULL, error, "it",
                                                       append->event->conversation, append->event->value);
}

static gboolean
append_retention (Append *append, GError **error)
{
  return write_event (append, error) && kith_sql_run (append->writer->sql, W_CONVERSATION_RETENTION, NULL, error, "ii",
                                                      append->event->conversation, append->event->number);
}

static gboolean
append_rename (Append *append, GError **error)
{
  GError *problem = NULL;
  if (kith_sql_run (append->writer->sql, W_CONVERSATION_RENAME, NULL, &problem, "itt", append->event->conversation,
                     append->event->value, append->event->folded))
    return write_event (append, error);
  return kithd_refuse_taken (error, problem, KITH_ERROR_NAME_TAKEN, kith_error_sentence (KITH_ERROR_NAME_TAKEN));
}

/* Membership: from which states an event leads to which. ABSENT: never was there. */
enum { ABSENT = KITHD_MEMBER_BANNED + 1 };
#define FROM(state) (1u << (state))

static const struct {
  guint from;
  KithdMemberState to;
  guint same; /* states in which there is nothing to do */
  KithError otherwise;
  const char *sentence;
} steps[KITHD_N_EVENT_KINDS] = {
    [KITHD_EVENT_JOIN] = {FROM (ABSENT) | FROM (KITHD_MEMBER_INVITED) | FROM (KITHD_MEMBER_LEFT) |
                              FROM (KITHD_MEMBER_KICKED),
                          KITHD_MEMBER_IN, FROM (KITHD_MEMBER_IN), KITH_ERROR_FORBIDDEN,
                          "You are banned from this room."},
    [KITHD_EVENT_LEAVE] = {FROM (KITHD_MEMBER_IN) | FROM (KITHD_MEMBER_INVITED), KITHD_MEMBER_LEFT, 0,
                           KITH_ERROR_NOT_MEMBER, "You are not in this conversation."},
    [KITHD_EVENT_INVITE] = {FROM (ABSENT) | FROM (KITHD_MEMBER_LEFT) | FROM (KITHD_MEMBER_KICKED), KITHD_MEMBER_INVITED,
                            FROM (KITHD_MEMBER_IN) | FROM (KITHD_MEMBER_INVITED), KITH_ERROR_FORBIDDEN,
                            "This person is banned from the room."},
    [KITHD_EVENT_KICK] = {FROM (KITHD_MEMBER_IN) | FROM (KITHD_MEMBER_INVITED), KITHD_MEMBER_KICKED, 0,
                          KITH_ERROR_NOT_FOUND, "This person is not in the conversation."},
    [KITHD_EVENT_BAN] = {~FROM (KITHD_MEMBER_BANNED), KITHD_MEMBER_BANNED, FROM (KITHD_MEMBER_BANNED),
                         KITH_ERROR_FORBIDDEN, "This person cannot be banned."},
    [KITHD_EVENT_UNBAN] = {FROM (KITHD_MEMBER_BANNED), KITHD_MEMBER_LEFT, ~FROM (KITHD_MEMBER_BANNED),
                           KITH_ERROR_NOT_FOUND, "This person is not banned."},
};

typedef struct {
  gint64 state; /* KithdMemberState, or ABSENT */
  KithdRole role;
  gint64 muted_until;
} Place;

static gboolean
find_place (Append *append, gint64 account, Place *place, GError **error)
{
  gint64 row[5] = {ABSENT, 0, 0, KITHD_ROLE_MEMBER, 0};
  if (kith_sql_get (append->writer->sql, W_MEMBER_FIND, row, G_N_ELEMENTS (row), error, "ii",
                     append->event->conversation, account) < 0)
    return FALSE;
  *place = (Place){row[0] >= 0 && row[0] <= ABSENT ? row[0] : ABSENT,
                   (KithdRole) CLAMP (row[3], KITHD_ROLE_READ_ONLY, KITHD_ROLE_OWNER), row[4]};
  return TRUE;
}

/* The cursor of who joins begins at the join: what was before is not unread. */
static gboolean
move_member (Append *append, gint64 account, const Place *before, GError **error)
{
  const KithdEvent *event = append->event;
  KithSql *sql = append->writer->sql;
  gboolean joins = steps[event->kind].to == KITHD_MEMBER_IN, was_in = before->state == KITHD_MEMBER_IN;
  gint64 anybody = TRUE;
  if (joins && kith_sql_get (sql, W_MEMBER_ANYBODY, &anybody, 1, error, "i", event->conversation) < 0)
    return FALSE;
  if (!kith_sql_run (sql, W_MEMBER_SET, NULL, error, "iiddiii", event->conversation, account,
                      (int) steps[event->kind].to, (int) kithd_role_after (before->role, !anybody),
                      joins ? event->seq : (gint64) 0, joins ? event->n : (gint64) 0, event->rev))
    return FALSE;
  if (joins)
    return kith_sql_run (sql, W_STAY_OPEN, NULL, error, "iii", event->conversation, account, event->seq);
  return !was_in || kith_sql_run (sql, W_STAY_CLOSE, NULL, error, "iii", event->conversation, account, event->seq);
}

/* Why somebody is banned is kept as long as they are. */
static gboolean
keep_ban (Append *append, gint64 account, GError **error)
{
  const KithdEvent *event = append->event;
  KithSql *sql = append->writer->sql;
  if (event->kind == KITHD_EVENT_BAN)
    return kith_sql_run (sql, W_BAN_ADD, NULL, error, "iiiit", event->conversation, account, event->from, event->at,
                         event->value);
  return event->kind != KITHD_EVENT_UNBAN ||
         kith_sql_run (sql, W_BAN_REMOVE, NULL, error, "ii", event->conversation, account);
}

static gboolean
append_step (Append *append, GError **error)
{
  const KithdEvent *event = append->event;
  gint64 account = event->subject != 0 ? event->subject : event->from;
  Place place;
  if (!find_place (append, account, &place, error))
    return FALSE;
  if (steps[event->kind].same & FROM (place.state))
    return leave_unchanged (append, append->numbers->last);
  if (!(steps[event->kind].from & FROM (place.state)))
    return kithd_refuse (error, steps[event->kind].otherwise, steps[event->kind].sentence);
  return kithd_use_invitation (append->writer, append->change, error) && write_event (append, error) &&
         move_member (append, account, &place, error) && keep_ban (append, account, error);
}

/* role, mute and unmute: about somebody who is in. */
static gboolean
find_present (Append *append, Place *place, GError **error)
{
  return find_place (append, append->event->subject, place, error) &&
         (place->state == KITHD_MEMBER_IN ||
          kithd_refuse (error, KITH_ERROR_NOT_FOUND, "This person is not in the conversation."));
}

static gboolean
append_role (Append *append, GError **error)
{
  const KithdEvent *event = append->event;
  Place place;
  if (!find_present (append, &place, error))
    return FALSE;
  if (place.role == (KithdRole) event->number)
    return leave_unchanged (append, append->numbers->last);
  return write_event (append, error) && kith_sql_run (append->writer->sql, W_MEMBER_ROLE, NULL, error, "iiii",
                                                       event->conversation, event->subject, event->number, event->rev);
}

/* Unmuting is muting until 0. */
static gboolean
append_mute (Append *append, GError **error)
{
  const KithdEvent *event = append->event;
  Place place;
  if (!find_present (append, &place, error))
    return FALSE;
  if (place.muted_until == event->number)
    return leave_unchanged (append, append->numbers->last);
  return write_event (append, error) && kith_sql_run (append->writer->sql, W_MEMBER_MUTE, NULL, error, "iiii",
                                                       event->conversation, event->subject, event->number, event->rev);
}

/* Kinds without a row are refused: an event that does nothing would be a promise not kept. */
static const AppendEvent kinds[KITHD_N_EVENT_KINDS] = {
    [KITHD_EVENT_MESSAGE] = append_message, [KITHD_EVENT_EDIT] = append_edit,
    [KITHD_EVENT_DELETE] = append_delete,   [KITHD_EVENT_REACT] = append_react,
    [KITHD_EVENT_UNREACT] = append_unreact, [KITHD_EVENT_PIN] = append_pin,
    [KITHD_EVENT_UNPIN] = append_unpin,     [KITHD_EVENT_TOPIC] = append_topic,
    [KITHD_EVENT_RETENTION] = append_retention,
    [KITHD_EVENT_RENAME] = append_rename,   [KITHD_EVENT_JOIN] = append_step,
    [KITHD_EVENT_LEAVE] = append_step,      [KITHD_EVENT_INVITE] = append_step,
    [KITHD_EVENT_KICK] = append_step,       [KITHD_EVENT_BAN] = append_step,
    [KITHD_EVENT_UNBAN] = append_step,      [KITHD_EVENT_ROLE] = append_role,
    [KITHD_EVENT_MUTE] = append_mute,       [KITHD_EVENT_UNMUTE] = append_mute,
};

static gboolean
find_target (Append *append, GError **error)
{
  gint64 row[6] = {0};
  if (kith_sql_get (append->writer->sql, W_TARGET, row, G_N_ELEMENTS (row), error, "ii", append->event->conversation,
                     append->event->target) < 0)
    return FALSE;
  if (!row[0])
    return kithd_refuse (error, KITH_ERROR_NOT_FOUND, "There is no such message.");
  if (row[2] && append->event->kind != KITHD_EVENT_DELETE)
    return kithd_refuse (error, KITH_ERROR_DELETED, kith_error_sentence (KITH_ERROR_DELETED));
  append->target.sender = row[1];
  append->target.deleted = row[2];
  append->target.pinned = row[3];
  append->target.edited = row[4];
  append->target.changed = row[5];
  return TRUE;
}

gboolean
kithd_apply_append (KithdWriter *writer, KithdChange *change, GError **error)
{
  KithdEvent *event = change->event;
  if (event == NULL || event->kind >= KITHD_N_EVENT_KINDS || kinds[event->kind] == NULL)
    return kithd_refuse (error, KITH_ERROR_UNSUPPORTED, "This store cannot do that.");
  Append append = {.writer = writer, .change = change, .event = event};
  append.numbers = kithd_numbers_find (writer, event->conversation, error);
  if (append.numbers == NULL || (kithd_event_kind_has_target (event->kind) && !find_target (&append, error)) ||
      !kinds[event->kind](&append, error))
    return FALSE;
  change->conversation = event->conversation;
  if (change->unchanged)
    return TRUE;
  change->seq = event->seq;
  change->n = event->n;
  change->at = event->at;
  return TRUE;
}
