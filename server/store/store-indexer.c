/* store-indexer.c - follows the log of every conversation, a batch at a time, on a thread of its own that nobody waits
 * for.
 *
 * How far it has come is kept for each conversation in the index itself, in the same transaction as what was indexed.
 * Searches look through the rest of the log themselves, so it may lag: it waits until some thousand messages have come, or none for a while, takes
 * what has gathered. It rests every now and then, as long as it has worked: who wakes up beside it may have to wait for the processor until then.
 *
 * Each batch is a piece of the index. Pieces are merged, sixteen into one, when nothing has come for longer: that costs as much as taking the messages
 * in, and only searches gain by it, a little. Under a load that never ends it is done in between, once there are many pieces.
 *
 * What is deleted leaves the rows of the index at once, but its grams and the free space of the file only when the
 * index is cleaned. */
#include "store/store-indexer.h"

#include <gio/gio.h>

#include "store/store-private.h"

/* After a commit, until it is looked at: when nothing else has come for so long, at the latest after LONGEST; at once when there is much. What is not
 * indexed is looked through by each search. */
#define GATHER (2 * G_TIME_SPAN_SECOND)
#define GATHER_LONGEST (8 * G_TIME_SPAN_SECOND)
#define GATHER_MANY 2000 /* revs */
#define MERGE_QUIET (10 * G_TIME_SPAN_SECOND)
#define PIECES_SOME 16 /* fewer are not worth merging */
#define PIECES_MANY 64
#define TRY_AGAIN (30 * G_TIME_SPAN_SECOND) /* after a failure, or a reader in the way */
#define ROOM_LEFT \
  (64 * 1024 * 1024) /* bytes of the disk that belong to the log: the index does not take the last ones */
#define WORK_US 500 /* at a time, where it can be divided; merging cannot, nor taking over what was gathered */

/* Opening. */

static gboolean
load_progress (KithdIndexer *indexer, GError **error)
{
  GError *problem = NULL;
  g_hash_table_remove_all (indexer->progress);
  sqlite3_stmt *row = kith_sql_start (indexer->sql, I_PROGRESS, "");
  while (kith_sql_next (indexer->sql, row, &problem)) {
    KithdProgress *progress = g_new (KithdProgress, 1);
    *progress = (KithdProgress){sqlite3_column_int64 (row, 0), sqlite3_column_int64 (row, 1), sqlite3_column_int64 (row, 2)};
    g_hash_table_replace (indexer->progress, &progress->conversation, progress);
  }
  if (problem == NULL)
    return kith_sql_get (indexer->sql, I_DOC_NEWEST, &indexer->newest, 1, error, "") >= 0 &&
           kith_sql_get (indexer->sql, I_PIECES, &indexer->pieces, 1, error, "") >= 0 &&
           kith_sql_get (indexer->sql, I_META_GET, &indexer->erased, 1, error, "t", "erased") >= 0;
  g_propagate_error (error, problem);
  return FALSE;
}

static int
should_end (gpointer indexer)
{
  return g_atomic_int_get (&((KithdIndexer *) indexer)->stop);
}

void
kithd_indexer_rest (KithdIndexer *indexer)
{
  gint64 worked = g_get_monotonic_time () - indexer->began;
  if (worked < WORK_US || g_atomic_int_get (&indexer->hurry) || should_end (indexer))
    return;
  g_usleep ((gulong) MIN (worked, G_USEC_PER_SEC));
  indexer->began = g_get_monotonic_time ();
}

static void
plan_cleaning (KithdIndexer *indexer)
{
  gint64 since = MAX (g_get_real_time () - indexer->erased * 1000, 0); /* a clock may have been turned back */
  indexer->clean_at = indexer->erased == 0 ? 0 : g_get_monotonic_time () + MAX (indexer->clean_us - since, 0);
}

static void
plan_merging (KithdIndexer *indexer)
{
  gint64 quiet = MIN (MERGE_QUIET, indexer->clean_us);
  indexer->merge_at = indexer->pieces < PIECES_SOME ? 0 : g_get_monotonic_time () + (indexer->pieces < PIECES_MANY ? quiet : 0);
}

static gboolean
open_all (KithdIndexer *indexer, GError **error)
{
  if (indexer->log == NULL && (indexer->log = kithd_follow_open (indexer->source, error)) == NULL)
    return FALSE;
  if (indexer->sql == NULL) {
    indexer->sql = kithd_index_file_open (&indexer->file, indexer->history, error);
    if (indexer->sql == NULL || !load_progress (indexer, error))
      return FALSE;
    sqlite3_progress_handler (indexer->sql->db, 100000, should_end, indexer);
    plan_cleaning (indexer);
    plan_merging (indexer);
  }
  return TRUE;
}

/* Following. */

static gboolean
take (KithdIndexer *indexer, KithdBatch *batch, GError **error)
{
  gint64 erased = indexer->erased;
  if (batch->progress->len == 0)
    return TRUE;
  if (!kithd_indexer_take (indexer, batch, error))
    return FALSE;
  if (erased == 0)
    plan_cleaning (indexer);
  indexer->pieces++;
  plan_merging (indexer);
  return TRUE;
}

/* From the feed, or where that does not go on from what is known, from the log. */
static gboolean
gather (KithdIndexer *indexer, const KithdFeed *feed, KithdBatch *batch, GError **error)
{
  gboolean fits = indexer->caught_up && feed->docs->len > 0;
  if (fits && !kithd_follow_docs (indexer->log, indexer->progress, feed->docs, feed->bodies->str, batch, &fits, error))
    return FALSE;
  return fits || kithd_follow_gather (indexer->log, indexer->progress, batch, error);
}

static gboolean
follow (KithdIndexer *indexer, const KithdFeed *feed, gboolean *more, GError **error)
{
  KithdBatch batch;
  kithd_batch_init (&batch);
  gboolean done = gather (indexer, feed, &batch, error) && take (indexer, &batch, error);
  indexer->caught_up = done && !batch.full;
  *more = batch.full;
  kithd_batch_clear (&batch);
  return done;
}

/* Cleaning. */

/* Merges some pages. */
static gboolean
merge_some (KithdIndexer *indexer, guint id, gboolean *more, GError **error)
{
  gint64 before = sqlite3_total_changes64 (indexer->sql->db);
  if (!kith_sql_run (indexer->sql, id, NULL, error, ""))
    return FALSE;
  *more = sqlite3_total_changes64 (indexer->sql->db) - before >= 2;
  return TRUE;
}

/* Makes one piece of all, which holds nothing of what was removed. */
static gboolean
merge_all (KithdIndexer *indexer, GError **error)
{
  gboolean more = TRUE;
  for (guint id = I_MERGE_ALL; more; id = I_MERGE)
    if (!merge_some (indexer, id, &more, error))
      return FALSE;
  return TRUE;
}

/* *more: it was time for it, and it is not done. */
static gboolean
merge_if_due (KithdIndexer *indexer, gboolean *more, GError **error)
{
  if (indexer->merge_at == 0 || indexer->merge_at > g_get_monotonic_time ())
    return TRUE;
  if (!merge_some (indexer, I_MERGE, more, error))
    return FALSE;
  if (*more)
    return TRUE;
  indexer->merge_at = 0;
  return kith_sql_get (indexer->sql, I_PIECES, &indexer->pieces, 1, error, "") >= 0;
}

/* The file is written anew, without its free space, and the journal emptied. FALSE without error: a reader is in the
 * way. */
static gboolean
clean (KithdIndexer *indexer, GError **error)
{
  gint64 busy = 1;
  if (!merge_all (indexer, error) || !kith_sql_exec (indexer->sql, "VACUUM", error) ||
      !kith_sql_number (indexer->sql, "PRAGMA wal_checkpoint (TRUNCATE)", &busy, error) || busy != 0)
    return FALSE;
  if (!kith_sql_run (indexer->sql, I_META_SET, NULL, error, "ti", "erased", (gint64) 0))
    return FALSE;
  indexer->erased = 0;
  return TRUE;
}

static void
clean_if_due (KithdIndexer *indexer, GError **error)
{
  if (indexer->clean_at == 0 || indexer->clean_at > g_get_monotonic_time ())
    return;
  indexer->clean_at = clean (indexer, error) ? 0 : g_get_monotonic_time () + TRY_AGAIN;
}

/* The thread. */

/* After a sync that failed nobody knows what of the file is on the disk (store-journal.c). */
static void
fail (KithdIndexer *indexer, GError *error)
{
  gboolean damage = kith_sql_is_damage (error) || g_error_matches (error, KITH_SQL_ERROR, SQLITE_IOERR_FSYNC);
  if (!should_end (indexer))
    g_warning ("store: the search index %s: %s%s", indexer->file.file, error->message,
               damage ? "; it is made anew" : "");
  g_clear_pointer (&indexer->sql, kith_sql_close);
  g_clear_pointer (&indexer->log, kith_sql_close);
  if (damage)
    kithd_index_file_remove (&indexer->file);
  g_error_free (error);
}

/* Where nobody knows how much room there is, there is enough. */
static gboolean
has_room (KithdIndexer *indexer, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (indexer->source);
  g_autoptr (GFileInfo) info = g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
  if (info == NULL || !g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE) ||
      g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE) >= ROOM_LEFT)
    return TRUE;
  g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_FULL, "the disk is nearly full; it waits for room");
  return FALSE;
}

/* TRUE: there is more to do at once. */
static gboolean
work (KithdIndexer *indexer, const KithdFeed *feed, gboolean *failed)
{
  GError *error = NULL;
  gboolean more = FALSE;
  if (g_atomic_int_get (&indexer->file.damaged)) {
    g_clear_pointer (&indexer->sql, kith_sql_close);
    kithd_index_file_remove (&indexer->file);
  }
  if (has_room (indexer, &error) && open_all (indexer, &error) && follow (indexer, feed, &more, &error) && !more) {
    clean_if_due (indexer, &error);
    if (error == NULL)
      merge_if_due (indexer, &more, &error);
  }
  *failed = error != NULL;
  indexer->caught_up = indexer->caught_up && error == NULL;
  if (error != NULL)
    fail (indexer, error);
  return more && !*failed;
}

/* The earlier one; 0: never. */
static gint64
sooner (gint64 one, gint64 other)
{
  return one == 0 || (other != 0 && other < one) ? other : one;
}

/* Waits until there is something to do; the mutex is held. */
static void
wait_for_work (KithdIndexer *indexer)
{
  while (!indexer->stop && !indexer->hurry) {
    gint64 due = indexer->poked != 0 ? indexer->poked : sooner (indexer->clean_at, indexer->merge_at);
    if (due != 0 && due <= g_get_monotonic_time ())
      return;
    if (due != 0)
      g_cond_wait_until (&indexer->changed, &indexer->mutex, due);
    else
      g_cond_wait (&indexer->changed, &indexer->mutex);
  }
}

static void
turn (KithdIndexer *indexer)
{
  gboolean failed = FALSE, hurry = indexer->hurry;
  gint64 begun = indexer->began = g_get_monotonic_time ();
  indexer->poked = indexer->since = 0;
  indexer->taken = indexer->heard;
  KithdFeed feed = indexer->feed;
  kithd_feed_init (&indexer->feed);
  g_mutex_unlock (&indexer->mutex);
  gboolean more = work (indexer, &feed, &failed);
  kithd_feed_clear (&feed);
  g_mutex_lock (&indexer->mutex);
  gint64 now = g_get_monotonic_time ();
  if (more || failed)
    indexer->poked = now + (failed ? TRY_AGAIN : now - begun);
  if (hurry && !more && (failed || indexer->poked == 0)) {
    indexer->failed = failed;
    g_atomic_int_set (&indexer->hurry, FALSE);
    indexer->settled = TRUE;
    g_cond_broadcast (&indexer->changed);
  }
}

static gpointer
run (gpointer data)
{
  KithdIndexer *indexer = data;
  g_mutex_lock (&indexer->mutex);
  while (TRUE) {
    wait_for_work (indexer);
    if (indexer->stop)
      break;
    turn (indexer);
  }
  g_mutex_unlock (&indexer->mutex);
  return NULL;
}

KithdIndexer *
kithd_indexer_start (const char *directory, const char *source, const char *history, gint64 clean_us)
{
  KithdIndexer *indexer = g_new0 (KithdIndexer, 1);
  kithd_index_file_init (&indexer->file, directory);
  indexer->source = g_strdup (source);
  indexer->history = g_strdup (history);
  indexer->clean_us = clean_us != 0 ? clean_us : KITHD_INDEX_CLEAN;
  indexer->progress = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  indexer->poked = g_get_monotonic_time ();
  kithd_feed_init (&indexer->feed);
  g_mutex_init (&indexer->mutex);
  g_cond_init (&indexer->changed);
  g_autoptr (GError) error = NULL;
  indexer->thread = g_thread_try_new ("store-indexer", run, indexer, &error);
  if (indexer->thread == NULL)
    g_warning ("store: no search index: %s. Raise the limit of processes (ulimit -u, TasksMax=).", error->message);
  return indexer;
}

void
kithd_indexer_stop (KithdIndexer *indexer)
{
  if (indexer == NULL)
    return;
  g_mutex_lock (&indexer->mutex);
  g_atomic_int_set (&indexer->stop, TRUE);
  g_cond_broadcast (&indexer->changed);
  g_mutex_unlock (&indexer->mutex);
  if (indexer->thread != NULL)
    g_thread_join (indexer->thread);
  kith_sql_close (indexer->sql);
  kith_sql_close (indexer->log);
  kithd_index_file_clear (&indexer->file);
  g_hash_table_unref (indexer->progress);
  kithd_feed_clear (&indexer->feed);
  g_cond_clear (&indexer->changed);
  g_mutex_clear (&indexer->mutex);
  g_free (indexer->source);
  g_free (indexer->history);
  g_free (indexer);
}

void
kithd_indexer_poke (KithdIndexer *indexer, gint64 rev, KithdFeed *feed)
{
  gint64 now = g_get_monotonic_time ();
  g_mutex_lock (&indexer->mutex);
  kithd_feed_add (&indexer->feed, feed);
  gint64 before = indexer->poked;
  gboolean is_new = rev > indexer->heard || before == 0;
  indexer->heard = MAX (indexer->heard, rev);
  if (before == 0)
    indexer->since = now;
  if (is_new && indexer->since != 0)
    indexer->poked = rev - indexer->taken >= GATHER_MANY ? now : MIN (now + GATHER, indexer->since + GATHER_LONGEST);
  if (before == 0 || indexer->poked < before)
    g_cond_broadcast (&indexer->changed);
  g_mutex_unlock (&indexer->mutex);
}

gboolean
kithd_indexer_settle (KithdIndexer *indexer)
{
  g_mutex_lock (&indexer->mutex);
  g_atomic_int_set (&indexer->hurry, TRUE);
  indexer->settled = FALSE;
  g_cond_broadcast (&indexer->changed);
  while (!indexer->settled && indexer->thread != NULL)
    g_cond_wait (&indexer->changed, &indexer->mutex);
  gboolean done = !indexer->failed && indexer->thread != NULL;
  g_mutex_unlock (&indexer->mutex);
  return done;
}

KithdIndexFile *
kithd_indexer_file (KithdIndexer *indexer)
{
  return &indexer->file;
}
