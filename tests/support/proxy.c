/* proxy.c - one thread polls a listener and, for each connection, two pipes: one for each direction. What a test sets
 * is read under the lock at the begin of each turn of the loop. */
#include "support/proxy.h"

#include "net/socket.h"
#include "net/wake.h"
#include "support/sockets.h"

#define READ_AT_ONCE 16384
#define PIPE_HOLDS (64 * 1024)    /* bytes waiting in one pipe; behind it the sender has to wait */
#define KERNEL_HOLDS (256 * 1024) /* less than a few segments of loopback (64 KiB) would crawl, whatever the rate */
#define TICK_MS 10                /* how often a limited rate is spent */

typedef struct {
  GByteArray *bytes;
  gint64 due_us;
} Parcel;

typedef struct {
  KithSocket from, to;
  GQueue parcels; /* Parcel */
  gsize held;     /* bytes in parcels */
  gboolean ended; /* from has said its last */
  gdouble credit; /* bytes that the rate permits now */
} Pipe;

typedef struct {
  KithSocket client, server;
  gboolean connected, broken;
  Pipe up, down;
} Link;

typedef struct {
  guint chunk, rate, delay_ms;
  gboolean stalled;
  gboolean cut;
  gboolean quit;
} Settings;

struct _TestProxy {
  GMutex lock;
  GCond happened;
  Settings settings; /* under lock */
  guint64 cut_after; /* under lock; 0: never */
  guint n_links;     /* under lock */
  KithWake *wake;
  KithSocket listener;
  KithAddress target;
  char address[KITH_ADDRESS_TEXT];
  GThread *thread;
  GPtrArray *links; /* Link; the thread's own from here on */
  gint64 turn_us, last_us;
};

static void
parcel_free (gpointer data)
{
  Parcel *parcel = data;
  g_byte_array_unref (parcel->bytes);
  g_free (parcel);
}

static void
link_free (gpointer data)
{
  Link *link = data;
  g_queue_clear_full (&link->up.parcels, parcel_free);
  g_queue_clear_full (&link->down.parcels, parcel_free);
  kith_socket_close (link->client);
  kith_socket_close (link->server);
  g_free (link);
}

/* ---- carrying ---- */

static void
pipe_read (TestProxy *proxy, Link *link, Pipe *pipe, const Settings *settings)
{
  guint8 buffer[READ_AT_ONCE];
  gsize got = 0;
  KithIo status = kith_socket_receive (pipe->from, buffer, sizeof buffer, &got, NULL);
  if (status == KITH_IO_OK) {
    Parcel *parcel = g_new0 (Parcel, 1);
    parcel->bytes = g_byte_array_append (g_byte_array_new (), buffer, (guint) got);
    parcel->due_us = proxy->turn_us + settings->delay_ms * G_GINT64_CONSTANT (1000);
    g_queue_push_tail (&pipe->parcels, parcel);
    pipe->held += got;
  } else if (status == KITH_IO_END) {
    pipe->ended = TRUE;
  } else if (status == KITH_IO_ERROR) {
    link->broken = TRUE;
  }
}

/* How many bytes of the first parcel may leave now. */
static gsize
pipe_allowance (TestProxy *proxy, Link *link, Pipe *pipe, const Settings *settings)
{
  Parcel *first = g_queue_peek_head (&pipe->parcels);
  if (settings->stalled || !link->connected || first == NULL || first->due_us > proxy->turn_us)
    return 0;
  gsize size = first->bytes->len;
  if (settings->chunk != 0)
    size = MIN (size, settings->chunk);
  if (settings->rate != 0 && pipe == &link->down)
    size = MIN (size, (gsize) pipe->credit);
  return size;
}

/* Counts what was carried; TRUE when it is time to cut. */
static gboolean
count_carried (TestProxy *proxy, gsize size)
{
  gboolean cut = FALSE;
  g_mutex_lock (&proxy->lock);
  if (proxy->cut_after != 0) {
    cut = proxy->cut_after <= size;
    proxy->cut_after = cut ? 0 : proxy->cut_after - size;
    proxy->settings.cut |= cut;
  }
  g_mutex_unlock (&proxy->lock);
  return cut;
}

static void
pipe_write (TestProxy *proxy, Link *link, Pipe *pipe, const Settings *settings)
{
  gsize size, sent;
  while (!link->broken && (size = pipe_allowance (proxy, link, pipe, settings)) > 0) {
    Parcel *first = g_queue_peek_head (&pipe->parcels);
    KithIo status = kith_socket_send (pipe->to, first->bytes->data, size, &sent, NULL);
    if (status != KITH_IO_OK) {
      link->broken |= status == KITH_IO_ERROR;
      return;
    }
    pipe->held -= sent;
    pipe->credit -= (gdouble) sent;
    g_byte_array_remove_range (first->bytes, 0, (guint) sent);
    if (first->bytes->len == 0)
      parcel_free (g_queue_pop_head (&pipe->parcels));
    if (count_carried (proxy, sent))
      return;
  }
  if (pipe->ended && pipe->held == 0)
    kith_socket_shutdown_write (pipe->to);
}

static void
pipe_turn (TestProxy *proxy, Link *link, Pipe *pipe, const Settings *settings)
{
  if (settings->rate != 0)
    pipe->credit = MIN (pipe->credit + settings->rate * (gdouble) (proxy->turn_us - proxy->last_us) / G_USEC_PER_SEC,
                        settings->rate);
  if (!settings->stalled && !pipe->ended && pipe->held < PIPE_HOLDS)
    pipe_read (proxy, link, pipe, settings);
  pipe_write (proxy, link, pipe, settings);
}

static void
link_turn (TestProxy *proxy, Link *link, const Settings *settings)
{
  if (!link->connected) {
    KithIo status = kith_socket_connected (link->server, NULL);
    link->connected = status == KITH_IO_OK;
    link->broken = status == KITH_IO_ERROR;
  }
  if (link->broken || settings->cut)
    return;
  pipe_turn (proxy, link, &link->up, settings);
  pipe_turn (proxy, link, &link->down, settings);
  link->broken |= link->up.ended && link->down.ended && link->up.held == 0 && link->down.held == 0;
}

static void
take_one (TestProxy *proxy)
{
  KithIo status;
  KithSocket client = kith_socket_accept (proxy->listener, NULL, &status, NULL);
  if (client == KITH_SOCKET_NONE)
    return;
  KithSocket server = kith_socket_connect (&proxy->target, NULL);
  if (server == KITH_SOCKET_NONE) {
    kith_socket_close (client);
    return;
  }
  test_socket_hold (client, KERNEL_HOLDS);
  test_socket_hold (server, KERNEL_HOLDS);
  Link *link = g_new0 (Link, 1);
  link->client = client;
  link->server = server;
  link->up = (Pipe){.from = client, .to = server};
  link->down = (Pipe){.from = server, .to = client};
  g_ptr_array_add (proxy->links, link);
}

/* ---- the loop ---- */

static void
watch_pipe (GArray *polls, Link *link, const Pipe *pipe, const Settings *settings, gboolean *wait_tick)
{
  GPollFD in = {TEST_POLL_SOCKET (pipe->from), G_IO_IN, 0}, out = {TEST_POLL_SOCKET (pipe->to), G_IO_OUT, 0};
  if (settings->stalled)
    return;
  if (!pipe->ended && pipe->held < PIPE_HOLDS)
    g_array_append_val (polls, in);
  if (pipe->held == 0)
    return;
  gboolean held_back = settings->delay_ms != 0 || (settings->rate != 0 && pipe == &link->down && pipe->credit < 1);
  if (held_back)
    *wait_tick = TRUE;
  else
    g_array_append_val (polls, out);
}

static void
wait (TestProxy *proxy, const Settings *settings)
{
  g_autoptr (GArray) polls = g_array_new (FALSE, FALSE, sizeof (GPollFD));
  GPollFD wake = {TEST_POLL_SOCKET (kith_wake_socket (proxy->wake)), G_IO_IN, 0}, listener = {TEST_POLL_SOCKET (proxy->listener), G_IO_IN, 0};
  gboolean wait_tick = FALSE;
  g_array_append_val (polls, wake);
  g_array_append_val (polls, listener);
  for (guint i = 0; i < proxy->links->len; i++) {
    Link *link = g_ptr_array_index (proxy->links, i);
    GPollFD connecting = {TEST_POLL_SOCKET (link->server), G_IO_OUT, 0};
    if (!link->connected) {
      g_array_append_val (polls, connecting);
      continue;
    }
    watch_pipe (polls, link, &link->up, settings, &wait_tick);
    watch_pipe (polls, link, &link->down, settings, &wait_tick);
  }
  test_poll ((GPollFD *) (gpointer) polls->data, polls->len, wait_tick ? TICK_MS : -1);
  kith_wake_clear (proxy->wake);
}

static Settings
begin_turn (TestProxy *proxy)
{
  g_mutex_lock (&proxy->lock);
  Settings settings = proxy->settings;
  g_mutex_unlock (&proxy->lock);
  proxy->last_us = proxy->turn_us;
  proxy->turn_us = g_get_monotonic_time ();
  return settings;
}

static void
end_turn (TestProxy *proxy, const Settings *settings)
{
  for (guint i = proxy->links->len; i-- > 0;) {
    Link *link = g_ptr_array_index (proxy->links, i);
    if (link->broken || settings->cut)
      g_ptr_array_remove_index_fast (proxy->links, i);
  }
  g_mutex_lock (&proxy->lock);
  if (settings->cut)
    proxy->settings.cut = FALSE;
  proxy->n_links = proxy->links->len;
  g_cond_broadcast (&proxy->happened);
  g_mutex_unlock (&proxy->lock);
}

static gpointer
run (gpointer data)
{
  TestProxy *proxy = data;
  Settings settings = begin_turn (proxy);
  while (!settings.quit) {
    take_one (proxy);
    for (guint i = 0; i < proxy->links->len; i++)
      link_turn (proxy, g_ptr_array_index (proxy->links, i), &settings);
    end_turn (proxy, &settings);
    Settings now = begin_turn (proxy);
    if (!now.cut && !now.quit)
      wait (proxy, &now);
    settings = begin_turn (proxy);
  }
  return NULL;
}

/* ---- what tests call ---- */

TestProxy *
test_proxy_new (const char *target, GError **error)
{
  return test_proxy_new_at ("127.0.0.1:0", target, error);
}

TestProxy *
test_proxy_new_at (const char *listen, const char *target, GError **error)
{
  KithAddress local;
  g_autoptr (TestProxy) proxy = g_new0 (TestProxy, 1);
  g_mutex_init (&proxy->lock);
  g_cond_init (&proxy->happened);
  proxy->listener = KITH_SOCKET_NONE;
  proxy->links = g_ptr_array_new_with_free_func (link_free);
  proxy->turn_us = g_get_monotonic_time ();
  if (!kith_net_start (error) || !kith_address_parse (target, 0, &proxy->target, error) ||
      !kith_address_parse (listen, 0, &local, error))
    return NULL;
  proxy->wake = kith_wake_new (error);
  proxy->listener = proxy->wake != NULL ? kith_socket_listen (&local, 64, error) : KITH_SOCKET_NONE;
  if (proxy->listener == KITH_SOCKET_NONE || !kith_socket_local_address (proxy->listener, &local, error))
    return NULL;
  kith_address_format (&local, proxy->address);
  proxy->thread = g_thread_new ("proxy", run, proxy);
  return g_steal_pointer (&proxy);
}

/* Unlocks and makes the thread look. */
static void
tell (TestProxy *proxy)
{
  g_mutex_unlock (&proxy->lock);
  kith_wake_signal (proxy->wake);
}

void
test_proxy_free (TestProxy *proxy)
{
  if (proxy == NULL)
    return;
  if (proxy->thread != NULL) {
    g_mutex_lock (&proxy->lock);
    proxy->settings.quit = TRUE;
    tell (proxy);
    g_thread_join (proxy->thread);
  }
  g_ptr_array_unref (proxy->links);
  kith_socket_close (proxy->listener);
  kith_wake_free (proxy->wake);
  g_mutex_clear (&proxy->lock);
  g_cond_clear (&proxy->happened);
  g_free (proxy);
}

const char *
test_proxy_address (TestProxy *proxy)
{
  return proxy->address;
}

void
test_proxy_set_chunk (TestProxy *proxy, guint bytes)
{
  g_mutex_lock (&proxy->lock);
  proxy->settings.chunk = bytes;
  tell (proxy);
}

void
test_proxy_set_rate (TestProxy *proxy, guint bytes_per_second)
{
  g_mutex_lock (&proxy->lock);
  proxy->settings.rate = bytes_per_second;
  tell (proxy);
}

void
test_proxy_set_delay (TestProxy *proxy, guint milliseconds)
{
  g_mutex_lock (&proxy->lock);
  proxy->settings.delay_ms = milliseconds;
  tell (proxy);
}

void
test_proxy_set_stalled (TestProxy *proxy, gboolean stalled)
{
  g_mutex_lock (&proxy->lock);
  proxy->settings.stalled = stalled;
  tell (proxy);
}

void
test_proxy_cut_after (TestProxy *proxy, guint64 bytes)
{
  g_mutex_lock (&proxy->lock);
  proxy->cut_after = bytes;
  tell (proxy);
}

void
test_proxy_cut (TestProxy *proxy)
{
  g_mutex_lock (&proxy->lock);
  proxy->settings.cut = TRUE;
  kith_wake_signal (proxy->wake);
  while (proxy->settings.cut)
    g_cond_wait (&proxy->happened, &proxy->lock);
  g_mutex_unlock (&proxy->lock);
}

guint
test_proxy_n_connections (TestProxy *proxy)
{
  g_mutex_lock (&proxy->lock);
  guint n = proxy->n_links;
  g_mutex_unlock (&proxy->lock);
  return n;
}
