/* sql.c - every result code of SQLite passes through fail (); nothing else makes errors of it. */
#include "sql/sql.h"

#include "proto/error.h"
#include "sql/sql-private.h"

G_DEFINE_QUARK (kith - sql - error - quark, kith_sql_error)

/* FULL is also what a write means that failed for a quota or a limit on the size of files; a failed fsync never is.
 * Asked before any other call of the system: SQLite does not keep its reason. */
static int
classify (int code)
{
  gboolean writing = code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE || code == SQLITE_IOERR_SHMMAP;
  return writing && kith_sql_no_room () ? SQLITE_FULL : code;
}

static gboolean
fail (sqlite3 *db, GError **error)
{
  int code = classify (sqlite3_extended_errcode (db));
  g_set_error_literal (error, KITH_SQL_ERROR, code, sqlite3_errmsg (db));
  return FALSE;
}

/* SQLite counts the bytes of all its connections under one lock, which every thread takes for each piece of memory; nobody asks for the sum. In a
 * process that has used SQLite before it stays so. */
static void
count_no_memory (void)
{
  static gsize done;
  if (!g_once_init_enter (&done))
    return;
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  g_once_init_leave (&done, 1);
}

KithSql *
kith_sql_open (const char *file, int flags, GError **error)
{
  count_no_memory ();
  KithSql *sql = g_new0 (KithSql, 1);
  if (sqlite3_open_v2 (file, &sql->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK || sql->db == NULL) {
    if (sql->db != NULL)
      fail (sql->db, error);
    else
      g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_NOMEM, "out of memory");
    kith_sql_close (sql);
    return NULL;
  }
  if ((flags & SQLITE_OPEN_READWRITE) != 0)
    kith_sql_scrub (sql);
  sqlite3_extended_result_codes (sql->db, 1);
  sqlite3_busy_timeout (sql->db, KITH_SQL_PATIENCE_MS);
  return sql;
}

void
kith_sql_close (KithSql *sql)
{
  if (sql == NULL)
    return;
  for (guint i = 0; i < sql->n_statements; i++)
    sqlite3_finalize (sql->statements[i]);
  g_free (sql->statements);
  sqlite3_close_v2 (sql->db);
  g_free (sql);
}

gboolean
kith_sql_prepare (KithSql *sql, const char *const *texts, guint n, GError **error)
{
  g_return_val_if_fail (sql->statements == NULL, FALSE);
  sql->statements = g_new0 (sqlite3_stmt *, n);
  sql->n_statements = n;
  for (guint i = 0; i < n; i++)
    if (sqlite3_prepare_v3 (sql->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &sql->statements[i], NULL) != SQLITE_OK)
      return fail (sql->db, error);
  return TRUE;
}

gboolean
kith_sql_exec (KithSql *sql, const char *text, GError **error)
{
  return sqlite3_exec (sql->db, text, NULL, NULL, NULL) == SQLITE_OK || fail (sql->db, error);
}

/* lifetime: SQLITE_STATIC where the arguments outlive the statement's run, else SQLITE_TRANSIENT. */
static void
bind (sqlite3_stmt *statement, int first, sqlite3_destructor_type lifetime, const char *types, va_list arguments)
{
  for (int i = first; *types != '\0'; types++, i++) {
    if (*types == 'i') {
      sqlite3_bind_int64 (statement, i, va_arg (arguments, gint64));
    } else if (*types == 'd') {
      sqlite3_bind_int (statement, i, va_arg (arguments, int));
    } else if (*types == 't') {
      sqlite3_bind_text (statement, i, va_arg (arguments, const char *), -1, lifetime);
    } else {
      const void *bytes = va_arg (arguments, const void *);
      sqlite3_bind_blob64 (statement, i, bytes, va_arg (arguments, gsize), lifetime);
    }
  }
}

#define BIND(statement, first, lifetime, types)          \
  G_STMT_START                                           \
  {                                                      \
    va_list arguments;                                   \
    va_start (arguments, types);                         \
    bind (statement, first, lifetime, types, arguments); \
    va_end (arguments);                                  \
  }                                                      \
  G_STMT_END

gboolean
kith_sql_next (KithSql *sql, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    fail (sql->db, error);
  sqlite3_reset (statement);
  return FALSE;
}

sqlite3_stmt *
kith_sql_start (KithSql *sql, guint id, const char *types, ...)
{
  sqlite3_stmt *statement = sql->statements[id];
  sqlite3_reset (statement);
  BIND (statement, 1, SQLITE_TRANSIENT, types);
  return statement;
}

gboolean
kith_sql_done (GError *problem, GError **error)
{
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

void
kith_sql_bind (KithSql *sql, guint id, int first, const char *types, ...)
{
  BIND (sql->statements[id], first, SQLITE_STATIC, types);
}

gboolean
kith_sql_run (KithSql *sql, guint id, gint64 *changed, GError **error, const char *types, ...)
{
  GError *problem = NULL;
  sqlite3_stmt *statement = sql->statements[id];
  BIND (statement, 1, SQLITE_STATIC, types);
  while (kith_sql_next (sql, statement, &problem))
    continue;
  sqlite3_clear_bindings (statement);
  if (changed != NULL)
    *changed = sqlite3_changes64 (sql->db);
  return kith_sql_done (problem, error);
}

int
kith_sql_get (KithSql *sql, guint id, gint64 *out, guint n_out, GError **error, const char *types, ...)
{
  GError *problem = NULL;
  sqlite3_stmt *statement = sql->statements[id];
  BIND (statement, 1, SQLITE_STATIC, types);
  gboolean found = kith_sql_next (sql, statement, &problem);
  for (guint i = 0; found && i < n_out; i++)
    out[i] = sqlite3_column_int64 (statement, (int) i);
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  if (problem == NULL)
    return found ? 1 : 0;
  g_propagate_error (error, problem);
  return -1;
}

/* Runs an ad-hoc query up to its first row; NULL with error when there is none. The caller finalizes. */
static sqlite3_stmt *
first_row (KithSql *sql, const char *text, GError **error)
{
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2 (sql->db, text, -1, &statement, NULL) != SQLITE_OK) {
    fail (sql->db, error);
    return NULL;
  }
  int code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    return statement;
  if (code == SQLITE_DONE)
    g_set_error (error, KITH_SQL_ERROR, SQLITE_NOTFOUND, "no row for %s", text);
  else
    fail (sql->db, error);
  sqlite3_finalize (statement);
  return NULL;
}

gboolean
kith_sql_number (KithSql *sql, const char *text, gint64 *out, GError **error)
{
  sqlite3_stmt *statement = first_row (sql, text, error);
  if (statement == NULL)
    return FALSE;
  *out = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return TRUE;
}

char *
kith_sql_text (KithSql *sql, const char *text, GError **error)
{
  sqlite3_stmt *statement = first_row (sql, text, error);
  if (statement == NULL)
    return NULL;
  const char *found = kith_sql_column_text (statement, 0);
  char *copy = g_strdup (found != NULL ? found : "");
  sqlite3_finalize (statement);
  return copy;
}

gint64
kith_sql_last_id (KithSql *sql)
{
  return sqlite3_last_insert_rowid (sql->db);
}

const char *
kith_sql_column_text (sqlite3_stmt *statement, int column)
{
  return (const char *) sqlite3_column_text (statement, column);
}

static int
primary (const GError *error)
{
  return error != NULL && error->domain == KITH_SQL_ERROR ? error->code & 0xff : SQLITE_OK;
}

gboolean
kith_sql_is_full (const GError *error)
{
  return primary (error) == SQLITE_FULL;
}

gboolean
kith_sql_is_constraint (const GError *error)
{
  return primary (error) == SQLITE_CONSTRAINT;
}

gboolean
kith_sql_is_passing (const GError *error)
{
  int code = primary (error);
  return code == SQLITE_FULL || code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_NOMEM ||
         code == SQLITE_CANTOPEN;
}

gboolean
kith_sql_is_damage (const GError *error)
{
  int code = primary (error);
  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR || code == SQLITE_NOTFOUND ||
         code == SQLITE_MISMATCH;
}

GError *
kith_sql_translate (GError *error)
{
  if (error == NULL || error->domain != KITH_SQL_ERROR)
    return error;
  KithError code = KITH_ERROR_UNAVAILABLE;
  if (kith_sql_is_full (error))
    code = KITH_ERROR_STORAGE_FULL;
  else if (kith_sql_is_constraint (error))
    code = KITH_ERROR_INTERNAL;
  GError *translated = g_error_new_literal (KITH_ERROR, code, kith_error_sentence (code));
  g_error_free (error);
  return translated;
}
