/* cache-search.c - the index proposes, newest first; each proposal is looked at before it is a hit. */
#include "cache-private.h"

#include "proto/fold.h"
#include "proto/id.h"
#include "proto/message.h"
#include "sql/sql-gram.h"

#define WORDS_MAX 16
#define LIMIT_MAX 200
#define SAME_MOMENT_MAX 200 /* hits beyond the limit, so that the next page can begin with the moment before */
#define AT_SHIFT 20
#define AT_MAX ((G_GINT64_CONSTANT (1) << 42) - 1)

typedef struct {
  const KithCacheQuery *query;
  GPtrArray *words;
  guint has;
  gint64 top, bottom; /* of ids */
  char *grams;        /* NULL: every message is looked at */
} Search;

static guint
has_bit (const char *has)
{
  static const char *const names[] = {"link", "mention", "reply"};
  for (guint i = 0; has != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (has, names[i]))
      return 1u << i;
  return 0;
}

static void
search_init (Search *search, const KithCacheQuery *query)
{
  gint64 until = query->until > 0 ? MIN (query->until, AT_MAX) : AT_MAX;
  gint64 before = query->before_at > 0 ? MIN (query->before_at, until) : until;
  GString *grams = g_string_new (NULL);
  search->query = query;
  search->words = kith_fold_words (query->text != NULL ? query->text : "");
  g_ptr_array_set_size (search->words, (int) MIN (search->words->len, WORDS_MAX));
  search->has = has_bit (query->has);
  search->top = before << AT_SHIFT;
  search->bottom = CLAMP (query->since, 0, AT_MAX) << AT_SHIFT;
  kith_gram_ask_words (grams, search->words);
  if (query->conversation != 0)
    kith_gram_ask_tag (grams, " AND ", 'c', query->conversation);
  if (query->from != 0)
    kith_gram_ask_tag (grams, " AND ", 'u', query->from);
  if (search->has != 0)
    kith_gram_ask_tag (grams, " AND ", 'h', search->has);
  search->grams = g_string_free (grams, grams->len == 0);
}

static void
search_clear (Search *search)
{
  g_ptr_array_unref (search->words);
  g_free (search->grams);
}

/* The message of the row, if it fits; the caller's. */
static json_object *
take_fitting (const Search *search, sqlite3_stmt *row)
{
  char id[KITH_ID_TEXT];
  const KithCacheQuery *query = search->query;
  gint64 conversation = sqlite3_column_int64 (row, 1), has = sqlite3_column_int64 (row, 3);
  if (has < 0 || (search->has & ~(guint) has) != 0 ||
      (query->from != 0 && query->from != sqlite3_column_int64 (row, 2)) ||
      (query->conversation != 0 && query->conversation != conversation))
    return NULL;
  json_object *event = kith_cache_parse (kith_sql_column_text (row, 4));
  json_object *body = event != NULL ? kith_member_object (event, "body") : NULL;
  const char *text = body != NULL ? kith_member_string (body, "text") : NULL;
  g_autofree char *folded = text != NULL ? kith_fold (text, NULL) : NULL;
  if (folded == NULL || !kith_fold_has_words (folded, search->words)) {
    json_object_put (event);
    return NULL;
  }
  json_object_object_add (event, "conversation", json_object_new_string (kith_id_format (conversation, 'c', id)));
  return event;
}

/* A page ends between two moments, as before_at says where the next one begins. */
static gboolean
is_full (guint n, guint limit, gint64 at, gint64 last_at)
{
  return n >= limit && (at != last_at || n >= limit + SAME_MOMENT_MAX);
}

gboolean
kith_cache_store_search (KithCacheStore *store, const KithCacheQuery *query, GCancellable *cancellable,
                         json_object *hits, gboolean *more, GError **error)
{
  Search search;
  GError *problem = NULL;
  gint64 last_at = 0;
  guint limit = CLAMP (query->limit, 1, LIMIT_MAX), n = 0;
  search_init (&search, query);
  sqlite3_stmt *row = kith_sql_start (store->sql, search.grams != NULL ? C_SEARCH : C_SCAN, "tii", search.grams,
                                      search.top, search.bottom);
  while (!*more && !g_cancellable_is_cancelled (cancellable) && kith_sql_next (store->sql, row, &problem)) {
    gint64 at = sqlite3_column_int64 (row, 0) >> AT_SHIFT;
    json_object *event = take_fitting (&search, row);
    *more = event != NULL && is_full (n, limit, at, last_at);
    if (*more || event == NULL) {
      json_object_put (event);
      continue;
    }
    json_object_array_add (hits, event);
    last_at = at;
    n++;
  }
  sqlite3_reset (row);
  search_clear (&search);
  return kith_sql_done (problem, error);
}
