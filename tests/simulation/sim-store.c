/* sim-store.c - the contract of store.h without threads: a batch is committed, and what it did is seen, when the
 * schedule has come to it. What it calls is the store's own: opening with its checks, the writer, the reader. */
#include "simulation/sim.h"

#include "store/store-private.h"
#include "store/store-writer.h"

#define COMMIT_US 8000
#define READ_US 4000

typedef struct {
  gint64 due_us;
  gpointer item; /* KithdChange, KithdRead */
} Due;

struct _KithdStore {
  char *file, *server_id, *history;
  gint64 rev;
  void (*on_ready) (gpointer data);
  gpointer data;
  KithdWriter *writer;
  KithdReader *reader;
  GQueue waiting, committed; /* KithdChange; Due */
  GQueue asked;              /* Due */
  GPtrArray *changes, *reads; /* finished */
  gint64 commit_us;          /* when the writer comes to what waits */
  gsize bytes;
};

static gboolean
read_facts (KithdStore *store, GError **error)
{
  g_autoptr (KithSql) sql = kith_sql_open (store->file, SQLITE_OPEN_READONLY, error);
  if (sql == NULL || !kith_sql_number (sql, KITHD_STORE_REV, &store->rev, error))
    return FALSE;
  store->server_id = kith_sql_text (sql, "SELECT value FROM meta WHERE key = 'server_id'", error);
  store->history = store->server_id != NULL ? kith_sql_text (sql, "SELECT value FROM meta WHERE key = 'history'", error) : NULL;
  return store->history != NULL;
}

KithdStore *
kithd_store_open (const KithdStoreOptions *options, GError **error)
{
  g_autoptr (KithdStore) store = g_new0 (KithdStore, 1);
  store->file = kithd_store_file (options->directory);
  store->on_ready = options->on_ready;
  store->data = options->data;
  store->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_change_free);
  store->reads = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_read_free);
  if (!kithd_journal_secure (store->file, error) || !kithd_examine (store->file, FALSE, error) || !kithd_store_bring_up_to_date (store->file, error) ||
      !read_facts (store, error))
    return NULL;
  store->writer = kithd_writer_open (store->file, options->keep_versions, error);
  store->reader = store->writer != NULL ? kithd_reader_open (store->file, error) : NULL;
  return store->reader != NULL ? g_steal_pointer (&store) : NULL;
}

static void
free_due_change (gpointer data)
{
  kithd_change_free (((Due *) data)->item);
  g_free (data);
}

static void
free_due_read (gpointer data)
{
  kithd_read_free (((Due *) data)->item);
  g_free (data);
}

static void
wait_for (GQueue *queue, gint64 delay_us, gpointer item)
{
  const Due *last = g_queue_peek_tail (queue);
  Due due = {sim_host.now_us + delay_us, item};
  if (last != NULL)
    due.due_us = MAX (due.due_us, last->due_us);
  g_queue_push_tail (queue, g_memdup2 (&due, sizeof due));
}

/* Some of what waits, at least one. */
static void
commit_batch (KithdStore *store)
{
  guint n = sim_chance (50) ? store->waiting.length : sim_pick (1, store->waiting.length);
  g_autoptr (GPtrArray) batch = g_ptr_array_new ();
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (batch, g_queue_pop_head (&store->waiting));
  kithd_writer_apply (store->writer, batch);
  if (g_queue_is_empty (&store->waiting))
    kithd_writer_rest (store->writer);
  gint64 delay = sim_pick (0, COMMIT_US);
  for (guint i = 0; i < n; i++)
    wait_for (&store->committed, delay, batch->pdata[i]);
  store->commit_us = sim_host.now_us + sim_pick (100, COMMIT_US);
}

void
kithd_store_close (KithdStore *store)
{
  if (store == NULL)
    return;
  while (!sim_disk.off && store->writer != NULL && store->waiting.length > 0)
    commit_batch (store);
  kithd_reader_close (store->reader);
  kithd_writer_close (store->writer);
  g_queue_clear_full (&store->waiting, (GDestroyNotify) kithd_change_free);
  g_queue_clear_full (&store->committed, free_due_change);
  g_queue_clear_full (&store->asked, free_due_read);
  g_ptr_array_unref (store->changes);
  g_ptr_array_unref (store->reads);
  g_free (store->file);
  g_free (store->server_id);
  g_free (store->history);
  g_free (store);
}

static gboolean
take_due (GQueue *queue, GPtrArray *out)
{
  guint before = out->len;
  const Due *head;
  while ((head = g_queue_peek_head (queue)) != NULL && head->due_us <= sim_host.now_us) {
    g_ptr_array_add (out, head->item);
    g_free (g_queue_pop_head (queue));
  }
  return out->len > before;
}

static gboolean
answer_reads (KithdStore *store)
{
  guint before = store->reads->len;
  take_due (&store->asked, store->reads);
  for (guint i = before; i < store->reads->len; i++)
    kithd_reader_answer (store->reader, store->reads->pdata[i]);
  return store->reads->len > before;
}

void
sim_store_work (KithdStore *store)
{
  if (store->waiting.length > 0 && store->commit_us <= sim_host.now_us)
    commit_batch (store);
  if (!sim_disk.off && store->writer->erased && sim_chance (5))
    kithd_writer_clean (store->writer);
  gboolean ready = answer_reads (store);
  if (take_due (&store->committed, store->changes) || ready)
    store->on_ready (store->data);
}

gboolean
sim_store_is_unsound (const KithdStore *store)
{
  return store->writer->unsound;
}

gint64
sim_store_due (KithdStore *store)
{
  const Due *committed = g_queue_peek_head (&store->committed), *asked = g_queue_peek_head (&store->asked);
  gint64 due = store->waiting.length > 0 ? store->commit_us : G_MAXINT64;
  due = committed != NULL ? MIN (due, committed->due_us) : due;
  return asked != NULL ? MIN (due, asked->due_us) : due;
}

gboolean
kithd_store_load (KithdStore *store, const KithdStoreSink *sink, gpointer data, GError **error)
{
  g_autoptr (KithSql) sql = kith_sql_open (store->file, SQLITE_OPEN_READONLY, error);
  return sql != NULL && kithd_load (sql, sink, data, error);
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
  return 0;
}

gint64
kithd_store_rev (const KithdStore *store)
{
  return store->rev;
}

void
kithd_store_submit (KithdStore *store, GPtrArray *changes)
{
  if (store->waiting.length == 0)
    store->commit_us = MAX (store->commit_us, sim_host.now_us);
  gsize n = 0;
  g_autofree gpointer *items = g_ptr_array_steal (changes, &n);
  g_ptr_array_unref (changes);
  for (gsize i = 0; i < n; i++) {
    store->bytes += kithd_change_weigh (items[i]);
    g_queue_push_tail (&store->waiting, items[i]);
  }
}

GPtrArray *
kithd_store_take_changes (KithdStore *store)
{
  GPtrArray *finished = store->changes;
  store->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_change_free);
  for (guint i = 0; i < finished->len; i++)
    store->bytes -= ((KithdChange *) finished->pdata[i])->bytes;
  return finished;
}

void
kithd_store_take_commits (KithdStore *store, GArray *us)
{
}

gsize
kithd_store_queued (KithdStore *store)
{
  return store->bytes;
}

void
kithd_store_read (KithdStore *store, KithdRead *read)
{
  wait_for (&store->asked, sim_pick (0, READ_US), read);
}

GPtrArray *
kithd_store_take_reads (KithdStore *store)
{
  GPtrArray *finished = store->reads;
  store->reads = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_read_free);
  return finished;
}

guint
kithd_store_reads_queued (KithdStore *store)
{
  return store->asked.length;
}

gboolean
kithd_store_settle_index (KithdStore *store)
{
  return TRUE;
}
