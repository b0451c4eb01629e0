/* store-index.c - the file search.db: an index that does not fit is thrown away, never repaired. */
#include "store/store-index.h"

#include <glib/gstdio.h>
#include <string.h>

#include "sql/sql-gram.h"
#include "store/files.h"

#define APPLICATION 0x4b697369 /* "Kisi" in the header of the file */
#define VERSION 4              /* of the schema, the grams and the folding: another one is made anew */

/* A power cut loses the last transactions at most, and progress with them. What is cut off stays in free pages until
 * the index is cleaned. */
#define SETTINGS                                                                                                       \
  "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = FAST; PRAGMA cache_size = -2048;  PRAGMA temp_store = DEFAULT;" \
  "PRAGMA journal_size_limit = 16777216"
#define JOURNAL_PAGES 4096 /* then it is moved into the file */

/* rev is the number of the message in the whole store: the order of rows is the order of time. The text is kept
 * (folded) because FTS5 has to be told what it is to forget.
 *
 * Pieces are merged sixteen at a time instead of four: each time a gram of a message is merged costs as much as to take it in. FTS5 would do it while it
 * takes them in; the indexer does when it has the time (96: should it never). And 4 MiB of new ones become a piece, a batch of the indexer. */
#define SCHEMA                                                                                                      \
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;"                             \
  "CREATE TABLE progress (conversation INTEGER PRIMARY KEY, first INTEGER NOT NULL, upto INTEGER NOT NULL) STRICT;" \
  "CREATE TABLE doc (rev INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, seq INTEGER NOT NULL,"                 \
  " sender INTEGER NOT NULL, has INTEGER NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL) STRICT;"                \
  "CREATE VIRTUAL TABLE gram USING fts5 (text, content = '', columnsize = 0, detail = none, tokenize = 'kith');"             \
  "INSERT INTO gram (gram, rank) VALUES ('automerge', 0), ('usermerge', 16), ('crisismerge', 96), ('hashsize', 4194304);"

/* What fails ends the transaction. Without FAIL, SQLite would prepare to undo the rows before. */
#define ADD_DOCS "INSERT OR FAIL INTO doc (rev, conversation, seq, sender, has, at, text) VALUES "
#define ROW "(?, ?, ?, ?, ?, ?, ?)"
#define FOUR_ROWS ROW ", " ROW ", " ROW ", " ROW

static const char *const indexer_statements[I_N_STATEMENTS] = {
    [I_BEGIN] = "BEGIN IMMEDIATE",
    [I_COMMIT] = "COMMIT",
    [I_ROLLBACK] = "ROLLBACK",
    [I_DOC_FIND] = "SELECT conversation, sender, has, text FROM doc WHERE rev = ?1",
    [I_DOC_ADD] = (ADD_DOCS ROW), /* in parentheses, or Clang misses a comma */
    [I_DOCS_ADD] = (ADD_DOCS FOUR_ROWS ", " FOUR_ROWS ", " FOUR_ROWS ", " FOUR_ROWS),
    [I_DOC_REMOVE] = "DELETE FROM doc WHERE rev = ?1",
    [I_DOC_NEWEST] = "SELECT max(rev) FROM doc",
    /* Of the tag of a conversation, in the order of its log. */
    [I_DOC_OLD] = ("SELECT d.rev, d.seq FROM gram g CROSS JOIN doc d ON d.rev = g.rowid WHERE g.gram MATCH ?1"
                   " ORDER BY g.rowid LIMIT ?2"),
    [I_GRAM_ADD] = "INSERT INTO gram (rowid, text) VALUES (?1, ?2)",
    [I_GRAM_REMOVE] = "INSERT INTO gram (gram, rowid, text) VALUES ('delete', ?1, ?2)",
    [I_MERGE_ALL] = "INSERT INTO gram (gram, rank) VALUES ('merge', -500)",
    [I_MERGE] = "INSERT INTO gram (gram, rank) VALUES ('merge', 250)",
    [I_PIECES] = "SELECT count(DISTINCT segid) FROM gram_idx",
    [I_PROGRESS] = "SELECT conversation, first, upto FROM progress",
    [I_PROGRESS_SET] = "INSERT OR REPLACE INTO progress (conversation, first, upto) VALUES (?1, ?2, ?3)",
    [I_META_GET] = "SELECT value FROM meta WHERE key = ?1",
    [I_META_SET] = "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
};

#define CANDIDATE "SELECT d.rev, d.conversation, d.seq, d.sender, d.has, d.at, d.text FROM "
static const char *const finder_statements[F_N_STATEMENTS] = {
    [F_BEGIN] = "BEGIN",
    [F_END] = "COMMIT",
    [F_PROGRESS] = "SELECT upto FROM progress WHERE conversation = ?1",
    [F_NEWEST] = "SELECT max(rev) FROM doc",
    [F_OLDEST] = "SELECT min(rev) FROM doc",
    [F_GRAMS] = CANDIDATE "gram g CROSS JOIN doc d ON d.rev = g.rowid"
                          " WHERE g.rowid >= ?1 AND g.rowid <= ?2 AND g.gram MATCH ?3 ORDER BY g.rowid DESC",
    [F_DOCS] = CANDIDATE "doc d WHERE d.rev >= ?1 AND d.rev <= ?2 ORDER BY d.rev DESC",
};

guint
kithd_index_has (const char *folded, gboolean mentions, gboolean replies)
{
  gboolean link = strstr (folded, "http://") != NULL || strstr (folded, "https://") != NULL;
  return (link ? KITHD_HAS_LINK : 0u) | (mentions ? KITHD_HAS_MENTION : 0u) | (replies ? KITHD_HAS_REPLY : 0u);
}

static char *
path_in (const char *directory)
{
  return g_build_filename (directory, "search.db", NULL);
}

void
kithd_index_file_init (KithdIndexFile *file, const char *directory)
{
  file->file = path_in (directory);
  g_mutex_init (&file->lock);
}

void
kithd_index_file_clear (KithdIndexFile *file)
{
  g_clear_pointer (&file->reading, kith_sql_close);
  g_mutex_clear (&file->lock);
  g_free (file->file);
}

static void
remove_all (const char *path)
{
  static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *name = g_strconcat (path, suffixes[i], NULL);
    g_unlink (name);
  }
}

void
kithd_index_file_remove (KithdIndexFile *file)
{
  g_mutex_lock (&file->lock);
  g_clear_pointer (&file->reading, kith_sql_close);
  g_atomic_int_set (&file->damaged, FALSE);
  remove_all (file->file);
  g_mutex_unlock (&file->lock);
}

void
kithd_index_remove (const char *directory)
{
  g_autofree char *path = path_in (directory);
  remove_all (path);
}

static gboolean
fits (KithSql *sql, const char *history)
{
  gint64 application = 0, version = 0;
  if (!kith_sql_number (sql, "PRAGMA application_id", &application, NULL) ||
      !kith_sql_number (sql, "PRAGMA user_version", &version, NULL) || application != APPLICATION || version != VERSION)
    return FALSE;
  g_autofree char *known = kith_sql_text (sql, "SELECT value FROM meta WHERE key = 'history'", NULL);
  return g_strcmp0 (known, history) == 0;
}

static gboolean
make (KithSql *sql, const char *history, GError **error)
{
  g_autofree char *facts = g_strdup_printf ("INSERT INTO meta (key, value) VALUES ('history', '%s'), ('erased', 0);"
                                            "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
                                            history, APPLICATION, VERSION);
  return kith_sql_exec (sql, "PRAGMA journal_mode = WAL; BEGIN;" SCHEMA, error) && kith_sql_exec (sql, facts, error);
}

static KithSql *
connect_file (const char *file, int flags, const char *settings, const char *const *statements, guint n, GError **error)
{
  g_autoptr (KithSql) sql = kith_sql_open (file, flags, error);
  if (sql == NULL || !kith_gram_register (sql, error) || !kith_sql_exec (sql, settings, error) ||
      !kith_sql_prepare (sql, statements, n, error))
    return NULL;
  return g_steal_pointer (&sql);
}

/* A sync that failed is an error of the commit, though SQLite has no better word for it; what else goes wrong is met again. */
static int
on_commit (gpointer data, sqlite3 *db, const char *name, int pages)
{
  int code = pages >= JOURNAL_PAGES ? sqlite3_wal_checkpoint_v2 (db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) : SQLITE_OK;
  if (code != SQLITE_IOERR_FSYNC)
    return SQLITE_OK;
  g_warning ("store: the search index %s could not be synced", sqlite3_db_filename (db, name));
  return code;
}

static KithSql *
connect_indexer (const char *file, GError **error)
{
  KithSql *sql = connect_file (file, SQLITE_OPEN_READWRITE, SETTINGS, indexer_statements, I_N_STATEMENTS, error);
  if (sql != NULL)
    sqlite3_wal_hook (sql->db, on_commit, NULL);
  return sql;
}

/* The index that is there, if it is one. */
static KithSql *
open_known (const char *file, const char *history)
{
  g_autoptr (KithSql) sql = g_file_test (file, G_FILE_TEST_EXISTS) ? connect_indexer (file, NULL) : NULL;
  return sql != NULL && fits (sql, history) ? g_steal_pointer (&sql) : NULL;
}

KithSql *
kithd_index_file_open (KithdIndexFile *file, const char *history, GError **error)
{
  KithSql *known = open_known (file->file, history);
  if (known != NULL)
    return known;
  kithd_index_file_remove (file);
  if (!kithd_files_create (file->file, error))
    return NULL;
  g_autoptr (KithSql) fresh = kith_sql_open (file->file, SQLITE_OPEN_READWRITE, error);
  if (fresh == NULL || !kith_gram_register (fresh, error) || !make (fresh, history, error))
    return NULL;
  return connect_indexer (file->file, error);
}

gboolean
kithd_index_file_read (KithdIndexFile *file, GError **error)
{
  if (file->reading == NULL && g_atomic_int_get (&file->damaged) == FALSE &&
      g_file_test (file->file, G_FILE_TEST_EXISTS))
    file->reading = connect_file (file->file, SQLITE_OPEN_READONLY, "PRAGMA cache_size = -8192", finder_statements,
                                  F_N_STATEMENTS, error);
  return file->reading != NULL;
}
