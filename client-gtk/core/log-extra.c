/* log-extra.c - what lines show of others: the message that one answers, and how far people have read. */
#include "core/log-private.h"

#include "core/post-private.h"

#include "proto/message.h"

#define ASKING_MAX 8
#define QUOTES_MAX 500 /* not in the window; with more, all are forgotten and found anew */
#define READERS_MAX 50

/* Quotes. */

typedef struct {
  KithLog *log; /* referenced */
  gint64 seq;
} Quest;

static void
quest_free (gpointer data)
{
  Quest *quest = data;
  g_object_unref (quest->log);
  g_free (quest);
}

static void
take_quote (KithLog *log, gint64 seq, json_object *events)
{
  gsize n = events != NULL ? json_object_array_length (events) : 0;
  for (gsize i = 0; i < n; i++) {
    json_object *event = json_object_array_get_idx (events, i);
    if (!json_object_is_type (event, json_type_object) || kith_member_integer (event, "seq", 0) != seq)
      continue;
    KithPost *post = kith_post_new_event (event, log->session->me);
    if (post != NULL)
      g_hash_table_replace (log->quotes, g_memdup2 (&seq, sizeof seq), post);
  }
}

static void
quest_over (KithLog *log)
{
  log->asking -= log->asking > 0;
  log->stale = TRUE;
  kith_session_stir (log->session);
}

static void
on_quote (KithSession *session, const KithAnswer *answer, gpointer data)
{
  Quest *quest = data;
  json_object *events = NULL;
  if (!kith_log_is_alive (quest->log))
    return;
  if (answer->root != NULL && json_object_object_get_ex (answer->root, "events", &events))
    take_quote (quest->log, quest->seq, events);
  quest_over (quest->log);
}

static void
on_cached_quote (const KithCachedPage *found, gpointer data)
{
  Quest *quest = data;
  KithLog *log = quest->log;
  if (kith_log_is_alive (log)) {
    take_quote (log, quest->seq, found->events);
    if (g_hash_table_lookup (log->quotes, &quest->seq) == NULL && kith_log_is_online (log)) {
      KithFetch fetch = KITH_FETCH_NEWEST;
      fetch.before = quest->seq + 1;
      fetch.limit = 1;
      kith_session_fetch (log->session, kith_log_conversation (log), &fetch, on_quote, quest, quest_free);
      return;
    }
    quest_over (log);
  }
  quest_free (quest);
}

/* Each is asked for once; while we are not connected, in the cache only. */
static void
look_for (KithLog *log, gint64 seq)
{
  if (log->asking >= ASKING_MAX || g_hash_table_contains (log->quotes, &seq))
    return;
  if (g_hash_table_size (log->quotes) >= QUOTES_MAX)
    g_hash_table_remove_all (log->quotes);
  Quest *quest = g_new (Quest, 1);
  *quest = (Quest){g_object_ref (log), seq};
  g_hash_table_insert (log->quotes, g_memdup2 (&seq, sizeof seq), NULL);
  log->asking++;
  kith_cache_load (log->session->cache, kith_log_conversation (log), KITH_PAGE_AROUND, seq, 1, on_cached_quote, quest);
}

static void
find_quoted (KithLog *log, KithPost *post)
{
  if (post->reply_to == 0 || post->quoted != NULL)
    return;
  KithPost *quoted = kith_log_line (log, post->reply_to);
  if (quoted == NULL)
    quoted = g_hash_table_lookup (log->quotes, &post->reply_to);
  if (quoted == NULL) {
    look_for (log, post->reply_to);
    return;
  }
  kith_post_set_quoted (post, quoted);
  kith_log_touch (log, post);
}

static void
find_each_quoted (KithLog *log, GPtrArray *posts)
{
  for (guint i = 0; i < posts->len; i++)
    find_quoted (log, g_ptr_array_index (posts, i));
}

/* A quoted message that was edited or deleted looks so where it is quoted: who quotes it has changed, too. */
void
kith_log_apply_to_quotes (KithLog *log, json_object *event)
{
  gint64 target = kith_member_integer (event, "target", 0);
  KithPost *quoted = target != 0 ? g_hash_table_lookup (log->quotes, &target) : NULL;
  if (quoted != NULL && log->session != NULL && kith_post_apply (quoted, event, log->session->me))
    kith_log_touch (log, quoted);
  for (guint i = 0; target != 0 && i < log->lines->len; i++) {
    KithPost *line = g_ptr_array_index (log->lines, i);
    if (line->reply_to != target || line->quoted == NULL)
      continue;
    kith_post_touch (line);
    kith_log_touch (log, line);
  }
}

/* Receipts. */

/* Where each is who has got no further: seq of a message of the window -> GArray of accounts. */
static GHashTable *
gather_readers (KithLog *log, const GArray *receipts)
{
  GHashTable *places = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) g_array_unref);
  for (guint i = 0; i < receipts->len && i < READERS_MAX; i++) {
    const KithReceipt *receipt = &g_array_index (receipts, KithReceipt, i);
    guint at = kith_log_find (log, receipt->read + 1);
    KithPost *post = NULL;
    while (at > 0 && (post = g_ptr_array_index (log->lines, --at))->kind != KITH_POST_MESSAGE)
      post = NULL;
    if (post == NULL || (receipt->read > log->high && !log->at_end))
      continue;
    GArray *accounts = g_hash_table_lookup (places, &post->seq);
    if (accounts == NULL) {
      accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_hash_table_insert (places, &post->seq, accounts);
    }
    g_array_append_val (accounts, receipt->account);
  }
  return places;
}

static KithPostState
state_by (const GArray *receipts, gint64 seq)
{
  gboolean delivered = receipts->len > 0, read = receipts->len > 0;
  for (guint i = 0; i < receipts->len; i++) {
    const KithReceipt *receipt = &g_array_index (receipts, KithReceipt, i);
    delivered &= receipt->delivered >= seq;
    read &= receipt->read >= seq;
  }
  return read ? KITH_POST_READ : delivered ? KITH_POST_DELIVERED : KITH_POST_SENT;
}

static void
show_receipts (KithLog *log)
{
  g_autoptr (GArray) receipts =
      kith_state_receipts (kith_client_known (log->session->client), kith_log_conversation (log));
  g_autoptr (GArray) nobody = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GHashTable) places = gather_readers (log, receipts);
  for (guint i = 0; i < log->lines->len; i++) {
    KithPost *post = g_ptr_array_index (log->lines, i);
    const GArray *readers = g_hash_table_lookup (places, &post->seq);
    if (post->kind != KITH_POST_MESSAGE)
      continue;
    kith_post_set_readers (post, readers != NULL ? readers : nobody);
    if (post->mine)
      kith_post_set_state (post, state_by (receipts, post->seq), NULL);
    kith_log_touch (log, post);
  }
}

void
kith_log_take_receipts (KithLog *log)
{
  log->new_receipts = TRUE;
  if (log->session != NULL)
    kith_session_stir (log->session);
}

void
kith_log_extra_flush (KithLog *log)
{
  log->new_receipts = FALSE;
  if (log->session == NULL)
    return;
  find_each_quoted (log, log->lines);
  find_each_quoted (log, log->pending);
  show_receipts (log);
}
