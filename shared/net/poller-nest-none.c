/* poller-nest-none.c - a platform without a nested set: everybody waits in select. As kith_nest_new makes none, the
 * others are never called. */
#include "net/poller-private.h"

KithNest *
kith_nest_new (GError **error)
{
  return NULL;
}

void
kith_nest_free (KithNest *nest)
{
}

KithSocket
kith_nest_socket (const KithNest *nest)
{
  return KITH_SOCKET_NONE;
}

gboolean
kith_nest_add (KithNest *nest, KithSocket socket, guint wanted, guint64 token, GError **error)
{
  return FALSE;
}

void
kith_nest_change (KithNest *nest, KithSocket socket, guint wanted, guint64 token)
{
}

void
kith_nest_remove (KithNest *nest, KithSocket socket)
{
}

void
kith_nest_collect (KithNest *nest, guint room, GArray *ready)
{
}
