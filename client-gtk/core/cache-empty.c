/* cache-empty.c - a cache that has nothing, for as long as cache.c is not there: it goes when that comes. */
#include "core/cache.h"

struct _KithCache {
  GMainContext *context;
};

typedef struct {
  KithCachedPageFunc page;
  KithCachedEventsFunc events;
  void (*changed) (gint64 changed, gint64 upto, gpointer data);
  gpointer data;
} Answer;

static gboolean
on_answer (gpointer data)
{
  const Answer *answer = data;
  json_object *nothing = json_object_new_array ();
  if (answer->page != NULL)
    answer->page (&(KithCachedPage){.events = nothing, .hole = TRUE}, answer->data);
  else if (answer->events != NULL)
    answer->events (nothing, FALSE, answer->data);
  else
    answer->changed (0, 0, answer->data);
  json_object_put (nothing);
  return G_SOURCE_REMOVE;
}

static void
answer_later (KithCache *cache, Answer answer)
{
  GSource *source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_answer, g_memdup2 (&answer, sizeof answer), g_free);
  g_source_attach (source, cache->context);
  g_source_unref (source);
}

KithCache *
kith_cache_open (const char *path, GError **error)
{
  KithCache *cache = g_new0 (KithCache, 1);
  cache->context = g_main_context_ref_thread_default ();
  return cache;
}

void
kith_cache_close (KithCache *cache)
{
  if (cache == NULL)
    return;
  g_main_context_unref (cache->context);
  g_free (cache);
}

void
kith_cache_clear (KithCache *cache)
{
}

void
kith_cache_put_learned (KithCache *cache, json_object *sync_answer)
{
}

json_object *
kith_cache_take_learned (KithCache *cache)
{
  return NULL;
}

void
kith_cache_put_events (KithCache *cache, gint64 conversation, json_object *events, gint64 first, gint64 last)
{
}

void
kith_cache_apply_event (KithCache *cache, gint64 conversation, json_object *event)
{
}

void
kith_cache_drop_conversation (KithCache *cache, gint64 conversation)
{
}

void
kith_cache_load (KithCache *cache, gint64 conversation, KithPageKind kind, gint64 anchor, guint limit,
                 KithCachedPageFunc func, gpointer data)
{
  answer_later (cache, (Answer){.page = func, .data = data});
}

void
kith_cache_load_previews (KithCache *cache, KithCachedEventsFunc func, gpointer data)
{
  answer_later (cache, (Answer){.events = func, .data = data});
}

void
kith_cache_load_changed (KithCache *cache, gint64 conversation,
                         void (*func) (gint64 changed, gint64 upto, gpointer data), gpointer data)
{
  answer_later (cache, (Answer){.changed = func, .data = data});
}

void
kith_cache_search (KithCache *cache, const KithCacheQuery *query, GCancellable *cancellable, KithCachedEventsFunc func,
                   gpointer data)
{
  answer_later (cache, (Answer){.events = func, .data = data});
}

void
kith_cache_set_local (KithCache *cache, const char *what, gint64 conversation, const char *value)
{
}

void
kith_cache_each_local (KithCache *cache, KithLocalFunc func, gpointer data)
{
}
