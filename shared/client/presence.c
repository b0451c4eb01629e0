/* presence.c - the datagram socket of a client, and how presence meets its connection: hello, sync, pushes, the end. */
#include "client/client-private.h"

#include "proto/id.h"

#include "net/poller.h"

#define LABEL "EXPORTER-kith-presence"
#define PACKETS_A_STEP 64

static void
send_packet (gpointer data, const guint8 *packet, gsize size)
{
  KithClient *client = data;
  if (client->presence_socket != KITH_SOCKET_NONE)
    kith_socket_send_to (client->presence_socket, packet, size, &client->presence_to, NULL);
}

static void
send_frame (gpointer data, json_object *frame)
{
  KithClient *client = data;
  if (client->link.phase == KITH_LINK_UP)
    kith_link_send (&client->link, frame);
}

static void
on_changed (gpointer data, const KithPresence *presence)
{
  KithClient *client = data;
  if (client->hooks->presence != NULL)
    client->hooks->presence (client, presence, client->data);
}

void
kith_client_presence_init (KithClient *client)
{
  static const KithPresenceIo io = {send_packet, send_frame, on_changed};
  client->presence = kith_presence_core_new (&io, client);
  client->presence_socket = KITH_SOCKET_NONE;
  client->choice = (KithPresence){.text = g_strdup ("")};
}

void
kith_client_presence_clear (KithClient *client)
{
  kith_presence_core_free (client->presence);
  g_free ((char *) client->choice.text);
}

void
kith_client_presence_end (KithClient *client)
{
  kith_presence_core_end (client->presence);
  kith_socket_close (client->presence_socket);
  client->presence_socket = KITH_SOCKET_NONE;
}

/* A socket of the family in which the server was reached; its datagrams go to the same address. */
static gboolean
open_socket (KithClient *client, gint64 port)
{
  KithAddress local;
  if (port == 0 || !kith_socket_peer_address (kith_stream_socket (client->link.stream), &client->presence_to, NULL) ||
      kith_address_is_unix (&client->presence_to) ||
      !kith_address_parse (kith_address_is_ipv6 (&client->presence_to) ? "[::]:0" : "*:0", 0, &local, NULL))
    return FALSE;
  kith_address_set_port (&client->presence_to, (guint16) port);
  client->presence_socket = kith_socket_datagram (&local, NULL);
  return client->presence_socket != KITH_SOCKET_NONE;
}

/* What the answer to hello says: the session, where datagrams go, and the keys where TLS does not give them. */
void
kith_client_presence_greet (KithClient *client, json_object *answer)
{
  guint8 session[8], material[KITH_SEAL_MATERIAL];
  json_object *object = kith_member_object (answer, "presence");
  if (object == NULL || !kith_hex_parse (kith_member_string (object, "session"), session, sizeof session))
    return;
  const char *key = kith_member_string (object, "key");
  gboolean keyed = key != NULL ? kith_hex_parse (key, material, sizeof material)
                               : kith_tls_export (client->link.stream, LABEL, material, sizeof material);
  guint64 number = 0;
  for (guint i = 0; i < sizeof session; i++)
    number = number << 8 | session[i];
  gboolean reachable = keyed && open_socket (client, kith_member_integer (object, "port", 0));
  kith_presence_core_begin (client->presence, number, reachable ? material : NULL);
}

static void
take_choice (KithClient *client, json_object *object)
{
  KithPresence choice = {.until = kith_member_integer (object, "until", 0)};
  const char *text = kith_member_string (object, "text");
  kith_presence_parse (kith_member_string (object, "state"), &choice.state);
  choice.text = g_strdup (text != NULL ? text : "");
  g_free ((char *) client->choice.text);
  client->choice = choice;
  if (client->hooks->status != NULL)
    client->hooks->status (client, &client->choice, client->data);
}

static void
forget_removed (KithClient *client, json_object *answer)
{
  json_object *people = NULL, *removed = kith_member_object (answer, "removed");
  if (removed == NULL || !json_object_object_get_ex (removed, "people", &people) ||
      !json_object_is_type (people, json_type_array))
    return;
  for (gsize i = 0; i < json_object_array_length (people); i++) {
    const char *text = json_object_get_string (json_object_array_get_idx (people, i));
    gint64 id;
    if (text != NULL && kith_id_parse (text, 'u', &id))
      kith_presence_core_forget (client->presence, id);
  }
}

void
kith_client_presence_learn (KithClient *client, json_object *answer)
{
  KithNews news;
  json_object *object = kith_member_object (answer, "presence"), *status = kith_member_object (answer, "status");
  forget_removed (client, answer);
  if (status != NULL)
    take_choice (client, status);
  if (object != NULL && kith_news_take (object, &news))
    kith_presence_core_learn (client->presence, &news, client->now_us);
}

void
kith_client_on_presence (KithClient *client, json_object *push)
{
  KithNews news;
  if (kith_news_take (push, &news))
    kith_presence_core_frame (client->presence, &news);
}

void
kith_client_on_status (KithClient *client, json_object *push)
{
  take_choice (client, push);
}

void
kith_client_presence_step (KithClient *client)
{
  guint8 packet[KITH_PACKET_MAX + 1]; /* one more: what was cut is too long */
  for (guint i = 0; i < PACKETS_A_STEP && client->presence_socket != KITH_SOCKET_NONE; i++) {
    KithAddress from;
    gsize got;
    if (kith_socket_receive_from (client->presence_socket, packet, sizeof packet, &got, &from, NULL) != KITH_IO_OK)
      break;
    kith_presence_core_packet (client->presence, packet, got, client->now_us);
  }
  kith_presence_core_step (client->presence, client->now_us);
}

void
kith_client_presence_watches (KithClient *client, GArray *watches)
{
  KithWatch watch = {client->presence_socket, KITH_POLL_READ};
  if (client->presence_socket != KITH_SOCKET_NONE)
    g_array_append_val (watches, watch);
}

const KithPresence *
kith_client_presence (KithClient *client, gint64 account)
{
  return kith_presence_core_find (client->presence, account);
}

const KithPresence *
kith_client_choice (KithClient *client)
{
  return &client->choice;
}

KithPresencePath
kith_client_presence_path (KithClient *client)
{
  return kith_presence_core_path (client->presence);
}

void
kith_client_set_idle (KithClient *client, gboolean idle)
{
  kith_presence_core_set_idle (client->presence, idle);
}
