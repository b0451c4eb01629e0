/* store-take.c - one batch into the index: the grams and rows of messages, how far the log was followed; and out of it what the log has dropped. */
#include "store/store-indexer.h"

#include "sql/sql-gram.h"

#define OLD_AT_ONCE 10000

static gboolean
note_erased (KithdIndexer *indexer, GError **error)
{
  if (indexer->erased != 0)
    return TRUE;
  indexer->erased = MAX (g_get_real_time () / 1000, 1);
  return kith_sql_run (indexer->sql, I_META_SET, NULL, error, "ti", "erased", indexer->erased);
}

static gboolean
remove_doc (KithdIndexer *indexer, gint64 rev, const char *document, GError **error)
{
  return kith_sql_run (indexer->sql, I_GRAM_REMOVE, NULL, error, "it", rev, document) &&
         kith_sql_run (indexer->sql, I_DOC_REMOVE, NULL, error, "i", rev) && note_erased (indexer, error);
}

/* What the index has of the message; NULL: nothing, or error. */
static char *
find_document (KithdIndexer *indexer, gint64 rev, GError **error)
{
  char *document = NULL;
  if (rev > indexer->newest)
    return NULL;
  sqlite3_stmt *row = kith_sql_start (indexer->sql, I_DOC_FIND, "i", rev);
  if (kith_sql_next (indexer->sql, row, error)) {
    const char *text = kith_sql_column_text (row, 3);
    document = kithd_gram_document (sqlite3_column_int64 (row, 0), sqlite3_column_int64 (row, 1),
                                    (guint) sqlite3_column_int64 (row, 2), text != NULL ? text : "");
  }
  sqlite3_reset (row);
  return document;
}

/* What the index is told of the message; its row follows (add_docs). *add: it gets one. */
static gboolean
store_doc (KithdIndexer *indexer, const KithdDoc *doc, gboolean *add, GError **error)
{
  GError *problem = NULL;
  g_autofree char *known = find_document (indexer, doc->rev, &problem);
  g_autofree char *wanted =
      doc->text != NULL ? kithd_gram_document (doc->conversation, doc->sender, doc->has, doc->text) : NULL;
  *add = FALSE;
  if (problem != NULL)
    return kith_sql_done (problem, error);
  if (g_strcmp0 (known, wanted) == 0)
    return TRUE;
  if (known != NULL && !remove_doc (indexer, doc->rev, known, error))
    return FALSE;
  indexer->newest = MAX (indexer->newest, doc->rev);
  *add = wanted != NULL;
  return wanted == NULL || kith_sql_run (indexer->sql, I_GRAM_ADD, NULL, error, "it", doc->rev, wanted);
}

/* Appends the revs of the oldest messages that the log has dropped, at most OLD_AT_ONCE. */
static gboolean
find_old (KithdIndexer *indexer, const KithdProgress *progress, GArray *revs, GError **error)
{
  GError *problem = NULL;
  g_autoptr (GString) query = g_string_new (NULL);
  kith_gram_ask_tag (query, "", 'c', progress->conversation);
  sqlite3_stmt *row = kith_sql_start (indexer->sql, I_DOC_OLD, "ti", query->str, (gint64) OLD_AT_ONCE);
  while (kith_sql_next (indexer->sql, row, &problem) && sqlite3_column_int64 (row, 1) < progress->first) {
    gint64 rev = sqlite3_column_int64 (row, 0);
    g_array_append_val (revs, rev);
  }
  sqlite3_reset (row);
  return kith_sql_done (problem, error);
}

static gboolean
remove_old (KithdIndexer *indexer, const KithdProgress *progress, GError **error)
{
  const KithdProgress *known = g_hash_table_lookup (indexer->progress, &progress->conversation);
  g_autoptr (GArray) revs = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (known == NULL || known->first >= progress->first)
    return TRUE;
  do {
    g_array_set_size (revs, 0);
    if (!find_old (indexer, progress, revs, error))
      return FALSE;
    for (guint i = 0; i < revs->len; i++) {
      gint64 rev = g_array_index (revs, gint64, i);
      g_autofree char *document = find_document (indexer, rev, error);
      if (document == NULL || !remove_doc (indexer, rev, document, error))
        return FALSE;
    }
  } while (revs->len == OLD_AT_ONCE);
  return TRUE;
}

static gint
compare_docs (gconstpointer a, gconstpointer b)
{
  gint64 left = ((const KithdDoc *) a)->rev, right = ((const KithdDoc *) b)->rev;
  return (left > right) - (left < right);
}

/* What was handed over is in order already. */
static void
sort_docs (GArray *docs)
{
  for (guint i = 1; i < docs->len; i++)
    if (compare_docs (&g_array_index (docs, KithdDoc, i - 1), &g_array_index (docs, KithdDoc, i)) > 0) {
      g_array_sort (docs, compare_docs);
      return;
    }
}

/* Ascending, because FTS5 writes what it has gathered whenever it is told of an older row. A message that was touched is there more than once. */
static gboolean
store_docs (KithdIndexer *indexer, GArray *docs, GPtrArray *added, GError **error)
{
  gint64 before = 0;
  gboolean add;
  sort_docs (docs);
  for (guint i = 0; i < docs->len; i++) {
    KithdDoc *doc = &g_array_index (docs, KithdDoc, i);
    if (doc->rev == before)
      continue;
    if (!store_doc (indexer, doc, &add, error))
      return FALSE;
    if (add)
      g_ptr_array_add (added, doc);
    before = doc->rev;
    kithd_indexer_rest (indexer);
  }
  return TRUE;
}

static void
bind_doc (KithdIndexer *indexer, guint id, guint place, const KithdDoc *doc)
{
  kith_sql_bind (indexer->sql, id, (int) place * KITHD_DOC_COLUMNS + 1, "iiiiiit", doc->rev, doc->conversation, doc->seq, doc->sender,
                 (gint64) doc->has, doc->at, doc->text);
}

/* Many at a time: a statement costs as much as a row or two. */
static gboolean
add_docs (KithdIndexer *indexer, const GPtrArray *docs, GError **error)
{
  for (guint i = 0; i < docs->len;) {
    guint n = docs->len - i >= KITHD_DOCS_AT_ONCE ? KITHD_DOCS_AT_ONCE : 1, id = n > 1 ? I_DOCS_ADD : I_DOC_ADD;
    for (guint place = 0; place < n; place++)
      bind_doc (indexer, id, place, docs->pdata[i + place]);
    if (!kith_sql_run (indexer->sql, id, NULL, error, ""))
      return FALSE;
    i += n;
    kithd_indexer_rest (indexer);
  }
  return TRUE;
}

static gboolean
store_rows (KithdIndexer *indexer, KithdBatch *batch, GError **error)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new ();
  if (!store_docs (indexer, batch->docs, added, error) || !add_docs (indexer, added, error))
    return FALSE;
  for (guint i = 0; i < batch->progress->len; i++) {
    const KithdProgress *progress = &g_array_index (batch->progress, KithdProgress, i);
    if (!remove_old (indexer, progress, error) ||
        !kith_sql_run (indexer->sql, I_PROGRESS_SET, NULL, error, "iii", progress->conversation, progress->first,
                       progress->upto))
      return FALSE;
  }
  return TRUE;
}

gboolean
kithd_indexer_take (KithdIndexer *indexer, KithdBatch *batch, GError **error)
{
  gint64 erased = indexer->erased;
  if (!kith_sql_run (indexer->sql, I_BEGIN, NULL, error, ""))
    return FALSE;
  if (!store_rows (indexer, batch, error) || !kith_sql_run (indexer->sql, I_COMMIT, NULL, error, "")) {
    kith_sql_run (indexer->sql, I_ROLLBACK, NULL, NULL, "");
    indexer->erased = erased;
    return FALSE;
  }
  for (guint i = 0; i < batch->progress->len; i++) {
    KithdProgress *progress = g_memdup2 (&g_array_index (batch->progress, KithdProgress, i), sizeof *progress);
    g_hash_table_replace (indexer->progress, &progress->conversation, progress);
  }
  return TRUE;
}
