/* socket.c - what non-blocking sockets share on Winsock and BSD. The platform's part is behind system.h. */
#include "net/net-private.h"

#include <string.h>

static void
set_flag (KithSocket socket, int level, int name, int value)
{
  (void) setsockopt (socket, level, name, (const void *) &value, sizeof value);
}

static void
prepare_stream (KithSocket socket, int family)
{
  if (family != AF_UNIX)
    set_flag (socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

static KithSocket
fail_and_close (KithSocket socket, KithDoing doing, const KithAddress *address, GError **error)
{
  kith_net_fail_last (error, doing, address);
  kith_socket_close (socket);
  return KITH_SOCKET_NONE;
}

/* Opens a socket and binds it; an IPv6 socket is IPv6 only. */
static KithSocket
open_bound (const KithAddress *address, int type, KithDoing doing, gboolean (*prepare) (KithSocket), GError **error)
{
  int family = kith_address_family (address);
  KithSocket fd = kith_system_open (family, type);

  if (fd == KITH_SOCKET_NONE)
    return fail_and_close (fd, KITH_DOING_SETUP, address, error);
  if (family == AF_INET6)
    set_flag (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if ((family != AF_UNIX && !prepare (fd)) || !kith_system_bind (fd, address))
    return fail_and_close (fd, doing, address, error);
  return fd;
}

KithSocket
kith_socket_listen (const KithAddress *address, int backlog, GError **error)
{
  gboolean is_unix = kith_address_is_unix (address);
  KithDoing doing = is_unix ? KITH_DOING_LISTEN_UNIX : KITH_DOING_LISTEN;

  if (is_unix && !kith_system_clear_stale (address, error))
    return KITH_SOCKET_NONE;

  KithSocket fd = open_bound (address, SOCK_STREAM, doing, kith_system_prepare_listener, error);
  if (fd != KITH_SOCKET_NONE && listen (fd, backlog) != 0)
    return fail_and_close (fd, doing, address, error);
  return fd;
}

KithSocket
kith_socket_accept (KithSocket listener, KithAddress *peer, KithIo *status, GError **error)
{
  KithAddress from = {0};
  socklen_t length = sizeof from.data;
  KithSocket fd = kith_system_accept (listener, kith_address_raw (&from), &length);

  if (fd == KITH_SOCKET_NONE) {
    int code = kith_system_last_error ();
    gboolean later = (kith_net_error_flags (code) & (KITH_SYSTEM_AGAIN | KITH_SYSTEM_PEER_GONE)) != 0;
    *status = later ? KITH_IO_AGAIN : KITH_IO_ERROR;
    if (!later)
      kith_net_fail (error, KITH_DOING_ACCEPT, code, NULL);
    return fd;
  }
  from.length = MIN ((guint32) length, (guint32) sizeof from.data);
  prepare_stream (fd, kith_address_family (&from));
  if (peer != NULL)
    *peer = from;
  *status = KITH_IO_OK;
  return fd;
}

KithSocket
kith_socket_connect (const KithAddress *address, GError **error)
{
  KithDoing doing = kith_address_is_unix (address) ? KITH_DOING_CONNECT_UNIX : KITH_DOING_CONNECT;
  KithSocket fd = kith_system_open (kith_address_family (address), SOCK_STREAM);

  if (fd == KITH_SOCKET_NONE)
    return fail_and_close (fd, KITH_DOING_SETUP, address, error);
  prepare_stream (fd, kith_address_family (address));
  if (connect (fd, kith_address_raw (address), (socklen_t) address->length) != 0 &&
      (kith_net_error_flags (kith_system_last_error ()) & KITH_SYSTEM_CONNECTING) == 0)
    return fail_and_close (fd, doing, address, error);
  return fd;
}

/* An attempt that is still under way has neither an error nor a peer. */
KithIo
kith_socket_connected (KithSocket socket, GError **error)
{
  int code = 0;
  socklen_t size = sizeof code;
  KithAddress peer;

  if (getsockopt (socket, SOL_SOCKET, SO_ERROR, (void *) &code, &size) != 0)
    code = kith_system_last_error ();
  if (code != 0) {
    kith_net_fail (error, KITH_DOING_CONNECT, code, NULL);
    return KITH_IO_ERROR;
  }
  return kith_socket_peer_address (socket, &peer, NULL) ? KITH_IO_OK : KITH_IO_AGAIN;
}

KithSocket
kith_socket_datagram (const KithAddress *local, GError **error)
{
  return open_bound (local, SOCK_DGRAM, KITH_DOING_DATAGRAM, kith_system_prepare_datagram, error);
}

/* A call that moved nothing: wait, or broken. */
static KithIo
nothing_moved (GError **error)
{
  int code = kith_system_last_error ();

  if ((kith_net_error_flags (code) & KITH_SYSTEM_AGAIN) != 0)
    return KITH_IO_AGAIN;
  kith_net_fail (error, KITH_DOING_IO, code, NULL);
  return KITH_IO_ERROR;
}

KithIo
kith_socket_send_to (KithSocket socket, const void *data, gsize size, const KithAddress *to, GError **error)
{
  gssize n =
      sendto (socket, data, MIN (size, G_MAXINT), KITH_SEND_FLAGS, kith_address_raw (to), (socklen_t) to->length);
  return n >= 0 ? KITH_IO_OK : nothing_moved (error);
}

KithIo
kith_socket_receive_from (KithSocket socket, void *data, gsize size, gsize *got, KithAddress *from, GError **error)
{
  KithAddress sender = {0};
  socklen_t length = sizeof sender.data;
  gssize n = kith_system_receive_from (socket, data, MIN (size, G_MAXINT), kith_address_raw (&sender), &length);

  *got = 0;
  if (n < 0)
    return nothing_moved (error);
  sender.length = MIN ((guint32) length, (guint32) sizeof sender.data);
  *got = (gsize) n;
  *from = sender;
  return KITH_IO_OK;
}

gboolean
kith_socket_set_broadcast (KithSocket socket, GError **error)
{
  int on = 1;

  if (setsockopt (socket, SOL_SOCKET, SO_BROADCAST, (const void *) &on, sizeof on) == 0)
    return TRUE;
  kith_net_fail_last (error, KITH_DOING_SETUP, NULL);
  return FALSE;
}

KithIo
kith_socket_send (KithSocket socket, const void *data, gsize size, gsize *sent, GError **error)
{
  gssize n = send (socket, data, MIN (size, G_MAXINT), KITH_SEND_FLAGS);

  *sent = n > 0 ? (gsize) n : 0;
  return n >= 0 ? KITH_IO_OK : nothing_moved (error);
}

KithIo
kith_socket_receive (KithSocket socket, void *data, gsize size, gsize *got, GError **error)
{
  gssize n = recv (socket, data, MIN (size, G_MAXINT), 0);

  *got = n > 0 ? (gsize) n : 0;
  if (n < 0)
    return nothing_moved (error);
  return n == 0 && size > 0 ? KITH_IO_END : KITH_IO_OK;
}

static gboolean
take_address (int result, const KithAddress *found, socklen_t length, KithAddress *out, GError **error)
{
  if (result != 0) {
    kith_net_fail_last (error, KITH_DOING_IO, NULL);
    return FALSE;
  }
  *out = *found;
  out->length = MIN ((guint32) length, (guint32) sizeof found->data);
  return TRUE;
}

gboolean
kith_socket_local_address (KithSocket socket, KithAddress *out, GError **error)
{
  KithAddress found = {0};
  socklen_t length = sizeof found.data;
  int result = getsockname (socket, kith_address_raw (&found), &length);
  return take_address (result, &found, length, out, error);
}

gboolean
kith_socket_peer_address (KithSocket socket, KithAddress *out, GError **error)
{
  KithAddress found = {0};
  socklen_t length = sizeof found.data;
  int result = getpeername (socket, kith_address_raw (&found), &length);
  return take_address (result, &found, length, out, error);
}

void
kith_socket_shutdown_write (KithSocket socket)
{
  (void) shutdown (socket, KITH_SHUTDOWN_WRITE);
}
