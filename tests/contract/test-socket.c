/* Sockets: listening and what is said when it cannot be, accepting, datagrams, Unix sockets, descriptors. */
#include "support/check.h"
#include "support/files.h"
#include "support/loopback.h"

#include <glib/gstdio.h>
#include <string.h>

static KithSocket
accept_one (KithSocket listener, KithAddress *peer)
{
  KithSocket socket;
  KithIo status;

  loopback_wait (listener, KITH_POLL_READ);
  CHECK ((socket = kith_socket_accept (listener, peer, &status, &error)) != KITH_SOCKET_NONE);
  assert_int_equal (status, KITH_IO_OK);
  return socket;
}

/* Who connects to address finds listener. */
static void
assert_answers (const KithAddress *address, KithSocket listener)
{
  KithSocket client, accepted;
  char byte = 0;
  gsize moved;

  CHECK ((client = kith_socket_connect (address, &error)) != KITH_SOCKET_NONE);
  accepted = accept_one (listener, NULL);
  loopback_wait (client, KITH_POLL_WRITE);
  assert_int_equal (kith_socket_connected (client, NULL), KITH_IO_OK);
  assert_int_equal (kith_socket_send (client, "k", 1, &moved, NULL), KITH_IO_OK);
  loopback_wait (accepted, KITH_POLL_READ);
  assert_int_equal (kith_socket_receive (accepted, &byte, 1, &moved, NULL), KITH_IO_OK);
  assert_int_equal (byte, 'k');
  kith_socket_close (accepted);
  kith_socket_close (client);
}

static void
accepts_and_knows_both_ends (void **state)
{
  static const char *const hosts[] = {"127.0.0.1", "[::1]"};

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++) {
    KithAddress address, peer, local;
    KithIo status;
    KithSocket client, accepted, listener;
    if (!loopback_has (hosts[i]))
      continue;
    listener = loopback_listen (hosts[i], &address);
    assert_int_equal (kith_socket_accept (listener, NULL, &status, NULL), KITH_SOCKET_NONE);
    assert_int_equal (status, KITH_IO_AGAIN);
    CHECK ((client = kith_socket_connect (&address, &error)) != KITH_SOCKET_NONE);
    accepted = accept_one (listener, &peer);
    CHECK (kith_socket_local_address (client, &local, &error));
    assert_true (kith_address_equal (&peer, &local));
    CHECK (kith_socket_peer_address (client, &peer, &error));
    assert_true (kith_address_equal (&peer, &address));
    kith_socket_close (accepted);
    kith_socket_close (client);
    kith_socket_close (listener);
  }
}

/* A port that was used a moment ago can be listened on again at once. */
static void
listens_again_at_once (void **state)
{
  KithAddress address;
  KithSocket client, accepted, listener = loopback_listen ("127.0.0.1", &address);

  CHECK ((client = kith_socket_connect (&address, &error)) != KITH_SOCKET_NONE);
  accepted = accept_one (listener, NULL);
  kith_socket_close (accepted);
  kith_socket_close (listener);
  kith_socket_close (client);
  CHECK ((listener = kith_socket_listen (&address, 8, &error)) != KITH_SOCKET_NONE);
  kith_socket_close (listener);
}

/* IPv4 and IPv6 of one port are two sockets. */
static void
listens_on_both_families (void **state)
{
  KithAddress four, six;
  KithSocket first, second;

  if (!loopback_has ("[::1]"))
    skip ();
  first = loopback_listen ("*", &four);
  CHECK (kith_address_parse ("[::]", kith_address_port (&four), &six, &error));
  CHECK ((second = kith_socket_listen (&six, 8, &error)) != KITH_SOCKET_NONE);
  kith_socket_close (first);
  kith_socket_close (second);
}

/* Takes every descriptor that the process may have. */
static void
exhaust (GArray *taken)
{
  KithSocket socket;

  while ((socket = kith_socket_reserve ()) != KITH_SOCKET_NONE)
    g_array_append_val (taken, socket);
}

static void
says_when_descriptors_run_out (void **state)
{
  guint limit = kith_socket_raise_limit (0);
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (KithSocket));
  g_autoptr (GError) failure = NULL;
  KithAddress address;
  KithIo status;

  if (limit == 0 || limit > 100000)
    skip ();
  KithSocket client, listener = loopback_listen ("127.0.0.1", &address);
  CHECK ((client = kith_socket_connect (&address, &error)) != KITH_SOCKET_NONE);
  loopback_wait (listener, KITH_POLL_READ);
  exhaust (taken);
  KithSocket refused = kith_socket_accept (listener, NULL, &status, &failure);
  for (guint i = 0; i < taken->len; i++)
    kith_socket_close (g_array_index (taken, KithSocket, i));

  assert_int_equal (refused, KITH_SOCKET_NONE);
  assert_int_equal (status, KITH_IO_ERROR);
  assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_DESCRIPTORS));
  assert_non_null (strstr (failure->message, "Raise the limit"));
  kith_socket_close (accept_one (listener, NULL));
  kith_socket_close (client);
  kith_socket_close (listener);
}

/* ---- Unix-domain sockets ---- */

typedef struct {
  char *dir, *path;
  KithAddress address;
} UnixPlace;

static int
set_up_unix (void **state)
{
  UnixPlace *place = g_new0 (UnixPlace, 1);

  CHECK (place->dir = g_dir_make_tmp ("kith-unix-XXXXXX", &error));
  place->path = g_build_filename (place->dir, "sock", NULL);
  g_autofree char *text = g_strconcat ("unix:", place->path, NULL);
  CHECK (kith_address_parse (text, 0, &place->address, &error));
  *state = place;
  return 0;
}

static int
tear_down_unix (void **state)
{
  UnixPlace *place = *state;

  g_unlink (place->path);
  g_rmdir (place->dir);
  g_free (place->dir);
  g_free (place->path);
  g_free (place);
  return 0;
}

static void
unix_is_for_its_owner (void **state)
{
  UnixPlace *place = *state;
  KithSocket listener;

  if (!loopback_has_unix ())
    skip ();
  CHECK ((listener = kith_socket_listen (&place->address, 8, &error)) != KITH_SOCKET_NONE);
  test_assert_mode (place->path, 0600);
  assert_answers (&place->address, listener);
  kith_socket_close (listener);
}

static void
unix_replaces_only_what_is_stale (void **state)
{
  UnixPlace *place = *state;
  g_autoptr (GError) failure = NULL;
  KithSocket first, second, probe;
  KithIo status;

  if (!loopback_has_unix ())
    skip ();
  CHECK ((first = kith_socket_listen (&place->address, 8, &error)) != KITH_SOCKET_NONE);
  assert_int_equal (kith_socket_listen (&place->address, 8, &failure), KITH_SOCKET_NONE);
  assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_IN_USE));
  /* The second looked whether anybody answers. */
  CHECK ((probe = kith_socket_accept (first, NULL, &status, &error)) != KITH_SOCKET_NONE);
  kith_socket_close (probe);
  assert_answers (&place->address, first);
  kith_socket_close (first);

  CHECK ((second = kith_socket_listen (&place->address, 8, &error)) != KITH_SOCKET_NONE);
  assert_answers (&place->address, second);
  kith_socket_close (second);
}

static void
unix_never_removes_a_file (void **state)
{
  UnixPlace *place = *state;
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = NULL;

  CHECK (g_file_set_contents (place->path, "precious", -1, &error));
  assert_int_equal (kith_socket_listen (&place->address, 8, &failure), KITH_SOCKET_NONE);
  assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_IN_USE));
  CHECK (g_file_get_contents (place->path, &text, NULL, &error));
  assert_string_equal (text, "precious");
}

/* ---- sentences ---- */

static void
listening_says_what_is_wrong (void **state)
{
  KithAddress taken, foreign;
  KithSocket listener = loopback_listen ("127.0.0.1", &taken);
  g_autoptr (GError) failure = NULL;
  g_autofree char *expected = g_strdup_printf (
      "Port %u is already in use (another kithd?). Choose another with --listen.", kith_address_port (&taken));

  assert_int_equal (kith_socket_listen (&taken, 8, &failure), KITH_SOCKET_NONE);
  assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_IN_USE));
  assert_string_equal (failure->message, expected);
  kith_socket_close (listener);
  g_clear_error (&failure);

  CHECK (kith_address_parse ("192.0.2.9:0", 0, &foreign, &error));
  assert_int_equal (kith_socket_listen (&foreign, 8, &failure), KITH_SOCKET_NONE);
  assert_true (g_error_matches (failure, KITH_NET_ERROR, KITH_NET_ERROR_ADDRESS));
  assert_non_null (strstr (failure->message, "This machine has no address 192.0.2.9."));
}

/* One datagram each way; one that is too long is cut, and nobody waiting is no error. */
static void
datagrams_arrive_whole_or_cut (void **state)
{
  KithAddress local, from, at[2];
  KithSocket sockets[2];
  char data[64];
  gsize got;

  CHECK (kith_address_parse ("127.0.0.1", 0, &local, &error));
  for (guint i = 0; i < 2; i++) {
    CHECK ((sockets[i] = kith_socket_datagram (&local, &error)) != KITH_SOCKET_NONE);
    CHECK (kith_socket_local_address (sockets[i], &at[i], &error));
  }
  assert_int_equal (kith_socket_receive_from (sockets[1], data, sizeof data, &got, &from, NULL), KITH_IO_AGAIN);
  assert_int_equal (kith_socket_send_to (sockets[0], "hello, world", 12, &at[1], NULL), KITH_IO_OK);
  loopback_wait (sockets[1], KITH_POLL_READ);
  assert_int_equal (kith_socket_receive_from (sockets[1], data, 5, &got, &from, NULL), KITH_IO_OK);
  assert_int_equal (got, 5);
  assert_memory_equal (data, "hello", 5);
  assert_true (kith_address_equal (&from, &at[0]));
  assert_int_equal (kith_socket_receive_from (sockets[1], data, sizeof data, &got, &from, NULL), KITH_IO_AGAIN);

  kith_socket_close (sockets[1]);
  assert_int_equal (kith_socket_send_to (sockets[0], "anybody?", 8, &at[1], NULL), KITH_IO_OK);
  assert_int_equal (kith_socket_receive_from (sockets[0], data, sizeof data, &got, &from, NULL), KITH_IO_AGAIN);
  kith_socket_close (sockets[0]);
}

#define UNIX_TEST(test) cmocka_unit_test_setup_teardown (test, set_up_unix, tear_down_unix)

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (accepts_and_knows_both_ends),
      cmocka_unit_test (listens_again_at_once),
      cmocka_unit_test (listens_on_both_families),
      cmocka_unit_test (says_when_descriptors_run_out),
      UNIX_TEST (unix_is_for_its_owner),
      UNIX_TEST (unix_replaces_only_what_is_stale),
      UNIX_TEST (unix_never_removes_a_file),
      cmocka_unit_test (listening_says_what_is_wrong),
      cmocka_unit_test (datagrams_arrive_whole_or_cut),
  };

  if (!kith_net_start (NULL))
    return 1;
  return cmocka_run_group_tests_name ("socket", tests, NULL, NULL);
}
