/* store-admin.c - the directory: who has it, what is in it, and copies of it while no server runs. */
#include "store/store-private.h"

#include <glib/gstdio.h>

#include "base/directory.h"
#include "proto/error.h"
#include "proto/id.h"
#include "store/files.h"

struct _KithdStoreLock {
  KithSql *sql; /* of a tiny database of its own, in an exclusive transaction: a lock that every platform has */
};

char *
kithd_store_file (const char *directory)
{
  return g_build_filename (directory, "kith.db", NULL);
}

char *
kithd_store_random_id (void)
{
  guint8 bytes[16];
  sqlite3_randomness (sizeof bytes, bytes);
  char *text = g_malloc (2 * sizeof bytes + 1);
  return kith_hex_format (bytes, sizeof bytes, text);
}

static gboolean
make_private (const char *file, GError **error)
{
  GError *problem = NULL;
  if (kithd_files_create (file, &problem) || g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_EXIST)) {
    g_clear_error (&problem);
    return TRUE;
  }
  g_set_error_literal (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, problem->message);
  g_error_free (problem);
  return FALSE;
}

KithdStoreLock *
kithd_store_lock (const char *directory, GError **error)
{
  GError *problem = NULL;
  if (!kith_directory_make (directory, &problem)) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "%s Choose another one with --data, or make it writable.",
                 problem->message);
    g_error_free (problem);
    return NULL;
  }
  g_autofree char *file = g_build_filename (directory, "kithd.lock", NULL);
  if (!make_private (file, error))
    return NULL;
  g_autoptr (KithSql) sql = kith_sql_open (file, SQLITE_OPEN_READWRITE, &problem);
  if (sql != NULL) {
    sqlite3_busy_timeout (sql->db, 0);
    kith_sql_exec (sql, "PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE", &problem);
  }
  if (problem == NULL) {
    KithdStoreLock *lock = g_new0 (KithdStoreLock, 1);
    lock->sql = g_steal_pointer (&sql);
    return lock;
  }
  if ((problem->code & 0xff) == SQLITE_BUSY)
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                 "Another kithd is already using %s. Stop it first, or choose another directory with --data.",
                 directory);
  else
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "Cannot lock %s: %s", file, problem->message);
  g_error_free (problem);
  return NULL;
}

void
kithd_store_unlock (KithdStoreLock *lock)
{
  if (lock == NULL)
    return;
  kith_sql_close (lock->sql);
  g_free (lock);
}

static gboolean
copy (const char *from, const char *to, GError **error)
{
  gboolean done = FALSE;
  g_autoptr (KithdBackup) backup = kithd_backup_new (from, to, error);
  while (backup != NULL && !done)
    if (!kithd_backup_step (backup, 4096, &done, error))
      return FALSE;
  return backup != NULL;
}

gboolean
kithd_store_backup (const char *directory, const char *file, GError **error)
{
  g_autofree char *database = kithd_store_file (directory);
  if (g_file_test (database, G_FILE_TEST_EXISTS))
    return copy (database, file, error);
  g_set_error (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "There is no database in %s. Choose its directory with --data.",
               directory);
  return FALSE;
}

/* The history of a restored database is another one from the moment that it is first opened. */
static gboolean
mark_restored (const char *file, GError **error)
{
  GError *problem = NULL;
  g_autoptr (KithSql) sql = kith_sql_open (file, SQLITE_OPEN_READWRITE, &problem);
  if (sql != NULL && kith_sql_exec (sql, "INSERT OR REPLACE INTO meta (key, value) VALUES ('restored', 1)", &problem))
    return TRUE;
  kithd_examine_explain (file, problem, error);
  return FALSE;
}

/* Moves a file of the present database aside, if it is there. */
static gboolean
move_aside (const char *database, const char *suffix, GError **error)
{
  g_autofree char *from = g_strconcat (database, suffix, NULL);
  g_autofree char *to = g_strconcat (database, ".before-restore", suffix, NULL);
  if (!g_file_test (from, G_FILE_TEST_EXISTS) || g_rename (from, to) == 0)
    return TRUE;
  g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "Cannot rename %s to %s.", from, to);
  return FALSE;
}

static gboolean
put_into_place (const char *directory, const char *database, const char *fresh, GError **error)
{
  g_autofree char *shared = g_strconcat (database, "-shm", NULL);
  if (!move_aside (database, "", error) || !move_aside (database, "-wal", error))
    return FALSE;
  g_unlink (shared);
  kithd_index_remove (directory);
  if (g_rename (fresh, database) == 0)
    return kithd_files_sync_directory (directory, error);
  g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "Cannot rename %s to %s.", fresh, database);
  return FALSE;
}

gboolean
kithd_store_restore (const char *directory, const char *file, GError **error)
{
  g_autoptr (KithdStoreLock) lock = kithd_store_lock (directory, error);
  if (lock == NULL || !kithd_store_check (file, error))
    return FALSE;
  g_autofree char *database = kithd_store_file (directory);
  g_autofree char *fresh = g_strconcat (database, ".restoring", NULL);
  g_autofree char *before = g_strconcat (database, ".before-restore", NULL);
  if (g_file_test (before, G_FILE_TEST_EXISTS)) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                 "%s is there still, from an earlier restore. Move it away first; it may be needed.", before);
    return FALSE;
  }
  g_unlink (fresh);
  return copy (file, fresh, error) && mark_restored (fresh, error) &&
         put_into_place (directory, database, fresh, error);
}
