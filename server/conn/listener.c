/* listener.c - accepting, within limits. Who is too many is told so where that is possible; a descriptor kept in reserve makes it possible
 * when descriptors have run out, for one at a time, while the listeners rest (so the loop does not spin). */
#include "conn/conn-private.h"

#include "log/log.h"
#include "metrics/metrics.h"
#include "net/stream-token.h"

#define HOUSEHOLD 8 /* times what an address may: a /64, which may be a network of many computers or one attacker */

gboolean
kithd_conns_listen (KithdConns *conns, const KithAddress *address, const KithdAdmission *admission, KithAddress *bound, GError **error)
{
  KithSocket socket = kith_socket_listen (address, 1024, error);
  if (socket == KITH_SOCKET_NONE)
    return FALSE;
  guint64 token = FIRST_LISTENER_TOKEN + conns->listeners->len;
  KithAddress local;
  if (!kith_socket_local_address (socket, &local, error) ||
      !kith_poller_add (conns->poller, socket, KITH_PLACE_SELECT, KITH_POLL_READ, token, error)) {
    kith_socket_close (socket);
    return FALSE;
  }
  KithdListener *listener = g_new0 (KithdListener, 1);
  *listener = (KithdListener) { .socket = socket, .address = local, .tls = admission->tls, .admin = admission->admin,
                                .token = g_strdup (admission->token) };
  g_ptr_array_add (conns->listeners, listener);
  if (bound != NULL)
    *bound = local;
  return TRUE;
}

static void
pause_listener (KithdConns *conns, KithdListener *listener, gboolean pause)
{
  if (listener->paused == pause || listener->socket == KITH_SOCKET_NONE)
    return;
  listener->paused = pause;
  kith_poller_change (conns->poller, listener->socket, pause ? 0 : KITH_POLL_READ);
}

void
kithd_listeners_resume (KithdConns *conns)
{
  for (guint i = 0; i < conns->listeners->len; i++)
    pause_listener (conns, conns->listeners->pdata[i], FALSE);
}

void
kithd_conns_stop_listening (KithdConns *conns)
{
  for (guint i = 0; i < conns->listeners->len; i++) {
    KithdListener *listener = conns->listeners->pdata[i];
    if (listener->socket == KITH_SOCKET_NONE)
      continue;
    kith_poller_remove (conns->poller, listener->socket);
    kith_socket_close (listener->socket);
    listener->socket = KITH_SOCKET_NONE;
  }
}

static const char *
surplus_sentence (KithdConns *conns, KithdListener *listener, const KithAddress *peer)
{
  guint ceiling = MIN ((guint) conns->settings->connections_max, kith_poller_ceiling (conns->poller) - SOCKETS_MARGIN);
  if (kithd_conns_count (conns) - conns->surplus >= ceiling)
    return "This server has as many connections as it can hold. Try again later.";
  char host[KITH_ADDRESS_TEXT], group[KITH_ADDRESS_TEXT];
  kith_address_format_host (peer, host);
  kith_address_format_group (peer, group);
  guint strangers = GPOINTER_TO_UINT (g_hash_table_lookup (conns->strangers, host));
  guint neighbours = GPOINTER_TO_UINT (g_hash_table_lookup (conns->strangers, group));
  gint64 limit = conns->settings->connections_per_address;
  if (!listener->admin && (strangers >= limit || (!g_str_equal (host, group) && neighbours >= limit * HOUSEHOLD)))
    return "Too many connections from your address have not signed in yet.";
  return NULL;
}

/* A connection for a socket that was accepted; NULL: it could not be taken (and is closed). */
static KithdConn *
adopt (KithdConns *conns, KithdListener *listener, KithSocket socket, const KithAddress *peer)
{
  char host[KITH_ADDRESS_TEXT];
  kith_address_format_host (peer, host);
  if (kith_poller_has_nest (conns->poller))
    socket = kith_socket_raise (socket, 1024);
  guint64 id = conns->next_id++;
  g_autoptr (GError) error = NULL;
  if (!kith_poller_add (conns->poller, socket, KITH_PLACE_NESTED, KITH_POLL_READ, id, &error)) {
    kithd_log (G_LOG_LEVEL_WARNING, "not-taken", 0, "host", host, "why", error->message, NULL);
    kith_socket_close (socket);
    return NULL;
  }
  KithdConn *conn = g_new0 (KithdConn, 1);
  conn->conns = conns;
  conn->id = id;
  conn->listener = listener;
  conn->host = g_strdup (host);
  conn->group = g_strdup (kith_address_format_group (peer, host));
  conn->phase = KITH_PHASE_FRESH;
  conn->wanted = KITH_POLL_READ;
  conn->opened = conn->life = conns->now;
  kith_framer_init (&conn->framer, KITH_FRAME_TO_SERVER);
  conn->stream = kith_stream_socket_new (socket);
  if (listener->tls != NULL)
    conn->stream = kith_stream_tls_new (listener->tls, conn->stream, NULL);
  if (listener->token != NULL)
    conn->stream = kith_stream_token_demand (conn->stream, listener->token);
  g_hash_table_insert (conns->by_id, &conn->id, conn);
  kithd_count (KITHD_COUNT_ACCEPTED, 1);
  return conn;
}

static void
count_more (GHashTable *strangers, const char *key)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (strangers, key));
  g_hash_table_insert (strangers, g_strdup (key), GUINT_TO_POINTER (count + 1));
}

static void
count_stranger (KithdConn *conn)
{
  count_more (conn->conns->strangers, conn->host);
  if (!g_str_equal (conn->host, conn->group))
    count_more (conn->conns->strangers, conn->group);
  conn->counted = TRUE;
}

/* Tells who is too many: after the handshake it is refused with the reason. */
static void
take_surplus (KithdConns *conns, KithdConn *conn, const char *sentence)
{
  conn->surplus = TRUE;
  conns->surplus++;
  kithd_count (KITHD_COUNT_SURPLUS, 1);
  conn->surplus_reason = sentence;
  kithd_log (G_LOG_LEVEL_WARNING, "surplus", conn->id, "host", conn->host, "why", sentence, NULL);
}

static gboolean
accept_one (KithdConns *conns, KithdListener *listener, KithIo *status, GError **error)
{
  KithAddress peer = { 0 };
  KithSocket socket = kith_socket_accept (listener->socket, &peer, status, error);
  if (socket == KITH_SOCKET_NONE)
    return FALSE;
  const char *sentence = surplus_sentence (conns, listener, &peer);
  if (sentence != NULL && conns->surplus >= SURPLUS_MAX) {
    kith_socket_close (socket);
    return TRUE;
  }
  KithdConn *conn = adopt (conns, listener, socket, &peer);
  if (conn == NULL)
    return TRUE;
  if (sentence != NULL)
    take_surplus (conns, conn, sentence);
  else
    count_stranger (conn);
  kithd_conn_mark_busy (conn); /* the first bytes are often there already; a plain stream is ready at once */
  return TRUE;
}

/* Descriptors ran out: the reserve lets one in, to be told; the others wait in the kernel's queue. */
static void
use_reserve (KithdConns *conns, KithdListener *listener)
{
  for (guint i = 0; i < conns->listeners->len; i++)
    pause_listener (conns, conns->listeners->pdata[i], TRUE);
  if (conns->reserve == KITH_SOCKET_NONE)
    return;
  kith_socket_close (conns->reserve);
  conns->reserve = KITH_SOCKET_NONE;
  KithAddress peer = { 0 };
  KithIo status;
  KithSocket socket = kith_socket_accept (listener->socket, &peer, &status, NULL);
  KithdConn *conn = socket != KITH_SOCKET_NONE ? adopt (conns, listener, socket, &peer) : NULL;
  if (conn == NULL) {
    conns->reserve = kith_socket_reserve ();
    return;
  }
  conn->on_reserve = TRUE;
  take_surplus (conns, conn, "This server has run out of descriptors. Try again later.");
  kithd_conn_mark_busy (conn);
}

void
kithd_listener_accept (KithdConns *conns, KithdListener *listener)
{
  for (gint64 i = 0; i < conns->settings->accepts_per_turn && !listener->paused && listener->socket != KITH_SOCKET_NONE; i++) {
    g_autoptr (GError) error = NULL;
    KithIo status;
    if (accept_one (conns, listener, &status, &error))
      continue;
    if (g_error_matches (error, KITH_NET_ERROR, KITH_NET_ERROR_DESCRIPTORS))
      use_reserve (conns, listener);
    else if (status == KITH_IO_ERROR)
      kithd_log (G_LOG_LEVEL_WARNING, "accept-failed", 0, "why", error != NULL ? error->message : "unknown", NULL);
    return;
  }
}
