/* cache.h - what a session has learned, in a SQLite file of its own, worked on by a thread of its own, so that the main
 * loop never waits for a disk. All of it can be fetched again: it is written lazily, and thrown away when it cannot be
 * read.
 *
 * Jobs are done in order. Callbacks come, each exactly once, on the main context that was the thread's default when the
 * cache was opened; those that are still due come before kith_cache_close returns, and none comes later.
 * The queue is bounded: a put waits in memory until KITH_CACHE_JOBS wait, then it blocks nobody but is dropped with
 * what it would have spared us to fetch (the span is not extended, so the log fetches it again). */
#pragma once

#include <gio/gio.h>
#include "proto/json.h"

#define KITH_CACHE_JOBS 4096

typedef struct _KithCache KithCache;

/* path NULL: in memory. Fails only when not even an empty one can be made. */
KithCache *kith_cache_open (const char *path, GError **error);
void kith_cache_close (KithCache *cache); /* does what waits, then ends; NULL is allowed */

/* Everything void (another history, another account) but what belongs to this computer. */
void kith_cache_clear (KithCache *cache);
/* Who we are: whose reactions are "mine" in what comes from now on. */
void kith_cache_set_me (KithCache *cache, gint64 account);

/* What sync taught: each is kept merged as one object a conversation and one a person, and given back on start as one
 * answer to sync (kith_client_learn). history and rev tell up to where. Callback: learned may be NULL (nothing kept).
 */
void kith_cache_put_learned (KithCache *cache, json_object *sync_answer);
json_object *kith_cache_take_learned (KithCache *cache); /* waits for the thread: at start only; the caller's */

/* Events of one conversation as the protocol has them (docs/protocol.md, Events): messages in their current state, and
 * the others. first, last: every event from first to last is in events, or known to be of no use (0, 0: single messages
 * out of the order). They extend or join the spans that are known. events is borrowed. */
void kith_cache_put_events (KithCache *cache, gint64 conversation, json_object *events, gint64 first, gint64 last);
/* An event that was pushed: kept, and applied to the message that it is about. */
void kith_cache_apply_event (KithCache *cache, gint64 conversation, json_object *event);
/* What the server answered to changed_after and upto: the messages up to upto that have changed behind after, complete
 * up to event changed. Until then load_changed asks for them again. */
void kith_cache_put_changed (KithCache *cache, gint64 conversation, json_object *events, gint64 after, gint64 upto,
                             gint64 changed);
/* Who is in a conversation, as an answer to `members` that is whole. Callback: NULL when nothing is kept; borrowed. */
void kith_cache_put_members (KithCache *cache, gint64 conversation, json_object *answer);
typedef void (*KithCachedMembersFunc) (json_object *answer, gpointer data);
void kith_cache_load_members (KithCache *cache, gint64 conversation, KithCachedMembersFunc func, gpointer data);
void kith_cache_drop_conversation (KithCache *cache, gint64 conversation);

typedef struct {
  json_object *events; /* array, ascending; messages and system lines, no edits or reactions; borrowed */
  gint64 first, last;  /* the span of seqs that is known without a gap around them; 0, 0: nothing */
  gboolean hole;       /* there is more in that direction, but not in the cache */
} KithCachedPage;
typedef void (*KithCachedPageFunc) (const KithCachedPage *page, gpointer data);

typedef enum { KITH_PAGE_NEWEST, KITH_PAGE_BEFORE, KITH_PAGE_AFTER, KITH_PAGE_AROUND } KithPageKind;
/* A page of up to limit lines of the span that holds anchor (NEWEST: the last span). */
void kith_cache_load (KithCache *cache, gint64 conversation, KithPageKind kind, gint64 anchor, guint limit,
                      KithCachedPageFunc func, gpointer data);
/* The newest message of each conversation, for previews. */
typedef void (*KithCachedEventsFunc) (json_object *events, gboolean more, gpointer data); /* each with conversation */
void kith_cache_load_previews (KithCache *cache, KithCachedEventsFunc func, gpointer data);
/* What is to be refreshed after a reconnect: up to which event everything that is kept is current, and up to which seq
 * there are messages that are no further. 0, 0: nothing is kept. */
void kith_cache_load_changed (KithCache *cache, gint64 conversation,
                              void (*func) (gint64 changed, gint64 upto, gpointer data), gpointer data);

/* Search with the index of parts of words; words of one and two characters are found too. Newest first. before_at: the
 * time of the last hit, for those before that moment; 0: newest. since <= at < until; 0: open. limit: at most 200; a
 * page may have more where many have one time. A search that is cancelled answers with what it has. */
typedef struct {
  const char *text;
  gint64 conversation, from, since, until;
  const char *has;
  gint64 before_at;
  guint limit;
} KithCacheQuery;
void kith_cache_search (KithCache *cache, const KithCacheQuery *query, GCancellable *cancellable,
                        KithCachedEventsFunc func, gpointer data);

/* Small things that belong to this computer: drafts, muted conversations, scroll positions. value NULL removes. They
 * are in a file of their own (local.db), which is never thrown away. */
void kith_cache_set_local (KithCache *cache, const char *what, gint64 conversation, const char *value);
void kith_cache_forget_local (KithCache *cache); /* all of them */
typedef void (*KithLocalFunc) (const char *what, gint64 conversation, const char *value, gpointer data);
void kith_cache_each_local (KithCache *cache, KithLocalFunc func,
                            gpointer data); /* waits for the thread: at start only */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithCache, kith_cache_close)
