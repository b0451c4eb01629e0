/* cache-thread.c - a queue of jobs for one thread, and their answers back on the opener's main context.
 *
 * What waits in the queue is written in one transaction.
 */
#include "cache-job.h"

#include <string.h>

#define BATCH_MAX 1000
#define BYTES_MAX (32 * 1024 * 1024) /* of puts that wait */

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

void
kith_cache_job_free (KithCacheJob *job)
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
job_bytes (const KithCacheJob *job)
{
  return job->text != NULL ? strlen (job->text) : 0;
}

/* ---- the thread ---- */

/* The next job; NULL: there is none and none will come. What was done is committed before it waits. */
static KithCacheJob *
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
  KithCacheJob *job = g_queue_pop_head (&cache->jobs);
  if (job != NULL)
    cache->bytes -= job_bytes (job);
  g_mutex_unlock (&cache->mutex);
  return job;
}

static void
run_job (KithCache *cache, KithCacheJob *job)
{
  GError *problem = NULL;
  gboolean ready = job->writes ? kith_cache_store_begin (&cache->store) : job->without_file || cache->store.sql != NULL;
  gboolean settled = !ready || job->pushed || kith_cache_span_settle (&cache->store, &problem);
  if (!settled || (ready && !job->run (&cache->store, job, &problem)))
    kith_cache_store_fail (&cache->store, problem);
}

static gboolean on_dispatch (gpointer data);

static void
finish_job (KithCache *cache, KithCacheJob *job)
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
    kith_cache_job_free (job);
  }
  g_mutex_unlock (&cache->mutex);
}

static gpointer
work (gpointer data)
{
  KithCache *cache = data;
  guint batch = 0;
  for (KithCacheJob *job; (job = take_job (cache)) != NULL; finish_job (cache, job)) {
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
    KithCacheJob *job = g_queue_pop_head (&cache->done);
    g_mutex_unlock (&cache->mutex);
    if (job == NULL)
      return;
    job->reply (job);
    kith_cache_job_free (job);
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
  cache->thread = g_thread_try_new ("kith-cache", work, cache, error);
  if (cache->thread != NULL)
    return cache;
  kith_cache_store_close (&cache->store);
  cache_unref (cache);
  return NULL;
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

KithCacheJob *
kith_cache_job_new (gboolean (*run) (KithCacheStore *store, KithCacheJob *job, GError **error), gint64 conversation)
{
  KithCacheJob *job = g_new0 (KithCacheJob, 1);
  job->run = run;
  job->conversation = conversation;
  return job;
}

void
kith_cache_push (KithCache *cache, KithCacheJob *job)
{
  g_mutex_lock (&cache->mutex);
  g_queue_push_tail (&cache->jobs, job);
  cache->bytes += job_bytes (job);
  g_cond_signal (&cache->wake);
  g_mutex_unlock (&cache->mutex);
}

/* What can be fetched again, unless too much waits already. */
void
kith_cache_push_or_drop (KithCache *cache, KithCacheJob *job)
{
  g_mutex_lock (&cache->mutex);
  gboolean full = g_queue_get_length (&cache->jobs) >= KITH_CACHE_JOBS || cache->bytes >= BYTES_MAX;
  g_mutex_unlock (&cache->mutex);
  job->writes = TRUE;
  if (full)
    kith_cache_job_free (job);
  else
    kith_cache_push (cache, job);
}

void
kith_cache_push_and_wait (KithCache *cache, KithCacheJob *job)
{
  job->waited_for = TRUE;
  kith_cache_push (cache, job);
  g_mutex_lock (&cache->mutex);
  while (!job->finished)
    g_cond_wait (&cache->answered, &cache->mutex);
  g_mutex_unlock (&cache->mutex);
}
