/* store-read.c - pages of the log as the text that the wire carries. Each read sees one moment of the database.
 *
 * A page is filled from the anchor outwards and closed by the first event that does not fit, in number or in bytes; so
 * what is cut is on the far side, and `more` says so. */
#include "store/store-private.h"

#include <string.h>

#include "proto/error.h"
#include "proto/fold.h"
#include "proto/limits.h"
#include "wire/wire.h"

enum {
  R_BEGIN,
  R_END,
  R_CONVERSATION,
  R_AFTER,
  R_BEFORE,
  R_CHANGED,
  R_REACTIONS,
  R_TARGET,
  R_VERSIONS,
  R_MENTIONS,
  R_PINS,
  R_SEEN_TARGET,
  R_SEEN_BY,
  R_UNINDEXED,
  R_RECENT,
  R_CANDIDATE,
  R_N_STATEMENTS
};

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
                    OR_RECENT (COLUMNS_RECENT ", " KITHD_INDEX_BODY ("e")),
};

#define BACKUP_PAGES 256 /* a step, between which other reads are answered */
#define UNINDEXED_MAX 4000
#define SEARCH_TIME (100 * G_TIME_SPAN_MILLISECOND)
#define TRAILER 64       /* bytes kept for what surrounds the list */

struct _KithdReader {
  char *file;
  KithSql *sql;
  KithdBackup *backup; /* the one in the making, or NULL */
  KithdRead *copying;  /* who asked for it; borrowed */
  KithdIndexFile *index;
};

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
kithd_reader_set_index (KithdReader *reader, KithdIndexFile *index)
{
  reader->index = index;
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

/* A page in the making. */
typedef struct {
  KithdReader *reader;
  KithdRead *read;
  GPtrArray *items; /* texts, from the anchor outwards */
  gsize bytes, max_bytes;
  guint limit;
  gboolean more; /* the next one did not fit */
  gint64 next;   /* mentions: rev of the last item */
} Page;

/* Takes text. FALSE: it does not fit, the page is closed. The first one always fits. */
static gboolean
add_item (Page *page, char *text)
{
  gsize bytes = strlen (text) + 1;
  gboolean fits = page->items->len == 0 || (page->items->len < page->limit && page->bytes + bytes <= page->max_bytes);
  if (!fits) {
    g_free (text);
    page->more = TRUE;
    return FALSE;
  }
  page->bytes += bytes;
  g_ptr_array_add (page->items, text);
  return TRUE;
}

static void
write_items (Page *page, const char *name, gboolean backwards)
{
  GString *out = page->read->result;
  guint n = page->items->len;
  g_string_append_printf (out, "\"%s\":[", name);
  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    g_string_append (out, page->items->pdata[backwards ? n - 1 - i : i]);
  }
  g_string_append_c (out, ']');
}

static gboolean
is_readable (const KithdRead *read, gint64 seq)
{
  for (guint i = 0; i < read->ranges->len; i++) {
    const KithdRange *range = &g_array_index (read->ranges, KithdRange, i);
    if (seq >= range->from && seq <= range->to)
      return TRUE;
  }
  return FALSE;
}

/* What was done to a message is seen by who may read the event that did it. Mentions are read without ranges, by members. */
static gboolean
is_seen (const Page *page, gint64 seq)
{
  return page->read->ranges->len == 0 || is_readable (page->read, seq);
}

/* One emoji under a message. */
typedef struct {
  char *emoji; /* as JSON */
  GString *people;
  guint count;
  gboolean mine;
} Reaction;

static void
reaction_free (gpointer data)
{
  Reaction *reaction = data;
  g_free (reaction->emoji);
  g_string_free (reaction->people, TRUE);
  g_free (reaction);
}

/* At most KITH_REACTION_KINDS_MAX of them, so a search is a walk. */
static Reaction *
find_reaction (GPtrArray *reactions, const char *emoji)
{
  for (guint i = 0; i < reactions->len; i++) {
    Reaction *reaction = reactions->pdata[i];
    if (g_str_equal (reaction->emoji, emoji))
      return reaction;
  }
  Reaction *reaction = g_new0 (Reaction, 1);
  reaction->emoji = g_strdup (emoji);
  reaction->people = g_string_new (NULL);
  g_ptr_array_add (reactions, reaction);
  return reaction;
}

static void
add_reaction (Reaction *reaction, gint64 account, gint64 asker)
{
  reaction->count++;
  reaction->mine = reaction->mine || account == asker;
  if (reaction->count <= KITH_REACTION_NAMES_MAX)
    g_string_append_printf (reaction->people, "%s\"u%" G_GINT64_FORMAT "\"", reaction->count > 1 ? "," : "", account);
}

static gboolean
write_reactions (Page *page, const KithdEvent *event, GString *out, GError **error)
{
  GError *problem = NULL;
  g_autoptr (GPtrArray) reactions = g_ptr_array_new_with_free_func (reaction_free);
  sqlite3_stmt *row = kith_sql_start (page->reader->sql, R_REACTIONS, "ii", event->conversation, event->seq);
  while (kith_sql_next (page->reader->sql, row, &problem)) {
    const char *emoji = kith_sql_column_text (row, 0);
    if (emoji != NULL && is_seen (page, sqlite3_column_int64 (row, 2)))
      add_reaction (find_reaction (reactions, emoji), sqlite3_column_int64 (row, 1), page->read->account);
  }
  for (guint i = 0; i < reactions->len; i++) {
    const Reaction *reaction = reactions->pdata[i];
    g_string_append_printf (out, "%s{\"emoji\":%s,\"count\":%u,\"people\":[%s]%s}", i == 0 ? ",\"reactions\":[" : ",",
                            reaction->emoji, reaction->count, reaction->people->str,
                            reaction->mine ? ",\"mine\":true" : "");
  }
  if (reactions->len > 0)
    g_string_append_c (out, ']');
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

/* The text of an edited message, and when it was edited (0: not yet), as the asker may see it: who is out does not learn what it was made
 * into since. NULL: there is none, or error is set. */
static char *
find_seen_text (Page *page, const KithdEvent *event, gint64 *edited, GError **error)
{
  char *text = NULL;
  sqlite3_stmt *row = kith_sql_start (page->reader->sql, R_VERSIONS, "ii", event->conversation, event->seq);
  while (text == NULL && kith_sql_next (page->reader->sql, row, error)) {
    gint64 seq = sqlite3_column_int64 (row, 2);
    if (!is_seen (page, seq))
      continue;
    text = g_strdup (kith_sql_column_text (row, 1));
    *edited = seq != event->seq ? sqlite3_column_int64 (row, 0) : 0;
  }
  sqlite3_reset (row);
  return text;
}

/* Whether every event from the message to the last one that touched it may be read, as it is for nearly everybody. */
static gboolean
sees_all (const Page *page, gint64 seq, gint64 changed)
{
  const GArray *ranges = page->read->ranges;
  return changed == seq || ranges->len == 0 || (ranges->len == 1 && g_array_index (ranges, KithdRange, 0).to >= changed);
}

/* The state of a message, after its members as an event. */
static gboolean
write_state (Page *page, sqlite3_stmt *row, const KithdEvent *event, gint64 edited, GString *out, GError **error)
{
  gint64 changed = sqlite3_column_int64 (row, 11);
  g_string_append_printf (out, ",\"changed\":%" G_GINT64_FORMAT, changed);
  if (edited != 0)
    g_string_append_printf (out, ",\"edited\":%" G_GINT64_FORMAT, edited);
  if (sqlite3_column_int (row, 13))
    g_string_append (out, ",\"deleted\":true");
  if (sqlite3_column_int (row, 14))
    g_string_append (out, ",\"pinned\":true");
  return changed == event->seq || write_reactions (page, event, out, error);
}

/* The event in the row as a JSON object; NULL with error. Strings are borrowed from the row. */
static char *
write_row (Page *page, sqlite3_stmt *row, gboolean name_conversation, GError **error)
{
  KithdEvent event = {.conversation = sqlite3_column_int64 (row, 0),
                      .seq = sqlite3_column_int64 (row, 1),
                      .n = sqlite3_column_int64 (row, 2),
                      .at = sqlite3_column_int64 (row, 3),
                      .rev = sqlite3_column_int64 (row, 4),
                      .from = sqlite3_column_int64 (row, 5),
                      .target = sqlite3_column_int64 (row, 7),
                      .subject = sqlite3_column_int64 (row, 8),
                      .body = (char *) (gpointer) kith_sql_column_text (row, 10)};
  if (!kithd_event_kind_parse (kith_sql_column_text (row, 6), &event.kind)) {
    g_set_error_literal (error, KITH_SQL_ERROR, SQLITE_CORRUPT, "an event of an unknown kind");
    return NULL;
  }
  event.has_nonce = sqlite3_column_bytes (row, 9) == sizeof event.nonce;
  if (event.has_nonce)
    memcpy (event.nonce, sqlite3_column_blob (row, 9), sizeof event.nonce);
  g_autofree char *seen = NULL;
  gint64 edited = sqlite3_column_int64 (row, 12);
  GError *problem = NULL;
  if (edited != 0 && event.body != NULL && !sees_all (page, event.seq, sqlite3_column_int64 (row, 11)))
    event.body = seen = find_seen_text (page, &event, &edited, &problem);
  if (problem != NULL) {
    g_propagate_error (error, problem);
    return NULL;
  }
  GString *out = g_string_new ("{");
  if (name_conversation)
    g_string_append_printf (out, "\"conversation\":\"c%" G_GINT64_FORMAT "\",", event.conversation);
  kithd_wire_event (out, &event);
  if (event.kind == KITHD_EVENT_MESSAGE && !write_state (page, row, &event, edited, out, error))
    return g_string_free (out, TRUE);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

/* Fills the page from a running statement; skips what the ranges do not permit. */
static gboolean
add_rows (Page *page, sqlite3_stmt *row, GError **error)
{
  GError *problem = NULL;
  while (kith_sql_next (page->reader->sql, row, &problem)) {
    if (!is_readable (page->read, sqlite3_column_int64 (row, 1)))
      continue;
    char *text = write_row (page, row, FALSE, &problem);
    if (text == NULL || !add_item (page, text))
      break;
  }
  sqlite3_reset (row);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

/* Both directions: the ranges nearest to the anchor first, so what may not be read costs nothing. */
static gboolean
fetch_ranges (Page *page, gint64 first, gboolean backwards, GError **error)
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
answer_fetch (Page *page, GError **error)
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
  write_items (page, "events", backwards);
  g_string_append_printf (read->result, ",\"first\":%" G_GINT64_FORMAT ",\"more\":%s", bounds[0],
                          page->more ? "true" : "false");
  return done;
}

/* Newest first into the page, so that the oldest are missing when there is no room; then the other way round. */
static gboolean
answer_versions (Page *page, GError **error)
{
  GError *problem = NULL;
  KithdRead *read = page->read;
  KithSql *sql = page->reader->sql;
  gint64 target[2] = {0}; /* is a message, is deleted */
  if (kith_sql_get (sql, R_TARGET, target, G_N_ELEMENTS (target), error, "ii", read->conversation, read->anchor) < 0)
    return FALSE;
  if (!target[0] || target[1] || !is_readable (read, read->anchor)) {
    KithError code = target[0] && is_readable (read, read->anchor) ? KITH_ERROR_DELETED : KITH_ERROR_NOT_FOUND;
    g_set_error_literal (error, KITH_ERROR, code,
                         code == KITH_ERROR_DELETED ? kith_error_sentence (code) : "There is no such message.");
    return FALSE;
  }
  sqlite3_stmt *row = kith_sql_start (sql, R_VERSIONS, "ii", read->conversation, read->anchor);
  while (kith_sql_next (sql, row, &problem))
    if (is_seen (page, sqlite3_column_int64 (row, 2)) &&
        !add_item (page, g_strdup_printf ("{\"at\":%" G_GINT64_FORMAT ",\"body\":%s}",
                                          (gint64) sqlite3_column_int64 (row, 0), kith_sql_column_text (row, 1))))
      break;
  sqlite3_reset (row);
  write_items (page, "versions", TRUE);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
answer_pins (Page *page, GError **error)
{
  KithdRead *read = page->read;
  gboolean done = add_rows (
      page, kith_sql_start (page->reader->sql, R_PINS, "ii", read->conversation, read->anchor), error);
  write_items (page, "events", TRUE);
  g_string_append_printf (read->result, ",\"more\":%s", page->more ? "true" : "false");
  return done;
}

/* Whether the asker may know who has read the message; *sender: who wrote it. */
static gboolean
check_seen_target (const Page *page, gint64 *sender, GError **error)
{
  const KithdRead *read = page->read;
  gint64 target[4] = {0}; /* is a message, is deleted, sender, is urgent */
  if (kith_sql_get (page->reader->sql, R_SEEN_TARGET, target, G_N_ELEMENTS (target), error, "ii", read->conversation,
                    read->anchor) < 0)
    return FALSE;
  *sender = target[2];
  if (!target[0] || !is_readable (read, read->anchor))
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
answer_seen_by (Page *page, GError **error)
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
    if (!add_item (page, g_strdup_printf ("\"u%" G_GINT64_FORMAT "\"", (gint64) sqlite3_column_int64 (row, 0))))
      break;
  sqlite3_reset (row);
  write_items (page, "people", FALSE);
  g_string_append_printf (page->read->result, ",\"more\":%s", page->more ? "true" : "false");
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
answer_mentions (Page *page, GError **error)
{
  GError *problem = NULL;
  KithSql *sql = page->reader->sql;
  gint64 before = page->read->anchor > 0 ? page->read->anchor : G_MAXINT64;
  sqlite3_stmt *row = kith_sql_start (sql, R_MENTIONS, "ii", page->read->account, before);
  while (kith_sql_next (sql, row, &problem)) {
    char *text = write_row (page, row, TRUE, &problem);
    if (text == NULL || !add_item (page, text))
      break;
    page->next = sqlite3_column_int64 (row, 15);
  }
  sqlite3_reset (row);
  write_items (page, "events", FALSE);
  g_string_append_printf (page->read->result, ",\"next\":%" G_GINT64_FORMAT ",\"more\":%s", page->next,
                          page->more ? "true" : "false");
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

/* What is not in its place is not in the index. */
static gboolean
add_recent (Page *page, KithdFinder *finder, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row = kith_sql_start (page->reader->sql, R_RECENT, "i", page->read->anchor);
  while (kith_sql_next (page->reader->sql, row, &problem)) {
    KithdFound found = {sqlite3_column_int64 (row, 0), sqlite3_column_int64 (row, 1), sqlite3_column_int64 (row, 2)};
    if (kithd_finder_may_read (finder, found.conversation, found.seq))
      kithd_finder_add (finder, &found);
  }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

/* Messages that the index does not know yet, or knows as they were, come from the log itself: the newest of each conversation, up to a number in all.
 * FALSE: some are left out. */
static gboolean
add_unindexed (Page *page, KithdFinder *finder, GError **error)
{
  GError *problem = NULL;
  gint64 room = UNINDEXED_MAX;
  const GPtrArray *places = page->read->search->places;
  for (guint i = 0; i < places->len && problem == NULL; i++) {
    const KithdPlace *place = places->pdata[i];
    gint64 upto = place->ranges->len > 0 ? g_array_index (place->ranges, KithdRange, place->ranges->len - 1).to : 0;
    gint64 indexed = kithd_finder_indexed (finder, place->conversation);
    if (indexed >= upto || room == 0)
      continue;
    sqlite3_stmt *row = kith_sql_start (page->reader->sql, R_UNINDEXED, "iiii", place->conversation, indexed, upto, room);
    for (; kith_sql_next (page->reader->sql, row, &problem); room--) {
      KithdFound found = {sqlite3_column_int64 (row, 0), place->conversation, sqlite3_column_int64 (row, 1)};
      if (found.rev < page->read->anchor && kithd_finder_may_read (finder, found.conversation, found.seq))
        kithd_finder_add (finder, &found);
    }
  }
  if (problem != NULL)
    g_propagate_error (error, problem);
  return room > 0;
}

/* Whether the message of a row of R_CANDIDATE is what is looked for, as it is now. */
static gboolean
fits (const KithdSearch *search, sqlite3_stmt *row)
{
  gint64 at = sqlite3_column_int64 (row, 3), sender = sqlite3_column_int64 (row, 5);
  const char *text = kith_sql_column_text (row, 15);
  if (text == NULL || at < search->after || at >= search->before || (search->from != 0 && search->from != sender))
    return FALSE;
  g_autofree char *folded = kith_fold (text, NULL);
  guint has = kithd_index_has (folded, sqlite3_column_int (row, 16), sqlite3_column_int (row, 17));
  return (search->has & ~has) == 0 && kith_fold_has_words (folded, search->words);
}

/* Whether the present text of the message is the one that the asker may see. */
static gboolean
sees_text (Page *page, sqlite3_stmt *row, const KithdFound *found, GError **error)
{
  const KithdEvent event = {.conversation = found->conversation, .seq = found->seq};
  gint64 edited = sqlite3_column_int64 (row, 12);
  if (edited == 0 || sees_all (page, found->seq, sqlite3_column_int64 (row, 11)))
    return TRUE;
  g_autofree char *seen = find_seen_text (page, &event, &edited, error);
  return g_strcmp0 (seen, kith_sql_column_text (row, 10)) == 0;
}

/* FALSE: the page is closed, or error. */
static gboolean
add_candidate (Page *page, const KithdFound *found, GError **error)
{
  KithSql *sql = page->reader->sql;
  gboolean goes_on = TRUE;
  sqlite3_stmt *row = kith_sql_start (sql, R_CANDIDATE, "ii", found->conversation, found->seq);
  if (kith_sql_next (sql, row, error) && fits (page->read->search, row) && sees_text (page, row, found, error)) {
    char *text = write_row (page, row, TRUE, error);
    goes_on = text != NULL && add_item (page, text);
    if (goes_on)
      page->next = found->rev;
  }
  sqlite3_reset (row);
  return goes_on && *error == NULL;
}

/* What was done to a message is seen by the ranges of its own conversation. */
static gboolean
add_found (Page *page, const KithdFinder *finder, const KithdFound *found, GError **error)
{
  GArray *own = page->read->ranges, *ranges = kithd_finder_ranges (finder, found->conversation);
  if (ranges == NULL)
    return TRUE;
  page->read->ranges = ranges;
  gboolean goes_on = add_candidate (page, found, error);
  page->read->ranges = own;
  return goes_on;
}

static gboolean
answer_search (Page *page, GError **error)
{
  KithdFound found;
  KithdFoundState state = KITHD_FOUND_END;
  GError *problem = NULL;
  KithdRead *read = page->read;
  read->anchor = read->anchor > 0 ? read->anchor : G_MAXINT64;
  g_autoptr (KithdFinder) finder = kithd_finder_new (page->reader->index, read->search, read->anchor, g_get_monotonic_time () + SEARCH_TIME);
  gboolean complete = add_recent (page, finder, &problem) && add_unindexed (page, finder, &problem);
  while (problem == NULL && (state = kithd_finder_next (finder, &found)) == KITHD_FOUND)
    if (!add_found (page, finder, &found, &problem))
      break;
  if (problem != NULL) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  if (state == KITHD_FOUND_LATE)
    page->next = found.rev;
  write_items (page, "events", FALSE);
  g_string_append_printf (read->result, ",\"next\":%" G_GINT64_FORMAT ",\"more\":%s%s", page->next,
                          page->more || state == KITHD_FOUND_LATE ? "true" : "false", complete ? "" : ",\"pending\":true");
  return TRUE;
}

typedef gboolean (*Answer) (Page *page, GError **error);
static const Answer answers[] = {
    [KITHD_READ_FETCH_AFTER] = answer_fetch,   [KITHD_READ_FETCH_BEFORE] = answer_fetch,
    [KITHD_READ_FETCH_CHANGED] = answer_fetch, [KITHD_READ_VERSIONS] = answer_versions,
    [KITHD_READ_PINS] = answer_pins,
    [KITHD_READ_SEEN_BY] = answer_seen_by,
    [KITHD_READ_MENTIONS] = answer_mentions,   [KITHD_READ_SEARCH] = answer_search,
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
  Page page = {.reader = reader,
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
