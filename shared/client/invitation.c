/* invitation.c - a URI by GLib, its parameters checked: what is pasted from a mail is hostile. */
#include "client/invitation.h"

#include <string.h>

#include "proto/error.h"
#include "proto/id.h"
#include "proto/limits.h"

#define SCHEME "kith"
#define LINK_MAX 2048

void
kith_invitation_clear (KithInvitation *invitation)
{
  g_clear_pointer (&invitation->server, g_free);
  g_clear_pointer (&invitation->pin, g_free);
  g_clear_pointer (&invitation->code, g_free);
}

gboolean
kith_invitation_is (const char *text)
{
  return g_ascii_strncasecmp (text, SCHEME "://", strlen (SCHEME "://")) == 0;
}

/* A parameter of so many bytes in hex; absent is right too. */
static gboolean
take_hex (GHashTable *parameters, const char *name, gsize bytes, char **out)
{
  guint8 scratch[64];
  const char *value = g_hash_table_lookup (parameters, name);
  *out = g_strdup (value);
  return value == NULL || kith_hex_parse (value, scratch, bytes);
}

static gboolean
take_server (GUri *uri, char **out)
{
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri);
  if (host == NULL || *host == '\0' || port == 0 || g_uri_get_userinfo (uri) != NULL)
    return FALSE;
  for (const char *p = host; *p != '\0'; p++)
    if (g_ascii_isspace (*p) || g_ascii_iscntrl (*p))
      return FALSE;
  gboolean is_v6 = strchr (host, ':') != NULL;
  g_autofree char *name = is_v6 ? g_strdup_printf ("[%s]", host) : g_strdup (host);
  *out = port > 0 ? g_strdup_printf ("%s:%d", name, port) : g_steal_pointer (&name);
  return TRUE;
}

gboolean
kith_invitation_parse (const char *text, KithInvitation *out, GError **error)
{
  *out = (KithInvitation){0};
  g_autoptr (GUri) uri = strlen (text) <= LINK_MAX ? g_uri_parse (text, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *query = uri != NULL && g_uri_get_query (uri) != NULL ? g_uri_get_query (uri) : "";
  g_autoptr (GHashTable) parameters = g_uri_parse_params (query, -1, "&", G_URI_PARAMS_NONE, NULL);
  if (uri != NULL && parameters != NULL && g_ascii_strcasecmp (g_uri_get_scheme (uri), SCHEME) == 0 &&
      take_server (uri, &out->server) && take_hex (parameters, "pin", 32, &out->pin) &&
      take_hex (parameters, "invite", KITH_NONCE_BYTES, &out->code))
    return TRUE;
  kith_invitation_clear (out);
  g_set_error_literal (
      error, KITH_ERROR, KITH_ERROR_BAD_REQUEST,
      "That is no link of Kith, or a part of it is missing. Copy the whole of it: kith://HOST/?pin=...&invite=...");
  return FALSE;
}

char *
kith_invitation_format (const KithInvitation *invitation)
{
  GString *text = g_string_new (SCHEME "://");
  g_string_append_printf (text, "%s/", invitation->server);
  const char *separator = "?";
  if (invitation->pin != NULL && *invitation->pin != '\0') {
    g_string_append_printf (text, "?pin=%s", invitation->pin);
    separator = "&";
  }
  if (invitation->code != NULL)
    g_string_append_printf (text, "%sinvite=%s", separator, invitation->code);
  return g_string_free (text, FALSE);
}
