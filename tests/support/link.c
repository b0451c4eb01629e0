/* link.c - two packet sockets and a list of what is on its way. The frames carry the kernel's notes about checksums
 * that are still to be made (PACKET_VNET_HDR), so no offload needs to be switched off. */
#define _GNU_SOURCE /* setns */
#include "support/link.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TURN_MS 2
#define FRAME_MAX 70000

#define LINK_ERROR (g_quark_from_static_string ("test-link"))

typedef struct {
  gint64 due_us;
  int end; /* out of which it comes */
  GBytes *bytes;
} Parcel;

struct _TestLink {
  char *host;
  char *names[2];
  int ends[2]; /* packet sockets; -1 before they are open */
  GMutex lock;
  TestLinkWeather weather; /* under lock, as all up to quit */
  guint lost, carried;
  gboolean quit;
  GRand *rand; /* the thread's own from here on */
  GPtrArray *parcels;
  GThread *thread;
};

static void
free_parcel (gpointer data)
{
  g_bytes_unref (((Parcel *) data)->bytes);
  g_free (data);
}

static gboolean
by_chance (TestLink *link, guint of_100)
{
  return (guint) g_rand_int_range (link->rand, 0, 100) < of_100;
}

static gboolean
is_datagram (const guint8 *frame, gsize size)
{
  const guint8 *packet = frame + sizeof (struct virtio_net_hdr) + ETH_HLEN;
  if (size < sizeof (struct virtio_net_hdr) + ETH_HLEN + 20)
    return FALSE;
  int type = packet[-2] << 8 | packet[-1];
  return (type == ETH_P_IP && packet[9] == IPPROTO_UDP) || (type == ETH_P_IPV6 && packet[6] == IPPROTO_UDP);
}

/* Loses it, or lets it arrive once or twice, each after a time of its own. */
static void
carry (TestLink *link, int end, const guint8 *frame, gsize size)
{
  const TestLinkWeather *weather = &link->weather;
  gboolean datagram = is_datagram (frame, size);
  guint copies = datagram && by_chance (link, weather->datagram_twice) ? 2 : 1;
  for (guint i = 0; i < copies; i++) {
    gboolean lost = by_chance (link, datagram ? weather->datagram_loss : weather->other_loss);
    gint32 delay_ms = datagram ? g_rand_int_range (link->rand, 0, (gint32) weather->datagram_delay_ms + 1) : 0;
    link->lost += datagram && lost;
    link->carried += datagram && !lost;
    Parcel parcel = {g_get_monotonic_time () + 1000 * delay_ms, end, NULL};
    if (lost)
      continue;
    parcel.bytes = g_bytes_new (frame, size);
    g_ptr_array_add (link->parcels, g_memdup2 (&parcel, sizeof parcel));
  }
}

/* What the interface received; what was put into it by the other end comes by here, too, and is skipped. */
static void
receive (TestLink *link, int end)
{
  guint8 frame[FRAME_MAX];
  struct sockaddr_ll from;
  socklen_t length = sizeof from;
  ssize_t got;
  while ((got = recvfrom (link->ends[end], frame, sizeof frame, MSG_DONTWAIT, (struct sockaddr *) &from, &length)) >
         0) {
    if (from.sll_pkttype != PACKET_OUTGOING)
      carry (link, 1 - end, frame, (gsize) got);
    length = sizeof from;
  }
}

static void
deliver (TestLink *link)
{
  gint64 now_us = g_get_monotonic_time ();
  for (guint i = 0; i < link->parcels->len;) {
    const Parcel *parcel = link->parcels->pdata[i];
    gsize size;
    const void *data = g_bytes_get_data (parcel->bytes, &size);
    if (parcel->due_us > now_us) {
      i++;
      continue;
    }
    if (send (link->ends[parcel->end], data, size, 0) < 0)
      g_debug ("link: %s", g_strerror (errno)); /* a frame that is lost on the way, as cables do */
    g_ptr_array_remove_index (link->parcels, i);
  }
}

static gboolean
turn (TestLink *link)
{
  GPollFD ends[2] = {{link->ends[0], G_IO_IN, 0}, {link->ends[1], G_IO_IN, 0}};
  g_poll (ends, 2, TURN_MS);
  g_mutex_lock (&link->lock);
  receive (link, 0);
  receive (link, 1);
  deliver (link);
  gboolean quit = link->quit;
  g_mutex_unlock (&link->lock);
  return !quit;
}

static gpointer
run (gpointer data)
{
  while (turn (data))
    ;
  return NULL;
}

static int
open_end (const char *name)
{
  int one = 1;
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = g_htons (ETH_P_ALL)};
  int fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, g_htons (ETH_P_ALL));
  address.sll_ifindex = (int) if_nametoindex (name);
  if (fd < 0 || setsockopt (fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one) != 0 ||
      bind (fd, (struct sockaddr *) &address, sizeof address) != 0) {
    int problem = errno;
    if (fd >= 0)
      close (fd);
    errno = problem;
    return -1;
  }
  return fd;
}

/* A thread of its own moves into the namespace: the sockets stay there. NULL, or errno's text. */
static gpointer
open_ends (gpointer data)
{
  TestLink *link = data;
  g_autofree char *path = g_build_filename ("/run/netns", link->host, NULL);
  int host = open (path, O_RDONLY | O_CLOEXEC);
  gboolean there = host >= 0 && setns (host, CLONE_NEWNET) == 0;
  for (guint i = 0; there && i < 2; i++)
    there = (link->ends[i] = open_end (link->names[i])) >= 0;
  const char *problem = there ? NULL : g_strerror (errno);
  if (host >= 0)
    close (host);
  return (gpointer) problem;
}

TestLink *
test_link_new (const char *host, const char *left, const char *right, guint32 seed, GError **error)
{
  TestLink *link = g_new0 (TestLink, 1);
  *link = (TestLink){.host = g_strdup (host), .names = {g_strdup (left), g_strdup (right)}, .ends = {-1, -1}};
  link->rand = g_rand_new_with_seed (seed);
  link->parcels = g_ptr_array_new_with_free_func (free_parcel);
  g_mutex_init (&link->lock);
  const char *problem = g_thread_join (g_thread_new ("link-open", open_ends, link));
  if (problem != NULL) {
    g_set_error (error, LINK_ERROR, 0, "no link between %s and %s of %s: %s", left, right, host, problem);
    test_link_free (link);
    return NULL;
  }
  link->thread = g_thread_new ("link", run, link);
  return link;
}

void
test_link_free (TestLink *link)
{
  if (link == NULL)
    return;
  g_mutex_lock (&link->lock);
  link->quit = TRUE;
  g_mutex_unlock (&link->lock);
  if (link->thread != NULL)
    g_thread_join (link->thread);
  for (guint i = 0; i < 2; i++) {
    g_free (link->names[i]);
    if (link->ends[i] >= 0)
      close (link->ends[i]);
  }
  g_ptr_array_unref (link->parcels);
  g_rand_free (link->rand);
  g_mutex_clear (&link->lock);
  g_free (link->host);
  g_free (link);
}

void
test_link_set (TestLink *link, const TestLinkWeather *weather)
{
  g_mutex_lock (&link->lock);
  link->weather = *weather;
  g_mutex_unlock (&link->lock);
}

guint
test_link_lost (TestLink *link)
{
  g_mutex_lock (&link->lock);
  guint lost = link->lost;
  g_mutex_unlock (&link->lock);
  return lost;
}

guint
test_link_carried (TestLink *link)
{
  g_mutex_lock (&link->lock);
  guint carried = link->carried;
  g_mutex_unlock (&link->lock);
  return carried;
}
