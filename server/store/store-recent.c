/* store-recent.c - where messages are until they are put into their places.
 *
 * A message belongs into the log of its conversation and its nonce among those of its sender: two pages of the database, which it shares with hardly
 * any other message of its batch. So batches of messages alone are appended to one table, which takes a page for twenty of them, and brought
 * to their places some thousands at a time, when the messages of a conversation and of a sender share a page.
 *
 * What is there is durable and counted; the reader looks there, too (store-read.c). Whatever else touches a log finds it settled: a batch with anything
 * but plain messages begins with that. Their nonces wait in memory. */
#include "store/store-writer.h"

#include <string.h>

#define NONCE_BYTES 16

/* What was answered. The key is what it begins with. */
typedef struct {
  gint64 account;
  guint8 nonce[NONCE_BYTES];
  guint8 digest[KITHD_DIGEST_KEPT];
  gint64 conversation, seq, at;
} Answer;

/* Nonces are made by chance; who makes theirs otherwise has a list of at most some thousand to walk. */
static guint
answer_hash (gconstpointer key)
{
  const Answer *answer = key;
  guint first;
  memcpy (&first, answer->nonce, sizeof first);
  return first ^ (guint) answer->account;
}

static gboolean
answer_equal (gconstpointer a, gconstpointer b)
{
  const Answer *left = a, *right = b;
  return left->account == right->account && memcmp (left->nonce, right->nonce, NONCE_BYTES) == 0;
}

void
kithd_recent_init (KithdWriter *writer)
{
  writer->answers = g_hash_table_new_full (answer_hash, answer_equal, g_free, NULL);
}

void
kithd_recent_drop (KithdWriter *writer)
{
  g_hash_table_remove_all (writer->answers);
  writer->recent_bytes = 0;
}

void
kithd_recent_clear (KithdWriter *writer)
{
  g_hash_table_unref (writer->answers);
}

gboolean
kithd_recent_may_hold (const KithdChange *change)
{
  const KithdEvent *event = change->event;
  return change->kind == KITHD_CHANGE_APPEND && event != NULL && event->kind == KITHD_EVENT_MESSAGE && event->n_mentions == 0 &&
         !event->to_all && event->target == 0 && event->subject == 0 && change->invitation.id == 0 &&
         change->has_nonce == event->has_nonce &&
         (!change->has_nonce || (change->actor == event->from && memcmp (change->nonce, event->nonce, NONCE_BYTES) == 0));
}

gboolean
kithd_recent_add (KithdWriter *writer, const KithdChange *change, const KithdEvent *event, GError **error)
{
  writer->recent_bytes += event->body != NULL ? strlen (event->body) : 0;
  return kith_sql_run (writer->sql, W_RECENT_ADD, NULL, error, "iiiiiibbt", event->rev, event->conversation, event->seq,
                       event->n, event->at, event->from, event->has_nonce ? event->nonce : NULL, sizeof event->nonce,
                       event->has_nonce ? change->digest : NULL, KITHD_DIGEST_KEPT, event->body);
}

void
kithd_recent_remember (KithdWriter *writer, const KithdChange *change)
{
  Answer *answer = g_new (Answer, 1);
  *answer = (Answer){.account = change->actor, .conversation = change->conversation, .seq = change->seq, .at = change->at};
  memcpy (answer->nonce, change->nonce, NONCE_BYTES);
  memcpy (answer->digest, change->digest, KITHD_DIGEST_KEPT);
  g_hash_table_add (writer->answers, answer);
}

gboolean
kithd_recent_find (const KithdWriter *writer, gint64 account, const guint8 nonce[NONCE_BYTES], const guint8 *digest,
                   gint64 *same, gint64 row[3])
{
  Answer key = {.account = account};
  memcpy (key.nonce, nonce, NONCE_BYTES);
  const Answer *answer = g_hash_table_lookup (writer->answers, &key);
  if (answer == NULL)
    return FALSE;
  *same = digest != NULL && memcmp (answer->digest, digest, KITHD_DIGEST_KEPT) == 0;
  row[0] = answer->conversation;
  row[1] = answer->seq;
  row[2] = answer->at;
  return TRUE;
}

gboolean
kithd_recent_settle (KithdWriter *writer, GError **error)
{
  gint64 settled = 0;
  if (!kith_sql_run (writer->sql, W_RECENT_EVENTS, &settled, error, "") ||
      (settled > 0 && (!kith_sql_run (writer->sql, W_RECENT_NONCES, NULL, error, "") ||
                       !kith_sql_run (writer->sql, W_RECENT_EMPTY, NULL, error, ""))))
    return FALSE;
  kithd_recent_drop (writer);
  return TRUE;
}
