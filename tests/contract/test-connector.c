/* Connecting: literals, names, several addresses in turn, and what is said when none answers. */
#include "support/check.h"
#include "support/loopback.h"
#include "net/connector.h"
#include "net/resolver.h"

#include <glib/gstdio.h>
#include <string.h>

/* Waits for what the connector wants, as a loop would, and gives its verdict. */
static KithIo
drive (KithConnector *connector, KithSocket *socket, GError **failure)
{
  KithIo status;

  while ((status = kith_connector_step (connector, g_get_monotonic_time (), socket, failure)) == KITH_IO_AGAIN) {
    g_autoptr (KithPoller) poller = NULL;
    g_autoptr (GArray) watches = g_array_new (FALSE, FALSE, sizeof (KithWatch));
    g_autoptr (GArray) ready = g_array_new (FALSE, FALSE, sizeof (KithReady));
    CHECK (poller = kith_poller_new (KITH_POLLER_SELECT_ONLY, &error));
    kith_connector_watches (connector, watches);
    for (guint i = 0; i < watches->len; i++) {
      const KithWatch *watch = &g_array_index (watches, KithWatch, i);
      CHECK (kith_poller_add (poller, watch->socket, KITH_PLACE_SELECT, watch->wanted, i, &error));
    }
    gint64 due = kith_connector_due (connector), now = g_get_monotonic_time ();
    assert_true (watches->len > 0 || due != G_MAXINT64);
    CHECK (kith_poller_wait (poller, due == G_MAXINT64 ? LOOPBACK_PATIENCE_US : MAX (due - now, 0), 10, ready, &error));
  }
  return status;
}

static KithIo
connect_to (const char *host, guint16 port, KithSocket *socket, GError **failure)
{
  g_autoptr (KithConnector) connector = NULL;

  *socket = KITH_SOCKET_NONE;
  CHECK (connector = kith_connector_new (host, port, &error));
  return drive (connector, socket, failure);
}

/* Connects, and finds itself at the listener. */
static void
assert_reaches (const char *host, const KithAddress *address, KithSocket listener)
{
  g_autoptr (GError) failure = NULL;
  KithSocket socket, accepted;
  KithIo status;
  char byte = 'k';
  gsize moved;

  if (connect_to (host, kith_address_port (address), &socket, &failure) != KITH_IO_OK)
    fail_msg ("%s", failure->message);
  loopback_wait (listener, KITH_POLL_READ);
  CHECK ((accepted = kith_socket_accept (listener, NULL, &status, &error)) != KITH_SOCKET_NONE);
  assert_int_equal (kith_socket_send (socket, &byte, 1, &moved, NULL), KITH_IO_OK);
  loopback_wait (accepted, KITH_POLL_READ);
  byte = 0;
  assert_int_equal (kith_socket_receive (accepted, &byte, 1, &moved, NULL), KITH_IO_OK);
  assert_int_equal (byte, 'k');
  kith_socket_close (accepted);
  kith_socket_close (socket);
}

static void
reaches_literals (void **state)
{
  static const struct {
    const char *listen, *connect;
  } cases[] = {{"127.0.0.1", "127.0.0.1"}, {"[::1]", "::1"}, {"[::1]", "[::1]"}, {"127.0.0.3", "127.0.0.3"}};

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    KithAddress address;
    if (!loopback_has (cases[i].listen))
      continue;
    KithSocket listener = loopback_listen (cases[i].listen, &address);
    assert_reaches (cases[i].connect, &address, listener);
    kith_socket_close (listener);
  }
}

/* "localhost" is two addresses; when the first refuses, the other is tried at once. */
static void
reaches_the_family_that_listens (void **state)
{
  static const char *const families[] = {"127.0.0.1", "[::1]"};

  for (gsize i = 0; i < G_N_ELEMENTS (families); i++) {
    KithAddress address;
    if (!loopback_has (families[i]))
      continue;
    KithSocket listener = loopback_listen (families[i], &address);
    assert_reaches ("localhost", &address, listener);
    assert_reaches ("LocalHost", &address, listener);
    kith_socket_close (listener);
  }
}

/* The clock stands still: the second attempt begins because the first has failed. */
static void
goes_on_at_once_after_a_refusal (void **state)
{
  KithAddress address;
  KithSocket socket = KITH_SOCKET_NONE, listener = loopback_listen ("127.0.0.1", &address);
  g_autoptr (KithConnector) connector = NULL;
  KithIo status;

  CHECK (connector = kith_connector_new ("localhost", kith_address_port (&address), &error));
  while ((status = kith_connector_step (connector, 1000, &socket, NULL)) == KITH_IO_AGAIN) {
    g_autoptr (GArray) watches = g_array_new (FALSE, FALSE, sizeof (KithWatch));
    kith_connector_watches (connector, watches);
    assert_int_equal (watches->len, 1);
    loopback_wait (g_array_index (watches, KithWatch, 0).socket, KITH_POLL_WRITE);
  }
  assert_int_equal (status, KITH_IO_OK);
  kith_socket_close (socket);
  kith_socket_close (listener);
}

/* Needs the thread: a name that the system's own table of hosts knows. */
static void
looks_up_names (void **state)
{
  g_autoptr (KithWake) wake = NULL;
  g_autoptr (KithLookup) lookup = NULL;
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (KithAddress));
  g_autoptr (GError) failure = NULL;
  KithIo status;

  CHECK (wake = kith_wake_new (&error));
  lookup = kith_lookup_start ("localhost", 5484, wake);
  while ((status = kith_lookup_take (lookup, addresses, &failure)) == KITH_IO_AGAIN) {
    loopback_wait (kith_wake_socket (wake), KITH_POLL_READ);
    kith_wake_clear (wake);
  }
  assert_int_equal (status, KITH_IO_OK);
  assert_in_range (addresses->len, 1, 16);
  for (guint i = 0; i < addresses->len; i++) {
    const KithAddress *address = &g_array_index (addresses, KithAddress, i);
    assert_true (kith_address_is_loopback (address));
    assert_int_equal (kith_address_port (address), 5484);
  }
}

static void
says_that_a_name_is_unknown (void **state)
{
  g_autoptr (GError) failure = NULL;
  KithSocket socket;

  assert_int_equal (connect_to ("no-such-machine.invalid", 5484, &socket, &failure), KITH_IO_ERROR);
  assert_int_equal (socket, KITH_SOCKET_NONE);
  assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_LOOKUP));
  assert_non_null (strstr (failure->message, "Cannot reach no-such-machine.invalid. "));
}

/* The loop may lose interest at any moment; the thread ends by itself. */
static void
may_be_left_alone (void **state)
{
  for (guint i = 0; i < 20; i++) {
    KithConnector *connector;
    KithSocket socket;
    CHECK (connector = kith_connector_new ("no-such-machine.invalid", 1, &error));
    if (i % 2 == 0)
      kith_connector_step (connector, g_get_monotonic_time (), &socket, NULL);
    kith_connector_free (connector);
  }
}

static void
says_who_refused (void **state)
{
  KithAddress address = loopback_refusing ();
  char text[KITH_ADDRESS_TEXT];
  g_autoptr (GError) failure = NULL;
  KithSocket socket;

  assert_int_equal (connect_to ("localhost", kith_address_port (&address), &socket, &failure), KITH_IO_ERROR);
  assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_REFUSED));
  assert_non_null (strstr (failure->message, "Cannot reach localhost. "));
  assert_non_null (strstr (failure->message, kith_address_format (&address, text)));
  assert_non_null (strstr (failure->message, "[::1]:"));
}

static void
refuses_hosts_that_are_none (void **state)
{
  static const char *const hosts[] = {"", "a b", "*", "[::1", "::1::2", "unix:", "a/b", "\xff"};

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_autoptr (GError) failure = NULL;
    assert_null (kith_connector_new (hosts[i], 1, &failure));
    assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_ADDRESS));
  }
}

/* A listener whose queue is full: attempts to it get no answer, as behind a firewall that drops them. */
typedef struct {
  KithSocket listener;
  KithAddress address;
  KithSocket clients[8];
} BlackHole;

static void
dig (BlackHole *hole, const char *host, guint16 port)
{
  CHECK (kith_address_parse (host, port, &hole->address, &error));
  CHECK ((hole->listener = kith_socket_listen (&hole->address, 0, &error)) != KITH_SOCKET_NONE);
  CHECK (kith_socket_local_address (hole->listener, &hole->address, &error));
  for (guint i = 0; i < G_N_ELEMENTS (hole->clients); i++)
    CHECK ((hole->clients[i] = kith_socket_connect (&hole->address, &error)) != KITH_SOCKET_NONE);
}

static void
fill_up (BlackHole *hole)
{
  for (guint i = 0; i < G_N_ELEMENTS (hole->clients); i++)
    kith_socket_close (hole->clients[i]);
  kith_socket_close (hole->listener);
}

/* The time is the test's own: no attempt is waited for longer than the stagger says. */
static void
goes_on_after_a_black_hole (void **state)
{
  BlackHole hole;
  KithAddress good;
  KithSocket listener, socket;
  g_autoptr (KithConnector) connector = NULL;

  if (!loopback_has ("[::1]"))
    skip ();
  listener = loopback_listen ("127.0.0.1", &good);
  dig (&hole, "[::1]", kith_address_port (&good));
  CHECK (connector = kith_connector_new ("localhost", kith_address_port (&good), &error));
  assert_int_equal (kith_connector_step (connector, 1000, &socket, NULL), KITH_IO_AGAIN);
  assert_int_equal (kith_connector_due (connector), 1000 + 250 * G_TIME_SPAN_MILLISECOND);
  assert_int_equal (kith_connector_step (connector, 1000 + 249 * G_TIME_SPAN_MILLISECOND, &socket, NULL),
                    KITH_IO_AGAIN);
  g_autoptr (GArray) watches = g_array_new (FALSE, FALSE, sizeof (KithWatch));
  kith_connector_watches (connector, watches);
  assert_int_equal (watches->len, 1);

  KithIo status = kith_connector_step (connector, 1000 + 250 * G_TIME_SPAN_MILLISECOND, &socket, NULL);
  if (status == KITH_IO_AGAIN) {
    loopback_wait (listener, KITH_POLL_READ);
    status = kith_connector_step (connector, 1000 + 250 * G_TIME_SPAN_MILLISECOND, &socket, NULL);
  }
  assert_int_equal (status, KITH_IO_OK);
  kith_socket_close (socket);
  kith_socket_close (listener);
  fill_up (&hole);
}

static void
gives_up_in_the_end (void **state)
{
  BlackHole hole;
  KithSocket socket;
  g_autoptr (KithConnector) connector = NULL;
  g_autoptr (GError) failure = NULL;

  dig (&hole, "127.0.0.1", 0);
  CHECK (connector = kith_connector_new ("127.0.0.1", kith_address_port (&hole.address), &error));
  assert_int_equal (kith_connector_step (connector, 1000, &socket, NULL), KITH_IO_AGAIN);
  gint64 due = kith_connector_due (connector);
  assert_int_equal (due, 1000 + 15 * G_TIME_SPAN_SECOND);
  assert_int_equal (kith_connector_step (connector, due - 1, &socket, NULL), KITH_IO_AGAIN);
  assert_int_equal (kith_connector_step (connector, due, &socket, &failure), KITH_IO_ERROR);
  assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_TIMED_OUT));
  fill_up (&hole);
}

/* What is said of a Unix socket names its path. */
static void
reaches_unix_sockets (void **state)
{
  g_autofree char *dir = NULL, *text = NULL;
  KithAddress address;
  KithSocket listener, socket;
  g_autoptr (GError) failure = NULL;

  if (!loopback_has_unix ())
    skip ();
  CHECK (dir = g_dir_make_tmp ("kith-unix-XXXXXX", &error));
  text = g_strdup_printf ("unix:%s/sock", dir);
  assert_int_equal (connect_to (text, 0, &socket, &failure), KITH_IO_ERROR);
  assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_ADDRESS));
  assert_non_null (strstr (failure->message, text));
  g_clear_error (&failure);

  CHECK (kith_address_parse (text, 0, &address, &error));
  CHECK ((listener = kith_socket_listen (&address, 8, &error)) != KITH_SOCKET_NONE);
  assert_reaches (text, &address, listener);
  kith_socket_close (listener);
  assert_int_equal (connect_to (text, 0, &socket, &failure), KITH_IO_ERROR);
  assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_REFUSED));
  g_unlink (text + strlen ("unix:"));
  g_rmdir (dir);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (reaches_literals),
      cmocka_unit_test (reaches_the_family_that_listens),
      cmocka_unit_test (goes_on_at_once_after_a_refusal),
      cmocka_unit_test (looks_up_names),
      cmocka_unit_test (says_that_a_name_is_unknown),
      cmocka_unit_test (may_be_left_alone),
      cmocka_unit_test (says_who_refused),
      cmocka_unit_test (refuses_hosts_that_are_none),
      cmocka_unit_test (goes_on_after_a_black_hole),
      cmocka_unit_test (gives_up_in_the_end),
      cmocka_unit_test (reaches_unix_sockets),
  };

  if (!kith_net_start (NULL))
    return 1;
  return cmocka_run_group_tests_name ("connector", tests, NULL, NULL);
}
