/* proxy.h - a TCP proxy on loopback that is as bad as a test wants: it splits, delays, trickles, stalls, loses and
 * cuts. It knows nothing of what it carries. One thread of its own; every function may be called from any thread. */
#pragma once

#include <glib.h>

typedef struct _TestProxy TestProxy;

/* Carries to target ("127.0.0.1:PORT") from a free port of its own. */
TestProxy *test_proxy_new (const char *target, GError **error);
/* The same from an address of the test's choice. */
TestProxy *test_proxy_new_at (const char *listen, const char *target, GError **error);
void test_proxy_free (TestProxy *proxy);           /* cuts what is connected; NULL is allowed */
const char *test_proxy_address (TestProxy *proxy); /* "127.0.0.1:PORT" */

/* Each write carries at most this many bytes (1 splits at every byte). 0: as they come. */
void test_proxy_set_chunk (TestProxy *proxy, guint bytes);
/* To the client at most this many bytes a second, and little is buffered on the way. 0: no limit. */
void test_proxy_set_rate (TestProxy *proxy, guint bytes_per_second);
/* Each byte leaves this many milliseconds after it came. */
void test_proxy_set_delay (TestProxy *proxy, guint milliseconds);
/* A black hole: connections stay (and new ones are taken), nothing is carried, until it ends. */
void test_proxy_set_stalled (TestProxy *proxy, gboolean stalled);
/* Cuts every connection after it has carried this many bytes more in both directions together; 0: not. */
void test_proxy_cut_after (TestProxy *proxy, guint64 bytes);
/* Cuts every connection now; returns when it has happened. */
void test_proxy_cut (TestProxy *proxy);
/* Connections carried now. */
guint test_proxy_n_connections (TestProxy *proxy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestProxy, test_proxy_free)
