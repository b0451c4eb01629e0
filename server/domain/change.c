/* change.c - a change owns its records, its event and what came of it. */
#include "domain/change.h"

#include <string.h>

KithdChange *
kithd_change_new (KithdChangeKind kind, gint64 actor)
{
  KithdChange *change = g_new0 (KithdChange, 1);
  change->kind = kind;
  change->link.data = change;
  change->actor = actor;
  return change;
}

void
kithd_change_free (KithdChange *change)
{
  if (change == NULL)
    return;
  g_clear_error (&change->refusal);
  g_clear_error (&change->error);
  kithd_account_record_clear (&change->account);
  kithd_device_record_clear (&change->device);
  kithd_conversation_record_clear (&change->room);
  g_clear_pointer (&change->event, kithd_event_unref);
  g_clear_pointer (&change->unread_mentions, g_array_unref);
  kithd_change_drop_events (change);
  g_clear_pointer (&change->barred, g_array_unref);
  g_clear_pointer (&change->receipts, g_array_unref);
  g_free (change);
}

void
kithd_change_add_event (KithdChange *change, KithdEvent *event)
{
  g_queue_push_tail_link (&change->events, &kithd_event_ref (event)->link);
}

void
kithd_change_drop_events (KithdChange *change)
{
  for (GList *link; (link = g_queue_pop_head_link (&change->events)) != NULL;)
    kithd_event_unref (link->data);
}

gsize
kithd_change_weigh (KithdChange *change)
{
  change->bytes = sizeof *change + (change->receipts != NULL ? change->receipts->len * sizeof (KithdReceipt) : 0);
  if (change->event != NULL)
    change->bytes += sizeof *change->event + (change->event->body != NULL ? strlen (change->event->body) : 0) +
                     change->event->n_mentions * sizeof (gint64);
  return change->bytes;
}
