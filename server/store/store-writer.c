/* store-writer.c - one transaction a batch, one savepoint a change; a new message needs none. A batch of messages alone
 * leaves them where they came (store-recent.c), and does not write the numbers that follow from them (store-numbers.c).
 *
 * A refusal undoes its own change. Anything else that goes wrong refuses the whole batch: a full disk and a busy file
 * are over with that; after any other failure, a failed fsync above all, nothing of this connection is believed any
 * more. It is closed without repeating anything, the file is opened and checked, and if it is not sound the writer
 * stays broken: every change is refused. The journal is not let go before all of it was moved, and synced. */
#include "store/store-writer.h"

#include "proto/error.h"
#include "store/store-private.h"

#define UNSETTLED_MAX 4096 /* messages that are recent, and their numbers in memory only: what a batch or opening may have to settle */

/* Bringing thousands of messages to their places takes tens of milliseconds, for which everybody waits. Under a load that makes batches that large it
 * is worth it; else it is done when nobody waits, from so many on. */
#define UNSETTLED_LITTLE 8
#define BATCH_LARGE 16
#define RECENT_BYTES_MAX (320 * 1024) /* bytes of bodies of which the room is needed twice until they are in their places */

/* Nobody's message is written while the journal is moved into the database, and the disk takes its time for each page. So it is moved when
 * nobody waits, a little at a time; under a load that never ends when it holds 16 MiB. It is cut to 64 MiB when something kept it longer. */
#define JOURNAL_LITTLE 32 /* pages */
#define JOURNAL_MOST 4096
#define SETTINGS                                                                                                  \
  "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;" \
  "PRAGMA journal_size_limit = 67108864"

static gboolean run_batch (KithdWriter *writer, GPtrArray *changes, GError **error);

/* Moved pages that are doubted are moved anew. FALSE: that cannot be now, so nothing is moved. */
static gboolean
end_doubt (KithdWriter *writer)
{
  writer->doubted = writer->doubted && !kithd_journal_move_anew (writer->sql->db);
  return !writer->doubted;
}

/* What goes wrong here stays in the journal, and is met again by what follows. BUSY: somebody is in the way. */
static int
move_journal (KithdWriter *writer, int mode)
{
  if (!end_doubt (writer))
    return SQLITE_BUSY;
  int code = sqlite3_wal_checkpoint_v2 (writer->sql->db, "main", mode, NULL, NULL);
  writer->doubted = code != SQLITE_OK && code != SQLITE_BUSY;
  end_doubt (writer);
  return code;
}

/* Who is the last to close it moves the journal, too. */
static void
disconnect (KithdWriter *writer)
{
  if (writer->sql != NULL && !end_doubt (writer))
    sqlite3_db_config (writer->sql->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  g_clear_pointer (&writer->sql, kith_sql_close);
}

/* After each commit. */
static int
on_commit (gpointer data, sqlite3 *db, const char *name, int pages)
{
  KithdWriter *writer = data;
  writer->journal = (guint) pages;
  if (pages >= JOURNAL_MOST)
    move_journal (writer, SQLITE_CHECKPOINT_PASSIVE);
  return SQLITE_OK;
}

static gboolean
connect_database (KithdWriter *writer, GError **error)
{
  g_autoptr (KithSql) sql = kith_sql_open (writer->file, SQLITE_OPEN_READWRITE, error);
  if (sql == NULL || !kith_sql_exec (sql, SETTINGS, error) ||
      !kith_sql_prepare (sql, kithd_writer_statements, W_N_STATEMENTS, error))
    return FALSE;
  gint64 rev = 0;
  if (!kith_sql_number (sql, KITHD_STORE_REV, &rev, error))
    return FALSE;
  if (sqlite3_db_readonly (sql->db, "main") != 0) {
    g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_READONLY, "it cannot be written to");
    return FALSE;
  }
  writer->rev = writer->committed_rev = MAX (rev, writer->committed_rev); /* a row may be behind what was committed */
  writer->behind = writer->doubted = TRUE;
  writer->journal = 0;
  sqlite3_wal_hook (sql->db, on_commit, writer);
  writer->sql = g_steal_pointer (&sql);
  end_doubt (writer);
  return TRUE;
}

/* What was refused when its sync failed stands behind the end of the journal, where the next run would find it. */
static gboolean
renew_journal (KithdWriter *writer, GError **error)
{
  int code = move_journal (writer, SQLITE_CHECKPOINT_TRUNCATE);
  if (code != SQLITE_OK)
    g_set_error (error, KITH_SQL_ERROR, code, "its journal cannot be emptied: %s", code == SQLITE_BUSY ? "it is being read" : sqlite3_errstr (code));
  return code == SQLITE_OK;
}

/* A batch without changes: what the rows do not say yet. */
static gboolean
settle (KithdWriter *writer, GError **error)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  return run_batch (writer, nothing, error);
}

KithdWriter *
kithd_writer_open (const char *file, gboolean keep_versions, GError **error)
{
  g_autoptr (KithdWriter) writer = g_new0 (KithdWriter, 1);
  writer->file = g_strdup (file);
  writer->keep_versions = keep_versions;
  writer->erased = TRUE; /* what a run before left in the journal */
  kithd_numbers_init (writer);
  writer->nonces = kithd_nonces_new ();
  if (!connect_database (writer, error))
    return NULL;
  return settle (writer, error) ? g_steal_pointer (&writer) : NULL;
}

void
kithd_writer_close (KithdWriter *writer)
{
  if (writer == NULL)
    return;
  if (writer->sql != NULL && writer->unsettled > 0)
    settle (writer, NULL); /* where that fails, the next one who opens it derives it */
  disconnect (writer);
  kithd_numbers_clear (writer);
  kithd_nonces_free (writer->nonces);
  g_free (writer->file);
  g_free (writer);
}

static gboolean
is_sound (KithdWriter *writer, GError **error)
{
  g_autofree char *verdict = kith_sql_text (writer->sql, "PRAGMA quick_check (1)", error);
  if (verdict == NULL)
    return FALSE;
  if (!g_str_equal (verdict, "ok")) {
    g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_CORRUPT, verdict);
    return FALSE;
  }
  return kithd_journal_secure (writer->file, error) && renew_journal (writer, error);
}

static void
reopen (KithdWriter *writer)
{
  g_autoptr (GError) error = NULL;
  disconnect (writer);
  if (connect_database (writer, &error) && is_sound (writer, &error)) {
    g_message ("store: reopened %s; it is sound", writer->file);
    return;
  }
  disconnect (writer);
  writer->unsound = !kith_sql_is_passing (error);
  if (writer->unsound)
    g_warning ("store: %s cannot be written any more (%s). Nothing is accepted until kithd is started again; look at "
               "the disk, run `kithd check`, and if it is damaged put a backup into place with `kithd restore`.",
               writer->file, error->message);
  else if (!writer->failing)
    g_warning ("store: %s cannot be opened now (%s)", writer->file, error->message);
}

static void
forget_outcome (KithdChange *change)
{
  change->repeated = change->unchanged = FALSE;
  change->seq = change->at = change->n = change->rev = change->read_n = 0;
  change->notes = change->made = change->account_id = change->device_id = 0;
  g_clear_pointer (&change->unread_mentions, g_array_unref);
  kithd_change_drop_events (change);
  if (change->event != NULL)
    change->event->seq = change->event->n = change->event->at = change->event->rev = 0;
}

static void
refuse_all (GPtrArray *changes, const GError *error)
{
  for (guint i = 0; i < changes->len; i++) {
    KithdChange *change = changes->pdata[i];
    forget_outcome (change);
    g_clear_error (&change->error);
    change->error = g_error_copy (error);
  }
}

static gboolean
is_message (const KithdChange *change)
{
  return change->kind == KITHD_CHANGE_APPEND && change->event != NULL && change->event->kind == KITHD_EVENT_MESSAGE;
}

/* A savepoint costs a copy of every page that is touched. A message is checked before its event is written, and the event is the first that is
 * written: unless it was, there is nothing to undo. What goes wrong after it is no refusal and ends the batch. */
static gboolean
has_written (const KithdChange *change)
{
  return change->events.length > 0;
}

/* FALSE with error: the batch cannot go on. */
static gboolean
run_change (KithdWriter *writer, KithdChange *change, GError **error)
{
  gboolean saved = !is_message (change);
  /* Cursors of posts wait in memory; whatever is no message may read and write rows of members. */
  if (saved && !kithd_numbers_flush_cursors (writer, error))
    return FALSE;
  if (saved && !kith_sql_run (writer->sql, W_SAVEPOINT, NULL, error, ""))
    return FALSE;
  GError *problem = NULL;
  gint64 rev = writer->rev;
  writer->touched = NULL;
  writer->now = g_get_real_time () / 1000;
  if (kithd_apply (writer, change, &problem)) {
    if (is_message (change) && !change->repeated)
      kithd_numbers_posted (writer, change->event);
    return !saved || kith_sql_run (writer->sql, W_RELEASE, NULL, error, "");
  }
  gboolean is_refusal = problem->domain != KITH_SQL_ERROR || kith_sql_is_constraint (problem);
  if (!is_refusal || (!saved && has_written (change))) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  kithd_numbers_undo (writer, rev);
  forget_outcome (change);
  if (kith_sql_is_constraint (problem))
    g_warning ("store: a change of kind %d contradicts what is stored: %s", change->kind, problem->message);
  change->error = kith_sql_translate (problem);
  return !saved || (kith_sql_run (writer->sql, W_ROLLBACK_TO, NULL, error, "") &&
                    kith_sql_run (writer->sql, W_RELEASE, NULL, error, ""));
}

/* Whether everything has to be in its place with this batch: always, but for messages alone. */
static gboolean
has_to_settle (const KithdWriter *writer, const GPtrArray *changes)
{
  if (changes->len == 0)
    return writer->unsettled > 0;
  for (guint i = 0; i < changes->len; i++)
    if (!kithd_recent_may_hold (changes->pdata[i]))
      return TRUE;
  return writer->unsettled + changes->len > UNSETTLED_MAX || writer->recent_bytes > RECENT_BYTES_MAX;
}

/* What was left in another place by those before. */
static gboolean
prepare_batch (KithdWriter *writer, gboolean settle, GError **error)
{
  gboolean settles = writer->behind || (settle && writer->unsettled > 0);
  return (!settles || kithd_recent_settle (writer, error)) && (!writer->behind || kithd_numbers_derive (writer, error));
}

static gboolean
run_batch (KithdWriter *writer, GPtrArray *changes, GError **error)
{
  gboolean settle = has_to_settle (writer, changes);
  writer->staging = !settle;
  writer->batch = changes->len;
  if (!kith_sql_run (writer->sql, W_BEGIN, NULL, error, "") || !prepare_batch (writer, settle, error))
    return FALSE;
  for (guint i = 0; i < changes->len; i++)
    if (!run_change (writer, changes->pdata[i], error))
      return FALSE;
  if (writer->staging && !kithd_recent_add (writer, changes, error))
    return FALSE;
  if ((settle && !kithd_numbers_flush (writer, error)) || !kith_sql_run (writer->sql, W_COMMIT, NULL, error, ""))
    return FALSE;
  writer->behind = FALSE;
  writer->unsettled = settle ? 0 : writer->unsettled + changes->len;
  writer->committed_rev = writer->rev;
  return TRUE;
}

/* After a batch that failed. */
static void
recover (KithdWriter *writer, const GError *error)
{
  kithd_numbers_drop (writer);
  kithd_nonces_drop (writer->nonces);
  writer->recent_bytes = 0;
  if (!writer->failing)
    g_warning ("store: changes are refused: %s", error->message);
  if (writer->sql == NULL)
    return;
  gboolean passing = kith_sql_is_passing (error);
  if (!sqlite3_get_autocommit (writer->sql->db)) /* a full disk may have ended the transaction already */
    passing = kith_sql_run (writer->sql, W_ROLLBACK, NULL, NULL, "") && passing;
  if (!passing)
    reopen (writer);
}

void
kithd_writer_apply (KithdWriter *writer, GPtrArray *changes)
{
  GError *error = NULL;
  if (writer->sql == NULL && !writer->unsound)
    reopen (writer);
  if (writer->sql == NULL)
    g_set_error_literal (&error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                         "The server's database failed; its owner must look.");
  else
    run_batch (writer, changes, &error);
  if (error != NULL)
    recover (writer, error);
  else if (writer->failing)
    g_message ("store: changes are accepted again");
  writer->failing = error != NULL;
  error = kith_sql_translate (error);
  if (error != NULL)
    refuse_all (changes, error);
  g_clear_error (&error);
}

void
kithd_writer_settle (KithdWriter *writer)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  kithd_writer_apply (writer, nothing);
}

guint
kithd_writer_lots (const KithdWriter *writer)
{
  guint unsettled = writer->batch < BATCH_LARGE ? writer->unsettled : 0, journal = writer->sql != NULL ? writer->journal : 0;
  return MAX (unsettled / UNSETTLED_LITTLE, journal / JOURNAL_LITTLE);
}

/* One thing at a time: who writes meanwhile waits for one of them, not for both. By turns, since a reader may keep the journal from being begun anew. */
void
kithd_writer_rest (KithdWriter *writer)
{
  gboolean settles = writer->unsettled >= UNSETTLED_LITTLE && writer->batch < BATCH_LARGE;
  gboolean moves = writer->sql != NULL && writer->journal >= JOURNAL_LITTLE && !(settles && writer->moved);
  if (moves)
    move_journal (writer, SQLITE_CHECKPOINT_PASSIVE);
  else if (settles)
    kithd_writer_settle (writer);
  writer->moved = moves;
}

gboolean
kithd_writer_clean (KithdWriter *writer)
{
  if (writer->sql == NULL) {
    writer->erased = FALSE;
    return TRUE;
  }
  sqlite3_busy_timeout (writer->sql->db, 0);
  int code = move_journal (writer, SQLITE_CHECKPOINT_TRUNCATE);
  sqlite3_busy_timeout (writer->sql->db, KITH_SQL_PATIENCE_MS);
  if (code != SQLITE_OK && code != SQLITE_BUSY)
    g_warning ("store: the journal could not be emptied: %s", sqlite3_errstr (code));
  writer->erased = code != SQLITE_OK;
  return code == SQLITE_OK;
}
