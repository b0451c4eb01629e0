/* client.c - the life of a client, and its step: go on connecting, receive, keep alive, send. */
#include "client/client-private.h"

#define CONNECT_US (20 * G_TIME_SPAN_SECOND)
#define HANDSHAKE_US (10 * G_TIME_SPAN_SECOND)
#define PING_US (30 * G_TIME_SPAN_SECOND)
#define DEAD_US (75 * G_TIME_SPAN_SECOND)
#define PROBE_US (3 * G_TIME_SPAN_SECOND)
#define ANSWER_US (90 * G_TIME_SPAN_SECOND) /* for some answer, while pings are answered */
#define FIRST_RETRY_US (500 * G_TIME_SPAN_MILLISECOND)
#define LONGEST_RETRY_US (30 * G_TIME_SPAN_SECOND)
#define REFUSED_RETRY_US (450 * G_TIME_SPAN_MILLISECOND) /* and by chance as much again */
#define RETRY_AFTER_MAX_MS (5 * 60 * 1000)
#define READS_A_STEP 32
#define WINDOW 32
#define WINDOW_MAX 256
#define OUTBOX_MAX 10000

static gint64
kept_integer (KithStorage *storage, KithKept what)
{
  g_autofree char *text = kith_storage_get (storage, what);
  guint64 value = 0;
  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, KITH_INTEGER_MAX, &value, NULL) ? (gint64) value : 0;
}

/* The parts that can fail. NULL: error is set. */
static KithOutbox *
check_and_load (const KithClientOptions *options, GError **error)
{
  guint window = options->window == 0 ? WINDOW : MIN (options->window, WINDOW_MAX);
  if (options->tls != NULL || g_str_has_prefix (options->host, "unix:"))
    return kith_outbox_new (options->storage, window, OUTBOX_MAX, error);
  g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_TLS, "Without TLS only a Unix socket can be used.");
  return NULL;
}

KithClient *
kith_client_new (const KithClientOptions *options, GError **error)
{
  KithOutbox *outbox = check_and_load (options, error);
  if (outbox == NULL) {
    kith_storage_free (options->storage);
    return NULL;
  }
  KithClient *client = g_new0 (KithClient, 1);
  client->host = g_strdup (options->host);
  client->port = options->port;
  client->name = g_strdup (options->name);
  client->pin_wanted = g_strdup (options->pin);
  client->trust_first = options->trust_first;
  client->tls = g_str_has_prefix (options->host, "unix:") ? NULL : options->tls;
  client->storage = options->storage;
  client->hooks = options->hooks;
  client->data = options->data;
  client->outbox = outbox;
  client->server_name = g_strdup ("");
  client->text_max = KITH_TEXT_MAX;
  client->history = kith_storage_get (client->storage, KITH_KEPT_HISTORY);
  client->rev = kept_integer (client->storage, KITH_KEPT_REV);
  client->known = kith_state_new ();
  client->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  kith_link_init (&client->link);
  kith_client_presence_init (client);
  kith_client_reports_init (client);
  kith_backoff_init (&client->backoff, FIRST_RETRY_US, LONGEST_RETRY_US);
  return client;
}

void
kith_client_free (KithClient *client)
{
  if (client == NULL)
    return;
  kith_client_stop (client);
  kith_client_requests_lost (client, TRUE);
  kith_client_tell_lost (client);
  kith_outbox_free (client->outbox);
  kith_storage_free (client->storage);
  kith_state_free (client->known);
  kith_client_presence_clear (client);
  kith_client_reports_clear (client);
  g_hash_table_unref (client->by_id);
  g_byte_array_unref (client->link.out);
  g_clear_error (&client->last_words);
  char *texts[] = {client->host,   client->name,     client->pin_wanted, client->handle,      client->display,
                   client->device, client->password, client->code,       client->server_name, client->history};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_free (client);
}

void
kith_client_enter (KithClient *client, KithClientState state, const GError *why)
{
  client->state = state;
  client->deadline_us = G_MAXINT64;
  if (client->hooks->state_changed != NULL)
    client->hooks->state_changed (client, state, why, client->data);
}

void
kith_client_allow (KithClient *client, gint64 span_us)
{
  client->deadline_us = client->now_us + span_us;
}

void
kith_client_notice (KithClient *client, const GError *notice)
{
  if (client->hooks->notice != NULL)
    client->hooks->notice (client, notice, client->data);
}

void
kith_client_keep (KithClient *client, KithKept what, const char *value)
{
  g_autoptr (GError) error = NULL;
  if (!kith_storage_set (client->storage, what, value, &error))
    kith_client_notice (client, error);
}

/* What is to be forgotten of a connection, whatever comes next. */
static void
hang_up (KithClient *client)
{
  kith_link_close (&client->link);
  kith_client_presence_end (client);
  kith_outbox_lost (client->outbox);
  kith_client_requests_lost (client, FALSE);
  client->syncing = client->sync_again = client->probe = FALSE;
  client->probed_us = 0;
}

/* Where a computer is up and says at once that nobody listens, asking costs next to nothing; its people are back within a
 * second of their server. Everything else is asked ever more rarely. */
static gint64
choose_wait (KithClient *client, const GError *why)
{
  double chance = g_random_double ();
  if (g_error_matches (why, KITH_NET_ERROR, KITH_NET_ERROR_REFUSED))
    return REFUSED_RETRY_US + (gint64) (chance * (double) REFUSED_RETRY_US);
  return kith_backoff_next (&client->backoff, chance);
}

void
kith_client_break (KithClient *client, GError *error, gint64 retry_after_ms)
{
  g_autoptr (GError) why = error;
  gint64 wait_us = choose_wait (client, why);
  hang_up (client);
  if (client->last_words != NULL) {
    g_clear_error (&why);
    why = g_steal_pointer (&client->last_words);
  }
  gint64 asked_us = CLAMP (retry_after_ms, 0, RETRY_AFTER_MAX_MS) * G_TIME_SPAN_MILLISECOND;
  client->retry_us = client->now_us + MAX (wait_us, asked_us);
  kith_client_enter (client, KITH_CLIENT_WAITING, why);
}

void
kith_client_end (KithClient *client, KithClientState state, GError *error)
{
  g_autoptr (GError) why = error;
  hang_up (client);
  kith_client_enter (client, state, why);
}

void
kith_client_start (KithClient *client)
{
  static const gboolean at_rest[] = {
      [KITH_CLIENT_STOPPED] = TRUE, [KITH_CLIENT_KEY_CHANGED] = TRUE, [KITH_CLIENT_REFUSED] = TRUE};
  if (client->state >= G_N_ELEMENTS (at_rest) || !at_rest[client->state])
    return;
  kith_backoff_reset (&client->backoff);
  client->state = KITH_CLIENT_CONNECTING;
  client->stirred = TRUE;
}

void
kith_client_stop (KithClient *client)
{
  hang_up (client);
  client->state = KITH_CLIENT_STOPPED;
  client->stirred = TRUE;
}

void
kith_client_try_now (KithClient *client)
{
  if (client->state == KITH_CLIENT_WAITING)
    client->retry_us = 0;
  else if (client->link.phase == KITH_LINK_UP)
    client->probe = TRUE;
  else
    return;
  client->stirred = TRUE;
}

static void
begin_connecting (KithClient *client)
{
  GError *error = NULL;
  g_clear_error (&client->last_words);
  kith_client_enter (client, KITH_CLIENT_CONNECTING, NULL);
  if (client->state != KITH_CLIENT_CONNECTING)
    return; /* the hook thought otherwise */
  kith_client_allow (client, CONNECT_US);
  if (!kith_link_open (&client->link, client->host, client->port, &error))
    kith_client_break (client, error, 0);
}

static void
go_on_connecting (KithClient *client)
{
  GError *error = NULL;
  KithLinkPhase before = client->link.phase;
  KithIo io = kith_link_advance (&client->link, client->tls, client->host, client->now_us, &error);
  if (io == KITH_IO_OK) {
    kith_client_meet (client);
  } else if (io != KITH_IO_AGAIN) {
    kith_client_break (
        client,
        error != NULL ? error : g_error_new (KITH_NET_ERROR, KITH_NET_ERROR_RESET, "The server closed the connection."),
        0);
  } else if (before == KITH_LINK_CONNECTING && client->link.phase == KITH_LINK_SECURING) {
    kith_client_enter (client, KITH_CLIENT_SECURING, NULL);
    kith_client_allow (client, HANDSHAKE_US);
  }
}

/* FALSE: the frame makes no sense, the connection is of no use. */
static gboolean
take_frame (KithClient *client, const char *frame, gsize length, GError **error)
{
  KithMessage message = {0};
  g_autoptr (GError) fault = NULL;
  gboolean good = kith_reply_decode (frame, length, &message, &fault);
  if (good && message.type != NULL)
    kith_client_take_push (client, &message);
  else if (good)
    kith_client_take_answer (client, &message);
  kith_message_clear (&message);
  if (good || g_error_matches (fault, KITH_ERROR, KITH_ERROR_UNKNOWN_TYPE))
    return TRUE;
  g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_FRAME, "The server sent something that is not the Kith protocol: %s",
               fault->message);
  return FALSE;
}

static gboolean
take_frames (KithClient *client, GError **error)
{
  const char *frame;
  gsize length;
  while (client->link.phase == KITH_LINK_UP) {
    KithFrameStatus status = kith_framer_next (&client->link.framer, &frame, &length);
    if (status == KITH_FRAME_NONE)
      return TRUE;
    if (status == KITH_FRAME_TOO_LONG) {
      g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_FRAME,
                   "The server sent a frame that is longer than the Kith protocol allows.");
      return FALSE;
    }
    if (!take_frame (client, frame, length, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
receive (KithClient *client, GError **error)
{
  for (guint i = 0; i < READS_A_STEP && client->link.phase == KITH_LINK_UP; i++) {
    KithIo io = kith_link_read (&client->link, client->now_us, error);
    if (io == KITH_IO_AGAIN)
      return TRUE;
    if (io != KITH_IO_OK || !take_frames (client, error))
      return FALSE;
    client->probed_us = 0;
  }
  return TRUE;
}

static void
on_pong (KithClient *client, const KithAnswer *answer, gpointer data)
{
  /* Any byte is a sign of life; the link noticed it. */
}

static void
ping (KithClient *client)
{
  client->pinged_us = client->now_us;
  kith_client_ask (client, kith_client_message ("ping", 0, FALSE), on_pong, NULL);
}

/* After a sleep the connection may have died long ago; waiting for the next ping would take a minute. */
static gboolean
is_there (KithClient *client)
{
  if (client->probe) {
    client->probe = FALSE;
    client->probed_us = client->now_us;
    ping (client);
  }
  if (client->probed_us == 0 || client->now_us - client->probed_us < PROBE_US)
    return TRUE;
  kith_backoff_reset (&client->backoff);
  return FALSE;
}

static gboolean
keep_alive (KithClient *client, GError **error)
{
  if (!is_there (client)) {
    g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_TIMED_OUT, "The server does not answer any more.");
    return FALSE;
  }
  gint64 silence_us = client->now_us - client->link.alive_us;
  if (silence_us >= DEAD_US) {
    g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_TIMED_OUT, "The server has not answered for %d seconds.",
                 (int) (DEAD_US / G_TIME_SPAN_SECOND));
    return FALSE;
  }
  if (client->now_us - kith_client_owed_since (client) >= ANSWER_US) {
    g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_TIMED_OUT,
                 "The server is there, but has answered nothing for %d seconds.",
                 (int) (ANSWER_US / G_TIME_SPAN_SECOND));
    return FALSE;
  }
  if (silence_us >= PING_US && client->pinged_us <= client->link.alive_us)
    ping (client);
  return TRUE;
}

static void
exchange (KithClient *client)
{
  GError *error = NULL;
  gboolean good = receive (client, &error);
  if (good && client->link.phase == KITH_LINK_UP)
    good = keep_alive (client, &error);
  if (good && client->state == KITH_CLIENT_OPEN && client->sign_in_now)
    kith_client_sign_in (client);
  if (good && client->state == KITH_CLIENT_READY) {
    kith_client_pump_requests (client);
    kith_client_pump_posts (client);
    kith_client_pump_reports (client);
  }
  kith_client_presence_step (client);
  if (good && client->link.phase == KITH_LINK_UP)
    good = kith_link_flush (&client->link, client->now_us, &error);
  if (!good)
    kith_client_break (client, error, 0);
}

static void
give_up_phase (KithClient *client)
{
  kith_client_break (client,
                     g_error_new (KITH_NET_ERROR, KITH_NET_ERROR_TIMED_OUT,
                                  "The server at %s did not answer in time. Is it a Kith server?", client->host),
                     0);
}

void
kith_client_step (KithClient *client, gint64 now_us)
{
  client->now_us = now_us;
  client->stirred = FALSE;
  if (client->link.phase != KITH_LINK_CLOSED && now_us >= client->deadline_us)
    give_up_phase (client);
  else if (client->state == KITH_CLIENT_WAITING && now_us >= client->retry_us)
    begin_connecting (client);
  else if (client->state == KITH_CLIENT_CONNECTING && client->link.phase == KITH_LINK_CLOSED)
    begin_connecting (client);
  if (client->link.phase == KITH_LINK_CONNECTING || client->link.phase == KITH_LINK_SECURING)
    go_on_connecting (client);
  if (client->link.phase == KITH_LINK_UP)
    exchange (client);
  kith_client_tell_lost (client);
}

void
kith_client_watches (KithClient *client, GArray *watches)
{
  kith_link_watches (&client->link, watches);
  kith_client_presence_watches (client, watches);
}

gint64
kith_client_due (KithClient *client)
{
  if (client->stirred || !g_queue_is_empty (&client->lost))
    return 0;
  if (client->state == KITH_CLIENT_WAITING)
    return client->retry_us;
  if (client->link.phase == KITH_LINK_CLOSED)
    return client->state == KITH_CLIENT_CONNECTING ? 0 : G_MAXINT64;
  gint64 due_us = MIN (client->deadline_us, kith_link_due (&client->link));
  if (client->link.phase == KITH_LINK_UP)
    due_us = MIN (due_us, client->link.alive_us + (client->pinged_us <= client->link.alive_us ? PING_US : DEAD_US));
  if (client->probed_us != 0)
    due_us = MIN (due_us, client->probed_us + PROBE_US);
  gint64 owed_us = kith_client_owed_since (client);
  if (owed_us != G_MAXINT64)
    due_us = MIN (due_us, owed_us + ANSWER_US);
  due_us = MIN (due_us, kith_presence_core_due (client->presence));
  if (client->state == KITH_CLIENT_READY)
    due_us = MIN (MIN (due_us, kith_outbox_due (client->outbox)), client->reports_due_us);
  return due_us;
}

KithClientState
kith_client_state (KithClient *client)
{
  return client->state;
}

gint64
kith_client_retry_at (KithClient *client)
{
  return client->state == KITH_CLIENT_WAITING ? client->retry_us : 0;
}

const char *
kith_client_state_name (KithClientState state)
{
  static const char *const names[] = {"stopped",    "connecting", "securing", "asking",  "greeting",    "open",
                                      "signing in", "syncing",    "ready",    "waiting", "key changed", "refused"};
  return names[state];
}

KithState *
kith_client_known (KithClient *client)
{
  return client->known;
}

KithOutbox *
kith_client_outbox (KithClient *client)
{
  return client->outbox;
}

gint64
kith_client_me (KithClient *client)
{
  return client->me;
}

const char *
kith_client_server_name (KithClient *client)
{
  return client->server_name;
}

const char *
kith_client_pin (KithClient *client)
{
  return client->pin;
}

gint64
kith_client_text_max (KithClient *client)
{
  return client->text_max;
}

gint64
kith_client_rev (KithClient *client)
{
  return client->rev;
}
