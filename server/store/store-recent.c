/* store-recent.c - where messages are until they are put into their places.
 *
 * A message belongs into the log of its conversation and its nonce among those of its sender: two pages of the database, which it shares with hardly
 * any other message of its batch. So batches of messages alone are appended to one table, which takes a page for twenty of them, and brought
 * to their places some thousands at a time, when the messages of a conversation and of a sender share a page.
 *
 * What is there is durable and counted; the reader looks there, too (store-read.c). Whatever else touches a log finds it settled: a batch with anything
 * but plain messages begins with that. */
#include "store/store-writer.h"

#include <string.h>

gboolean
kithd_recent_may_hold (const KithdChange *change)
{
  const KithdEvent *event = change->event;
  return change->kind == KITHD_CHANGE_APPEND && event != NULL && event->kind == KITHD_EVENT_MESSAGE && event->n_mentions == 0 &&
         !event->to_all && event->target == 0 && event->subject == 0 && change->invitation.id == 0 &&
         change->has_nonce == event->has_nonce &&
         (!change->has_nonce || (change->actor == event->from && memcmp (change->nonce, event->nonce, KITHD_NONCE_BYTES) == 0));
}

gboolean
kithd_recent_add (KithdWriter *writer, const KithdChange *change, const KithdEvent *event, GError **error)
{
  writer->recent_bytes += event->body != NULL ? strlen (event->body) : 0;
  return kith_sql_run (writer->sql, W_RECENT_ADD, NULL, error, "iiiiiibbt", event->rev, event->conversation, event->seq,
                       event->n, event->at, event->from, event->has_nonce ? event->nonce : NULL, sizeof event->nonce,
                       event->has_nonce ? change->digest : NULL, KITHD_DIGEST_KEPT, event->body);
}

gboolean
kithd_recent_settle (KithdWriter *writer, GError **error)
{
  gint64 settled = 0;
  if (!kith_sql_run (writer->sql, W_RECENT_EVENTS, &settled, error, "") || !kithd_nonces_settle (writer, error) ||
      (settled > 0 && !kith_sql_run (writer->sql, W_RECENT_EMPTY, NULL, error, "")))
    return FALSE;
  writer->recent_bytes = 0;
  return TRUE;
}
