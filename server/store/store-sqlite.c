/* store-sqlite.c - the store on SQLite: opening, and lanes between the loop and its threads. */
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

/* What a thread reads with a connection of its own. Searches have another one than all else: some take their 0.1 s. */
typedef struct {
  KithdStore *store;
  Lane lane;
  KithdReader *reader;
  KithdRead *copying; /* the backup that it is at, or NULL */
  GThread *thread;
} Reading;

enum { READING_PAGES, READING_SEARCHES, READINGS };

#define COMMITS_KEPT 1024 /* times that nobody took; later ones are not kept */

struct _KithdStore {
  char *directory, *file, *server_id, *history;
  gboolean keep_versions;
  void (*on_ready) (gpointer data);
  gpointer data;
  KithdStoreLock *lock;
  KithdWriter *writer;
  KithdIndexer *indexer;
  KithdFeed feed; /* committed, and not yet told the indexer because it is not in its place */
  gint64 rev;
  gint64 newest; /* of what it held at open, ms since 1970 */
  Lane changes;
  Reading readings[READINGS];
  GArray *commits;     /* gint64 us, under the mutex of changes */
  KithdGather gather;  /* of the writer's thread */
  gint64 came;         /* monotonic: when the last changes did; under the mutex of changes */
  guint awaited;       /* changes that have to wait until the writer is woken for them; under the mutex of changes */
  gint64 settle_at;    /* monotonic; 0: all messages are in their places */
  guint settles;       /* how often it was tried */
  GCond settled;       /* the writer has finished something; both under the mutex of changes */
  gint64 patience;     /* of quiet before the journal is emptied */
  gint64 clean_latest; /* 0: it need not be */
  GThread *writer_thread;
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

static guint
lane_count (Lane *lane)
{
  g_mutex_lock (&lane->mutex);
  guint count = lane->count;
  g_mutex_unlock (&lane->mutex);
  return count;
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
    kithd_indexer_poke (store->indexer, store->writer->committed_rev, &store->feed);
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
  kithd_feed_note (&store->feed, batch);
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

/* A reader's thread: one after the other; a backup goes on a little between them. */

static void
finish_read (Reading *reading, KithdRead *read)
{
  GPtrArray *one = g_ptr_array_new ();
  g_ptr_array_add (one, read);
  lane_finish (&reading->lane, one, 0);
  reading->store->on_ready (reading->store->data);
}

/* read may be NULL: nothing new. */
static void
work_reads (Reading *reading, KithdRead *read)
{
  if (read != NULL && kithd_reader_answer (reading->reader, read))
    finish_read (reading, read);
  else if (read != NULL)
    reading->copying = read;
  if (reading->copying != NULL && kithd_reader_go_on (reading->reader))
    finish_read (reading, g_steal_pointer (&reading->copying));
}

static gpointer
answer_reads (gpointer data)
{
  Reading *reading = data;
  Lane *lane = &reading->lane;
  g_mutex_lock (&lane->mutex);
  while (!lane->stop) {
    KithdRead *read = g_queue_pop_head (&lane->waiting);
    if (read == NULL && reading->copying == NULL) {
      g_cond_wait (&lane->changed, &lane->mutex);
      continue;
    }
    g_mutex_unlock (&lane->mutex);
    work_reads (reading, read);
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
open_readers (KithdStore *store, GError **error)
{
  for (guint i = 0; i < READINGS; i++)
    if ((store->readings[i].reader = kithd_reader_open (store->file, error)) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
open_connections (KithdStore *store, GError **error)
{
  GError *problem = NULL;
  if (kithd_store_bring_up_to_date (store->file, &problem) &&
      (store->writer = kithd_writer_open (store->file, store->keep_versions, &problem)) != NULL &&
      open_readers (store, &problem) && read_facts (store, &problem))
    return TRUE;
  kithd_examine_explain (store->file, problem, error);
  return FALSE;
}

static gboolean
start_thread (const char *name, GThreadFunc run, gpointer data, GThread **out, GError **error)
{
  *out = g_thread_try_new (name, run, data, error);
  if (*out == NULL)
    g_prefix_error (error, "The store cannot start a thread. Raise the limit of processes (ulimit -u, TasksMax=). ");
  return *out != NULL;
}

static gboolean
start_threads (KithdStore *store, GError **error)
{
  static const char *const names[READINGS] = {"store-reader", "store-searcher"};
  for (guint i = 0; i < READINGS; i++)
    if (!start_thread (names[i], answer_reads, &store->readings[i], &store->readings[i].thread, error))
      return FALSE;
  return start_thread ("store-writer", write_changes, store, &store->writer_thread, error);
}

KithdStore *
kithd_store_open (const KithdStoreOptions *options, GError **error)
{
  g_autoptr (KithdStore) store = g_new0 (KithdStore, 1);
  kithd_feed_init (&store->feed);
  store->directory = g_strdup (options->directory);
  store->file = kithd_store_file (options->directory);
  store->keep_versions = options->keep_versions;
  store->on_ready = options->on_ready;
  store->data = options->data;
  store->patience = CLEAN_QUIET;
  store->commits = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_cond_init (&store->settled);
  lane_init (&store->changes, (GDestroyNotify) kithd_change_free);
  for (guint i = 0; i < READINGS; i++) {
    store->readings[i].store = store;
    lane_init (&store->readings[i].lane, (GDestroyNotify) kithd_read_free);
  }
  store->lock = kithd_store_lock (store->directory, error);
  if (store->lock == NULL || !kithd_store_prepare (store->directory, store->file, error) ||
      !open_connections (store, error))
    return NULL;
  store->indexer = kithd_indexer_start (store->directory, store->file, store->history, options->index_clean);
  kithd_reader_set_index (store->readings[READING_SEARCHES].reader, kithd_indexer_file (store->indexer), options->search_time);
  return start_threads (store, error) ? g_steal_pointer (&store) : NULL;
}

/* The writer goes last: whoever closes the last connection moves the journal into the database. */
void
kithd_store_close (KithdStore *store)
{
  if (store == NULL)
    return;
  lane_stop (&store->changes, store->writer_thread);
  for (guint i = 0; i < READINGS; i++) {
    lane_stop (&store->readings[i].lane, store->readings[i].thread);
    kithd_reader_close (store->readings[i].reader);
    kithd_read_free (store->readings[i].copying);
    lane_clear (&store->readings[i].lane);
  }
  kithd_indexer_stop (store->indexer);
  kithd_feed_clear (&store->feed);
  kithd_writer_close (store->writer);
  kithd_store_unlock (store->lock);
  lane_clear (&store->changes);
  g_cond_clear (&store->settled);
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
  Lane *lane = &store->readings[read->kind == KITHD_READ_SEARCH ? READING_SEARCHES : READING_PAGES].lane;
  g_mutex_lock (&lane->mutex);
  lane->count++;
  g_queue_push_tail (&lane->waiting, read);
  g_mutex_unlock (&lane->mutex);
  g_cond_signal (&lane->changed);
}

GPtrArray *
kithd_store_take_reads (KithdStore *store)
{
  GPtrArray *finished = lane_take (&store->readings[READING_PAGES].lane);
  g_ptr_array_extend_and_steal (finished, lane_take (&store->readings[READING_SEARCHES].lane));
  return finished;
}

guint
kithd_store_reads_queued (KithdStore *store)
{
  return lane_count (&store->readings[READING_PAGES].lane) + lane_count (&store->readings[READING_SEARCHES].lane);
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
