/* address.c - text to address and back. One value holds a struct sockaddr of any family. */
#include "net/net-private.h"

#include <string.h>

#define UNIX_PREFIX "unix:"
#define UNIX_PATH_MAX_BYTES (sizeof (((struct sockaddr_un *) NULL)->sun_path) - 1)
#define HOST_MAX_BYTES 255

G_STATIC_ASSERT (sizeof (struct sockaddr_storage) <= sizeof (((KithAddress *) NULL)->data));

static struct sockaddr_in *
as_ipv4 (const KithAddress *address)
{
  return (struct sockaddr_in *) (void *) kith_address_raw (address);
}

static struct sockaddr_in6 *
as_ipv6 (const KithAddress *address)
{
  return (struct sockaddr_in6 *) (void *) kith_address_raw (address);
}

static gboolean
unreadable (GError **error, const char *text)
{
  g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_ADDRESS,
               "“%s” is not an address. Write it as 192.0.2.1:5484, [2001:db8::1]:5484, *:5484 or unix:/path.", text);
  return FALSE;
}

static gboolean
parse_port (const char *text, guint16 *port)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &value, NULL))
    return FALSE;
  *port = (guint16) value;
  return TRUE;
}

/* Where the host ends and, after it, what follows it: NULL when the brackets or the length are wrong. */
static const char *
find_host (const char *text, const char **start, gsize *length)
{
  const char *colon = strchr (text, ':');

  *start = text;
  if (text[0] == '[') {
    const char *end = strchr (text, ']');
    *start = text + 1;
    *length = end == NULL ? 0 : (gsize) (end - *start);
    return *length == 0 || *length > HOST_MAX_BYTES ? NULL : end + 1;
  }
  /* More than one colon and no brackets: an IPv6 address without a port. */
  if (colon != NULL && strchr (colon + 1, ':') == NULL)
    *length = (gsize) (colon - text);
  else
    *length = strlen (text);
  return *length > HOST_MAX_BYTES ? NULL : text + *length;
}

/* The host may come out empty (":5484"). */
static gboolean
split (const char *text, guint16 default_port, char **host, guint16 *port)
{
  const char *start;
  gsize length;
  const char *rest = find_host (text, &start, &length);

  if (rest == NULL || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  *port = default_port;
  if (rest[0] != '\0' && (rest[0] != ':' || !parse_port (rest + 1, port)))
    return FALSE;
  *host = g_strndup (start, length);
  return TRUE;
}

gboolean
kith_address_split (const char *text, guint16 default_port, char **host, guint16 *port, GError **error)
{
  g_autofree char *found = NULL;

  if (g_str_has_prefix (text, UNIX_PREFIX)) {
    *port = default_port;
    *host = g_strdup (text);
    return TRUE;
  }
  if (!split (text, default_port, &found, port) || found[0] == '\0') {
    g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_ADDRESS,
                 "“%s” names no server. Write it as host, host:port or [IPv6 address]:port.", text);
    return FALSE;
  }
  *host = g_steal_pointer (&found);
  return TRUE;
}

static gboolean
parse_unix (const char *path, KithAddress *out, GError **error)
{
  struct sockaddr_un *raw = (struct sockaddr_un *) (void *) kith_address_raw (out);
  gsize length = strlen (path);

  if (length == 0 || length > UNIX_PATH_MAX_BYTES) {
    g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_ADDRESS,
                 length == 0 ? "“unix:%s” names no path. Write it as unix:/path."
                             : "The path %s is too long for a Unix socket. Choose a shorter one.",
                 path);
    return FALSE;
  }
  raw->sun_family = AF_UNIX;
  memcpy (raw->sun_path, path, length + 1);
  out->length = (guint32) (G_STRUCT_OFFSET (struct sockaddr_un, sun_path) + length + 1);
  return TRUE;
}

static gboolean
parse_ipv4 (const char *host, KithAddress *out)
{
  struct sockaddr_in *raw = as_ipv4 (out);
  gboolean any = host[0] == '\0' || g_str_equal (host, "*");

  if (inet_pton (AF_INET, any ? "0.0.0.0" : host, &raw->sin_addr) != 1)
    return FALSE;
  raw->sin_family = AF_INET;
  out->length = sizeof *raw;
  return TRUE;
}

/* A scope is the name or the number of an interface. */
static gboolean
parse_scope (const char *text, guint32 *scope)
{
  guint64 number;

  *scope = if_nametoindex (text);
  if (*scope == 0 && g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &number, NULL))
    *scope = (guint32) number;
  return *scope != 0;
}

static gboolean
parse_ipv6 (const char *host, KithAddress *out)
{
  struct sockaddr_in6 *raw = as_ipv6 (out);
  g_auto (GStrv) parts = g_strsplit (host, "%", 2);
  guint32 scope = 0;

  if (parts[0] == NULL || inet_pton (AF_INET6, parts[0], &raw->sin6_addr) != 1)
    return FALSE;
  if (parts[1] != NULL && !parse_scope (parts[1], &scope))
    return FALSE;
  raw->sin6_family = AF_INET6;
  raw->sin6_scope_id = scope;
  out->length = sizeof *raw;
  return TRUE;
}

gboolean
kith_address_parse (const char *text, guint16 default_port, KithAddress *out, GError **error)
{
  g_autofree char *host = NULL;
  guint16 port;

  memset (out, 0, sizeof *out);
  if (g_str_has_prefix (text, UNIX_PREFIX))
    return parse_unix (text + strlen (UNIX_PREFIX), out, error);
  if (!split (text, default_port, &host, &port))
    return unreadable (error, text);
  if (!parse_ipv4 (host, out) && !parse_ipv6 (host, out)) {
    memset (out, 0, sizeof *out);
    return unreadable (error, text);
  }
  kith_address_set_port (out, port);
  return TRUE;
}

/* The path may lack its NUL, and an unnamed socket has none at all. */
static const char *
format_unix (const KithAddress *address, char text[KITH_ADDRESS_TEXT])
{
  const struct sockaddr_un *raw = (const struct sockaddr_un *) (const void *) address->data.bytes;
  gsize offset = G_STRUCT_OFFSET (struct sockaddr_un, sun_path);
  gsize room = address->length > offset ? MIN (address->length - offset, sizeof raw->sun_path) : 0;

  g_snprintf (text, KITH_ADDRESS_TEXT, UNIX_PREFIX "%.*s", (int) room, raw->sun_path);
  return text;
}

static void
format_ipv6 (const KithAddress *address, char text[KITH_ADDRESS_TEXT])
{
  const struct sockaddr_in6 *raw = as_ipv6 (address);
  char digits[INET6_ADDRSTRLEN] = "", scope[IF_NAMESIZE] = "";

  inet_ntop (AF_INET6, &raw->sin6_addr, digits, sizeof digits);
  if (raw->sin6_scope_id != 0 && if_indextoname (raw->sin6_scope_id, scope) == NULL)
    g_snprintf (scope, sizeof scope, "%u", (guint) raw->sin6_scope_id);
  g_snprintf (text, KITH_ADDRESS_TEXT, "%s%s%s", digits, scope[0] == '\0' ? "" : "%", scope);
}

const char *
kith_address_format_host (const KithAddress *address, char text[KITH_ADDRESS_TEXT])
{
  text[0] = '\0';
  switch (kith_address_family (address)) {
  case AF_INET:
    inet_ntop (AF_INET, &as_ipv4 (address)->sin_addr, text, KITH_ADDRESS_TEXT);
    break;
  case AF_INET6:
    format_ipv6 (address, text);
    break;
  case AF_UNIX:
    g_strlcpy (text, "unix", KITH_ADDRESS_TEXT);
    break;
  default:
    break;
  }
  return text;
}

const char *
kith_address_format_group (const KithAddress *address, char text[KITH_ADDRESS_TEXT])
{
  char prefix[INET6_ADDRSTRLEN];
  if (kith_address_family (address) != AF_INET6 || kith_address_is_loopback (address))
    return kith_address_format_host (address, text);
  struct in6_addr network = as_ipv6 (address)->sin6_addr;
  if (IN6_IS_ADDR_LINKLOCAL (&network) || IN6_IS_ADDR_V4MAPPED (&network))
    return kith_address_format_host (address, text);
  memset (network.s6_addr + 8, 0, 8);
  inet_ntop (AF_INET6, &network, prefix, sizeof prefix);
  g_snprintf (text, KITH_ADDRESS_TEXT, "%s/64", prefix);
  return text;
}

const char *
kith_address_format (const KithAddress *address, char text[KITH_ADDRESS_TEXT])
{
  char host[KITH_ADDRESS_TEXT - 10]; /* "[]:65535" and NUL stay free */
  char whole[KITH_ADDRESS_TEXT];

  if (kith_address_is_unix (address))
    return format_unix (address, text);
  g_strlcpy (host, kith_address_format_host (address, whole), sizeof host);
  g_snprintf (text, KITH_ADDRESS_TEXT, kith_address_is_ipv6 (address) ? "[%s]:%u" : "%s:%u", host,
              (guint) kith_address_port (address));
  return text;
}

/* The port's place, in network order; NULL where there is none. */
static guint16 *
port_of (const KithAddress *address)
{
  switch (kith_address_family (address)) {
  case AF_INET:
    return (guint16 *) &as_ipv4 (address)->sin_port;
  case AF_INET6:
    return (guint16 *) &as_ipv6 (address)->sin6_port;
  default:
    return NULL;
  }
}

guint16
kith_address_port (const KithAddress *address)
{
  const guint16 *port = port_of (address);
  return port == NULL ? 0 : ntohs (*port);
}

void
kith_address_set_port (KithAddress *address, guint16 port)
{
  guint16 *place = port_of (address);
  if (place != NULL)
    *place = htons (port);
}

gboolean
kith_address_is_loopback (const KithAddress *address)
{
  const struct in6_addr *six = &as_ipv6 (address)->sin6_addr;

  switch (kith_address_family (address)) {
  case AF_INET:
    return ntohl (as_ipv4 (address)->sin_addr.s_addr) >> 24 == 127;
  case AF_INET6:
    return IN6_IS_ADDR_LOOPBACK (six) || (IN6_IS_ADDR_V4MAPPED (six) && ((const guint8 *) six)[12] == 127);
  default:
    return kith_address_is_unix (address);
  }
}

gboolean
kith_address_is_unix (const KithAddress *address)
{
  return kith_address_family (address) == AF_UNIX;
}

gboolean
kith_address_is_ipv6 (const KithAddress *address)
{
  return kith_address_family (address) == AF_INET6;
}

static gboolean
equal_ipv6 (const struct sockaddr_in6 *a, const struct sockaddr_in6 *b)
{
  return memcmp (&a->sin6_addr, &b->sin6_addr, sizeof a->sin6_addr) == 0 && a->sin6_scope_id == b->sin6_scope_id;
}

gboolean
kith_address_equal (const KithAddress *a, const KithAddress *b)
{
  char text_a[KITH_ADDRESS_TEXT], text_b[KITH_ADDRESS_TEXT];

  if (kith_address_family (a) != kith_address_family (b) || kith_address_port (a) != kith_address_port (b))
    return FALSE;
  switch (kith_address_family (a)) {
  case AF_INET:
    return as_ipv4 (a)->sin_addr.s_addr == as_ipv4 (b)->sin_addr.s_addr;
  case AF_INET6:
    return equal_ipv6 (as_ipv6 (a), as_ipv6 (b));
  case AF_UNIX:
    return g_str_equal (format_unix (a, text_a), format_unix (b, text_b));
  default:
    return TRUE;
  }
}
