/* ping-win32.c - IcmpSendEcho and Icmp6SendEcho2, which any user may call. They block, so a thread of its own calls
 * them and wakes the loop; what both sides touch is counted by reference, so the loop can leave at any time. */
#include "net/ping.h"

#include "net/net-private.h"
#include "net/poller.h"
#include "net/wake.h"

#include <icmpapi.h>
#include <string.h>

#define INTERVAL_US (200 * G_TIME_SPAN_MILLISECOND)
#define PATIENCE_MS 1000
#define REPLY_BYTES 1024

/* ICMPV6_ECHO_REPLY of ipexport.h, which MinGW-w64 does not have. */
typedef struct {
  guint8 address[26]; /* IPV6_ADDRESS_EX, packed */
  ULONG status;
  unsigned int round_trip_ms;
} EchoReply6;

struct _KithPing {
  gatomicrefcount refs; /* the loop, the thread */
  KithAddress to;
  guint count;
  GMutex lock;    /* for all below */
  KithWake *wake; /* NULL: nobody listens any more */
  gboolean done;
  KithPingResult result; /* mean_us: the sum, until done */
};

static void
unref_ping (KithPing *ping)
{
  if (!g_atomic_ref_count_dec (&ping->refs))
    return;
  g_mutex_clear (&ping->lock);
  g_free (ping);
}

/* One request and its answer, or the end of patience. */
static gboolean
echo_4 (HANDLE handle, const KithAddress *to, void *reply)
{
  char payload[16] = {0};
  IPAddr address = ((const struct sockaddr_in *) (const void *) kith_address_raw (to))->sin_addr.s_addr;
  return IcmpSendEcho (handle, address, payload, sizeof payload, NULL, reply, REPLY_BYTES, PATIENCE_MS) > 0 &&
         ((const ICMP_ECHO_REPLY *) reply)->Status == IP_SUCCESS;
}

static gboolean
echo_6 (HANDLE handle, const KithAddress *to, void *reply)
{
  char payload[16] = {0};
  struct sockaddr_in6 from = {.sin6_family = AF_INET6}, target;
  memcpy (&target, kith_address_raw (to), sizeof target);
  return Icmp6SendEcho2 (handle, NULL, NULL, NULL, &from, &target, payload, sizeof payload, NULL, reply, REPLY_BYTES,
                         PATIENCE_MS) > 0 &&
         ((const EchoReply6 *) reply)->status == IP_SUCCESS;
}

/* FALSE: nobody listens any more. */
static gboolean
note (KithPing *ping, gboolean answered, gint64 took_us)
{
  KithPingResult *result = &ping->result;
  g_mutex_lock (&ping->lock);
  result->sent++;
  if (answered) {
    result->best_us = result->received == 0 ? took_us : MIN (result->best_us, took_us);
    result->worst_us = MAX (result->worst_us, took_us);
    result->mean_us += took_us;
    result->received++;
  }
  gboolean heard = ping->wake != NULL;
  g_mutex_unlock (&ping->lock);
  return heard;
}

static gpointer
run (gpointer data)
{
  KithPing *ping = data;
  gboolean ipv6 = kith_address_is_ipv6 (&ping->to), heard = TRUE;
  HANDLE handle = ipv6 ? Icmp6CreateFile () : IcmpCreateFile ();
  guint64 reply[REPLY_BYTES / sizeof (guint64)];
  for (guint i = 0; i < ping->count && heard && handle != INVALID_HANDLE_VALUE; i++) {
    gint64 began = g_get_monotonic_time ();
    gboolean answered = (ipv6 ? echo_6 : echo_4) (handle, &ping->to, reply);
    gint64 took = MAX (g_get_monotonic_time () - began, 1);
    heard = note (ping, answered, took);
    if (i + 1 < ping->count && took < INTERVAL_US)
      g_usleep ((gulong) (INTERVAL_US - took));
  }
  if (handle != INVALID_HANDLE_VALUE)
    IcmpCloseHandle (handle);
  g_mutex_lock (&ping->lock);
  ping->done = TRUE;
  if (ping->result.received > 0)
    ping->result.mean_us /= ping->result.received;
  if (ping->wake != NULL)
    kith_wake_signal (ping->wake);
  g_mutex_unlock (&ping->lock);
  unref_ping (ping);
  return NULL;
}

KithPing *
kith_ping_new (const KithAddress *to, guint count, GError **error)
{
  KithWake *wake = kith_wake_new (error);
  if (wake == NULL)
    return NULL;
  KithPing *ping = g_new0 (KithPing, 1);
  g_atomic_ref_count_init (&ping->refs);
  g_mutex_init (&ping->lock);
  ping->to = *to;
  ping->count = CLAMP (count, 1, KITH_PING_MOST);
  ping->wake = wake;
  g_atomic_ref_count_inc (&ping->refs);
  GThread *thread = g_thread_try_new ("kith-ping", run, ping, error);
  if (thread == NULL) {
    unref_ping (ping);
    kith_ping_free (ping);
    return NULL;
  }
  g_thread_unref (thread);
  return ping;
}

void
kith_ping_free (KithPing *ping)
{
  if (ping == NULL)
    return;
  g_mutex_lock (&ping->lock);
  KithWake *wake = g_steal_pointer (&ping->wake);
  g_mutex_unlock (&ping->lock);
  kith_wake_free (wake);
  unref_ping (ping);
}

void
kith_ping_watches (KithPing *ping, GArray *watches)
{
  KithWatch watch = {kith_wake_socket (ping->wake), KITH_POLL_READ};
  g_array_append_val (watches, watch);
}

gint64
kith_ping_due (KithPing *ping)
{
  return G_MAXINT64;
}

KithIo
kith_ping_step (KithPing *ping, gint64 now_us, KithPingResult *result)
{
  g_mutex_lock (&ping->lock);
  gboolean done = ping->done;
  *result = ping->result;
  g_mutex_unlock (&ping->lock);
  kith_wake_clear (ping->wake);
  return done ? KITH_IO_OK : KITH_IO_AGAIN;
}
