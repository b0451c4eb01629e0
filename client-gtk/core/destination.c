/* destination.c - the parsers of shared/client and shared/net behind one question. */
#include "destination.h"

#include "client/invitation.h"
#include "net/address.h"
#include "proto/limits.h"

#include <glib/gi18n.h>
#include <string.h>

gboolean
kith_destination_is_link (const char *text)
{
  return kith_invitation_is (text);
}

static gboolean
parse_link (const char *text, KithDestination *out, GError **error)
{
  g_auto (KithInvitation) invitation = {0};
  if (!kith_invitation_parse (text, &invitation, error))
    return FALSE;
  out->address = g_steal_pointer (&invitation.server);
  out->pin = g_steal_pointer (&invitation.pin);
  out->code = g_steal_pointer (&invitation.code);
  return TRUE;
}

gboolean
kith_destination_parse (const char *text, KithDestination *out, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text)), *host = NULL;
  guint16 port;
  *out = (KithDestination){0};
  if (kith_invitation_is (stripped))
    return parse_link (stripped, out, error);
  if (strpbrk (stripped, " \t\r\n") != NULL) {
    g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_ADDRESS,
                 _("“%s” names no server. Write it as host, host:port or [IPv6 address]:port."), stripped);
    return FALSE;
  }
  if (!kith_address_split (stripped, KITH_PORT, &host, &port, error))
    return FALSE;
  out->address = g_steal_pointer (&stripped);
  return TRUE;
}

gboolean
kith_address_same (const char *a, const char *b)
{
  g_autofree char *host_a = NULL, *host_b = NULL;
  guint16 port_a = 0, port_b = 0;
  return kith_address_split (a, KITH_PORT, &host_a, &port_a, NULL) &&
         kith_address_split (b, KITH_PORT, &host_b, &port_b, NULL) && port_a == port_b &&
         g_ascii_strcasecmp (host_a, host_b) == 0;
}

void
kith_destination_clear (KithDestination *destination)
{
  g_clear_pointer (&destination->address, g_free);
  g_clear_pointer (&destination->pin, g_free);
  g_clear_pointer (&destination->code, g_free);
}
