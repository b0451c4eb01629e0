/* select-win32.c - select of Winsock: sets are lists of sockets, FD_SETSIZE long at most (raised in system-win32.h).
 *
 * What differs from POSIX: a failed connect shows in the set of exceptions only; three empty sets are an error instead
 * of a sleep; and FD_SET and FD_ISSET walk the whole list, so the lists are filled and searched here. */
#include "net/net-private.h"
#include "net/poller-private.h"

#include <stdlib.h>

G_STATIC_ASSERT (sizeof (((fd_set *) NULL)->fd_array) == FD_SETSIZE * sizeof (SOCKET));

struct _KithSelectSets {
  fd_set read, write, except;
};

KithSelectSets *
kith_select_sets_new (void)
{
  return g_new0 (KithSelectSets, 1);
}

void
kith_select_sets_free (KithSelectSets *sets)
{
  g_free (sets);
}

guint
kith_select_sets_most (void)
{
  return FD_SETSIZE;
}

gboolean
kith_select_sets_fit (KithSocket socket, guint count)
{
  return count < FD_SETSIZE;
}

static void
append (fd_set *set, KithSocket socket)
{
  set->fd_array[set->fd_count++] = (SOCKET) socket;
}

static void
fill (KithSelectSets *sets, const GArray *items)
{
  sets->read.fd_count = sets->write.fd_count = sets->except.fd_count = 0;
  for (guint i = 0; i < items->len; i++) {
    const KithSelectItem *item = &g_array_index (items, KithSelectItem, i);
    if (item->wanted & KITH_POLL_READ)
      append (&sets->read, item->socket);
    if (item->wanted & KITH_POLL_WRITE) {
      append (&sets->write, item->socket);
      append (&sets->except, item->socket);
    }
  }
}

static int
compare_sockets (const void *a, const void *b)
{
  SOCKET first = *(const SOCKET *) a, second = *(const SOCKET *) b;
  return first < second ? -1 : first > second;
}

static void
sort (fd_set *set)
{
  qsort (set->fd_array, set->fd_count, sizeof (SOCKET), compare_sockets);
}

static gboolean
has (const fd_set *sorted, KithSocket socket)
{
  SOCKET key = (SOCKET) socket;
  return bsearch (&key, sorted->fd_array, sorted->fd_count, sizeof (SOCKET), compare_sockets) != NULL;
}

static void
read_out (KithSelectSets *sets, GArray *items)
{
  sort (&sets->read);
  sort (&sets->write);
  sort (&sets->except);
  for (guint i = 0; i < items->len; i++) {
    KithSelectItem *item = &g_array_index (items, KithSelectItem, i);
    item->got = (has (&sets->read, item->socket) ? KITH_POLL_READ : 0) |
                (has (&sets->write, item->socket) ? KITH_POLL_WRITE : 0) |
                (has (&sets->except, item->socket) ? KITH_POLL_ERROR : 0);
  }
}

static void
forget (GArray *items)
{
  for (guint i = 0; i < items->len; i++)
    g_array_index (items, KithSelectItem, i).got = 0;
}

/* Rounded up: one that is too short would be followed by another, and another. */
static void
sleep_for (gint64 timeout_us)
{
  gint64 ms = (timeout_us + 999) / 1000;
  Sleep (timeout_us < 0 ? INFINITE : (DWORD) MIN (ms, G_MAXINT32));
}

gboolean
kith_select_sets_wait (KithSelectSets *sets, GArray *items, gint64 timeout_us, GError **error)
{
  struct timeval limit = {(long) MIN (timeout_us / G_USEC_PER_SEC, G_MAXINT32), (long) (timeout_us % G_USEC_PER_SEC)};

  fill (sets, items);
  if (sets->read.fd_count == 0 && sets->write.fd_count == 0) {
    forget (items);
    sleep_for (timeout_us);
    return TRUE;
  }
  int found = select (0, &sets->read, &sets->write, &sets->except, timeout_us < 0 ? NULL : &limit);
  if (found < 0) {
    kith_net_fail_last (error, KITH_DOING_WAIT, NULL);
    return FALSE;
  }
  if (found == 0)
    forget (items);
  else
    read_out (sets, items);
  return TRUE;
}
