/* ping.h - echo requests (RFC 792, RFC 4443): does a machine answer, and how fast? Two implementations: ping-posix.c,
 * ping-win32.c.
 *
 * Driven from outside like everything here: ask what it waits for, wait, step. A request leaves each 200 ms; it is over
 * when all were answered, or a second after the last one. */
#pragma once

#include "net/connector.h"

#define KITH_PING_MOST 16 /* requests */

typedef struct _KithPing KithPing;

typedef struct {
  guint sent, received;
  gint64 best_us, mean_us, worst_us; /* round trips; 0 where none was received */
} KithPingResult;

/* to: an IPv4 or IPv6 address; the port means nothing. count: 1 to KITH_PING_MOST. KITH_NET_ERROR_DENIED: this process
 * may not ping. */
KithPing *kith_ping_new (const KithAddress *to, guint count, GError **error);
void kith_ping_free (KithPing *ping); /* also while it runs; NULL is allowed */

void kith_ping_watches (KithPing *ping, GArray *watches); /* appends KithWatch */
gint64 kith_ping_due (KithPing *ping);
/* KITH_IO_AGAIN: it goes on; KITH_IO_OK: over, result is filled in. It does not fail: what cannot be sent is not
 * answered. */
KithIo kith_ping_step (KithPing *ping, gint64 now_us, KithPingResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithPing, kith_ping_free)
