/* ports.c - what is wanted (listeners × interfaces) against what is open. */
#include "presence/ports.h"

#include "log/log.h"
#include "net/interfaces.h"
#include "proto/discovery.h"

#define FIRST_TOKEN ((guint64) 1 << 62) /* connections count up from below */
#define PORTS_MAX 128                   /* select watches them all */

typedef struct {
  guint64 token;
  KithSocket socket;
  KithAddress address; /* the interface's own, with the port */
  gboolean hears;      /* for everybody; not our own address */
  guint64 answers;     /* token of the socket at our own address */
  gboolean wanted;
} Port;

typedef struct {
  KithAddress address;
  gboolean everybody;
} Listening;

struct _KithdPorts {
  KithPoller *poller;
  GHashTable *by_token; /* &token -> Port, owned */
  GArray *listening;    /* Listening */
  guint64 last_token;
};

static void
free_port (gpointer data)
{
  Port *port = data;
  kith_socket_close (port->socket);
  g_free (port);
}

KithdPorts *
kithd_ports_new (KithPoller *poller)
{
  KithdPorts *ports = g_new0 (KithdPorts, 1);
  ports->poller = poller;
  ports->by_token = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_port);
  ports->listening = g_array_new (FALSE, FALSE, sizeof (Listening));
  ports->last_token = FIRST_TOKEN;
  return ports;
}

static gboolean
take_from_poller (gpointer token, gpointer value, gpointer data)
{
  kith_poller_remove (((KithdPorts *) data)->poller, ((Port *) value)->socket);
  return TRUE;
}

void
kithd_ports_free (KithdPorts *ports)
{
  g_hash_table_foreach_remove (ports->by_token, take_from_poller, ports);
  g_hash_table_unref (ports->by_token);
  g_array_unref (ports->listening);
  g_free (ports);
}

static Port *
find_port (const KithdPorts *ports, guint64 token)
{
  return g_hash_table_lookup (ports->by_token, &token);
}

static Port *
find_open (const KithdPorts *ports, const KithAddress *address, gboolean hears)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, ports->by_token);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Port *port = value;
    if (port->hears == hears && kith_address_equal (&port->address, address))
      return port;
  }
  return NULL;
}

/* Takes socket. NULL: the poller has no room. */
static Port *
keep (KithdPorts *ports, KithSocket socket, const KithAddress *address, guint64 answers)
{
  guint64 token = ports->last_token + 1;
  if (g_hash_table_size (ports->by_token) >= PORTS_MAX ||
      !kith_poller_add (ports->poller, socket, KITH_PLACE_SELECT, KITH_POLL_READ, token, NULL)) {
    kith_socket_close (socket);
    return NULL;
  }
  Port *port = g_new0 (Port, 1);
  *port = (Port){token, socket, *address, answers != 0, answers != 0 ? answers : token, TRUE};
  g_hash_table_insert (ports->by_token, &port->token, port);
  ports->last_token = token;
  return port;
}

static void
complain (const KithAddress *address, const GError *error)
{
  char text[KITH_ADDRESS_TEXT];
  kithd_log (G_LOG_LEVEL_WARNING, "no-datagrams", 0, "address", kith_address_format (address, text), "why",
             error != NULL ? error->message : "too many addresses", NULL);
}

/* Opens what is missing for one address, or marks it as wanted still. */
static void
need_port (KithdPorts *ports, const KithInterface *iface, const KithAddress *address, gboolean everybody, gboolean loud)
{
  g_autoptr (GError) error = NULL;
  Port *own = find_open (ports, address, FALSE), *ear = find_open (ports, address, TRUE);
  if (own == NULL) {
    KithSocket socket = kith_socket_datagram (address, &error);
    own = socket != KITH_SOCKET_NONE ? keep (ports, socket, address, 0) : NULL;
    if (own == NULL && loud)
      complain (address, error);
  }
  if (own == NULL)
    return;
  own->wanted = TRUE;
  if (!everybody)
    return;
  if (ear == NULL) {
    KithSocket socket = kith_interface_hear (iface, KITH_FIND_GROUP, kith_address_port (address), own->socket, NULL);
    if (socket != KITH_SOCKET_NONE)
      ear = keep (ports, socket, address, own->token);
  }
  if (ear != NULL)
    ear->wanted = TRUE;
}

/* Whether it stands for every address of its family. */
static gboolean
is_any (const KithAddress *address)
{
  KithAddress any;
  kith_address_parse (kith_address_is_ipv6 (address) ? "[::]" : "*", kith_address_port (address), &any, NULL);
  return kith_address_equal (address, &any);
}

static void
open_for (KithdPorts *ports, const Listening *listening, const GArray *interfaces, gboolean loud)
{
  const KithAddress *wanted = &listening->address;
  gboolean all = is_any (wanted), found = FALSE;
  for (guint i = 0; i < interfaces->len; i++) {
    const KithInterface *iface = &g_array_index (interfaces, KithInterface, i);
    KithAddress address = iface->address;
    kith_address_set_port (&address, kith_address_port (wanted));
    if (all ? kith_address_is_ipv6 (&address) != kith_address_is_ipv6 (wanted) : !kith_address_equal (&address, wanted))
      continue;
    found = TRUE;
    need_port (ports, iface, &address, listening->everybody, loud);
  }
  const KithInterface unlisted = {.address = *wanted}; /* 127.0.0.2, say */
  if (!all && !found)
    need_port (ports, &unlisted, wanted, FALSE, loud);
}

static gboolean
is_unwanted (gpointer token, gpointer value, gpointer data)
{
  Port *port = value;
  if (!port->wanted)
    kith_poller_remove (((KithdPorts *) data)->poller, port->socket);
  return !port->wanted;
}

static void
refresh (KithdPorts *ports, gboolean loud)
{
  g_autoptr (GArray) interfaces = g_array_new (FALSE, FALSE, sizeof (KithInterface));
  GHashTableIter iter;
  gpointer port;
  if (ports->listening->len == 0 || !kith_interfaces_list (interfaces, NULL))
    return;
  g_hash_table_iter_init (&iter, ports->by_token);
  while (g_hash_table_iter_next (&iter, NULL, &port))
    ((Port *) port)->wanted = FALSE;
  for (guint i = 0; i < ports->listening->len; i++)
    open_for (ports, &g_array_index (ports->listening, Listening, i), interfaces, loud);
  g_hash_table_foreach_remove (ports->by_token, is_unwanted, ports);
}

void
kithd_ports_refresh (KithdPorts *ports)
{
  refresh (ports, FALSE);
}

void
kithd_ports_listen (KithdPorts *ports, const KithAddress *address, gboolean everybody)
{
  Listening listening = {*address, everybody};
  if (kith_address_is_unix (address))
    return;
  g_array_append_val (ports->listening, listening);
  refresh (ports, TRUE);
}

gboolean
kithd_ports_has (const KithdPorts *ports, guint16 number)
{
  GHashTableIter iter;
  gpointer port;
  g_hash_table_iter_init (&iter, ports->by_token);
  while (g_hash_table_iter_next (&iter, NULL, &port))
    if (kith_address_port (&((Port *) port)->address) == number)
      return TRUE;
  return FALSE;
}

gboolean
kithd_ports_owns (const KithdPorts *ports, guint64 token)
{
  return token > FIRST_TOKEN;
}

gboolean
kithd_ports_receive (KithdPorts *ports, guint64 token, guint8 *data, gsize size, gsize *got, KithAddress *from,
                     guint64 *answers)
{
  const Port *port = find_port (ports, token);
  if (port == NULL)
    return FALSE;
  *answers = port->answers;
  return kith_socket_receive_from (port->socket, data, size, got, from, NULL) == KITH_IO_OK;
}

/* What the system does not take now is lost, as on any other part of the way. */
void
kithd_ports_send (KithdPorts *ports, guint64 token, const KithAddress *to, const void *data, gsize size)
{
  const Port *port = find_port (ports, token);
  if (port != NULL)
    kith_socket_send_to (port->socket, data, size, to, NULL);
}

guint16
kithd_ports_port (const KithdPorts *ports, guint64 token)
{
  const Port *port = find_port (ports, token);
  return port != NULL ? kith_address_port (&port->address) : 0;
}
