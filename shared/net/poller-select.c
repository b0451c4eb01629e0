/* poller-select.c - one wait of the poller: select, then the list of what is ready, beginning behind the last one
 * told, so that under a full list everybody's turn comes. */
#include "net/poller-private.h"

/* The time until the caller's limit or the next timer; -1 for ever. */
static gint64
time_to_wait (const KithPoller *poller, gint64 timeout_us)
{
  gint64 due = kith_poller_next_due (poller);

  if (due == G_MAXINT64 || timeout_us == 0)
    return timeout_us;

  gint64 left = MAX (due - g_get_monotonic_time (), 0);
  return timeout_us < 0 ? left : MIN (left, timeout_us);
}

static void
tell (KithPoller *poller, const KithSelectItem *item, guint room, GArray *ready)
{
  KithReady found = {item->token, item->got};

  if (item->is_nest)
    kith_nest_collect (poller->nest, room, ready);
  else
    g_array_append_val (ready, found);
}

static void
collect (KithPoller *poller, guint max_ready, GArray *ready)
{
  guint n = poller->items->len;
  guint start = n == 0 ? 0 : poller->next_item % n;

  for (guint i = 0; i < n && ready->len < max_ready; i++) {
    guint index = (start + i) % n;
    const KithSelectItem *item = &g_array_index (poller->items, KithSelectItem, index);
    if (item->got == 0)
      continue;
    tell (poller, item, max_ready - ready->len, ready);
    poller->next_item = index + 1;
  }
}

gboolean
kith_poller_wait (KithPoller *poller, gint64 timeout_us, guint max_ready, GArray *ready, GError **error)
{
  g_array_set_size (ready, 0);
  if (!kith_select_sets_wait (poller->sets, poller->items, time_to_wait (poller, timeout_us), error))
    return FALSE;
  collect (poller, max_ready, ready);
  return TRUE;
}
