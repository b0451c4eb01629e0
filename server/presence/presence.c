/* presence.c - datagrams to the hub and to the finder, connections to sessions, choices to the people whom they
 * concern. */
#include "presence/presence.h"

#include "domain/rate.h"
#include "net/seal.h"
#include "presence/hub.h"
#include "presence/ports.h"
#include "proto/build.h"
#include "proto/discovery.h"
#include "proto/id.h"
#include "proto/scan.h"

#include <string.h>

#define LABEL "EXPORTER-kith-presence"
#define RECEIVED_AT_ONCE 64   /* datagrams of a socket in a turn */
#define SENT_AT_ONCE 256      /* packets and frames in a turn */
#define ANSWERS_PER_SECOND 64 /* to who looks for servers */
#define REFRESH_TICKS 5       /* seconds between looks at the interfaces */

struct _KithdPresence {
  KithdPresenceParts parts;
  KithdPorts *ports;
  KithdHub *hub;
  guint8 secret[32]; /* of this run: keys where there is no TLS */
  KithdRate finding;
  gint64 now_us, alarm_us;
  guint64 alarm; /* timer that wakes the loop for the hub; 0: none */
  guint ticks;
};

/* What the hub needs */

static void
send_packet (gpointer data, guint64 socket, const KithAddress *to, const guint8 *packet, gsize size)
{
  KithdPresence *presence = data;
  kithd_ports_send (presence->ports, socket, to, packet, size);
}

static gboolean
push_members (gpointer data, guint64 connection, const char *members)
{
  KithdPresence *presence = data;
  KithdConn *conn = kithd_conns_find (presence->parts.conns, connection);
  g_autofree char *text = g_strdup_printf ("{\"type\":\"presence\",%s}\n", members);
  g_autoptr (KithdFrame) frame = kithd_frame_new (text, strlen (text));
  return conn != NULL && kithd_conn_push_fleeting (conn, frame);
}

/* Half of the key material of a connection without TLS. */
static void
derive (KithdPresence *presence, guint64 connection, guint8 half, guint8 out[64])
{
  gsize size = 64;
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA512, presence->secret, sizeof presence->secret);
  g_hmac_update (hmac, (const guchar *) &connection, sizeof connection);
  g_hmac_update (hmac, &half, 1);
  g_hmac_get_digest (hmac, out, &size);
}

static void
derive_keys (KithdPresence *presence, guint64 connection, guint8 material[KITH_SEAL_MATERIAL])
{
  guint8 whole[128];
  derive (presence, connection, 0, whole);
  derive (presence, connection, 1, whole + 64);
  memcpy (material, whole, KITH_SEAL_MATERIAL);
}

static gboolean
find_keys (gpointer data, guint64 connection, guint8 material[KITH_SEAL_MATERIAL])
{
  KithdPresence *presence = data;
  KithdConn *conn = kithd_conns_find (presence->parts.conns, connection);
  if (conn == NULL)
    return FALSE;
  if (!kithd_conn_export (conn, LABEL, material, KITH_SEAL_MATERIAL))
    derive_keys (presence, connection, material);
  return TRUE;
}

static gboolean
sees (gpointer data, gint64 viewer, gint64 person)
{
  KithdPresence *presence = data;
  const KithdAccount *account = kithd_domain_account (presence->parts.domain, person);
  return account != NULL && !account->record.deleted && !kithd_account_blocks (account, viewer);
}

/* Tells every device of an account what it has chosen. */
static void
tell_choice (KithdPresence *presence, gint64 account_id)
{
  const KithdAccount *account = kithd_domain_account (presence->parts.domain, account_id);
  const GPtrArray *conns = kithd_conns_of_account (presence->parts.conns, account_id);
  if (account == NULL || conns == NULL)
    return;
  json_object *push = json_object_new_object ();
  kith_add_string (push, "type", "status");
  kithd_presence_add_choice (account, push);
  g_autoptr (KithdFrame) frame = kithd_frame_take_bytes (kith_frame_encode (push));
  json_object_put (push);
  for (guint i = 0; i < conns->len; i++)
    kithd_conn_push_state (conns->pdata[i], frame);
}

static void
on_expired (gpointer data, gint64 account)
{
  tell_choice (data, account);
}

static const KithdHubIo hub_io = {send_packet, push_members, find_keys, sees, on_expired};

KithdPresence *
kithd_presence_new (const KithdPresenceParts *parts, GError **error)
{
  guint64 salt;
  KithdPresence *presence = g_new0 (KithdPresence, 1);
  presence->parts = *parts;
  presence->ports = kithd_ports_new (parts->poller);
  presence->alarm_us = G_MAXINT64;
  if (!kith_seal_random (presence->secret, sizeof presence->secret) || !kith_seal_random (&salt, sizeof salt)) {
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_INTERNAL, "The system gives no random numbers.");
    kithd_presence_free (presence);
    return NULL;
  }
  presence->hub = kithd_hub_new (&hub_io, presence, salt);
  return presence;
}

void
kithd_presence_free (KithdPresence *presence)
{
  if (presence == NULL)
    return;
  kithd_hub_free (presence->hub);
  kithd_ports_free (presence->ports);
  kith_poller_timer_remove (presence->parts.poller, presence->alarm);
  g_free (presence);
}

void
kithd_presence_listen (KithdPresence *presence, const KithAddress *address)
{
  const KithdSettings *settings = presence->parts.settings;
  if (settings->presence || settings->discovery)
    kithd_ports_listen (presence->ports, address, settings->discovery);
}

void
kithd_presence_begin_turn (KithdPresence *presence, gint64 now_us)
{
  presence->now_us = now_us;
  kithd_hub_set_time (presence->hub, now_us, g_get_real_time () / 1000);
}

/* Datagrams */

static void
answer_find (KithdPresence *presence, guint64 socket, const KithAddress *from, const char *data, gsize size)
{
  guint8 nonce[KITH_NONCE_BYTES];
  if (!presence->parts.settings->discovery || !kith_find_read (data, size, nonce) ||
      !kithd_rate_take (&presence->finding, ANSWERS_PER_SECOND, G_USEC_PER_SEC, ANSWERS_PER_SECOND, presence->now_us,
                        NULL))
    return;
  const KithFound found = {.name = presence->parts.settings->name,
                           .pin = (char *) presence->parts.pin,
                           .port = kithd_ports_port (presence->ports, socket),
                           .people = kithd_domain_people (presence->parts.domain)};
  g_autofree char *answer = kith_found_write (nonce, &found);
  kithd_ports_send (presence->ports, socket, from, answer, strlen (answer));
}

static void
take_datagram (KithdPresence *presence, guint64 socket, const KithAddress *from, const guint8 *data, gsize size)
{
  if (size > 0 && data[0] == '{')
    answer_find (presence, socket, from, (const char *) data, size);
  else
    kithd_hub_packet (presence->hub, socket, from, data, size);
}

gboolean
kithd_presence_on_ready (KithdPresence *presence, const KithReady *ready)
{
  guint8 data[KITH_PACKET_MAX + 1]; /* one more: what was cut is too long */
  if (!kithd_ports_owns (presence->ports, ready->token))
    return FALSE;
  for (guint i = 0; i < RECEIVED_AT_ONCE; i++) {
    KithAddress from;
    gsize got;
    guint64 socket;
    if (!kithd_ports_receive (presence->ports, ready->token, data, sizeof data, &got, &from, &socket))
      break;
    take_datagram (presence, socket, &from, data, got);
  }
  return TRUE;
}

void
kithd_presence_frame (KithdPresence *presence, KithdConn *conn, const KithValue *frame)
{
  KithReport report;
  kith_report_take (frame, &report);
  kithd_hub_frame (presence->hub, kithd_conn_id (conn), &report);
}

/* Time */

static void
do_nothing (gpointer data)
{
}

void
kithd_presence_run (KithdPresence *presence)
{
  if (kithd_hub_due (presence->hub) <= presence->now_us)
    kithd_hub_run (presence->hub, SENT_AT_ONCE);
  gint64 due_us = kithd_hub_due (presence->hub);
  if (due_us == presence->alarm_us && due_us > presence->now_us)
    return;
  kith_poller_timer_remove (presence->parts.poller, presence->alarm);
  presence->alarm_us = due_us;
  presence->alarm = due_us < G_MAXINT64 ? kith_poller_timer_add (presence->parts.poller, due_us, do_nothing, NULL) : 0;
}

void
kithd_presence_tick (KithdPresence *presence)
{
  if (++presence->ticks % REFRESH_TICKS == 0)
    kithd_ports_refresh (presence->ports);
}

/* Connections */

void
kithd_presence_greet (KithdPresence *presence, KithdConn *conn, GString *answer)
{
  guint8 material[KITH_SEAL_MATERIAL];
  char key[2 * KITH_SEAL_MATERIAL + 1];
  guint16 port = kithd_conn_port (conn);
  if (!presence->parts.settings->presence)
    return;
  g_string_append_printf (answer, ",\"presence\":{\"session\":\"%016" G_GINT64_MODIFIER "x\"",
                          kithd_hub_session (presence->hub, kithd_conn_id (conn)));
  if (port != 0 && kithd_ports_has (presence->ports, port))
    g_string_append_printf (answer, ",\"port\":%u", port);
  if (!kithd_conn_can_export (conn)) {
    derive_keys (presence, kithd_conn_id (conn), material);
    g_string_append_printf (answer, ",\"key\":\"%s\"", kith_hex_format (material, sizeof material, key));
  }
  g_string_append_c (answer, '}');
}

static void
choose (KithdPresence *presence, const KithdAccount *account)
{
  KithPresence choice = kithd_presence_choice (account, g_get_real_time () / 1000);
  kithd_hub_choose (presence->hub, choice.account, choice.state, choice.text, choice.until);
}

void
kithd_presence_sign_in (KithdPresence *presence, KithdConn *conn)
{
  const KithdAccount *account = kithd_domain_account (presence->parts.domain, kithd_conn_account (conn));
  if (!presence->parts.settings->presence || account == NULL)
    return;
  choose (presence, account);
  kithd_hub_sign_in (presence->hub, kithd_conn_id (conn), account->record.id);
}

void
kithd_presence_closed (KithdPresence *presence, KithdConn *conn)
{
  kithd_hub_close (presence->hub, kithd_conn_id (conn));
}

void
kithd_presence_add_to_sync (KithdPresence *presence, KithdConn *conn, const GArray *accounts, json_object *answer)
{
  static const KithScanLimits limits = {KITH_TOKENS_TO_CLIENT, KITH_DEPTH};
  const KithdAccount *me = kithd_domain_account (presence->parts.domain, kithd_conn_account (conn));
  if (!presence->parts.settings->presence || me == NULL)
    return;
  json_object *status = json_object_new_object ();
  kithd_presence_add_choice (me, status);
  json_object_object_add (answer, "status", status);
  g_autofree char *members = kithd_hub_snapshot (presence->hub, kithd_conn_id (conn), accounts);
  if (members == NULL)
    return;
  g_autofree char *text = g_strdup_printf ("{%s}", members);
  g_autoptr (KithValue) values = kith_scan (text, strlen (text), &limits, NULL);
  if (values != NULL)
    json_object_object_add (answer, "presence", kith_build (values));
}

/* Choices */

KithPresence
kithd_presence_choice (const KithdAccount *account, gint64 real_ms)
{
  const KithdAccountRecord *record = &account->record;
  gboolean over = record->status_until != 0 && record->status_until <= real_ms;
  if (over || record->status >= KITH_PRESENCE_OFFLINE)
    return (KithPresence){.account = record->id, .text = ""};
  return (KithPresence){.account = record->id,
                        .state = (KithPresenceState) record->status,
                        .text = record->status_text != NULL ? record->status_text : "",
                        .until = record->status_until};
}

void
kithd_presence_add_choice (const KithdAccount *account, json_object *object)
{
  KithPresence choice = kithd_presence_choice (account, g_get_real_time () / 1000);
  kith_add_string (object, "state", kith_presence_name (choice.state));
  kith_add_string (object, "text", choice.text);
  kith_add_integer (object, "until", choice.until);
}

void
kithd_presence_change (KithdPresence *presence, const KithdChange *change)
{
  if (change->kind == KITHD_CHANGE_BLOCK && presence->parts.settings->presence)
    kithd_hub_sight (presence->hub, change->block.blocked, change->block.account);
  const KithdAccount *account =
      change->kind == KITHD_CHANGE_STATUS ? kithd_domain_account (presence->parts.domain, change->account.id) : NULL;
  if (account == NULL || !presence->parts.settings->presence)
    return;
  choose (presence, account);
  tell_choice (presence, account->record.id);
}
