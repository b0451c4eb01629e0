/* fuzz-search.c - any bytes as what somebody looks for: FTS5 never takes them for a question of its own, and a text is
 * found by its own words. */
#include "fuzz.h"

#include <string.h>

#include "proto/fold.h"
#include "sql/sql-gram.h"
#include "store/store-index.h"

enum { ADD, REMOVE, FIND, N_STATEMENTS };

static KithSql *
open_grams (void)
{
  static const char *const statements[N_STATEMENTS] = {
      [ADD] = "INSERT INTO gram (rowid, text) VALUES (?1, ?2)",
      [REMOVE] = "INSERT INTO gram (gram, rowid, text) VALUES ('delete', ?1, ?2)",
      [FIND] = "SELECT rowid FROM gram WHERE gram MATCH ?1",
  };
  KithSql *sql = kith_sql_open (":memory:", SQLITE_OPEN_READWRITE, NULL);
  g_assert_true (kith_gram_register (sql, NULL));
  g_assert_true (kith_sql_exec (
      sql,
      "CREATE VIRTUAL TABLE gram USING fts5 (text, content = '', columnsize = 0, detail = none, tokenize = 'kith')",
      NULL));
  g_assert_true (kith_sql_prepare (sql, statements, N_STATEMENTS, NULL));
  return sql;
}

static KithdSearch *
look_for (const char *text)
{
  KithdSearch *search = kithd_search_new ();
  g_ptr_array_unref (search->words);
  search->words = kith_fold_words (text);
  search->from = 7;
  kithd_search_add_place (search, 3);
  kithd_search_add_place (search, 4);
  return search;
}

/* How many rows the question has: 0 or 1. */
static gint64
count (KithSql *sql, const KithdSearch *search)
{
  gint64 row = 0;
  GError *error = NULL;
  g_autofree char *query = kithd_gram_query (search);
  int found = kith_sql_get (sql, FIND, &row, 1, &error, "t", query);
  if (found < 0)
    g_error ("%s: %s", query, error->message);
  return found;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static KithSql *sql = NULL;
  if (sql == NULL)
    sql = open_grams ();
  g_autofree char *text = size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  g_autoptr (KithdSearch) search = look_for (text);
  g_autofree char *folded = kith_fold (text, NULL);
  g_autofree char *document = kithd_gram_document (3, 7, 0, folded);
  if (strlen (folded) > 4096)
    return 0;
  g_assert_cmpint (count (sql, search), ==, 0);
  g_assert_true (kith_sql_run (sql, ADD, NULL, NULL, "it", (gint64) 1, document));
  g_assert_true (kith_fold_has_words (folded, search->words));
  g_assert_cmpint (count (sql, search), ==, 1);
  g_assert_true (kith_sql_run (sql, REMOVE, NULL, NULL, "it", (gint64) 1, document));
  return 0;
}
