/* cache-spans.c - what is known without a gap, and pages of it.
 *
 * A span says two things: every event from first to last is kept (or of no use), and what is kept is as it was after
 * event `seen`. Pushed events move those on that knew the one before; who missed some stays behind, and asks the
 * server for what has changed since (fetch changed_after). */
#include "cache-private.h"

#include "proto/message.h"

static gboolean
join (KithCacheStore *store, gint64 conversation, gint64 first, gint64 last, gint64 seen, GError **error)
{
  enum { COUNT, FIRST, LAST, SEEN, N };
  gint64 found[N];
  int code = kith_sql_get (store->sql, C_SPAN_TOUCHING, found, N, error, "iii", conversation, first - 1, last + 1);
  if (code < 0)
    return FALSE;
  if (code == 1 && found[COUNT] > 0) {
    if (!kith_sql_run (store->sql, C_SPAN_CUT, NULL, error, "iii", conversation, first - 1, last + 1))
      return FALSE;
    first = MIN (first, found[FIRST]);
    last = MAX (last, found[LAST]);
    seen = MIN (seen, found[SEEN]);
  }
  return kith_sql_run (store->sql, C_SPAN_ADD, NULL, error, "iiii", conversation, first, last, seen);
}

gboolean
kith_cache_span_add (KithCacheStore *store, gint64 conversation, gint64 first, gint64 last, gint64 newest,
                     GError **error)
{
  gint64 seen = 0;
  if (first <= 0 || last < first)
    return TRUE;
  return kith_sql_get (store->sql, C_SPAN_SEEN, &seen, 1, error, "i", conversation) >= 0 &&
         join (store, conversation, first, last, MAX (MAX (seen, newest), last), error);
}

/* Many at once, because each change of several rows makes FTS5 write down what it has gathered: a savepoint. */
gboolean
kith_cache_span_settle (KithCacheStore *store, GError **error)
{
  gint64 conversation = store->pushed.conversation, first = store->pushed.first, last = store->pushed.last, found[2];
  store->pushed.conversation = 0;
  if (conversation == 0)
    return TRUE;
  if (!kith_sql_run (store->sql, C_SPAN_ADVANCE, NULL, error, "iii", conversation, first, last))
    return FALSE;
  int code = kith_sql_get (store->sql, C_SPAN_FIND, found, 2, error, "iii", conversation, first, last);
  return code != 0 ? code > 0 : join (store, conversation, first, last, last, error);
}

gboolean
kith_cache_span_advance (KithCacheStore *store, gint64 conversation, gint64 seq, GError **error)
{
  gboolean follows = store->pushed.conversation == conversation && store->pushed.last == seq - 1;
  if (!follows && !kith_cache_span_settle (store, error))
    return FALSE;
  store->pushed.conversation = conversation;
  store->pushed.first = follows ? store->pushed.first : seq;
  store->pushed.last = seq;
  return TRUE;
}

gboolean
kith_cache_span_changed (KithCacheStore *store, gint64 conversation, gint64 after, gint64 upto, gint64 changed,
                         GError **error)
{
  return kith_sql_run (store->sql, C_SPAN_CHANGED, NULL, error, "iiii", conversation, after, upto, changed);
}

gboolean
kith_cache_span_stale (KithCacheStore *store, gint64 conversation, gint64 *changed, gint64 *upto, GError **error)
{
  gint64 found[2] = {0, 0};
  int code = kith_sql_get (store->sql, C_SPAN_STALE, found, 2, error, "i", conversation);
  *changed = found[0];
  *upto = found[1];
  return code >= 0;
}

/* Appends rows in the order of the statement. */
static gboolean
add_rows (KithCacheStore *store, guint statement, gint64 conversation, gint64 from, gint64 to, guint limit,
          GPtrArray *rows, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row = kith_sql_start (store->sql, statement, "iiii", conversation, from, to, (gint64) limit);
  while (kith_sql_next (store->sql, row, &problem)) {
    json_object *event = kith_cache_parse (kith_sql_column_text (row, 0));
    if (event != NULL)
      g_ptr_array_add (rows, event);
  }
  return kith_sql_done (problem, error);
}

static void
reverse (GPtrArray *rows)
{
  for (guint i = 0; i < rows->len / 2; i++) {
    gpointer other = rows->pdata[rows->len - 1 - i];
    rows->pdata[rows->len - 1 - i] = rows->pdata[i];
    rows->pdata[i] = other;
  }
}

/* The span that holds the anchor, or ends just before it where the page does. A message by itself is a page of one. */
static int
find_span (KithCacheStore *store, gint64 conversation, KithPageKind kind, gint64 anchor, gint64 span[2], GError **error)
{
  if (kind == KITH_PAGE_NEWEST)
    return kith_sql_get (store->sql, C_SPAN_LAST, span, 2, error, "i", conversation);
  gint64 least = kind == KITH_PAGE_AFTER ? anchor + 1 : anchor, most = kind == KITH_PAGE_BEFORE ? anchor - 1 : anchor;
  int found = kith_sql_get (store->sql, C_SPAN_FIND, span, 2, error, "iii", conversation, least, most);
  if (found != 0 || kind != KITH_PAGE_AROUND)
    return found;
  span[0] = span[1] = anchor;
  return 1;
}

static gboolean
fill (KithCacheStore *store, gint64 conversation, KithPageKind kind, gint64 anchor, guint limit, const gint64 span[2],
      GPtrArray *rows, GError **error)
{
  gint64 upto = kind == KITH_PAGE_NEWEST ? span[1] : kind == KITH_PAGE_BEFORE ? anchor - 1 : anchor;
  guint before = kind == KITH_PAGE_AROUND ? limit / 2 + 1 : kind == KITH_PAGE_AFTER ? 0 : limit;
  if (before > 0 && !add_rows (store, C_PAGE_BEFORE, conversation, span[0], upto, before, rows, error))
    return FALSE;
  reverse (rows);
  guint after = kind == KITH_PAGE_AROUND ? limit - MIN (limit, before) : kind == KITH_PAGE_AFTER ? limit : 0;
  return after == 0 || add_rows (store, C_PAGE_AFTER, conversation, anchor + 1, span[1], after, rows, error);
}

gboolean
kith_cache_page (KithCacheStore *store, gint64 conversation, KithPageKind kind, gint64 anchor, guint limit,
                 KithCachedPage *page, GError **error)
{
  gint64 span[2] = {0, 0};
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  page->events = json_object_new_array ();
  int found = find_span (store, conversation, kind, anchor, span, error);
  gboolean done = found >= 0;
  if (found > 0)
    done = fill (store, conversation, kind, anchor, limit, span, rows, error);
  for (guint i = 0; i < rows->len; i++)
    json_object_array_add (page->events, rows->pdata[i]);
  if (found > 0 && (rows->len > 0 || kind != KITH_PAGE_AROUND)) {
    page->first = span[0];
    page->last = span[1];
  }
  page->hole = rows->len < limit && (kind == KITH_PAGE_AFTER || page->first != 1);
  return done;
}
