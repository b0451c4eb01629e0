/* address.h - where a socket is or goes: IPv4, IPv6 and Unix-domain addresses as one value. */
#pragma once

#include "net/net.h"

/* A value: copy it, keep it on the stack, nothing to free. 128 bytes hold a struct sockaddr_storage;
 * only the platform files look inside. */
typedef struct {
  guint32 length; /* of the used part, in bytes; 0 = no address */
  union {
    guint64 align;
    guint8 bytes[128];
  } data;
} KithAddress;

#define KITH_ADDRESS_TEXT 160 /* bytes that the longest text of an address takes, NUL included */

/* Reads "192.0.2.1:5484", "[2001:db8::1]:5484", "[fe80::1%eth0]:5484", "*:5484" (every IPv4 address),
 * "[::]:5484", ":5484" (as "*:") or "unix:/path". No names: see resolver.h. A missing port is default_port. */
gboolean kith_address_parse (const char *text, guint16 default_port, KithAddress *out, GError **error);

/* Splits "host", "host:port", "[v6]:port" or "[v6]" into its parts without looking anything up.
 * *host is the caller's to free; *port is default_port where none is named. */
gboolean kith_address_split (const char *text, guint16 default_port, char **host, guint16 *port, GError **error);

/* Writes the text that kith_address_parse reads. Returns text. */
const char *kith_address_format (const KithAddress *address, char text[KITH_ADDRESS_TEXT]);
/* The same without the port: what limits "for an address" are counted by ("unix" for a Unix socket). */
const char *kith_address_format_host (const KithAddress *address, char text[KITH_ADDRESS_TEXT]);

/* What limits for a neighbourhood are counted by: the /64 of an IPv6 address, since whoever has one can have all of it;
 * the address itself of others, also of those that are local to a link. */
const char *kith_address_format_group (const KithAddress *address, char text[KITH_ADDRESS_TEXT]);

guint16 kith_address_port (const KithAddress *address); /* 0 for Unix */
void kith_address_set_port (KithAddress *address, guint16 port);
gboolean kith_address_is_loopback (const KithAddress *address); /* Unix counts as loopback */
gboolean kith_address_is_unix (const KithAddress *address);
gboolean kith_address_is_ipv6 (const KithAddress *address);
gboolean kith_address_equal (const KithAddress *a, const KithAddress *b);
