/* transport-win32.c - GLib waits for a SOCKET through WSAEventSelect. */
#include "transport-private.h"

GIOChannel *
kith_transport_channel_new (KithSocket socket)
{
  return g_io_channel_win32_new_socket ((int) socket);
}
