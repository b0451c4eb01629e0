/* socket-posix.c - sockets of POSIX systems: how they are made and closed, and what errno means. */
#define _GNU_SOURCE /* accept4 */
#include "net/net-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

const KithSystemError kith_system_errors[] = {
    {EAGAIN, KITH_NET_ERROR_FAILED, KITH_SYSTEM_AGAIN},
#if EWOULDBLOCK != EAGAIN
    {EWOULDBLOCK, KITH_NET_ERROR_FAILED, KITH_SYSTEM_AGAIN},
#endif
    {EINTR, KITH_NET_ERROR_FAILED, KITH_SYSTEM_AGAIN},
    {ENOBUFS, KITH_NET_ERROR_FAILED, KITH_SYSTEM_AGAIN},
    {EINPROGRESS, KITH_NET_ERROR_FAILED, KITH_SYSTEM_CONNECTING},
    {ECONNABORTED, KITH_NET_ERROR_RESET, KITH_SYSTEM_PEER_GONE},
    {EPROTO, KITH_NET_ERROR_RESET, KITH_SYSTEM_PEER_GONE},
    {EADDRINUSE, KITH_NET_ERROR_IN_USE, 0},
    {EACCES, KITH_NET_ERROR_DENIED, 0},
    {EPERM, KITH_NET_ERROR_DENIED, 0},
    {EADDRNOTAVAIL, KITH_NET_ERROR_ADDRESS, 0},
    {EAFNOSUPPORT, KITH_NET_ERROR_ADDRESS, 0},
    {ENOENT, KITH_NET_ERROR_ADDRESS, 0},
    {ENOTDIR, KITH_NET_ERROR_ADDRESS, 0},
    {ECONNREFUSED, KITH_NET_ERROR_REFUSED, 0},
    /* Linux reports errors of the new connection through accept (accept(2), "Error handling"). */
    {ENETUNREACH, KITH_NET_ERROR_UNREACHABLE, KITH_SYSTEM_PEER_GONE},
    {EHOSTUNREACH, KITH_NET_ERROR_UNREACHABLE, KITH_SYSTEM_PEER_GONE},
    {ENETDOWN, KITH_NET_ERROR_UNREACHABLE, KITH_SYSTEM_PEER_GONE},
    {EHOSTDOWN, KITH_NET_ERROR_UNREACHABLE, KITH_SYSTEM_PEER_GONE},
    {ENOPROTOOPT, KITH_NET_ERROR_FAILED, KITH_SYSTEM_PEER_GONE},
    {ETIMEDOUT, KITH_NET_ERROR_TIMED_OUT, 0},
    {ECONNRESET, KITH_NET_ERROR_RESET, 0},
    {EPIPE, KITH_NET_ERROR_RESET, 0},
    {EMFILE, KITH_NET_ERROR_DESCRIPTORS, 0},
    {ENFILE, KITH_NET_ERROR_DESCRIPTORS, 0},
};
const gsize kith_system_n_errors = G_N_ELEMENTS (kith_system_errors);

gboolean
kith_system_start (GError **error)
{
  return TRUE;
}

int
kith_system_last_error (void)
{
  return errno;
}

char *
kith_system_error_text (int code)
{
  return g_strdup (g_strerror (code));
}

KithSocket
kith_system_open (int family, int type)
{
  return socket (family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

KithSocket
kith_system_accept (KithSocket listener, struct sockaddr *peer, socklen_t *length)
{
  return accept4 ((int) listener, peer, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

gboolean
kith_system_prepare_listener (KithSocket socket)
{
  int on = 1;
  return setsockopt ((int) socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
}

gboolean
kith_system_prepare_datagram (KithSocket socket)
{
  return TRUE;
}

/* The mode comes from the umask at the moment of bind, so that the file never has a wider one. The umask belongs to
 * the whole process; a file that another thread makes meanwhile is narrower than asked, never wider. */
gboolean
kith_system_bind (KithSocket socket, const KithAddress *address)
{
  const struct sockaddr *raw = kith_address_raw (address);

  if (!kith_address_is_unix (address))
    return bind ((int) socket, raw, address->length) == 0;

  mode_t before = umask (0177);
  int result = bind ((int) socket, raw, address->length);
  int code = errno;
  umask (before);
  errno = code;
  return result == 0;
}

/* TRUE when connecting is refused: then the socket file is what a process left behind. */
static gboolean
is_deserted (const KithAddress *address)
{
  KithSocket fd = kith_system_open (AF_UNIX, SOCK_STREAM);
  gboolean refused = fd != KITH_SOCKET_NONE && connect ((int) fd, kith_address_raw (address), address->length) != 0 &&
                     errno == ECONNREFUSED;

  kith_socket_close (fd);
  return refused;
}

gboolean
kith_system_clear_stale (const KithAddress *address, GError **error)
{
  const struct sockaddr_un *raw = (const struct sockaddr_un *) (const void *) kith_address_raw (address);
  struct stat found;

  if (lstat (raw->sun_path, &found) != 0)
    return TRUE;
  /* Connecting to a file that is no socket is refused too. */
  if (S_ISSOCK (found.st_mode) && is_deserted (address) && unlink (raw->sun_path) == 0)
    return TRUE;
  kith_net_fail (error, KITH_DOING_LISTEN_UNIX, EADDRINUSE, address);
  return FALSE;
}

gssize
kith_system_receive_from (KithSocket socket, void *data, gsize size, struct sockaddr *from, socklen_t *length)
{
  return recvfrom ((int) socket, data, size, 0, from, length);
}

void
kith_socket_close (KithSocket socket)
{
  if (socket != KITH_SOCKET_NONE)
    close ((int) socket);
}

gboolean
kith_socket_pair (KithSocket pair[2], GError **error)
{
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
    kith_net_fail_last (error, KITH_DOING_SETUP, NULL);
    return FALSE;
  }
  pair[0] = ends[0];
  pair[1] = ends[1];
  return TRUE;
}

KithSocket
kith_socket_raise (KithSocket socket, int floor)
{
  int raised = socket >= floor ? -1 : fcntl ((int) socket, F_DUPFD_CLOEXEC, floor);

  if (raised < 0)
    return socket;
  close ((int) socket);
  return raised;
}

guint
kith_socket_raise_limit (guint wanted)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return 0;
  if (limit.rlim_cur < wanted) {
    struct rlimit higher = {MIN ((rlim_t) wanted, limit.rlim_max), limit.rlim_max};
    if (setrlimit (RLIMIT_NOFILE, &higher) == 0)
      limit = higher;
  }
  return (guint) MIN (limit.rlim_cur, (rlim_t) G_MAXUINT);
}

KithSocket
kith_socket_reserve (void)
{
  return open ("/dev/null", O_RDONLY | O_CLOEXEC);
}
