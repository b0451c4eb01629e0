/* reachable.c - the interfaces of this computer, without loopback and without addresses of IPv6, which nobody types. */
#include "client/reachable.h"

#include "net/address.h"
#include "net/interfaces.h"

#include <string.h>

char **
kith_reachable_addresses (const char *address)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (KithInterface));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *colon = strrchr (address, ':');
  kith_interfaces_list (list, NULL);
  for (guint i = 0; i < list->len; i++) {
    const KithInterface *interface = &g_array_index (list, KithInterface, i);
    char text[KITH_ADDRESS_TEXT];
    if (kith_address_is_loopback (&interface->address) || kith_address_is_ipv6 (&interface->address))
      continue;
    g_autofree char *shown =
        g_strconcat (kith_address_format_host (&interface->address, text), colon != NULL ? colon : "", NULL);
    g_strv_builder_add (builder, shown);
  }
  return g_strv_builder_end (builder);
}

static gboolean
is_loopback (const char *address)
{
  static const char *const beginnings[] = {"127.", "localhost", "[::1]"};
  for (gsize i = 0; i < G_N_ELEMENTS (beginnings); i++)
    if (g_str_has_prefix (address, beginnings[i]))
      return TRUE;
  return FALSE;
}

char *
kith_reachable_address (const char *address)
{
  g_auto (GStrv) addresses = is_loopback (address) ? kith_reachable_addresses (address) : NULL;
  return g_strdup (addresses != NULL && addresses[0] != NULL ? addresses[0] : address);
}
