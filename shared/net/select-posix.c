/* select-posix.c - select of POSIX: sets are bit fields, indexed by descriptor. One at or above FD_SETSIZE would be
 * written outside of them, silently; it is refused before it gets here.
 *
 * There is no set of exceptions: an error makes a socket readable and writable, and all that the third set would show
 * is TCP's urgent data, which a peer could use to keep the loop from sleeping. */
#include "net/net-private.h"
#include "net/poller-private.h"

#include <sys/select.h>

struct _KithSelectSets {
  fd_set read, write;
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
  return socket >= 0 && socket < FD_SETSIZE;
}

/* Returns the number of descriptors to look at. */
static int
fill (KithSelectSets *sets, const GArray *items)
{
  KithSocket highest = -1;

  FD_ZERO (&sets->read);
  FD_ZERO (&sets->write);
  for (guint i = 0; i < items->len; i++) {
    const KithSelectItem *item = &g_array_index (items, KithSelectItem, i);
    if (item->wanted & KITH_POLL_READ)
      FD_SET ((int) item->socket, &sets->read);
    if (item->wanted & KITH_POLL_WRITE)
      FD_SET ((int) item->socket, &sets->write);
    highest = MAX (highest, item->socket);
  }
  return (int) highest + 1;
}

static guint
events_of (KithSelectSets *sets, KithSocket socket)
{
  return (FD_ISSET ((int) socket, &sets->read) ? KITH_POLL_READ : 0) |
         (FD_ISSET ((int) socket, &sets->write) ? KITH_POLL_WRITE : 0);
}

gboolean
kith_select_sets_wait (KithSelectSets *sets, GArray *items, gint64 timeout_us, GError **error)
{
  struct timeval limit = {timeout_us / G_USEC_PER_SEC, timeout_us % G_USEC_PER_SEC};
  int n = fill (sets, items);
  int found = select (n, &sets->read, &sets->write, NULL, timeout_us < 0 ? NULL : &limit);

  if (found < 0 && (kith_net_error_flags (kith_system_last_error ()) & KITH_SYSTEM_AGAIN) == 0) {
    kith_net_fail_last (error, KITH_DOING_WAIT, NULL);
    return FALSE;
  }
  for (guint i = 0; i < items->len; i++) {
    KithSelectItem *item = &g_array_index (items, KithSelectItem, i);
    item->got = found <= 0 ? 0 : events_of (sets, item->socket);
  }
  return TRUE;
}
