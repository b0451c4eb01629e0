/* load.c - connections, lines, and the turns that move them. */
#include "bench/load.h"

#include <string.h>
#include <sys/socket.h>

#define CHUNK (256 * 1024)
#define READY_PER_TURN 2048

struct _Load {
  KithPoller *poller;
  GHashTable *peers; /* &token -> LoadPeer, owned */
  guint64 last_token;
  guint unready;
  LoadOnLine on_line;
  gpointer data;
  GArray *ready; /* KithReady */
  GError *failure;
};

static void
free_peer (gpointer data)
{
  LoadPeer *peer = data;
  kith_stream_free (peer->stream);
  if (peer->in != NULL)
    g_string_free (peer->in, TRUE);
  if (peer->out != NULL)
    g_string_free (peer->out, TRUE);
  g_free (peer);
}

Load *
load_new (GError **error)
{
  g_autoptr (Load) load = g_new0 (Load, 1);
  load->peers = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_peer);
  load->ready = g_array_new (FALSE, FALSE, sizeof (KithReady));
  load->poller = kith_poller_new (KITH_POLLER_BEST, error);
  return load->poller != NULL ? g_steal_pointer (&load) : NULL;
}

void
load_free (Load *load)
{
  if (load == NULL)
    return;
  if (load->poller != NULL)
    load_cut_all (load);
  g_hash_table_unref (load->peers);
  g_array_unref (load->ready);
  g_clear_pointer (&load->poller, kith_poller_free);
  g_clear_error (&load->failure);
  g_free (load);
}

KithPoller *
load_poller (Load *load)
{
  return load->poller;
}

void
load_set_reader (Load *load, LoadOnLine on_line, gpointer data)
{
  load->on_line = on_line;
  load->data = data;
}

void
load_fail (Load *load, const char *format, ...)
{
  if (load->failure != NULL)
    return;
  va_list args;
  va_start (args, format);
  load->failure = g_error_new_valist (KITH_NET_ERROR, KITH_NET_ERROR_FAILED, format, args);
  va_end (args);
}

static void
want (Load *load, LoadPeer *peer)
{
  guint wanted = kith_stream_wants_read (peer->stream);
  if (peer->shaken && peer->out != NULL)
    wanted |= kith_stream_wants_write (peer->stream);
  if (wanted == peer->wanted)
    return;
  peer->wanted = wanted;
  kith_poller_change (load->poller, kith_stream_socket (peer->stream), wanted);
}

LoadPeer *
load_connect (Load *load, const KithAddress *address, KithTls *tls, guint number, GError **error)
{
  KithSocket socket = kith_socket_connect (address, error);
  if (socket == KITH_SOCKET_NONE)
    return NULL;
  socket = kith_socket_raise (socket, 1024);
  guint64 token = load->last_token + 1;
  if (!kith_poller_add (load->poller, socket, KITH_PLACE_NESTED, KITH_POLL_WRITE, token, error)) {
    kith_socket_close (socket);
    return NULL;
  }
  LoadPeer *peer = g_new0 (LoadPeer, 1);
  KithStream *plain = kith_stream_socket_new (socket);
  peer->stream = tls != NULL ? kith_stream_tls_new (tls, plain, NULL) : plain;
  peer->wanted = KITH_POLL_WRITE;
  peer->number = number;
  peer->token = load->last_token = token;
  load->unready++;
  g_hash_table_insert (load->peers, &peer->token, peer);
  return peer;
}

/* A reset instead of a goodbye: thousands of ports would otherwise wait for a minute. */
static void
prepare_cut (Load *load, LoadPeer *peer)
{
  struct linger at_once = { 1, 0 };
  KithSocket socket = kith_stream_socket (peer->stream);
  setsockopt ((int) socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  kith_poller_remove (load->poller, socket);
  if (!peer->shaken)
    load->unready--;
}

void
load_cut (Load *load, LoadPeer *peer)
{
  prepare_cut (load, peer);
  g_hash_table_remove (load->peers, &peer->token);
}

void
load_cut_all (Load *load)
{
  GHashTableIter iter;
  gpointer peer;
  g_hash_table_iter_init (&iter, load->peers);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    prepare_cut (load, peer);
  g_hash_table_remove_all (load->peers);
}

guint
load_n_unready (const Load *load)
{
  return load->unready;
}

static void
on_broken (Load *load, LoadPeer *peer, const GError *error)
{
  load_fail (load, "The connection of person %u broke: %s", peer->number, error != NULL ? error->message : "it was closed");
}

static void
keep (GString **where, const char *data, gsize length)
{
  if (length == 0)
    return;
  if (*where == NULL)
    *where = g_string_sized_new (length);
  g_string_append_len (*where, data, (gssize) length);
}

static void
drop (GString **where)
{
  g_string_free (*where, TRUE);
  *where = NULL;
}

static gsize
write_some (Load *load, LoadPeer *peer, const char *data, gsize length)
{
  g_autoptr (GError) error = NULL;
  KithIo status = KITH_IO_OK;
  gsize done = 0;
  while (done < length && status == KITH_IO_OK) {
    gsize sent = 0;
    status = kith_stream_write (peer->stream, data + done, length - done, &sent, &error);
    done += sent;
  }
  if (status != KITH_IO_OK && status != KITH_IO_AGAIN)
    on_broken (load, peer, error);
  return done;
}

void
load_say (Load *load, LoadPeer *peer, const char *data, gsize length)
{
  gsize done = peer->shaken && peer->out == NULL ? write_some (load, peer, data, length) : 0;
  keep (&peer->out, data + done, length - done);
  if (peer->shaken)
    want (load, peer);
}

static void
say_rest (Load *load, LoadPeer *peer)
{
  if (peer->out == NULL)
    return;
  g_string_erase (peer->out, 0, (gssize) write_some (load, peer, peer->out->str, peer->out->len));
  if (peer->out->len == 0)
    drop (&peer->out);
}

static void
split_lines (Load *load, LoadPeer *peer, const char *data, gsize size)
{
  const char *end = data + size, *feed;
  while ((feed = memchr (data, '\n', (gsize) (end - data))) != NULL) {
    if (peer->in != NULL) {
      g_string_append_len (peer->in, data, feed - data);
      load->on_line (load->data, peer, peer->in->str, peer->in->len);
      drop (&peer->in);
    } else
      load->on_line (load->data, peer, data, (gsize) (feed - data));
    data = feed + 1;
  }
  keep (&peer->in, data, (gsize) (end - data));
}

static void
read_peer (Load *load, LoadPeer *peer)
{
  static char chunk[CHUNK];
  g_autoptr (GError) error = NULL;
  KithIo status;
  do {
    gsize got = 0;
    status = kith_stream_read (peer->stream, chunk, sizeof chunk, &got, &error);
    if (status == KITH_IO_OK)
      split_lines (load, peer, chunk, got);
  } while (status == KITH_IO_OK && kith_stream_pending (peer->stream) > 0);
  if (status != KITH_IO_OK && status != KITH_IO_AGAIN)
    on_broken (load, peer, error);
}

static void
shake_hands (Load *load, LoadPeer *peer)
{
  g_autoptr (GError) error = NULL;
  KithIo status = kith_stream_handshake (peer->stream, &error);
  if (status == KITH_IO_OK) {
    peer->shaken = TRUE;
    load->unready--;
    say_rest (load, peer);
  } else if (status != KITH_IO_AGAIN)
    on_broken (load, peer, error);
}

static void
on_ready (Load *load, const KithReady *ready)
{
  LoadPeer *peer = g_hash_table_lookup (load->peers, &ready->token);
  if (peer == NULL)
    return;
  if (!peer->shaken)
    shake_hands (load, peer);
  else {
    if (ready->events & KITH_POLL_WRITE)
      say_rest (load, peer);
    if (ready->events & (KITH_POLL_READ | KITH_POLL_ERROR))
      read_peer (load, peer);
  }
  want (load, peer);
}

static void
do_nothing (gpointer data)
{
}

static gboolean
turn (Load *load, GError **error)
{
  if (!kith_poller_wait (load->poller, -1, READY_PER_TURN, load->ready, error))
    return FALSE;
  for (guint i = 0; i < load->ready->len && load->failure == NULL; i++)
    on_ready (load, &g_array_index (load->ready, KithReady, i));
  kith_poller_run_timers (load->poller, g_get_monotonic_time ());
  if (load->failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&load->failure));
  return FALSE;
}

gboolean
load_run (Load *load, gboolean (*is_done) (gpointer data), gpointer data, guint limit_s, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + limit_s * G_USEC_PER_SEC;
  guint64 alarm = kith_poller_timer_add (load->poller, deadline, do_nothing, NULL);
  gboolean sound = TRUE;
  while (sound && !is_done (data) && g_get_monotonic_time () < deadline)
    sound = turn (load, error);
  kith_poller_timer_remove (load->poller, alarm);
  if (!sound || is_done (data))
    return sound;
  g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_TIMED_OUT, "Not everything arrived within %u s.", limit_s);
  return FALSE;
}
