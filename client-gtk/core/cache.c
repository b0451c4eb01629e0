/* cache.c - a queue of jobs for one thread, and their answers back on the opener's main context.
 *
 * What waits in the queue is written in one transaction. JSON crosses as text: json-c's objects belong to one thread.
 */
#include "cache-private.h"

#include "proto/message.h"

#include <string.h>

#define BATCH_MAX 1000
#define BYTES_MAX (32 * 1024 * 1024) /* of puts that wait */

typedef struct _Job Job;
struct _Job {
  gboolean (*run) (KithCacheStore *store, Job *job, GError **error);
  void (*reply) (Job *job); /* on the opener's side; NULL: nobody waits */
  gboolean writes;          /* in a transaction */
  gboolean without_file;    /* needs none */
  gboolean waited_for, finished;

  gint64 conversation, first, last, number;
  char *text, *what;
  KithPageKind kind;
  guint limit;
  KithCacheQuery query;
  GCancellable *cancellable;

  KithCachedPage page;
  json_object *result;
  gboolean more;
  GPtrArray *locals; /* Local */

  union {
    KithCachedPageFunc page;
    KithCachedEventsFunc events;
    void (*changed) (gint64 changed, gint64 upto, gpointer data);
  } func;
  gpointer data;
};

typedef struct {
  char *what, *value;
  gint64 conversation;
} Local;

struct _KithCache {
  GMainContext *context;
  GThread *thread;

  GMutex mutex; /* of what follows */
  GCond wake, answered;
  GQueue jobs, done;
  gsize bytes;
  GSource *dispatch; /* NULL: nothing is done */
  gboolean closing;

  KithCacheStore store; /* the thread's */
};

static void
job_free (Job *job)
{
  g_free (job->text);
  g_free (job->what);
  g_free ((char *) job->query.text);
  g_free ((char *) job->query.has);
  g_clear_object (&job->cancellable);
  json_object_put (job->page.events);
  json_object_put (job->result);
  g_clear_pointer (&job->locals, g_ptr_array_unref);
  g_free (job);
}

static gsize
job_bytes (const Job *job)
{
  return job->text != NULL ? strlen (job->text) : 0;
}

/* ---- the thread ---- */

/* The next job; NULL: there is none and none will come. What was done is committed before it waits. */
static Job *
take_job (KithCache *cache)
{
  g_mutex_lock (&cache->mutex);
  if (g_queue_is_empty (&cache->jobs)) {
    g_mutex_unlock (&cache->mutex);
    kith_cache_store_commit (&cache->store);
    g_mutex_lock (&cache->mutex);
  }
  while (g_queue_is_empty (&cache->jobs) && !cache->closing)
    g_cond_wait (&cache->wake, &cache->mutex);
  Job *job = g_queue_pop_head (&cache->jobs);
  if (job != NULL)
    cache->bytes -= job_bytes (job);
  g_mutex_unlock (&cache->mutex);
  return job;
}

static gboolean run_apply (KithCacheStore *store, Job *job, GError **error);

static void
run_job (KithCache *cache, Job *job)
{
  GError *problem = NULL;
  gboolean ready = job->writes ? kith_cache_store_begin (&cache->store) : job->without_file || cache->store.sql != NULL;
  gboolean settled = !ready || job->run == run_apply || kith_cache_span_settle (&cache->store, &problem);
  if (!settled || (ready && !job->run (&cache->store, job, &problem)))
    kith_cache_store_fail (&cache->store, problem);
}

static gboolean on_dispatch (gpointer data);

static void
finish_job (KithCache *cache, Job *job)
{
  g_mutex_lock (&cache->mutex);
  if (job->waited_for) {
    job->finished = TRUE;
    g_cond_broadcast (&cache->answered);
  } else if (job->reply != NULL) {
    g_queue_push_tail (&cache->done, job);
    if (cache->dispatch == NULL) {
      cache->dispatch = g_idle_source_new ();
      g_source_set_priority (cache->dispatch, G_PRIORITY_DEFAULT);
      g_source_set_callback (cache->dispatch, on_dispatch, g_atomic_rc_box_acquire (cache), NULL);
      g_source_attach (cache->dispatch, cache->context);
    }
  } else {
    job_free (job);
  }
  g_mutex_unlock (&cache->mutex);
}

static gpointer
work (gpointer data)
{
  KithCache *cache = data;
  guint batch = 0;
  for (Job *job; (job = take_job (cache)) != NULL; finish_job (cache, job)) {
    run_job (cache, job);
    batch = cache->store.writing ? batch + 1 : 0;
    if (batch >= BATCH_MAX) {
      kith_cache_store_commit (&cache->store);
      batch = 0;
    }
  }
  kith_cache_store_close (&cache->store);
  return NULL;
}

/* ---- the opener's side ---- */

static void
cache_clear (gpointer data)
{
  KithCache *cache = data;
  g_main_context_unref (cache->context);
  g_cond_clear (&cache->wake);
  g_cond_clear (&cache->answered);
  g_mutex_clear (&cache->mutex);
}

static void
cache_unref (KithCache *cache)
{
  g_atomic_rc_box_release_full (cache, cache_clear);
}

/* A reply may close the cache: then the others have had theirs. */
static void
reply_all (KithCache *cache)
{
  for (;;) {
    g_mutex_lock (&cache->mutex);
    Job *job = g_queue_pop_head (&cache->done);
    g_mutex_unlock (&cache->mutex);
    if (job == NULL)
      return;
    job->reply (job);
    job_free (job);
  }
}

static gboolean
on_dispatch (gpointer data)
{
  KithCache *cache = data;
  g_mutex_lock (&cache->mutex);
  g_clear_pointer (&cache->dispatch, g_source_unref);
  g_mutex_unlock (&cache->mutex);
  reply_all (cache);
  cache_unref (cache);
  return G_SOURCE_REMOVE;
}

KithCache *
kith_cache_open (const char *path, GError **error)
{
  KithCacheStore store = {0};
  if (!kith_cache_store_open (&store, path, error)) {
    kith_cache_store_close (&store);
    return NULL;
  }
  KithCache *cache = g_atomic_rc_box_new0 (KithCache);
  cache->store = store;
  cache->context = g_main_context_ref_thread_default ();
  g_mutex_init (&cache->mutex);
  g_cond_init (&cache->wake);
  g_cond_init (&cache->answered);
  g_queue_init (&cache->jobs);
  g_queue_init (&cache->done);
  cache->thread = g_thread_new ("kith-cache", work, cache);
  return cache;
}

void
kith_cache_close (KithCache *cache)
{
  if (cache == NULL)
    return;
  g_mutex_lock (&cache->mutex);
  cache->closing = TRUE;
  g_cond_signal (&cache->wake);
  g_mutex_unlock (&cache->mutex);
  g_thread_join (cache->thread);
  if (cache->dispatch != NULL) {
    g_source_destroy (cache->dispatch);
    g_clear_pointer (&cache->dispatch, g_source_unref);
    cache_unref (cache);
  }
  reply_all (cache);
  cache_unref (cache);
}

static Job *
job_new (gboolean (*run) (KithCacheStore *store, Job *job, GError **error), gint64 conversation)
{
  Job *job = g_new0 (Job, 1);
  job->run = run;
  job->conversation = conversation;
  return job;
}

static void
push (KithCache *cache, Job *job)
{
  g_mutex_lock (&cache->mutex);
  g_queue_push_tail (&cache->jobs, job);
  cache->bytes += job_bytes (job);
  g_cond_signal (&cache->wake);
  g_mutex_unlock (&cache->mutex);
}

/* What can be fetched again, unless too much waits already. */
static void
push_or_drop (KithCache *cache, Job *job)
{
  g_mutex_lock (&cache->mutex);
  gboolean full = g_queue_get_length (&cache->jobs) >= KITH_CACHE_JOBS || cache->bytes >= BYTES_MAX;
  g_mutex_unlock (&cache->mutex);
  job->writes = TRUE;
  if (full)
    job_free (job);
  else
    push (cache, job);
}

static void
push_and_wait (KithCache *cache, Job *job)
{
  job->waited_for = TRUE;
  push (cache, job);
  g_mutex_lock (&cache->mutex);
  while (!job->finished)
    g_cond_wait (&cache->answered, &cache->mutex);
  g_mutex_unlock (&cache->mutex);
}

/* ---- jobs ---- */

/* The JSON of a job: an array or an object; NULL: none. */
static json_object *
parse (const Job *job)
{
  return json_tokener_parse (job->text);
}

static gboolean
run_clear (KithCacheStore *store, Job *job, GError **error)
{
  kith_cache_store_commit (store);
  kith_cache_store_clear (store);
  return TRUE;
}

void
kith_cache_clear (KithCache *cache)
{
  Job *job = job_new (run_clear, 0);
  job->without_file = TRUE;
  push (cache, job);
}

static gboolean
run_me (KithCacheStore *store, Job *job, GError **error)
{
  store->me = job->number;
  return TRUE;
}

void
kith_cache_set_me (KithCache *cache, gint64 account)
{
  Job *job = job_new (run_me, 0);
  job->number = account;
  push (cache, job);
}

static gboolean
run_learned (KithCacheStore *store, Job *job, GError **error)
{
  json_object *answer = parse (job);
  gboolean done = answer == NULL || kith_cache_store_learned (store, answer, error);
  json_object_put (answer);
  return done;
}

/* Never dropped: what is behind a dropped one could not be kept either. */
void
kith_cache_put_learned (KithCache *cache, json_object *sync_answer)
{
  Job *job = job_new (run_learned, 0);
  job->text = kith_cache_format (sync_answer);
  job->writes = TRUE;
  push (cache, job);
}

static gboolean
run_take_learned (KithCacheStore *store, Job *job, GError **error)
{
  GError *problem = NULL;
  job->result = kith_cache_store_take_learned (store, &problem);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

json_object *
kith_cache_take_learned (KithCache *cache)
{
  Job *job = job_new (run_take_learned, 0);
  push_and_wait (cache, job);
  json_object *learned = g_steal_pointer (&job->result);
  job_free (job);
  return learned;
}

/* *newest: the last event that touched one of them. */
static gboolean
put_all (KithCacheStore *store, const Job *job, json_object *events, gint64 *newest, GError **error)
{
  gsize n = json_object_is_type (events, json_type_array) ? json_object_array_length (events) : 0;
  for (gsize i = 0; i < n; i++) {
    json_object *event = json_object_array_get_idx (events, i);
    if (!json_object_is_type (event, json_type_object))
      continue;
    *newest = MAX (*newest, kith_member_integer (event, "changed", 0));
    if (!kith_cache_store_event (store, job->conversation, event, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_put (KithCacheStore *store, Job *job, GError **error)
{
  gint64 newest = 0;
  json_object *events = parse (job);
  gboolean done = put_all (store, job, events, &newest, error) &&
                  kith_cache_span_add (store, job->conversation, job->first, job->last, newest, error);
  json_object_put (events);
  return done;
}

void
kith_cache_put_events (KithCache *cache, gint64 conversation, json_object *events, gint64 first, gint64 last)
{
  Job *job = job_new (run_put, conversation);
  job->text = kith_cache_format (events);
  job->first = first;
  job->last = last;
  push_or_drop (cache, job);
}

static gboolean
run_changed (KithCacheStore *store, Job *job, GError **error)
{
  gint64 newest = 0;
  json_object *events = parse (job);
  gboolean done = put_all (store, job, events, &newest, error) &&
                  kith_cache_span_changed (store, job->conversation, job->first, job->last, job->number, error);
  json_object_put (events);
  return done;
}

void
kith_cache_put_changed (KithCache *cache, gint64 conversation, json_object *events, gint64 after, gint64 upto,
                        gint64 changed)
{
  Job *job = job_new (run_changed, conversation);
  job->text = kith_cache_format (events);
  job->first = after;
  job->last = upto;
  job->number = changed;
  push_or_drop (cache, job);
}

static gboolean
run_apply (KithCacheStore *store, Job *job, GError **error)
{
  json_object *event = kith_cache_parse (job->text);
  gboolean done = event == NULL || kith_cache_store_apply (store, job->conversation, event, error);
  json_object_put (event);
  return done;
}

void
kith_cache_apply_event (KithCache *cache, gint64 conversation, json_object *event)
{
  Job *job = job_new (run_apply, conversation);
  job->text = kith_cache_format (event);
  push_or_drop (cache, job);
}

static gboolean
run_drop (KithCacheStore *store, Job *job, GError **error)
{
  return kith_cache_store_drop (store, job->conversation, error);
}

void
kith_cache_drop_conversation (KithCache *cache, gint64 conversation)
{
  Job *job = job_new (run_drop, conversation);
  job->writes = TRUE;
  push (cache, job);
}

static gboolean
run_load (KithCacheStore *store, Job *job, GError **error)
{
  if (kith_cache_page (store, job->conversation, job->kind, job->number, job->limit, &job->page, error))
    return TRUE;
  json_object_put (job->page.events);
  job->page = (KithCachedPage){NULL, 0, 0, TRUE};
  return FALSE;
}

static void
reply_load (Job *job)
{
  if (job->page.events == NULL)
    job->page.events = json_object_new_array ();
  job->func.page (&job->page, job->data);
}

void
kith_cache_load (KithCache *cache, gint64 conversation, KithPageKind kind, gint64 anchor, guint limit,
                 KithCachedPageFunc func, gpointer data)
{
  Job *job = job_new (run_load, conversation);
  job->reply = reply_load;
  job->kind = kind;
  job->number = anchor;
  job->limit = limit;
  job->func.page = func;
  job->data = data;
  push (cache, job);
}

static gboolean
run_previews (KithCacheStore *store, Job *job, GError **error)
{
  GError *problem = NULL;
  job->result = kith_cache_store_previews (store, &problem);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

static void
reply_events (Job *job)
{
  if (job->result == NULL)
    job->result = json_object_new_array ();
  job->func.events (job->result, job->more, job->data);
}

void
kith_cache_load_previews (KithCache *cache, KithCachedEventsFunc func, gpointer data)
{
  Job *job = job_new (run_previews, 0);
  job->reply = reply_events;
  job->func.events = func;
  job->data = data;
  push (cache, job);
}

static gboolean
run_stale (KithCacheStore *store, Job *job, GError **error)
{
  return kith_cache_span_stale (store, job->conversation, &job->first, &job->last, error);
}

static void
reply_stale (Job *job)
{
  job->func.changed (job->first, job->last, job->data);
}

void
kith_cache_load_changed (KithCache *cache, gint64 conversation,
                         void (*func) (gint64 changed, gint64 upto, gpointer data), gpointer data)
{
  Job *job = job_new (run_stale, conversation);
  job->reply = reply_stale;
  job->func.changed = func;
  job->data = data;
  push (cache, job);
}

static gboolean
run_search (KithCacheStore *store, Job *job, GError **error)
{
  job->result = json_object_new_array ();
  return kith_cache_store_search (store, &job->query, job->cancellable, job->result, &job->more, error);
}

void
kith_cache_search (KithCache *cache, const KithCacheQuery *query, GCancellable *cancellable, KithCachedEventsFunc func,
                   gpointer data)
{
  Job *job = job_new (run_search, 0);
  job->query = *query;
  job->query.text = g_strdup (query->text);
  job->query.has = g_strdup (query->has);
  job->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  job->reply = reply_events;
  job->func.events = func;
  job->data = data;
  push (cache, job);
}

/* ---- what belongs to this computer ---- */

static Job *
local_job_new (gboolean (*run) (KithCacheStore *store, Job *job, GError **error), gint64 conversation)
{
  Job *job = job_new (run, conversation);
  job->without_file = TRUE;
  return job;
}

/* The file of the cache is not in doubt. Takes problem. */
static gboolean
local_done (GError *problem)
{
  if (problem != NULL)
    g_warning ("Drafts and the like cannot be kept: %s", problem->message);
  g_clear_error (&problem);
  return TRUE;
}

static gboolean
run_set_local (KithCacheStore *store, Job *job, GError **error)
{
  GError *problem = NULL;
  kith_cache_store_set_local (store, job->what, job->conversation, job->text, &problem);
  return local_done (problem);
}

void
kith_cache_set_local (KithCache *cache, const char *what, gint64 conversation, const char *value)
{
  Job *job = local_job_new (run_set_local, conversation);
  job->what = g_strdup (what);
  job->text = g_strdup (value);
  push (cache, job);
}

static gboolean
run_forget_local (KithCacheStore *store, Job *job, GError **error)
{
  GError *problem = NULL;
  kith_cache_store_forget_local (store, &problem);
  return local_done (problem);
}

void
kith_cache_forget_local (KithCache *cache)
{
  push (cache, local_job_new (run_forget_local, 0));
}

static void
local_free (gpointer data)
{
  Local *local = data;
  g_free (local->what);
  g_free (local->value);
  g_free (local);
}

static void
gather_local (const char *what, gint64 conversation, const char *value, gpointer data)
{
  Local *local = g_new (Local, 1);
  *local = (Local){g_strdup (what), g_strdup (value), conversation};
  g_ptr_array_add (data, local);
}

static gboolean
run_each_local (KithCacheStore *store, Job *job, GError **error)
{
  GError *problem = NULL;
  kith_cache_store_each_local (store, gather_local, job->locals, &problem);
  return local_done (problem);
}

void
kith_cache_each_local (KithCache *cache, KithLocalFunc func, gpointer data)
{
  Job *job = local_job_new (run_each_local, 0);
  job->locals = g_ptr_array_new_with_free_func (local_free);
  push_and_wait (cache, job);
  for (guint i = 0; i < job->locals->len; i++) {
    const Local *local = job->locals->pdata[i];
    func (local->what, local->conversation, local->value, data);
  }
  job_free (job);
}
