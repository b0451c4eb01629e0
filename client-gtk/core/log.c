/* log.c - the model: shown is what the listeners know; a flush brings it to what it is to be, with as few changes of
 * ranges as it takes. Lines are told apart by identity: a message that was in the outbox stays where it is. */
#include "core/log-private.h"

#include "core/post-private.h"

static GType
log_item_type (GListModel *model)
{
  return KITH_TYPE_POST;
}

static guint
log_n_items (GListModel *model)
{
  return KITH_LOG (model)->shown->len;
}

static gpointer
log_item (GListModel *model, guint position)
{
  KithPost *post = kith_log_get (KITH_LOG (model), position);
  return post != NULL ? g_object_ref (post) : NULL;
}

static void
model_init (GListModelInterface *interface)
{
  interface->get_item_type = log_item_type;
  interface->get_n_items = log_n_items;
  interface->get_item = log_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KithLog, kith_log, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, model_init))

enum { PROP_AT_START = 1, PROP_AT_END, PROP_LOADING, PROP_NEWER, PROP_PROBLEM, N_PROPS };
static GParamSpec *properties[N_PROPS];
static guint jumped_signal;

static void
kith_log_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  KithLog *log = KITH_LOG (object);
  const gboolean flags[N_PROPS] = {
      [PROP_AT_START] = log->face.at_start, [PROP_AT_END] = log->face.at_end, [PROP_LOADING] = log->face.loading};
  if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, flags[id]);
  else if (G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, log->face.newer);
  else
    g_value_set_string (value, log->problem);
}

static void
kith_log_dispose (GObject *object)
{
  KithLog *log = KITH_LOG (object);
  if (log->session != NULL) {
    kith_session_drop_log (log->session, log->chat);
    g_object_remove_weak_pointer (G_OBJECT (log->session), (gpointer *) &log->session);
  }
  log->session = NULL;
  g_clear_object (&log->chat);
  g_clear_object (&log->gap_before);
  g_clear_object (&log->gap_after);
  GPtrArray **arrays[] = {&log->shown, &log->lines, &log->pending, &log->touched, &log->meanwhile};
  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_clear_pointer (arrays[i], g_ptr_array_unref);
  g_clear_pointer (&log->quotes, g_hash_table_unref);
  g_clear_pointer (&log->problem, g_free);
  G_OBJECT_CLASS (kith_log_parent_class)->dispose (object);
}

static void
kith_log_class_init (KithLogClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  object->get_property = kith_log_get_property;
  object->dispose = kith_log_dispose;
  properties[PROP_AT_START] = g_param_spec_boolean ("at-start", NULL, NULL, FALSE, flags);
  properties[PROP_AT_END] = g_param_spec_boolean ("at-end", NULL, NULL, FALSE, flags);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  properties[PROP_NEWER] = g_param_spec_uint ("newer", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object, N_PROPS, properties);
  jumped_signal = g_signal_new ("jumped", KITH_TYPE_LOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                G_TYPE_INT64, G_TYPE_BOOLEAN);
}

static void
maybe_unref (gpointer object)
{
  if (object != NULL)
    g_object_unref (object);
}

static void
kith_log_init (KithLog *log)
{
  log->shown = g_ptr_array_new_with_free_func (g_object_unref);
  log->lines = g_ptr_array_new_with_free_func (g_object_unref);
  log->pending = g_ptr_array_new_with_free_func (g_object_unref);
  log->touched = g_ptr_array_new_with_free_func (g_object_unref);
  log->meanwhile = g_ptr_array_new_with_free_func (kith_json_drop);
  log->quotes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, maybe_unref);
  log->following = TRUE;
}

KithLog *
kith_log_new (KithSession *session, KithChat *chat)
{
  KithLog *log = g_object_new (KITH_TYPE_LOG, NULL);
  log->session = session;
  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *) &log->session);
  log->chat = g_object_ref (chat);
  kith_log_enter (log);
  kith_log_load_pending (log);
  kith_log_begin (log, KITH_JOB_NEWEST, 0);
  return log;
}

/* Showing. */

static void
append_all (GPtrArray *to, GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, g_object_ref (g_ptr_array_index (from, i)));
}

static GPtrArray *
compose (KithLog *log)
{
  GPtrArray *wanted = g_ptr_array_new_full (log->lines->len + log->pending->len + 2, g_object_unref);
  if (log->gap_before != NULL)
    g_ptr_array_add (wanted, g_object_ref (log->gap_before));
  append_all (wanted, log->lines);
  if (log->gap_after != NULL)
    g_ptr_array_add (wanted, g_object_ref (log->gap_after));
  if (log->at_end)
    append_all (wanted, log->pending);
  return wanted;
}

/* Replaces removed lines of shown by those of wanted from first on, and tells. */
static void
splice (KithLog *log, guint at, guint removed, GPtrArray *wanted, guint first, guint added)
{
  if (removed > 0)
    g_ptr_array_remove_range (log->shown, at, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (log->shown, (int) (at + i), g_object_ref (g_ptr_array_index (wanted, first + i)));
  g_list_model_items_changed (G_LIST_MODEL (log), at, removed, added);
}

static GHashTable *
set_of (GPtrArray *posts, guint first, guint end)
{
  GHashTable *set = g_hash_table_new (NULL, NULL);
  for (guint i = first; i < end; i++)
    g_hash_table_add (set, g_ptr_array_index (posts, i));
  return set;
}

/* What lies between the equal ends: runs of lines that go and lines that come. A line that has moved (a message of the
 * outbox that was overtaken) goes, and comes. */
static void
splice_runs (KithLog *log, GPtrArray *wanted, guint head, guint tail)
{
  guint at = head, next = head, end = wanted->len - tail;
  g_autoptr (GHashTable) coming = set_of (wanted, head, end);
  g_autoptr (GHashTable) here = set_of (log->shown, head, log->shown->len - tail);
  while (at < log->shown->len - tail || next < end) {
    guint removed = 0, added = 0, left = log->shown->len - tail - at;
    if (left > 0 && next < end && g_ptr_array_index (log->shown, at) == g_ptr_array_index (wanted, next)) {
      at++, next++;
      continue;
    }
    while (removed < left && !g_hash_table_contains (coming, g_ptr_array_index (log->shown, at + removed)))
      removed++;
    while (next + added < end && !g_hash_table_contains (here, g_ptr_array_index (wanted, next + added)))
      added++;
    if (removed == 0 && added == 0) {
      removed = 1;
      g_hash_table_remove (here, g_ptr_array_index (log->shown, at));
    }
    splice (log, at, removed, wanted, next, added);
    at += added;
    next += added;
  }
}

static void
show_lines (KithLog *log)
{
  g_autoptr (GPtrArray) wanted = compose (log);
  guint head = 0, tail = 0, shorter = MIN (log->shown->len, wanted->len);
  while (head < shorter && g_ptr_array_index (log->shown, head) == g_ptr_array_index (wanted, head))
    head++;
  while (tail < shorter - head && g_ptr_array_index (log->shown, log->shown->len - 1 - tail) ==
                                      g_ptr_array_index (wanted, wanted->len - 1 - tail))
    tail++;
  splice_runs (log, wanted, head, tail);
}

static void
show_touched (KithLog *log)
{
  g_autoptr (GPtrArray) touched = log->touched;
  log->touched = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < touched->len; i++)
    kith_post_changed (g_ptr_array_index (touched, i));
}

static void
show_face (KithLog *log)
{
  KithLogFace old = log->face;
  log->face = (KithLogFace){log->at_start, log->at_end, kith_log_is_loading (log), log->newer};
  const struct {
    guint property;
    gboolean changed;
  } changes[] = {{PROP_AT_START, old.at_start != log->face.at_start},
                 {PROP_AT_END, old.at_end != log->face.at_end},
                 {PROP_LOADING, old.loading != log->face.loading},
                 {PROP_NEWER, old.newer != log->face.newer},
                 {PROP_PROBLEM, log->new_problem}};
  log->new_problem = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    if (changes[i].changed)
      g_object_notify_by_pspec (G_OBJECT (log), properties[changes[i].property]);
}

void
kith_log_flush (KithLog *log)
{
  gint64 jumped = log->jumped;
  log->jumped = 0;
  if (log->at_end)
    kith_log_trim (log, FALSE);
  if (log->stale || log->new_receipts)
    kith_log_extra_flush (log);
  if (log->stale)
    show_lines (log);
  log->stale = FALSE;
  show_touched (log);
  show_face (log);
  if (jumped != 0)
    g_signal_emit (log, jumped_signal, 0, jumped, kith_log_line (log, jumped) != NULL);
}

/* What widgets ask. */

KithChat *
kith_log_chat (KithLog *log)
{
  return log->chat;
}

gboolean
kith_log_at_start (KithLog *log)
{
  return log->face.at_start;
}

gboolean
kith_log_at_end (KithLog *log)
{
  return log->face.at_end;
}

gboolean
kith_log_is_loading (KithLog *log)
{
  return log->job != KITH_JOB_NONE && log->job != KITH_JOB_REFRESH && log->job != KITH_JOB_CATCH_UP;
}

guint
kith_log_newer (KithLog *log)
{
  return log->face.newer;
}

void
kith_log_set_following (KithLog *log, gboolean following)
{
  log->following = following;
}

KithPost *
kith_log_get (KithLog *log, guint position)
{
  return position < log->shown->len ? g_ptr_array_index (log->shown, position) : NULL;
}

/* Those of the outbox have no seq and come last. */
guint
kith_log_position (KithLog *log, gint64 seq)
{
  guint low = 0, high = log->shown->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    gint64 at = kith_post_seq (g_ptr_array_index (log->shown, middle));
    if (at != 0 && at < seq)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

gint64
kith_log_unread_from (KithLog *log)
{
  return log->unread_from;
}

gboolean
kith_log_enter (KithLog *log)
{
  gint64 before = log->unread_from;
  log->unread_from = kith_chat_unread (log->chat) > 0 ? kith_chat_read (log->chat) + 1 : 0;
  return log->unread_from != before;
}

void
kith_log_load_older (KithLog *log)
{
  if (!kith_log_is_loading (log) && log->filled && !log->at_start)
    kith_log_begin (log, KITH_JOB_OLDER, 0);
}

void
kith_log_load_newer (KithLog *log)
{
  if (!kith_log_is_loading (log) && log->filled && !log->at_end)
    kith_log_begin (log, KITH_JOB_NEWER, 0);
}

void
kith_log_load_gap (KithLog *log, KithPost *gap)
{
  if (!kith_log_is_loading (log) && gap == log->gap_before)
    kith_log_begin (log, KITH_JOB_OLDER, 0);
  else if (!kith_log_is_loading (log) && gap == log->gap_after)
    kith_log_begin (log, KITH_JOB_CATCH_UP, 0);
}

void
kith_log_to_newest (KithLog *log)
{
  log->following = TRUE;
  if (!log->at_end || !log->filled)
    kith_log_begin (log, KITH_JOB_NEWEST, 0);
}

void
kith_log_to (KithLog *log, gint64 seq)
{
  gboolean here = log->filled && seq >= log->low && seq <= log->high;
  if (here && log->session != NULL) {
    log->jumped = seq;
    kith_session_stir (log->session);
  } else if (seq > 0) {
    kith_log_begin (log, KITH_JOB_AROUND, seq);
  }
}
