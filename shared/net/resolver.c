/* resolver.c - getaddrinfo on a thread of its own. What both sides touch is counted by reference, so the loop can
 * leave a look-up that hangs: the thread finds nobody to wake and lets go of the rest. */
#include "net/resolver.h"
#include "net/system.h"

#include <string.h>

#define MOST_ADDRESSES 16 /* of one name; the rest is not tried */

struct _KithLookup {
  gatomicrefcount refs; /* the loop, the thread */
  char *host;
  guint16 port;
  GMutex lock;    /* for all below */
  KithWake *wake; /* NULL: nobody listens any more */
  gboolean done;
  GArray *addresses; /* of KithAddress */
  GError *error;
};

static const struct {
  int code; /* of getaddrinfo */
  const char *sentence;
} reasons[] = {
    {EAI_NONAME, "No machine is known by the name %s. Check the spelling, or use its address."},
    {EAI_AGAIN, "The name %s could not be looked up just now: the name server does not answer. Check the network."},
    {EAI_FAIL, "The name %s could not be looked up: the name server refused. Use the machine's address."},
};

static GError *
lookup_error (int code, const char *host)
{
  const char *sentence = "The name %s has no address that can be used. Use the machine's address.";

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].code == code)
      sentence = reasons[i].sentence;

  GString *text = g_string_new (sentence);
  g_string_replace (text, "%s", host, 1);
  GError *error = g_error_new_literal (KITH_NET_ERROR, KITH_NET_ERROR_LOOKUP, text->str);
  g_string_free (text, TRUE);
  return error;
}

static void
unref_lookup (KithLookup *lookup)
{
  if (!g_atomic_ref_count_dec (&lookup->refs))
    return;
  g_free (lookup->host);
  g_mutex_clear (&lookup->lock);
  g_array_unref (lookup->addresses);
  g_clear_error (&lookup->error);
  g_free (lookup);
}

/* Appends what was found for TCP, in the order of the system (RFC 6724). */
static void
append_found (GArray *addresses, const struct addrinfo *found, guint16 port)
{
  for (; found != NULL && addresses->len < MOST_ADDRESSES; found = found->ai_next) {
    KithAddress address = {0};
    if (found->ai_addrlen > sizeof address.data || (found->ai_family != AF_INET && found->ai_family != AF_INET6))
      continue;
    memcpy (address.data.bytes, found->ai_addr, found->ai_addrlen);
    address.length = (guint32) found->ai_addrlen;
    kith_address_set_port (&address, port);
    g_array_append_val (addresses, address);
  }
}

static gpointer
look_up (gpointer data)
{
  KithLookup *lookup = data;
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  int code = getaddrinfo (lookup->host, NULL, &hints, &found);

  g_mutex_lock (&lookup->lock);
  append_found (lookup->addresses, found, lookup->port);
  if (lookup->addresses->len == 0)
    lookup->error = lookup_error (code, lookup->host);
  lookup->done = TRUE;
  if (lookup->wake != NULL)
    kith_wake_signal (lookup->wake);
  g_mutex_unlock (&lookup->lock);

  if (found != NULL)
    freeaddrinfo (found);
  unref_lookup (lookup);
  return NULL;
}

/* Without a thread the look-up has failed, which is told like any other failure. */
static void
start_thread (KithLookup *lookup)
{
  g_atomic_ref_count_inc (&lookup->refs);
  GThread *thread = g_thread_try_new ("kith-lookup", look_up, lookup, NULL);

  if (thread != NULL) {
    g_thread_unref (thread);
    return;
  }
  lookup->error = lookup_error (EAI_AGAIN, lookup->host);
  lookup->done = TRUE;
  kith_wake_signal (lookup->wake);
  unref_lookup (lookup);
}

KithLookup *
kith_lookup_start (const char *host, guint16 port, KithWake *wake)
{
  KithLookup *lookup = g_new0 (KithLookup, 1);

  g_atomic_ref_count_init (&lookup->refs);
  g_mutex_init (&lookup->lock);
  lookup->host = g_strdup (host);
  lookup->port = port;
  lookup->wake = wake;
  lookup->addresses = g_array_new (FALSE, FALSE, sizeof (KithAddress));
  start_thread (lookup);
  return lookup;
}

KithIo
kith_lookup_take (KithLookup *lookup, GArray *addresses, GError **error)
{
  KithIo status = KITH_IO_AGAIN;

  g_mutex_lock (&lookup->lock);
  if (lookup->error != NULL) {
    g_propagate_error (error, g_error_copy (lookup->error));
    status = KITH_IO_ERROR;
  } else if (lookup->done) {
    g_array_append_vals (addresses, lookup->addresses->data, lookup->addresses->len);
    status = KITH_IO_OK;
  }
  g_mutex_unlock (&lookup->lock);
  return status;
}

void
kith_lookup_free (KithLookup *lookup)
{
  if (lookup == NULL)
    return;
  g_mutex_lock (&lookup->lock);
  lookup->wake = NULL;
  g_mutex_unlock (&lookup->lock);
  unref_lookup (lookup);
}
