/* sim-net.c - two ends, each with what is on its way to it: pieces of bytes that arrive at a time of their own, in
 * order. It splits what is sent, takes less than it is given, and breaks when it is told to. */
#include "simulation/sim.h"

#include <string.h>

#include "net/connector.h"
#include "net/poller-private.h"
#include "net/system.h"

#define SOCKETS 512
#define FIRST 3
#define WINDOW (32 * 1024)
#define SLOWEST_US (20 * G_TIME_SPAN_MILLISECOND)

typedef struct {
  gint64 due_us;
  guint8 *bytes;
  gsize length, taken;
} Piece;

typedef enum { END_FREE, END_LISTENER, END_STREAM } EndKind;

typedef struct {
  EndKind kind;
  gint peer;         /* -1: gone */
  GQueue pieces;     /* to be received */
  gsize waiting;     /* bytes of them */
  gboolean ended;    /* the peer sends no more */
  gboolean broken;
  GQueue callers;    /* a listener's: sockets to accept */
  gboolean is_unix;
} End;

static End ends[SOCKETS];
static gint64 stalled_until;

static gboolean
fail (GError **error, KithNetError kind)
{
  g_set_error_literal (error, KITH_NET_ERROR, kind, "simulated");
  return FALSE;
}

static End *
end_of (KithSocket socket)
{
  g_assert (socket >= FIRST && socket < SOCKETS && ends[socket].kind != END_FREE);
  return &ends[socket];
}

static KithSocket
take_number (EndKind kind)
{
  gint number = FIRST;
  while (ends[number].kind != END_FREE)
    g_assert (++number < SOCKETS);
  ends[number] = (End){.kind = kind, .peer = -1};
  g_queue_init (&ends[number].pieces);
  g_queue_init (&ends[number].callers);
  return number;
}

static void
free_piece (gpointer data)
{
  g_free (((Piece *) data)->bytes);
  g_free (data);
}

static void
connect_ends (KithSocket pair[2])
{
  pair[0] = take_number (END_STREAM);
  pair[1] = take_number (END_STREAM);
  ends[pair[0]].peer = (gint) pair[1];
  ends[pair[1]].peer = (gint) pair[0];
}

static void
break_end (End *end)
{
  end->broken = TRUE;
  g_queue_clear_full (&end->pieces, free_piece);
  end->waiting = 0;
}

void
sim_net_begin (void)
{
  stalled_until = 0;
}

void
sim_net_end (void)
{
  for (gint i = FIRST; i < SOCKETS; i++)
    if (ends[i].kind != END_FREE)
      kith_socket_close (i);
}

/* Not what the server wakes itself with: that is no network. */
void
sim_net_cut (void)
{
  gint candidates[SOCKETS];
  guint n = 0;
  for (gint i = FIRST; i < SOCKETS; i++)
    if (ends[i].kind == END_STREAM && ends[i].is_unix && ends[i].peer > i)
      candidates[n++] = i;
  if (n == 0)
    return;
  gint chosen = candidates[sim_pick (0, n - 1)];
  break_end (&ends[ends[chosen].peer]);
  break_end (&ends[chosen]);
}

void
sim_net_stall (gint64 span_us)
{
  stalled_until = sim_host.now_us + span_us;
}

static gint64
piece_due (const Piece *piece)
{
  return MAX (piece->due_us, stalled_until);
}

gint64
sim_net_due (void)
{
  gint64 due = G_MAXINT64;
  for (gint i = FIRST; i < SOCKETS; i++) {
    const Piece *piece = ends[i].kind == END_STREAM ? g_queue_peek_head (&ends[i].pieces) : NULL;
    if (piece != NULL)
      due = MIN (due, piece_due (piece));
  }
  return due;
}

static gboolean
can_receive (const End *end)
{
  const Piece *piece = g_queue_peek_head ((GQueue *) &end->pieces);
  if (end->kind == END_LISTENER)
    return !g_queue_is_empty ((GQueue *) &end->callers);
  return end->broken || (piece != NULL ? piece_due (piece) <= sim_host.now_us : end->ended);
}

static gboolean
can_send (const End *end)
{
  return end->broken || end->peer < 0 || ends[end->peer].waiting < WINDOW;
}

gboolean
sim_net_is_ready (gintptr socket, guint wanted)
{
  const End *end = end_of (socket);
  return ((wanted & KITH_POLL_READ) && can_receive (end)) || ((wanted & KITH_POLL_WRITE) && can_send (end));
}

/* ---- net/poller.h: the wait; nothing passes meanwhile ---- */

gboolean
kith_poller_wait (KithPoller *poller, gint64 timeout_us, guint max_ready, GArray *ready, GError **error)
{
  g_array_set_size (ready, 0);
  for (guint i = 0; i < poller->items->len && ready->len < max_ready; i++) {
    const KithSelectItem *item = &g_array_index (poller->items, KithSelectItem, i);
    const End *end = end_of (item->socket);
    KithReady found = {item->token, 0};
    if ((item->wanted & KITH_POLL_READ) && can_receive (end))
      found.events |= KITH_POLL_READ;
    if ((item->wanted & KITH_POLL_WRITE) && can_send (end))
      found.events |= KITH_POLL_WRITE;
    if (found.events != 0)
      g_array_append_val (ready, found);
  }
  return TRUE;
}

/* ---- net/socket.h ---- */

gboolean
kith_net_start (GError **error)
{
  return TRUE;
}

KithSocket
kith_socket_listen (const KithAddress *address, int backlog, GError **error)
{
  KithSocket listener = take_number (END_LISTENER);
  ends[listener].is_unix = kith_address_is_unix (address);
  return listener;
}

KithSocket
kith_socket_accept (KithSocket listener, KithAddress *peer, KithIo *status, GError **error)
{
  gpointer caller = g_queue_pop_head (&end_of (listener)->callers);
  *status = caller != NULL ? KITH_IO_OK : KITH_IO_AGAIN;
  if (peer != NULL)
    *peer = (KithAddress){0};
  return caller != NULL ? GPOINTER_TO_INT (caller) : KITH_SOCKET_NONE;
}

KithSocket
kith_socket_connect (const KithAddress *address, GError **error)
{
  fail (error, KITH_NET_ERROR_FAILED);
  return KITH_SOCKET_NONE;
}

KithIo
kith_socket_connected (KithSocket socket, GError **error)
{
  return KITH_IO_OK;
}

KithSocket
kith_socket_datagram (const KithAddress *local, GError **error)
{
  fail (error, KITH_NET_ERROR_FAILED);
  return KITH_SOCKET_NONE;
}

KithIo
kith_socket_send_to (KithSocket socket, const void *data, gsize size, const KithAddress *to, GError **error)
{
  fail (error, KITH_NET_ERROR_FAILED);
  return KITH_IO_ERROR;
}

KithIo
kith_socket_receive_from (KithSocket socket, void *data, gsize size, gsize *got, KithAddress *from, GError **error)
{
  fail (error, KITH_NET_ERROR_FAILED);
  return KITH_IO_ERROR;
}

gboolean
kith_socket_set_broadcast (KithSocket socket, GError **error)
{
  return fail (error, KITH_NET_ERROR_FAILED);
}

static void
put_piece (End *to, const guint8 *bytes, gsize length, gint64 delay_us)
{
  const Piece *last = g_queue_peek_tail (&to->pieces);
  Piece piece = {sim_host.now_us + delay_us, g_memdup2 (bytes, length), length, 0};
  if (last != NULL)
    piece.due_us = MAX (piece.due_us, last->due_us);
  g_queue_push_tail (&to->pieces, g_memdup2 (&piece, sizeof piece));
  to->waiting += length;
}

KithIo
kith_socket_send (KithSocket socket, const void *data, gsize size, gsize *sent, GError **error)
{
  End *end = end_of (socket);
  if (end->broken || end->peer < 0) {
    fail (error, KITH_NET_ERROR_RESET);
    return KITH_IO_ERROR;
  }
  End *to = &ends[end->peer];
  if (!can_send (end))
    return KITH_IO_AGAIN;
  gsize taken = sim_chance (20) ? sim_pick (1, (guint) MIN (size, 2000)) : MIN (size, WINDOW);
  gint64 delay = end->is_unix ? sim_pick (50, sim_chance (10) ? SLOWEST_US : 2000) : 0;
  gsize first = sim_chance (20) ? sim_pick (1, (guint) taken) : taken;
  put_piece (to, data, first, delay);
  if (first < taken)
    put_piece (to, (const guint8 *) data + first, taken - first, delay + sim_pick (0, 3000));
  *sent = taken;
  return KITH_IO_OK;
}

KithIo
kith_socket_receive (KithSocket socket, void *data, gsize size, gsize *got, GError **error)
{
  End *end = end_of (socket);
  if (end->broken) {
    fail (error, KITH_NET_ERROR_RESET);
    return KITH_IO_ERROR;
  }
  if (!can_receive (end))
    return KITH_IO_AGAIN;
  Piece *piece = g_queue_peek_head (&end->pieces);
  if (piece == NULL)
    return KITH_IO_END;
  *got = MIN (size, piece->length - piece->taken);
  memcpy (data, piece->bytes + piece->taken, *got);
  piece->taken += *got;
  end->waiting -= *got;
  if (piece->taken == piece->length)
    free_piece (g_queue_pop_head (&end->pieces));
  return KITH_IO_OK;
}

gboolean
kith_socket_local_address (KithSocket socket, KithAddress *out, GError **error)
{
  return kith_address_parse ("127.0.0.1", 5484, out, error);
}

gboolean
kith_socket_peer_address (KithSocket socket, KithAddress *out, GError **error)
{
  return kith_address_parse ("127.0.0.1", 5484, out, error);
}

void
kith_socket_shutdown_write (KithSocket socket)
{
  End *end = end_of (socket);
  if (end->peer >= 0)
    ends[end->peer].ended = TRUE;
}

void
kith_socket_close (KithSocket socket)
{
  if (socket == KITH_SOCKET_NONE)
    return;
  End *end = end_of (socket);
  if (end->peer >= 0) {
    ends[end->peer].ended = TRUE;
    ends[end->peer].peer = -1;
  }
  while (!g_queue_is_empty (&end->callers))
    kith_socket_close (GPOINTER_TO_INT (g_queue_pop_head (&end->callers)));
  g_queue_clear_full (&end->pieces, free_piece);
  end->kind = END_FREE;
}

gboolean
kith_socket_pair (KithSocket pair[2], GError **error)
{
  connect_ends (pair);
  return TRUE;
}

KithSocket
kith_socket_raise (KithSocket socket, int floor)
{
  return socket;
}

guint
kith_socket_raise_limit (guint wanted)
{
  return wanted;
}

KithSocket
kith_socket_reserve (void)
{
  return KITH_SOCKET_NONE;
}

/* ---- net/connector.h ---- */

struct _KithConnector {
  gint64 due_us;
};

KithConnector *
kith_connector_new (const char *host, guint16 port, GError **error)
{
  KithConnector *connector = g_new0 (KithConnector, 1);
  connector->due_us = sim_host.now_us + sim_pick (50, 5000);
  return connector;
}

void
kith_connector_free (KithConnector *connector)
{
  g_free (connector);
}

void
kith_connector_watches (KithConnector *connector, GArray *watches)
{
}

gint64
kith_connector_due (KithConnector *connector)
{
  return connector->due_us;
}

/* To the listener of the Unix socket, while there is one. */
KithIo
kith_connector_step (KithConnector *connector, gint64 now_us, KithSocket *socket, GError **error)
{
  gint listener = FIRST;
  if (now_us < connector->due_us)
    return KITH_IO_AGAIN;
  while (listener < SOCKETS && !(ends[listener].kind == END_LISTENER && ends[listener].is_unix))
    listener++;
  if (listener == SOCKETS) {
    fail (error, KITH_NET_ERROR_REFUSED);
    return KITH_IO_ERROR;
  }
  KithSocket pair[2];
  connect_ends (pair);
  ends[pair[0]].is_unix = ends[pair[1]].is_unix = TRUE;
  g_queue_push_tail (&ends[listener].callers, GINT_TO_POINTER ((gint) pair[1]));
  *socket = pair[0];
  return KITH_IO_OK;
}

/* ---- net/system.h: no call of the system is made here, so none fails ---- */

const KithSystemError kith_system_errors[1];
const gsize kith_system_n_errors = 0;

int
kith_system_last_error (void)
{
  return 0;
}

char *
kith_system_error_text (int code)
{
  return g_strdup ("simulated");
}
