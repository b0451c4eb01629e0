/* store-read-search.c - a page of what was found by words: candidates from the index and, where it is behind, from the log, each looked
 * at again as it is now. */
#include "store/store-page.h"

#include "proto/fold.h"

#define UNINDEXED_MAX 4000

/* What is not in its place is not in the index. */
static gboolean
add_recent (KithdPage *page, KithdFinder *finder, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row = kith_sql_start (page->reader->sql, R_RECENT, "i", page->read->anchor);
  while (kith_sql_next (page->reader->sql, row, &problem)) {
    KithdFound found = {sqlite3_column_int64 (row, 0), sqlite3_column_int64 (row, 1), sqlite3_column_int64 (row, 2)};
    if (kithd_finder_may_read (finder, found.conversation, found.seq))
      kithd_finder_add (finder, &found);
  }
  return kith_sql_done (problem, error);
}

/* Messages that the index does not know yet, or knows as they were, come from the log itself: the newest of each conversation, up to a number in all.
 * FALSE: some are left out. */
static gboolean
add_unindexed (KithdPage *page, KithdFinder *finder, GError **error)
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
sees_text (KithdPage *page, sqlite3_stmt *row, const KithdFound *found, GError **error)
{
  const KithdEvent event = {.conversation = found->conversation, .seq = found->seq};
  gint64 edited = sqlite3_column_int64 (row, 12);
  if (edited == 0 || kithd_page_sees_all (page, found->seq, sqlite3_column_int64 (row, 11)))
    return TRUE;
  g_autofree char *seen = kithd_page_seen_text (page, &event, &edited, error);
  return g_strcmp0 (seen, kith_sql_column_text (row, 10)) == 0;
}

/* FALSE: the page is closed, or error. */
static gboolean
add_candidate (KithdPage *page, const KithdFound *found, GError **error)
{
  KithSql *sql = page->reader->sql;
  gboolean goes_on = TRUE;
  sqlite3_stmt *row = kith_sql_start (sql, R_CANDIDATE, "iii", found->conversation, found->seq, found->rev);
  if (kith_sql_next (sql, row, error) && fits (page->read->search, row) && sees_text (page, row, found, error)) {
    char *text = kithd_page_row (page, row, TRUE, error);
    goes_on = text != NULL && kithd_page_add (page, text);
    if (goes_on)
      page->next = found->rev;
  }
  sqlite3_reset (row);
  return goes_on && *error == NULL;
}

/* What was done to a message is seen by the ranges of its own conversation. */
static gboolean
add_found (KithdPage *page, const KithdFinder *finder, const KithdFound *found, GError **error)
{
  GArray *own = page->read->ranges, *ranges = kithd_finder_ranges (finder, found->conversation);
  if (ranges == NULL)
    return TRUE;
  page->read->ranges = ranges;
  gboolean goes_on = add_candidate (page, found, error);
  page->read->ranges = own;
  return goes_on;
}

gboolean
kithd_answer_search (KithdPage *page, GError **error)
{
  KithdFound found;
  KithdFoundState state = KITHD_FOUND_END;
  GError *problem = NULL;
  KithdRead *read = page->read;
  read->anchor = read->anchor > 0 ? read->anchor : G_MAXINT64;
  gint64 deadline = g_get_monotonic_time () + page->reader->search_us;
  g_autoptr (KithdFinder) finder = kithd_finder_new (page->reader->index, read->search, read->anchor, deadline);
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
  kithd_page_write_items (page, "events", FALSE);
  g_string_append_printf (read->result, ",\"next\":%" G_GINT64_FORMAT ",\"more\":%s%s", page->next,
                          page->more || state == KITHD_FOUND_LATE ? "true" : "false", complete ? "" : ",\"pending\":true");
  return TRUE;
}
