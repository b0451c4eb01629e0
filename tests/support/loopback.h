/* loopback.h - sockets within this machine, for tests. What fails here fails the test. */
#pragma once

#include "net/poller.h"

#define LOOPBACK_PATIENCE_US (60 * G_TIME_SPAN_SECOND) /* generous: sanitizers on a busy machine */

/* Listens on a free port of 127.0.0.1 (or of host, "[::1]"); address becomes where. */
KithSocket loopback_listen (const char *host, KithAddress *address);
/* Whether this machine has host ("[::1]": it may be without IPv6). */
gboolean loopback_has (const char *host);
/* Whether this system has Unix sockets; where it has none (a Windows before 10, Wine 8) it says so, for who skips. */
gboolean loopback_has_unix (void);
/* Two TCP sockets connected to each other; the second is the accepted one. */
void loopback_pair (KithSocket pair[2]);
/* An address that refuses connections: a port that was just free. */
KithAddress loopback_refusing (void);
/* Waits until socket is ready for one of events; returns for which. Fails the test when it takes too long. */
guint loopback_wait (KithSocket socket, guint events);
