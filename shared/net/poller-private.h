/* poller-private.h - what the parts of the poller share. Private to shared/net.
 *
 *   poller.c             who is registered, and timers
 *   poller-select.c      one wait: select, then the list of what is ready
 *   select-PLATFORM.c    the sets of select
 *   poller-nest-KIND.c   the set behind select that holds the many */
#pragma once

#include "net/poller.h"

/* One socket that select itself watches. */
typedef struct {
  KithSocket socket;
  guint64 token;
  guint wanted;
  guint got;        /* what the last wait found, not yet told */
  gboolean is_nest; /* stands for everybody in the nested set; token means nothing */
} KithSelectItem;

/* The sets of select. */
typedef struct _KithSelectSets KithSelectSets;

KithSelectSets *kith_select_sets_new (void);
void kith_select_sets_free (KithSelectSets *sets);
/* How many sockets they hold. */
guint kith_select_sets_most (void);
/* Whether socket can be watched beside count others. */
gboolean kith_select_sets_fit (KithSocket socket, guint count);
/* Waits for items (of KithSelectItem) and fills in their got. timeout_us -1: for ever. An interrupted wait found
 * nothing. Sleeps when nothing is wanted. */
gboolean kith_select_sets_wait (KithSelectSets *sets, GArray *items, gint64 timeout_us, GError **error);

/* The nested set. A platform without one returns NULL from new and sets no error. */
typedef struct _KithNest KithNest;

KithNest *kith_nest_new (GError **error);
void kith_nest_free (KithNest *nest);
KithSocket kith_nest_socket (const KithNest *nest); /* readable while somebody in it is ready */
gboolean kith_nest_add (KithNest *nest, KithSocket socket, guint wanted, guint64 token, GError **error);
void kith_nest_change (KithNest *nest, KithSocket socket, guint wanted, guint64 token);
void kith_nest_remove (KithNest *nest, KithSocket socket);
/* Appends at most room KithReady; who is left over comes first the next time. */
void kith_nest_collect (KithNest *nest, guint room, GArray *ready);

struct _KithPoller {
  GHashTable *entries; /* KithSocket -> Entry of poller.c */
  GArray *items;       /* KithSelectItem: what select watches */
  guint next_item;     /* where the list of what is ready begins next, so that nobody starves */
  KithSelectSets *sets;
  KithNest *nest;        /* NULL: none */
  GSequence *timers;     /* by due time, then by age */
  GHashTable *timer_ids; /* id -> its place in timers */
  guint64 last_timer;
};

/* When the next timer is due; G_MAXINT64 for none. */
gint64 kith_poller_next_due (const KithPoller *poller);
