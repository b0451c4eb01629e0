/* loopback.c - see loopback.h. */
#include "support/loopback.h"
#include "support/check.h"

#include <glib/gstdio.h>
#include <string.h>

KithSocket
loopback_listen (const char *host, KithAddress *address)
{
  KithSocket listener;

  CHECK (kith_address_parse (host, 0, address, &error));
  CHECK ((listener = kith_socket_listen (address, 128, &error)) != KITH_SOCKET_NONE);
  CHECK (kith_socket_local_address (listener, address, &error));
  return listener;
}

gboolean
loopback_has (const char *host)
{
  KithAddress address;
  KithSocket listener;

  CHECK (kith_address_parse (host, 0, &address, &error));
  listener = kith_socket_listen (&address, 1, NULL);
  kith_socket_close (listener);
  return listener != KITH_SOCKET_NONE;
}

gboolean
loopback_has_unix (void)
{
  g_autofree char *dir = NULL;
  g_autoptr (GError) failure = NULL;
  KithAddress address;
  CHECK (kith_net_start (&error));
  CHECK ((dir = g_dir_make_tmp ("kith-XXXXXX", &error)) != NULL);
  g_autofree char *text = g_strdup_printf ("unix:%s/sock", dir);
  CHECK (kith_address_parse (text, 0, &address, &error));
  KithSocket listener = kith_socket_listen (&address, 1, &failure);
  kith_socket_close (listener);
  g_unlink (text + strlen ("unix:"));
  g_rmdir (dir);
  if (listener == KITH_SOCKET_NONE)
    print_message ("No Unix sockets here: %s\n", failure->message);
  return listener != KITH_SOCKET_NONE;
}

guint
loopback_wait (KithSocket socket, guint events)
{
  g_autoptr (KithPoller) poller = NULL;
  g_autoptr (GArray) ready = g_array_new (FALSE, FALSE, sizeof (KithReady));
  gint64 deadline = g_get_monotonic_time () + LOOPBACK_PATIENCE_US;

  CHECK (poller = kith_poller_new (KITH_POLLER_BEST, &error));
  CHECK (kith_poller_add (poller, socket, KITH_PLACE_NESTED, events, 1, &error));
  while (ready->len == 0 && g_get_monotonic_time () < deadline)
    CHECK (kith_poller_wait (poller, G_USEC_PER_SEC, 1, ready, &error));
  if (ready->len == 0)
    fail_msg ("a socket was not ready in time");
  return g_array_index (ready, KithReady, 0).events;
}

void
loopback_pair (KithSocket pair[2])
{
  KithAddress address;
  KithIo status;
  KithSocket listener = loopback_listen ("127.0.0.1", &address);

  CHECK ((pair[0] = kith_socket_connect (&address, &error)) != KITH_SOCKET_NONE);
  loopback_wait (listener, KITH_POLL_READ);
  CHECK ((pair[1] = kith_socket_accept (listener, NULL, &status, &error)) != KITH_SOCKET_NONE);
  loopback_wait (pair[0], KITH_POLL_WRITE);
  assert_int_equal (kith_socket_connected (pair[0], NULL), KITH_IO_OK);
  kith_socket_close (listener);
}

KithAddress
loopback_refusing (void)
{
  KithAddress address;

  kith_socket_close (loopback_listen ("127.0.0.1", &address));
  return address;
}
