/* connector.c - "happy eyeballs" (RFC 8305): the addresses of a name, both families in turn; an attempt begins when the
 * one before has failed or has not succeeded within 250 ms; the first that connects wins and the others are closed. */
#include "net/connector.h"
#include "net/net-private.h"
#include "net/poller.h"
#include "net/resolver.h"

#include <string.h>

#define STAGGER_US (250 * G_TIME_SPAN_MILLISECOND)
#define PATIENCE_US (15 * G_TIME_SPAN_SECOND) /* after the last attempt began */

typedef struct {
  KithAddress address;
  KithSocket socket;
} Attempt;

struct _KithConnector {
  char *host;
  KithWake *wake; /* while lookup runs */
  KithLookup *lookup;
  GArray *addresses; /* of KithAddress, in the order of trying */
  guint next;        /* the address that is tried next */
  GArray *attempts;  /* of Attempt: under way */
  gint64 next_us;    /* when the next address is tried at the latest */
  gint64 give_up_us;
  GPtrArray *failures; /* of char *: "ADDRESS: why" */
  KithNetError kind;   /* of the last failure: the first is often a family that this network does not have */
};

/* RFC 8305, 4: the family of the first address first, then in turn. */
static void
interleave (GArray *addresses)
{
  for (guint i = 1; i < addresses->len; i++) {
    gboolean last_ipv6 = kith_address_is_ipv6 (&g_array_index (addresses, KithAddress, i - 1));
    guint other = i;
    while (other < addresses->len && kith_address_is_ipv6 (&g_array_index (addresses, KithAddress, other)) == last_ipv6)
      other++;
    if (other == addresses->len)
      return;
    KithAddress moved = g_array_index (addresses, KithAddress, other);
    g_array_remove_index (addresses, other);
    g_array_insert_val (addresses, i, moved);
  }
}

static void
add_literal (KithConnector *connector, const char *text, guint16 port)
{
  KithAddress address;

  if (!kith_address_parse (text, port, &address, NULL))
    return;
  kith_address_set_port (&address, port);
  g_array_append_val (connector->addresses, address);
}

/* Fills in the addresses that can be told without a look-up; FALSE when host is no such thing. */
static gboolean
add_known (KithConnector *connector, const char *host, guint16 port, GError **error)
{
  if (g_str_has_prefix (host, "unix:")) {
    KithAddress address;
    if (!kith_address_parse (host, 0, &address, error))
      return FALSE;
    g_array_append_val (connector->addresses, address);
    return TRUE;
  }
  if (g_ascii_strcasecmp (host, "localhost") == 0) {
    add_literal (connector, "[::1]", port);
    add_literal (connector, "127.0.0.1", port);
    return TRUE;
  }
  if (strchr (host, ':') != NULL || g_hostname_is_ip_address (host))
    add_literal (connector, host, port);
  return TRUE;
}

static gboolean
start_lookup (KithConnector *connector, const char *host, guint16 port, GError **error)
{
  g_autofree char *ascii = g_hostname_to_ascii (host);

  if (ascii == NULL || ascii[0] == '\0' || strpbrk (ascii, ":/ *") != NULL) {
    g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_ADDRESS,
                 "“%s” names no server. Write it as host, host:port or [IPv6 address]:port.", host);
    return FALSE;
  }
  connector->wake = kith_wake_new (error);
  if (connector->wake == NULL)
    return FALSE;
  connector->lookup = kith_lookup_start (ascii, port, connector->wake);
  return TRUE;
}

KithConnector *
kith_connector_new (const char *host, guint16 port, GError **error)
{
  g_autoptr (KithConnector) connector = g_new0 (KithConnector, 1);

  connector->host = g_strdup (host);
  connector->addresses = g_array_new (FALSE, FALSE, sizeof (KithAddress));
  connector->attempts = g_array_new (FALSE, FALSE, sizeof (Attempt));
  connector->failures = g_ptr_array_new_with_free_func (g_free);
  connector->give_up_us = G_MAXINT64;
  if (!add_known (connector, host, port, error))
    return NULL;
  if (connector->addresses->len == 0 && !start_lookup (connector, host, port, error))
    return NULL;
  return g_steal_pointer (&connector);
}

static void
end_lookup (KithConnector *connector)
{
  g_clear_pointer (&connector->lookup, kith_lookup_free);
  g_clear_pointer (&connector->wake, kith_wake_free);
}

void
kith_connector_free (KithConnector *connector)
{
  if (connector == NULL)
    return;
  end_lookup (connector);
  for (guint i = 0; i < connector->attempts->len; i++)
    kith_socket_close (g_array_index (connector->attempts, Attempt, i).socket);
  g_array_unref (connector->attempts);
  g_array_unref (connector->addresses);
  g_ptr_array_unref (connector->failures);
  g_free (connector->host);
  g_free (connector);
}

void
kith_connector_watches (KithConnector *connector, GArray *watches)
{
  if (connector->lookup != NULL) {
    KithWatch watch = {kith_wake_socket (connector->wake), KITH_POLL_READ};
    g_array_append_val (watches, watch);
  }
  for (guint i = 0; i < connector->attempts->len; i++) {
    KithWatch watch = {g_array_index (connector->attempts, Attempt, i).socket, KITH_POLL_WRITE};
    g_array_append_val (watches, watch);
  }
}

gint64
kith_connector_due (KithConnector *connector)
{
  if (connector->lookup != NULL)
    return G_MAXINT64;
  return connector->next < connector->addresses->len ? connector->next_us : connector->give_up_us;
}

/* Takes failure. The next address is tried at once. (What is said of a Unix socket names its path already.) */
static void
note_failure (KithConnector *connector, const KithAddress *address, GError *failure)
{
  char text[KITH_ADDRESS_TEXT];

  kith_address_format (address, text);
  connector->kind = failure->code;
  g_ptr_array_add (connector->failures, kith_address_is_unix (address)
                                            ? g_strdup (failure->message)
                                            : g_strdup_printf ("%s: %s", text, failure->message));
  connector->next_us = 0;
  g_error_free (failure);
}

static KithIo
all_failed (KithConnector *connector, GError **error)
{
  g_ptr_array_add (connector->failures, NULL);
  g_autofree char *reasons = g_strjoinv (" ", (char **) connector->failures->pdata);

  g_ptr_array_remove_index (connector->failures, connector->failures->len - 1);
  g_set_error (error, KITH_NET_ERROR, connector->kind, "Cannot reach %s. %s", connector->host, reasons);
  return KITH_IO_ERROR;
}

/* Looks at the attempts under way. */
static KithIo
check_attempts (KithConnector *connector, KithSocket *socket)
{
  for (guint i = 0; i < connector->attempts->len;) {
    Attempt attempt = g_array_index (connector->attempts, Attempt, i);
    GError *failure = NULL;
    KithIo status = kith_socket_connected (attempt.socket, &failure);

    if (status == KITH_IO_AGAIN) {
      i++;
      continue;
    }
    g_array_remove_index (connector->attempts, i);
    if (status == KITH_IO_OK) {
      *socket = attempt.socket;
      return KITH_IO_OK;
    }
    kith_socket_close (attempt.socket);
    note_failure (connector, &attempt.address, failure);
  }
  return KITH_IO_AGAIN;
}

static void
begin_attempt (KithConnector *connector, gint64 now_us)
{
  Attempt attempt = {g_array_index (connector->addresses, KithAddress, connector->next++), KITH_SOCKET_NONE};
  GError *failure = NULL;

  connector->next_us = now_us + STAGGER_US;
  connector->give_up_us = now_us + PATIENCE_US;
  attempt.socket = kith_socket_connect (&attempt.address, &failure);
  if (attempt.socket == KITH_SOCKET_NONE)
    note_failure (connector, &attempt.address, failure);
  else
    g_array_append_val (connector->attempts, attempt);
}

static void
give_up (KithConnector *connector)
{
  for (guint i = 0; i < connector->attempts->len; i++) {
    const Attempt *attempt = &g_array_index (connector->attempts, Attempt, i);
    GError *failure = NULL;
    kith_socket_close (attempt->socket);
    kith_net_fail_kind (&failure, KITH_DOING_CONNECT, KITH_NET_ERROR_TIMED_OUT, "", NULL);
    note_failure (connector, &attempt->address, failure);
  }
  g_array_set_size (connector->attempts, 0);
}

static KithIo
collect_lookup (KithConnector *connector, GError **error)
{
  GError *failure = NULL;

  kith_wake_clear (connector->wake);
  KithIo status = kith_lookup_take (connector->lookup, connector->addresses, &failure);
  if (status == KITH_IO_AGAIN)
    return status;
  end_lookup (connector);
  interleave (connector->addresses);
  if (failure != NULL)
    g_propagate_prefixed_error (error, failure, "Cannot reach %s. ", connector->host);
  return status;
}

KithIo
kith_connector_step (KithConnector *connector, gint64 now_us, KithSocket *socket, GError **error)
{
  KithIo status = KITH_IO_OK;

  *socket = KITH_SOCKET_NONE;
  if (connector->lookup != NULL)
    status = collect_lookup (connector, error);
  if (status != KITH_IO_OK)
    return status;
  if (now_us >= connector->give_up_us && connector->next == connector->addresses->len)
    give_up (connector);

  do {
    if (check_attempts (connector, socket) == KITH_IO_OK)
      return KITH_IO_OK;
    if (connector->next == connector->addresses->len)
      return connector->attempts->len == 0 ? all_failed (connector, error) : KITH_IO_AGAIN;
    if (now_us < connector->next_us)
      return KITH_IO_AGAIN;
    begin_attempt (connector, now_us);
  } while (TRUE);
}
