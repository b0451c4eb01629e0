/* store-sqlite.c - the store on SQLite: opening, and two lanes between the loop and its threads. */
#include "store/store-private.h"

#include "base/prompt.h"
#include "store/store-gather.h"
#include "store/store-writer.h"

#define BATCH_CHANGES 4000
#define BATCH_BYTES (4 * 1024 * 1024)

/* Once text was deleted the journal is emptied: as soon as it is quiet, at the latest after a while, again when a
 * reader was in the way. */
#define NEWEST \
  "SELECT max ((SELECT coalesce (max (at), 0) FROM conversation), (SELECT coalesce (max (seen), 0) FROM device))"
#define CLEAN_QUIET G_TIME_SPAN_SECOND
#define CLEAN_LATEST (15 * G_TIME_SPAN_MINUTE)
#define CLEAN_AGAIN G_TIME_SPAN_MINUTE

#define SETTLE_AFTER (2 * G_TIME_SPAN_SECOND) /* messages are put into their places; the index finds them there */

/* What waits for a thread and what it has finished. */
typedef struct {
  GMutex mutex;
  GCond changed;
  GQueue waiting;
  GPtrArray *finished;
  GDestroyNotify free_item;
  gsize bytes; /* of changes that are not finished */
  guint count; /* of items that are not finished */
  gboolean stop;
} Lane;

#define COMMITS_KEPT 1024 /* times that nobody took; later ones are not kept */

struct _KithdStore {
  char *directory, *file, *server_id, *history;
  gboolean keep_versions;
  void (*on_ready) (gpointer data);
  gpointer data;
  KithdStoreLock *lock;
  KithdWriter *writer;
  KithdReader *reader;
  KithdIndexer *indexer;
  gint64 rev;
  gint64 newest; /* of what it held at open, ms since 1970 */
  Lane changes, reads;
  GArray *commits;     /* gint64 us, under the mutex of changes */
  KithdRead *copying;  /* the backup that the reader is at, or NULL */
  KithdGather gather;  /* of the writer's thread */
  gint64 came;         /* monotonic: when the last changes did; under the mutex of changes */
  guint awaited;       /* changes that have to wait until the writer is woken for them; under the mutex of changes */
  gint64 settle_at;    /* monotonic; 0: all messages are in their places */
  guint settles;       /* how often it was tried */
  GCond settled;       /* the writer has finished something; both under the mutex of changes */
  gint64 patience;     /* of quiet before the journal is emptied */
  gint64 clean_latest; /* 0: it need not be */
  GThread *writer_thread, *reader_thread;
};

static void
lane_init (Lane *lane, GDestroyNotify free_item)
{
  g_mutex_init (&lane->mutex);
  g_cond_init (&lane->changed);
  g_queue_init (&lane->waiting);
  lane->free_item = free_item;
  lane->finished = g_ptr_array_new_with_free_func (free_item);
}

static void
lane_clear (Lane *lane)
{
  g_queue_clear_full (&lane->waiting, lane->free_item); /* reads; the writer ends when no change waits */
  g_ptr_array_unref (lane->finished);
  g_cond_clear (&lane->changed);
  g_mutex_clear (&lane->mutex);
}

static void
lane_stop (Lane *lane, GThread *thread)
{
  if (thread == NULL)
    return;
  g_mutex_lock (&lane->mutex);
  lane->stop = TRUE;
  g_cond_signal (&lane->changed);
  g_mutex_unlock (&lane->mutex);
  g_thread_join (thread);
}

static GPtrArray *
lane_take (Lane *lane)
{
  g_mutex_lock (&lane->mutex);
  GPtrArray *finished = lane->finished;
  lane->finished = g_ptr_array_new_with_free_func (lane->free_item);
  g_mutex_unlock (&lane->mutex);
  return finished;
}

/* Takes what is in items. */
static void
lane_finish (Lane *lane, GPtrArray *items, gsize bytes)
{
  g_mutex_lock (&lane->mutex);
  lane->bytes -= bytes;
  lane->count -= items->len;
  g_ptr_array_extend_and_steal (lane->finished, items);
  g_mutex_unlock (&lane->mutex);
}

/* The writer's thread: a batch is whatever has come since the last one, up to a bound. */

static GPtrArray *
pop_batch (Lane *lane, gsize *bytes)
{
  GPtrArray *batch = g_ptr_array_new_with_free_func (lane->free_item);
  *bytes = 0;
  while (!g_queue_is_empty (&lane->waiting) && batch->len < BATCH_CHANGES && *bytes < BATCH_BYTES) {
    KithdChange *change = g_queue_pop_head_link (&lane->waiting)->data;
    *bytes += change->bytes;
    g_ptr_array_add (batch, change);
  }
  return batch;
}

/* When the journal is to be emptied (monotonic); 0: it need not be. */
static gint64
clean_time (KithdStore *store)
{
  gint64 now = g_get_monotonic_time ();
  if (!store->writer->erased)
    store->clean_latest = 0;
  else if (store->clean_latest == 0)
    store->clean_latest = now + CLEAN_LATEST;
  return store->writer->erased ? MIN (now + store->patience, store->clean_latest) : 0;
}

static void
clean (KithdStore *store)
{
  g_mutex_unlock (&store->changes.mutex);
  store->patience = kithd_writer_clean (store->writer) ? CLEAN_QUIET : CLEAN_AGAIN;
  store->clean_latest = 0;
  g_mutex_lock (&store->changes.mutex);
}

/* After the writer's work; the mutex is held. The index follows what is in its place. */
static void
note_unsettled (KithdStore *store)
{
  if (store->writer->unsettled == 0)
    store->settle_at = 0;
  else if (store->settle_at == 0)
    store->settle_at = g_get_monotonic_time () + SETTLE_AFTER;
  if (store->settle_at == 0)
    kithd_indexer_poke (store->indexer, store->writer->committed_rev);
}

static void
settle (KithdStore *store)
{
  g_mutex_unlock (&store->changes.mutex);
  kithd_writer_settle (store->writer);
  g_mutex_lock (&store->changes.mutex);
  store->settle_at = 0;
  store->settles++;
  note_unsettled (store);
  g_cond_broadcast (&store->settled);
}

typedef enum { WORK_WRITE, WORK_SETTLE, WORK_CLEAN, WORK_END } Work;

/* The earlier one; 0: never. */
static gint64
sooner (gint64 one, gint64 other)
{
  return one == 0 || (other != 0 && other < one) ? other : one;
}

/* Until something changes: every change that comes, or while it gathers the last one of those that it waits for. */
static void
wait_until (KithdStore *store, gint64 due, gboolean gathers)
{
  Lane *lane = &store->changes;
  store->awaited = gathers ? store->gather.under_way : 1;
  if (due != 0)
    g_cond_wait_until (&lane->changed, &lane->mutex, due);
  else
    g_cond_wait (&lane->changed, &lane->mutex);
}

/* What the writer has to do next; waits until there is something. */
static Work
wait_for_work (KithdStore *store)
{
  Lane *lane = &store->changes;
  gint64 clean_at = clean_time (store);
  while (TRUE) {
    guint waiting = g_queue_get_length (&lane->waiting);
    gint64 now = g_get_monotonic_time (), until = waiting > 0 ? kithd_gather_until (&store->gather, waiting, store->came) : 0;
    if (lane->stop)
      return waiting == 0 ? WORK_END : WORK_WRITE;
    if (store->settle_at != 0 && store->settle_at <= now)
      return WORK_SETTLE;
    if (clean_at != 0 && clean_at <= now)
      return WORK_CLEAN;
    if (waiting > 0 && until <= now)
      return WORK_WRITE;
    wait_until (store, sooner (until, sooner (store->settle_at, clean_at)), waiting > 0);
  }
}

/* Before anybody hears of it. */
static void
note_commit (KithdStore *store, gint64 took_us)
{
  g_mutex_lock (&store->changes.mutex);
  if (store->commits->len < COMMITS_KEPT)
    g_array_append_val (store->commits, took_us);
  note_unsettled (store);
  g_mutex_unlock (&store->changes.mutex);
}

static void
rest (KithdStore *store)
{
  g_mutex_unlock (&store->changes.mutex);
  kithd_writer_rest (store->writer);
  g_mutex_lock (&store->changes.mutex);
  note_unsettled (store);
}

static void
write_batch (KithdStore *store)
{
  gsize bytes;
  GPtrArray *batch = pop_batch (&store->changes, &bytes);
  guint n = batch->len;
  g_mutex_unlock (&store->changes.mutex);
  gint64 began = g_get_monotonic_time ();
  kithd_writer_apply (store->writer, batch);
  note_commit (store, g_get_monotonic_time () - began);
  lane_finish (&store->changes, batch, bytes);
  store->on_ready (store->data);
  g_mutex_lock (&store->changes.mutex);
  kithd_gather_note (&store->gather, n, g_queue_get_length (&store->changes.waiting), g_get_monotonic_time ());
  if (g_queue_is_empty (&store->changes.waiting))
    rest (store);
  g_cond_broadcast (&store->settled);
}

static gpointer
write_changes (gpointer data)
{
  static void (*const works[]) (KithdStore *) = {[WORK_WRITE] = write_batch, [WORK_SETTLE] = settle, [WORK_CLEAN] = clean};
  KithdStore *store = data;
  Work work;
  kith_prompt_thread ();
  g_mutex_lock (&store->changes.mutex);
  while ((work = wait_for_work (store)) != WORK_END)
    works[work](store);
  g_mutex_unlock (&store->changes.mutex);
  return NULL;
}

/* The reader's thread: one after the other; a backup goes on a little between them. */

static void
finish_read (KithdStore *store, KithdRead *read)
{
  GPtrArray *one = g_ptr_array_new ();
  g_ptr_array_add (one, read);
  lane_finish (&store->reads, one, 0);
  store->on_ready (store->data);
}

/* read may be NULL: nothing new. */
static void
work_reads (KithdStore *store, KithdRead *read)
{
  if (read != NULL && kithd_reader_answer (store->reader, read))
    finish_read (store, read);
  else if (read != NULL)
    store->copying = read;
  if (store->copying != NULL && kithd_reader_go_on (store->reader))
    finish_read (store, g_steal_pointer (&store->copying));
}

static gpointer
answer_reads (gpointer data)
{
  KithdStore *store = data;
  Lane *lane = &store->reads;
  g_mutex_lock (&lane->mutex);
  while (!lane->stop) {
    KithdRead *read = g_queue_pop_head (&lane->waiting);
    if (read == NULL && store->copying == NULL) {
      g_cond_wait (&lane->changed, &lane->mutex);
      continue;
    }
    g_mutex_unlock (&lane->mutex);
    work_reads (store, read);
    g_mutex_lock (&lane->mutex);
  }
  g_mutex_unlock (&lane->mutex);
  return NULL;
}

/* Opening. */

static gboolean
read_facts (KithdStore *store, GError **error)
{
  g_autoptr (KithSql) sql = kith_sql_open (store->file, SQLITE_OPEN_READONLY, error);
  if (sql == NULL)
    return FALSE;
  store->server_id = kith_sql_text (sql, "SELECT value FROM meta WHERE key = 'server_id'", error);
  store->history =
      store->server_id != NULL ? kith_sql_text (sql, "SELECT value FROM meta WHERE key = 'history'", error) : NULL;
  return store->history != NULL && kith_sql_number (sql, KITHD_STORE_REV, &store->rev, error) &&
         kith_sql_number (sql, NEWEST, &store->newest, error);
}

static gboolean
open_connections (KithdStore *store, GError **error)
{
  GError *problem = NULL;
  if (kithd_store_bring_up_to_date (store->file, &problem) &&
      (store->writer = kithd_writer_open (store->file, store->keep_versions, &problem)) != NULL &&
      (store->reader = kithd_reader_open (store->file, &problem)) != NULL && read_facts (store, &problem))
    return TRUE;
  kithd_examine_explain (store->file, problem, error);
  return FALSE;
}

static gboolean
start_thread (KithdStore *store, const char *name, GThreadFunc run, GThread **out, GError **error)
{
  *out = g_thread_try_new (name, run, store, error);
  if (*out == NULL)
    g_prefix_error (error, "The store cannot start a thread. Raise the limit of processes (ulimit -u, TasksMax=). ");
  return *out != NULL;
}

KithdStore *
kithd_store_open (const KithdStoreOptions *options, GError **error)
{
  g_autoptr (KithdStore) store = g_new0 (KithdStore, 1);
  store->directory = g_strdup (options->directory);
  store->file = kithd_store_file (options->directory);
  store->keep_versions = options->keep_versions;
  store->on_ready = options->on_ready;
  store->data = options->data;
  store->patience = CLEAN_QUIET;
  store->commits = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_cond_init (&store->settled);
  lane_init (&store->changes, (GDestroyNotify) kithd_change_free);
  lane_init (&store->reads, (GDestroyNotify) kithd_read_free);
  store->lock = kithd_store_lock (store->directory, error);
  if (store->lock == NULL || !kithd_store_prepare (store->directory, store->file, error) ||
      !open_connections (store, error))
    return NULL;
  store->indexer = kithd_indexer_start (store->directory, store->file, store->history, options->index_clean);
  kithd_reader_set_index (store->reader, kithd_indexer_file (store->indexer));
  if (!start_thread (store, "store-writer", write_changes, &store->writer_thread, error) ||
      !start_thread (store, "store-reader", answer_reads, &store->reader_thread, error))
    return NULL;
  return g_steal_pointer (&store);
}

/* The writer goes last: whoever closes the last connection moves the journal into the database. */
void
kithd_store_close (KithdStore *store)
{
  if (store == NULL)
    return;
  lane_stop (&store->changes, store->writer_thread);
  lane_stop (&store->reads, store->reader_thread);
  kithd_reader_close (store->reader);
  kithd_indexer_stop (store->indexer);
  kithd_writer_close (store->writer);
  kithd_store_unlock (store->lock);
  lane_clear (&store->changes);
  lane_clear (&store->reads);
  g_cond_clear (&store->settled);
  kithd_read_free (store->copying);
  g_array_unref (store->commits);
  g_free (store->directory);
  g_free (store->file);
  g_free (store->server_id);
  g_free (store->history);
  g_free (store);
}

gboolean
kithd_store_load (KithdStore *store, const KithdStoreSink *sink, gpointer data, GError **error)
{
  GError *problem = NULL;
  g_autoptr (KithSql) sql = kith_sql_open (store->file, SQLITE_OPEN_READONLY, &problem);
  if (sql != NULL && kithd_load (sql, sink, data, &problem))
    return TRUE;
  kithd_examine_explain (store->file, problem, error);
  return FALSE;
}

const char *
kithd_store_server_id (const KithdStore *store)
{
  return store->server_id;
}

const char *
kithd_store_history (const KithdStore *store)
{
  return store->history;
}

gint64
kithd_store_newest (const KithdStore *store)
{
  return store->newest;
}

gint64
kithd_store_rev (const KithdStore *store)
{
  return store->rev;
}

void
kithd_store_submit (KithdStore *store, GPtrArray *changes)
{
  gsize n = 0;
  g_autofree gpointer *items = g_ptr_array_steal (changes, &n);
  g_ptr_array_unref (changes);
  g_mutex_lock (&store->changes.mutex);
  for (gsize i = 0; i < n; i++) {
    KithdChange *change = items[i];
    store->changes.bytes += kithd_change_weigh (change);
    store->changes.count++;
    g_queue_push_tail_link (&store->changes.waiting, &change->link);
  }
  store->came = g_get_monotonic_time ();
  gboolean wakes = g_queue_get_length (&store->changes.waiting) >= store->awaited;
  g_mutex_unlock (&store->changes.mutex);
  if (wakes)
    g_cond_signal (&store->changes.changed); /* who wakes up finds the mutex free */
}

GPtrArray *
kithd_store_take_changes (KithdStore *store)
{
  return lane_take (&store->changes);
}

void
kithd_store_take_commits (KithdStore *store, GArray *us)
{
  g_mutex_lock (&store->changes.mutex);
  g_array_append_vals (us, store->commits->data, store->commits->len);
  g_array_set_size (store->commits, 0);
  g_mutex_unlock (&store->changes.mutex);
}

gsize
kithd_store_queued (KithdStore *store)
{
  g_mutex_lock (&store->changes.mutex);
  gsize bytes = store->changes.bytes;
  g_mutex_unlock (&store->changes.mutex);
  return bytes;
}

void
kithd_store_read (KithdStore *store, KithdRead *read)
{
  g_mutex_lock (&store->reads.mutex);
  store->reads.count++;
  g_queue_push_tail (&store->reads.waiting, read);
  g_mutex_unlock (&store->reads.mutex);
  g_cond_signal (&store->reads.changed);
}

GPtrArray *
kithd_store_take_reads (KithdStore *store)
{
  return lane_take (&store->reads);
}

guint
kithd_store_reads_queued (KithdStore *store)
{
  g_mutex_lock (&store->reads.mutex);
  guint count = store->reads.count;
  g_mutex_unlock (&store->reads.mutex);
  return count;
}

gboolean
kithd_store_settle (KithdStore *store)
{
  Lane *lane = &store->changes;
  g_mutex_lock (&lane->mutex);
  guint tried = store->settles;
  while (lane->count > 0 || (store->settle_at != 0 && store->settles == tried)) {
    store->settle_at = MIN (store->settle_at, 1);
    g_cond_signal (&lane->changed);
    g_cond_wait (&store->settled, &lane->mutex);
  }
  gboolean done = store->settle_at == 0;
  g_mutex_unlock (&lane->mutex);
  return done;
}

gboolean
kithd_store_settle_index (KithdStore *store)
{
  return kithd_store_settle (store) && kithd_indexer_settle (store->indexer);
}
