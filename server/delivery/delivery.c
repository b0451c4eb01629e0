/* delivery.c - who is told what. Members after the change are told; who was removed by it, too.
 *
 * Events of one conversation that follow each other are told as a run: their frames lie in one piece, which is queued once for each
 * recipient. Runs keep the order of the changes, and one that changes who is told ends the run before it. */
#include "delivery/delivery-private.h"

#include "metrics/metrics.h"
#include "proto/id.h"
#include "wire/wire.h"

#include <string.h>

#define RUN_BYTES (32 * 1024) /* a run that is longer is queued, so that a queue fills in small steps */

struct _KithdDelivery {
  KithdDomain *domain;
  KithdConns *conns;
  GString *run;         /* frames that are not queued yet */
  GPtrArray *run_to;    /* KithdConn: its recipients; NULL: there is no run */
  guint run_events;     /* in the run */
  gint64 run_conversation, run_seq; /* of the run; the seq of its last event */
  GHashTable *recipients; /* gint64 * conversation -> GPtrArray of KithdConn, as they were at generation */
  guint generation;
  GHashTable *changed;  /* &account id, in the domain -> itself: whose sync has something new this turn */
  gboolean all_changed;
};

KithdDelivery *
kithd_delivery_new (KithdDomain *domain, KithdConns *conns)
{
  KithdDelivery *delivery = g_new0 (KithdDelivery, 1);
  delivery->domain = domain;
  delivery->conns = conns;
  delivery->run = g_string_new (NULL);
  delivery->recipients = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  delivery->changed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return delivery;
}

void
kithd_delivery_free (KithdDelivery *delivery)
{
  if (delivery == NULL)
    return;
  g_hash_table_unref (delivery->changed);
  g_hash_table_unref (delivery->recipients);
  g_string_free (delivery->run, TRUE);
  g_free (delivery);
}

static KithdFrame *
take_frame (GString *text)
{
  g_string_append_c (text, '\n');
  return kithd_frame_take (text);
}

static void
add_conns_of (KithdDelivery *delivery, gint64 account, GPtrArray *recipients)
{
  const GPtrArray *conns = kithd_conns_of_account (delivery->conns, account);
  for (guint i = 0; conns != NULL && i < conns->len; i++)
    g_ptr_array_add (recipients, conns->pdata[i]);
}

static GPtrArray *
find_recipients (KithdDelivery *delivery, gint64 id)
{
  GPtrArray *recipients = g_ptr_array_new ();
  const KithdConversation *conversation = kithd_domain_conversation (delivery->domain, id);
  if (conversation == NULL)
    return recipients;
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, conversation->members);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KithdMember *member = value;
    if (member->record.state == KITHD_MEMBER_IN)
      add_conns_of (delivery, member->record.account, recipients);
  }
  return recipients;
}

/* The connections of who is in the conversation now. They are looked up anew after somebody signed in, went, came in or left. */
static GPtrArray *
recipients_of (KithdDelivery *delivery, gint64 conversation)
{
  if (delivery->generation != kithd_conns_generation (delivery->conns))
    g_hash_table_remove_all (delivery->recipients);
  delivery->generation = kithd_conns_generation (delivery->conns);
  GPtrArray *recipients = g_hash_table_lookup (delivery->recipients, &conversation);
  if (recipients == NULL) {
    recipients = find_recipients (delivery, conversation);
    g_hash_table_insert (delivery->recipients, g_memdup2 (&conversation, sizeof conversation), recipients);
  }
  return recipients;
}

/* frames hold n events. */
static void
push_events (KithdConn *conn, KithdFrame *frames, gint64 conversation, gint64 seq, guint n)
{
  gboolean queued = kithd_conn_push_event (conn, frames, conversation, seq);
  kithd_count (queued ? KITHD_COUNT_DELIVERIES : KITHD_COUNT_LEFT_OUT, n);
}

void
kithd_delivery_end_run (KithdDelivery *delivery)
{
  if (delivery->run_to == NULL)
    return;
  g_autoptr (GPtrArray) recipients = g_steal_pointer (&delivery->run_to);
  g_autoptr (KithdFrame) frames = kithd_frame_new (delivery->run->str, delivery->run->len);
  g_string_truncate (delivery->run, 0);
  for (guint i = 0; i < recipients->len; i++)
    push_events (recipients->pdata[i], frames, delivery->run_conversation, delivery->run_seq, delivery->run_events);
  delivery->run_events = 0;
}

/* Brings the event into a run; the recipients of one are those after its first event. */
static void
add_to_run (KithdDelivery *delivery, const KithdEvent *event)
{
  gboolean moves_members = kithd_event_kind_changes_rules (event->kind);
  if (moves_members || event->conversation != delivery->run_conversation || delivery->run->len > RUN_BYTES)
    kithd_delivery_end_run (delivery);
  if (moves_members)
    g_hash_table_remove (delivery->recipients, &event->conversation);
  if (delivery->run_to == NULL)
    delivery->run_to = g_ptr_array_ref (recipients_of (delivery, event->conversation));
  delivery->run_conversation = event->conversation;
  delivery->run_seq = event->seq;
  delivery->run_events++;
  kithd_wire_push (delivery->run, event);
}

/* Whom the event removed: still told of it. */
static gint64
removed_by (const KithdEvent *event)
{
  switch (event->kind) {
  case KITHD_EVENT_LEAVE:
    return event->from;
  case KITHD_EVENT_KICK:
  case KITHD_EVENT_BAN:
    return event->subject;
  default:
    return 0;
  }
}

static void
mark_changed (KithdDelivery *delivery, gint64 account)
{
  if (account != 0)
    g_hash_table_add (delivery->changed, g_memdup2 (&account, sizeof account));
}

/* Who was removed is in no room's list any more; who never was in hears nothing of the room. */
static void
push_to_removed (KithdDelivery *delivery, const KithdEvent *event, gint64 account)
{
  const GPtrArray *conns = kithd_conns_of_account (delivery->conns, account);
  const KithdConversation *conversation = kithd_domain_conversation (delivery->domain, event->conversation);
  const KithdMember *removed = conversation != NULL ? kithd_conversation_member (conversation, account) : NULL;
  if (conns == NULL || removed == NULL || removed->stays == NULL)
    return;
  GString *text = g_string_sized_new (256);
  kithd_wire_push (text, event);
  g_autoptr (KithdFrame) frame = kithd_frame_take (text);
  for (guint i = 0; i < conns->len; i++)
    push_events (conns->pdata[i], frame, event->conversation, event->seq, 1);
}

static void
deliver_event (KithdDelivery *delivery, const KithdEvent *event)
{
  gint64 removed = removed_by (event);
  add_to_run (delivery, event);
  if (removed != 0)
    push_to_removed (delivery, event, removed);
  if (event->kind == KITHD_EVENT_JOIN)
    mark_changed (delivery, event->from);
  mark_changed (delivery, removed);
  mark_changed (delivery, event->subject);
}

/* My other devices learn where I have read to. */
static void
deliver_mark (KithdDelivery *delivery, const KithdChange *change)
{
  const KithdConversation *conversation = kithd_domain_conversation (delivery->domain, change->conversation);
  const KithdMember *member = conversation != NULL ? kithd_conversation_member (conversation, change->actor) : NULL;
  const GPtrArray *conns = kithd_conns_of_account (delivery->conns, change->actor);
  if (member == NULL || conns == NULL)
    return;
  GString *text = g_string_new (NULL);
  g_string_append_printf (text,
                          "{\"type\":\"marked\",\"conversation\":\"c%" G_GINT64_FORMAT "\",\"read\":%" G_GINT64_FORMAT
                          ",\"unread\":%" G_GINT64_FORMAT ",\"mentions\":%u,\"rev\":%" G_GINT64_FORMAT "}",
                          change->conversation, member->record.read, kithd_member_unread (member, conversation),
                          kithd_member_mentions (member), change->rev);
  g_autoptr (KithdFrame) frame = take_frame (text);
  for (guint i = 0; i < conns->len; i++)
    if (kithd_conn_id (conns->pdata[i]) != change->connection)
      kithd_conn_push_state (conns->pdata[i], frame);
}

/* Where the log begins now, when it is done. */
static void
deliver_expired (KithdDelivery *delivery, const KithdChange *change)
{
  const KithdConversation *conversation = kithd_domain_conversation (delivery->domain, change->conversation);
  GHashTableIter iter;
  gpointer value;
  if (conversation == NULL || change->more)
    return;
  g_hash_table_iter_init (&iter, conversation->members);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KithdMember *member = value;
    if (member->record.state == KITHD_MEMBER_IN && kithd_conns_of_account (delivery->conns, member->record.account) != NULL)
      mark_changed (delivery, member->record.account);
  }
}

static void
deliver_settings (KithdDelivery *delivery, const KithdChange *change)
{
  const GPtrArray *conns = kithd_conns_of_account (delivery->conns, change->account.id);
  const char *text = change->account.receipts_off ? "{\"type\":\"settings\",\"receipts\":false}\n" : "{\"type\":\"settings\",\"receipts\":true}\n";
  g_autoptr (KithdFrame) frame = kithd_frame_new (text, strlen (text));
  for (guint i = 0; conns != NULL && i < conns->len; i++)
    kithd_conn_push_state (conns->pdata[i], frame);
}

/* A device that was signed out: its streams end. */
static void
end_device (KithdDelivery *delivery, gint64 account, gint64 device, guint64 but)
{
  g_autoptr (GError) why = g_error_new_literal (KITH_ERROR, KITH_ERROR_BAD_CREDENTIALS, "This device was signed out.");
  const GPtrArray *conns = kithd_conns_of_account (delivery->conns, account);
  for (guint i = 0; conns != NULL && i < conns->len; i++)
    if (kithd_conn_device (conns->pdata[i]) == device && kithd_conn_id (conns->pdata[i]) != but)
      kithd_conn_refuse (conns->pdata[i], why);
}

static void
end_account (KithdDelivery *delivery, const KithdChange *change)
{
  g_autoptr (GError) why = g_error_new_literal (KITH_ERROR, KITH_ERROR_BAD_CREDENTIALS, "This account was deleted.");
  const GPtrArray *conns = kithd_conns_of_account (delivery->conns, change->account.id);
  for (guint i = 0; conns != NULL && i < conns->len; i++)
    if (kithd_conn_id (conns->pdata[i]) != change->connection)
      kithd_conn_refuse (conns->pdata[i], why);
}

void
kithd_delivery_change (KithdDelivery *delivery, const KithdChange *change)
{
  if (change->kind != KITHD_CHANGE_APPEND)
    kithd_delivery_end_run (delivery);
  for (const GList *link = change->events.head; link != NULL; link = link->next)
    deliver_event (delivery, link->data);
  switch (change->kind) {
  case KITHD_CHANGE_REGISTER:
  case KITHD_CHANGE_DISPLAY:
  case KITHD_CHANGE_ROLE:
    delivery->all_changed = TRUE;
    break;
  case KITHD_CHANGE_BROADCAST:
    delivery->all_changed |= change->made != 0;
    break;
  case KITHD_CHANGE_BLOCK:
    mark_changed (delivery, change->actor);
    break;
  case KITHD_CHANGE_MARK:
    deliver_mark (delivery, change);
    break;
  case KITHD_CHANGE_SETTINGS:
    deliver_settings (delivery, change);
    break;
  case KITHD_CHANGE_EXPIRE:
    deliver_expired (delivery, change);
    break;
  case KITHD_CHANGE_RECEIPTS:
    kithd_delivery_receipts (delivery->domain, delivery->conns, change);
    break;
  case KITHD_CHANGE_DELETE_ACCOUNT:
    kithd_delivery_end_run (delivery);
    end_account (delivery, change);
    delivery->all_changed = TRUE;
    break;
  case KITHD_CHANGE_REMOVE_DEVICE:
    end_device (delivery, change->device.account, change->device.id, change->connection);
    break;
  case KITHD_CHANGE_ADD_DEVICE:
    if (change->evicted != 0)
      end_device (delivery, change->device.account, change->evicted, 0);
    break;
  default:
    break;
  }
}

static void
push_changed (KithdConn *conn, gpointer frame)
{
  if (kithd_conn_account (conn) != 0)
    kithd_conn_push_state (conn, frame);
}

static void
push_changed_to (KithdDelivery *delivery, gint64 account, KithdFrame *frame)
{
  const GPtrArray *conns = kithd_conns_of_account (delivery->conns, account);
  for (guint i = 0; conns != NULL && i < conns->len; i++)
    kithd_conn_push_state (conns->pdata[i], frame);
}

void
kithd_delivery_end_turn (KithdDelivery *delivery)
{
  if (!delivery->all_changed && g_hash_table_size (delivery->changed) == 0)
    return;
  GString *text = g_string_new (NULL);
  g_string_append_printf (text, "{\"type\":\"changed\",\"rev\":%" G_GINT64_FORMAT "}", kithd_domain_rev (delivery->domain));
  g_autoptr (KithdFrame) frame = take_frame (text);
  GHashTableIter iter;
  gpointer account;
  g_hash_table_iter_init (&iter, delivery->changed);
  while (!delivery->all_changed && g_hash_table_iter_next (&iter, &account, NULL))
    push_changed_to (delivery, *(gint64 *) account, frame);
  if (delivery->all_changed)
    kithd_conns_foreach (delivery->conns, push_changed, frame);
  g_hash_table_remove_all (delivery->changed);
  delivery->all_changed = FALSE;
}

void
kithd_delivery_typing (KithdDelivery *delivery, const KithdConversation *conversation, gint64 account)
{
  GString *text = g_string_new (NULL);
  g_string_append_printf (text, "{\"type\":\"typing\",\"conversation\":\"c%" G_GINT64_FORMAT "\",\"from\":\"u%" G_GINT64_FORMAT "\"}",
                          conversation->record.id, account);
  g_autoptr (KithdFrame) frame = take_frame (text);
  const KithdAccount *typist = kithd_domain_account (delivery->domain, account);
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, conversation->members);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KithdMember *member = value;
    if (member->record.state != KITHD_MEMBER_IN || member->record.account == account ||
        (typist != NULL && kithd_account_blocks (typist, member->record.account)))
      continue;
    const GPtrArray *conns = kithd_conns_of_account (delivery->conns, member->record.account);
    for (guint i = 0; conns != NULL && i < conns->len; i++)
      kithd_conn_push_fleeting (conns->pdata[i], frame);
  }
}

void
kithd_delivery_drained (gpointer data, KithdConn *conn)
{
  KithdDelivery *delivery = data;
  g_autoptr (GHashTable) behind = kithd_conn_take_behind (conn);
  if (behind == NULL)
    return;
  GString *text = g_string_new ("{\"type\":\"behind\",\"conversations\":{");
  GHashTableIter iter;
  gpointer conversation, seq;
  const char *comma = "";
  g_hash_table_iter_init (&iter, behind);
  while (g_hash_table_iter_next (&iter, &conversation, &seq)) {
    g_string_append_printf (text, "%s\"c%" G_GINT64_FORMAT "\":%" G_GINT64_FORMAT, comma, *(gint64 *) conversation, *(gint64 *) seq);
    comma = ",";
  }
  g_string_append_printf (text, "},\"rev\":%" G_GINT64_FORMAT "}", kithd_domain_rev (delivery->domain));
  g_autoptr (KithdFrame) frame = take_frame (text);
  kithd_conn_push_state (conn, frame);
}
