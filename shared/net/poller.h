/* poller.h - waits in select for sockets and timers; thousands of sockets wait behind it in one nested set.
 *
 * The poller never calls back: it fills a list of what is ready, and the loop decides the order of a turn.
 * Sockets are known by a token (an id that is never reused), so readiness of a socket that was closed in the same
 * turn finds nobody instead of a dangling pointer. Not thread-safe; one thread owns a poller. */
#pragma once

#include "net/socket.h"

enum {
  KITH_POLL_READ = 1 << 0,
  KITH_POLL_WRITE = 1 << 1,
  KITH_POLL_ERROR = 1 << 2 /* reported only: an exception, a hang-up, a failed connect */
};

typedef enum {
  KITH_POLLER_BEST,       /* select with the nested set where there is one */
  KITH_POLLER_SELECT_ONLY /* select alone, up to its ceiling */
} KithPollerKind;

typedef struct _KithPoller KithPoller;

typedef struct {
  guint64 token;
  guint events; /* KITH_POLL_* */
} KithReady;

KithPoller *kith_poller_new (KithPollerKind kind, GError **error);
void kith_poller_free (KithPoller *poller); /* closes no socket */

/* Where a socket waits: KITH_PLACE_SELECT for the few (listeners, wake-up, datagrams), KITH_PLACE_NESTED for the many
 * (falls back to select where there is no nested set). */
typedef enum { KITH_PLACE_SELECT, KITH_PLACE_NESTED } KithPlace;

/* Fails with KITH_NET_ERROR_FULL when select cannot hold the socket (a descriptor at or above FD_SETSIZE is refused
 * by construction, it never reaches FD_SET). */
gboolean kith_poller_add (KithPoller *poller, KithSocket socket, KithPlace place, guint wanted, guint64 token,
                          GError **error);
/* wanted 0: the socket stays registered and reports nothing but KITH_POLL_ERROR (the nested set does, for a connection
 * that is dead in both directions; select of POSIX shows errors only to who waits to read or write). */
void kith_poller_change (KithPoller *poller, KithSocket socket, guint wanted);
void kith_poller_remove (KithPoller *poller, KithSocket socket); /* before the socket is closed */
guint kith_poller_count (const KithPoller *poller);
gboolean kith_poller_has_nest (const KithPoller *poller);
/* How many sockets it can hold at most; with a nested set as many as the system has. */
guint kith_poller_ceiling (const KithPoller *poller);

/* Waits until something is ready, the next timer is due or timeout_us has passed (-1: no limit of its own; 0: only
 * looks). Appends KithReady to ready (a GArray; emptied first), at most max_ready entries a call (the rest comes with
 * the next). Sleeps, rather than fails, when no socket is registered. Returns FALSE only on an error of the system. */
gboolean kith_poller_wait (KithPoller *poller, gint64 timeout_us, guint max_ready, GArray *ready, GError **error);

/* Timers, in microseconds of g_get_monotonic_time. A timer fires once. */
typedef void (*KithTimerFunc) (gpointer data);
guint64 kith_poller_timer_add (KithPoller *poller, gint64 due_us, KithTimerFunc func, gpointer data);
void kith_poller_timer_remove (KithPoller *poller, guint64 timer); /* unknown or fired: nothing happens */
/* Calls what is due at now_us; a timer added meanwhile waits for the next call. */
void kith_poller_run_timers (KithPoller *poller, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithPoller, kith_poller_free)
