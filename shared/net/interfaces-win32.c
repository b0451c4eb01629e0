/* interfaces-win32.c - GetAdaptersAddresses. On Winsock a socket at the interface's own address hears broadcasts, and
 * groups that it joined. */
#include "net/interfaces.h"

#include "net/net-private.h"

#include <string.h>

#define LIST_BYTES (64 * 1024)

/* The address with every bit of the host set. */
static void
set_broadcast (KithInterface *iface, guint8 prefix)
{
  struct sockaddr_in *raw = (struct sockaddr_in *) (void *) kith_address_raw (&iface->everyone);
  iface->everyone = iface->address;
  if (prefix >= 31)
    iface->everyone.length = 0;
  else
    raw->sin_addr.s_addr |= htonl (G_MAXUINT32 >> prefix);
}

static void
take_unicast (GArray *list, const IP_ADAPTER_ADDRESSES *adapter, const IP_ADAPTER_UNICAST_ADDRESS *unicast)
{
  const struct sockaddr *raw = unicast->Address.lpSockaddr;
  gsize size = (gsize) unicast->Address.iSockaddrLength;
  gboolean loopback = adapter->IfType == IF_TYPE_SOFTWARE_LOOPBACK;
  gboolean ipv6 = raw->sa_family == AF_INET6 && adapter->Ipv6IfIndex != 0; /* Wine has one number for both */
  KithInterface iface = {.index = ipv6 ? adapter->Ipv6IfIndex : adapter->IfIndex};
  if ((raw->sa_family != AF_INET && raw->sa_family != AF_INET6) || size > sizeof iface.address.data)
    return;
  memcpy (iface.address.data.bytes, raw, size);
  iface.address.length = (guint32) size;
  if (raw->sa_family == AF_INET && !loopback)
    set_broadcast (&iface, unicast->OnLinkPrefixLength);
  if (raw->sa_family == AF_INET6)
    iface.multicast = (adapter->Flags & IP_ADAPTER_NO_MULTICAST) == 0 &&
                      IN6_IS_ADDR_LINKLOCAL (&((const struct sockaddr_in6 *) (const void *) raw)->sin6_addr);
  g_array_append_val (list, iface);
}

gboolean
kith_interfaces_list (GArray *list, GError **error)
{
  ULONG size = LIST_BYTES;
  g_autofree IP_ADAPTER_ADDRESSES *adapters = g_malloc (size);
  ULONG flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
  ULONG code = GetAdaptersAddresses (AF_UNSPEC, flags, NULL, adapters, &size);
  if (code == ERROR_BUFFER_OVERFLOW) {
    adapters = g_realloc (adapters, size);
    code = GetAdaptersAddresses (AF_UNSPEC, flags, NULL, adapters, &size);
  }
  if (code == ERROR_NO_DATA)
    return TRUE;
  if (code != NO_ERROR) {
    kith_net_fail (error, KITH_DOING_SETUP, (int) code, NULL);
    return FALSE;
  }
  for (const IP_ADAPTER_ADDRESSES *adapter = adapters; adapter != NULL; adapter = adapter->Next)
    for (const IP_ADAPTER_UNICAST_ADDRESS *unicast = adapter->FirstUnicastAddress;
         adapter->OperStatus == IfOperStatusUp && unicast != NULL; unicast = unicast->Next)
      take_unicast (list, adapter, unicast);
  return TRUE;
}

static gboolean
set_option (KithSocket socket, int name, const void *value, int size, GError **error)
{
  if (setsockopt ((SOCKET) socket, IPPROTO_IPV6, name, value, size) == 0)
    return TRUE;
  kith_net_fail_last (error, KITH_DOING_SETUP, NULL);
  return FALSE;
}

gboolean
kith_interface_send_through (const KithInterface *iface, KithSocket socket, GError **error)
{
  DWORD index = iface->index;
  return set_option (socket, IPV6_MULTICAST_IF, &index, sizeof index, error);
}

KithSocket
kith_interface_hear (const KithInterface *iface, const char *group, guint16 port, KithSocket own, GError **error)
{
  KithAddress address;
  if (!iface->multicast || !kith_interface_group (iface, group, port, &address))
    return KITH_SOCKET_NONE;
  const struct sockaddr_in6 *raw = (const struct sockaddr_in6 *) (const void *) kith_address_raw (&address);
  struct ipv6_mreq request = {raw->sin6_addr, iface->index};
  set_option (own, IPV6_JOIN_GROUP, &request, sizeof request, error);
  return KITH_SOCKET_NONE;
}
