/* load.c - every thread keeps its own notes; what they share (counters, the first complaint) is under one lock. */
#include "plays/load.h"

#include <string.h>

#include "proto/id.h"
#include "proto/message.h"
#include "support/player.h"

#define PAGE 200
#define LOAD_ERROR (g_quark_from_static_string ("load"))
#define END_TEXT "the end"

typedef struct {
  char nonce[2 * KITH_NONCE_BYTES + 1];
  gint64 seq; /* 0: not acknowledged */
} Post;

/* What somebody saw at a seq: index + 1 is the seq. */
typedef struct {
  char nonce[2 * KITH_NONCE_BYTES + 1]; /* "" for what is no message */
  char *text;
} Seen;

typedef struct {
  Load *load;
  guint index;
  char *token;
  Player *player;         /* NULL: not connected */
  GArray *posts;          /* a poster's: Post */
  guint first_open, next; /* a poster's: index of the first post not acknowledged, of the next to send */
  GArray *seen;           /* a reader's: Seen */
  gboolean ended;         /* a reader's: END_TEXT has come */
  gint64 next_id;
  GThread *thread;
} Worker;

struct _Load {
  TestServer *server;
  char *address;
  guint window;
  gboolean patient;
  GPtrArray *posters, *readers; /* Worker */
  Worker *host;                 /* made the room; reads the log in the end */
  char *room;
  GMutex lock;
  GCond changed;
  gboolean may_connect, stopping, quitting; /* under lock */
  guint64 acknowledged, refused;            /* under lock */
  GError *complaint;                        /* under lock: the first thing that somebody found wrong */
};

static void
clear_seen (gpointer data)
{
  g_free (((Seen *) data)->text);
}

static Worker *
worker_new (Load *load, guint index)
{
  Worker *worker = g_new0 (Worker, 1);
  worker->load = load;
  worker->index = index;
  worker->token = player_random_hex (KITH_TOKEN_BYTES);
  worker->posts = g_array_new (FALSE, TRUE, sizeof (Post));
  worker->seen = g_array_new (FALSE, TRUE, sizeof (Seen));
  g_array_set_clear_func (worker->seen, clear_seen);
  worker->next_id = 1000;
  return worker;
}

static void
worker_free (gpointer data)
{
  Worker *worker = data;
  player_free (worker->player);
  g_free (worker->token);
  g_array_unref (worker->posts);
  g_array_unref (worker->seen);
  g_free (worker);
}

/* ---- what is shared ---- */

static void
complain (Load *load, GError *error)
{
  g_mutex_lock (&load->lock);
  if (load->complaint == NULL)
    load->complaint = error;
  else
    g_error_free (error);
  g_cond_broadcast (&load->changed);
  g_mutex_unlock (&load->lock);
}

static gboolean
is_stopping (Load *load)
{
  g_mutex_lock (&load->lock);
  gboolean stopping = load->stopping || load->complaint != NULL;
  g_mutex_unlock (&load->lock);
  return stopping;
}

static gboolean
is_quitting (Load *load)
{
  g_mutex_lock (&load->lock);
  gboolean quitting = load->quitting || load->complaint != NULL;
  g_mutex_unlock (&load->lock);
  return quitting;
}

static void
count (Load *load, guint64 *what)
{
  g_mutex_lock (&load->lock);
  (*what)++;
  g_cond_broadcast (&load->changed);
  g_mutex_unlock (&load->lock);
}

/* FALSE when it is over. */
static gboolean
wait_until_may_connect (Load *load)
{
  g_mutex_lock (&load->lock);
  while (!load->may_connect && !load->quitting && load->complaint == NULL)
    g_cond_wait (&load->changed, &load->lock);
  gboolean go_on = !load->quitting && load->complaint == NULL;
  g_mutex_unlock (&load->lock);
  return go_on;
}

/* A connection may break at any time; anything else that goes wrong is a complaint. */
static gboolean
is_break (const GError *error)
{
  return error->domain != LOAD_ERROR && !g_error_matches (error, PLAYER_ERROR, PLAYER_ERROR_UNEXPECTED) &&
         !g_error_matches (error, PLAYER_ERROR, PLAYER_ERROR_TIMED_OUT);
}

/* Connected and signed in, after however many attempts; FALSE when it is over. */
static gboolean
ensure_connected (Worker *worker)
{
  while (worker->player == NULL) {
    g_autoptr (GError) error = NULL;
    if (!wait_until_may_connect (worker->load))
      return FALSE;
    worker->player = player_connect (worker->load->address, &error);
    if (worker->player != NULL && player_login (worker->player, worker->token, &error) == 0)
      g_clear_pointer (&worker->player, player_free);
    if (worker->player == NULL && !worker->load->patient && !is_break (error)) {
      complain (worker->load, g_steal_pointer (&error));
      return FALSE;
    }
  }
  return TRUE;
}

static void
on_trouble (Worker *worker, GError *error)
{
  g_clear_pointer (&worker->player, player_free);
  if (is_break (error))
    g_error_free (error);
  else
    complain (worker->load, error);
}

/* ---- posters ---- */

static gboolean
send_post (Worker *worker, guint index, GError **error)
{
  if (index == worker->posts->len) {
    Post post = {"", 0};
    g_autofree char *nonce = player_random_hex (KITH_NONCE_BYTES);
    g_strlcpy (post.nonce, nonce, sizeof post.nonce);
    g_array_append_val (worker->posts, post);
  }
  const Post *post = &g_array_index (worker->posts, Post, index);
  g_autofree char *after =
      index > 0 ? g_strdup_printf (",\"after\":\"%s\"", g_array_index (worker->posts, Post, index - 1).nonce)
                : g_strdup ("");
  return player_say (
      worker->player, error,
      "{\"type\":\"post\",\"id\":%u,\"conversation\":\"%s\",\"nonce\":\"%s\"%s,\"body\":{\"text\":\"%u %u\"}}", index,
      worker->load->room, post->nonce, after, worker->index, index);
}

/* The answer to a post: noted, or (refused) everything from there on is sent again. */
static gboolean
take_answer (Worker *worker, json_object *frame, gboolean *refused, GError **error)
{
  json_object *re = NULL, *seq = NULL;
  if (!json_object_object_get_ex (frame, "re", &re))
    return TRUE;
  guint index = (guint) json_object_get_int64 (re);
  if (!json_object_object_get_ex (frame, "seq", &seq)) {
    *refused = TRUE;
    count (worker->load, &worker->load->refused);
    return TRUE;
  }
  Post *post = &g_array_index (worker->posts, Post, index);
  gint64 number = json_object_get_int64 (seq);
  if (post->seq != 0 && post->seq != number) {
    g_set_error (error, LOAD_ERROR, 0,
                 "post %u of poster %u was acknowledged as %" G_GINT64_FORMAT " and as %" G_GINT64_FORMAT, index,
                 worker->index, post->seq, number);
    return FALSE;
  }
  if (post->seq == 0)
    count (worker->load, &worker->load->acknowledged);
  post->seq = number;
  return TRUE;
}

static void
skip_acknowledged (Worker *worker)
{
  while (worker->first_open < worker->posts->len && g_array_index (worker->posts, Post, worker->first_open).seq != 0)
    worker->first_open++;
}

/* One frame comes; after a refusal, once nothing is in flight, sending begins anew at the first that is open. */
static gboolean
receive_one (Worker *worker, gboolean *refused, GError **error)
{
  json_object *frame = player_next (worker->player, 0, error);
  gboolean fine = frame != NULL && take_answer (worker, frame, refused, error);
  json_object_put (frame);
  skip_acknowledged (worker);
  return fine;
}

/* Everything sent so far gets its answer: a ping behind it is answered last of what is refused at once, and what waits
 * for the disk is counted by first_open. */
static gboolean
begin_anew (Worker *worker, gboolean *refused, GError **error)
{
  if (!player_settle (worker->player, error))
    return FALSE;
  while (player_n_waiting (worker->player) > 0)
    if (!receive_one (worker, refused, error))
      return FALSE;
  worker->next = worker->first_open;
  *refused = FALSE;
  return TRUE;
}

static gboolean
post_until_broken (Worker *worker, GError **error)
{
  gboolean refused = FALSE;
  worker->next = worker->first_open;
  for (;;) {
    gboolean stopping = is_stopping (worker->load);
    if (stopping && worker->first_open == worker->posts->len)
      return TRUE;
    if (refused && !begin_anew (worker, &refused, error))
      return FALSE;
    for (;
         worker->next < worker->first_open + worker->load->window && !(stopping && worker->next == worker->posts->len);
         worker->next++)
      if (!send_post (worker, worker->next, error))
        return FALSE;
    if (!receive_one (worker, &refused, error))
      return FALSE;
  }
}

static gpointer
run_poster (gpointer data)
{
  Worker *worker = data;
  while (ensure_connected (worker)) {
    GError *error = NULL;
    if (post_until_broken (worker, &error))
      break;
    on_trouble (worker, error);
  }
  return NULL;
}

/* ---- readers ---- */

static const char *
member_text (json_object *frame, const char *name)
{
  json_object *member = NULL;
  return json_object_object_get_ex (frame, name, &member) ? json_object_get_string (member) : "";
}

static const char *
body_text (json_object *event)
{
  json_object *body = NULL;
  return json_object_object_get_ex (event, "body", &body) ? member_text (body, "text") : "";
}

/* Notes an event that is the next one, compares one that was seen. FALSE with no error: there is a gap before it. */
static gboolean
note_event (Worker *worker, json_object *event, GError **error)
{
  gint64 seq = g_ascii_strtoll (member_text (event, "seq"), NULL, 10);
  const char *nonce = member_text (event, "nonce"), *text = body_text (event);
  if (seq > worker->seen->len + 1)
    return FALSE;
  if (seq == worker->seen->len + 1) {
    Seen seen = {"", g_strdup (text)};
    g_strlcpy (seen.nonce, nonce, sizeof seen.nonce);
    g_array_append_val (worker->seen, seen);
    worker->ended |= strcmp (text, END_TEXT) == 0;
    return TRUE;
  }
  const Seen *seen = &g_array_index (worker->seen, Seen, seq - 1);
  if (seq >= 1 && strcmp (seen->nonce, nonce) == 0 && strcmp (seen->text, text) == 0)
    return TRUE;
  g_set_error (error, LOAD_ERROR, 0, "seq %" G_GINT64_FORMAT " was \"%s\" and is \"%s\"", seq, seen->text, text);
  return FALSE;
}

static gboolean
note_page (Worker *worker, json_object *answer, GError **error)
{
  json_object *events = NULL;
  json_object_object_get_ex (answer, "events", &events);
  for (gsize i = 0; events != NULL && i < json_object_array_length (events); i++) {
    if (note_event (worker, json_object_array_get_idx (events, i), error))
      continue;
    if (error == NULL || *error == NULL)
      g_set_error (error, LOAD_ERROR, 0, "a gap in what was fetched, behind seq %u", worker->seen->len);
    return FALSE;
  }
  return TRUE;
}

/* Fetches everything behind what is known. */
static gboolean
catch_up (Worker *worker, GError **error)
{
  gboolean more = TRUE;
  while (more) {
    gint64 id = worker->next_id++;
    json_object *flag = NULL;
    json_object *answer = player_ask (worker->player, id, error,
                                      "{\"type\":\"fetch\",\"id\":%" G_GINT64_FORMAT
                                      ",\"conversation\":\"%s\",\"after\":%u,\"limit\":%d}",
                                      id, worker->load->room, worker->seen->len, PAGE);
    if (answer == NULL)
      return FALSE;
    more = json_object_object_get_ex (answer, "more", &flag) && json_object_get_boolean (flag);
    gboolean fine = note_page (worker, answer, error);
    json_object_put (answer);
    if (!fine)
      return FALSE;
  }
  return TRUE;
}

/* One frame: an event is noted; a gap before it, and the word that something was left out, send to the log. */
static gboolean
read_one (Worker *worker, GError **error)
{
  GError *wrong = NULL;
  json_object *frame = player_next (worker->player, 0, error);
  if (frame == NULL)
    return FALSE;
  const char *type = member_text (frame, "type");
  gboolean behind = strcmp (type, "behind") == 0;
  gboolean event = strcmp (type, "event") == 0 && strcmp (member_text (frame, "conversation"), worker->load->room) == 0;
  gboolean noted = !event || note_event (worker, frame, &wrong);
  json_object_put (frame);
  if (wrong != NULL) {
    g_propagate_error (error, wrong);
    return FALSE;
  }
  return (noted && !behind) || catch_up (worker, error);
}

static gboolean
read_until_broken (Worker *worker, GError **error)
{
  gboolean fine = catch_up (worker, error);
  while (fine && !worker->ended && !is_quitting (worker->load))
    fine = read_one (worker, error);
  return fine;
}

static gpointer
run_reader (gpointer data)
{
  Worker *worker = data;
  while (ensure_connected (worker)) {
    GError *error = NULL;
    if (read_until_broken (worker, &error))
      break;
    on_trouble (worker, error);
  }
  return NULL;
}

/* ---- beginning ---- */

void
load_configure (TestServer *server)
{
  static const char *const limits[][2] = {
      {"posts_per_second", "1000000"}, {"posts_burst", "1000000"},          {"registrations_per_minute", "1000000"},
      {"members", "100000"},           {"connections_per_address", "1000"}, {"connections", "100000"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    test_server_set (server, "limits", limits[i][0], limits[i][1]);
}

/* Registers with a name and, where there is a room, joins it. */
static gboolean
introduce (Load *load, Worker *worker, const char *role, GError **error)
{
  g_autofree char *handle = g_strdup_printf ("%s%u", role, worker->index),
                  *nonce = player_random_hex (KITH_NONCE_BYTES);
  worker->player = player_connect (load->server->door, error);
  if (worker->player == NULL || player_register (worker->player, handle, worker->token, error) == 0)
    return FALSE;
  json_object *answer =
      load->room == NULL
          ? player_ask (worker->player, 3, error, "{\"type\":\"create\",\"id\":3,\"nonce\":\"%s\",\"name\":\"load\"}",
                        nonce)
          : player_ask (worker->player, 3, error,
                        "{\"type\":\"join\",\"id\":3,\"conversation\":\"%s\",\"nonce\":\"%s\"}", load->room, nonce);
  json_object *conversation = NULL;
  if (json_object_object_get_ex (answer, "conversation", &conversation))
    load->room = g_strdup (member_text (conversation, "id"));
  json_object_put (answer);
  g_clear_pointer (&worker->player, player_free);
  return answer != NULL;
}

static gboolean
introduce_all (Load *load, GPtrArray *workers, guint n, const char *role, GError **error)
{
  for (guint i = 0; i < n; i++) {
    Worker *worker = worker_new (load, i);
    g_ptr_array_add (workers, worker);
    if (!introduce (load, worker, role, error))
      return FALSE;
  }
  return TRUE;
}

Load *
load_new (TestServer *server, const LoadOptions *options, GError **error)
{
  g_autoptr (Load) load = g_new0 (Load, 1);
  g_mutex_init (&load->lock);
  g_cond_init (&load->changed);
  load->server = server;
  load->address = g_strdup (options->address != NULL ? options->address : server->address);
  load->window = options->window;
  load->patient = options->patient;
  load->may_connect = TRUE;
  load->posters = g_ptr_array_new_with_free_func (worker_free);
  load->readers = g_ptr_array_new_with_free_func (worker_free);
  load->host = worker_new (load, 0);
  if (!introduce (load, load->host, "host", error) ||
      !introduce_all (load, load->posters, options->posters, "poster", error) ||
      !introduce_all (load, load->readers, options->readers, "reader", error))
    return NULL;
  return g_steal_pointer (&load);
}

static void
start_all (GPtrArray *workers, GThreadFunc func)
{
  for (guint i = 0; i < workers->len; i++) {
    Worker *worker = g_ptr_array_index (workers, i);
    worker->thread = g_thread_new ("worker", func, worker);
  }
}

void
load_start (Load *load)
{
  start_all (load->posters, run_poster);
  start_all (load->readers, run_reader);
}

static void
set_flag (Load *load, gboolean *flag, gboolean value)
{
  g_mutex_lock (&load->lock);
  *flag = value;
  g_cond_broadcast (&load->changed);
  g_mutex_unlock (&load->lock);
}

void
load_pause_connecting (Load *load)
{
  set_flag (load, &load->may_connect, FALSE);
}

void
load_resume_connecting (Load *load)
{
  set_flag (load, &load->may_connect, TRUE);
}

guint64
load_acknowledged (Load *load)
{
  g_mutex_lock (&load->lock);
  guint64 n = load->acknowledged;
  g_mutex_unlock (&load->lock);
  return n;
}

gboolean
load_wait (Load *load, guint64 more, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + TEST_PATIENCE_S * G_USEC_PER_SEC;
  gboolean in_time = TRUE;
  g_mutex_lock (&load->lock);
  guint64 wanted = load->acknowledged + more;
  while (in_time && load->acknowledged < wanted && load->complaint == NULL)
    in_time = g_cond_wait_until (&load->changed, &load->lock, deadline);
  gboolean reached = load->acknowledged >= wanted && load->complaint == NULL;
  if (load->complaint != NULL)
    g_propagate_error (error, g_error_copy (load->complaint));
  else if (!reached)
    g_set_error (error, LOAD_ERROR, 0,
                 "only %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " posts were acknowledged in time",
                 load->acknowledged, wanted);
  g_mutex_unlock (&load->lock);
  return reached;
}

guint64
load_refused (Load *load)
{
  g_mutex_lock (&load->lock);
  guint64 n = load->refused;
  g_mutex_unlock (&load->lock);
  return n;
}

gboolean
load_linger (Load *load, guint64 more, guint milliseconds, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;
  gboolean in_time = TRUE;
  g_mutex_lock (&load->lock);
  guint64 wanted = load->acknowledged + more, refused = load->refused;
  while (in_time && load->acknowledged < wanted && load->refused == refused && load->complaint == NULL)
    in_time = g_cond_wait_until (&load->changed, &load->lock, deadline);
  if (load->complaint != NULL)
    g_propagate_error (error, g_error_copy (load->complaint));
  gboolean good = load->complaint == NULL;
  g_mutex_unlock (&load->lock);
  return good;
}

/* ---- ending ---- */

static void
join_all (GPtrArray *workers)
{
  for (guint i = 0; i < workers->len; i++) {
    Worker *worker = g_ptr_array_index (workers, i);
    if (worker->thread != NULL)
      g_thread_join (g_steal_pointer (&worker->thread));
  }
}

/* The host, past every proxy, says the last word and then reads the whole log. */
static gboolean
say_the_end (Load *load, GError **error)
{
  g_autofree char *nonce = player_random_hex (KITH_NONCE_BYTES);
  load->host->player = player_connect (load->server->door, error);
  if (load->host->player == NULL || player_login (load->host->player, load->host->token, error) == 0)
    return FALSE;
  json_object *answer = player_ask (
      load->host->player, 5, error,
      "{\"type\":\"post\",\"id\":5,\"conversation\":\"%s\",\"nonce\":\"%s\",\"body\":{\"text\":\"" END_TEXT "\"}}",
      load->room, nonce);
  json_object_put (answer);
  return answer != NULL && catch_up (load->host, error);
}

/* Each post once, at the seq that was acknowledged, in the order in which it was written. */
static gboolean
judge_poster (Load *load, Worker *poster, GHashTable *places, GError **error)
{
  gint64 before = 0;
  for (guint i = 0; i < poster->posts->len; i++) {
    const Post *post = &g_array_index (poster->posts, Post, i);
    gint64 place = GPOINTER_TO_INT (g_hash_table_lookup (places, post->nonce));
    if (post->seq == 0 || place != post->seq || place <= before) {
      g_set_error (error, LOAD_ERROR, 0,
                   "post %u of poster %u: acknowledged as %" G_GINT64_FORMAT ", in the log at %" G_GINT64_FORMAT
                   ", the one before at %" G_GINT64_FORMAT,
                   i, poster->index, post->seq, place, before);
      return FALSE;
    }
    before = place;
  }
  return TRUE;
}

static gboolean
judge_reader (Load *load, Worker *reader, GError **error)
{
  if (reader->seen->len != load->host->seen->len) {
    g_set_error (error, LOAD_ERROR, 0, "reader %u saw %u events of %u", reader->index, reader->seen->len,
                 load->host->seen->len);
    return FALSE;
  }
  for (guint i = 0; i < reader->seen->len; i++) {
    const Seen *seen = &g_array_index (reader->seen, Seen, i), *there = &g_array_index (load->host->seen, Seen, i);
    if (strcmp (seen->nonce, there->nonce) != 0 || strcmp (seen->text, there->text) != 0) {
      g_set_error (error, LOAD_ERROR, 0, "reader %u saw \"%s\" at %u, where the log has \"%s\"", reader->index,
                   seen->text, i + 1, there->text);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
judge (Load *load, GError **error)
{
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);
  GArray *log = load->host->seen;
  guint messages = 0, posts = 0;
  for (guint i = 0; i < log->len; i++) {
    Seen *seen = &g_array_index (log, Seen, i);
    messages += *seen->text != '\0';
    if (*seen->text != '\0' && !g_hash_table_insert (places, seen->nonce, GINT_TO_POINTER (i + 1))) {
      g_set_error (error, LOAD_ERROR, 0, "\"%s\" is twice in the log", seen->text);
      return FALSE;
    }
  }
  for (guint i = 0; i < load->posters->len; i++) {
    Worker *poster = g_ptr_array_index (load->posters, i);
    posts += poster->posts->len;
    if (!judge_poster (load, poster, places, error))
      return FALSE;
  }
  for (guint i = 0; i < load->readers->len; i++)
    if (!judge_reader (load, g_ptr_array_index (load->readers, i), error))
      return FALSE;
  if (messages != posts + 1) /* and the end */
    g_set_error (error, LOAD_ERROR, 0, "%u messages in the log, %u were written", messages, posts + 1);
  return messages == posts + 1;
}

gboolean
load_finish (Load *load, GError **error)
{
  set_flag (load, &load->stopping, TRUE);
  join_all (load->posters);
  GError *wrong = NULL;
  gboolean said = say_the_end (load, &wrong);
  if (!said)
    complain (load, wrong);
  join_all (load->readers);
  if (load->complaint != NULL) {
    g_propagate_error (error, g_error_copy (load->complaint));
    return FALSE;
  }
  return judge (load, error);
}

void
load_free (Load *load)
{
  if (load == NULL)
    return;
  set_flag (load, &load->quitting, TRUE);
  set_flag (load, &load->stopping, TRUE);
  join_all (load->posters);
  join_all (load->readers);
  g_ptr_array_unref (load->posters);
  g_ptr_array_unref (load->readers);
  worker_free (load->host);
  g_clear_error (&load->complaint);
  g_mutex_clear (&load->lock);
  g_cond_clear (&load->changed);
  g_free (load->room);
  g_free (load->address);
  g_free (load);
}
