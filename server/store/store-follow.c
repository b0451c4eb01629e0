/* store-follow.c - each event is the message that it is, or touches, as that is now: of a message that was edited or deleted the index hears
 * once more. */
#include "store/store-follow.h"

#include <string.h>

#include "proto/fold.h"
#include "store/store-index.h"

/* The log, and what the index knows of it. */
typedef struct {
  KithSql *log;
  GHashTable *known;
  KithdBatch *batch;
} Follower;

/* Statements of the connection that reads the log. */
enum { L_BEGIN, L_END, L_CONVERSATIONS, L_EVENTS, L_MESSAGE, L_BODY, L_N_STATEMENTS };

#define MESSAGE_COLUMNS "rev, seq, sender, at, body"
enum { C_REV, C_SEQ, C_SENDER, C_AT, C_BODY, C_TOUCHED };

/* An event is the message, or touches one. No body: deleted, or there is no such message. */
static const char *const log_statements[L_N_STATEMENTS] = {
    [L_BEGIN] = "BEGIN",
    [L_END] = "COMMIT",
    [L_CONVERSATIONS] = "SELECT id, first, last FROM conversation WHERE last > 0", /* the notes of most people are empty */
    [L_EVENTS] = "SELECT " MESSAGE_COLUMNS ", CASE WHEN kind <> 'message' THEN coalesce (" KITHD_INDEX_TOUCHED ", 0) END"
                 " FROM event e WHERE conversation = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    [L_MESSAGE] = "SELECT " MESSAGE_COLUMNS " FROM event WHERE conversation = ?1 AND seq = ?2 AND kind = 'message'",
    [L_BODY] = "SELECT " KITHD_INDEX_BODY ("b") " FROM (SELECT ?1 AS body) b",
};

static void
clear_doc (gpointer doc)
{
  g_free (((KithdDoc *) doc)->text);
}

void
kithd_batch_init (KithdBatch *batch)
{
  *batch = (KithdBatch){.docs = g_array_new (FALSE, FALSE, sizeof (KithdDoc)),
                        .progress = g_array_new (FALSE, FALSE, sizeof (KithdProgress))};
  g_array_set_clear_func (batch->docs, clear_doc);
}

void
kithd_batch_clear (KithdBatch *batch)
{
  g_array_unref (batch->docs);
  g_array_unref (batch->progress);
}

KithSql *
kithd_follow_open (const char *file, GError **error)
{
  g_autoptr (KithSql) log = kith_sql_open (file, SQLITE_OPEN_READONLY, error);
  if (log == NULL || !kith_sql_prepare (log, log_statements, L_N_STATEMENTS, error))
    return NULL;
  return g_steal_pointer (&log);
}

/* The text of a body that has nothing else, as most have; NULL: it is another one. It is as dispatch writes it, and has no quote of its own. */
static char *
plain_text (const char *body)
{
  static const char before[] = "{\"text\":\"", after[] = "\"}";
  if (!g_str_has_prefix (body, before))
    return NULL;
  const char *text = body + sizeof before - 1;
  gsize length = strcspn (text, "\"\\");
  return g_str_equal (text + length, after) ? g_strndup (text, length) : NULL;
}

/* What is no JSON has no text. */
static gboolean
read_body (KithSql *log, const char *body, KithdDoc *doc, GError **error)
{
  GError *problem = NULL;
  gboolean mentions = FALSE, replies = FALSE;
  g_autofree char *text = plain_text (body);
  if (text == NULL) {
    sqlite3_stmt *row = kith_sql_start (log, L_BODY, "t", body);
    if (kith_sql_next (log, row, &problem)) {
      text = g_strdup (kith_sql_column_text (row, 0));
      mentions = sqlite3_column_int (row, 1) != 0;
      replies = sqlite3_column_int (row, 2) != 0;
    }
    sqlite3_reset (row);
  }
  if (text != NULL) {
    doc->text = kith_fold (text, NULL);
    doc->has = kithd_index_has (doc->text, mentions, replies);
  }
  return kith_sql_done (problem, error);
}

/* body: NULL where there is none any more. */
static gboolean
add_doc (Follower *f, KithdDoc doc, const char *body, GError **error)
{
  if (body != NULL && !read_body (f->log, body, &doc, error))
    return FALSE;
  if (doc.text != NULL)
    f->batch->bytes += strlen (doc.text);
  g_array_append_val (f->batch->docs, doc);
  return TRUE;
}

static gboolean
gather_doc (Follower *f, gint64 conversation, sqlite3_stmt *row, GError **error)
{
  KithdDoc doc = {.rev = sqlite3_column_int64 (row, C_REV),
                  .conversation = conversation,
                  .seq = sqlite3_column_int64 (row, C_SEQ),
                  .sender = sqlite3_column_int64 (row, C_SENDER),
                  .at = sqlite3_column_int64 (row, C_AT)};
  return add_doc (f, doc, kith_sql_column_text (row, C_BODY), error);
}

/* The present state of the message that an event touches, if it does. */
static gboolean
gather_touched (Follower *f, gint64 conversation, gint64 seq, GError **error)
{
  GError *problem = NULL;
  if (seq == 0)
    return TRUE;
  sqlite3_stmt *row = kith_sql_start (f->log, L_MESSAGE, "ii", conversation, seq);
  if (kith_sql_next (f->log, row, &problem))
    gather_doc (f, conversation, row, &problem);
  sqlite3_reset (row);
  return kith_sql_done (problem, error);
}

/* Takes what is new in a conversation, as far as the batch has room. */
static gboolean
gather_events (Follower *f, KithdProgress *progress, gint64 last, GError **error)
{
  GError *problem = NULL;
  gint64 room = KITHD_BATCH_EVENTS - (gint64) f->batch->docs->len;
  sqlite3_stmt *row = kith_sql_start (f->log, L_EVENTS, "iii", progress->conversation, progress->upto, room);
  while (f->batch->bytes < KITHD_BATCH_BYTES && kith_sql_next (f->log, row, &problem)) {
    gboolean touches = sqlite3_column_type (row, C_TOUCHED) != SQLITE_NULL;
    if (touches ? !gather_touched (f, progress->conversation, sqlite3_column_int64 (row, C_TOUCHED), &problem)
                : !gather_doc (f, progress->conversation, row, &problem))
      break;
    progress->upto = sqlite3_column_int64 (row, C_SEQ);
    room--;
  }
  sqlite3_reset (row);
  if (room > 0 && f->batch->bytes < KITHD_BATCH_BYTES)
    progress->upto = last; /* also where the log has holes */
  f->batch->full = f->batch->full || progress->upto < last || room == 0;
  return kith_sql_done (problem, error);
}

static gboolean
gather_conversation (Follower *f, gint64 id, gint64 first, gint64 last, GError **error)
{
  const KithdProgress *known = g_hash_table_lookup (f->known, &id);
  KithdProgress progress = {id, known != NULL ? known->first : first, known != NULL ? known->upto : 0};
  if (progress.upto == last && progress.first == first)
    return TRUE;
  if (progress.upto > last) {
    g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_CORRUPT, "it knows more than the log");
    return FALSE;
  }
  if (f->batch->full)
    return TRUE;
  if (progress.upto < last && !gather_events (f, &progress, last, error))
    return FALSE;
  progress.first = first;
  g_array_append_val (f->batch->progress, progress);
  return TRUE;
}

/* Everything of one moment of the log. */
gboolean
kithd_follow_gather (KithSql *log, GHashTable *known, KithdBatch *batch, GError **error)
{
  Follower follower = {log, known, batch}, *f = &follower;
  GError *problem = NULL;
  if (!kith_sql_run (f->log, L_BEGIN, NULL, error, ""))
    return FALSE;
  sqlite3_stmt *row = kith_sql_start (f->log, L_CONVERSATIONS, "");
  while (!f->batch->full && kith_sql_next (f->log, row, &problem))
    if (!gather_conversation (f, sqlite3_column_int64 (row, 0), sqlite3_column_int64 (row, 1),
                              sqlite3_column_int64 (row, 2), &problem))
      break;
  sqlite3_reset (row);
  kith_sql_run (f->log, L_END, NULL, NULL, "");
  return kith_sql_done (problem, error);
}

/* Where the batch is in a conversation; NULL: the conversation is not known. places: &conversation -> 1 + which of the batch's progresses. */
static KithdProgress *
find_progress (Follower *f, GHashTable *places, gint64 conversation)
{
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (places, &conversation));
  KithdProgress *known = place == 0 ? g_hash_table_lookup (f->known, &conversation) : NULL;
  if (known != NULL) {
    g_array_append_vals (f->batch->progress, known, 1);
    place = f->batch->progress->len;
    g_hash_table_insert (places, &known->conversation, GUINT_TO_POINTER (place));
  }
  return place != 0 ? &g_array_index (f->batch->progress, KithdProgress, place - 1) : NULL;
}

/* What the log was read for already is passed over. FALSE: it is not what comes next, or error. */
static gboolean
take_doc (Follower *f, GHashTable *places, const KithdDoc *doc, const char *body, GError **error)
{
  KithdProgress *progress = find_progress (f, places, doc->conversation);
  if (progress == NULL || doc->seq > progress->upto + 1)
    return FALSE;
  if (doc->seq <= progress->upto)
    return TRUE;
  progress->upto = doc->seq;
  return add_doc (f, *doc, body, error);
}

gboolean
kithd_follow_docs (KithSql *log, GHashTable *known, const GArray *docs, const char *bodies, KithdBatch *batch, gboolean *fits, GError **error)
{
  Follower follower = {log, known, batch}, *f = &follower;
  GError *problem = NULL;
  g_autoptr (GHashTable) places = g_hash_table_new (g_int64_hash, g_int64_equal);
  *fits = TRUE;
  for (guint i = 0; i < docs->len && *fits; i++, bodies += strlen (bodies) + 1)
    *fits = take_doc (f, places, &g_array_index (docs, KithdDoc, i), bodies, &problem);
  if (!*fits) {
    g_array_set_size (batch->docs, 0);
    g_array_set_size (batch->progress, 0);
    batch->bytes = 0;
  }
  return kith_sql_done (problem, error);
}
