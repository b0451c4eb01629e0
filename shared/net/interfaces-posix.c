/* interfaces-posix.c - getifaddrs(3), and sockets bound to broadcast and group addresses: a datagram to everybody
 * reaches no socket that is bound to the interface's own address. */
#include "net/interfaces.h"

#include "net/net-private.h"

#include <errno.h>
#include <ifaddrs.h>
#include <string.h>

static gboolean
take_address (const struct sockaddr *raw, KithAddress *out)
{
  gsize size = raw == NULL                  ? 0
               : raw->sa_family == AF_INET  ? sizeof (struct sockaddr_in)
               : raw->sa_family == AF_INET6 ? sizeof (struct sockaddr_in6)
                                            : 0;
  *out = (KithAddress){0};
  if (size == 0)
    return FALSE;
  memcpy (out->data.bytes, raw, size);
  out->length = (guint32) size;
  return TRUE;
}

static gboolean
is_link_local (const KithAddress *address)
{
  const struct sockaddr_in6 *raw = (const struct sockaddr_in6 *) (const void *) kith_address_raw (address);
  return kith_address_is_ipv6 (address) && IN6_IS_ADDR_LINKLOCAL (&raw->sin6_addr);
}

gboolean
kith_interfaces_list (GArray *list, GError **error)
{
  struct ifaddrs *all = NULL;
  if (getifaddrs (&all) != 0) {
    kith_net_fail_last (error, KITH_DOING_SETUP, NULL);
    return FALSE;
  }
  for (const struct ifaddrs *item = all; item != NULL; item = item->ifa_next) {
    KithInterface iface = {.index = if_nametoindex (item->ifa_name)};
    if ((item->ifa_flags & IFF_UP) == 0 || !take_address (item->ifa_addr, &iface.address))
      continue;
    iface.multicast = is_link_local (&iface.address) && (item->ifa_flags & IFF_MULTICAST) != 0;
    if ((item->ifa_flags & IFF_BROADCAST) != 0 && item->ifa_addr->sa_family == AF_INET)
      take_address (item->ifa_broadaddr, &iface.everyone);
    g_array_append_val (list, iface);
  }
  freeifaddrs (all);
  return TRUE;
}

gboolean
kith_interface_send_through (const KithInterface *iface, KithSocket socket, GError **error)
{
  int index = (int) iface->index;
  if (setsockopt ((int) socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index) == 0)
    return TRUE;
  kith_net_fail_last (error, KITH_DOING_SETUP, NULL);
  return FALSE;
}

static gboolean
join (KithSocket socket, const KithAddress *group, GError **error)
{
  const struct sockaddr_in6 *raw = (const struct sockaddr_in6 *) (const void *) kith_address_raw (group);
  struct ipv6_mreq request = {raw->sin6_addr, raw->sin6_scope_id};
  if (setsockopt ((int) socket, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request) == 0)
    return TRUE;
  kith_net_fail_last (error, KITH_DOING_SETUP, NULL);
  return FALSE;
}

KithSocket
kith_interface_hear (const KithInterface *iface, const char *group, guint16 port, KithSocket own, GError **error)
{
  KithAddress address = iface->everyone;
  if (iface->multicast && !kith_interface_group (iface, group, port, &address))
    return KITH_SOCKET_NONE;
  if (address.length == 0)
    return KITH_SOCKET_NONE;
  kith_address_set_port (&address, port);
  KithSocket socket = kith_socket_datagram (&address, error);
  if (socket != KITH_SOCKET_NONE && iface->multicast && !join (socket, &address, error)) {
    kith_socket_close (socket);
    return KITH_SOCKET_NONE;
  }
  return socket;
}
