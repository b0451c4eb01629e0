/* finder.h - looks for servers on the networks of this machine: asks everybody on each, listens for a second.
 *
 * Driven from outside, like the client. The sockets stay the same for its whole life. */
#pragma once

#include "net/connector.h"
#include "proto/discovery.h"

typedef struct {
  KithFound found;
  KithAddress address; /* where to connect */
} KithFoundServer;

typedef struct _KithFinder KithFinder;

/* Called from kith_finder_step, once for each server (key and port), with the address that answered first; an IPv4
 * address comes before an IPv6 one when both do. */
typedef void (*KithFoundFunc) (const KithFoundServer *server, gpointer data);

/* Servers that listen on port. Fails when there is no network at all. */
KithFinder *kith_finder_new (guint16 port, KithFoundFunc func, gpointer data, GError **error);
void kith_finder_free (KithFinder *finder);

void kith_finder_watches (const KithFinder *finder, GArray *watches); /* appends KithWatch */
gint64 kith_finder_due (const KithFinder *finder);                    /* monotonic, microseconds */
/* Asks, takes answers. FALSE: the second is over. */
gboolean kith_finder_step (KithFinder *finder, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithFinder, kith_finder_free)
