/* receipts.c - how far some members of a conversation have got, told to those who wrote what they got to. */
#include "delivery/delivery-private.h"

#include "wire/wire.h"

/* Whether the viewer wrote something that the person got to only now. */
static gboolean
concerns (const KithdMember *viewer, const KithdReceipt *receipt)
{
  return (receipt->delivered > receipt->old_delivered && viewer->posted > receipt->old_delivered) ||
         (receipt->read > receipt->old_read && viewer->posted > receipt->old_read);
}

static void
add_person (GString *text, const KithdReceipt *receipt, gboolean first)
{
  g_string_append_printf (text, "%s\"u%" G_GINT64_FORMAT "\":[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]",
                          first ? "" : ",", receipt->account, receipt->delivered, receipt->read);
}

/* What the viewer is told; NULL: nothing. */
static KithdFrame *
encode (const KithdDomain *domain, const KithdChange *change, const KithdMember *viewer)
{
  gboolean first = TRUE;
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_printf (text, "{\"type\":\"receipts\",\"conversation\":\"c%" G_GINT64_FORMAT "\",\"people\":{",
                          change->conversation);
  for (guint i = 0; i < change->receipts->len; i++) {
    const KithdReceipt *receipt = &g_array_index (change->receipts, KithdReceipt, i);
    const KithdAccount *person = kithd_domain_account (domain, receipt->account);
    if (receipt->account == viewer->record.account || !concerns (viewer, receipt) ||
        !kithd_account_shows_receipts (person, viewer->account))
      continue;
    add_person (text, receipt, first);
    first = FALSE;
  }
  g_string_append (text, "}}\n");
  return first ? NULL : kithd_frame_take (g_steal_pointer (&text));
}

void
kithd_delivery_receipts (const KithdDomain *domain, const KithdConns *conns, const KithdChange *change)
{
  const KithdConversation *conversation = kithd_domain_conversation (domain, change->conversation);
  GHashTableIter iter;
  gpointer value;
  if (conversation == NULL)
    return;
  g_hash_table_iter_init (&iter, conversation->members);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KithdMember *viewer = value;
    const GPtrArray *to = kithd_conns_of_account (conns, viewer->record.account);
    if (viewer->record.state != KITHD_MEMBER_IN || to == NULL)
      continue;
    g_autoptr (KithdFrame) frame = encode (domain, change, viewer);
    for (guint i = 0; frame != NULL && i < to->len; i++)
      kithd_conn_push_fleeting (to->pdata[i], frame);
  }
}
