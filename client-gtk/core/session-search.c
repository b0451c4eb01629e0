/* session-search.c - a search here, then on the server, a while later; a message that both have found is told once.
 *
 * One page at a time: the cache's, then (while connected) the server's. Hits are told from the main loop, never from
 * within a step of the client. */
#include "core/session-private.h"

#include "core/post-private.h"

#include "proto/error.h"
#include "proto/message.h"

#define PAGE 25
#define TRIES 5           /* of a page that is asked for too soon, */
#define PAUSE_MAX_MS 5000 /* unless the server says that it takes longer than that */

struct _KithSearch {
  gatomicrefcount count; /* its owner's, and those of what runs */
  KithSession *session;  /* NULL: it has gone */
  char *text, *has;
  KithQuery query; /* text and has are ours */
  KithHitsFunc func;
  gpointer data;
  GCancellable *cancellable;
  GHashTable *seen;       /* "conversation seq" */
  gint64 before_at, next; /* where the next page begins: in the cache, on the server */
  gboolean cache_over, server_over, running, over;
  guint tries;        /* of this page of the server */
  json_object *found; /* of the server, to be told */
  GError *error;
};

KithHit *
kith_hit_copy (const KithHit *hit)
{
  KithHit *copy = g_new (KithHit, 1);
  *copy = (KithHit){hit->conversation, g_object_ref (hit->post)};
  return copy;
}

void
kith_hit_free (KithHit *hit)
{
  g_object_unref (hit->post);
  g_free (hit);
}

static void
release (gpointer data)
{
  KithSearch *search = data;
  if (!g_atomic_ref_count_dec (&search->count))
    return;
  if (search->session != NULL)
    g_object_remove_weak_pointer (G_OBJECT (search->session), (gpointer *) &search->session);
  g_free (search->text);
  g_free (search->has);
  g_object_unref (search->cancellable);
  g_hash_table_unref (search->seen);
  json_object_put (search->found);
  g_clear_error (&search->error);
  g_free (search);
}

static KithSearch *
hold (KithSearch *search)
{
  g_atomic_ref_count_inc (&search->count);
  return search;
}

static void
free_hit (gpointer data)
{
  kith_hit_free (data);
}

/* NULL: it was told already, or makes no sense. */
static KithHit *
make_hit (KithSearch *search, json_object *event)
{
  gint64 conversation = json_object_is_type (event, json_type_object) ? kith_member_id (event, "conversation", 'c') : 0;
  KithPost *post = conversation != 0 ? kith_post_new_event (event, search->session->me) : NULL;
  if (post == NULL)
    return NULL;
  char *name = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, conversation, post->seq);
  if (!g_hash_table_add (search->seen, name)) {
    g_object_unref (post);
    return NULL;
  }
  KithHit *hit = g_new (KithHit, 1);
  *hit = (KithHit){conversation, post};
  return hit;
}

static void
tell (KithSearch *search, json_object *events, gboolean done, const GError *error)
{
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func (free_hit);
  gsize n = events != NULL ? json_object_array_length (events) : 0;
  for (gsize i = 0; i < n; i++) {
    KithHit *hit = make_hit (search, json_object_array_get_idx (events, i));
    if (hit != NULL)
      g_ptr_array_add (hits, hit);
  }
  search->running = !done;
  search->func (search, hits, done, !search->cache_over || !search->server_over, error, search->data);
}

/* The server's page. */

static gboolean
on_told (gpointer data)
{
  KithSearch *search = data;
  g_autoptr (GError) error = g_steal_pointer (&search->error);
  json_object *found = g_steal_pointer (&search->found);
  json_object *events = NULL;
  if (found != NULL)
    json_object_object_get_ex (found, "events", &events);
  if (!search->over && search->session != NULL && search->session->client != NULL)
    tell (search, events, TRUE, error);
  json_object_put (found);
  return G_SOURCE_REMOVE;
}

static void ask_server_later (KithSearch *search, gint64 ms);

/* Who types fast asks often: that is no reason to tell them off. */
static gboolean
waits_for_rate (KithSearch *search, const KithAnswer *answer)
{
  if (!g_error_matches (answer->error, KITH_ERROR, KITH_ERROR_RATE_LIMITED) || answer->retry_after_ms <= 0 ||
      answer->retry_after_ms > PAUSE_MAX_MS || ++search->tries >= TRIES || search->session == NULL)
    return FALSE;
  ask_server_later (search, answer->retry_after_ms);
  return TRUE;
}

static void
on_answer (KithSession *session, const KithAnswer *answer, gpointer data)
{
  KithSearch *search = data;
  if (waits_for_rate (search, answer))
    return;
  search->tries = 0;
  if (answer->root != NULL) {
    search->found = json_object_get (answer->root);
    search->next = kith_member_integer (answer->root, "next", 0);
    search->server_over = !kith_member_boolean (answer->root, "more", FALSE);
  } else {
    search->error = g_error_copy (answer->error);
    search->server_over = TRUE;
  }
  GSource *source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_told, hold (search), release);
  g_source_attach (source, session->context);
  g_source_unref (source);
}

static void
add_id (json_object *request, const char *name, char prefix, gint64 id)
{
  if (id != 0)
    kith_add_id (request, name, prefix, id);
}

static void
add_number (json_object *request, const char *name, gint64 value)
{
  if (value > 0)
    kith_add_integer (request, name, value);
}

static void
ask_server (KithSearch *search)
{
  json_object *request = kith_client_message ("search", search->query.conversation, FALSE);
  kith_add_string (request, "text", search->text);
  add_id (request, "from", 'u', search->query.from);
  add_number (request, "since", search->query.since);
  add_number (request, "until", search->query.until);
  add_number (request, "before", search->next);
  kith_add_string (request, "has", search->has);
  kith_add_integer (request, "limit", PAGE);
  kith_session_ask (search->session, request, KITH_REQUEST_PLAIN, on_answer, hold (search), release);
}

static gboolean
on_patience (gpointer data)
{
  KithSearch *search = data;
  if (!search->over && search->session != NULL && search->session->client != NULL)
    ask_server (search);
  return G_SOURCE_REMOVE;
}

static void
ask_server_later (KithSearch *search, gint64 ms)
{
  GSource *source = g_timeout_source_new ((guint) ms);
  g_source_set_callback (source, on_patience, hold (search), release);
  g_source_attach (source, search->session->context);
  g_source_unref (source);
}

/* The cache's page. */

static gint64
last_at (json_object *events)
{
  gsize n = events != NULL ? json_object_array_length (events) : 0;
  return n > 0 ? kith_member_integer (json_object_array_get_idx (events, n - 1), "at", 0) : 0;
}

static void
on_cached (json_object *events, gboolean more, gpointer data)
{
  KithSearch *search = data;
  if (!search->over && search->session != NULL && search->session->client != NULL) {
    gboolean asks = kith_session_is_online (search->session) && !search->server_over;
    search->before_at = last_at (events);
    search->cache_over = !more || search->before_at == 0;
    search->server_over |= !kith_session_is_online (search->session);
    tell (search, events, !asks, NULL);
    if (asks && !search->over)
      ask_server_later (search, search->query.patience_ms);
  }
  release (search);
}

static void
ask_cache (KithSearch *search)
{
  KithCacheQuery query = {.text = search->text,
                          .conversation = search->query.conversation,
                          .from = search->query.from,
                          .since = search->query.since,
                          .until = search->query.until,
                          .has = search->has,
                          .before_at = search->before_at,
                          .limit = PAGE};
  kith_cache_search (search->session->cache, &query, search->cancellable, on_cached, hold (search));
}

KithSearch *
kith_session_search (KithSession *session, const KithQuery *query, KithHitsFunc func, gpointer data)
{
  KithSearch *search = g_new0 (KithSearch, 1);
  g_atomic_ref_count_init (&search->count);
  search->session = session;
  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *) &search->session);
  search->text = g_strdup (query->text);
  search->has = g_strdup (query->has);
  search->query = *query;
  search->func = func;
  search->data = data;
  search->cancellable = g_cancellable_new ();
  search->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  search->running = TRUE;
  ask_cache (search);
  return search;
}

void
kith_search_more (KithSearch *search)
{
  if (search->running || search->session == NULL)
    return;
  search->running = TRUE;
  if (!search->cache_over)
    ask_cache (search);
  else if (!search->server_over)
    ask_server (search);
  else
    search->running = FALSE;
}

void
kith_search_free (KithSearch *search)
{
  search->over = TRUE;
  g_cancellable_cancel (search->cancellable);
  release (search);
}
