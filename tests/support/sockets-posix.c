/* sockets-posix.c - a socket is a descriptor. */
#include "support/sockets.h"

#include <sys/socket.h>

int
test_poll (GPollFD *fds, guint n, int timeout_ms)
{
  return g_poll (fds, n, timeout_ms);
}

void
test_socket_hold (KithSocket socket, int bytes)
{
  setsockopt ((int) socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  setsockopt ((int) socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}
