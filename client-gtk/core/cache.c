/* cache.c - what can be asked of the cache, each as a job for its thread (cache-thread.c).
 *
 * JSON crosses as text: json-c's objects belong to one thread. The text of a job is an object; of several events, the
 * one that they are in.
 */
#include "cache-job.h"

#include "proto/message.h"

#define EVENTS "events"

typedef struct {
  char *what, *value;
  gint64 conversation;
} Local;

static gboolean
run_clear (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  kith_cache_store_commit (store);
  kith_cache_store_clear (store);
  return TRUE;
}

void
kith_cache_clear (KithCache *cache)
{
  KithCacheJob *job = kith_cache_job_new (run_clear, 0);
  job->without_file = TRUE;
  kith_cache_push (cache, job);
}

static gboolean
run_me (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  store->me = job->number;
  return TRUE;
}

void
kith_cache_set_me (KithCache *cache, gint64 account)
{
  KithCacheJob *job = kith_cache_job_new (run_me, 0);
  job->number = account;
  kith_cache_push (cache, job);
}

static gboolean
run_learned (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  json_object *answer = kith_cache_parse (job->text);
  gboolean done = answer == NULL || kith_cache_store_learned (store, answer, error);
  json_object_put (answer);
  return done;
}

/* Never dropped: what is behind a dropped one could not be kept either. */
void
kith_cache_put_learned (KithCache *cache, json_object *sync_answer)
{
  KithCacheJob *job = kith_cache_job_new (run_learned, 0);
  job->text = kith_cache_format (sync_answer);
  job->writes = TRUE;
  kith_cache_push (cache, job);
}

/* What was read before something failed is kept. */
static gboolean
run_take (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  GError *problem = NULL;
  job->result = job->take (store, job->conversation, &problem);
  return kith_sql_done (problem, error);
}

static KithCacheJob *
take_job_new (json_object *(*take) (KithCacheStore *store, gint64 conversation, GError **error), gint64 conversation)
{
  KithCacheJob *job = kith_cache_job_new (run_take, conversation);
  job->take = take;
  return job;
}

json_object *
kith_cache_take_learned (KithCache *cache)
{
  KithCacheJob *job = take_job_new (kith_cache_store_take_learned, 0);
  kith_cache_push_and_wait (cache, job);
  json_object *learned = g_steal_pointer (&job->result);
  kith_cache_job_free (job);
  return learned;
}

static KithCacheJob *
events_job_new (gboolean (*run) (KithCacheStore *store, KithCacheJob *job, GError **error), gint64 conversation,
                json_object *events)
{
  KithCacheJob *job = kith_cache_job_new (run, conversation);
  g_autofree char *text = kith_cache_format (events);
  job->text = g_strconcat ("{\"" EVENTS "\":", text, "}", NULL);
  return job;
}

/* *newest: the last event that touched one of them. */
static gboolean
put_all (KithCacheStore *store, const KithCacheJob *job, gint64 *newest, GError **error)
{
  json_object *text = kith_cache_parse (job->text), *events = NULL;
  gboolean done = TRUE;
  if (text != NULL)
    json_object_object_get_ex (text, EVENTS, &events);
  gsize n = json_object_is_type (events, json_type_array) ? json_object_array_length (events) : 0;
  for (gsize i = 0; i < n && done; i++) {
    json_object *event = json_object_array_get_idx (events, i);
    if (!json_object_is_type (event, json_type_object))
      continue;
    *newest = MAX (*newest, kith_member_integer (event, "changed", 0));
    done = kith_cache_store_event (store, job->conversation, event, error);
  }
  json_object_put (text);
  return done;
}

static gboolean
run_put (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  gint64 newest = 0;
  return put_all (store, job, &newest, error) &&
         kith_cache_span_add (store, job->conversation, job->first, job->last, newest, error);
}

void
kith_cache_put_events (KithCache *cache, gint64 conversation, json_object *events, gint64 first, gint64 last)
{
  KithCacheJob *job = events_job_new (run_put, conversation, events);
  job->first = first;
  job->last = last;
  kith_cache_push_or_drop (cache, job);
}

static gboolean
run_changed (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  gint64 newest = 0;
  return put_all (store, job, &newest, error) &&
         kith_cache_span_changed (store, job->conversation, job->first, job->last, job->number, error);
}

void
kith_cache_put_changed (KithCache *cache, gint64 conversation, json_object *events, gint64 after, gint64 upto,
                        gint64 changed)
{
  KithCacheJob *job = events_job_new (run_changed, conversation, events);
  job->first = after;
  job->last = upto;
  job->number = changed;
  kith_cache_push_or_drop (cache, job);
}

static gboolean
run_apply (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  json_object *event = kith_cache_parse (job->text);
  gboolean done = event == NULL || kith_cache_store_apply (store, job->conversation, event, error);
  json_object_put (event);
  return done;
}

void
kith_cache_apply_event (KithCache *cache, gint64 conversation, json_object *event)
{
  KithCacheJob *job = kith_cache_job_new (run_apply, conversation);
  job->text = kith_cache_format (event);
  job->pushed = TRUE;
  kith_cache_push_or_drop (cache, job);
}

static gboolean
run_members (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  return kith_cache_store_members (store, job->conversation, job->text, error);
}

void
kith_cache_put_members (KithCache *cache, gint64 conversation, json_object *answer)
{
  KithCacheJob *job = kith_cache_job_new (run_members, conversation);
  job->text = kith_cache_format (answer);
  kith_cache_push_or_drop (cache, job);
}

static void
reply_members (KithCacheJob *job)
{
  job->func.members (job->result, job->data);
}

void
kith_cache_load_members (KithCache *cache, gint64 conversation, KithCachedMembersFunc func, gpointer data)
{
  KithCacheJob *job = take_job_new (kith_cache_store_take_members, conversation);
  job->reply = reply_members;
  job->func.members = func;
  job->data = data;
  kith_cache_push (cache, job);
}

static gboolean
run_drop (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  return kith_cache_store_drop (store, job->conversation, error) &&
         kith_cache_store_forget_members (store, job->conversation, error);
}

void
kith_cache_drop_conversation (KithCache *cache, gint64 conversation)
{
  KithCacheJob *job = kith_cache_job_new (run_drop, conversation);
  job->writes = TRUE;
  kith_cache_push (cache, job);
}

static gboolean
run_load (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  if (kith_cache_page (store, job->conversation, job->kind, job->number, job->limit, &job->page, error))
    return TRUE;
  json_object_put (job->page.events);
  job->page = (KithCachedPage){NULL, 0, 0, TRUE};
  return FALSE;
}

static void
reply_load (KithCacheJob *job)
{
  if (job->page.events == NULL)
    job->page.events = json_object_new_array ();
  job->func.page (&job->page, job->data);
}

void
kith_cache_load (KithCache *cache, gint64 conversation, KithPageKind kind, gint64 anchor, guint limit,
                 KithCachedPageFunc func, gpointer data)
{
  KithCacheJob *job = kith_cache_job_new (run_load, conversation);
  job->reply = reply_load;
  job->kind = kind;
  job->number = anchor;
  job->limit = limit;
  job->func.page = func;
  job->data = data;
  kith_cache_push (cache, job);
}

static void
reply_events (KithCacheJob *job)
{
  if (job->result == NULL)
    job->result = json_object_new_array ();
  job->func.events (job->result, job->more, job->data);
}

void
kith_cache_load_previews (KithCache *cache, KithCachedEventsFunc func, gpointer data)
{
  KithCacheJob *job = take_job_new (kith_cache_store_previews, 0);
  job->reply = reply_events;
  job->func.events = func;
  job->data = data;
  kith_cache_push (cache, job);
}

static gboolean
run_stale (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  return kith_cache_span_stale (store, job->conversation, &job->first, &job->last, error);
}

static void
reply_stale (KithCacheJob *job)
{
  job->func.changed (job->first, job->last, job->data);
}

void
kith_cache_load_changed (KithCache *cache, gint64 conversation,
                         void (*func) (gint64 changed, gint64 upto, gpointer data), gpointer data)
{
  KithCacheJob *job = kith_cache_job_new (run_stale, conversation);
  job->reply = reply_stale;
  job->func.changed = func;
  job->data = data;
  kith_cache_push (cache, job);
}

static gboolean
run_search (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  job->result = json_object_new_array ();
  return kith_cache_store_search (store, &job->query, job->cancellable, job->result, &job->more, error);
}

void
kith_cache_search (KithCache *cache, const KithCacheQuery *query, GCancellable *cancellable, KithCachedEventsFunc func,
                   gpointer data)
{
  KithCacheJob *job = kith_cache_job_new (run_search, 0);
  job->query = *query;
  job->query.text = g_strdup (query->text);
  job->query.has = g_strdup (query->has);
  job->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  job->reply = reply_events;
  job->func.events = func;
  job->data = data;
  kith_cache_push (cache, job);
}

/* ---- what belongs to this computer ---- */

static KithCacheJob *
local_job_new (gboolean (*run) (KithCacheStore *store, KithCacheJob *job, GError **error), gint64 conversation)
{
  KithCacheJob *job = kith_cache_job_new (run, conversation);
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
run_set_local (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  GError *problem = NULL;
  kith_cache_store_set_local (store, job->what, job->conversation, job->text, &problem);
  return local_done (problem);
}

void
kith_cache_set_local (KithCache *cache, const char *what, gint64 conversation, const char *value)
{
  KithCacheJob *job = local_job_new (run_set_local, conversation);
  job->what = g_strdup (what);
  job->text = g_strdup (value);
  kith_cache_push (cache, job);
}

static gboolean
run_forget_local (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  GError *problem = NULL;
  kith_cache_store_forget_local (store, &problem);
  return local_done (problem);
}

void
kith_cache_forget_local (KithCache *cache)
{
  kith_cache_push (cache, local_job_new (run_forget_local, 0));
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
run_each_local (KithCacheStore *store, KithCacheJob *job, GError **error)
{
  GError *problem = NULL;
  kith_cache_store_each_local (store, gather_local, job->locals, &problem);
  return local_done (problem);
}

void
kith_cache_each_local (KithCache *cache, KithLocalFunc func, gpointer data)
{
  KithCacheJob *job = local_job_new (run_each_local, 0);
  job->locals = g_ptr_array_new_with_free_func (local_free);
  kith_cache_push_and_wait (cache, job);
  for (guint i = 0; i < job->locals->len; i++) {
    const Local *local = job->locals->pdata[i];
    func (local->what, local->conversation, local->value, data);
  }
  kith_cache_job_free (job);
}
