/* search-queue.c - a lane for each account that waits, and the order in which the lanes have their turns. */
#include "dispatch/search-queue.h"

#include "proto/error.h"

enum { WAITING_OF_ACCOUNT = 4, WAITING_OF_ALL = 128 /* each may name a thousand conversations */ };

typedef struct {
  gint64 account;
  GQueue reads; /* KithdRead, never empty */
} Lane;

struct _KithdSearchQueue {
  GHashTable *lanes; /* gint64 * -> Lane */
  GQueue turns;      /* Lane, borrowed: whose turn it is first */
  guint waiting;     /* in all lanes */
  gboolean busy;     /* one is with the store */
};

static void
free_lane (gpointer data)
{
  Lane *lane = data;
  g_queue_clear_full (&lane->reads, (GDestroyNotify) kithd_read_free);
  g_free (lane);
}

KithdSearchQueue *
kithd_search_queue_new (void)
{
  KithdSearchQueue *queue = g_new0 (KithdSearchQueue, 1);
  queue->lanes = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_lane);
  g_queue_init (&queue->turns);
  return queue;
}

void
kithd_search_queue_free (KithdSearchQueue *queue)
{
  if (queue == NULL)
    return;
  g_queue_clear (&queue->turns);
  g_hash_table_unref (queue->lanes);
  g_free (queue);
}

static Lane *
new_lane (KithdSearchQueue *queue, gint64 account)
{
  Lane *lane = g_new0 (Lane, 1);
  lane->account = account;
  g_queue_init (&lane->reads);
  g_hash_table_insert (queue->lanes, &lane->account, lane);
  g_queue_push_tail (&queue->turns, lane);
  return lane;
}

gboolean
kithd_search_queue_add (KithdSearchQueue *queue, KithdRead *read, GError **error)
{
  Lane *lane = g_hash_table_lookup (queue->lanes, &read->account);
  if (lane != NULL && g_queue_get_length (&lane->reads) >= WAITING_OF_ACCOUNT) {
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_RATE_LIMITED,
                         "Several searches of yours wait already. Wait for their answers.");
    return FALSE;
  }
  if (queue->waiting >= WAITING_OF_ALL) {
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                         "Many are searching just now. Try again in a few seconds.");
    return FALSE;
  }
  if (lane == NULL)
    lane = new_lane (queue, read->account);
  g_queue_push_tail (&lane->reads, read);
  queue->waiting++;
  return TRUE;
}

KithdRead *
kithd_search_queue_take (KithdSearchQueue *queue)
{
  Lane *lane = queue->busy ? NULL : g_queue_pop_head (&queue->turns);
  if (lane == NULL)
    return NULL;
  KithdRead *read = g_queue_pop_head (&lane->reads);
  if (g_queue_is_empty (&lane->reads))
    g_hash_table_remove (queue->lanes, &lane->account);
  else
    g_queue_push_tail (&queue->turns, lane);
  queue->waiting--;
  queue->busy = TRUE;
  return read;
}

void
kithd_search_queue_done (KithdSearchQueue *queue)
{
  queue->busy = FALSE;
}
