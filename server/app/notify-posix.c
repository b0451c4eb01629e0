/* notify-posix.c - the protocol of sd_notify(3), without its library. */
#include "app/notify.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A path, or "@name" in the abstract namespace of Linux (there a zero byte comes first). Returns 0 when it does not
 * fit. */
static socklen_t
fill_address (const char *name, struct sockaddr_un *address)
{
  gsize length = strlen (name);
  if ((*name != '/' && *name != '@') || length >= sizeof address->sun_path)
    return 0;
  address->sun_family = AF_UNIX;
  memcpy (address->sun_path, name, length);
  if (*name == '@')
    address->sun_path[0] = '\0';
  return (socklen_t) (G_STRUCT_OFFSET (struct sockaddr_un, sun_path) + length + (*name == '/' ? 1 : 0));
}

gboolean
kithd_notify (const char *lines)
{
  struct sockaddr_un address = {0};
  const char *name = g_getenv ("NOTIFY_SOCKET");
  socklen_t length = name != NULL ? fill_address (name, &address) : 0;
  int fd = length > 0 ? socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
  if (fd < 0)
    return FALSE;
  gssize sent =
      sendto (fd, lines, strlen (lines), MSG_NOSIGNAL, (const struct sockaddr *) (const void *) &address, length);
  close (fd);
  return sent >= 0;
}

/* Twice as often as demanded. $WATCHDOG_PID names whom it is meant for. */
gint64
kithd_notify_watchdog_us (void)
{
  const char *interval = g_getenv ("WATCHDOG_USEC"), *pid = g_getenv ("WATCHDOG_PID");
  guint64 us = 0, whom = 0;
  if (interval == NULL || !g_ascii_string_to_unsigned (interval, 10, 2, G_MAXINT64, &us, NULL))
    return 0;
  if (pid != NULL && (!g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT32, &whom, NULL) || whom != (guint64) getpid ()))
    return 0;
  return (gint64) us / 2;
}
