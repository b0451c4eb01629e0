/* cache-events.c - lines as the protocol has them, one row each, and the grams of messages beside them.
 *
 * A row keeps up to which event it is current (`changed`): nothing is applied twice, and nothing older replaces it. */
#include "cache-private.h"

#include "proto/fold.h"
#include "proto/id.h"
#include "proto/message.h"
#include "sql/sql-gram.h"

#include <string.h>

#define AT_MAX ((G_GINT64_CONSTANT (1) << 42) - 1) /* the year 2109 */
#define AT_SHIFT 20
#define TRIES 1000

typedef struct {
  gint64 id, changed, has;
  json_object *object;
} Row;

static gboolean
is_message (json_object *event)
{
  return g_strcmp0 (kith_member_string (event, "kind"), "message") == 0;
}

/* What is about another event is no line; a pin is both. */
static gboolean
is_line (json_object *event)
{
  static const char *const others[] = {"edit", "delete", "react", "unreact", NULL};
  const char *kind = kith_member_string (event, "kind");
  return kind != NULL && !g_strv_contains (others, kind) && kith_member_integer (event, "seq", 0) > 0;
}

/* 1: found, 0: there is none, -1: error. *row is the caller's when found. */
static int
find_row (KithCacheStore *store, gint64 conversation, gint64 seq, Row *row, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *found = kith_sql_start (store->sql, C_EVENT_FIND, "ii", conversation, seq);
  gboolean is = kith_sql_next (store->sql, found, &problem);
  if (is)
    *row = (Row){sqlite3_column_int64 (found, 0), sqlite3_column_int64 (found, 1), sqlite3_column_int64 (found, 2),
                 kith_cache_parse (kith_sql_column_text (found, 3))};
  sqlite3_reset (found);
  if (problem == NULL)
    return is;
  g_propagate_error (error, problem);
  return -1;
}

/* What FTS5 is told of a message; NULL: nothing. has: what it has. */
static char *
document_of (gint64 conversation, json_object *event, guint *has)
{
  json_object *body = kith_member_object (event, "body"), *mentions = NULL;
  const char *text = body != NULL ? kith_member_string (body, "text") : NULL;
  *has = 0;
  if (text == NULL)
    return NULL;
  g_autofree char *folded = kith_fold (text, NULL);
  if (strstr (folded, "http://") != NULL || strstr (folded, "https://") != NULL)
    *has |= KITH_HAS_LINK;
  if (json_object_object_get_ex (body, "mentions", &mentions) && json_object_is_type (mentions, json_type_array) &&
      json_object_array_length (mentions) > 0)
    *has |= KITH_HAS_MENTION;
  if (kith_member_integer (body, "reply_to", 0) > 0)
    *has |= KITH_HAS_REPLY;
  GString *out = g_string_new (NULL);
  kith_gram_add_tag (out, 'c', conversation);
  kith_gram_add_tag (out, 'u', kith_member_id (event, "from", 'u'));
  for (guint bit = 1; bit <= KITH_HAS_REPLY; bit <<= 1)
    if ((*has & bit) != 0)
      kith_gram_add_tag (out, 'h', bit);
  kith_gram_add_text (out, folded);
  return g_string_free (out, FALSE);
}

/* The highest ids are the newest; two of one moment are told apart by the seq, or by what is free. */
static gboolean
find_id (KithCacheStore *store, json_object *event, gint64 *id, GError **error)
{
  gint64 at = CLAMP (kith_member_integer (event, "at", 0), 0, AT_MAX), taken;
  gint64 mask = (G_GINT64_CONSTANT (1) << AT_SHIFT) - 1, part = kith_member_integer (event, "seq", 0) & mask;
  for (guint i = 0; i < TRIES; i++) {
    *id = at << AT_SHIFT | ((part + i) & mask);
    int found = kith_sql_get (store->sql, C_EVENT_TAKEN, &taken, 1, error, "i", *id);
    if (found <= 0)
      return found == 0;
  }
  g_set_error (error, KITH_SQL_ERROR, SQLITE_FULL, "too many events of one moment");
  return FALSE;
}

/* Only what says something about the event itself is kept. */
static char *
format_event (json_object *event)
{
  json_object_object_del (event, "rev");
  json_object_object_del (event, "conversation");
  return kith_cache_format (event);
}

static gboolean
add_row (KithCacheStore *store, gint64 conversation, json_object *event, GError **error)
{
  gint64 id, seq = kith_member_integer (event, "seq", 0);
  guint has = 0;
  gboolean message = is_message (event);
  g_autofree char *document = message ? document_of (conversation, event, &has) : NULL;
  g_autofree char *text = format_event (event);
  return find_id (store, event, &id, error) &&
         kith_sql_run (store->sql, C_EVENT_ADD, NULL, error, "iiiiiit", id, conversation, seq,
                       kith_member_id (event, "from", 'u'), kith_member_integer (event, "changed", seq),
                       message ? (gint64) has : (gint64) -1, text) &&
         (document == NULL || kith_sql_run (store->sql, C_GRAM_ADD, NULL, error, "it", id, document)) &&
         (!message || kith_sql_run (store->sql, C_NEWEST_SET, NULL, error, "ii", conversation, seq));
}

/* known: what FTS5 was told of the row. */
static gboolean
change_row (KithCacheStore *store, gint64 conversation, gint64 id, const char *known, json_object *event,
            GError **error)
{
  guint has = 0;
  gboolean message = is_message (event);
  g_autofree char *document = message ? document_of (conversation, event, &has) : NULL;
  g_autofree char *text = format_event (event);
  gint64 changed = kith_member_integer (event, "changed", kith_member_integer (event, "seq", 0));
  if (!kith_sql_run (store->sql, C_EVENT_CHANGE, NULL, error, "iiit", id, changed, message ? (gint64) has : (gint64) -1,
                     text))
    return FALSE;
  if (g_strcmp0 (known, document) == 0)
    return TRUE;
  return (known == NULL || kith_sql_run (store->sql, C_GRAM_REMOVE, NULL, error, "it", id, known)) &&
         (document == NULL || kith_sql_run (store->sql, C_GRAM_ADD, NULL, error, "it", id, document));
}

static char *
known_document (gint64 conversation, const Row *row)
{
  guint has;
  return row->object != NULL && row->has >= 0 ? document_of (conversation, row->object, &has) : NULL;
}

gboolean
kith_cache_store_event (KithCacheStore *store, gint64 conversation, json_object *event, GError **error)
{
  Row row;
  gint64 seq = kith_member_integer (event, "seq", 0);
  if (!is_line (event))
    return TRUE;
  int found = find_row (store, conversation, seq, &row, error);
  if (found <= 0)
    return found == 0 && add_row (store, conversation, event, error);
  gboolean newer = row.object == NULL || row.changed < kith_member_integer (event, "changed", seq);
  g_autofree char *known = known_document (conversation, &row);
  json_object_put (row.object);
  return !newer || change_row (store, conversation, row.id, known, event, error);
}

/* What the event does to the message that it is about, where that is kept. */
static gboolean
change_target (KithCacheStore *store, gint64 conversation, json_object *event, GError **error)
{
  Row row;
  gint64 target = kith_member_integer (event, "target", 0);
  int found = target > 0 ? find_row (store, conversation, target, &row, error) : 0;
  if (found <= 0)
    return found == 0;
  gboolean done = TRUE;
  g_autofree char *known = known_document (conversation, &row);
  if (row.object != NULL && is_message (row.object) && row.changed < kith_member_integer (event, "seq", 0) &&
      kith_cache_change (row.object, event, store->me))
    done = change_row (store, conversation, row.id, known, row.object, error);
  json_object_put (row.object);
  return done;
}

gboolean
kith_cache_store_apply (KithCacheStore *store, gint64 conversation, json_object *event, GError **error)
{
  gint64 seq = kith_member_integer (event, "seq", 0);
  return seq <= 0 || (change_target (store, conversation, event, error) &&
                      kith_cache_store_event (store, conversation, event, error) &&
                      kith_cache_span_advance (store, conversation, seq, error));
}

/* A part of the rows, gathered before they are changed. *seq: of the last. */
static gboolean
gather (KithCacheStore *store, gint64 conversation, gint64 *seq, GArray *rows, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *found = kith_sql_start (store->sql, C_EVENT_ALL, "ii", conversation, *seq);
  while (kith_sql_next (store->sql, found, &problem)) {
    Row row = {sqlite3_column_int64 (found, 0), 0, sqlite3_column_int64 (found, 2),
               kith_cache_parse (kith_sql_column_text (found, 3))};
    g_array_append_val (rows, row);
  }
  return kith_sql_done (problem, error);
}

gboolean
kith_cache_store_drop (KithCacheStore *store, gint64 conversation, GError **error)
{
  gboolean done = TRUE;
  for (guint n = 1; n > 0 && done;) {
    gint64 seq = 0;
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
    done = gather (store, conversation, &seq, rows, error);
    for (guint i = 0; i < rows->len; i++) {
      Row *row = &g_array_index (rows, Row, i);
      g_autofree char *known = known_document (conversation, row);
      json_object_put (row->object);
      done = done && (known == NULL || kith_sql_run (store->sql, C_GRAM_REMOVE, NULL, error, "it", row->id, known)) &&
             kith_sql_run (store->sql, C_EVENT_FORGET, NULL, error, "i", row->id);
    }
    n = rows->len;
  }
  return done && kith_sql_run (store->sql, C_SPAN_FORGET, NULL, error, "i", conversation) &&
         kith_sql_run (store->sql, C_NEWEST_FORGET, NULL, error, "i", conversation);
}

json_object *
kith_cache_store_previews (KithCacheStore *store, gint64 conversation, GError **error)
{
  GError *problem = NULL;
  char id[KITH_ID_TEXT];
  json_object *events = json_object_new_array ();
  sqlite3_stmt *row = kith_sql_start (store->sql, C_PREVIEWS, "");
  while (kith_sql_next (store->sql, row, &problem)) {
    json_object *event = kith_cache_parse (kith_sql_column_text (row, 1));
    if (event == NULL)
      continue;
    json_object_object_add (event, "conversation",
                            json_object_new_string (kith_id_format (sqlite3_column_int64 (row, 0), 'c', id)));
    json_object_array_add (events, event);
  }
  if (problem != NULL)
    g_propagate_error (error, problem);
  return events;
}
