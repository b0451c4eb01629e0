/* interfaces.h - the addresses of this machine, and how to reach or hear everybody on the network of each. Two
 * implementations: interfaces-posix.c, interfaces-win32.c. */
#pragma once

#include "net/socket.h"

typedef struct {
  KithAddress address;  /* port 0 */
  KithAddress everyone; /* IPv4: the broadcast address; length 0 where there is none. IPv6: unused */
  guint32 index;        /* of the interface, as the system counts */
  gboolean multicast;   /* IPv6 link-local, and the interface carries multicast */
} KithInterface;

/* Every IPv4 and IPv6 address of the interfaces that are up. Appends KithInterface to list. */
gboolean kith_interfaces_list (GArray *list, GError **error);

/* The IPv6 group (link-local, "ff02::…") on the network of interface. */
gboolean kith_interface_group (const KithInterface *iface, const char *group, guint16 port, KithAddress *out);
/* Datagrams to multicast groups leave through this interface. */
gboolean kith_interface_send_through (const KithInterface *iface, KithSocket socket, GError **error);

/* A socket that hears what is sent to everybody on the network of interface (broadcast, or the group) at port.
 * KITH_SOCKET_NONE without an error: there is nothing of the kind, or own, the socket at the interface's own address,
 * hears it itself (Winsock). */
KithSocket kith_interface_hear (const KithInterface *iface, const char *group, guint16 port, KithSocket own,
                                GError **error);
