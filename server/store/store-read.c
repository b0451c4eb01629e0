/* store-read.c - pages of the log as the text that the wire carries. Each read sees one moment of the database.
 *
 * A page is filled from the anchor outwards and closed by the first event that does not fit, in number or in bytes; so
 * what is cut is on the far side, and `more` says so. */
#include "store/store-page.h"

#include "proto/error.h"
#include "proto/limits.h"

#define COLUMNS_CHANGED(changed)                                                                              \
  "e.conversation, e.seq, e.n, e.at, e.rev, e.sender, e.kind, e.target, e.subject, e.nonce, e.body, " changed \
  ", e.edited, e.deleted, e.pinned"
#define COLUMNS COLUMNS_CHANGED ("e.changed")
#define COLUMNS_UNTOUCHED COLUMNS_CHANGED ("e.seq")
/* A message that is not yet in its place (store-recent.c) is as it was posted. There are at most some thousand of them, so they are looked through. */
#define COLUMNS_RECENT \
  "e.conversation, e.seq, e.n, e.at, e.rev, e.sender, 'message', 0, 0, e.nonce, e.body, e.seq, 0, 0, 0"
#define OR_RECENT(columns) " UNION ALL SELECT " columns " FROM recent e WHERE e.conversation = ?1 AND e.seq = ?2"
#define IN_RANGE " WHERE e.conversation = ?1 AND e.seq >= ?2 AND e.seq <= ?3"
#define BETWEEN COLUMNS " FROM event e" IN_RANGE " UNION ALL SELECT " COLUMNS_RECENT " FROM recent e" IN_RANGE " ORDER BY 2"
#define IS_URGENT " coalesce (CASE WHEN json_valid (e.body) THEN json_extract (e.body, '$.urgent') END, 0)"

static const char *const statements[R_N_STATEMENTS] = {
    [R_BEGIN] = "BEGIN",
    [R_END] = "COMMIT",
    [R_CONVERSATION] = "SELECT first, " KITHD_STORE_LAST " FROM conversation c WHERE id = ?1",
    [R_AFTER] = "SELECT " BETWEEN,
    [R_BEFORE] = "SELECT " BETWEEN " DESC",
    /* What was touched comes from its index; what was not has changed = seq. Both in order, so the first page is found
       without the rest. */
    [R_CHANGED] =
        "SELECT " COLUMNS " FROM event e INDEXED BY event_changed"
        " WHERE e.conversation = ?1 AND e.changed > ?2 AND e.changed > e.seq AND e.seq <= ?3 AND e.kind = 'message'"
        " UNION ALL SELECT " COLUMNS_UNTOUCHED " FROM event e WHERE e.conversation = ?1 AND e.seq > ?2 AND e.seq <= ?3"
        " AND e.changed = e.seq AND e.kind = 'message'"
        " UNION ALL SELECT " COLUMNS_RECENT " FROM recent e WHERE e.conversation = ?1 AND e.seq > ?2 AND e.seq <= ?3"
        " ORDER BY 12",
    [R_REACTIONS] =
        "SELECT json_quote (emoji), account, seq FROM reaction WHERE conversation = ?1 AND target = ?2 ORDER BY seq",
    [R_TARGET] = "SELECT kind = 'message', deleted FROM event WHERE conversation = ?1 AND seq = ?2" OR_RECENT ("1, 0"),
    [R_VERSIONS] =
        "SELECT e.at, o.body, e.seq FROM original o JOIN event e ON e.conversation = o.conversation AND e.seq = o.seq"
        " WHERE o.conversation = ?1 AND o.seq = ?2"
        " UNION ALL SELECT at, body, seq FROM event INDEXED BY event_edits"
        " WHERE conversation = ?1 AND target = ?2 AND kind = 'edit' AND body IS NOT NULL"
        " UNION ALL SELECT at, body, seq FROM event WHERE conversation = ?1 AND seq = ?2 AND edited = 0" OR_RECENT ("e.at, e.body, e.seq")
        " ORDER BY 3 DESC",
    [R_MENTIONS] = "SELECT " COLUMNS ", m.rev FROM mention m CROSS JOIN member p ON p.conversation = m.conversation"
                   " AND p.account = m.account AND p.state = 0"
                   " CROSS JOIN event e ON e.conversation = m.conversation AND e.seq = m.seq"
                   " WHERE m.account = ?1 AND m.rev < ?2 ORDER BY m.rev DESC",
    [R_PINS] = "SELECT " COLUMNS " FROM event e INDEXED BY event_pinned"
               " WHERE e.conversation = ?1 AND e.seq < ?2 AND e.pinned <> 0 ORDER BY e.seq DESC",
    [R_SEEN_TARGET] = "SELECT e.kind = 'message', e.deleted, e.sender," IS_URGENT
                      " FROM event e WHERE e.conversation = ?1 AND e.seq = ?2" OR_RECENT ("1, 0, e.sender, " IS_URGENT),
    [R_SEEN_BY] = "SELECT m.account FROM member m JOIN account a ON a.id = m.account"
                  " WHERE m.conversation = ?1 AND m.account > ?3 AND m.state = 0 AND m.seen >= ?2 AND m.account <> ?4"
                  " AND m.account <> ?5 AND a.receipts_off = 0 AND NOT EXISTS (SELECT 1 FROM block b"
                  " WHERE b.account = m.account AND b.blocked = ?4 AND b.active <> 0) ORDER BY m.account",
    [R_UNINDEXED] = "SELECT m.rev, m.seq FROM event e JOIN event m ON m.conversation = e.conversation AND m.seq = " KITHD_INDEX_TOUCHED
                    " AND m.kind = 'message' AND m.deleted = 0"
                    " WHERE e.conversation = ?1 AND e.seq > ?2 AND e.seq <= ?3 ORDER BY e.seq DESC LIMIT ?4",
    [R_RECENT] = "SELECT rev, conversation, seq FROM recent WHERE rev < ?1",
    [R_CANDIDATE] = "SELECT " COLUMNS ", " KITHD_INDEX_BODY ("e")
                    " FROM event e WHERE e.conversation = ?1 AND e.seq = ?2 AND e.kind = 'message' AND e.deleted = 0"
                    " UNION ALL SELECT " COLUMNS_RECENT ", " KITHD_INDEX_BODY ("e") " FROM recent e WHERE e.rev = ?3",
};

#define BACKUP_PAGES 256 /* a step, between which other reads are answered */
#define TRAILER 64       /* bytes kept for what surrounds the list */

KithdReader *
kithd_reader_open (const char *file, GError **error)
{
  g_autoptr (KithdReader) reader = g_new0 (KithdReader, 1);
  reader->file = g_strdup (file);
  reader->sql = kith_sql_open (file, SQLITE_OPEN_READONLY, error);
  if (reader->sql == NULL || !kith_sql_exec (reader->sql, "PRAGMA cache_size = -8192", error) ||
      !kith_sql_prepare (reader->sql, statements, R_N_STATEMENTS, error))
    return NULL;
  return g_steal_pointer (&reader);
}

void
kithd_reader_set_index (KithdReader *reader, KithdIndexFile *index, gint64 search_us)
{
  reader->index = index;
  reader->search_us = search_us != 0 ? search_us : KITHD_SEARCH_TIME;
}

void
kithd_reader_close (KithdReader *reader)
{
  if (reader == NULL)
    return;
  kithd_backup_free (reader->backup);
  kith_sql_close (reader->sql);
  g_free (reader->file);
  g_free (reader);
}

/* Fills the page from a running statement; skips what the ranges do not permit. */
static gboolean
add_rows (KithdPage *page, sqlite3_stmt *row, GError **error)
{
  GError *problem = NULL;
  while (kith_sql_next (page->reader->sql, row, &problem)) {
    if (!kithd_read_permits (page->read, sqlite3_column_int64 (row, 1)))
      continue;
    char *text = kithd_page_row (page, row, FALSE, &problem);
    if (text == NULL || !kithd_page_add (page, text))
      break;
  }
  sqlite3_reset (row);
  return kith_sql_done (problem, error);
}

/* Both directions: the ranges nearest to the anchor first, so what may not be read costs nothing. */
static gboolean
fetch_ranges (KithdPage *page, gint64 first, gboolean backwards, GError **error)
{
  KithdRead *read = page->read;
  for (guint i = 0; i < read->ranges->len && !page->more; i++) {
    guint index = backwards ? read->ranges->len - 1 - i : i;
    const KithdRange *range = &g_array_index (read->ranges, KithdRange, index);
    gint64 from = MAX (range->from, backwards ? first : read->anchor + 1);
    gint64 to = backwards ? MIN (range->to, read->anchor - 1) : range->to;
    if (from > to)
      continue;
    sqlite3_stmt *row =
        kith_sql_start (page->reader->sql, backwards ? R_BEFORE : R_AFTER, "iii", read->conversation, from, to);
    if (!add_rows (page, row, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
answer_fetch (KithdPage *page, GError **error)
{
  KithdRead *read = page->read;
  gint64 bounds[2]; /* first, last */
  gboolean done, backwards = read->kind == KITHD_READ_FETCH_BEFORE;
  int found =
      kith_sql_get (page->reader->sql, R_CONVERSATION, bounds, G_N_ELEMENTS (bounds), error, "i", read->conversation);
  if (found < 0)
    return FALSE;
  if (found == 0) {
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "There is no such conversation, or you are not in it.");
    return FALSE;
  }
  read->anchor = CLAMP (read->anchor, 0, bounds[1] + 1);
  if (read->kind == KITHD_READ_FETCH_CHANGED)
    done = add_rows (
        page, kith_sql_start (page->reader->sql, R_CHANGED, "iii", read->conversation, read->anchor, read->upto),
        error);
  else
    done = fetch_ranges (page, bounds[0], backwards, error);
  kithd_page_write_items (page, "events", backwards);
  g_string_append_printf (read->result, ",\"first\":%" G_GINT64_FORMAT ",\"more\":%s", bounds[0],
                          page->more ? "true" : "false");
  return done;
}

/* Newest first into the page, so that the oldest are missing when there is no room; then the other way round. */
static gboolean
answer_versions (KithdPage *page, GError **error)
{
  GError *problem = NULL;
  KithdRead *read = page->read;
  KithSql *sql = page->reader->sql;
  gint64 target[2] = {0}; /* is a message, is deleted */
  if (kith_sql_get (sql, R_TARGET, target, G_N_ELEMENTS (target), error, "ii", read->conversation, read->anchor) < 0)
    return FALSE;
  if (!target[0] || target[1] || !kithd_read_permits (read, read->anchor)) {
    KithError code = target[0] && kithd_read_permits (read, read->anchor) ? KITH_ERROR_DELETED : KITH_ERROR_NOT_FOUND;
    g_set_error_literal (error, KITH_ERROR, code,
                         code == KITH_ERROR_DELETED ? kith_error_sentence (code) : "There is no such message.");
    return FALSE;
  }
  sqlite3_stmt *row = kith_sql_start (sql, R_VERSIONS, "ii", read->conversation, read->anchor);
  while (kith_sql_next (sql, row, &problem))
    if (kithd_page_sees (page, sqlite3_column_int64 (row, 2)) &&
        !kithd_page_add (page, g_strdup_printf ("{\"at\":%" G_GINT64_FORMAT ",\"body\":%s}",
                                          (gint64) sqlite3_column_int64 (row, 0), kith_sql_column_text (row, 1))))
      break;
  sqlite3_reset (row);
  kithd_page_write_items (page, "versions", TRUE);
  return kith_sql_done (problem, error);
}

static gboolean
answer_pins (KithdPage *page, GError **error)
{
  KithdRead *read = page->read;
  gboolean done = add_rows (
      page, kith_sql_start (page->reader->sql, R_PINS, "ii", read->conversation, read->anchor), error);
  kithd_page_write_items (page, "events", TRUE);
  g_string_append_printf (read->result, ",\"more\":%s", page->more ? "true" : "false");
  return done;
}

/* Whether the asker may know who has read the message; *sender: who wrote it. */
static gboolean
check_seen_target (const KithdPage *page, gint64 *sender, GError **error)
{
  const KithdRead *read = page->read;
  gint64 target[4] = {0}; /* is a message, is deleted, sender, is urgent */
  if (kith_sql_get (page->reader->sql, R_SEEN_TARGET, target, G_N_ELEMENTS (target), error, "ii", read->conversation,
                    read->anchor) < 0)
    return FALSE;
  *sender = target[2];
  if (!target[0] || !kithd_read_permits (read, read->anchor))
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "There is no such message.");
  else if (target[1])
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_DELETED, kith_error_sentence (KITH_ERROR_DELETED));
  else if ((!read->any_message && !target[3]) || (!read->any_sender && *sender != read->account))
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_FORBIDDEN,
                         "Only who wrote it, or moderates, learns who has read a broadcast, or an urgent message in a large conversation.");
  else
    return TRUE;
  return FALSE;
}

static gboolean
answer_seen_by (KithdPage *page, GError **error)
{
  GError *problem = NULL;
  KithSql *sql = page->reader->sql;
  const KithdRead *read = page->read;
  gint64 sender = 0;
  if (!check_seen_target (page, &sender, error))
    return FALSE;
  sqlite3_stmt *row = kith_sql_start (sql, R_SEEN_BY, "iiiii", read->conversation, read->anchor, read->upto,
                                      read->account, sender);
  while (!read->none && kith_sql_next (sql, row, &problem))
    if (!kithd_page_add (page, g_strdup_printf ("\"u%" G_GINT64_FORMAT "\"", (gint64) sqlite3_column_int64 (row, 0))))
      break;
  sqlite3_reset (row);
  kithd_page_write_items (page, "people", FALSE);
  g_string_append_printf (page->read->result, ",\"more\":%s", page->more ? "true" : "false");
  return kith_sql_done (problem, error);
}

/* What may be read of the conversation, where that is not all of it. */
static GArray *
ranges_in (const KithdRead *read, gint64 conversation)
{
  for (guint i = 0; read->search != NULL && i < read->search->places->len; i++) {
    const KithdPlace *place = read->search->places->pdata[i];
    if (place->conversation == conversation)
      return place->ranges;
  }
  return read->ranges;
}

/* An event of any conversation, as its reader may see it. */
static char *
mention_row (KithdPage *page, sqlite3_stmt *row, GError **error)
{
  GArray *all = page->read->ranges;
  page->read->ranges = ranges_in (page->read, sqlite3_column_int64 (row, 0));
  char *text = kithd_page_row (page, row, TRUE, error);
  page->read->ranges = all;
  return text;
}

static gboolean
answer_mentions (KithdPage *page, GError **error)
{
  GError *problem = NULL;
  KithSql *sql = page->reader->sql;
  gint64 before = page->read->anchor > 0 ? page->read->anchor : G_MAXINT64;
  sqlite3_stmt *row = kith_sql_start (sql, R_MENTIONS, "ii", page->read->account, before);
  while (kith_sql_next (sql, row, &problem)) {
    char *text = mention_row (page, row, &problem);
    if (text == NULL || !kithd_page_add (page, text))
      break;
    page->next = sqlite3_column_int64 (row, 15);
  }
  sqlite3_reset (row);
  kithd_page_write_items (page, "events", FALSE);
  g_string_append_printf (page->read->result, ",\"next\":%" G_GINT64_FORMAT ",\"more\":%s", page->next,
                          page->more ? "true" : "false");
  return kith_sql_done (problem, error);
}

typedef gboolean (*Answer) (KithdPage *page, GError **error);
static const Answer answers[] = {
    [KITHD_READ_FETCH_AFTER] = answer_fetch,   [KITHD_READ_FETCH_BEFORE] = answer_fetch,
    [KITHD_READ_FETCH_CHANGED] = answer_fetch, [KITHD_READ_VERSIONS] = answer_versions,
    [KITHD_READ_PINS] = answer_pins,
    [KITHD_READ_SEEN_BY] = answer_seen_by,
    [KITHD_READ_MENTIONS] = answer_mentions,   [KITHD_READ_SEARCH] = kithd_answer_search,
};

/* Takes error. What a failed read has written so far is thrown away. */
static void
fail (KithdRead *read, GError *error)
{
  if (error == NULL)
    return;
  if (error->domain == KITH_SQL_ERROR)
    g_warning ("store: a read failed: %s", error->message);
  read->error = kith_sql_translate (error);
  if (read->result != NULL)
    g_string_free (g_steal_pointer (&read->result), TRUE);
}

static gboolean
start_backup (KithdReader *reader, KithdRead *read)
{
  GError *error = NULL;
  if (reader->backup != NULL)
    g_set_error_literal (&error, KITH_ERROR, KITH_ERROR_LIMIT,
                         "A backup is being made already. Wait until it is done.");
  else
    reader->backup = kithd_backup_new (reader->file, read->file, &error);
  fail (read, error);
  if (read->error != NULL)
    return TRUE;
  reader->copying = read;
  return FALSE;
}

gboolean
kithd_reader_go_on (KithdReader *reader)
{
  gboolean done = FALSE;
  GError *error = NULL;
  if (kithd_backup_step (reader->backup, BACKUP_PAGES, &done, &error) && !done)
    return FALSE;
  KithdRead *read = g_steal_pointer (&reader->copying);
  read->result = g_string_new (NULL);
  g_string_append_printf (read->result, "\"bytes\":%" G_GINT64_FORMAT, kithd_backup_bytes (reader->backup));
  fail (read, error);
  g_clear_pointer (&reader->backup, kithd_backup_free);
  return TRUE;
}

gboolean
kithd_reader_answer (KithdReader *reader, KithdRead *read)
{
  if (read->kind == KITHD_READ_BACKUP)
    return start_backup (reader, read);
  GError *error = NULL;
  KithdPage page = {.reader = reader,
               .read = read,
               .items = g_ptr_array_new_with_free_func (g_free),
               .max_bytes = MAX (read->max_bytes, TRAILER) - TRAILER,
               .limit = read->limit > 0 ? MIN (read->limit, KITH_PAGE_MAX) : KITH_PAGE_MAX};
  read->result = g_string_new (NULL);
  if (kith_sql_run (reader->sql, R_BEGIN, NULL, &error, "")) {
    answers[read->kind](&page, &error);
    kith_sql_run (reader->sql, R_END, NULL, NULL, "");
  }
  g_ptr_array_unref (page.items);
  fail (read, error);
  return TRUE;
}
