/* sql.h - SQLite with GError and prepared statements: a connection, and the statements of a table, prepared once.
 *
 * The letters of `types` say how the arguments that follow are bound to ?1, ?2 ...:
 *   i  gint64    d  int    t  const char * (may be NULL)    b  const void *, gsize (NULL: NULL)
 *
 * Errors are in KITH_SQL_ERROR, their code is SQLite's extended result code; kith_sql_translate makes KITH_ERROR of
 * them. */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#define KITH_SQL_ERROR (kith_sql_error_quark ())
GQuark kith_sql_error_quark (void);

#define KITH_SQL_PATIENCE_MS 5000 /* for who else has the file */

typedef struct {
  sqlite3 *db;
  sqlite3_stmt **statements;
  guint n_statements;
} KithSql;

/* flags: SQLITE_OPEN_READONLY or SQLITE_OPEN_READWRITE. The file must exist (an empty one will do). One thread at a
 * time. */
KithSql *kith_sql_open (const char *file, int flags, GError **error);
/* sql-scrub.c: from now on this connection leaves no copies of moved rows in the file. kith_sql_open does it for those
 * that write. */
void kith_sql_scrub (KithSql *sql);
/* Any pending transaction is rolled back. */
void kith_sql_close (KithSql *sql);
/* Prepares texts[0 ... n-1]; the index in the table is the statement's id. Once for a connection. */
gboolean kith_sql_prepare (KithSql *sql, const char *const *texts, guint n, GError **error);
/* One or more statements without arguments and results. */
gboolean kith_sql_exec (KithSql *sql, const char *text, GError **error);

/* Binds to ?first and those that follow, for a statement of many rows; then kith_sql_run with the rest, or with "". Texts and bytes must live until then. */
void kith_sql_bind (KithSql *sql, guint id, int first, const char *types, ...);
/* Binds and runs to the end. *changed, where wanted: how many rows it wrote. */
gboolean kith_sql_run (KithSql *sql, guint id, gint64 *changed, GError **error, const char *types, ...);
/* Binds, reads the integers of the first row. 1: found, 0: no row, -1: error. */
int kith_sql_get (KithSql *sql, guint id, gint64 *out, guint n_out, GError **error, const char *types, ...);
/* Binds; the rows come from kith_sql_next. */
sqlite3_stmt *kith_sql_start (KithSql *sql, guint id, const char *types, ...);
/* TRUE: a row is there. FALSE: the end, or an error; the statement is reset. Whoever stops before the end resets it. */
gboolean kith_sql_next (KithSql *sql, sqlite3_stmt *statement, GError **error);
/* The end of a function that walked over rows: TRUE without a problem, else problem, which is taken, goes to error. */
gboolean kith_sql_done (GError *problem, GError **error);
/* The first integer of an ad-hoc query. */
gboolean kith_sql_number (KithSql *sql, const char *text, gint64 *out, GError **error);
/* The first text of an ad-hoc query, or NULL with error. The caller frees. */
char *kith_sql_text (KithSql *sql, const char *text, GError **error);

gint64 kith_sql_last_id (KithSql *sql);
const char *kith_sql_column_text (sqlite3_stmt *statement, int column); /* NULL for NULL; until the next step */

/* What an error means. FALSE for errors of other domains. */
gboolean kith_sql_is_full (const GError *error);       /* no space: try again later */
gboolean kith_sql_is_constraint (const GError *error); /* the row exists already */
gboolean
kith_sql_is_passing (const GError *error); /* full, busy, out of memory or descriptors: the file is not in doubt */
gboolean kith_sql_is_damage (const GError *error); /* the file is not a sound database */
/* The error for people and the wire; takes and returns ownership. Errors of other domains pass unchanged. */
GError *kith_sql_translate (GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithSql, kith_sql_close)
