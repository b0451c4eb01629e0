/* system.h - what the platform files (*-posix.c, *-win32.c) give to the rest of shared/net. Private to this layer.
 *
 * The calls of BSD sockets have the same names on both sides, so socket.c is written once; what differs (headers,
 * error numbers, how a socket is made, bound, closed) is here. The build names the header of the platform. */
#pragma once

#include "net/socket.h"
#include KITH_NET_SYSTEM_HEADER

/* An address as the system wants it. bytes[128] hold a struct sockaddr_storage. */
static inline struct sockaddr *
kith_address_raw (const KithAddress *address)
{
  return (struct sockaddr *) (void *) address->data.bytes;
}

static inline int
kith_address_family (const KithAddress *address)
{
  return address->length == 0 ? AF_UNSPEC : kith_address_raw (address)->sa_family;
}

/* What a system error means for who called, beside its kind. */
enum {
  KITH_SYSTEM_AGAIN = 1 << 0,      /* nothing moved; wait and repeat */
  KITH_SYSTEM_CONNECTING = 1 << 1, /* connect goes on in the background */
  KITH_SYSTEM_PEER_GONE = 1 << 2   /* accept: that one gave up, the listener is well */
};

typedef struct {
  int code; /* errno, or a WSA code */
  KithNetError kind;
  guint flags; /* KITH_SYSTEM_* */
} KithSystemError;

/* The one table of system errors; what it does not name is KITH_NET_ERROR_FAILED. */
extern const KithSystemError kith_system_errors[];
extern const gsize kith_system_n_errors;

gboolean kith_system_start (GError **error);
int kith_system_last_error (void);
char *kith_system_error_text (int code); /* to be freed */

/* A new socket, non-blocking and not inherited; KITH_SOCKET_NONE: see kith_system_last_error. */
KithSocket kith_system_open (int family, int type);
/* accept with the same properties. */
KithSocket kith_system_accept (KithSocket listener, struct sockaddr *peer, socklen_t *length);
/* Before bind: a port that is in use must be refused, one that was in use a moment ago must not. */
gboolean kith_system_prepare_listener (KithSocket socket);
/* bind; a Unix socket file is never reachable for anybody but its owner. */
gboolean kith_system_bind (KithSocket socket, const KithAddress *address);
/* Removes a Unix socket file that nobody answers on. FALSE with IN_USE when somebody does, or it is no socket. */
gboolean kith_system_clear_stale (const KithAddress *address, GError **error);
/* After a datagram socket was made: errors of earlier sends must not appear in receive. */
gboolean kith_system_prepare_datagram (KithSocket socket);
/* recvfrom; a datagram longer than size is cut, and that is no error. */
gssize kith_system_receive_from (KithSocket socket, void *data, gsize size, struct sockaddr *from, socklen_t *length);
