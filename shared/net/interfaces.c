/* interfaces.c - what the two implementations share. */
#include "net/interfaces.h"

#include "net/system.h"

gboolean
kith_interface_group (const KithInterface *iface, const char *group, guint16 port, KithAddress *out)
{
  struct sockaddr_in6 *raw = (struct sockaddr_in6 *) (void *) kith_address_raw (out);
  *out = (KithAddress){.length = sizeof *raw};
  raw->sin6_family = AF_INET6;
  raw->sin6_scope_id = iface->index;
  raw->sin6_port = htons (port);
  return inet_pton (AF_INET6, group, &raw->sin6_addr) == 1;
}
