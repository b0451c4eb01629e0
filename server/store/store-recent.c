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

static void
bind_message (KithdWriter *writer, guint id, guint place, const KithdChange *change)
{
  const KithdEvent *event = change->event;
  kith_sql_bind (writer->sql, id, (int) (place * KITHD_RECENT_COLUMNS) + 1, "iiiiiibbt", event->rev, event->conversation, event->seq, event->n,
                 event->at, event->from, event->has_nonce ? event->nonce : NULL, sizeof event->nonce, event->has_nonce ? change->digest : NULL,
                 KITHD_DIGEST_KEPT, event->body);
  writer->recent_bytes += event->body != NULL ? strlen (event->body) : 0;
}

/* The changes of a batch that became messages: neither refused nor repeated. */
static GPtrArray *
written (const GPtrArray *changes)
{
  GPtrArray *messages = g_ptr_array_sized_new (changes->len);
  for (guint i = 0; i < changes->len; i++)
    if (((const KithdChange *) changes->pdata[i])->events.length > 0)
      g_ptr_array_add (messages, changes->pdata[i]);
  return messages;
}

gboolean
kithd_recent_add (KithdWriter *writer, const GPtrArray *changes, GError **error)
{
  g_autoptr (GPtrArray) messages = written (changes);
  for (guint i = 0, n; i < messages->len; i += n) {
    n = messages->len - i >= KITHD_RECENT_AT_ONCE ? KITHD_RECENT_AT_ONCE : 1;
    guint id = n > 1 ? W_RECENT_ADD_MANY : W_RECENT_ADD;
    for (guint place = 0; place < n; place++)
      bind_message (writer, id, place, messages->pdata[i + place]);
    if (!kith_sql_run (writer->sql, id, NULL, error, ""))
      return FALSE;
  }
  return TRUE;
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
