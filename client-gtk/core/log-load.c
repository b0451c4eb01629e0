/* log-load.c - pages for a log: what the cache has at once, then what the server says; one job at a time.
 *
 * A page says which seqs it covers; that is kept with the window, and in the cache. While we are not connected, what
 * the cache does not have is a gap. */
#include "core/log-private.h"

#include "core/post-private.h"

#include "proto/message.h"

#include <glib/gi18n.h>

#define PAGE (2 * KITH_LOG_PAGE)   /* events, of which some are no lines */
#define ENOUGH (KITH_LOG_PAGE / 2) /* lines; with fewer the next page is asked for by itself */
#define FAR (4 * PAGE)             /* events behind the present from which the window does not follow page by page */

typedef struct {
  KithLog *log; /* referenced */
  guint serial;
  gint64 last;          /* newest seq when it was asked */
  gint64 anchor;        /* of the fetch: before or after which seq */
  guint lines, rounds;  /* had so far */
  json_object *earlier; /* AROUND: events up to the anchor */
  gboolean earlier_more;
} Page;

static void ask_server (KithLog *log, Page *page, const KithFetch *fetch);
static void step (KithLog *log, Page *page);

static Page *
page_new (KithLog *log)
{
  Page *page = g_new0 (Page, 1);
  page->log = g_object_ref (log);
  page->serial = log->serial;
  return page;
}

static void
page_free (gpointer data)
{
  Page *page = data;
  g_object_unref (page->log);
  json_object_put (page->earlier);
  g_free (page);
}

static gint64
newest (KithLog *log)
{
  const KithConversation *known =
      kith_state_conversation (kith_client_known (log->session->client), kith_log_conversation (log));
  return known != NULL ? known->last : 0;
}

static gint64
oldest (KithLog *log)
{
  return MAX (kith_chat_first (log->chat), 1);
}

/* A session that goes has no client any more when its cache answers for the last time. */
gboolean
kith_log_is_alive (KithLog *log)
{
  return log->session != NULL && log->session->client != NULL;
}

gboolean
kith_log_is_online (KithLog *log)
{
  return log->session != NULL && kith_session_is_online (log->session);
}

void
kith_log_set_problem (KithLog *log, const char *problem)
{
  if (g_strcmp0 (log->problem, problem) == 0)
    return;
  g_free (log->problem);
  log->problem = g_strdup (problem);
  log->new_problem = TRUE;
}

static void
stale (KithLog *log)
{
  log->stale = TRUE;
  kith_session_stir (log->session);
}

static gboolean
is_empty (KithLog *log)
{
  return log->low > log->high;
}

/* The job is over; what became due meanwhile is next. */
static void
end (KithLog *log)
{
  gboolean first = log->job == KITH_JOB_NEWEST || log->job == KITH_JOB_AROUND;
  if (log->job == KITH_JOB_AROUND)
    log->jumped = log->anchor;
  log->job = KITH_JOB_NONE;
  log->want_refresh |= log->overflow;
  log->overflow = FALSE;
  kith_log_take_meanwhile (log, first);
  kith_log_expect_all (log);
  stale (log);
  if (log->job != KITH_JOB_NONE || !kith_log_is_online (log) || !log->filled || log->problem != NULL)
    return;
  if (log->want_refresh)
    kith_log_refresh (log);
  else if (log->at_end && newest (log) > log->high)
    kith_log_begin (log, is_empty (log) ? KITH_JOB_NEWEST : KITH_JOB_CATCH_UP, 0);
}

static void
set_gap (KithLog *log, KithPost **gap, gint64 first, gint64 last)
{
  if (*gap != NULL && (*gap)->gap_first == first && (*gap)->gap_last == last)
    return;
  g_clear_object (gap);
  if (first <= last)
    *gap = kith_post_new_gap (first, last);
  stale (log);
}

static void
fill (KithLog *log, gint64 low, gint64 high)
{
  if (!log->filled)
    log->newer = 0;
  log->filled = TRUE;
  log->low = low;
  log->high = high;
  log->at_start = low <= oldest (log);
  stale (log);
}

/* Seqs of the first and the last event of a page; 0, 0: it is empty. */
static void
bounds (json_object *events, gint64 *first, gint64 *last)
{
  gsize n = json_object_array_length (events);
  *first = n > 0 ? kith_member_integer (json_object_array_get_idx (events, 0), "seq", 0) : 0;
  *last = n > 0 ? kith_member_integer (json_object_array_get_idx (events, n - 1), "seq", 0) : 0;
}

/* Pages of the server, by job. Each returns TRUE when the job goes on (and has asked). */

static void
cache (KithLog *log, json_object *events, gint64 first, gint64 last)
{
  if (first <= last && last > 0)
    kith_cache_put_events (log->session->cache, kith_log_conversation (log), events, first, last);
}

static gboolean
take_newest (KithLog *log, Page *page, json_object *events, gboolean more)
{
  gint64 first, last;
  bounds (events, &first, &last);
  gint64 low = more ? first : oldest (log);
  last = MAX (last, more ? last : page->last);
  gboolean joins = log->filled && low <= log->high + 1 && last >= log->low;
  if (!joins)
    kith_log_clear_window (log);
  kith_log_take_events (log, events);
  log->seen = joins ? log->seen : page->last;
  log->want_refresh = joins;
  fill (log, joins ? MIN (low, log->low) : low, joins ? MAX (last, log->high) : last);
  g_clear_object (&log->gap_after);
  log->at_end = TRUE;
  log->newer = 0;
  kith_log_trim (log, FALSE);
  cache (log, events, low, last);
  return FALSE;
}

static gboolean
take_older (KithLog *log, Page *page, json_object *events, gboolean more)
{
  gint64 first, last;
  bounds (events, &first, &last);
  page->lines += kith_log_take_events (log, events);
  gint64 low = more && first > 0 ? MIN (first, log->low) : oldest (log);
  gboolean progress = low < log->low;
  cache (log, events, low, page->anchor - 1);
  fill (log, low, log->high);
  log->at_start = !more || !progress;
  g_clear_object (&log->gap_before);
  kith_log_trim (log, TRUE);
  return more && progress && page->lines < ENOUGH;
}

static gboolean
take_newer (KithLog *log, Page *page, json_object *events, gboolean more)
{
  gint64 first, last;
  bounds (events, &first, &last);
  page->lines += kith_log_take_events (log, events);
  gint64 high = MAX (last, more ? log->high : MAX (log->high, page->last));
  gboolean progress = high > log->high;
  cache (log, events, page->anchor + 1, high);
  fill (log, log->low, high);
  g_clear_object (&log->gap_after);
  log->at_end = !more || !progress;
  if (log->at_end)
    log->newer = 0;
  kith_log_trim (log, FALSE);
  return more && progress && page->lines < ENOUGH;
}

static gboolean
take_around (KithLog *log, Page *page, json_object *events, gboolean more)
{
  if (page->earlier == NULL) {
    page->earlier = json_object_get (events);
    page->earlier_more = more;
    return TRUE;
  }
  gint64 first, last, later;
  bounds (page->earlier, &first, &last);
  gint64 low = page->earlier_more ? first : oldest (log);
  bounds (events, &first, &later);
  gint64 high = MAX (MAX (later, log->anchor), more ? 0 : page->last);
  kith_log_clear_window (log);
  kith_log_take_events (log, page->earlier);
  kith_log_take_events (log, events);
  log->seen = page->last;
  fill (log, low, high);
  log->at_start = !page->earlier_more;
  log->at_end = !more;
  cache (log, page->earlier, low, log->anchor);
  cache (log, events, log->anchor + 1, high);
  return FALSE;
}

/* Who has been away for long sees the newest, if they were at the bottom; else where they are. */
static gboolean
take_missed (KithLog *log, Page *page, json_object *events, gboolean more)
{
  gint64 first, last;
  bounds (events, &first, &last);
  if (more && newest (log) - last > FAR && log->following) {
    kith_log_begin (log, KITH_JOB_NEWEST, 0);
    return FALSE;
  }
  gint64 before = log->high;
  take_newer (log, page, events, more);
  gboolean progress = log->high > before;
  if (more && progress && !log->following && log->lines->len >= KITH_LOG_MAX) {
    log->at_end = FALSE;
    log->newer = (guint) CLAMP (newest (log) - log->high, 0, G_MAXUINT);
    return FALSE;
  }
  log->at_end = TRUE;
  return more && progress;
}

static gboolean
take_changed (KithLog *log, Page *page, json_object *events, gboolean more)
{
  gsize n = json_object_array_length (events);
  json_object *final = n > 0 ? json_object_array_get_idx (events, n - 1) : NULL;
  gint64 changed = final != NULL ? kith_member_integer (final, "changed", 0) : 0;
  for (gsize i = 0; i < n; i++) {
    json_object *event = json_object_array_get_idx (events, i);
    KithPost *post = kith_log_line (log, kith_member_integer (event, "seq", 0));
    if (post != NULL && kith_post_take (post, event, log->session->me))
      kith_log_touch (log, post);
  }
  kith_cache_put_changed (log->session->cache, kith_log_conversation (log), events, page->anchor, log->high,
                          more ? changed : page->last);
  if (more && changed > page->anchor) {
    page->anchor = changed;
    return TRUE;
  }
  log->seen = page->last;
  log->want_refresh = FALSE;
  return FALSE;
}

static const struct {
  gboolean (*take) (KithLog *log, Page *page, json_object *events, gboolean more);
} jobs[] = {
    [KITH_JOB_NEWEST] = {take_newest}, [KITH_JOB_OLDER] = {take_older},     [KITH_JOB_NEWER] = {take_newer},
    [KITH_JOB_AROUND] = {take_around}, [KITH_JOB_CATCH_UP] = {take_missed}, [KITH_JOB_REFRESH] = {take_changed}};

static gboolean
is_current (const Page *page)
{
  return kith_log_is_alive (page->log) && page->serial == page->log->serial && page->log->job != KITH_JOB_NONE;
}

static void
on_fetched (KithSession *session, const KithAnswer *answer, gpointer data)
{
  Page *page = data;
  KithLog *log = page->log;
  json_object *events = NULL;
  if (!is_current (page))
    return;
  if (answer->root == NULL || !json_object_object_get_ex (answer->root, "events", &events)) {
    kith_log_set_problem (log, answer->error->message);
    log->filled |= log->job == KITH_JOB_NEWEST;
    log->at_end |= log->job == KITH_JOB_NEWEST;
    end (log);
    return;
  }
  gboolean more = kith_member_boolean (answer->root, "more", FALSE);
  gboolean goes_on = jobs[log->job].take (log, page, events, more);
  if (!is_current (page))
    return; /* another job was begun */
  page->rounds++;
  if (goes_on)
    step (log, page);
  else
    end (log);
}

/* page goes on in a page of its own: the old one is freed with its answer. */
static void
step (KithLog *log, Page *page)
{
  Page *next = page_new (log);
  KithFetch fetch = KITH_FETCH_NEWEST;
  next->rounds = page->rounds;
  next->lines = page->lines;
  next->earlier = page->earlier != NULL ? json_object_get (page->earlier) : NULL;
  next->earlier_more = page->earlier_more;
  next->last = newest (log);
  next->anchor = page->anchor;
  fetch.limit = PAGE;
  if (log->job == KITH_JOB_OLDER)
    fetch.before = next->anchor = log->low;
  else if (log->job == KITH_JOB_NEWER || log->job == KITH_JOB_CATCH_UP)
    fetch.after = next->anchor = log->high;
  else if (log->job == KITH_JOB_AROUND && page->earlier == NULL)
    fetch.before = log->anchor + 1;
  else if (log->job == KITH_JOB_AROUND)
    fetch.after = log->anchor;
  if (log->job == KITH_JOB_AROUND)
    fetch.limit = KITH_LOG_PAGE;
  if (log->job == KITH_JOB_REFRESH) {
    fetch.changed_after = page->anchor;
    fetch.upto = log->high;
    fetch.limit = KITH_PAGE_MAX;
    next->last = page->rounds == 0 ? next->last : page->last;
  }
  ask_server (log, next, &fetch);
}

static void
ask_server (KithLog *log, Page *page, const KithFetch *fetch)
{
  kith_session_fetch (log->session, kith_log_conversation (log), fetch, on_fetched, page, page_free);
}

static void
go_to_server (KithLog *log, gint64 anchor)
{
  Page *page = page_new (log);
  if (log->job == KITH_JOB_NEWEST)
    kith_client_ask_receipts (log->session->client, kith_log_conversation (log));
  page->anchor = anchor;
  step (log, page);
  page_free (page);
}

/* Pages of the cache, by job. */

/* What is missing at an end shows as a gap there; what waits in the outbox shows in any case. */
static void
offline (KithLog *log)
{
  gboolean newer = log->job == KITH_JOB_NEWEST || log->job == KITH_JOB_NEWER;
  gboolean empty = !log->filled;
  if (log->job == KITH_JOB_AROUND)
    kith_log_set_problem (
        log, _ ("This message is not on this computer, and there is no connection to the server just now."));
  else if (log->job == KITH_JOB_OLDER)
    kith_log_set_problem (log, _ ("Older messages come when there is a connection to the server again."));
  if (empty && newer)
    fill (log, newest (log) + 1, newest (log));
  if (log->job == KITH_JOB_OLDER || (empty && newer))
    set_gap (log, &log->gap_before, oldest (log), log->low - 1);
  if (newer)
    set_gap (log, &log->gap_after, log->high + 1, newest (log));
  log->at_end |= newer;
  end (log);
}

static gboolean
cached_newest (KithLog *log, const KithCachedPage *found, gboolean full)
{
  gint64 first, last;
  bounds (found->events, &first, &last);
  kith_log_clear_window (log);
  kith_log_take_events (log, found->events);
  fill (log, full ? first : found->first, found->last);
  log->seen = 0;
  log->at_end = TRUE;
  log->want_refresh = TRUE;
  return TRUE; /* the server may know more */
}

static gboolean
cached_older (KithLog *log, const KithCachedPage *found, gboolean full)
{
  gint64 first, last;
  bounds (found->events, &first, &last);
  kith_log_take_events (log, found->events);
  fill (log, full ? first : MIN (found->first, log->low), log->high);
  g_clear_object (&log->gap_before);
  kith_log_trim (log, TRUE);
  return FALSE;
}

static gboolean
cached_newer (KithLog *log, const KithCachedPage *found, gboolean full)
{
  gint64 first, last;
  bounds (found->events, &first, &last);
  kith_log_take_events (log, found->events);
  fill (log, log->low, full ? last : MAX (found->last, log->high));
  log->at_end = log->high >= newest (log);
  if (log->at_end)
    log->newer = 0;
  kith_log_trim (log, FALSE);
  return FALSE;
}

static gboolean
cached_around (KithLog *log, const KithCachedPage *found, gboolean full)
{
  gint64 first, last;
  bounds (found->events, &first, &last);
  kith_log_clear_window (log);
  kith_log_take_events (log, found->events);
  fill (log, first, last);
  log->seen = 0;
  log->want_refresh = TRUE;
  log->at_end = last >= newest (log);
  return FALSE;
}

static gboolean
holds (json_object *events, gint64 seq)
{
  gint64 first, last;
  bounds (events, &first, &last);
  return first <= seq && seq <= last;
}

/* NULL: nothing to be asked there. */
static const struct {
  KithPageKind kind;
  gboolean (*take) (KithLog *log, const KithCachedPage *found, gboolean full);
} cached_jobs[] = {[KITH_JOB_NEWEST] = {KITH_PAGE_NEWEST, cached_newest},
                   [KITH_JOB_OLDER] = {KITH_PAGE_BEFORE, cached_older},
                   [KITH_JOB_NEWER] = {KITH_PAGE_AFTER, cached_newer},
                   [KITH_JOB_AROUND] = {KITH_PAGE_AROUND, cached_around}};

static void
on_cached (const KithCachedPage *found, gpointer data)
{
  Page *page = data;
  KithLog *log = page->log;
  if (is_current (page)) {
    gsize n = found->events != NULL ? json_object_array_length (found->events) : 0;
    gboolean useful = n > 0 && (log->job != KITH_JOB_AROUND || holds (found->events, log->anchor));
    if (useful && !cached_jobs[log->job].take (log, found, n >= KITH_LOG_PAGE))
      end (log);
    else if (kith_log_is_online (log))
      go_to_server (log, 0);
    else
      offline (log);
  }
  page_free (page);
}

static void
ask_cache (KithLog *log)
{
  const gint64 anchors[] = {[KITH_JOB_NEWEST] = 0,
                            [KITH_JOB_OLDER] = log->low,
                            [KITH_JOB_NEWER] = log->high,
                            [KITH_JOB_AROUND] = log->anchor};
  kith_cache_load (log->session->cache, kith_log_conversation (log), cached_jobs[log->job].kind, anchors[log->job],
                   KITH_LOG_PAGE, on_cached, page_new (log));
}

/* Everything that the cache has of the conversation is refreshed with what is shown. */
static void
on_changed (gint64 changed, gint64 upto, gpointer data)
{
  Page *page = data;
  if (is_current (page)) {
    KithLog *log = page->log;
    gint64 from = log->seen > 0 ? log->seen : changed;
    go_to_server (log, changed > 0 ? MIN (from, changed) : from);
  }
  page_free (page);
}

void
kith_log_begin (KithLog *log, KithLogJob job, gint64 anchor)
{
  if (!kith_log_is_alive (log))
    return;
  if (kith_log_conversation (log) == 0) {
    fill (log, 1, 0);
    log->at_end = log->place = TRUE;
    return;
  }
  log->want_refresh |= log->job == KITH_JOB_REFRESH; /* what the reader wants goes first */
  log->serial++;
  log->place = FALSE;
  log->job = job;
  log->anchor = anchor;
  kith_log_set_problem (log, NULL);
  kith_session_stir (log->session);
  if (job == KITH_JOB_REFRESH)
    kith_cache_load_changed (log->session->cache, kith_log_conversation (log), on_changed, page_new (log));
  else if (job == KITH_JOB_CATCH_UP || (job == KITH_JOB_NEWEST && log->filled && kith_log_is_online (log)))
    go_to_server (log, 0);
  else
    ask_cache (log);
}

/* For the session. */

void
kith_log_refresh (KithLog *log)
{
  if (kith_log_conversation (log) == 0)
    return;
  if (log->job != KITH_JOB_NONE)
    log->want_refresh = TRUE;
  else if (!kith_log_is_online (log))
    log->want_refresh = TRUE;
  else if (log->filled && log->problem == NULL && log->gap_after == NULL && !is_empty (log))
    kith_log_begin (log, KITH_JOB_REFRESH, 0);
  else
    kith_log_begin (log, KITH_JOB_NEWEST, 0);
}

void
kith_log_came_online (KithLog *log)
{
  if (kith_log_conversation (log) != 0)
    kith_client_ask_receipts (log->session->client, kith_log_conversation (log));
  kith_log_refresh (log);
}

void
kith_log_forget (KithLog *log)
{
  kith_log_clear_window (log);
  g_hash_table_remove_all (log->quotes);
  log->asking = 0;
  log->newer = 0;
  log->seen = 0;
  kith_log_load_pending (log);
  kith_log_begin (log, KITH_JOB_NEWEST, 0);
}

/* A place for a person has become a conversation, or there is more than the window has. */
void
kith_log_chat_changed (KithLog *log)
{
  if (log->job != KITH_JOB_NONE || kith_log_conversation (log) == 0)
    return;
  if (log->place)
    kith_log_forget (log);
  else if (log->filled && log->at_end && newest (log) > log->high && kith_log_is_online (log) && log->problem == NULL)
    kith_log_begin (log, is_empty (log) ? KITH_JOB_NEWEST : KITH_JOB_CATCH_UP, 0);
}
