/* doctor-presence.c - whether UDP gets through both ways: a probe, which the server answers and which changes nothing
 * else. */
#include "client/doctor-private.h"

#include <string.h>

#include "net/poller.h"
#include "net/seal.h"
#include "net/tls.h"
#include "proto/id.h"
#include "proto/presence.h"

#define LABEL "EXPORTER-kith-presence"
#define AGAIN_US (300 * G_TIME_SPAN_MILLISECOND)
#define TRIES 10

struct _KithDoctorProbe {
  KithSocket socket;
  KithAddress to;
  KithSeal of_client, of_server;
  guint64 session, counter;
  gint64 first_us, next_us;
};

static gboolean
read_keys (KithDoctor *doctor, json_object *presence, KithDoctorProbe *probe)
{
  guint8 session[8], material[KITH_SEAL_MATERIAL];
  const char *key = kith_member_string (presence, "key");
  if (!kith_hex_parse (kith_member_string (presence, "session"), session, sizeof session) ||
      !(key != NULL ? kith_hex_parse (key, material, sizeof material)
                    : kith_tls_export (doctor->link.stream, LABEL, material, sizeof material)))
    return FALSE;
  for (guint i = 0; i < sizeof session; i++)
    probe->session = probe->session << 8 | session[i];
  kith_seal_split (material, &probe->of_client, &probe->of_server);
  return TRUE;
}

static gboolean
open_socket (KithDoctor *doctor, gint64 port, KithDoctorProbe *probe)
{
  KithAddress local;
  if (!kith_socket_peer_address (kith_stream_socket (doctor->link.stream), &probe->to, NULL) ||
      !kith_address_parse (kith_address_is_ipv6 (&probe->to) ? "[::]:0" : "*:0", 0, &local, NULL))
    return FALSE;
  kith_address_set_port (&probe->to, (guint16) port);
  probe->socket = kith_socket_datagram (&local, NULL);
  return probe->socket != KITH_SOCKET_NONE;
}

static void
begin_presence (KithDoctor *doctor)
{
  json_object *presence = kith_member_object (doctor->hello, "presence");
  gint64 port = presence != NULL ? kith_member_integer (presence, "port", 0) : 0;
  if (presence == NULL) {
    kith_doctor_conclude (doctor, KITH_CHECK_SKIPPED, NULL, "This server does not tell who is there.");
    return;
  }
  KithDoctorProbe *probe = doctor->probe = g_new0 (KithDoctorProbe, 1);
  probe->socket = KITH_SOCKET_NONE;
  if (port == 0 || !read_keys (doctor, presence, probe) || !open_socket (doctor, port, probe))
    kith_doctor_conclude (doctor, KITH_CHECK_SKIPPED, NULL, "Who is there is told without UDP here.");
  probe->first_us = doctor->now_us;
}

static void
send_probe (KithDoctor *doctor)
{
  KithDoctorProbe *probe = doctor->probe;
  guint8 packet[KITH_PACKET_MAX];
  KithReport report = {.probe = TRUE};
  KithPacketHeader header = {KITH_PACKET_REPORT, probe->session, ++probe->counter};
  json_object *body = json_object_new_object ();
  kith_report_write (&report, FALSE, body);
  g_autofree char *text = g_strdup (kith_json_text (body));
  gsize size = strlen (text);
  json_object_put (body);
  kith_packet_write (&header, packet);
  if (kith_seal (&probe->of_client, header.counter, packet, KITH_PACKET_HEADER, text, size,
                 packet + KITH_PACKET_HEADER))
    kith_socket_send_to (probe->socket, packet, KITH_PACKET_HEADER + size + KITH_PACKET_TAG, &probe->to, NULL);
  probe->next_us = doctor->now_us + AGAIN_US;
}

/* Whether a datagram is the server's answer. */
static gboolean
is_answer (const KithDoctorProbe *probe, const guint8 *packet, gsize size)
{
  KithPacketHeader header;
  guint8 body[KITH_PACKET_MAX];
  return kith_packet_read (packet, size, &header) && header.kind == KITH_PACKET_NEWS &&
         header.session == probe->session &&
         kith_unseal (&probe->of_server, header.counter, packet, KITH_PACKET_HEADER, packet + KITH_PACKET_HEADER,
                      size - KITH_PACKET_HEADER, body);
}

static void
step_presence (KithDoctor *doctor)
{
  KithDoctorProbe *probe = doctor->probe;
  guint8 packet[KITH_PACKET_MAX + 1];
  KithAddress from;
  gsize got;
  while (kith_socket_receive_from (probe->socket, packet, sizeof packet, &got, &from, NULL) == KITH_IO_OK)
    if (got <= KITH_PACKET_MAX && is_answer (probe, packet, got)) {
      kith_doctor_conclude (doctor, KITH_CHECK_OK, NULL, "UDP gets through both ways, in %.1f ms.",
                            (double) (doctor->now_us - probe->first_us) / 1000);
      return;
    }
  if (doctor->now_us < probe->next_us)
    return;
  if (probe->counter < TRIES)
    send_probe (doctor);
  else
    kith_doctor_conclude (
        doctor, KITH_CHECK_WARNING,
        "It works without, a little less promptly. To change it, permit UDP with the port of the server, "
        "in firewalls on the way and on both computers.",
        "UDP does not get through, there or back: who is there is told over TCP.");
}

static void
watch_presence (KithDoctor *doctor, GArray *watches)
{
  KithWatch watch = {doctor->probe->socket, KITH_POLL_READ};
  g_array_append_val (watches, watch);
}

static gint64
due_presence (KithDoctor *doctor)
{
  return doctor->probe->next_us;
}

static void
end_presence (KithDoctor *doctor)
{
  if (doctor->probe != NULL)
    kith_socket_close (doctor->probe->socket);
  g_clear_pointer (&doctor->probe, g_free);
}

const KithDoctorCheck kith_doctor_presence = {
    .name = "presence",
    .title = "Presence",
    .needs = "sign-in",
    .unix_reason = "A Unix socket has no UDP.",
    .begin = begin_presence,
    .step = step_presence,
    .watches = watch_presence,
    .due = due_presence,
    .end = end_presence,
    .late = "UDP does not get through: who is there is told over TCP.",
    .late_advice = "It works without. To change it, permit UDP with the port of the server.",
    .may_fail = TRUE,
};
