/* delivery.c - who is told what. Members after the change are told; who was removed by it, too. */
#include "delivery/delivery.h"

#include "proto/id.h"
#include "wire/wire.h"

#include <string.h>

struct _KithdDelivery {
  KithdDomain *domain;
  KithdConns *conns;
  GHashTable *changed;  /* &account id, in the domain -> itself: whose sync has something new this turn */
  gboolean all_changed;
};

KithdDelivery *
kithd_delivery_new (KithdDomain *domain, KithdConns *conns)
{
  KithdDelivery *delivery = g_new0 (KithdDelivery, 1);
  delivery->domain = domain;
  delivery->conns = conns;
  delivery->changed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return delivery;
}

void
kithd_delivery_free (KithdDelivery *delivery)
{
  if (delivery == NULL)
    return;
  g_hash_table_unref (delivery->changed);
  g_free (delivery);
}

static GBytes *
take_frame (GString *text)
{
  g_string_append_c (text, '\n');
  return g_string_free_to_bytes (text);
}

static GBytes *
encode_event (const KithdEvent *event)
{
  GString *text = g_string_sized_new (256);
  g_string_append_printf (text, "{\"type\":\"event\",\"conversation\":\"c%" G_GINT64_FORMAT "\",", event->conversation);
  kithd_wire_event (text, event);
  g_string_append_printf (text, ",\"rev\":%" G_GINT64_FORMAT "}", event->rev);
  return take_frame (text);
}

static void
push_to_account (KithdDelivery *delivery, gint64 account, GBytes *frame, const KithdEvent *event)
{
  const GPtrArray *conns = kithd_conns_of_account (delivery->conns, account);
  for (guint i = 0; conns != NULL && i < conns->len; i++)
    kithd_conn_push_event (conns->pdata[i], frame, event->conversation, event->seq);
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

static void
deliver_event (KithdDelivery *delivery, const KithdEvent *event)
{
  const KithdConversation *conversation = kithd_domain_conversation (delivery->domain, event->conversation);
  if (conversation == NULL)
    return;
  g_autoptr (GBytes) frame = encode_event (event);
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, conversation->members);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KithdMember *member = value;
    if (member->record.state == KITHD_MEMBER_IN)
      push_to_account (delivery, member->record.account, frame, event);
  }
  const KithdMember *removed = kithd_conversation_member (conversation, removed_by (event));
  if (removed != NULL && removed->stays != NULL) /* who never was in hears nothing of the room */
    push_to_account (delivery, removed_by (event), frame, event);
  if (event->kind == KITHD_EVENT_JOIN)
    mark_changed (delivery, event->from);
  mark_changed (delivery, removed_by (event));
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
  g_autoptr (GBytes) frame = take_frame (text);
  for (guint i = 0; i < conns->len; i++)
    if (kithd_conn_id (conns->pdata[i]) != change->connection)
      kithd_conn_push_state (conns->pdata[i], frame);
}

/* A device that was signed out: its streams end. */
static void
end_device (KithdDelivery *delivery, const KithdChange *change)
{
  g_autoptr (GError) why = g_error_new_literal (KITH_ERROR, KITH_ERROR_BAD_CREDENTIALS, "This device was signed out.");
  const GPtrArray *conns = kithd_conns_of_account (delivery->conns, change->device.account);
  for (guint i = 0; conns != NULL && i < conns->len; i++)
    if (kithd_conn_device (conns->pdata[i]) == change->device.id && kithd_conn_id (conns->pdata[i]) != change->connection)
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
  for (guint i = 0; change->events != NULL && i < change->events->len; i++)
    deliver_event (delivery, change->events->pdata[i]);
  switch (change->kind) {
  case KITHD_CHANGE_REGISTER:
  case KITHD_CHANGE_DISPLAY:
  case KITHD_CHANGE_ROLE:
    delivery->all_changed = TRUE;
    break;
  case KITHD_CHANGE_MARK:
    deliver_mark (delivery, change);
    break;
  case KITHD_CHANGE_DELETE_ACCOUNT:
    end_account (delivery, change);
    delivery->all_changed = TRUE;
    break;
  case KITHD_CHANGE_REMOVE_DEVICE:
    end_device (delivery, change);
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
push_changed_to (KithdDelivery *delivery, gint64 account, GBytes *frame)
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
  g_autoptr (GBytes) frame = take_frame (text);
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
  g_autoptr (GBytes) frame = take_frame (text);
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, conversation->members);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KithdMember *member = value;
    if (member->record.state != KITHD_MEMBER_IN || member->record.account == account)
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
  g_autoptr (GBytes) frame = take_frame (text);
  kithd_conn_push_state (conn, frame);
}
