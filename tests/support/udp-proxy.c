/* udp-proxy.c - one thread, a socket for the clients, one for each client towards the server, and a list of what is on
 * its way. */
#include "support/udp-proxy.h"

#include "net/net.h"
#include "net/socket.h"
#include "support/sockets.h"

#define TURN_MS 2
#define HEARD_MAX 300
#define DATAGRAM_MAX 2048

typedef struct {
  KithAddress address; /* of the client */
  KithSocket socket;   /* towards the server */
} Way;

typedef struct {
  gint64 due_us;
  KithSocket socket;
  KithAddress to;
  GBytes *bytes;
} Parcel;

struct _TestUdpProxy {
  GMutex lock;
  TestUdpWeather weather; /* under lock, as all up to heard */
  gboolean quit, move;
  guint count[2]; /* down, up */
  GPtrArray *heard;
  GRand *rand; /* the thread's own from here on */
  KithSocket front;
  KithAddress target;
  GPtrArray *ways, *parcels;
  GThread *thread;
};

static void
free_way (gpointer data)
{
  kith_socket_close (((Way *) data)->socket);
  g_free (data);
}

static void
free_parcel (gpointer data)
{
  g_bytes_unref (((Parcel *) data)->bytes);
  g_free (data);
}

static Way *
find_way (TestUdpProxy *proxy, const KithAddress *client)
{
  KithAddress any;
  for (guint i = 0; i < proxy->ways->len; i++)
    if (kith_address_equal (&((Way *) proxy->ways->pdata[i])->address, client))
      return proxy->ways->pdata[i];
  kith_address_parse ("127.0.0.1:0", 0, &any, NULL);
  Way *way = g_new0 (Way, 1);
  way->address = *client;
  way->socket = kith_socket_datagram (&any, NULL);
  g_ptr_array_add (proxy->ways, way);
  return way;
}

/* Loses it, or lets it arrive once or twice, each after a time of its own. */
static void
carry (TestUdpProxy *proxy, gboolean up, KithSocket socket, const KithAddress *to, const void *data, gsize size)
{
  const TestUdpWeather *weather = &proxy->weather;
  guint copies = (guint) g_rand_int_range (proxy->rand, 0, 100) < weather->twice ? 2 : 1;
  proxy->count[up]++;
  if (up)
    g_ptr_array_add (proxy->heard, g_bytes_new (data, size));
  if (proxy->heard->len > HEARD_MAX)
    g_ptr_array_remove_index (proxy->heard, 0);
  for (guint i = 0; i < copies && !(up ? weather->block_up : weather->block_down); i++) {
    gint64 delay_us = 1000 * g_rand_int_range (proxy->rand, 0, (gint32) weather->delay_ms + 1);
    if ((guint) g_rand_int_range (proxy->rand, 0, 100) < weather->loss)
      continue;
    Parcel parcel = {g_get_monotonic_time () + delay_us, socket, *to, g_bytes_new (data, size)};
    g_ptr_array_add (proxy->parcels, g_memdup2 (&parcel, sizeof parcel));
  }
}

static void
receive (TestUdpProxy *proxy)
{
  char data[DATAGRAM_MAX];
  gsize got;
  KithAddress from;
  while (kith_socket_receive_from (proxy->front, data, sizeof data, &got, &from, NULL) == KITH_IO_OK)
    carry (proxy, TRUE, find_way (proxy, &from)->socket, &proxy->target, data, got);
  for (guint i = 0; i < proxy->ways->len; i++) {
    const Way *way = proxy->ways->pdata[i];
    while (kith_socket_receive_from (way->socket, data, sizeof data, &got, &from, NULL) == KITH_IO_OK)
      carry (proxy, FALSE, proxy->front, &way->address, data, got);
  }
}

static void
deliver (TestUdpProxy *proxy)
{
  gint64 now_us = g_get_monotonic_time ();
  for (guint i = 0; i < proxy->parcels->len;) {
    const Parcel *parcel = proxy->parcels->pdata[i];
    gsize size;
    const void *data = g_bytes_get_data (parcel->bytes, &size);
    if (parcel->due_us > now_us) {
      i++;
      continue;
    }
    kith_socket_send_to (parcel->socket, data, size, &parcel->to, NULL);
    g_ptr_array_remove_index_fast (proxy->parcels, i);
  }
}

static gboolean
turn (TestUdpProxy *proxy)
{
  g_mutex_lock (&proxy->lock);
  gboolean go_on = !proxy->quit;
  if (proxy->move) {
    g_ptr_array_set_size (proxy->parcels, 0);
    g_ptr_array_set_size (proxy->ways, 0);
    proxy->move = FALSE;
  }
  receive (proxy);
  deliver (proxy);
  g_mutex_unlock (&proxy->lock);
  return go_on;
}

static gpointer
run (gpointer data)
{
  TestUdpProxy *proxy = data;
  while (turn (proxy))
    test_poll_one (proxy->front, G_IO_IN, TURN_MS); /* answers and delays are looked at each turn anyway */
  return NULL;
}

TestUdpProxy *
test_udp_proxy_new (const char *listen, const char *target, guint32 seed, GError **error)
{
  KithAddress local;
  g_autoptr (TestUdpProxy) proxy = g_new0 (TestUdpProxy, 1);
  g_mutex_init (&proxy->lock);
  proxy->rand = g_rand_new_with_seed (seed);
  proxy->ways = g_ptr_array_new_with_free_func (free_way);
  proxy->parcels = g_ptr_array_new_with_free_func (free_parcel);
  proxy->heard = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  proxy->front = KITH_SOCKET_NONE;
  if (!kith_net_start (error) || !kith_address_parse (listen, 0, &local, error) ||
      !kith_address_parse (target, 0, &proxy->target, error))
    return NULL;
  proxy->front = kith_socket_datagram (&local, error);
  if (proxy->front == KITH_SOCKET_NONE)
    return NULL;
  proxy->thread = g_thread_new ("udp-proxy", run, proxy);
  return g_steal_pointer (&proxy);
}

void
test_udp_proxy_free (TestUdpProxy *proxy)
{
  if (proxy == NULL)
    return;
  if (proxy->thread != NULL) {
    g_mutex_lock (&proxy->lock);
    proxy->quit = TRUE;
    g_mutex_unlock (&proxy->lock);
    g_thread_join (proxy->thread);
  }
  g_ptr_array_unref (proxy->parcels);
  g_ptr_array_unref (proxy->ways);
  g_ptr_array_unref (proxy->heard);
  kith_socket_close (proxy->front);
  g_rand_free (proxy->rand);
  g_mutex_clear (&proxy->lock);
  g_free (proxy);
}

void
test_udp_proxy_set (TestUdpProxy *proxy, const TestUdpWeather *weather)
{
  g_mutex_lock (&proxy->lock);
  proxy->weather = *weather;
  g_mutex_unlock (&proxy->lock);
}

void
test_udp_proxy_move (TestUdpProxy *proxy)
{
  g_mutex_lock (&proxy->lock);
  proxy->move = TRUE;
  g_mutex_unlock (&proxy->lock);
}

guint
test_udp_proxy_count (TestUdpProxy *proxy, gboolean up)
{
  g_mutex_lock (&proxy->lock);
  guint count = proxy->count[up != FALSE];
  g_mutex_unlock (&proxy->lock);
  return count;
}

GPtrArray *
test_udp_proxy_heard (TestUdpProxy *proxy)
{
  GPtrArray *heard = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_mutex_lock (&proxy->lock);
  for (guint i = 0; i < proxy->heard->len; i++)
    g_ptr_array_add (heard, g_bytes_ref (proxy->heard->pdata[i]));
  g_mutex_unlock (&proxy->lock);
  return heard;
}
