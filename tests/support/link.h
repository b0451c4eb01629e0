/* link.h - a bad cable between two network interfaces of one namespace: every frame that comes out of one goes into the
 * other, or is lost, doubled or late. One thread; every function may be called from any thread. Root only. */
#pragma once

#include <glib.h>

typedef struct _TestLink TestLink;

typedef struct {
  guint datagram_loss, datagram_twice; /* of 100 frames with UDP in them, each way */
  guint datagram_delay_ms;             /* each takes up to so long, so they overtake each other */
  guint other_loss;                    /* of 100 other frames */
} TestLinkWeather;

/* Between the interfaces left and right of a namespace made by `ip netns add`; both have to be up. */
TestLink *test_link_new (const char *host, const char *left, const char *right, guint32 seed, GError **error);
void test_link_free (TestLink *link); /* NULL is allowed */
void test_link_set (TestLink *link, const TestLinkWeather *weather);
/* Frames with UDP in them that were lost, and that came through in order or late. */
guint test_link_lost (TestLink *link);
guint test_link_carried (TestLink *link);
