/* admin-link.c - a stream, a framer and a poller of its own; waits for ten minutes at most for each piece of an answer (a backup is copied meanwhile). */
#include "app/admin-link.h"

#include "app/door.h"
#include "net/poller.h"
#include "net/stream.h"
#include "proto/framer.h"

enum { PATIENCE_US = 600 * G_USEC_PER_SEC };

struct _KithdAdminLink {
  KithPoller *poller;
  KithStream *stream;
  KithFramer framer;
  GArray *ready;
  gint64 next_id;
};

static gboolean
wait_for (KithdAdminLink *link, guint wanted, GError **error)
{
  kith_poller_change (link->poller, kith_stream_socket (link->stream), wanted);
  if (!kith_poller_wait (link->poller, PATIENCE_US, 1, link->ready, error))
    return FALSE;
  if (link->ready->len > 0)
    return TRUE;
  g_set_error_literal (error, KITH_NET_ERROR, KITH_NET_ERROR_TIMED_OUT, "The server does not answer.");
  return FALSE;
}

static gboolean
write_all (KithdAdminLink *link, const char *data, gsize size, GError **error)
{
  while (size > 0) {
    gsize sent = 0;
    KithIo status = kith_stream_write (link->stream, data, size, &sent, error);
    if (status == KITH_IO_AGAIN && !wait_for (link, kith_stream_wants_write (link->stream), error))
      return FALSE;
    if (status == KITH_IO_ERROR)
      return FALSE;
    data += sent;
    size -= sent;
  }
  return TRUE;
}

static gboolean
read_some (KithdAdminLink *link, GError **error)
{
  char chunk[16 * 1024];
  gsize got = 0;
  switch (kith_stream_read (link->stream, chunk, sizeof chunk, &got, error)) {
  case KITH_IO_OK:
    kith_framer_push (&link->framer, chunk, got);
    return TRUE;
  case KITH_IO_AGAIN:
    return wait_for (link, kith_stream_wants_read (link->stream), error);
  case KITH_IO_END:
    g_set_error_literal (error, KITH_NET_ERROR, KITH_NET_ERROR_RESET, "The server closed the connection.");
    return FALSE;
  default:
    return FALSE;
  }
}

/* The next answer; pushes are skipped. */
static json_object *
read_answer (KithdAdminLink *link, gint64 id, GError **error)
{
  for (;;) {
    const char *frame;
    gsize length;
    KithMessage message = { 0 };
    KithFrameStatus status = kith_framer_next (&link->framer, &frame, &length);
    if (status == KITH_FRAME_NONE) {
      if (!read_some (link, error))
        return NULL;
      continue;
    }
    if (status == KITH_FRAME_TOO_LONG || !kith_reply_decode (frame, length, &message, error)) {
      g_prefix_error (error, "The server sent something else than Kith: ");
      return NULL;
    }
    json_object *answer = message.type == NULL && message.has_id && message.id == id ? g_steal_pointer (&message.root) : NULL;
    kith_message_clear (&message);
    if (answer != NULL)
      return answer;
  }
}

json_object *
kithd_admin_link_ask (KithdAdminLink *link, json_object *request, GError **error)
{
  gint64 id = link->next_id++;
  kith_add_integer (request, "id", id);
  g_autoptr (GBytes) frame = kith_frame_encode (request);
  json_object_put (request);
  gsize size;
  const char *data = g_bytes_get_data (frame, &size);
  json_object *answer = write_all (link, data, size, error) ? read_answer (link, id, error) : NULL;
  GError *refused = answer != NULL ? kith_answer_error (answer, NULL) : NULL;
  if (refused == NULL)
    return answer;
  json_object_put (answer);
  g_propagate_error (error, refused);
  return NULL;
}

static gboolean
shake_hands (KithdAdminLink *link, GError **error)
{
  KithIo status;
  while ((status = kith_stream_handshake (link->stream, error)) == KITH_IO_AGAIN)
    if (!wait_for (link, kith_stream_wants_read (link->stream), error))
      return FALSE;
  return status == KITH_IO_OK;
}

static gboolean
say_hello (KithdAdminLink *link, GError **error)
{
  json_object *hello = json_object_new_object ();
  kith_add_string (hello, "type", "hello");
  kith_add_integer (hello, "protocol", KITH_PROTOCOL);
  kith_add_string (hello, "client", "kithd " KITH_VERSION);
  json_object *answer = kithd_admin_link_ask (link, hello, error);
  if (answer != NULL)
    json_object_put (answer);
  return answer != NULL;
}

KithdAdminLink *
kithd_admin_link_open (const char *data, GError **error)
{
  KithStream *stream = kithd_door_knock (data, error);
  if (stream == NULL)
    return NULL;
  g_autoptr (KithdAdminLink) link = g_new0 (KithdAdminLink, 1);
  link->stream = stream;
  link->ready = g_array_new (FALSE, FALSE, sizeof (KithReady));
  link->poller = kith_poller_new (KITH_POLLER_BEST, error);
  kith_framer_init (&link->framer, KITH_FRAME_TO_CLIENT);
  if (link->poller == NULL ||
      !kith_poller_add (link->poller, kith_stream_socket (stream), KITH_PLACE_NESTED, KITH_POLL_WRITE, 1, error) ||
      !shake_hands (link, error) || !say_hello (link, error))
    return NULL;
  return g_steal_pointer (&link);
}

void
kithd_admin_link_close (KithdAdminLink *link)
{
  if (link == NULL)
    return;
  g_clear_pointer (&link->poller, kith_poller_free);
  kith_stream_free (link->stream);
  kith_framer_clear (&link->framer);
  g_array_unref (link->ready);
  g_free (link);
}
