/* net.h - starting the network, and the errors of this layer.
 *
 * shared/net is sockets and nothing else. Everything above it is written once; what differs between
 * Winsock and BSD sockets lives in *-win32.c beside *-posix.c and nowhere else. */
#pragma once

#include <glib.h>

/* Every error of this layer. The message is a sentence for people, with the remedy where there is one:
 * "Port 5484 is already in use (another kithd?). Choose another with --listen." */
#define KITH_NET_ERROR (kith_net_error_quark ())
GQuark kith_net_error_quark (void);

typedef enum {
  KITH_NET_ERROR_FAILED,      /* anything without a code of its own; the message says it */
  KITH_NET_ERROR_ADDRESS,     /* the address cannot be read, or names nothing */
  KITH_NET_ERROR_LOOKUP,      /* the name was not found, or the look-up failed */
  KITH_NET_ERROR_IN_USE,      /* somebody has this port or path already */
  KITH_NET_ERROR_DENIED,      /* not permitted (low port, firewall, file mode) */
  KITH_NET_ERROR_REFUSED,     /* nobody listens there */
  KITH_NET_ERROR_UNREACHABLE, /* no route, host or network down */
  KITH_NET_ERROR_TIMED_OUT,
  KITH_NET_ERROR_RESET,       /* the other side cut the connection */
  KITH_NET_ERROR_DESCRIPTORS, /* out of descriptors, of the process or the system */
  KITH_NET_ERROR_TLS,         /* handshake or record failed, no common version, wrong ALPN */
  KITH_NET_ERROR_FULL         /* a table of this layer is at its limit */
} KithNetError;

/* Starts OpenSSL, and Winsock where there is one. Call it before any other function of this layer. */
gboolean kith_net_start (GError **error);

/* How one attempt to move bytes on a non-blocking descriptor ended. */
typedef enum {
  KITH_IO_OK,    /* something moved */
  KITH_IO_AGAIN, /* nothing can move now: wait for what the socket or the stream wants */
  KITH_IO_END,   /* the other side has finished in good order */
  KITH_IO_ERROR  /* broken; the GError says how */
} KithIo;
