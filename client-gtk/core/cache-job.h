/* cache-job.h - one thing for the cache's thread to do, and what it says back. Private to the cache. */
#pragma once

#include "cache-private.h"

typedef struct _KithCacheJob KithCacheJob;
struct _KithCacheJob {
  gboolean (*run) (KithCacheStore *store, KithCacheJob *job, GError **error);
  void (*reply) (KithCacheJob *job); /* on the opener's side; NULL: nobody waits */
  gboolean writes;                   /* in a transaction */
  gboolean without_file;             /* needs none */
  gboolean pushed;                   /* adds to a run of events that spans need not know yet */
  gboolean waited_for, finished;

  gint64 conversation, first, last, number;
  char *text, *what;
  KithPageKind kind;
  guint limit;
  KithCacheQuery query;
  GCancellable *cancellable;

  json_object *(*take) (KithCacheStore *store, gint64 conversation, GError **error); /* what result is */

  KithCachedPage page;
  json_object *result;
  gboolean more;
  GPtrArray *locals; /* of cache.c */

  union {
    KithCachedPageFunc page;
    KithCachedEventsFunc events;
    KithCachedMembersFunc members;
    void (*changed) (gint64 changed, gint64 upto, gpointer data);
  } func;
  gpointer data;
};

KithCacheJob *kith_cache_job_new (gboolean (*run) (KithCacheStore *store, KithCacheJob *job, GError **error),
                                  gint64 conversation);
void kith_cache_job_free (KithCacheJob *job);
/* All take the job. */
void kith_cache_push (KithCache *cache, KithCacheJob *job);
void kith_cache_push_or_drop (KithCache *cache, KithCacheJob *job); /* writes what can be fetched again */
/* The job is the caller's again. */
void kith_cache_push_and_wait (KithCache *cache, KithCacheJob *job);
