/* receipts.c - what was delivered and read: collected for each conversation, the newest of each person, and once a second at most one change
 * of it, which the people concerned are told when it has committed; the next one waits for that, however long the store takes. And the setting
 * that turns it off. */
#include "dispatch/commands.h"

#include "domain/rules.h"
#include "proto/id.h"

#define INTERVAL_US G_USEC_PER_SEC
#define BURST 120 /* reports of an account at once; then 20 a second */
#define PER_SECOND 20
#define LANES_MAX 10000

typedef struct {
  gint64 conversation;
  gint64 due_us;    /* not before */
  gboolean away;    /* a change of it is with the store */
  GArray *receipts; /* KithdReceipt, one for a person */
} Lane;

struct _KithdReports {
  GHashTable *lanes; /* gint64 * -> Lane */
  GQueue order;      /* Lane, by due_us */
};

static void
free_lane (gpointer data)
{
  Lane *lane = data;
  g_array_unref (lane->receipts);
  g_free (lane);
}

KithdReports *
kithd_reports_new (void)
{
  KithdReports *reports = g_new0 (KithdReports, 1);
  reports->lanes = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_lane);
  g_queue_init (&reports->order);
  return reports;
}

void
kithd_reports_free (KithdReports *reports)
{
  g_queue_clear (&reports->order);
  g_hash_table_unref (reports->lanes);
  g_free (reports);
}

/* A lane that is new is due at once: ahead of those that wait for their second. */
static Lane *
find_lane (KithdDispatch *d, gint64 conversation)
{
  KithdReports *reports = d->reports;
  Lane *lane = g_hash_table_lookup (reports->lanes, &conversation);
  if (lane != NULL || g_hash_table_size (reports->lanes) >= LANES_MAX)
    return lane;
  lane = g_new0 (Lane, 1);
  lane->conversation = conversation;
  lane->due_us = d->now;
  lane->receipts = g_array_new (FALSE, FALSE, sizeof (KithdReceipt));
  g_hash_table_insert (reports->lanes, &lane->conversation, lane);
  g_queue_push_head (&reports->order, lane);
  return lane;
}

static KithdReceipt *
find_receipt (Lane *lane, const KithdMember *member)
{
  for (guint i = 0; i < lane->receipts->len; i++)
    if (g_array_index (lane->receipts, KithdReceipt, i).account == member->record.account)
      return &g_array_index (lane->receipts, KithdReceipt, i);
  const KithdReceipt fresh = {
      .account = member->record.account, .old_delivered = member->record.delivered, .old_read = member->record.seen};
  g_array_append_val (lane->receipts, fresh);
  return &g_array_index (lane->receipts, KithdReceipt, lane->receipts->len - 1);
}

static gboolean
has_receipts (const KithdConversation *conversation)
{
  return conversation->record.kind != KITHD_NOTES && conversation->record.kind != KITHD_BROADCASTS && conversation->n_in <= KITH_RECEIPTS_MEMBERS_MAX;
}

gboolean
kithd_shows_progress (const KithdAccount *account)
{
  return !account->record.receipts_off &&
         kithd_presence_choice (account, g_get_real_time () / 1000).state != KITH_PRESENCE_INVISIBLE;
}

void
kithd_report_progress (KithdDispatch *d, const KithdConversation *conversation, const KithdAccount *account,
                       gint64 delivered, gint64 read)
{
  const KithdMember *member =
      conversation != NULL ? kithd_conversation_member_in (conversation, account->record.id) : NULL;
  if (member == NULL || !has_receipts (conversation) || !kithd_shows_progress (account))
    return;
  read = MIN (read, conversation->record.last);
  delivered = MAX (MIN (delivered, conversation->record.last), read);
  if (delivered <= member->record.delivered && read <= member->record.seen)
    return;
  Lane *lane = find_lane (d, conversation->record.id);
  if (lane == NULL)
    return;
  KithdReceipt *receipt = find_receipt (lane, member);
  receipt->delivered = MAX (MAX (receipt->delivered, member->record.delivered), delivered);
  receipt->read = MAX (MAX (receipt->read, member->record.seen), read);
}

static void
submit_lane (KithdDispatch *d, Lane *lane)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_RECEIPTS, 0);
  change->conversation = lane->conversation;
  change->receipts = lane->receipts;
  lane->receipts = g_array_new (FALSE, FALSE, sizeof (KithdReceipt));
  lane->away = TRUE;
  g_ptr_array_add (d->changes, change);
}

void
kithd_reports_run (KithdDispatch *d)
{
  KithdReports *reports = d->reports;
  for (Lane *lane = g_queue_peek_head (&reports->order); lane != NULL && lane->due_us <= d->now;
       lane = g_queue_peek_head (&reports->order)) {
    g_queue_pop_head (&reports->order);
    if (lane->receipts->len == 0 && !lane->away) {
      g_hash_table_remove (reports->lanes, &lane->conversation);
      continue;
    }
    if (!lane->away)
      submit_lane (d, lane);
    lane->due_us = d->now + INTERVAL_US;
    g_queue_push_tail (&reports->order, lane);
  }
}

void
kithd_reports_done (KithdDispatch *d, gint64 conversation)
{
  Lane *lane = g_hash_table_lookup (d->reports->lanes, &conversation);
  if (lane != NULL)
    lane->away = FALSE;
}

/* No answer, whatever comes of it. */
static void
ask_received (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdAccount *me = kithd_dispatch_account (d, conn);
  if (kithd_rate_take (&me->receiving, PER_SECOND, G_USEC_PER_SEC, BURST, d->now, NULL))
    kithd_report_progress (d, kithd_dispatch_conversation (d), me,
                           kith_value_integer (message->values, "seq", 0), 0);
}

static void
add_receipt (json_object *people, const KithdMember *member)
{
  char id[KITH_ID_TEXT];
  json_object *pair = json_object_new_array ();
  json_object_array_add (pair, json_object_new_int64 (MAX (member->record.delivered, member->record.seen)));
  json_object_array_add (pair, json_object_new_int64 (member->record.seen));
  json_object_object_add (people, kith_id_format (member->record.account, 'u', id), pair);
}

static void
ask_receipts (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  const KithdConversation *conversation = kithd_dispatch_conversation (d);
  const KithdAccount *me = kithd_dispatch_account (d, conn);
  gint64 nothing = 0;
  if (!kithd_rules_may (conversation, me, KITHD_EVENT_MESSAGE, NULL, d->parts.settings, &nothing, &error)) {
    kithd_answer_error (conn, message->id, error, 0);
    return;
  }
  json_object *answer = kithd_answer_new (message->id), *people = json_object_new_object ();
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, conversation->members);
  while (has_receipts (conversation) && g_hash_table_iter_next (&iter, NULL, &value)) {
    const KithdMember *member = value;
    if (member->record.state == KITHD_MEMBER_IN && member->account != me &&
        kithd_account_shows_receipts (member->account, me))
      add_receipt (people, member);
  }
  json_object_object_add (answer, "people", people);
  kithd_answer_send (conn, answer);
}

static void
answer_settings (KithdDispatch *d, KithdConn *conn, KithdChange *change)
{
  json_object *answer = kithd_answer_new (change->request);
  kith_add_boolean (answer, "receipts", !kithd_dispatch_account (d, conn)->record.receipts_off);
  kithd_answer_send (conn, answer);
}

static void
ask_settings (KithdDispatch *d, KithdConn *conn, const KithMessage *message)
{
  KithdAccount *me = kithd_dispatch_account (d, conn);
  KithdChange *change = kithd_change_new (KITHD_CHANGE_SETTINGS, me->record.id);
  GError *refusal = NULL;
  change->account.id = me->record.id;
  change->account.receipts_off = !kith_value_boolean (message->values, "receipts", !me->record.receipts_off);
  kithd_may_act (d, me, &change->retry_after_us, &refusal);
  kithd_dispatch_submit (d, conn, message, change, refusal);
}

const KithdCommand kithd_receipt_commands[] = {
    {"received", ask_received, NULL, NULL},
    {"receipts", ask_receipts, NULL, NULL},
    {"settings", ask_settings, answer_settings, NULL},
    {NULL, NULL, NULL, NULL},
};
