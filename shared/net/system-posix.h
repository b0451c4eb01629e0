/* system-posix.h - the system's headers for sockets. Chosen by the build; included by system.h only. */
#pragma once

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#define KITH_SEND_FLAGS MSG_NOSIGNAL
#define KITH_SHUTDOWN_WRITE SHUT_WR
