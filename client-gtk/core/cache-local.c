/* cache-local.c - what sync taught, object by object, and what belongs to this computer.
 *
 * The latter cannot be fetched again (drafts!), so it is in a file of its own, local.db beside the cache, that is not
 * thrown away with it. */
#include "cache-private.h"

#include "proto/id.h"
#include "proto/message.h"

#include <glib/gstdio.h>

#define MEMBERS "members" /* a kind of its own in the table */

static const struct {
  const char *member;
  char prefix;
} kinds[] = {{"conversations", 'c'}, {"people", 'u'}};

/* Objects of an array are kept by their id; texts of an array are ids that are to go. */
static gboolean
learn_array (KithCacheStore *store, guint kind, json_object *object, GError **error)
{
  json_object *items = NULL;
  if (object == NULL || !json_object_object_get_ex (object, kinds[kind].member, &items) ||
      !json_object_is_type (items, json_type_array))
    return TRUE;
  for (gsize i = 0; i < json_object_array_length (items); i++) {
    json_object *item = json_object_array_get_idx (items, i);
    gboolean whole = json_object_is_type (item, json_type_object);
    gint64 id = 0;
    if (whole)
      id = kith_member_id (item, "id", kinds[kind].prefix);
    else if (json_object_is_type (item, json_type_string))
      kith_id_parse (json_object_get_string (item), kinds[kind].prefix, &id);
    g_autofree char *text = whole ? kith_cache_format (item) : NULL;
    if (id > 0 && !(whole ? kith_sql_run (store->sql, C_LEARN, NULL, error, "tit", kinds[kind].member, id, text)
                          : kith_sql_run (store->sql, C_UNLEARN, NULL, error, "ti", kinds[kind].member, id)))
      return FALSE;
  }
  return TRUE;
}

gboolean
kith_cache_store_learned (KithCacheStore *store, json_object *answer, GError **error)
{
  json_object *removed = kith_member_object (answer, "removed");
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    if (!learn_array (store, kind, answer, error) || !learn_array (store, kind, removed, error))
      return FALSE;
  gint64 rev = store->sync_lost ? 0 : kith_member_integer (answer, "rev", 0);
  return kith_sql_run (store->sql, C_META_SET, NULL, error, "ti", "rev", rev);
}

json_object *
kith_cache_store_take_learned (KithCacheStore *store, gint64 conversation, GError **error)
{
  GError *problem = NULL;
  gint64 rev = 0;
  if (kith_sql_get (store->sql, C_META_GET, &rev, 1, error, "t", "rev") <= 0 || rev <= 0)
    return NULL;
  json_object *answer = json_object_new_object ();
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds) && problem == NULL; kind++) {
    json_object *items = json_object_new_array ();
    json_object_object_add (answer, kinds[kind].member, items);
    sqlite3_stmt *row = kith_sql_start (store->sql, C_LEARNED, "t", kinds[kind].member);
    while (kith_sql_next (store->sql, row, &problem)) {
      json_object *item = kith_cache_parse (kith_sql_column_text (row, 0));
      if (item != NULL)
        json_object_array_add (items, item);
    }
  }
  json_object_object_add (answer, "rev", json_object_new_int64 (rev));
  json_object_object_add (answer, "more", json_object_new_boolean (FALSE));
  if (problem == NULL)
    return answer;
  json_object_put (answer);
  g_propagate_error (error, problem);
  return NULL;
}

/* They stand beside what sync taught: kept as long as their conversation. */
gboolean
kith_cache_store_members (KithCacheStore *store, gint64 conversation, const char *answer, GError **error)
{
  return kith_sql_run (store->sql, C_LEARN, NULL, error, "tit", MEMBERS, conversation, answer);
}

gboolean
kith_cache_store_forget_members (KithCacheStore *store, gint64 conversation, GError **error)
{
  return kith_sql_run (store->sql, C_UNLEARN, NULL, error, "ti", MEMBERS, conversation);
}

json_object *
kith_cache_store_take_members (KithCacheStore *store, gint64 conversation, GError **error)
{
  json_object *answer = NULL;
  sqlite3_stmt *row = kith_sql_start (store->sql, C_LEARNED_ONE, "ti", MEMBERS, conversation);
  while (kith_sql_next (store->sql, row, error))
    if (answer == NULL)
      answer = kith_cache_parse (kith_sql_column_text (row, 0));
  return answer;
}

#define LOCAL_SCHEMA                                                                                             \
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = 1; PRAGMA trusted_schema = 0;" \
  "PRAGMA cache_size = -128;"                                                                                    \
  "CREATE TABLE IF NOT EXISTS local (what TEXT NOT NULL, conversation INTEGER NOT NULL, value TEXT NOT NULL,"    \
  " PRIMARY KEY (what, conversation)) STRICT, WITHOUT ROWID"

static KithSql *
open_local (const char *path, GError **error)
{
  static const char *const statements[LOCAL_N_STATEMENTS] = {
      [LOCAL_SET] = "INSERT OR REPLACE INTO local (what, conversation, value) VALUES (?1, ?2, ?3)",
      [LOCAL_FORGET] = "DELETE FROM local WHERE what = ?1 AND conversation = ?2",
      [LOCAL_FORGET_ALL] = "DELETE FROM local",
      [LOCAL_ALL] = "SELECT what, conversation, value FROM local ORDER BY what, conversation",
  };
  g_autoptr (KithSql) sql = kith_sql_open (path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
  if (sql == NULL || !kith_sql_exec (sql, LOCAL_SCHEMA, error) ||
      !kith_sql_prepare (sql, statements, LOCAL_N_STATEMENTS, error))
    return NULL;
  return g_steal_pointer (&sql);
}

gboolean
kith_cache_local_open (KithCacheStore *store, GError **error)
{
  GError *problem = NULL;
  g_autofree char *directory = store->path != NULL ? g_path_get_dirname (store->path) : NULL;
  g_autofree char *path = directory != NULL ? g_build_filename (directory, "local.db", NULL) : g_strdup (":memory:");
  store->local = open_local (path, &problem);
  if (store->local == NULL && kith_sql_is_damage (problem)) {
    g_autofree char *aside =
        g_strdup_printf ("%s.damaged-%" G_GINT64_FORMAT, path, g_get_real_time () / G_USEC_PER_SEC);
    g_warning ("%s is damaged (%s). It is kept as %s, and a new one is begun.", path, problem->message, aside);
    g_clear_error (&problem);
    g_rename (path, aside);
    store->local = open_local (path, &problem);
  }
  if (store->local != NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

gboolean
kith_cache_store_set_local (KithCacheStore *store, const char *what, gint64 conversation, const char *value,
                            GError **error)
{
  if (value == NULL)
    return kith_sql_run (store->local, LOCAL_FORGET, NULL, error, "ti", what, conversation);
  return kith_sql_run (store->local, LOCAL_SET, NULL, error, "tit", what, conversation, value);
}

gboolean
kith_cache_store_forget_local (KithCacheStore *store, GError **error)
{
  return kith_sql_run (store->local, LOCAL_FORGET_ALL, NULL, error, "");
}

gboolean
kith_cache_store_each_local (KithCacheStore *store, KithLocalFunc func, gpointer data, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row = kith_sql_start (store->local, LOCAL_ALL, "");
  while (kith_sql_next (store->local, row, &problem))
    func (kith_sql_column_text (row, 0), sqlite3_column_int64 (row, 1), kith_sql_column_text (row, 2), data);
  return kith_sql_done (problem, error);
}
