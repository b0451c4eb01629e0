/* poller-nest-epoll.c - the nested set of Linux: an epoll descriptor, which select watches like any other. Level
 * triggered; the kernel puts who was told at the end of its list, so a list cut short goes on with the others. */
#include "net/net-private.h"
#include "net/poller-private.h"

#include <sys/epoll.h>

#define MOST_AT_ONCE 4096

struct _KithNest {
  KithSocket fd;
  struct epoll_event *found; /* room for size of them */
  guint size;
};

KithNest *
kith_nest_new (GError **error)
{
  KithSocket fd = epoll_create1 (EPOLL_CLOEXEC);

  if (fd == KITH_SOCKET_NONE) {
    kith_net_fail_last (error, KITH_DOING_WAIT, NULL);
    return NULL;
  }
  KithNest *nest = g_new0 (KithNest, 1);
  nest->fd = fd;
  return nest;
}

void
kith_nest_free (KithNest *nest)
{
  if (nest == NULL)
    return;
  kith_socket_close (nest->fd);
  g_free (nest->found);
  g_free (nest);
}

KithSocket
kith_nest_socket (const KithNest *nest)
{
  return nest->fd;
}

static gboolean
control (KithNest *nest, int operation, KithSocket socket, guint wanted, guint64 token)
{
  struct epoll_event event = {.data.u64 = token};

  if (wanted & KITH_POLL_READ)
    event.events |= EPOLLIN;
  if (wanted & KITH_POLL_WRITE)
    event.events |= EPOLLOUT;
  return epoll_ctl ((int) nest->fd, operation, (int) socket, &event) == 0;
}

gboolean
kith_nest_add (KithNest *nest, KithSocket socket, guint wanted, guint64 token, GError **error)
{
  if (control (nest, EPOLL_CTL_ADD, socket, wanted, token))
    return TRUE;
  kith_net_fail_last (error, KITH_DOING_WAIT, NULL);
  return FALSE;
}

/* A connection that nobody can wait for would never be heard of again: when the kernel refuses twice it is cut, which
 * the set tells of whatever is wanted. */
void
kith_nest_change (KithNest *nest, KithSocket socket, guint wanted, guint64 token)
{
  if (control (nest, EPOLL_CTL_MOD, socket, wanted, token) || control (nest, EPOLL_CTL_MOD, socket, wanted, token))
    return;
  g_warning ("A connection cannot be waited for and is cut: %s", g_strerror (kith_system_last_error ()));
  shutdown ((int) socket, SHUT_RDWR);
}

/* It is closed next, and leaves the set with that at the latest. */
void
kith_nest_remove (KithNest *nest, KithSocket socket)
{
  control (nest, EPOLL_CTL_DEL, socket, 0, 0);
}

static guint
events_of (guint32 found)
{
  return ((found & EPOLLIN) ? KITH_POLL_READ : 0) | ((found & EPOLLOUT) ? KITH_POLL_WRITE : 0) |
         ((found & (EPOLLERR | EPOLLHUP)) ? KITH_POLL_ERROR : 0);
}

/* One epoll_wait and no second: it would tell the same ones again. */
void
kith_nest_collect (KithNest *nest, guint room, GArray *ready)
{
  room = MIN (room, MOST_AT_ONCE);
  if (room > nest->size) {
    nest->found = g_renew (struct epoll_event, nest->found, room);
    nest->size = room;
  }

  int n = epoll_wait ((int) nest->fd, nest->found, (int) room, 0);
  for (int i = 0; i < n; i++) {
    KithReady one = {nest->found[i].data.u64, events_of (nest->found[i].events)};
    g_array_append_val (ready, one);
  }
}
