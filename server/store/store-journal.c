/* store-journal.c - what a run before left in the journal is written once more, and synced, before it is believed.
 *
 * Since a sync failed, in that run or in this one, it may be in the system's memory alone and called written: no later
 * sync writes it then. What is shown of it, appended to it or moved out of it would be lost with it when the power
 * fails, or half of it would be in the database. What is written anew is synced anew. */
#include "store/store-private.h"

#define CHUNK (64 * 1024)

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
