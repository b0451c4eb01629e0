/* player.c - a stream of shared/net made blocking, and an inbox of parsed frames. */
#include "support/player.h"

#include <string.h>

#include <glib/gstdio.h>

#include "app/door.h"
#include "net/poller.h"
#include "net/tls.h"
#include "proto/framer.h"
#include "proto/id.h"
#include "proto/limits.h"
#include "support/sockets.h"
#include "support/server.h"

struct _Player {
  KithStream *stream;
  KithFramer framer;
  GQueue inbox;   /* json_object, owned */
  gint64 next_id; /* of our own pings */
  guint number;
};

/* The environment's KITH_PATIENCE_S: of who breaks the server on purpose and does not want to wait for it. */
static guint
patience (void)
{
  const char *text = g_getenv ("KITH_PATIENCE_S");
  return text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : TEST_PATIENCE_S;
}

/* The environment's KITH_TRANSCRIPT: a file that gets every frame, as "NUMBER > FRAME" or "NUMBER < FRAME". */
static void
write_down (Player *player, char way, const char *text, gsize length)
{
  static GMutex lock;
  const char *path = g_getenv ("KITH_TRANSCRIPT");
  FILE *file = path != NULL ? g_fopen (path, "a") : NULL;
  if (file == NULL)
    return;
  g_auto (GStrv) lines = NULL;
  g_autofree char *copy = g_strndup (text, length);
  lines = g_strsplit (copy, "\n", -1);
  g_mutex_lock (&lock);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      fprintf (file, "%u %c %s\n", player->number, way, lines[i]);
  g_mutex_unlock (&lock);
  fclose (file);
}

static gint64
deadline_in (guint timeout_s)
{
  return g_get_monotonic_time () + (timeout_s != 0 ? timeout_s : patience ()) * G_USEC_PER_SEC;
}

/* Waits until the socket can do what is wanted (KITH_POLL_*). */
static gboolean
wait_for (Player *player, guint wants, gint64 deadline, GError **error)
{
  guint events = (wants & KITH_POLL_READ ? (guint) G_IO_IN : 0) | (wants & KITH_POLL_WRITE ? (guint) G_IO_OUT : 0);
  gint64 left = (deadline - g_get_monotonic_time () + 999) / 1000;
  if (left > 0 && test_poll_one (kith_stream_socket (player->stream), events, (int) left))
    return TRUE;
  g_set_error (error, PLAYER_ERROR, PLAYER_ERROR_TIMED_OUT, "nothing came in time");
  return FALSE;
}

/* ---- connecting ---- */

/* The door of a server's data directory; a socket, towards where address says. */
static KithStream *
connect_stream (const char *address, GError **error)
{
  KithAddress to;
  if (g_str_has_prefix (address, "door:"))
    return kithd_door_knock (address + strlen ("door:"), error);
  KithSocket socket = kith_address_parse (address, KITH_PORT, &to, error) ? kith_socket_connect (&to, error) : KITH_SOCKET_NONE;
  return socket != KITH_SOCKET_NONE ? kith_stream_socket_new (socket) : NULL;
}

static gboolean
shake_hands (Player *player, GError **error)
{
  gint64 deadline = deadline_in (0);
  KithIo status;
  while ((status = kith_stream_handshake (player->stream, error)) == KITH_IO_AGAIN)
    if (!wait_for (player, kith_stream_wants_read (player->stream), deadline, error))
      return FALSE;
  if (status == KITH_IO_END)
    g_set_error (error, PLAYER_ERROR, PLAYER_ERROR_CLOSED, "closed during the handshake");
  return status == KITH_IO_OK;
}

/* One for the process: reading the system's authorities takes longer than a handshake. */
static KithTls *
client_tls (GError **error)
{
  static GMutex lock;
  static KithTls *tls;
  g_mutex_lock (&lock);
  if (tls == NULL)
    tls = kith_tls_client_new (error);
  KithTls *made = tls;
  g_mutex_unlock (&lock);
  return made;
}

Player *
player_connect (const char *address, GError **error)
{
  gboolean plain = g_str_has_prefix (address, "plain:");
  gboolean tls = !plain && !g_str_has_prefix (address, "door:");
  KithStream *stream = kith_net_start (error) ? connect_stream (plain ? address + strlen ("plain:") : address, error) : NULL;
  if (stream == NULL)
    return NULL;
  static gint last_number;
  g_autoptr (Player) player = g_new0 (Player, 1);
  player->number = (guint) g_atomic_int_add (&last_number, 1);
  kith_framer_init (&player->framer, KITH_FRAME_TO_CLIENT);
  g_queue_init (&player->inbox);
  player->next_id = KITH_INTEGER_MAX;
  player->stream = stream;
  if (tls) {
    KithTls *role = client_tls (error);
    if (role == NULL)
      return NULL;
    player->stream = kith_stream_tls_new (role, player->stream, NULL);
  }
  return shake_hands (player, error) ? g_steal_pointer (&player) : NULL;
}

static void
put_frame (gpointer frame)
{
  json_object_put (frame);
}

void
player_free (Player *player)
{
  if (player == NULL)
    return;
  player_clear (player);
  kith_framer_clear (&player->framer);
  kith_stream_free (player->stream);
  g_free (player);
}

KithSocket
player_socket (Player *player)
{
  return kith_stream_socket (player->stream);
}

/* ---- sending ---- */

gboolean
player_send (Player *player, const char *data, gssize length, GError **error)
{
  gsize left = length >= 0 ? (gsize) length : strlen (data);
  gint64 deadline = deadline_in (0);
  write_down (player, '>', data, left);
  while (left > 0) {
    gsize sent = 0;
    KithIo status = kith_stream_write (player->stream, data, left, &sent, error);
    if (status == KITH_IO_ERROR)
      return FALSE;
    if (status == KITH_IO_AGAIN && !wait_for (player, kith_stream_wants_write (player->stream), deadline, error))
      return FALSE;
    data += sent;
    left -= sent;
  }
  return TRUE;
}

static gboolean G_GNUC_PRINTF (3, 0) say_text (Player *player, GError **error, const char *format, va_list args)
{
  g_autoptr (GString) frame = g_string_new (NULL);
  g_string_vprintf (frame, format, args);
  g_string_append_c (frame, '\n');
  return player_send (player, frame->str, (gssize) frame->len, error);
}

gboolean
player_say (Player *player, GError **error, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  gboolean said = say_text (player, error, format, args);
  va_end (args);
  return said;
}

/* ---- receiving ---- */

static json_object *
parse (const char *text, gsize length, GError **error)
{
  struct json_tokener *tokener = json_tokener_new ();
  json_object *frame = json_tokener_parse_ex (tokener, text, (int) length);
  json_tokener_free (tokener);
  if (frame == NULL)
    g_set_error (error, PLAYER_ERROR, PLAYER_ERROR_UNEXPECTED, "the server sent what is not JSON: %.*s",
                 (int) MIN (length, 200), text);
  return frame;
}

static gboolean
has_type (json_object *frame, const char *name)
{
  json_object *type = NULL;
  return json_object_object_get_ex (frame, "type", &type) && g_strcmp0 (json_object_get_string (type), name) == 0;
}

/* Reads once; KITH_IO_END is an error here: PLAYER_ERROR_CLOSED. */
static gboolean
receive (Player *player, gint64 deadline, GError **error)
{
  char buffer[16384];
  gsize got = 0;
  g_autoptr (GError) broken = NULL;
  KithIo status = kith_stream_read (player->stream, buffer, sizeof buffer, &got, &broken);
  if (status == KITH_IO_AGAIN)
    return wait_for (player, kith_stream_wants_read (player->stream), deadline, error);
  if (status == KITH_IO_OK) {
    kith_framer_push (&player->framer, buffer, got);
    return TRUE;
  }
  g_set_error (error, PLAYER_ERROR, PLAYER_ERROR_CLOSED, "the connection is closed%s%s", broken != NULL ? ": " : "",
               broken != NULL ? broken->message : "");
  return FALSE;
}

/* The next frame from the wire, whatever waits in the inbox. */
static json_object *
take_from_wire (Player *player, gint64 deadline, GError **error)
{
  for (;;) {
    const char *text = NULL;
    gsize length = 0;
    KithFrameStatus status = kith_framer_next (&player->framer, &text, &length);
    if (status == KITH_FRAME_TOO_LONG) {
      g_set_error (error, PLAYER_ERROR, PLAYER_ERROR_UNEXPECTED, "a frame over the limit came");
      return NULL;
    }
    if (status == KITH_FRAME_NONE) {
      if (!receive (player, deadline, error))
        return NULL;
      continue;
    }
    write_down (player, '<', text, length);
    json_object *frame = parse (text, length, error);
    if (frame == NULL || !has_type (frame, "ping"))
      return frame;
    json_object_put (frame);
    if (!player_say (player, error, "{\"type\":\"pong\"}"))
      return NULL;
  }
}

json_object *
player_next (Player *player, guint timeout_s, GError **error)
{
  json_object *frame = g_queue_pop_head (&player->inbox);
  return frame != NULL ? frame : take_from_wire (player, deadline_in (timeout_s), error);
}

void
player_clear (Player *player)
{
  g_queue_clear_full (&player->inbox, put_frame);
}

guint
player_n_waiting (Player *player)
{
  return g_queue_get_length (&player->inbox);
}

json_object *
player_waiting (Player *player, guint index)
{
  return g_queue_peek_nth (&player->inbox, index);
}

/* ---- expecting ---- */

static json_object *
parse_pattern (const char *text, GError **error)
{
  enum json_tokener_error wrong;
  json_object *pattern = json_tokener_parse_verbose (text, &wrong);
  if (pattern == NULL)
    g_set_error (error, PLAYER_ERROR, PLAYER_ERROR_UNEXPECTED, "the pattern is not JSON (%s): %s",
                 json_tokener_error_desc (wrong), text);
  return pattern;
}

/* Says what was expected and what is there, and puts the cause (may be NULL) in front. */
static void
explain (Player *player, const char *pattern, const char *cause, int code, GError **error)
{
  g_autoptr (GString) text = g_string_new (cause);
  g_string_append_printf (text, "\n  expected: %s", pattern);
  for (guint i = 0; i < player_n_waiting (player); i++)
    g_string_append_printf (text, "\n  waiting:  %.400s",
                            json_object_to_json_string_ext (player_waiting (player, i), JSON_C_TO_STRING_PLAIN));
  g_set_error_literal (error, PLAYER_ERROR, code, text->str);
}

static gboolean
same_answer (json_object *pattern, json_object *frame)
{
  json_object *wanted = NULL, *re = NULL;
  return json_object_object_get_ex (pattern, "re", &wanted) && json_object_object_get_ex (frame, "re", &re) &&
         json_object_equal (wanted, re);
}

/* Which frame is looked for, and how. */
typedef struct {
  json_object *pattern;
  GHashTable *captures; /* may be NULL */
  gboolean next_only, exact;
} Search;

/* Whether frame ends the search: it matches, or is the answer that should have matched (why is set then). */
static gboolean
judge (const Search *search, json_object *frame, GString *why)
{
  g_string_truncate (why, 0);
  if (search->exact ? pattern_match_exactly (search->pattern, frame, search->captures, why)
                    : pattern_match (search->pattern, frame, search->captures, why)) {
    g_string_truncate (why, 0);
    return TRUE;
  }
  return same_answer (search->pattern, frame);
}

/* The index in the inbox of the frame that ends the search, reading on as long as it is needed; -1 on an error. */
static gint
find_frame (Player *player, const Search *search, GString *why, GError **error)
{
  gint64 deadline = deadline_in (0);
  for (guint i = 0;; i++) {
    if (i == player_n_waiting (player)) {
      json_object *frame = take_from_wire (player, deadline, error);
      if (frame == NULL)
        return -1;
      g_queue_push_tail (&player->inbox, frame);
    }
    if (judge (search, player_waiting (player, i), why) || search->next_only)
      return (gint) i;
  }
}

/* how: all of the search but its pattern, which text is. */
static json_object *
expect (Player *player, const char *text, Search how, GError **error)
{
  g_autoptr (GString) why = g_string_new (NULL);
  g_autoptr (GError) cause = NULL;
  how.pattern = parse_pattern (text, error);
  if (how.pattern == NULL)
    return NULL;
  gint index = find_frame (player, &how, why, &cause);
  json_object_put (how.pattern);
  if (index >= 0 && why->len == 0)
    return g_queue_pop_nth (&player->inbox, (guint) index);
  explain (player, text, cause != NULL ? cause->message : why->str,
           cause != NULL ? cause->code : PLAYER_ERROR_UNEXPECTED, error);
  return NULL;
}

json_object *
player_expect (Player *player, const char *pattern, GHashTable *captures, GError **error)
{
  return expect (player, pattern, (Search){.captures = captures}, error);
}

json_object *
player_expect_next (Player *player, const char *pattern, GHashTable *captures, GError **error)
{
  return expect (player, pattern, (Search){.captures = captures, .next_only = TRUE}, error);
}

json_object *
player_expect_exactly (Player *player, const char *pattern, GHashTable *captures, GError **error)
{
  return expect (player, pattern, (Search){.captures = captures, .exact = TRUE}, error);
}

gboolean
player_settle (Player *player, GError **error)
{
  gint64 id = player->next_id--;
  g_autofree char *answer = g_strdup_printf ("{\"re\":%" G_GINT64_FORMAT "}", id);
  if (!player_say (player, error, "{\"type\":\"ping\",\"id\":%" G_GINT64_FORMAT "}", id))
    return FALSE;
  json_object *pong = player_expect (player, answer, NULL, error);
  json_object_put (pong);
  return pong != NULL;
}

gboolean
player_expect_nothing (Player *player, const char *text, GHashTable *captures, GError **error)
{
  json_object *pattern = parse_pattern (text, error);
  gboolean none = pattern != NULL && player_settle (player, error);
  for (guint i = 0; none && i < player_n_waiting (player); i++)
    if (pattern_match (pattern, player_waiting (player, i), captures, NULL)) {
      explain (player, text, "came, but should not have", PLAYER_ERROR_UNEXPECTED, error);
      none = FALSE;
    }
  json_object_put (pattern);
  return none;
}

gboolean
player_expect_close (Player *player, GError **error)
{
  gint64 deadline = deadline_in (0);
  for (;;) {
    g_autoptr (GError) end = NULL;
    json_object *frame = take_from_wire (player, deadline, &end);
    if (frame != NULL) {
      g_queue_push_tail (&player->inbox, frame);
    } else if (g_error_matches (end, PLAYER_ERROR, PLAYER_ERROR_CLOSED) || (end->domain != PLAYER_ERROR)) {
      return TRUE;
    } else {
      explain (player, "the end of the connection", end->message, end->code, error);
      return FALSE;
    }
  }
}

json_object *
player_ask (Player *player, gint64 id, GError **error, const char *format, ...)
{
  g_autofree char *answer = g_strdup_printf ("{\"re\":%" G_GINT64_FORMAT "}", id);
  va_list args;
  va_start (args, format);
  gboolean said = say_text (player, error, format, args);
  va_end (args);
  return said ? player_expect (player, answer, NULL, error) : NULL;
}

/* ---- signing in ---- */

char *
player_random_hex (guint bytes)
{
  guint8 raw[KITH_TOKEN_BYTES];
  char *text = g_malloc (2 * sizeof raw + 1);
  g_assert (bytes <= sizeof raw);
  for (guint i = 0; i < bytes; i++)
    raw[i] = (guint8) g_random_int_range (0, 256);
  return kith_hex_format (raw, bytes, text);
}

static gint64
take_account (Player *player, GError **error)
{
  gint64 account = 0;
  json_object *person = NULL, *id = NULL;
  json_object *answer = player_expect (player, "{\"re\":2,\"account\":{\"id\":\"*\"}}", NULL, error);
  if (answer == NULL)
    return 0;
  if (json_object_object_get_ex (answer, "account", &person) && json_object_object_get_ex (person, "id", &id))
    kith_id_parse (json_object_get_string (id), 'u', &account);
  json_object_put (answer);
  return account;
}

static gboolean
greet (Player *player, GError **error)
{
  json_object *answer =
      player_ask (player, 1, error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"player\"}");
  json_object_put (answer);
  return answer != NULL;
}

gint64
player_register (Player *player, const char *handle, const char *token, GError **error)
{
  g_autofree char *nonce = player_random_hex (KITH_NONCE_BYTES);
  if (!greet (player, error) ||
      !player_say (
          player, error,
          "{\"type\":\"register\",\"id\":2,\"nonce\":\"%s\",\"handle\":\"%s\",\"device\":\"player\",\"token\":\"%s\"}",
          nonce, handle, token))
    return 0;
  return take_account (player, error);
}

gint64
player_login (Player *player, const char *token, GError **error)
{
  if (!greet (player, error) || !player_say (player, error, "{\"type\":\"login\",\"id\":2,\"token\":\"%s\"}", token))
    return 0;
  return take_account (player, error);
}
