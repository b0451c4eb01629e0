/* log-window.c - the lines that a log is to show: every one from low to high, and what waits behind them. */
#include "core/log-private.h"

#include "core/post-private.h"

#include "proto/message.h"

#define MEANWHILE_MAX 1000

gint64
kith_log_conversation (KithLog *log)
{
  return kith_chat_id (log->chat);
}

static gint64
me (KithLog *log)
{
  return log->session != NULL ? log->session->me : 0;
}

static void
stir (KithLog *log)
{
  if (log->session != NULL)
    kith_session_stir (log->session);
}

static void
set_stale (KithLog *log)
{
  log->stale = TRUE;
  stir (log);
}

static KithPost *
line_at (KithLog *log, guint position)
{
  return g_ptr_array_index (log->lines, position);
}

guint
kith_log_find (KithLog *log, gint64 seq)
{
  guint low = 0, high = log->lines->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (line_at (log, middle)->seq < seq)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

KithPost *
kith_log_line (KithLog *log, gint64 seq)
{
  guint at = kith_log_find (log, seq);
  return at < log->lines->len && line_at (log, at)->seq == seq ? line_at (log, at) : NULL;
}

void
kith_log_touch (KithLog *log, KithPost *post)
{
  if (post->touched)
    g_ptr_array_add (log->touched, g_object_ref (post));
  stir (log);
}

/* Lines that go let go of what they quote, so that answers to answers do not keep each other. */
static void
drop_lines (KithLog *log, guint at, guint n)
{
  if (n == 0)
    return;
  for (guint i = at; i < at + n; i++)
    g_clear_object (&line_at (log, i)->quoted);
  g_ptr_array_remove_range (log->lines, at, n);
  set_stale (log);
}

void
kith_log_clear_window (KithLog *log)
{
  drop_lines (log, 0, log->lines->len);
  g_clear_object (&log->gap_before);
  g_clear_object (&log->gap_after);
  log->filled = log->at_start = log->at_end = FALSE;
  log->low = log->high = 0;
  set_stale (log);
}

void
kith_log_trim (KithLog *log, gboolean at_end)
{
  if (log->lines->len <= KITH_LOG_MAX)
    return;
  guint surplus = log->lines->len - KITH_LOG_MAX;
  if (at_end) {
    log->high = line_at (log, KITH_LOG_MAX)->seq - 1;
    log->at_end = FALSE;
    g_clear_object (&log->gap_after);
    drop_lines (log, KITH_LOG_MAX, surplus);
  } else {
    log->low = line_at (log, surplus - 1)->seq + 1;
    log->at_start = FALSE;
    g_clear_object (&log->gap_before);
    drop_lines (log, 0, surplus);
  }
}

/* What waits. */

static guint
find_pending (KithLog *log, guint64 key)
{
  guint at = 0;
  while (at < log->pending->len && ((KithPost *) g_ptr_array_index (log->pending, at))->key < key)
    at++;
  return at;
}

static KithPost *
pending_with_key (KithLog *log, guint64 key)
{
  guint at = find_pending (log, key);
  KithPost *post = at < log->pending->len ? g_ptr_array_index (log->pending, at) : NULL;
  return post != NULL && post->key == key ? post : NULL;
}

/* entered: when it was written, in ms since 1970; 0: not known. */
static KithPost *
add_pending (KithLog *log, guint64 key, json_object *request, gint64 entered)
{
  gint64 at = entered > 0 ? entered : g_get_real_time () / 1000;
  KithPost *post = kith_post_new_request (request, key, at, me (log));
  g_ptr_array_insert (log->pending, (int) find_pending (log, key), post);
  set_stale (log);
  return post;
}

static void
on_waiting (const KithWaiting *waiting, gpointer data)
{
  KithLog *log = data;
  if (g_strcmp0 (kith_member_string (waiting->request, "type"), "post") != 0)
    return;
  KithPost *post = add_pending (log, waiting->key, waiting->request, waiting->entered);
  post->state = waiting->error != NULL ? KITH_POST_FAILED : waiting->written ? KITH_POST_WRITTEN : KITH_POST_QUEUED;
  post->error = g_strdup (waiting->error);
}

void
kith_log_load_pending (KithLog *log)
{
  g_ptr_array_set_size (log->pending, 0);
  if (kith_log_conversation (log) != 0 && log->session != NULL)
    kith_session_each_waiting (log->session, kith_log_conversation (log), on_waiting, log);
  set_stale (log);
}

/* Takes the one out that has become this event; the caller's reference. */
static KithPost *
steal_pending (KithLog *log, json_object *event)
{
  const char *nonce = kith_member_string (event, "nonce");
  gint64 seq = kith_member_integer (event, "seq", 0);
  for (guint i = 0; i < log->pending->len; i++) {
    KithPost *post = g_ptr_array_index (log->pending, i);
    if ((nonce != NULL && g_strcmp0 (post->nonce, nonce) == 0) || post->acked == seq)
      return g_ptr_array_steal_index (log->pending, i);
  }
  return NULL;
}

static void
expect (KithLog *log, json_object *request)
{
  KithPost *post = kith_log_line (log, kith_member_integer (request, "target", 0));
  if (post != NULL && kith_post_expect (post, request, me (log)))
    kith_log_touch (log, post);
}

static void
on_expected (const KithWaiting *waiting, gpointer data)
{
  if (waiting->error == NULL)
    expect (data, waiting->request);
}

void
kith_log_expect_all (KithLog *log)
{
  if (kith_log_conversation (log) != 0 && log->session != NULL)
    kith_session_each_waiting (log->session, kith_log_conversation (log), on_expected, log);
}

/* Events. */

static gboolean
is_mine (KithLog *log, json_object *event)
{
  return kith_member_id (event, "from", 'u') == me (log);
}

/* That the people of a direct conversation have joined it goes without saying. */
static gboolean
is_line (KithLog *log, json_object *event)
{
  return kith_post_is_line (event) &&
         (kith_chat_kind (log->chat) == KITH_KIND_ROOM || g_strcmp0 (kith_member_string (event, "kind"), "join") != 0);
}

/* TRUE: a line that was not there. */
static gboolean
take_line (KithLog *log, json_object *event)
{
  gint64 seq = kith_member_integer (event, "seq", 0);
  guint at = kith_log_find (log, seq);
  if (at < log->lines->len && line_at (log, at)->seq == seq) {
    if (kith_post_take (line_at (log, at), event, me (log)))
      kith_log_touch (log, line_at (log, at));
    return FALSE;
  }
  KithPost *post = is_mine (log, event) ? steal_pending (log, event) : NULL;
  if (post != NULL) {
    kith_post_take (post, event, me (log));
    kith_log_touch (log, post);
  } else {
    post = kith_post_new_event (event, me (log));
    post->going = log->session != NULL && kith_session_is_going (log->session, kith_log_conversation (log), seq);
  }
  g_ptr_array_insert (log->lines, (int) at, post);
  set_stale (log);
  return TRUE;
}

guint
kith_log_take_events (KithLog *log, json_object *events)
{
  guint added = 0;
  for (gsize i = 0; i < json_object_array_length (events); i++) {
    json_object *event = json_object_array_get_idx (events, i);
    if (json_object_is_type (event, json_type_object) && is_line (log, event))
      added += take_line (log, event);
  }
  return added;
}

static void
apply (KithLog *log, json_object *event)
{
  KithPost *post = kith_log_line (log, kith_member_integer (event, "target", 0));
  if (post != NULL && kith_post_apply (post, event, me (log)))
    kith_log_touch (log, post);
  kith_log_apply_to_quotes (log, event);
}

/* The window reaches the present, and this is the next event: it grows, and the flush trims it. Where somebody reads
 * further up in a full window, it stays as it is, and does not reach the present any more. */
static void
append (KithLog *log, json_object *event)
{
  gboolean line = is_line (log, event);
  if (line && !log->following && log->lines->len >= KITH_LOG_MAX) {
    log->at_end = FALSE;
    log->newer = !is_mine (log, event);
    set_stale (log);
    return;
  }
  log->high = kith_member_integer (event, "seq", 0);
  if (line)
    take_line (log, event);
  if (log->lines->len > 2 * KITH_LOG_MAX)
    kith_log_trim (log, FALSE);
}

static void
take_next (KithLog *log, json_object *event)
{
  gint64 seq = kith_member_integer (event, "seq", 0);
  apply (log, event);
  if (log->seen > 0 && seq == log->seen + 1)
    log->seen = seq;
  if (seq <= log->high)
    return;
  if (log->at_end && seq == log->high + 1)
    append (log, event);
  else if (log->at_end)
    kith_log_refresh (log);
  else if (g_strcmp0 (kith_member_string (event, "kind"), "message") == 0 && !is_mine (log, event))
    log->newer++;
}

/* A page that is on its way may be from before this event; so events are kept until it is there. */
void
kith_log_take_push (KithLog *log, json_object *event)
{
  if (log->job != KITH_JOB_NONE && log->meanwhile->len < MEANWHILE_MAX)
    g_ptr_array_add (log->meanwhile, json_object_get (event));
  else if (log->job != KITH_JOB_NONE)
    log->overflow = TRUE;
  if (log->filled)
    take_next (log, event);
  stir (log);
}

void
kith_log_take_meanwhile (KithLog *log, gboolean anew)
{
  g_autoptr (GPtrArray) events = log->meanwhile;
  log->meanwhile = g_ptr_array_new_with_free_func (kith_json_drop);
  for (guint i = 0; i < events->len && log->filled; i++)
    if (anew)
      take_next (log, g_ptr_array_index (events, i));
    else
      apply (log, g_ptr_array_index (events, i));
}

/* Entries. */

static void
take_answered (KithLog *log, KithPost *post, const KithOutboxEntry *entry)
{
  if (!log->filled || (log->at_end && entry->seq > log->high)) {
    post->acked = entry->seq; /* its event is on its way, or will be fetched */
    kith_post_set_state (post, KITH_POST_SENT, NULL);
    kith_log_touch (log, post);
    return;
  }
  kith_log_drop_entry (log, entry->key);
}

static void
take_message (KithLog *log, const KithOutboxEntry *entry)
{
  KithPost *post = pending_with_key (log, entry->key);
  gboolean over = entry->state == KITH_ENTRY_ACKNOWLEDGED;
  if (post == NULL && !over)
    post = add_pending (log, entry->key, entry->request, entry->entered);
  if (post == NULL)
    return;
  if (over) {
    take_answered (log, post, entry);
    return;
  }
  static const KithPostState states[] = {[KITH_ENTRY_QUEUED] = KITH_POST_QUEUED,
                                         [KITH_ENTRY_WRITTEN] = KITH_POST_WRITTEN,
                                         [KITH_ENTRY_REFUSED] = KITH_POST_FAILED};
  kith_post_set_state (post, states[entry->state], entry->error != NULL ? entry->error->message : NULL);
  if (entry->state == KITH_ENTRY_QUEUED)
    kith_post_take_body (post, kith_member_object (entry->request, "body"), me (log));
  kith_log_touch (log, post);
}

void
kith_log_take_entry (KithLog *log, const KithOutboxEntry *entry)
{
  gint64 target = kith_member_integer (entry->request, "target", 0);
  KithPost *post = target != 0 ? kith_log_line (log, target) : NULL;
  if (target == 0) {
    take_message (log, entry);
  } else if (entry->state == KITH_ENTRY_QUEUED) {
    expect (log, entry->request);
  } else if (entry->state == KITH_ENTRY_REFUSED && post != NULL) {
    post->changed = 0; /* whatever the server says of it is true */
    log->seen = MIN (log->seen, target - 1);
    kith_log_refresh (log);
  }
}

void
kith_log_drop_entry (KithLog *log, guint64 key)
{
  KithPost *post = pending_with_key (log, key);
  if (post == NULL)
    return;
  g_ptr_array_remove (log->pending, post);
  set_stale (log);
}
