/* store.c - two tables in SQLite, each call a transaction that is on the disk when it returns (synchronous=FULL).
 *
 * The file is locked as long as it is open, so that no two programs ever send the same outbox. A damaged file is moved
 * aside, never deleted: it may hold what somebody wrote. */
#include "store.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "proto/error.h"
#include "secrets.h"
#include "sql/sql.h"

#define VERSION 2
#define PATIENCE_MS 1000 /* for another program that has the file */

#define SETTINGS                                                                                                     \
  "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = 1;" \
  "PRAGMA trusted_schema = 0; PRAGMA cache_size = -256; PRAGMA journal_size_limit = 1048576;"

#define SCHEMA                                                                                                    \
  "BEGIN IMMEDIATE;"                                                                                              \
  "CREATE TABLE IF NOT EXISTS kept (what TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"           \
  "CREATE TABLE IF NOT EXISTS outbox (key INTEGER PRIMARY KEY, written INTEGER NOT NULL, request TEXT NOT NULL, " \
  "entered INTEGER NOT NULL DEFAULT 0) STRICT;"                                                                   \
  "PRAGMA user_version = 2;"                                                                                      \
  "COMMIT"

/* The first version did not keep when something was written. */
#define FROM_1                                                        \
  "BEGIN IMMEDIATE;"                                                  \
  "ALTER TABLE outbox ADD COLUMN entered INTEGER NOT NULL DEFAULT 0;" \
  "PRAGMA user_version = 2;"                                          \
  "COMMIT"

enum { S_GET, S_SET, S_FORGET, S_LOAD, S_ADD, S_UPDATE, S_REMOVE, S_N_STATEMENTS };

static const char *const statements[S_N_STATEMENTS] = {
    [S_GET] = "SELECT value FROM kept WHERE what = ?1",
    [S_SET] = "INSERT OR REPLACE INTO kept (what, value) VALUES (?1, ?2)",
    [S_FORGET] = "DELETE FROM kept WHERE what = ?1",
    [S_LOAD] = "SELECT key, written, request, entered FROM outbox ORDER BY key",
    [S_ADD] = "INSERT OR REPLACE INTO outbox (key, written, request, entered) VALUES (?1, ?2, ?3, ?4)",
    [S_UPDATE] = "UPDATE outbox SET written = ?2, request = ?3 WHERE key = ?1",
    [S_REMOVE] = "DELETE FROM outbox WHERE key = ?1",
};

typedef struct {
  KithStorage base;
  char *path;
  KithSql *sql;
  KithSecrets *secrets;
  char *secret_id;
} Store;

/* SQLite's words are the cause; what can be done follows from the kind. Takes problem. */
static gboolean
fail (const char *path, GError *problem, GError **error)
{
  if (kith_sql_is_full (problem))
    g_set_error (error, KITH_ERROR, KITH_ERROR_STORAGE_FULL,
                 _ ("The disk with %s is full: nothing more can be kept. Make room, then try again."), path);
  else if ((problem->code & 0xff) == SQLITE_BUSY)
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                 _ ("%s is in use by another Kith. Close it, or choose another directory with --profile."), path);
  else
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                 _ ("%s cannot be used (%s). Look at the disk and the permissions."), path, problem->message);
  g_error_free (problem);
  return FALSE;
}

static void
store_free (KithStorage *base)
{
  Store *store = (Store *) base;
  g_clear_pointer (&store->sql, kith_sql_close);
  g_clear_pointer (&store->secrets, kith_secrets_free);
  g_free (store->secret_id);
  g_free (store->path);
  g_free (store);
}

static char *
store_get (KithStorage *base, KithKept what)
{
  Store *store = (Store *) base;
  if (what == KITH_KEPT_TOKEN)
    return kith_secrets_get (store->secrets, store->secret_id);
  g_autoptr (GError) problem = NULL;
  char *value = NULL;
  sqlite3_stmt *row = kith_sql_start (store->sql, S_GET, "t", kith_kept_name (what));
  while (kith_sql_next (store->sql, row, &problem))
    value = g_strdup (kith_sql_column_text (row, 0));
  if (problem != NULL)
    g_warning ("%s cannot be read: %s", store->path, problem->message);
  return value;
}

static gboolean
store_set (KithStorage *base, KithKept what, const char *value, GError **error)
{
  Store *store = (Store *) base;
  GError *problem = NULL;
  const char *name = kith_kept_name (what);
  if (what == KITH_KEPT_TOKEN)
    return kith_secrets_set (store->secrets, store->secret_id, value, error);
  gboolean kept = value != NULL ? kith_sql_run (store->sql, S_SET, NULL, &problem, "tt", name, value)
                                : kith_sql_run (store->sql, S_FORGET, NULL, &problem, "t", name);
  return kept || fail (store->path, problem, error);
}

static gboolean
store_load (KithStorage *base, KithStoredFunc func, gpointer data, GError **error)
{
  Store *store = (Store *) base;
  GError *problem = NULL;
  sqlite3_stmt *row = kith_sql_start (store->sql, S_LOAD, "");
  while (kith_sql_next (store->sql, row, &problem)) {
    KithStoredEntry entry = {(guint64) sqlite3_column_int64 (row, 0), sqlite3_column_int (row, 1) != 0,
                             kith_sql_column_text (row, 2), sqlite3_column_int64 (row, 3)};
    func (&entry, data);
  }
  return problem == NULL || fail (store->path, problem, error);
}

static gboolean
store_add (KithStorage *base, const KithStoredEntry *entry, GError **error)
{
  Store *store = (Store *) base;
  GError *problem = NULL;
  return kith_sql_run (store->sql, S_ADD, NULL, &problem, "idti", (gint64) entry->key, entry->written, entry->request,
                       entry->entered) ||
         fail (store->path, problem, error);
}

static gboolean
store_update (KithStorage *base, const KithStoredEntry *entry, GError **error)
{
  Store *store = (Store *) base;
  GError *problem = NULL;
  return kith_sql_run (store->sql, S_UPDATE, NULL, &problem, "idt", (gint64) entry->key, entry->written,
                       entry->request) ||
         fail (store->path, problem, error);
}

static gboolean
store_remove (KithStorage *base, guint64 key, GError **error)
{
  Store *store = (Store *) base;
  GError *problem = NULL;
  return kith_sql_run (store->sql, S_REMOVE, NULL, &problem, "i", (gint64) key) || fail (store->path, problem, error);
}

static gboolean
is_sound (KithSql *sql, gint64 *version, GError **error)
{
  g_autofree char *verdict = kith_sql_text (sql, "PRAGMA quick_check (1)", error);
  if (verdict == NULL || !kith_sql_number (sql, "PRAGMA user_version", version, error))
    return FALSE;
  if (!g_str_equal (verdict, "ok"))
    g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_CORRUPT, verdict);
  else if (*version > VERSION)
    g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_CANTOPEN, _ ("it was written by a newer Kith"));
  else
    return TRUE;
  return FALSE;
}

static KithSql *
open_file (const char *path, GError **error)
{
  g_autoptr (KithSql) sql = kith_sql_open (path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
  if (sql == NULL)
    return NULL;
  gint64 version = 0;
  sqlite3_busy_timeout (sql->db, PATIENCE_MS);
  if (!kith_sql_exec (sql, SETTINGS, error) || !is_sound (sql, &version, error) ||
      !kith_sql_exec (sql, version == 1 ? FROM_1 : SCHEMA, error) ||
      !kith_sql_prepare (sql, statements, S_N_STATEMENTS, error))
    return NULL;
  return g_steal_pointer (&sql);
}

/* FALSE: it stays where it is. */
static gboolean
move_aside (const char *path, const GError *problem)
{
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%" G_GINT64_FORMAT, path, g_get_real_time () / G_USEC_PER_SEC);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL), *wal_aside = g_strconcat (aside, "-wal", NULL);
  gboolean moved = g_rename (path, aside) == 0;
  if (moved && g_rename (wal, wal_aside) != 0 && errno != ENOENT)
    moved = g_unlink (wal) == 0;
  if (moved)
    g_warning ("%s is damaged (%s). It is kept as %s, and a new one is begun.", path, problem->message, aside);
  return moved;
}

static const KithStorageClass klass = {
    .free = store_free,
    .get = store_get,
    .set = store_set,
    .load = store_load,
    .add = store_add,
    .update = store_update,
    .remove = store_remove,
};

gboolean
kith_store_unlock (KithStorage *base, GSourceOnceFunc func, gpointer data)
{
  Store *store = (Store *) base;
  return base->klass == &klass && kith_secrets_unlock (store->secrets, store->secret_id, func, data);
}

KithStorage *
kith_store_open (const char *path, const char *secret_id, GError **error)
{
  GError *problem = NULL;
  KithSql *sql = open_file (path, &problem);
  if (sql == NULL && kith_sql_is_damage (problem) && move_aside (path, problem)) {
    g_clear_error (&problem);
    sql = open_file (path, &problem);
  }
  if (sql == NULL) {
    fail (path, problem, error);
    return NULL;
  }
  g_autofree char *directory = g_path_get_dirname (path);
  Store *store = g_new0 (Store, 1);
  store->base.klass = &klass;
  store->path = g_strdup (path);
  store->sql = sql;
  store->secrets = kith_secrets_open (directory);
  store->secret_id = g_strdup (secret_id);
  return &store->base;
}
