/* store-journal.c - what a run before left in the journal is written once more, and synced, before it is believed; what
 * was moved out of it is moved once more after a sync of the database failed.
 *
 * Since a sync failed, in that run or in this one, it may be in the system's memory alone and called written: no later
 * sync writes it then. What is shown of it, appended to it or moved out of it would be lost with it when the power
 * fails, or half of it would be in the database. What is written anew is synced anew.
 *
 * SQLite moves the journal up to where somebody reads, and syncs the database only when it has come to the end: what was
 * moved before counts as being there meanwhile, and SQLite never moves it again while anybody has the file open. */
#include "store/store-private.h"

#define CHUNK (64 * 1024)

/* The index of the journal, in memory that is shared (https://sqlite.org/walformat.html, 2.1): 32-bit words of its first block, and a lock. */
#define INDEX_BLOCK 32768
#define INDEX_VERSION 3007000
enum { INDEX_AT_VERSION = 0, INDEX_AT_MOVED = 24 }; /* iVersion; nBackfill: how much of the journal is in the database */
#define LOCK_MOVING 1                               /* WAL_CKPT_LOCK */

static int
write_again (sqlite3_file *journal)
{
  sqlite3_int64 size = 0;
  g_autofree char *chunk = g_malloc (CHUNK);
  int code = journal->pMethods->xFileSize (journal, &size);
  for (sqlite3_int64 at = 0; at < size && code == SQLITE_OK; at += CHUNK) {
    int length = (int) MIN (CHUNK, size - at);
    code = journal->pMethods->xRead (journal, chunk, length, at);
    if (code == SQLITE_OK)
      code = journal->pMethods->xWrite (journal, chunk, length, at);
  }
  return size > 0 && code == SQLITE_OK ? journal->pMethods->xSync (journal, SQLITE_SYNC_NORMAL) : code;
}

/* names: of a database and what belongs to it, as SQLite wants to have them. */
static int
secure (sqlite3_vfs *vfs, const char *names)
{
  const char *name = sqlite3_filename_wal (names);
  int is_there = 0, code = vfs->xAccess (vfs, name, SQLITE_ACCESS_EXISTS, &is_there);
  if (code != SQLITE_OK || !is_there)
    return code;
  g_autofree sqlite3_file *journal = g_malloc0 ((gsize) vfs->szOsFile);
  code = vfs->xOpen (vfs, name, journal, SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL, NULL);
  if (code == SQLITE_OK)
    code = write_again (journal);
  if (journal->pMethods != NULL)
    journal->pMethods->xClose (journal);
  return code;
}

gboolean
kithd_journal_secure (const char *file, GError **error)
{
  g_autofree char *journal = g_strconcat (file, "-wal", NULL), *rollback = g_strconcat (file, "-journal", NULL);
  sqlite3_vfs *vfs = sqlite3_initialize () == SQLITE_OK ? sqlite3_vfs_find (NULL) : NULL;
  const char *names = vfs != NULL ? sqlite3_create_filename (file, rollback, journal, 0, NULL) : NULL;
  int code = names != NULL ? secure (vfs, names) : SQLITE_NOMEM;
  if (names != NULL)
    sqlite3_free_filename (names);
  if (code != SQLITE_OK)
    g_set_error (error, KITH_SQL_ERROR, code, "its journal %s cannot be written: %s", journal, sqlite3_errstr (code));
  return code == SQLITE_OK;
}

/* Whoever reads finds everything in the journal then, and whoever moves begins at its beginning, as after a recovery. */
gboolean
kithd_journal_move_anew (sqlite3 *db)
{
  sqlite3_file *file = NULL;
  void volatile *block = NULL;
  if (sqlite3_file_control (db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file->pMethods == NULL ||
      file->pMethods->xShmMap (file, 0, INDEX_BLOCK, FALSE, &block) != SQLITE_OK || block == NULL)
    return FALSE;
  guint32 volatile *words = block;
  if (words[INDEX_AT_VERSION] != INDEX_VERSION ||
      file->pMethods->xShmLock (file, LOCK_MOVING, 1, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE) != SQLITE_OK)
    return FALSE;
  g_atomic_int_set ((gint volatile *) &words[INDEX_AT_MOVED], 0);
  file->pMethods->xShmLock (file, LOCK_MOVING, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
  return TRUE;
}
