/* drive.c - one turn: register, wait, take back, step.
 *
 * A client may close any of its sockets in a step, and a socket has to leave the poller before it is closed. A client
 * has one socket (a few while it connects), and select looks at every one in each turn anyway, so registering them anew
 * costs next to nothing. */
#include "client/drive.h"

#define READY_MAX 64

static guint
add_all (KithPoller *poller, const GArray *watches, guint64 token, GError **error)
{
  guint n = 0;
  while (n < watches->len) {
    const KithWatch *watch = &g_array_index (watches, KithWatch, n);
    if (!kith_poller_add (poller, watch->socket, KITH_PLACE_SELECT, watch->wanted, token, error))
      break;
    n++;
  }
  return n;
}

gboolean
kith_drive_wait (KithPoller *poller, const GArray *watches, guint64 token, gint64 due_us, GError **error)
{
  g_autoptr (GArray) ready = g_array_new (FALSE, FALSE, sizeof (KithReady));
  guint added = add_all (poller, watches, token, error);
  gint64 timeout_us = due_us == G_MAXINT64 ? -1 : MAX (due_us - g_get_monotonic_time (), 0);
  gboolean good = added == watches->len && kith_poller_wait (poller, timeout_us, READY_MAX, ready, error);
  for (guint i = 0; i < added; i++)
    kith_poller_remove (poller, g_array_index (watches, KithWatch, i).socket);
  return good;
}

gboolean
kith_drive (KithClient *const *clients, guint n, KithPoller *poller, guint64 token, gint64 latest_us, GError **error)
{
  g_autoptr (GArray) watches = g_array_new (FALSE, FALSE, sizeof (KithWatch));
  for (guint i = 0; i < n; i++) {
    kith_client_watches (clients[i], watches);
    latest_us = MIN (latest_us, kith_client_due (clients[i]));
  }
  if (!kith_drive_wait (poller, watches, token, latest_us, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    kith_client_step (clients[i], g_get_monotonic_time ());
  return TRUE;
}
