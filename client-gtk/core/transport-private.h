/* transport-private.h - a socket as GLib watches it: transport-posix.c and transport-win32.c. */
#pragma once

#include "net/socket.h"

GIOChannel *kith_transport_channel_new (KithSocket socket);
