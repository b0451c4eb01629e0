/* poller.c - who is registered with the poller and where it waits, and the timers. Waiting is in poller-select.c. */
#include "net/poller-private.h"

typedef struct {
  KithSocket socket;
  guint64 token;
  gboolean nested;
  guint item; /* index in items, unless nested */
} Entry;

typedef struct {
  guint64 id;
  gint64 due_us;
  KithTimerFunc func;
  gpointer data;
} Timer;

static gpointer
key_of (KithSocket socket)
{
  return (gpointer) socket;
}

static Entry *
find (KithPoller *poller, KithSocket socket)
{
  return g_hash_table_lookup (poller->entries, key_of (socket));
}

static KithSelectItem *
item_at (KithPoller *poller, guint index)
{
  return &g_array_index (poller->items, KithSelectItem, index);
}

static gboolean
add_item (KithPoller *poller, const KithSelectItem *item, GError **error)
{
  if (!kith_select_sets_fit (item->socket, poller->items->len)) {
    g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_FULL,
                 "This is more than select can watch (%u sockets so far). Permit fewer connections.",
                 poller->items->len);
    return FALSE;
  }
  g_array_append_val (poller->items, *item);
  return TRUE;
}

/* The nested set is one more thing that select watches. */
static gboolean
add_nest (KithPoller *poller, GError **error)
{
  GError *failed = NULL;

  poller->nest = kith_nest_new (&failed);
  if (failed != NULL) {
    g_propagate_error (error, failed);
    return FALSE;
  }
  if (poller->nest == NULL)
    return TRUE;

  KithSelectItem item = {kith_nest_socket (poller->nest), 0, KITH_POLL_READ, 0, TRUE};
  return add_item (poller, &item, error);
}

static gint
compare_timers (gconstpointer a, gconstpointer b, gpointer unused)
{
  const Timer *first = a, *second = b;

  if (first->due_us != second->due_us)
    return first->due_us < second->due_us ? -1 : 1;
  return first->id < second->id ? -1 : first->id > second->id;
}

KithPoller *
kith_poller_new (KithPollerKind kind, GError **error)
{
  g_autoptr (KithPoller) poller = g_new0 (KithPoller, 1);

  poller->entries = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  poller->items = g_array_new (FALSE, FALSE, sizeof (KithSelectItem));
  poller->sets = kith_select_sets_new ();
  poller->timers = g_sequence_new (g_free);
  poller->timer_ids = g_hash_table_new (g_int64_hash, g_int64_equal);
  if (kind == KITH_POLLER_BEST && !add_nest (poller, error))
    return NULL;
  return g_steal_pointer (&poller);
}

void
kith_poller_free (KithPoller *poller)
{
  if (poller == NULL)
    return;
  g_hash_table_unref (poller->entries);
  g_array_unref (poller->items);
  kith_select_sets_free (poller->sets);
  kith_nest_free (poller->nest);
  g_hash_table_unref (poller->timer_ids);
  g_sequence_free (poller->timers);
  g_free (poller);
}

gboolean
kith_poller_add (KithPoller *poller, KithSocket socket, KithPlace place, guint wanted, guint64 token, GError **error)
{
  g_return_val_if_fail (socket != KITH_SOCKET_NONE && find (poller, socket) == NULL, FALSE);

  gboolean nested = place == KITH_PLACE_NESTED && poller->nest != NULL;
  Entry entry = {socket, token, nested, poller->items->len};
  KithSelectItem item = {socket, token, wanted, 0, FALSE};

  if (nested ? !kith_nest_add (poller->nest, socket, wanted, token, error) : !add_item (poller, &item, error))
    return FALSE;
  g_hash_table_insert (poller->entries, key_of (socket), g_memdup2 (&entry, sizeof entry));
  return TRUE;
}

void
kith_poller_change (KithPoller *poller, KithSocket socket, guint wanted)
{
  const Entry *entry = find (poller, socket);

  g_return_if_fail (entry != NULL);
  if (entry->nested)
    kith_nest_change (poller->nest, socket, wanted, entry->token);
  else
    item_at (poller, entry->item)->wanted = wanted;
}

/* The last item takes the place that becomes free. */
static void
remove_item (KithPoller *poller, guint index)
{
  g_array_remove_index_fast (poller->items, index);
  if (index < poller->items->len && !item_at (poller, index)->is_nest)
    find (poller, item_at (poller, index)->socket)->item = index;
}

void
kith_poller_remove (KithPoller *poller, KithSocket socket)
{
  const Entry *entry = find (poller, socket);

  g_return_if_fail (entry != NULL);
  if (entry->nested)
    kith_nest_remove (poller->nest, socket);
  else
    remove_item (poller, entry->item);
  g_hash_table_remove (poller->entries, key_of (socket));
}

guint
kith_poller_count (const KithPoller *poller)
{
  return g_hash_table_size (poller->entries);
}

guint
kith_poller_ceiling (const KithPoller *poller)
{
  return poller->nest != NULL ? G_MAXUINT : kith_select_sets_most ();
}

gboolean
kith_poller_has_nest (const KithPoller *poller)
{
  return poller->nest != NULL;
}

guint64
kith_poller_timer_add (KithPoller *poller, gint64 due_us, KithTimerFunc func, gpointer data)
{
  Timer *timer = g_new (Timer, 1);

  *timer = (Timer){++poller->last_timer, due_us, func, data};
  GSequenceIter *place = g_sequence_insert_sorted (poller->timers, timer, compare_timers, NULL);
  g_hash_table_insert (poller->timer_ids, &timer->id, place);
  return timer->id;
}

void
kith_poller_timer_remove (KithPoller *poller, guint64 timer)
{
  GSequenceIter *place = g_hash_table_lookup (poller->timer_ids, &timer);

  if (place == NULL)
    return;
  g_hash_table_remove (poller->timer_ids, &timer);
  g_sequence_remove (place);
}

gint64
kith_poller_next_due (const KithPoller *poller)
{
  if (g_sequence_is_empty (poller->timers))
    return G_MAXINT64;
  return ((const Timer *) g_sequence_get (g_sequence_get_begin_iter (poller->timers)))->due_us;
}

static GArray *
due_timers (KithPoller *poller, gint64 now_us)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  GSequenceIter *place = g_sequence_get_begin_iter (poller->timers);

  for (; !g_sequence_iter_is_end (place); place = g_sequence_iter_next (place)) {
    const Timer *timer = g_sequence_get (place);
    if (timer->due_us > now_us)
      break;
    g_array_append_val (ids, timer->id);
  }
  return ids;
}

/* Which are due is decided before the first is called; each is looked up again, as another may have removed it. */
void
kith_poller_run_timers (KithPoller *poller, gint64 now_us)
{
  if (kith_poller_next_due (poller) > now_us)
    return;

  g_autoptr (GArray) ids = due_timers (poller, now_us);
  for (guint i = 0; i < ids->len; i++) {
    guint64 id = g_array_index (ids, guint64, i);
    GSequenceIter *place = g_hash_table_lookup (poller->timer_ids, &id);
    if (place == NULL)
      continue;
    Timer timer = *(const Timer *) g_sequence_get (place);
    kith_poller_timer_remove (poller, id);
    timer.func (timer.data);
  }
}
