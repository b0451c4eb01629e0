/* store-examine.c - is this file a sound database of Kith? It is opened for reading only, so that a damaged one stays
 * as it is.
 *
 * Opening a store examines what is small: the header, the tables beside the logs, and the end of every log. A small
 * database is looked at whole. `kithd check` looks at every page and at the rules of Kith, which are a table of
 * questions whose answers must be empty. */
#include "store/store-private.h"

#include <glib/gstdio.h>

#include "proto/error.h"

#define WHOLE_MAX (32 * 1024 * 1024) /* bytes of a file that is looked at whole when it is opened */

static const char *const small_tables[] = {"meta", "account", "device", "conversation", "member", "stay"};

/* Of member m: how many messages beyond those up to the cursor are not unread. */
#define BEHIND_CURSOR \
  "m.read_n - coalesce ((SELECT n FROM event e WHERE e.conversation = c.id AND e.seq = m.read), 0)"

/* Each question selects what is wrong: one text a row. */
static const struct {
  const char *wrong, *query;
} quick_rules[] =
    {
        {"the log does not end where it should",
         "SELECT 'c' || c.id FROM conversation c LEFT JOIN event e ON e.conversation = c.id AND e.seq = c.last"
         " WHERE c.last >= c.first AND (e.seq IS NULL OR e.n <> c.n)"},
        {"the number of the last change is missing",
         "SELECT 'meta' WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'rev')"},
},
  rules[] = {
      {"numbers of events are missing", "SELECT 'c' || c.id FROM conversation c JOIN"
                                        " (SELECT conversation, count(*) k, min(seq) lo, max(seq) hi FROM event GROUP "
                                        "BY conversation) e ON e.conversation = c.id"
                                        " WHERE e.hi < c.last OR e.lo <> c.first OR e.k <> e.hi - e.lo + 1"},
      {"messages are counted wrongly",
       "SELECT 'c' || conversation || '/' || seq FROM (SELECT conversation, seq, n, kind,"
       " lag (n, 1, CASE seq WHEN 1 THEN 0 ELSE n - (kind = 'message') END) OVER (PARTITION BY conversation ORDER BY "
       "seq) before"
       " FROM event) WHERE n <> before + (kind = 'message')"},
      {"times go back",
       "SELECT 'c' || conversation || '/' || seq FROM (SELECT conversation, seq, at,"
       " lag (at, 1, at) OVER (PARTITION BY conversation ORDER BY seq) before FROM event) WHERE at < before"},
      {"an event belongs to no conversation",
       "SELECT DISTINCT 'c' || conversation FROM event WHERE conversation NOT IN (SELECT id FROM conversation)"},
      {"an event is by nobody",
       "SELECT DISTINCT 'u' || sender FROM event WHERE sender <> 0 AND sender NOT IN (SELECT id FROM account)"},
      {"an event touches no message",
       "SELECT 'c' || e.conversation || '/' || e.seq FROM event e WHERE e.target > 0 AND"
       " e.target >= (SELECT first FROM conversation WHERE id = e.conversation) AND NOT EXISTS"
       " (SELECT 1 FROM event t WHERE t.conversation = e.conversation AND t.seq = e.target AND t.kind = 'message')"},
      {"a deleted message has its text still",
       "SELECT 'c' || e.conversation || '/' || e.seq FROM event e WHERE e.deleted <> 0 AND (e.body IS NOT NULL OR "
       "EXISTS"
       " (SELECT 1 FROM original o WHERE o.conversation = e.conversation AND o.seq = e.seq))"},
      {"a change is newer than the log",
       "SELECT 'c' || e.conversation || '/' || e.seq FROM event e JOIN conversation c ON c.id = e.conversation"
       " WHERE e.changed < e.seq OR e.changed > max (c.last, (SELECT max(seq) FROM event WHERE conversation = c.id))"},
      {"a recent message does not continue its log",
       "SELECT 'c' || r.conversation || '/' || r.seq FROM (SELECT conversation, seq, n, sender, row_number () OVER"
       " (PARTITION BY conversation ORDER BY seq) k FROM recent) r WHERE"
       " r.seq IS NOT r.k + (SELECT last FROM conversation WHERE id = r.conversation)"
       " OR r.n IS NOT r.k + (SELECT n FROM conversation WHERE id = r.conversation) OR r.sender NOT IN (SELECT id FROM account)"},
      {"a recent message has the nonce of another one",
       "SELECT 'c' || r.conversation || '/' || r.seq FROM recent r WHERE"
       " EXISTS (SELECT 1 FROM nonce WHERE account = r.sender AND nonce = r.nonce)"
       " OR EXISTS (SELECT 1 FROM nonce_run WHERE account = r.sender AND first <= r.nonce AND last >= r.nonce AND instr (answers, r.nonce) > 0)"
       " OR EXISTS (SELECT 1 FROM recent o WHERE o.sender = r.sender AND o.nonce = r.nonce AND o.rev < r.rev)"},
      {"nonces do not ascend",
       "SELECT 'u' || account FROM (SELECT *, lag (last) OVER (PARTITION BY account ORDER BY first) before FROM nonce_run)"
       " WHERE before >= first OR length (answers) NOT BETWEEN 56 AND 896 OR length (answers) % 56 <> 0 OR"
       " substr (answers, 1, 16) <> first OR substr (answers, -56, 16) <> last"},
      {"something else than a message waits to be counted",
       "SELECT 'c' || e.conversation || '/' || e.seq FROM conversation c CROSS JOIN event e"
       " ON e.conversation = c.id AND e.seq > c.last WHERE e.kind <> 'message'"},
      {"a device belongs to nobody", "SELECT 'd' || id FROM device WHERE account NOT IN (SELECT id FROM account)"},
      {"an invitation is by nobody, or into nothing",
       "SELECT 'invitation ' || id FROM invitation WHERE (account <> 0 AND account NOT IN (SELECT id FROM account "
       "WHERE deleted = 0))"
       " OR (conversation <> 0 AND conversation NOT IN (SELECT id FROM conversation WHERE kind = 0)) OR used > uses"},
      {"a member is nobody, or of nothing",
       "SELECT 'c' || conversation || '/u' || account FROM member WHERE account NOT IN (SELECT id FROM account)"
       " OR conversation NOT IN (SELECT id FROM conversation)"},
      {"a cursor stands where nothing is",
       "SELECT 'c' || m.conversation || '/u' || m.account FROM member m JOIN conversation c ON c.id = m.conversation"
       " WHERE m.read > c.last OR m.read_n > c.n OR (m.read >= c.first AND " BEHIND_CURSOR " <> 0 AND " BEHIND_CURSOR
       " NOT BETWEEN 1 AND (SELECT count(*) FROM event e WHERE e.conversation = c.id AND e.seq > m.read AND"
       " e.sender = m.account AND e.kind = 'message'))"},
      {"who is in a conversation has no open stay, or who is not has one",
       "SELECT 'c' || m.conversation || '/u' || m.account FROM member m WHERE (m.state = 0) <>"
       " (SELECT count(*) FROM stay s WHERE s.conversation = m.conversation AND s.account = m.account AND s.left = 0)"},
      {"who is banned has no ban, or who is not has one",
       "SELECT 'c' || conversation || '/u' || account FROM (SELECT conversation, account, 1 FROM member WHERE state = 4"
       " UNION ALL SELECT conversation, account, 0 FROM ban) GROUP BY 1 HAVING count(*) <> 2"},
      {"a stay belongs to no member",
       "SELECT 'c' || s.conversation || '/u' || s.account FROM stay s WHERE NOT EXISTS (SELECT 1 FROM member m"
       " WHERE m.conversation = s.conversation AND m.account = s.account) OR (s.left <> 0 AND s.left < s.joined)"},
      {"a reaction or mention is of no message",
       "SELECT 'c' || r.conversation || '/' || r.target FROM"
       " (SELECT conversation, target FROM reaction UNION SELECT conversation, seq FROM mention) r WHERE NOT EXISTS"
       " (SELECT 1 FROM event e WHERE e.conversation = r.conversation AND e.seq = r.target AND e.kind = 'message'"
       " AND e.deleted = 0)"},
      {"the number of the last change is too small",
       "SELECT 'meta' FROM meta WHERE key = 'rev' AND value < max ("
       " (SELECT coalesce (max(rev), 0) FROM conversation), (SELECT coalesce (max(rev), 0) FROM account),"
       " (SELECT coalesce (max(rev), 0) FROM member))"},
};

static gboolean
check_rule (KithSql *sql, const char *wrong, const char *query, GError **error)
{
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2 (sql->db, query, -1, &statement, NULL) != SQLITE_OK) {
    g_set_error (error, KITH_SQL_ERROR, SQLITE_CORRUPT, "%s", sqlite3_errmsg (sql->db));
    return FALSE;
  }
  int code = sqlite3_step (statement);
  if (code == SQLITE_ROW) {
    const char *where = kith_sql_column_text (statement, 0);
    g_set_error (error, KITH_SQL_ERROR, SQLITE_CORRUPT, "%s: %s", where != NULL ? where : "?", wrong);
  } else if (code != SQLITE_DONE) {
    g_set_error (error, KITH_SQL_ERROR, sqlite3_extended_errcode (sql->db), "%s", sqlite3_errmsg (sql->db));
  }
  sqlite3_finalize (statement);
  return code == SQLITE_DONE;
}

static gboolean
check_pages (KithSql *sql, const char *pragma, GError **error)
{
  g_autofree char *verdict = kith_sql_text (sql, pragma, error);
  if (verdict == NULL || g_str_equal (verdict, "ok"))
    return verdict != NULL;
  g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_CORRUPT, verdict);
  return FALSE;
}

static gboolean
check_header (KithSql *sql, gint64 *version, GError **error)
{
  gint64 application = 0;
  if (!kith_sql_number (sql, "PRAGMA user_version", version, error) ||
      !kith_sql_number (sql, "PRAGMA application_id", &application, error))
    return FALSE;
  if (application != KITHD_STORE_APPLICATION || *version <= 0) {
    g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_NOTADB, "it is not a database of Kith");
    return FALSE;
  }
  if (*version <= kithd_migrate_newest ())
    return TRUE;
  g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
               "it was written by a newer kithd (schema %" G_GINT64_FORMAT ", this one knows %u). Install that one "
               "again, or put a backup from before the update into place with `kithd restore FILE`.",
               *version, kithd_migrate_newest ());
  return FALSE;
}

/* SQLite notices missing pages, but not a last page that ends early. While there is a journal it may hold what the file
 * does not. */
static gboolean
check_size (const char *file, gint64 size, GError **error)
{
  GStatBuf database, journal;
  g_autofree char *journal_file = g_strconcat (file, "-wal", NULL);
  if (g_stat (file, &database) != 0 || database.st_size >= size ||
      (g_stat (journal_file, &journal) == 0 && journal.st_size > 0))
    return TRUE;
  g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_CORRUPT, "its end is missing");
  return FALSE;
}

static gboolean
check_quickly (KithSql *sql, const char *file, GError **error)
{
  gint64 pages = 0, size = 0;
  if (!kith_sql_number (sql, "PRAGMA page_count", &pages, error) ||
      !kith_sql_number (sql, "PRAGMA page_size", &size, error) || !check_size (file, pages * size, error))
    return FALSE;
  if (pages * size <= WHOLE_MAX && !check_pages (sql, "PRAGMA quick_check (1)", error))
    return FALSE;
  for (guint i = 0; pages * size > WHOLE_MAX && i < G_N_ELEMENTS (small_tables); i++) {
    g_autofree char *pragma = g_strdup_printf ("PRAGMA quick_check (%s)", small_tables[i]);
    if (!check_pages (sql, pragma, error))
      return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (quick_rules); i++)
    if (!check_rule (sql, quick_rules[i].wrong, quick_rules[i].query, error))
      return FALSE;
  return TRUE;
}

/* The rules are those of the newest schema; an older database is brought there when it is opened. */
static gboolean
check_everything (KithSql *sql, gint64 version, GError **error)
{
  if (!check_pages (sql, "PRAGMA integrity_check (1)", error))
    return FALSE;
  for (guint i = 0; version == kithd_migrate_newest () && i < G_N_ELEMENTS (rules); i++)
    if (!check_rule (sql, rules[i].wrong, rules[i].query, error))
      return FALSE;
  return TRUE;
}

static gboolean
examine (const char *file, gboolean thorough, GError **error)
{
  gint64 version = 0;
  g_autoptr (KithSql) sql = kith_sql_open (file, SQLITE_OPEN_READONLY, error);
  if (sql == NULL || !check_header (sql, &version, error) || !check_quickly (sql, file, error))
    return FALSE;
  return !thorough || check_everything (sql, version, error);
}

void
kithd_examine_explain (const char *file, GError *problem, GError **error)
{
  if (problem->domain == KITH_ERROR)
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "Cannot use the database %s: %s", file, problem->message);
  else if (kith_sql_is_damage (problem))
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                 "The database %s is damaged (%s). Nothing was changed. Put a sound backup into place with `kithd restore "
                 "FILE`; what was there before is kept beside it.",
                 file, problem->message);
  else
    g_set_error (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE,
                 "Cannot use the database %s (%s). Look at the disk and at who may write there; if the file is "
                 "damaged, put a backup into place with `kithd restore FILE`.",
                 file, problem->message);
  g_error_free (problem);
}

gboolean
kithd_examine (const char *file, gboolean thorough, GError **error)
{
  GError *problem = NULL;
  if (!g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "There is no file %s.", file);
    return FALSE;
  }
  if (examine (file, thorough, &problem))
    return TRUE;
  kithd_examine_explain (file, problem, error);
  return FALSE;
}

gboolean
kithd_store_check (const char *file, GError **error)
{
  return kithd_examine (file, TRUE, error);
}
