/* store-search.c - candidates for a search, newest first: what the index proposes, merged with what it does not know
 * yet.
 *
 * The index is asked for a window of revs at a time, from the newest down, so that a question which nothing answers
 * still notices that its time is up, and can go on from where it was. */
#include "store/store-index.h"

#include "domain/read.h"
#include "proto/fold.h"

#define WINDOW_FIRST 50000
#define WINDOW_LAST 1000000
#define LOOK_AT_CLOCK 64 /* candidates between two looks */

struct _KithdFinder {
  KithdIndexFile *file;
  KithSql *sql; /* NULL: there is no index now */
  const KithdSearch *search;
  GHashTable *places; /* &conversation -> KithdPlace */
  char *query;
  gint64 deadline;
  GArray *fresh; /* KithdFound, newest first once sorted; what the index does not know */
  guint next_fresh;
  gboolean sorted;
  KithdFound indexed;      /* the next of the index; rev 0: not fetched */
  sqlite3_stmt *rows;      /* running; NULL: no window is open */
  gint64 top, low, oldest; /* the window goes from low to top; what is above is done */
  gint64 window;
  guint looked;
};

static void
give_up_index (KithdFinder *finder, GError *error)
{
  if (error != NULL && kith_sql_is_damage (error))
    g_atomic_int_set (&finder->file->damaged, TRUE);
  if (error != NULL)
    g_warning ("store: the search index failed: %s", error->message);
  finder->rows = NULL;
  finder->sql = NULL;
  g_clear_pointer (&finder->file->reading, kith_sql_close);
  g_clear_error (&error);
}

/* The snapshot of the index begins with the first thing that is read. */
static void
open_index (KithdFinder *finder)
{
  GError *problem = NULL;
  gint64 newest = 0;
  if (!kithd_index_file_read (finder->file, NULL))
    return;
  finder->sql = finder->file->reading;
  if (!kith_sql_run (finder->sql, F_BEGIN, NULL, &problem, "") ||
      kith_sql_get (finder->sql, F_NEWEST, &newest, 1, &problem, "") < 0 ||
      kith_sql_get (finder->sql, F_OLDEST, &finder->oldest, 1, &problem, "") < 0) {
    give_up_index (finder, problem);
    return;
  }
  finder->top = MIN (finder->top, newest);
}

KithdFinder *
kithd_finder_new (KithdIndexFile *file, const KithdSearch *search, gint64 before, gint64 deadline)
{
  KithdFinder *finder = g_new0 (KithdFinder, 1);
  finder->file = file;
  finder->search = search;
  finder->deadline = deadline;
  finder->top = before - 1;
  finder->window = WINDOW_FIRST;
  finder->query = kithd_gram_query (search);
  finder->fresh = g_array_new (FALSE, FALSE, sizeof (KithdFound));
  finder->places = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < search->places->len; i++) {
    KithdPlace *place = search->places->pdata[i];
    g_hash_table_insert (finder->places, &place->conversation, place);
  }
  g_mutex_lock (&file->lock);
  open_index (finder);
  return finder;
}

void
kithd_finder_free (KithdFinder *finder)
{
  if (finder == NULL)
    return;
  if (finder->rows != NULL)
    sqlite3_reset (finder->rows);
  if (finder->sql != NULL)
    kith_sql_run (finder->sql, F_END, NULL, NULL, "");
  g_mutex_unlock (&finder->file->lock);
  g_hash_table_unref (finder->places);
  g_array_unref (finder->fresh);
  g_free (finder->query);
  g_free (finder);
}

gint64
kithd_finder_indexed (KithdFinder *finder, gint64 conversation)
{
  GError *problem = NULL;
  gint64 upto = 0;
  if (finder->sql != NULL && kith_sql_get (finder->sql, F_PROGRESS, &upto, 1, &problem, "i", conversation) < 0)
    give_up_index (finder, problem);
  return upto;
}

void
kithd_finder_add (KithdFinder *finder, const KithdFound *found)
{
  g_array_append_vals (finder->fresh, found, 1);
}

GArray *
kithd_finder_ranges (const KithdFinder *finder, gint64 conversation)
{
  const KithdPlace *place = g_hash_table_lookup (finder->places, &conversation);
  return place != NULL && place->ranges->len > 0 ? place->ranges : NULL;
}

gboolean
kithd_finder_may_read (const KithdFinder *finder, gint64 conversation, gint64 seq)
{
  const KithdPlace *place = g_hash_table_lookup (finder->places, &conversation);
  for (guint i = 0; place != NULL && i < place->ranges->len; i++) {
    const KithdRange *range = &g_array_index (place->ranges, KithdRange, i);
    if (seq >= range->from && seq <= range->to)
      return TRUE;
  }
  return FALSE;
}

/* What the index itself can tell of a row. */
static gboolean
may_fit (const KithdFinder *finder, sqlite3_stmt *row)
{
  const KithdSearch *search = finder->search;
  gint64 sender = sqlite3_column_int64 (row, 3), has = sqlite3_column_int64 (row, 4),
         at = sqlite3_column_int64 (row, 5);
  const char *text = kith_sql_column_text (row, 6);
  return kithd_finder_may_read (finder, sqlite3_column_int64 (row, 1), sqlite3_column_int64 (row, 2)) &&
         (search->from == 0 || search->from == sender) && (search->has & ~(guint) has) == 0 && at >= search->after &&
         at < search->before && text != NULL && kith_fold_has_words (text, search->words);
}

/* FALSE: nothing older is indexed. */
static gboolean
open_window (KithdFinder *finder)
{
  if (finder->top < finder->oldest || finder->top <= 0)
    return FALSE;
  finder->low = MAX (finder->top - finder->window + 1, finder->oldest);
  finder->window = MIN (finder->window * 4, WINDOW_LAST);
  if (finder->query != NULL)
    finder->rows = kith_sql_start (finder->sql, F_GRAMS, "iit", finder->low, finder->top, finder->query);
  else
    finder->rows = kith_sql_start (finder->sql, F_DOCS, "ii", finder->low, finder->top);
  return TRUE;
}

static gboolean
is_late (const KithdFinder *finder)
{
  return g_get_monotonic_time () > finder->deadline;
}

/* Goes through the open window. KITHD_FOUND_END: it is through. */
static KithdFoundState
search_window (KithdFinder *finder)
{
  GError *problem = NULL;
  while (kith_sql_next (finder->sql, finder->rows, &problem)) {
    gint64 rev = sqlite3_column_int64 (finder->rows, 0);
    finder->top = rev - 1;
    if (may_fit (finder, finder->rows)) {
      finder->indexed =
          (KithdFound){rev, sqlite3_column_int64 (finder->rows, 1), sqlite3_column_int64 (finder->rows, 2)};
      return KITHD_FOUND;
    }
    if (++finder->looked % LOOK_AT_CLOCK == 0 && is_late (finder))
      return KITHD_FOUND_LATE;
  }
  finder->rows = NULL;
  finder->top = finder->low - 1;
  if (problem != NULL)
    give_up_index (finder, problem);
  return KITHD_FOUND_END;
}

/* Fills finder->indexed. */
static KithdFoundState
search_index (KithdFinder *finder)
{
  KithdFoundState state = KITHD_FOUND_END;
  while (finder->indexed.rev == 0 && finder->sql != NULL && (finder->rows != NULL || open_window (finder))) {
    state = search_window (finder);
    if (state == KITHD_FOUND_END && is_late (finder))
      state = KITHD_FOUND_LATE;
    if (state == KITHD_FOUND_LATE)
      break;
  }
  return finder->indexed.rev != 0 ? KITHD_FOUND : state;
}

static gint
compare_newest (gconstpointer a, gconstpointer b)
{
  gint64 left = ((const KithdFound *) a)->rev, right = ((const KithdFound *) b)->rev;
  return (left < right) - (left > right);
}

/* The newest of the fresh ones; NULL: there are no more. */
static const KithdFound *
peek_fresh (KithdFinder *finder)
{
  if (!finder->sorted)
    g_array_sort (finder->fresh, compare_newest);
  finder->sorted = TRUE;
  return finder->next_fresh < finder->fresh->len ? &g_array_index (finder->fresh, KithdFound, finder->next_fresh)
                                                 : NULL;
}

/* A message that was edited since is in both, or in fresh more than once. */
static void
pass (KithdFinder *finder, gint64 rev)
{
  const KithdFound *fresh;
  while ((fresh = peek_fresh (finder)) != NULL && fresh->rev >= rev)
    finder->next_fresh++;
  if (finder->indexed.rev >= rev)
    finder->indexed.rev = 0;
}

KithdFoundState
kithd_finder_next (KithdFinder *finder, KithdFound *found)
{
  KithdFoundState state = search_index (finder);
  const KithdFound *fresh = peek_fresh (finder);
  gint64 reached = state == KITHD_FOUND ? finder->indexed.rev : state == KITHD_FOUND_LATE ? finder->top + 1 : 0;
  if (fresh != NULL && fresh->rev >= reached) {
    *found = *fresh;
    state = KITHD_FOUND;
  } else if (state == KITHD_FOUND)
    *found = finder->indexed;
  else
    found->rev = reached;
  if (state == KITHD_FOUND)
    pass (finder, found->rev);
  return state;
}
