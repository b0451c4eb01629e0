/* transport.h - one GSource that drives a headless client (or what else of shared/client is driven from outside: the
 * doctor, the finder) from a main loop. */
#pragma once

#include "client/client.h"

/* Watches client's sockets and its due time, and steps it. Borrows client: destroy the source before the client is
 * freed. After calling into the client outside of its callbacks nothing has to be done: the source looks afresh before
 * each wait. The source's callback (a GSourceFunc; none is needed) is called after each step. */
GSource *kith_transport_source_new (KithClient *client);

/* What is driven from outside: the same three questions to everything. step may destroy the source, not free it. */
typedef struct {
  const char *name;                                    /* of the source, for debugging; static */
  void (*watches) (gpointer subject, GArray *watches); /* appends KithWatch */
  gint64 (*due) (gpointer subject);                    /* monotonic, microseconds; G_MAXINT64: only for a socket */
  void (*step) (gpointer subject, gint64 now_us);
} KithDriven;

/* The same for any subject, which is borrowed; driven is static. */
GSource *kith_driven_source_new (const KithDriven *driven, gpointer subject);
