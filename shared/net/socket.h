/* socket.h - non-blocking sockets, the same on Winsock and BSD. Two implementations: socket-posix.c, socket-win32.c.
 *
 * Every socket made here is non-blocking and is not inherited by child processes. Nothing here raises SIGPIPE. */
#pragma once

#include "net/address.h"

typedef gintptr KithSocket; /* a descriptor, or a SOCKET */
#define KITH_SOCKET_NONE ((KithSocket) -1)

/* Listens on a TCP or Unix-domain address. An IPv6 socket is IPv6 only. A stale Unix socket file that nobody
 * answers on is replaced; a new one has mode 0600. */
KithSocket kith_socket_listen (const KithAddress *address, int backlog, GError **error);

/* Takes one waiting connection; KITH_SOCKET_NONE when there is none (KITH_IO_AGAIN) or on an error
 * (KITH_IO_ERROR; KITH_NET_ERROR_DESCRIPTORS when descriptors ran out). peer may be NULL. TCP_NODELAY is set. */
KithSocket kith_socket_accept (KithSocket listener, KithAddress *peer, KithIo *status, GError **error);

/* Begins to connect. The socket is returned at once; when it becomes writable (or exceptional: Winsock reports a
 * failed connect there only) ask kith_socket_connected. */
KithSocket kith_socket_connect (const KithAddress *address, GError **error);
/* KITH_IO_OK: connected; KITH_IO_AGAIN: not yet; KITH_IO_ERROR: error says why. */
KithIo kith_socket_connected (KithSocket socket, GError **error);

/* A UDP socket bound to local (port 0 picks one). */
KithSocket kith_socket_datagram (const KithAddress *local, GError **error);
KithIo kith_socket_send_to (KithSocket socket, const void *data, gsize size, const KithAddress *to, GError **error);
/* One datagram, cut at size. */
KithIo kith_socket_receive_from (KithSocket socket, void *data, gsize size, gsize *got, KithAddress *from,
                                 GError **error);
gboolean kith_socket_set_broadcast (KithSocket socket, GError **error);

KithIo kith_socket_send (KithSocket socket, const void *data, gsize size, gsize *sent, GError **error);
KithIo kith_socket_receive (KithSocket socket, void *data, gsize size, gsize *got, GError **error);

gboolean kith_socket_local_address (KithSocket socket, KithAddress *out, GError **error);
gboolean kith_socket_peer_address (KithSocket socket, KithAddress *out, GError **error);
void kith_socket_shutdown_write (KithSocket socket);
void kith_socket_close (KithSocket socket); /* KITH_SOCKET_NONE is allowed */

/* Two connected stream sockets (Unix-domain, or a loopback pair on Winsock): the wake-up, and tests. */
gboolean kith_socket_pair (KithSocket pair[2], GError **error);

/* Moves a descriptor to floor or above, so that low numbers stay free for select (POSIX; returns socket unchanged
 * on Winsock or when there is no room above). Takes socket. */
KithSocket kith_socket_raise (KithSocket socket, int floor);

/* Raises the soft limit of descriptors to wanted, as far as the system permits; returns what is in force. */
guint kith_socket_raise_limit (guint wanted);

/* A descriptor kept in reserve, given up for a moment when accept runs out (see listener.c of the server). */
KithSocket kith_socket_reserve (void);
