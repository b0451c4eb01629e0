/* udp-proxy.h - carries datagrams between clients and a server on loopback, as badly as a test wants: seeded loss,
 * doubles and reordering, one direction or both blocked. To the server each client comes from an address of its own.
 * One thread; every function may be called from any thread. */
#pragma once

#include <glib.h>

typedef struct _TestUdpProxy TestUdpProxy;

typedef struct {
  guint loss, twice; /* of 100 datagrams, in each direction */
  guint delay_ms;    /* each takes up to so long, so they overtake each other */
  gboolean block_up, block_down;
} TestUdpWeather;

/* From listen to target, both "127.0.0.1:PORT". */
TestUdpProxy *test_udp_proxy_new (const char *listen, const char *target, guint32 seed, GError **error);
void test_udp_proxy_free (TestUdpProxy *proxy); /* NULL is allowed */
void test_udp_proxy_set (TestUdpProxy *proxy, const TestUdpWeather *weather);
/* From now on every client comes from another address. */
void test_udp_proxy_move (TestUdpProxy *proxy);
/* Datagrams that came from clients (up) and from the server so far. */
guint test_udp_proxy_count (TestUdpProxy *proxy, gboolean up);
/* What came from clients, the last few hundred: GBytes, to be freed. */
GPtrArray *test_udp_proxy_heard (TestUdpProxy *proxy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestUdpProxy, test_udp_proxy_free)
