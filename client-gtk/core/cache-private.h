/* cache-private.h - the thread's side of the cache: one file, worked on by one thread, never by another.
 *
 * cache.c         what can be asked, as jobs
 * cache-thread.c  the queue of jobs, the thread, answers (cache-job.h)
 * cache-store.c   the file: making, opening, throwing away, transactions
 * cache-events.c  lines in, and what later events do to them
 * cache-change.c  an event applied to a message as JSON
 * cache-spans.c   which seqs are known, and up to which event; pages of them
 * cache-search.c  looking for words
 * cache-local.c   what sync taught, and what belongs to this computer */
#pragma once

#include "cache.h"

#include "sql/sql.h"

enum {
  C_BEGIN,
  C_COMMIT,
  C_ROLLBACK,
  C_META_GET,
  C_META_SET,
  C_LEARN,
  C_UNLEARN,
  C_LEARNED,
  C_LEARNED_ONE,
  C_EVENT_FIND,
  C_EVENT_TAKEN,
  C_EVENT_ADD,
  C_EVENT_CHANGE,
  C_EVENT_FORGET,
  C_EVENT_ALL,
  C_NEWEST_SET,
  C_NEWEST_FORGET,
  C_PREVIEWS,
  C_GRAM_ADD,
  C_GRAM_REMOVE,
  C_SPAN_ADD,
  C_SPAN_CUT,
  C_SPAN_TOUCHING,
  C_SPAN_SEEN,
  C_SPAN_ADVANCE,
  C_SPAN_FIND,
  C_SPAN_LAST,
  C_SPAN_CHANGED,
  C_SPAN_STALE,
  C_SPAN_FORGET,
  C_PAGE_BEFORE,
  C_PAGE_AFTER,
  C_SEARCH,
  C_SCAN,
  C_N_STATEMENTS
};

enum { LOCAL_SET, LOCAL_FORGET, LOCAL_FORGET_ALL, LOCAL_ALL, LOCAL_N_STATEMENTS };

typedef struct {
  char *path;     /* NULL: in memory */
  KithSql *sql;   /* NULL: there is no file that can be used just now */
  KithSql *local; /* what is not thrown away with it */
  gint64 me;
  gboolean writing;   /* a transaction is open */
  struct {
    gint64 conversation, first, last; /* of a run of pushed events that no span knows yet; conversation 0: none */
  } pushed;
  gboolean sync_lost; /* something that sync taught could not be kept: no rev may be kept either */
} KithCacheStore;

/* cache-store.c. Opening fails only when not even an empty file can be made. */
gboolean kith_cache_store_open (KithCacheStore *store, const char *path, GError **error);
void kith_cache_store_close (KithCacheStore *store);
void kith_cache_store_clear (KithCacheStore *store); /* an empty file in its place */
/* Begins a transaction unless one is open; FALSE: there is no file. */
gboolean kith_cache_store_begin (KithCacheStore *store);
void kith_cache_store_commit (KithCacheStore *store);
/* After a failed statement: the transaction is undone, a damaged file thrown away. Takes problem. FALSE. */
gboolean kith_cache_store_fail (KithCacheStore *store, GError *problem);

/* What stands in the file as JSON: an object, or NULL. */
json_object *kith_cache_parse (const char *text);
/* For the file. To be freed. */
char *kith_cache_format (json_object *object);

/* cache-events.c. All return FALSE with error when SQLite failed. */
gboolean kith_cache_store_event (KithCacheStore *store, gint64 conversation, json_object *event, GError **error);
gboolean kith_cache_store_apply (KithCacheStore *store, gint64 conversation, json_object *event, GError **error);
gboolean kith_cache_store_drop (KithCacheStore *store, gint64 conversation, GError **error);
json_object *kith_cache_store_previews (KithCacheStore *store, gint64 conversation, GError **error); /* of all: 0 */
#define KITH_HAS_LINK 1u
#define KITH_HAS_MENTION 2u
#define KITH_HAS_REPLY 4u

/* cache-change.c: what event does to message. me: whose reactions are "mine"; 0: not known. FALSE: nothing. */
gboolean kith_cache_change (json_object *message, json_object *event, gint64 me);

/* cache-spans.c */
/* A page came: current up to whatever was known then, or to newest, its own newest change. */
gboolean kith_cache_span_add (KithCacheStore *store, gint64 conversation, gint64 first, gint64 last, gint64 newest,
                              GError **error);
/* An event was pushed. Spans learn of it with those behind it, when they are settled: before anything else asks for
 * them, and before the transaction ends. */
gboolean kith_cache_span_advance (KithCacheStore *store, gint64 conversation, gint64 seq, GError **error);
gboolean kith_cache_span_settle (KithCacheStore *store, GError **error);
gboolean kith_cache_span_changed (KithCacheStore *store, gint64 conversation, gint64 after, gint64 upto, gint64 changed,
                                  GError **error);
gboolean kith_cache_span_stale (KithCacheStore *store, gint64 conversation, gint64 *changed, gint64 *upto,
                                GError **error);
/* page->events is the caller's. */
gboolean kith_cache_page (KithCacheStore *store, gint64 conversation, KithPageKind kind, gint64 anchor, guint limit,
                          KithCachedPage *page, GError **error);

/* cache-search.c. The array is the caller's. */
gboolean kith_cache_store_search (KithCacheStore *store, const KithCacheQuery *query, GCancellable *cancellable,
                                  json_object *hits, gboolean *more, GError **error);

/* cache-local.c */
gboolean kith_cache_store_learned (KithCacheStore *store, json_object *answer, GError **error);
/* Of one conversation. take: NULL when nothing is kept; the caller's. */
gboolean kith_cache_store_members (KithCacheStore *store, gint64 conversation, const char *answer, GError **error);
gboolean kith_cache_store_forget_members (KithCacheStore *store, gint64 conversation, GError **error);
json_object *kith_cache_store_take_members (KithCacheStore *store, gint64 conversation, GError **error);
json_object *kith_cache_store_take_learned (KithCacheStore *store, gint64 conversation, GError **error); /* of all: 0 */
gboolean kith_cache_local_open (KithCacheStore *store, GError **error);
gboolean kith_cache_store_set_local (KithCacheStore *store, const char *what, gint64 conversation, const char *value,
                                     GError **error);
gboolean kith_cache_store_forget_local (KithCacheStore *store, GError **error);
gboolean kith_cache_store_each_local (KithCacheStore *store, KithLocalFunc func, gpointer data, GError **error);
