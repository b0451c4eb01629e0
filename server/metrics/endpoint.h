/* endpoint.h - serves the metrics over HTTP: GET /metrics, for a collector such as Prometheus.
 *
 * libmicrohttpd speaks HTTP, without a thread: its few sockets are guests of the loop's poller, all under one token,
 * and its time-outs are the poller's timers. A page is made from counters in memory, so it keeps the loop for
 * microseconds. */
#pragma once

#include "net/poller.h"

typedef struct _KithdEndpoint KithdEndpoint;

typedef struct {
  KithPoller *poller; /* outlives the endpoint */
  guint64 token;      /* of all its sockets */
  KithAddress address;
  void (*refresh) (gpointer data); /* sets the gauges, before each page */
  gpointer data;
} KithdEndpointOptions;

/* Listens. bound (may be NULL) is the address with the real port. */
KithdEndpoint *kithd_endpoint_new (const KithdEndpointOptions *options, KithAddress *bound, GError **error);
void kithd_endpoint_free (KithdEndpoint *endpoint); /* NULL is allowed */

/* One of its sockets is ready. */
void kithd_endpoint_serve (KithdEndpoint *endpoint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdEndpoint, kithd_endpoint_free)
