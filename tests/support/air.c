/* air.c - in ticks of 2 ms: what has arrived is handed over, the hub runs when it is due, and so does each core. */
#include "support/air.h"

#include <string.h>

#include "proto/message.h"

#define TICK_US 2000
#define BUDGET 256

typedef struct {
  gint64 due_us;
  guint64 connection; /* whom it is for, or from whom (frames); a packet to the hub: 0 */
  gboolean up, frame;
  guint32 address; /* packets to the hub: where from; packets to a client: where to */
  GBytes *bytes;
} Parcel;

static void
free_parcel (gpointer data)
{
  Parcel *parcel = data;
  g_bytes_unref (parcel->bytes);
  g_free (parcel);
}

static void
post (Air *air, Parcel parcel, const void *data, gsize size)
{
  parcel.bytes = g_bytes_new (data, size);
  g_ptr_array_add (air->parcels, g_memdup2 (&parcel, sizeof parcel));
}

/* A packet in the weather: never, once or twice, each after a time of its own. */
static void
post_packet (Air *air, gboolean up, guint32 address, const guint8 *packet, gsize size)
{
  guint copies = (guint) g_rand_int_range (air->rand, 0, 100) < air->weather.twice ? 2 : 1;
  if (up ? air->weather.no_packets_up : air->weather.no_packets_down)
    return;
  for (guint i = 0; i < copies; i++) {
    gint64 delay_us = 1000 * g_rand_int_range (air->rand, 1, (gint32) air->weather.delay_ms + 2);
    if ((guint) g_rand_int_range (air->rand, 0, 100) >= air->weather.loss)
      post (air, (Parcel){.due_us = air->now_us + delay_us, .up = up, .address = address}, packet, size);
  }
}

static KithAddress
make_address (guint32 number)
{
  KithAddress address = {.length = sizeof number};
  memcpy (address.data.bytes, &number, sizeof number);
  return address;
}

/* The hub's world */

static void
hub_send (gpointer data, guint64 socket, const KithAddress *to, const guint8 *packet, gsize size)
{
  Air *air = data;
  guint32 number;
  memcpy (&number, to->data.bytes, sizeof number);
  air->sent_by_hub++;
  post_packet (air, FALSE, number, packet, size);
}

static gboolean
hub_push (gpointer data, guint64 connection, const char *members)
{
  Air *air = data;
  if (air->weather.frames_full)
    return FALSE;
  g_autofree char *frame = g_strdup_printf ("{%s}", members);
  post (air, (Parcel){.due_us = air->now_us + 1000, .connection = connection, .frame = TRUE}, frame, strlen (frame));
  return TRUE;
}

static gboolean
hub_keys (gpointer data, guint64 connection, guint8 material[KITH_SEAL_MATERIAL])
{
  Air *air = data;
  const AirClient *client = g_hash_table_lookup (air->by_connection, &connection);
  if (client != NULL)
    memcpy (material, client->material, KITH_SEAL_MATERIAL);
  return client != NULL;
}

static gboolean
hub_sees (gpointer data, gint64 viewer, gint64 person)
{
  const Air *air = data;
  return viewer != air->blind || person != air->hidden;
}

static void
hub_expired (gpointer data, gint64 account)
{
  ((Air *) data)->expired++;
}

static const KithdHubIo hub_io = {hub_send, hub_push, hub_keys, hub_sees, hub_expired};

/* A client's world */

static void
client_send (gpointer data, const guint8 *packet, gsize size)
{
  AirClient *client = data;
  post_packet (client->air, TRUE, client->address, packet, size);
}

static void
client_frame (gpointer data, json_object *frame)
{
  AirClient *client = data;
  const char *text = json_object_to_json_string (frame);
  post (client->air,
        (Parcel){.due_us = client->air->now_us + 1000, .connection = client->connection, .up = TRUE, .frame = TRUE},
        text, strlen (text));
}

static void
client_changed (gpointer data, const KithPresence *presence)
{
  ((AirClient *) data)->changes++;
}

static void
new_hub (Air *air)
{
  air->hub = kithd_hub_new (&hub_io, air, ((guint64) g_rand_int (air->rand) << 32) | g_rand_int (air->rand));
  kithd_hub_set_time (air->hub, air->now_us, air_real_ms (air));
}

static void
free_client (gpointer data)
{
  AirClient *client = data;
  kith_presence_core_free (client->core);
  g_free (client);
}

static void
free_choice (gpointer data)
{
  g_free ((char *) ((KithPresence *) data)->text);
  g_free (data);
}

static void
clear_bytes (gpointer data)
{
  g_bytes_unref (*(GBytes **) data);
}

Air *
air_new (guint32 seed)
{
  Air *air = g_new0 (Air, 1);
  air->rand = g_rand_new_with_seed (seed);
  air->clients = g_ptr_array_new_with_free_func (free_client);
  air->choices = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_choice);
  air->by_connection = g_hash_table_new (g_int64_hash, g_int64_equal);
  air->parcels = g_ptr_array_new_with_free_func (free_parcel);
  air->heard = g_array_new (FALSE, FALSE, sizeof (GBytes *));
  g_array_set_clear_func (air->heard, clear_bytes);
  air->now_us = G_USEC_PER_SEC;
  air->base_ms = G_GINT64_CONSTANT (1700000000000);
  new_hub (air);
  return air;
}

void
air_free (Air *air)
{
  kithd_hub_free (air->hub);
  g_ptr_array_unref (air->clients);
  g_hash_table_unref (air->choices);
  g_hash_table_unref (air->by_connection);
  g_ptr_array_unref (air->parcels);
  g_array_unref (air->heard);
  g_rand_free (air->rand);
  g_free (air);
}

void
air_hide (Air *air, gint64 person, gint64 viewer)
{
  gint64 blind = air->blind, hidden = air->hidden;
  air->blind = viewer;
  air->hidden = person;
  if (blind != 0)
    kithd_hub_sight (air->hub, blind, hidden);
  if (viewer != 0)
    kithd_hub_sight (air->hub, viewer, person);
}

gint64
air_real_ms (const Air *air)
{
  return air->base_ms + air->now_us / 1000;
}

void
air_restart (Air *air)
{
  for (guint i = 0; i < air->clients->len; i++) {
    AirClient *client = air->clients->pdata[i];
    kith_presence_core_end (client->core);
    client->connection = 0;
  }
  g_hash_table_remove_all (air->by_connection);
  kithd_hub_free (air->hub);
  new_hub (air);
}

static void
apply_choice (Air *air, gint64 account)
{
  const KithPresence *choice = g_hash_table_lookup (air->choices, &account);
  if (choice != NULL)
    kithd_hub_choose (air->hub, account, choice->state, choice->text, choice->until);
}

void
air_connect (AirClient *client)
{
  Air *air = client->air;
  KithNews news;
  g_autoptr (GArray) nobody = g_array_new (FALSE, FALSE, sizeof (gint64));
  client->connection = ++air->last_connection;
  client->address = ++air->last_address;
  for (guint i = 0; i < KITH_SEAL_MATERIAL; i++)
    client->material[i] = (guint8) g_rand_int (air->rand);
  g_hash_table_insert (air->by_connection, &client->connection, client);
  apply_choice (air, client->account);
  kithd_hub_sign_in (air->hub, client->connection, client->account);
  kith_presence_core_begin (client->core, kithd_hub_session (air->hub, client->connection), client->material);
  g_autofree char *members = kithd_hub_snapshot (air->hub, client->connection, nobody);
  g_autofree char *text = g_strdup_printf ("{%s}", members);
  json_object *root = json_tokener_parse (text);
  g_assert_true (kith_news_take (root, &news));
  kith_presence_core_learn (client->core, &news, air->now_us);
  json_object_put (root);
}

AirClient *
air_join (Air *air, gint64 account)
{
  static const KithPresenceIo io = {client_send, client_frame, client_changed};
  AirClient *client = g_new0 (AirClient, 1);
  client->air = air;
  client->account = account;
  client->core = kith_presence_core_new (&io, client);
  g_ptr_array_add (air->clients, client);
  air_connect (client);
  return client;
}

void
air_leave (AirClient *client)
{
  kithd_hub_close (client->air->hub, client->connection);
  g_hash_table_remove (client->air->by_connection, &client->connection);
  kith_presence_core_end (client->core);
  client->connection = 0;
}

void
air_choose (Air *air, gint64 account, KithPresenceState state, const char *text, gint64 until_ms)
{
  KithPresence choice = {account, 0, state, g_strdup (text), until_ms};
  g_hash_table_replace (air->choices, g_memdup2 (&account, sizeof account), g_memdup2 (&choice, sizeof choice));
  apply_choice (air, account);
}

void
air_inject (Air *air, guint32 address, const void *packet, gsize size)
{
  KithAddress from = make_address (address);
  kithd_hub_packet (air->hub, 1, &from, packet, size);
}

static AirClient *
find_by_address (Air *air, guint32 address)
{
  for (guint i = 0; i < air->clients->len; i++)
    if (((AirClient *) air->clients->pdata[i])->address == address)
      return air->clients->pdata[i];
  return NULL;
}

static void
deliver_frame (Air *air, const Parcel *parcel, const char *text)
{
  AirClient *client = g_hash_table_lookup (air->by_connection, &parcel->connection);
  json_object *root = json_tokener_parse (text);
  KithReport report;
  KithNews news;
  if (client != NULL && parcel->up) {
    g_autoptr (KithValue) values = kith_values_parse (text, strlen (text), NULL, NULL);
    kith_report_take (values, &report);
    kithd_hub_frame (air->hub, parcel->connection, &report);
  } else if (client != NULL && kith_news_take (root, &news))
    kith_presence_core_frame (client->core, &news);
  json_object_put (root);
}

static void
deliver (Air *air, const Parcel *parcel)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (parcel->bytes, &size);
  if (parcel->frame) {
    g_autofree char *text = g_strndup ((const char *) data, size);
    deliver_frame (air, parcel, text);
  } else if (parcel->up) {
    GBytes *kept = g_bytes_ref (parcel->bytes);
    g_array_append_val (air->heard, kept);
    air_inject (air, parcel->address, data, size);
  } else {
    AirClient *client = find_by_address (air, parcel->address);
    if (client != NULL)
      kith_presence_core_packet (client->core, data, size, air->now_us);
  }
}

static void
tick (Air *air)
{
  kithd_hub_set_time (air->hub, air->now_us, air_real_ms (air));
  for (guint i = 0; i < air->parcels->len;) {
    Parcel *parcel = air->parcels->pdata[i];
    if (parcel->due_us > air->now_us) {
      i++;
      continue;
    }
    g_ptr_array_steal_index_fast (air->parcels, i);
    deliver (air, parcel);
    free_parcel (parcel);
  }
  if (kithd_hub_due (air->hub) <= air->now_us)
    kithd_hub_run (air->hub, BUDGET);
  for (guint i = 0; i < air->clients->len; i++) {
    AirClient *client = air->clients->pdata[i];
    if (kith_presence_core_due (client->core) <= air->now_us)
      kith_presence_core_step (client->core, air->now_us);
  }
}

void
air_run (Air *air, guint milliseconds)
{
  for (gint64 end_us = air->now_us + (gint64) milliseconds * 1000; air->now_us < end_us; air->now_us += TICK_US)
    tick (air);
}

KithPresenceState
air_state (AirClient *client, gint64 account)
{
  return kith_presence_core_find (client->core, account)->state;
}
