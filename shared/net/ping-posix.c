/* ping-posix.c - a raw ICMP socket where that is permitted (CAP_NET_RAW), else the unprivileged ping socket of Linux
 * and macOS (SOCK_DGRAM; net.ipv4.ping_group_range). The kernel gives the latter an identifier of its own and shows it
 * nobody else's answers; a raw socket hears every ICMP packet, so identifier and sequence are compared. */
#include "net/ping.h"

#include "net/net-private.h"
#include "net/poller.h"

#include <string.h>

#define INTERVAL_US (200 * G_TIME_SPAN_MILLISECOND)
#define PATIENCE_US G_TIME_SPAN_SECOND /* after the last request */

enum { ECHO_REPLY_4 = 0, ECHO_REQUEST_4 = 8, ECHO_REQUEST_6 = 128, ECHO_REPLY_6 = 129 };

/* RFC 792, page 14; RFC 4443, 4.1: the same layout. In network byte order. */
typedef struct {
  guint8 type, code;
  guint16 checksum, id, sequence;
  guint8 payload[16];
} Echo;

struct _KithPing {
  KithSocket socket;
  gboolean raw, ipv6;
  guint16 id;
  guint count, sent, received;
  gint64 sent_us[KITH_PING_MOST]; /* 0: not sent, or answered */
  gint64 next_us;                 /* when to send; after the last one, when to give up */
  gint64 best_us, worst_us, sum_us;
};

/* RFC 1071. Of ICMPv6 the kernel makes it itself. */
static guint16
checksum (const Echo *echo)
{
  const guint8 *bytes = (const guint8 *) echo;
  guint32 sum = 0;
  for (gsize i = 0; i < sizeof *echo; i += 2)
    sum += (guint32) bytes[i] << 8 | bytes[i + 1];
  sum = (sum >> 16) + (sum & 0xffff);
  return htons ((guint16) ~(sum + (sum >> 16)));
}

static gboolean
open_socket (KithPing *ping, const KithAddress *to, GError **error)
{
  static const int kinds[] = {SOCK_RAW, SOCK_DGRAM};
  int family = kith_address_family (to), protocol = ping->ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP, code = 0;
  for (guint i = 0; i < G_N_ELEMENTS (kinds) && ping->socket == KITH_SOCKET_NONE; i++) {
    ping->socket = socket (family, kinds[i] | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    ping->raw = kinds[i] == SOCK_RAW;
    code = ping->socket == KITH_SOCKET_NONE ? kith_system_last_error () : 0;
  }
  if (code == 0 && connect ((int) ping->socket, kith_address_raw (to), to->length) != 0)
    code = kith_system_last_error ();
  if (code != 0)
    kith_net_fail (error, KITH_DOING_SETUP, code, to);
  return code == 0;
}

KithPing *
kith_ping_new (const KithAddress *to, guint count, GError **error)
{
  g_autoptr (KithPing) ping = g_new0 (KithPing, 1);
  ping->socket = KITH_SOCKET_NONE;
  ping->ipv6 = kith_address_is_ipv6 (to);
  ping->id = (guint16) g_random_int ();
  ping->count = CLAMP (count, 1, KITH_PING_MOST);
  return open_socket (ping, to, error) ? g_steal_pointer (&ping) : NULL;
}

void
kith_ping_free (KithPing *ping)
{
  if (ping == NULL)
    return;
  kith_socket_close (ping->socket);
  g_free (ping);
}

void
kith_ping_watches (KithPing *ping, GArray *watches)
{
  KithWatch watch = {ping->socket, KITH_POLL_READ};
  g_array_append_val (watches, watch);
}

gint64
kith_ping_due (KithPing *ping)
{
  return ping->received == ping->count ? 0 : ping->next_us;
}

static void
send_echo (KithPing *ping, gint64 now_us)
{
  Echo echo = {.type = ping->ipv6 ? ECHO_REQUEST_6 : ECHO_REQUEST_4,
               .id = htons (ping->id),
               .sequence = htons ((guint16) ping->sent)};
  gsize sent = 0;
  if (!ping->ipv6)
    echo.checksum = checksum (&echo);
  kith_socket_send (ping->socket, &echo, sizeof echo, &sent, NULL);
  ping->sent_us[ping->sent++] = now_us;
  ping->next_us = now_us + (ping->sent < ping->count ? INTERVAL_US : PATIENCE_US);
}

/* Where the ICMP part begins: raw IPv4 sockets get the IP header, too. */
static const guint8 *
skip_header (const KithPing *ping, const guint8 *packet, gsize *size)
{
  gsize header = ping->raw && !ping->ipv6 && *size > 0 ? (gsize) (packet[0] & 0x0f) * 4 : 0;
  if (header > *size)
    return NULL;
  *size -= header;
  return packet + header;
}

static void
take_packet (KithPing *ping, const guint8 *packet, gsize size, gint64 now_us)
{
  Echo echo;
  packet = skip_header (ping, packet, &size);
  if (packet == NULL || size < G_STRUCT_OFFSET (Echo, payload))
    return;
  memcpy (&echo, packet, G_STRUCT_OFFSET (Echo, payload));
  guint sequence = ntohs (echo.sequence);
  if (echo.type != (ping->ipv6 ? ECHO_REPLY_6 : ECHO_REPLY_4) || (ping->raw && ntohs (echo.id) != ping->id) ||
      sequence >= ping->sent || ping->sent_us[sequence] == 0)
    return;
  gint64 took = MAX (now_us - ping->sent_us[sequence], 1);
  ping->sent_us[sequence] = 0;
  ping->best_us = ping->received == 0 ? took : MIN (ping->best_us, took);
  ping->worst_us = MAX (ping->worst_us, took);
  ping->sum_us += took;
  ping->received++;
}

/* An error (unreachable, refused) is taken with the call that tells it; what follows may still be an answer. */
static void
receive_all (KithPing *ping, gint64 now_us)
{
  for (guint i = 0; i < 4 * KITH_PING_MOST; i++) {
    guint8 packet[1024];
    gsize got = 0;
    KithIo io = kith_socket_receive (ping->socket, packet, sizeof packet, &got, NULL);
    if (io == KITH_IO_AGAIN)
      return;
    if (io == KITH_IO_OK)
      take_packet (ping, packet, got, now_us);
  }
}

KithIo
kith_ping_step (KithPing *ping, gint64 now_us, KithPingResult *result)
{
  receive_all (ping, now_us);
  if (ping->sent < ping->count && now_us >= ping->next_us)
    send_echo (ping, now_us);
  gboolean over = ping->received == ping->count || (ping->sent == ping->count && now_us >= ping->next_us);
  if (!over)
    return KITH_IO_AGAIN;
  *result = (KithPingResult){.sent = ping->sent,
                             .received = ping->received,
                             .best_us = ping->best_us,
                             .worst_us = ping->worst_us,
                             .mean_us = ping->received > 0 ? ping->sum_us / ping->received : 0};
  return KITH_IO_OK;
}
