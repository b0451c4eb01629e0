/* connector.h - from a name and a port to a connected socket: look-up on a thread, then "happy eyeballs"
 * (RFC 8305: addresses of both families interleaved, a new attempt each 250 ms or when one fails).
 *
 * Driven from outside: ask what it waits for, wait, step. It gives up 15 s after the last attempt began. */
#pragma once

#include "net/socket.h"

typedef struct {
  KithSocket socket;
  guint wanted; /* KITH_POLL_* */
} KithWatch;

typedef struct _KithConnector KithConnector;

/* host: a name, an address literal, or "unix:/path" (port is ignored then). Neither a literal nor "localhost" needs the
 * thread. */
KithConnector *kith_connector_new (const char *host, guint16 port, GError **error);
void kith_connector_free (KithConnector *connector); /* closes what it still holds; a look-up under way ends unheard */

/* Appends KithWatch to watches. */
void kith_connector_watches (KithConnector *connector, GArray *watches);
/* When to step at the latest (monotonic, microseconds; G_MAXINT64: no time). */
gint64 kith_connector_due (KithConnector *connector);
/* Does what can be done. KITH_IO_OK: *socket is the caller's; KITH_IO_AGAIN: not yet; KITH_IO_ERROR: every address
 * failed. */
KithIo kith_connector_step (KithConnector *connector, gint64 now_us, KithSocket *socket, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithConnector, kith_connector_free)
