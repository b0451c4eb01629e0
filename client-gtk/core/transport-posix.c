/* transport-posix.c - a socket is a descriptor. */
#include "transport-private.h"

GIOChannel *
kith_transport_channel_new (KithSocket socket)
{
  return g_io_channel_unix_new ((int) socket);
}
