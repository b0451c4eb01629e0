/* finder.c - one socket for each address of this machine, so that the question leaves through each interface.
 *
 * A server answers on each. Its IPv6 address is a link-local one then, which nobody can read out and which is good for
 * one interface only: it is told when no IPv4 address of the server has answered for a moment. */
#include "client/finder.h"

#include "client/random.h"
#include "net/interfaces.h"
#include "net/poller.h"
#include "proto/id.h"

#define LISTEN_US (950 * G_TIME_SPAN_MILLISECOND)
#define ASK_AGAIN_US (250 * G_TIME_SPAN_MILLISECOND)
#define QUESTIONS 3
#define SOCKETS_MAX 64
#define SERVERS_MAX 256
#define ANSWERS_A_STEP 256
#define HOLD_US (60 * G_TIME_SPAN_MILLISECOND)

typedef struct {
  KithSocket socket;
  KithAddress to; /* everybody there */
} Voice;

/* An answer over IPv6. */
typedef struct {
  KithFoundServer server;
  gint64 until_us;
} Held;

struct _KithFinder {
  guint16 port;
  KithFoundFunc func;
  gpointer data;
  guint8 nonce[KITH_NONCE_BYTES];
  GArray *voices;
  GHashTable *known; /* "pin port" */
  GQueue held;       /* Held, the oldest first */
  guint asked;
  gint64 began_us, next_us;
};

/* Whom to ask there; FALSE: nobody can be asked. */
static gboolean
find_everybody (const KithInterface *iface, guint16 port, KithAddress *to)
{
  *to = iface->everyone;
  if (kith_address_is_loopback (&iface->address))
    *to = iface->address;
  else if (iface->multicast && !kith_interface_group (iface, KITH_FIND_GROUP, port, to))
    return FALSE;
  if (to->length > 0)
    kith_address_set_port (to, port);
  return to->length > 0;
}

static gboolean
open_voice (const KithInterface *iface, guint16 port, Voice *voice)
{
  KithAddress local = iface->address;
  if (!find_everybody (iface, port, &voice->to))
    return FALSE;
  kith_address_set_port (&local, 0);
  voice->socket = kith_socket_datagram (&local, NULL);
  if (voice->socket == KITH_SOCKET_NONE)
    return FALSE;
  gboolean ready = kith_address_is_ipv6 (&local)
                       ? !iface->multicast || kith_interface_send_through (iface, voice->socket, NULL)
                       : kith_socket_set_broadcast (voice->socket, NULL);
  if (!ready)
    kith_socket_close (voice->socket);
  return ready;
}

KithFinder *
kith_finder_new (guint16 port, KithFoundFunc func, gpointer data, GError **error)
{
  char nonce[KITH_NONCE_TEXT];
  g_autoptr (GArray) interfaces = g_array_new (FALSE, FALSE, sizeof (KithInterface));
  if (!kith_interfaces_list (interfaces, error))
    return NULL;
  KithFinder *finder = g_new0 (KithFinder, 1);
  *finder = (KithFinder){.port = port, .func = func, .data = data};
  finder->voices = g_array_new (FALSE, FALSE, sizeof (Voice));
  finder->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  kith_hex_parse (kith_random_hex (nonce, KITH_NONCE_BYTES), finder->nonce, KITH_NONCE_BYTES);
  for (guint i = 0; i < interfaces->len && finder->voices->len < SOCKETS_MAX; i++) {
    Voice voice;
    if (open_voice (&g_array_index (interfaces, KithInterface, i), port, &voice))
      g_array_append_val (finder->voices, voice);
  }
  if (finder->voices->len == 0) {
    g_set_error_literal (error, KITH_NET_ERROR, KITH_NET_ERROR_UNREACHABLE,
                         "This computer is on no network. Plug in a cable or turn on the wireless network.");
    g_clear_pointer (&finder, kith_finder_free);
  }
  return finder;
}

static void
free_held (gpointer data)
{
  Held *held = data;
  kith_found_clear (&held->server.found);
  g_free (held);
}

void
kith_finder_free (KithFinder *finder)
{
  if (finder == NULL)
    return;
  for (guint i = 0; i < finder->voices->len; i++)
    kith_socket_close (g_array_index (finder->voices, Voice, i).socket);
  g_array_unref (finder->voices);
  g_hash_table_unref (finder->known);
  g_queue_clear_full (&finder->held, free_held);
  g_free (finder);
}

void
kith_finder_watches (const KithFinder *finder, GArray *watches)
{
  for (guint i = 0; i < finder->voices->len; i++) {
    KithWatch watch = {g_array_index (finder->voices, Voice, i).socket, KITH_POLL_READ};
    g_array_append_val (watches, watch);
  }
}

static gint64
end_of (const KithFinder *finder)
{
  return finder->began_us + LISTEN_US;
}

gint64
kith_finder_due (const KithFinder *finder)
{
  const Held *held = finder->held.head != NULL ? finder->held.head->data : NULL;
  gint64 due_us = finder->asked < QUESTIONS ? MIN (finder->next_us, end_of (finder)) : end_of (finder);
  if (finder->began_us == 0)
    return 0;
  return held != NULL ? MIN (held->until_us, due_us) : due_us;
}

static void
ask (KithFinder *finder, gint64 now_us)
{
  char question[KITH_FIND_BYTES];
  kith_find_write (finder->nonce, question);
  for (guint i = 0; i < finder->voices->len; i++) {
    const Voice *voice = &g_array_index (finder->voices, Voice, i);
    kith_socket_send_to (voice->socket, question, sizeof question, &voice->to, NULL);
  }
  finder->asked++;
  finder->next_us = now_us + ASK_AGAIN_US;
}

/* Tells a server that was not known yet. */
static void
tell (KithFinder *finder, const KithFoundServer *server)
{
  char *key = g_strdup_printf ("%s %u", server->found.pin, server->found.port);
  if (g_hash_table_size (finder->known) >= SERVERS_MAX || g_hash_table_contains (finder->known, key))
    g_free (key);
  else if (g_hash_table_add (finder->known, key))
    finder->func (server, finder->data);
}

static void
tell_held (KithFinder *finder, gint64 now_us)
{
  for (Held *held; (held = g_queue_peek_head (&finder->held)) != NULL && now_us >= held->until_us;) {
    g_queue_pop_head (&finder->held);
    tell (finder, &held->server);
    free_held (held);
  }
}

static void
take_answer (KithFinder *finder, const char *data, gsize size, const KithAddress *from, gint64 now_us)
{
  KithFoundServer server = {.address = *from};
  if (!kith_found_read (data, size, finder->nonce, &server.found))
    return;
  kith_address_set_port (&server.address, server.found.port);
  gboolean hold = kith_address_is_ipv6 (from) && !kith_address_is_loopback (from);
  if (hold && g_queue_get_length (&finder->held) < SERVERS_MAX) {
    Held *held = g_new (Held, 1);
    *held = (Held){server, now_us + HOLD_US};
    g_queue_push_tail (&finder->held, held);
    return;
  }
  if (!hold)
    tell (finder, &server);
  kith_found_clear (&server.found);
}

static void
listen_to (KithFinder *finder, KithSocket socket, gint64 now_us)
{
  char data[KITH_FIND_BYTES + 1]; /* one more: an answer is never longer than the question */
  for (guint i = 0; i < ANSWERS_A_STEP; i++) {
    KithAddress from;
    gsize got;
    if (kith_socket_receive_from (socket, data, sizeof data, &got, &from, NULL) != KITH_IO_OK)
      return;
    if (got <= KITH_FIND_BYTES)
      take_answer (finder, data, got, &from, now_us);
  }
}

gboolean
kith_finder_step (KithFinder *finder, gint64 now_us)
{
  if (finder->began_us == 0)
    finder->began_us = finder->next_us = now_us;
  if (finder->asked < QUESTIONS && now_us >= finder->next_us)
    ask (finder, now_us);
  for (guint i = 0; i < finder->voices->len; i++)
    listen_to (finder, g_array_index (finder->voices, Voice, i).socket, now_us);
  gboolean goes_on = now_us < end_of (finder);
  tell_held (finder, goes_on ? now_us : G_MAXINT64);
  return goes_on;
}
