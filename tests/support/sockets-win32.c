/* sockets-win32.c - WSAPoll has events of its own. A failed connect counts as writable, as on POSIX. */
#include "support/sockets.h"

#include <winsock2.h>

int
test_poll (GPollFD *fds, guint n, int timeout_ms)
{
  g_autofree WSAPOLLFD *polls = g_new0 (WSAPOLLFD, n);
  for (guint i = 0; i < n; i++) {
    polls[i].fd = (SOCKET) fds[i].fd;
    polls[i].events = (SHORT) (((fds[i].events & G_IO_IN) ? POLLRDNORM : 0) | ((fds[i].events & G_IO_OUT) ? POLLWRNORM : 0));
  }
  int found = WSAPoll (polls, n, timeout_ms);
  for (guint i = 0; i < n; i++)
    fds[i].revents =
        (gushort) (((polls[i].revents & POLLRDNORM) ? G_IO_IN : 0) | ((polls[i].revents & POLLWRNORM) ? G_IO_OUT : 0) |
                   ((polls[i].revents & POLLHUP) ? G_IO_HUP : 0) | ((polls[i].revents & POLLERR) ? G_IO_ERR : 0));
  return found;
}

void
test_socket_hold (KithSocket socket, int bytes)
{
  setsockopt ((SOCKET) socket, SOL_SOCKET, SO_RCVBUF, (const char *) &bytes, sizeof bytes);
  setsockopt ((SOCKET) socket, SOL_SOCKET, SO_SNDBUF, (const char *) &bytes, sizeof bytes);
}
