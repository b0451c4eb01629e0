/* test-conn-turn.c - who asks for much work at once gets it in several turns, so that nobody waits for all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conn/conn.h"
#include "net/net.h"
#include "net/socket.h"
#include "support/check.h"
#include "support/sockets.h"

#define FRAMES 60 /* fewer than a turn would take, did they cost nothing */
#define WORK_US (5 * 1000)
#define TURN_MOST 10 /* twice of what fits into a turn's time */

static guint handled;

static void
work (gpointer data, KithdConn *conn, const char *frame, gsize length)
{
  gint64 until = g_get_monotonic_time () + WORK_US;
  while (g_get_monotonic_time () < until)
    continue;
  handled++;
}

static void
nothing (gpointer data, KithdConn *conn)
{
}

static KithSocket
dial (const KithAddress *address)
{
  KithSocket client = KITH_SOCKET_NONE;
  KithIo io;
  CHECK ((client = kith_socket_connect (address, &error)) != KITH_SOCKET_NONE);
  while ((io = kith_socket_connected (client, NULL)) == KITH_IO_AGAIN)
    test_poll_one (client, G_IO_OUT, 1000);
  assert_int_equal (io, KITH_IO_OK);
  return client;
}

static void
say_all (KithSocket client)
{
  gsize sent = 0;
  char text[2 * FRAMES];
  for (guint i = 0; i < sizeof text; i++)
    text[i] = i % 2 == 0 ? 'x' : '\n';
  CHECK (kith_socket_send (client, text, sizeof text, &sent, &error) == KITH_IO_OK);
  assert_int_equal (sent, sizeof text);
}

/* How many frames it handled. */
static guint
turn (KithPoller *poller, KithdConns *conns)
{
  guint before = handled;
  g_autoptr (GArray) ready = g_array_new (FALSE, FALSE, sizeof (KithReady));
  CHECK (kith_poller_wait (poller, kithd_conns_has_busy (conns) ? 0 : -1, 16, ready, &error));
  kithd_conns_begin_turn (conns, g_get_monotonic_time ());
  kithd_conns_serve_busy (conns);
  for (guint i = 0; i < ready->len; i++)
    kithd_conns_on_ready (conns, &g_array_index (ready, KithReady, i));
  kithd_conns_flush (conns);
  kithd_conns_reap (conns);
  return handled - before;
}

static void
work_is_divided_among_turns (void **state)
{
  static const KithdConnHandlers handlers = {.frame = work, .drained = nothing, .closed = nothing};
  KithdSettings settings;
  KithAddress address, bound;
  KithPoller *poller = NULL;
  kithd_settings_init (&settings);
  CHECK (kith_net_start (&error));
  CHECK ((poller = kith_poller_new (KITH_POLLER_SELECT_ONLY, &error)) != NULL);
  KithdConns *conns = kithd_conns_new (poller, &settings, &handlers, NULL);
  CHECK (kith_address_parse ("127.0.0.1:0", 0, &address, &error));
  CHECK (kithd_conns_listen (conns, &address, &(KithdAdmission){0}, &bound, &error));
  KithSocket client = dial (&bound);
  say_all (client);
  while (handled < FRAMES)
    assert_in_range (turn (poller, conns), 0, TURN_MOST);
  assert_int_equal (handled, FRAMES);
  kith_socket_close (client);
  kithd_conns_free (conns);
  kith_poller_free (poller);
  kithd_settings_clear (&settings);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (work_is_divided_among_turns)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
