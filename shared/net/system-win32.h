/* system-win32.h - the system's headers for sockets. Chosen by the build; included by system.h only. */
#pragma once

/* Winsock's fd_set is a list of this many sockets; 64 unless raised before winsock2.h is first included. */
#define FD_SETSIZE 4096

#include <winsock2.h>
#include <ws2tcpip.h>
#include <afunix.h>
#include <mswsock.h>
#include <windows.h>
#include <iphlpapi.h>
#undef interface /* for C++ there, and a good name here */

#define KITH_SEND_FLAGS 0
#define KITH_SHUTDOWN_WRITE SD_SEND
