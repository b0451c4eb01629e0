/* store-backup.c - a copy of one moment. The connection it reads from holds that moment open, so writers do not make it
 * begin again; the copy gets its name only when it is complete and synced. */
#include "store/store-private.h"

#include <glib/gstdio.h>

#include "proto/error.h"
#include "store/files.h"

struct _KithdBackup {
  char *to, *part; /* part: FILE.tmp, while it is incomplete */
  KithSql *source, *copy;
  sqlite3_backup *backup;
  gint64 bytes;
};

static gboolean
fail (KithSql *sql, const char *file, GError **error)
{
  KithError code = sqlite3_errcode (sql->db) == SQLITE_FULL ? KITH_ERROR_STORAGE_FULL : KITH_ERROR_UNAVAILABLE;
  g_set_error (error, KITH_ERROR, code, "The copy to %s failed: %s", file, sqlite3_errmsg (sql->db));
  return FALSE;
}

static gboolean
refuse_existing (const char *file, GError **error)
{
  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "%s exists already; choose another name.", file);
  return FALSE;
}

/* A part that an earlier, interrupted copy left behind is replaced. */
static gboolean
open_files (KithdBackup *backup, const char *from, GError **error)
{
  GError *problem = NULL;
  g_unlink (backup->part);
  if (kithd_files_create (backup->part, &problem)) {
    backup->source = kith_sql_open (from, SQLITE_OPEN_READONLY, &problem);
    backup->copy = problem == NULL ? kith_sql_open (backup->part, SQLITE_OPEN_READWRITE, &problem) : NULL;
  }
  if (problem == NULL &&
      kith_sql_exec (backup->copy, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL", &problem))
    kith_sql_exec (backup->source, "BEGIN; SELECT count(*) FROM meta", &problem);
  if (problem == NULL)
    return TRUE;
  g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "Cannot copy %s to %s: %s", from, backup->to,
               problem->message);
  g_error_free (problem);
  return FALSE;
}

KithdBackup *
kithd_backup_new (const char *from, const char *to, GError **error)
{
  if (!refuse_existing (to, error))
    return NULL;
  g_autoptr (KithdBackup) backup = g_new0 (KithdBackup, 1);
  backup->to = g_strdup (to);
  backup->part = g_strconcat (to, ".tmp", NULL);
  if (!open_files (backup, from, error))
    return NULL;
  backup->backup = sqlite3_backup_init (backup->copy->db, "main", backup->source->db, "main");
  if (backup->backup == NULL) {
    fail (backup->copy, to, error);
    return NULL;
  }
  return g_steal_pointer (&backup);
}

/* One file without a journal, synced by SQLite, then renamed. */
static gboolean
finish (KithdBackup *backup, GError **error)
{
  GStatBuf status;
  int code = sqlite3_backup_finish (g_steal_pointer (&backup->backup));
  if (code != SQLITE_OK || !kith_sql_exec (backup->copy, "PRAGMA journal_mode = DELETE", NULL))
    return fail (backup->copy, backup->to, error);
  g_clear_pointer (&backup->copy, kith_sql_close);
  if (!refuse_existing (backup->to, error))
    return FALSE;
  if (g_stat (backup->part, &status) != 0 || g_rename (backup->part, backup->to) != 0) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "The copy cannot be named %s.", backup->to);
    return FALSE;
  }
  backup->bytes = status.st_size;
  g_autofree char *directory = g_path_get_dirname (backup->to);
  return kithd_files_sync_directory (directory, error);
}

gboolean
kithd_backup_step (KithdBackup *backup, int pages, gboolean *done, GError **error)
{
  int code = sqlite3_backup_step (backup->backup, pages);
  *done = code == SQLITE_DONE;
  if (*done)
    return finish (backup, error);
  if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return TRUE;
  sqlite3_backup_finish (g_steal_pointer (&backup->backup)); /* leaves the reason in the connection of the copy */
  return fail (backup->copy, backup->to, error);
}

gint64
kithd_backup_bytes (const KithdBackup *backup)
{
  return backup->bytes;
}

void
kithd_backup_free (KithdBackup *backup)
{
  if (backup == NULL)
    return;
  if (backup->backup != NULL)
    sqlite3_backup_finish (backup->backup);
  kith_sql_close (backup->copy);
  kith_sql_close (backup->source);
  g_unlink (backup->part);
  g_free (backup->part);
  g_free (backup->to);
  g_free (backup);
}
