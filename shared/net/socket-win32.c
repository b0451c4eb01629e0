/* socket-win32.c - sockets of Windows: how they are made and closed, and what Winsock's errors mean. */
#include "net/net-private.h"

#include <string.h>

#define BIND_PATIENCE_US (2 * G_TIME_SPAN_SECOND)

const KithSystemError kith_system_errors[] = {
    {WSAEWOULDBLOCK, KITH_NET_ERROR_FAILED, KITH_SYSTEM_AGAIN | KITH_SYSTEM_CONNECTING},
    {WSAEINTR, KITH_NET_ERROR_FAILED, KITH_SYSTEM_AGAIN},
    {WSAENOBUFS, KITH_NET_ERROR_FAILED, KITH_SYSTEM_AGAIN},
    {WSAEINPROGRESS, KITH_NET_ERROR_FAILED, KITH_SYSTEM_CONNECTING},
    {WSAECONNABORTED, KITH_NET_ERROR_RESET, 0},
    {WSAECONNRESET, KITH_NET_ERROR_RESET, KITH_SYSTEM_PEER_GONE},
    {WSAENETRESET, KITH_NET_ERROR_RESET, 0},
    {WSAESHUTDOWN, KITH_NET_ERROR_RESET, 0},
    {WSAEADDRINUSE, KITH_NET_ERROR_IN_USE, 0},
    {WSAEACCES, KITH_NET_ERROR_DENIED, 0},
    {WSAEADDRNOTAVAIL, KITH_NET_ERROR_ADDRESS, 0},
    {WSAEAFNOSUPPORT, KITH_NET_ERROR_ADDRESS, 0},
    {WSAECONNREFUSED, KITH_NET_ERROR_REFUSED, 0},
    {WSAENETUNREACH, KITH_NET_ERROR_UNREACHABLE, 0},
    {WSAEHOSTUNREACH, KITH_NET_ERROR_UNREACHABLE, 0},
    {WSAENETDOWN, KITH_NET_ERROR_UNREACHABLE, 0},
    {WSAETIMEDOUT, KITH_NET_ERROR_TIMED_OUT, 0},
    {WSAEMFILE, KITH_NET_ERROR_DESCRIPTORS, 0},
};
const gsize kith_system_n_errors = G_N_ELEMENTS (kith_system_errors);

gboolean
kith_system_start (GError **error)
{
  WSADATA data;
  int code = WSAStartup (MAKEWORD (2, 2), &data);

  if (code == 0)
    return TRUE;
  kith_net_fail (error, KITH_DOING_SETUP, code, NULL);
  return FALSE;
}

int
kith_system_last_error (void)
{
  return WSAGetLastError ();
}

char *
kith_system_error_text (int code)
{
  g_autofree char *text = g_win32_error_message (code);
  return *text != '\0' ? g_steal_pointer (&text) : g_strdup_printf ("error %d of Winsock", code);
}

/* Non-blocking; and urgent data comes in line, or a peer could keep select from sleeping with it. */
static gboolean
set_up (SOCKET socket)
{
  u_long on = 1;
  BOOL in_line = TRUE;

  (void) setsockopt (socket, SOL_SOCKET, SO_OOBINLINE, (const char *) &in_line, sizeof in_line);
  return ioctlsocket (socket, (long) FIONBIO, &on) == 0;
}

static KithSocket
set_up_or_close (SOCKET socket)
{
  if (socket == INVALID_SOCKET || set_up (socket))
    return (KithSocket) socket;

  int code = WSAGetLastError ();
  closesocket (socket);
  WSASetLastError (code);
  return KITH_SOCKET_NONE;
}

static SOCKET
open_blocking (int family, int type)
{
  return WSASocketW (family, type, 0, NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
}

KithSocket
kith_system_open (int family, int type)
{
  return set_up_or_close (open_blocking (family, type));
}

KithSocket
kith_system_accept (KithSocket listener, struct sockaddr *peer, socklen_t *length)
{
  SOCKET accepted = accept ((SOCKET) listener, peer, length);

  if (accepted != INVALID_SOCKET)
    SetHandleInformation ((HANDLE) accepted, HANDLE_FLAG_INHERIT, 0);
  return set_up_or_close (accepted);
}

/* SO_REUSEADDR of Windows would let another program take the port over. */
gboolean
kith_system_prepare_listener (KithSocket socket)
{
  BOOL on = TRUE;
  return setsockopt ((SOCKET) socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *) &on, sizeof on) == 0;
}

/* Without this, an ICMP "unreachable" for what was sent earlier makes a later receive fail. */
gboolean
kith_system_prepare_datagram (KithSocket socket)
{
  BOOL report = FALSE;
  DWORD unused;

  return WSAIoctl ((SOCKET) socket, SIO_UDP_CONNRESET, &report, sizeof report, NULL, 0, &unused, NULL, NULL) == 0;
}

/* The file of a Unix socket takes its rights from its directory. A port of a process that was ended gets free a moment
 * after it: a server that is started again at once tries for a while. */
gboolean
kith_system_bind (KithSocket socket, const KithAddress *address)
{
  gint64 deadline = g_get_monotonic_time () + BIND_PATIENCE_US;
  int result;
  while ((result = bind ((SOCKET) socket, kith_address_raw (address), (int) address->length)) != 0 &&
         WSAGetLastError () == WSAEADDRINUSE && kith_address_port (address) != 0 && g_get_monotonic_time () < deadline)
    g_usleep (BIND_PATIENCE_US / 40);
  return result == 0;
}

static gboolean
is_deserted (const KithAddress *address)
{
  SOCKET probe = open_blocking (AF_UNIX, SOCK_STREAM);
  gboolean refused = probe != INVALID_SOCKET &&
                     connect (probe, kith_address_raw (address), (int) address->length) != 0 &&
                     WSAGetLastError () == WSAECONNREFUSED;

  if (probe != INVALID_SOCKET)
    closesocket (probe);
  return refused;
}

/* A Unix socket's file is a reparse point; an ordinary file is left alone. */
gboolean
kith_system_clear_stale (const KithAddress *address, GError **error)
{
  const struct sockaddr_un *raw = (const struct sockaddr_un *) (const void *) kith_address_raw (address);
  g_autofree gunichar2 *path = g_utf8_to_utf16 (raw->sun_path, -1, NULL, NULL, NULL);
  DWORD found = path == NULL ? INVALID_FILE_ATTRIBUTES : GetFileAttributesW ((const wchar_t *) path);

  if (found == INVALID_FILE_ATTRIBUTES)
    return TRUE;
  if ((found & FILE_ATTRIBUTE_REPARSE_POINT) != 0 && is_deserted (address) && DeleteFileW ((const wchar_t *) path))
    return TRUE;
  kith_net_fail (error, KITH_DOING_LISTEN_UNIX, WSAEADDRINUSE, address);
  return FALSE;
}

gssize
kith_system_receive_from (KithSocket socket, void *data, gsize size, struct sockaddr *from, socklen_t *length)
{
  int n = recvfrom ((SOCKET) socket, data, (int) size, 0, from, length);

  return n < 0 && WSAGetLastError () == WSAEMSGSIZE ? (gssize) size : n;
}

void
kith_socket_close (KithSocket socket)
{
  if (socket != KITH_SOCKET_NONE)
    closesocket ((SOCKET) socket);
}

/* ---- a pair: two ends of a connection through loopback ---- */

static gboolean
listen_for_pair (SOCKET listener, KithAddress *address)
{
  socklen_t length = sizeof address->data;

  if (!kith_address_parse ("127.0.0.1:0", 0, address, NULL) || !kith_system_prepare_listener ((KithSocket) listener) ||
      !kith_system_bind ((KithSocket) listener, address) || listen (listener, 1) != 0)
    return FALSE;
  return getsockname (listener, kith_address_raw (address), &length) == 0;
}

/* Takes the one connection that is our own; anybody on the machine could have connected first. */
static SOCKET
accept_own (SOCKET listener, SOCKET own)
{
  KithAddress ours, theirs;

  if (!kith_socket_local_address ((KithSocket) own, &ours, NULL))
    return INVALID_SOCKET;
  for (int tries = 0; tries < 16; tries++) {
    SOCKET accepted = accept (listener, NULL, NULL);
    if (accepted == INVALID_SOCKET)
      return INVALID_SOCKET;
    if (kith_socket_peer_address ((KithSocket) accepted, &theirs, NULL) && kith_address_equal (&ours, &theirs))
      return accepted;
    closesocket (accepted);
  }
  return INVALID_SOCKET;
}

/* Blocking: connecting within the machine to a queue that has room takes no time. */
static gboolean
join (SOCKET listener, KithSocket pair[2])
{
  KithAddress address;
  SOCKET first = open_blocking (AF_INET, SOCK_STREAM), second = INVALID_SOCKET;

  if (first != INVALID_SOCKET && listen_for_pair (listener, &address) &&
      connect (first, kith_address_raw (&address), (int) address.length) == 0)
    second = accept_own (listener, first);
  if (second == INVALID_SOCKET) {
    kith_socket_close ((KithSocket) first);
    return FALSE;
  }
  SetHandleInformation ((HANDLE) second, HANDLE_FLAG_INHERIT, 0);
  pair[0] = set_up_or_close (first);
  pair[1] = set_up_or_close (second);
  return TRUE;
}

gboolean
kith_socket_pair (KithSocket pair[2], GError **error)
{
  SOCKET listener = open_blocking (AF_INET, SOCK_STREAM);
  gboolean joined = listener != INVALID_SOCKET && join (listener, pair);

  if (joined && pair[0] != KITH_SOCKET_NONE && pair[1] != KITH_SOCKET_NONE) {
    BOOL on = TRUE;
    for (int i = 0; i < 2; i++)
      (void) setsockopt ((SOCKET) pair[i], IPPROTO_TCP, TCP_NODELAY, (const char *) &on, sizeof on);
    closesocket (listener);
    return TRUE;
  }
  kith_net_fail_last (error, KITH_DOING_SETUP, NULL);
  kith_socket_close (joined ? pair[0] : KITH_SOCKET_NONE);
  kith_socket_close (joined ? pair[1] : KITH_SOCKET_NONE);
  kith_socket_close ((KithSocket) listener);
  return FALSE;
}

/* ---- descriptors: Windows has no small numbers that would have to stay free, and no limit to raise ---- */

KithSocket
kith_socket_raise (KithSocket socket, int floor)
{
  return socket;
}

guint
kith_socket_raise_limit (guint wanted)
{
  return wanted;
}

KithSocket
kith_socket_reserve (void)
{
  return kith_system_open (AF_INET, SOCK_STREAM);
}
