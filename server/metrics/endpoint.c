/* endpoint.c - libmicrohttpd in its "external select" mode: after each run it is asked what it waits for
 * (MHD_get_fdset), and that is what the poller waits for. */
#include "metrics/endpoint.h"

#include "log/log.h"
#include "metrics/metrics.h"

#include <microhttpd.h>

enum { CONNECTIONS_MAX = 16, TIMEOUT_SECONDS = 5, MEMORY_BYTES = 16 * 1024 };

#define CONTENT_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

struct _KithdEndpoint {
  KithdEndpointOptions options;
  struct MHD_Daemon *daemon;
  GArray *watches; /* Watch: what the poller has */
  guint64 timer;   /* 0: none */
};

typedef struct {
  KithSocket socket;
  guint wanted;
} Watch;

static void
watch (KithdEndpoint *endpoint, KithSocket socket)
{
  Watch added = {socket, KITH_POLL_READ};
  g_autoptr (GError) error = NULL;
  if (kith_poller_add (endpoint->options.poller, socket, KITH_PLACE_SELECT, added.wanted, endpoint->options.token,
                       &error))
    g_array_append_val (endpoint->watches, added);
  else
    kithd_log (G_LOG_LEVEL_WARNING, "metrics-not-taken", 0, "why", error->message, NULL);
}

static void
unwatch (KithdEndpoint *endpoint, KithSocket socket)
{
  for (guint i = 0; i < endpoint->watches->len; i++)
    if (g_array_index (endpoint->watches, Watch, i).socket == socket) {
      kith_poller_remove (endpoint->options.poller, socket);
      g_array_remove_index_fast (endpoint->watches, i);
      return;
    }
}

/* Called while MHD runs: a new connection, or one whose socket is closed right after. */
static void
on_connection (void *data, struct MHD_Connection *connection, void **unused, enum MHD_ConnectionNotificationCode code)
{
  const union MHD_ConnectionInfo *info = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info == NULL)
    return;
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    watch (data, (KithSocket) info->connect_fd);
  else
    unwatch (data, (KithSocket) info->connect_fd);
}

static enum MHD_Result
answer (struct MHD_Connection *connection, guint status, GString *text, const char *type, const char *allow)
{
  gsize size = text->len;
  char *bytes = g_string_free (text, FALSE);
  struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback (size, bytes, g_free);
  if (response == NULL) {
    g_free (bytes);
    return MHD_NO;
  }
  MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
  if (allow != NULL)
    MHD_add_response_header (response, MHD_HTTP_HEADER_ALLOW, allow);
  enum MHD_Result queued = MHD_queue_response (connection, status, response);
  MHD_destroy_response (response);
  return queued;
}

static enum MHD_Result
on_request (void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
            const char *upload, size_t *upload_size, void **unused)
{
  KithdEndpoint *endpoint = data;
  if (!g_str_equal (method, MHD_HTTP_METHOD_GET) && !g_str_equal (method, MHD_HTTP_METHOD_HEAD))
    return answer (connection, MHD_HTTP_METHOD_NOT_ALLOWED, g_string_new ("Only GET is answered here.\n"), "text/plain",
                   "GET, HEAD");
  if (!g_str_equal (url, "/metrics"))
    return answer (connection, MHD_HTTP_NOT_FOUND, g_string_new ("The figures are at /metrics.\n"), "text/plain", NULL);
  endpoint->options.refresh (endpoint->options.data);
  return answer (connection, MHD_HTTP_OK, kithd_metrics_text (), CONTENT_TYPE, NULL);
}

/* What MHD waits for now becomes what the poller waits for. */
static void
update_watches (KithdEndpoint *endpoint)
{
  fd_set reads, writes, excepts;
  MHD_socket highest = 0;
  FD_ZERO (&reads);
  FD_ZERO (&writes);
  FD_ZERO (&excepts);
  MHD_get_fdset (endpoint->daemon, &reads, &writes, &excepts, &highest);
  for (guint i = 0; i < endpoint->watches->len; i++) {
    Watch *known = &g_array_index (endpoint->watches, Watch, i);
    MHD_socket socket = (MHD_socket) known->socket;
    guint wanted =
        (FD_ISSET (socket, &reads) ? KITH_POLL_READ : 0) | (FD_ISSET (socket, &writes) ? KITH_POLL_WRITE : 0);
    if (wanted != known->wanted)
      kith_poller_change (endpoint->options.poller, known->socket, wanted);
    known->wanted = wanted;
  }
}

static void
on_timer (gpointer data)
{
  KithdEndpoint *endpoint = data;
  endpoint->timer = 0;
  kithd_endpoint_serve (endpoint);
}

void
kithd_endpoint_serve (KithdEndpoint *endpoint)
{
  MHD_UNSIGNED_LONG_LONG timeout_ms = 0;
  MHD_run (endpoint->daemon);
  update_watches (endpoint);
  kith_poller_timer_remove (endpoint->options.poller, endpoint->timer);
  endpoint->timer = 0;
  if (MHD_get_timeout (endpoint->daemon, &timeout_ms) == MHD_YES)
    endpoint->timer = kith_poller_timer_add (
        endpoint->options.poller, g_get_monotonic_time () + (gint64) MIN (timeout_ms, 60000) * G_TIME_SPAN_MILLISECOND,
        on_timer, endpoint);
}

static void G_GNUC_PRINTF (2, 0) on_log (void *data, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  kithd_log (G_LOG_LEVEL_INFO, "metrics-http", 0, "message", g_strchomp (text), NULL);
}

/* Takes listener. */
static gboolean
start (KithdEndpoint *endpoint, KithSocket listener, GError **error)
{
  endpoint->daemon = MHD_start_daemon (
      MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, endpoint, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
      MHD_OPTION_LISTEN_SOCKET, (MHD_socket) listener, MHD_OPTION_CONNECTION_LIMIT, (unsigned int) CONNECTIONS_MAX,
      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int) TIMEOUT_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      (size_t) MEMORY_BYTES, MHD_OPTION_NOTIFY_CONNECTION, on_connection, endpoint, MHD_OPTION_END);
  if (endpoint->daemon == NULL) {
    g_set_error_literal (error, KITH_NET_ERROR, KITH_NET_ERROR_FAILED,
                         "The HTTP server for metrics does not start. Set address = off in [metrics] to do without.");
    return FALSE;
  }
  watch (endpoint, listener);
  return TRUE;
}

KithdEndpoint *
kithd_endpoint_new (const KithdEndpointOptions *options, KithAddress *bound, GError **error)
{
  KithSocket listener = kith_socket_listen (&options->address, CONNECTIONS_MAX, error);
  if (listener == KITH_SOCKET_NONE)
    return NULL;
  if (bound != NULL && !kith_socket_local_address (listener, bound, error)) {
    kith_socket_close (listener);
    return NULL;
  }
  g_autoptr (KithdEndpoint) endpoint = g_new0 (KithdEndpoint, 1);
  endpoint->options = *options;
  endpoint->watches = g_array_new (FALSE, FALSE, sizeof (Watch));
  return start (endpoint, listener, error) ? g_steal_pointer (&endpoint) : NULL;
}

void
kithd_endpoint_free (KithdEndpoint *endpoint)
{
  if (endpoint == NULL)
    return;
  kith_poller_timer_remove (endpoint->options.poller, endpoint->timer);
  for (guint i = 0; i < endpoint->watches->len; i++)
    kith_poller_remove (endpoint->options.poller, g_array_index (endpoint->watches, Watch, i).socket);
  g_array_set_size (endpoint->watches, 0);
  if (endpoint->daemon != NULL)
    MHD_stop_daemon (endpoint->daemon);
  g_array_unref (endpoint->watches);
  g_free (endpoint);
}
