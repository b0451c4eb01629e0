/* sockets.h - what tests do with sockets beyond shared/net. */
#pragma once

#include <glib.h>

#include "net/socket.h"

/* For the fd of a GPollFD. */
#define TEST_POLL_SOCKET(socket) ((int) (socket))

/* As g_poll, on sockets only; -1 on an error. timeout_ms -1: for ever. */
int test_poll (GPollFD *fds, guint n, int timeout_ms);
/* For one socket: G_IO_IN, G_IO_OUT; whether it got ready in time. */
gboolean test_poll_one (KithSocket socket, GIOCondition events, int timeout_ms);

/* The system may hold about so many bytes for it, each way. */
void test_socket_hold (KithSocket socket, int bytes);
