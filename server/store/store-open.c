/* store-open.c - before anything is read or written: a database is there, is sound, and has the present schema. */
#include "store/store-private.h"

#include <glib/gstdio.h>

#include "proto/error.h"
#include "store/files.h"

static gboolean
prepare_fresh (KithSql *sql, GError **error)
{
  g_autofree char *server = kithd_store_random_id ();
  g_autofree char *history = kithd_store_random_id ();
  g_autofree char *facts = g_strdup_printf (
      "INSERT INTO meta (key, value) VALUES ('server_id', '%s'), ('history', '%s'), ('rev', 0)", server, history);
  return kithd_migrate (sql, kithd_migrate_newest (), error) && kith_sql_exec (sql, facts, error) &&
         kith_sql_exec (sql, "PRAGMA journal_mode = WAL", error);
}

/* A new database gets its name when it is complete; so an empty or half kith.db is always damage, never a beginning. */
static gboolean
create (const char *directory, const char *file, GError **error)
{
  GError *problem = NULL;
  g_autofree char *fresh = g_strconcat (file, ".new", NULL);
  g_unlink (fresh);
  if (kithd_files_create (fresh, &problem)) {
    g_autoptr (KithSql) sql = kith_sql_open (fresh, SQLITE_OPEN_READWRITE, &problem);
    if (sql != NULL)
      prepare_fresh (sql, &problem);
  }
  if (problem == NULL && g_rename (fresh, file) == 0)
    return kithd_files_sync_directory (directory, error);
  g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "Cannot make the database %s: %s", file,
               problem != NULL ? problem->message : "it cannot be renamed");
  g_clear_error (&problem);
  g_unlink (fresh);
  return FALSE;
}

/* Before anybody reads it, or closes it, which may move the journal already. */
static gboolean
secure (const char *directory, const char *file, GError **error)
{
  GError *problem = NULL;
  if (kithd_journal_secure (file, &problem))
    return kithd_files_sync_directory (directory, error);
  kithd_examine_explain (file, problem, error);
  return FALSE;
}

gboolean
kithd_store_prepare (const char *directory, const char *file, GError **error)
{
  g_autofree char *journal = g_strconcat (file, "-wal", NULL);
  if (g_file_test (file, G_FILE_TEST_EXISTS))
    return secure (directory, file, error) && kithd_examine (file, FALSE, error);
  if (!g_file_test (journal, G_FILE_TEST_EXISTS))
    return create (directory, file, error);
  g_set_error (
      error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
      "The database %s is missing, but its journal is there. Put the file back, or move %s away and put a backup into "
      "place with `kithd restore FILE`.",
      file, journal);
  return FALSE;
}

/* Brings the schema up to date and a restored database to a history of its own. */
gboolean
kithd_store_bring_up_to_date (const char *file, GError **error)
{
  g_autoptr (KithSql) sql = kith_sql_open (file, SQLITE_OPEN_READWRITE, error);
  if (sql == NULL || !kith_sql_exec (sql, "PRAGMA journal_mode = WAL", error) ||
      !kithd_migrate (sql, kithd_migrate_newest (), error))
    return FALSE;
  gint64 restored = 0;
  if (!kith_sql_number (sql, "SELECT count(*) FROM meta WHERE key = 'restored'", &restored, error))
    return FALSE;
  if (restored == 0)
    return TRUE;
  g_autofree char *history = kithd_store_random_id ();
  g_autofree char *renew = g_strdup_printf ("BEGIN; UPDATE meta SET value = '%s' WHERE key = 'history';"
                                            "DELETE FROM meta WHERE key = 'restored'; COMMIT",
                                            history);
  return kith_sql_exec (sql, renew, error);
}
