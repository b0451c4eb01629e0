/* cache-store.c - the file: what does not fit, or is damaged, is thrown away and begun anew; nothing is repaired.
 *
 * synchronous=NORMAL with a WAL: a power cut loses the last moments, and with them, in the same transaction, what said
 * that they were known. secure_delete and scrubbing (sql/sql-scrub.c): what was deleted leaves the file. */
#include "cache-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "proto/build.h"
#include "proto/scan.h"
#include "sql/sql-gram.h"

#define APPLICATION 0x4b696361 /* "Kica" */
#define VERSION 3              /* of the schema, the grams and the folding */
#define TOKENS_MAX 1000000 /* of what was in frames, each below KITH_TOKENS_TO_CLIENT */

#define SETTINGS                                                                                                 \
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = 1; PRAGMA trusted_schema = 0;" \
  "PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 8388608;"

/* id is the time and part of the seq, so that the newest rows have the highest, whatever order they came in. has: -1
 * for what is no message. seen: every change up to this event has been applied to what the span holds. */
#define SCHEMA                                                                                                   \
  "BEGIN;"                                                                                                       \
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"                      \
  "CREATE TABLE learned (kind TEXT NOT NULL, id INTEGER NOT NULL, object TEXT NOT NULL, PRIMARY KEY (kind, id))" \
  " STRICT, WITHOUT ROWID;"                                                                                      \
  "CREATE TABLE span (conversation INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"             \
  " seen INTEGER NOT NULL, PRIMARY KEY (conversation, first)) STRICT, WITHOUT ROWID;"                            \
  "CREATE TABLE event (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, seq INTEGER NOT NULL,"             \
  " sender INTEGER NOT NULL, changed INTEGER NOT NULL, has INTEGER NOT NULL, object TEXT NOT NULL) STRICT;"      \
  "CREATE UNIQUE INDEX event_place ON event (conversation, seq);"                                                \
  "CREATE TABLE newest (conversation INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;"                         \
  "CREATE VIRTUAL TABLE gram USING fts5 (text, content = '', columnsize = 0, detail = none, tokenize = 'kith');" \
  "PRAGMA application_id = 1265197921; PRAGMA user_version = 3;"                                                 \
  "COMMIT"

static const char *const statements[C_N_STATEMENTS] = {
    [C_BEGIN] = "BEGIN IMMEDIATE",
    [C_COMMIT] = "COMMIT",
    [C_ROLLBACK] = "ROLLBACK",
    [C_META_GET] = "SELECT value FROM meta WHERE key = ?1",
    [C_META_SET] = "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
    [C_LEARN] = "INSERT OR REPLACE INTO learned (kind, id, object) VALUES (?1, ?2, ?3)",
    [C_UNLEARN] = "DELETE FROM learned WHERE kind = ?1 AND id = ?2",
    [C_LEARNED_ONE] = "SELECT object FROM learned WHERE kind = ?1 AND id = ?2",
    [C_LEARNED] = "SELECT object FROM learned WHERE kind = ?1 ORDER BY id",
    [C_EVENT_FIND] = "SELECT id, changed, has, object FROM event WHERE conversation = ?1 AND seq = ?2",
    [C_EVENT_TAKEN] = "SELECT 1 FROM event WHERE id = ?1",
    [C_EVENT_ADD] = "INSERT INTO event (id, conversation, seq, sender, changed, has, object)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [C_EVENT_CHANGE] = "UPDATE event SET changed = ?2, has = ?3, object = ?4 WHERE id = ?1",
    [C_EVENT_FORGET] = "DELETE FROM event WHERE id = ?1",
    [C_EVENT_ALL] =
        "SELECT id, sender, has, object FROM event WHERE conversation = ?1 AND seq > ?2 ORDER BY seq LIMIT 500",
    [C_NEWEST_SET] = "INSERT INTO newest (conversation, seq) VALUES (?1, ?2)"
                     " ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq",
    [C_NEWEST_FORGET] = "DELETE FROM newest WHERE conversation = ?1",
    [C_PREVIEWS] = "SELECT e.conversation, e.object FROM newest AS n"
                   " JOIN event AS e ON e.conversation = n.conversation AND e.seq = n.seq ORDER BY n.conversation",
    [C_GRAM_ADD] = "INSERT INTO gram (rowid, text) VALUES (?1, ?2)",
    [C_GRAM_REMOVE] = "INSERT INTO gram (gram, rowid, text) VALUES ('delete', ?1, ?2)",
    [C_SPAN_ADD] = "INSERT INTO span (conversation, first, last, seen) VALUES (?1, ?2, ?3, ?4)",
    [C_SPAN_CUT] = "DELETE FROM span WHERE conversation = ?1 AND last >= ?2 AND first <= ?3",
    [C_SPAN_TOUCHING] = "SELECT count (*), min (first), max (last), min (seen) FROM span"
                        " WHERE conversation = ?1 AND last >= ?2 AND first <= ?3",
    [C_SPAN_SEEN] = "SELECT coalesce (max (seen), 0) FROM span WHERE conversation = ?1",
    [C_SPAN_ADVANCE] = "UPDATE span SET seen = ?3, last = CASE WHEN last BETWEEN seen AND ?3 THEN ?3 ELSE last END"
                       " WHERE conversation = ?1 AND seen BETWEEN ?2 - 1 AND ?3 - 1",
    [C_SPAN_FIND] = "SELECT first, last FROM span WHERE conversation = ?1 AND first <= ?2 AND last >= ?3",
    [C_SPAN_LAST] = "SELECT first, last FROM span WHERE conversation = ?1 ORDER BY first DESC LIMIT 1",
    [C_SPAN_CHANGED] = "UPDATE span SET seen = ?4 WHERE conversation = ?1 AND seen >= ?2 AND last <= ?3 AND seen < ?4",
    [C_SPAN_STALE] = "SELECT min (s.seen), max (s.last) FROM span AS s, (SELECT min (seen) AS low, max (seen) AS high"
                     " FROM span WHERE conversation = ?1) AS all_of WHERE s.conversation = ?1"
                     " AND (s.seen < all_of.high OR all_of.low = all_of.high)",
    [C_SPAN_FORGET] = "DELETE FROM span WHERE conversation = ?1",
    [C_PAGE_BEFORE] = "SELECT object FROM event WHERE conversation = ?1 AND seq BETWEEN ?2 AND ?3"
                      " ORDER BY seq DESC LIMIT ?4",
    [C_PAGE_AFTER] = "SELECT object FROM event WHERE conversation = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq LIMIT ?4",
    [C_SEARCH] = "SELECT e.id, e.conversation, e.sender, e.has, e.object FROM gram JOIN event AS e ON e.id = gram.rowid"
                 " WHERE gram MATCH ?1 AND gram.rowid < ?2 AND gram.rowid >= ?3 ORDER BY gram.rowid DESC",
    [C_SCAN] = "SELECT id, conversation, sender, has, object FROM event WHERE id < ?2 AND id >= ?3 AND ?1 IS NULL"
               " ORDER BY id DESC",
};

/* Not by json-c's parser, which crashes without memory. */
json_object *
kith_cache_parse (const char *text)
{
  static const KithScanLimits limits = {.max_tokens = TOKENS_MAX, .max_depth = KITH_DEPTH};
  g_autoptr (KithValue) value = text != NULL ? kith_scan (text, strlen (text), &limits, NULL) : NULL;
  return value != NULL ? kith_build (value) : NULL;
}

char *
kith_cache_format (json_object *object)
{
  gsize size;
  const char *text =
      json_object_to_json_string_length (object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &size);
  return g_strndup (text, size);
}

/* *fits FALSE: it is of another version, or no cache at all. */
static gboolean
look (KithSql *sql, gboolean *fits, gboolean *empty, GError **error)
{
  gint64 application, version, tables;
  if (!kith_sql_number (sql, "PRAGMA application_id", &application, error) ||
      !kith_sql_number (sql, "PRAGMA user_version", &version, error) ||
      !kith_sql_number (sql, "SELECT count (*) FROM sqlite_schema", &tables, error))
    return FALSE;
  *empty = application == 0 && version == 0 && tables == 0;
  *fits = *empty || (application == APPLICATION && version == VERSION);
  return TRUE;
}

static KithSql *
open_file (const char *path, gboolean *fits, GError **error)
{
  gboolean empty = FALSE;
  g_autoptr (KithSql) sql =
      kith_sql_open (path != NULL ? path : ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
  *fits = FALSE;
  if (sql == NULL || !kith_gram_register (sql, error) || !kith_sql_exec (sql, SETTINGS, error) ||
      !look (sql, fits, &empty, error) || !*fits || (empty && !kith_sql_exec (sql, SCHEMA, error)) ||
      !kith_sql_prepare (sql, statements, C_N_STATEMENTS, error))
    return NULL;
  return g_steal_pointer (&sql);
}

static gboolean
remove_files (const char *path, GError **error)
{
  static const char *const tails[] = {"-wal", "-shm", ""};
  for (guint i = 0; path != NULL && i < G_N_ELEMENTS (tails); i++) {
    g_autofree char *file = g_strconcat (path, tails[i], NULL);
    if (g_unlink (file) == 0 || errno == ENOENT)
      continue;
    int code = errno;
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), _("%s cannot be removed: %s."), file,
                 g_strerror (code));
    return FALSE;
  }
  return TRUE;
}

/* A new file in the place of what is there. */
static gboolean
renew (KithCacheStore *store, GError **error)
{
  gboolean fits;
  g_clear_pointer (&store->sql, kith_sql_close);
  store->writing = FALSE;
  store->pushed.conversation = 0;
  if (remove_files (store->path, error))
    store->sql = open_file (store->path, &fits, error);
  return store->sql != NULL;
}

gboolean
kith_cache_store_open (KithCacheStore *store, const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean fits;
  store->path = g_strdup (path);
  store->sql = open_file (path, &fits, &problem);
  if (store->sql == NULL) {
    if (problem != NULL)
      g_warning ("The cache %s cannot be read (%s). It is thrown away, and fetched again.", path, problem->message);
    if (!renew (store, error))
      return FALSE;
  }
  return kith_cache_local_open (store, error);
}

void
kith_cache_store_close (KithCacheStore *store)
{
  kith_cache_store_commit (store);
  g_clear_pointer (&store->sql, kith_sql_close);
  g_clear_pointer (&store->local, kith_sql_close);
  g_clear_pointer (&store->path, g_free);
}

void
kith_cache_store_clear (KithCacheStore *store)
{
  g_autoptr (GError) problem = NULL;
  if (!renew (store, &problem))
    g_warning ("The cache %s cannot be made anew: %s", store->path, problem->message);
  store->sync_lost = store->sql == NULL;
}

gboolean
kith_cache_store_fail (KithCacheStore *store, GError *problem)
{
  if (store->writing)
    kith_sql_run (store->sql, C_ROLLBACK, NULL, NULL, "");
  store->sync_lost |= store->writing || kith_sql_is_damage (problem);
  store->writing = FALSE;
  store->pushed.conversation = 0;
  if (kith_sql_is_damage (problem)) {
    g_warning ("The cache %s is damaged (%s). It is thrown away, and fetched again.", store->path, problem->message);
    renew (store, NULL);
  } else {
    g_warning ("The cache %s cannot be written: %s", store->path, problem->message);
  }
  g_error_free (problem);
  return FALSE;
}

gboolean
kith_cache_store_begin (KithCacheStore *store)
{
  GError *problem = NULL;
  if (store->sql == NULL)
    return FALSE;
  if (store->writing)
    return TRUE;
  store->writing = kith_sql_run (store->sql, C_BEGIN, NULL, &problem, "");
  return store->writing || kith_cache_store_fail (store, problem);
}

void
kith_cache_store_commit (KithCacheStore *store)
{
  GError *problem = NULL;
  if (!store->writing)
    return;
  if (kith_cache_span_settle (store, &problem) && kith_sql_run (store->sql, C_COMMIT, NULL, &problem, ""))
    store->writing = FALSE;
  else
    kith_cache_store_fail (store, problem);
}
