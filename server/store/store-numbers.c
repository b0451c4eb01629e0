/* store-numbers.c - the numbers of each conversation are counted in memory. They are written with everything but
 * messages, and when those are put into their places (store-recent.c): what a message changes follows from its event, so
 * that the rows of the conversation, of the sender and of the last rev would be three more pages of each transaction
 * that say nothing new.
 *
 * A refused change gives its numbers back; a transaction that fails drops all of them. Then, and when a store is opened
 * that was not closed, the rows are derived from what the logs hold beyond them. */
#include "store/store-writer.h"

#include "proto/error.h"

typedef struct {
  gint64 conversation, account; /* the key */
  gint64 read, read_n, rev;
} Cursor;

static guint
cursor_hash (gconstpointer key)
{
  const Cursor *cursor = key;
  return g_int64_hash (&cursor->conversation) * 31 + g_int64_hash (&cursor->account);
}

static gboolean
cursor_equal (gconstpointer a, gconstpointer b)
{
  const Cursor *left = a, *right = b;
  return left->conversation == right->conversation && left->account == right->account;
}

void
kithd_numbers_init (KithdWriter *writer)
{
  writer->numbers = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  writer->dirty = g_ptr_array_new ();
  writer->cursors = g_hash_table_new_full (cursor_hash, cursor_equal, g_free, NULL);
}

void
kithd_numbers_clear (KithdWriter *writer)
{
  g_ptr_array_unref (writer->dirty);
  g_hash_table_unref (writer->numbers);
  g_hash_table_unref (writer->cursors);
}

KithdNumbers *
kithd_numbers_find (KithdWriter *writer, gint64 conversation, GError **error)
{
  KithdNumbers *numbers = g_hash_table_lookup (writer->numbers, &conversation);
  if (numbers != NULL)
    return numbers;
  gint64 row[4];
  int found = kith_sql_get (writer->sql, W_CONVERSATION_NUMBERS, row, G_N_ELEMENTS (row), error, "i", conversation);
  if (found == 0)
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "There is no such conversation, or you are not in it.");
  if (found <= 0)
    return NULL;
  numbers = g_new0 (KithdNumbers, 1);
  *numbers = (KithdNumbers){.conversation = conversation, .last = row[0], .n = row[1], .at = row[2], .rev = row[3]};
  g_hash_table_insert (writer->numbers, &numbers->conversation, numbers);
  return numbers;
}

static void
mark_dirty (KithdWriter *writer, KithdNumbers *numbers)
{
  if (!numbers->dirty)
    g_ptr_array_add (writer->dirty, numbers);
  numbers->dirty = TRUE;
}

void
kithd_numbers_touch (KithdWriter *writer, KithdNumbers *numbers)
{
  if (writer->touched == NULL) {
    writer->touched = numbers;
    writer->before = *numbers;
  }
  mark_dirty (writer, numbers);
  numbers->rev = ++writer->rev;
}

void
kithd_numbers_give (KithdWriter *writer, KithdNumbers *numbers, KithdEvent *event)
{
  kithd_numbers_touch (writer, numbers);
  numbers->last++;
  if (event->kind == KITHD_EVENT_MESSAGE)
    numbers->n++;
  numbers->at = MAX (numbers->at, writer->now);
  event->seq = numbers->last;
  event->n = numbers->n;
  event->at = numbers->at;
  event->rev = numbers->rev;
}

void
kithd_numbers_undo (KithdWriter *writer, gint64 rev)
{
  writer->rev = rev;
  KithdNumbers *touched = g_steal_pointer (&writer->touched);
  if (touched == NULL)
    return;
  *touched = writer->before;
  if (touched->dirty)
    return;
  g_ptr_array_remove (writer->dirty, touched);
  g_hash_table_remove (writer->numbers, &writer->before.conversation);
}

void
kithd_numbers_drop (KithdWriter *writer)
{
  writer->rev = writer->committed_rev;
  writer->touched = NULL;
  writer->behind = TRUE;
  g_ptr_array_set_size (writer->dirty, 0);
  g_hash_table_remove_all (writer->cursors);
  g_hash_table_remove_all (writer->numbers);
}

/* Of who has written the last event that the numbers know. */
static void
move_cursor (KithdWriter *writer, const KithdNumbers *numbers, gint64 account)
{
  Cursor *cursor = g_new (Cursor, 1);
  *cursor = (Cursor){numbers->conversation, account, numbers->last, numbers->n, numbers->rev};
  g_hash_table_add (writer->cursors, cursor);
}

void
kithd_numbers_posted (KithdWriter *writer, const KithdEvent *message)
{
  move_cursor (writer, g_hash_table_lookup (writer->numbers, &message->conversation), message->from);
}

gboolean
kithd_numbers_flush_cursors (KithdWriter *writer, GError **error)
{
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, writer->cursors);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    const Cursor *cursor = key;
    if (!kith_sql_run (writer->sql, W_MEMBER_POSTED, NULL, error, "iiiii", cursor->conversation, cursor->account,
                       cursor->read, cursor->read_n, cursor->rev))
      return FALSE;
    g_hash_table_iter_remove (&iter);
  }
  return TRUE;
}

gboolean
kithd_numbers_flush (KithdWriter *writer, GError **error)
{
  if (!kithd_numbers_flush_cursors (writer, error))
    return FALSE;
  for (guint i = 0; i < writer->dirty->len; i++) {
    KithdNumbers *numbers = writer->dirty->pdata[i];
    if (!kith_sql_run (writer->sql, W_CONVERSATION_ADVANCE, NULL, error, "iiiii", numbers->conversation, numbers->last,
                       numbers->n, numbers->at, numbers->rev))
      return FALSE;
    numbers->dirty = FALSE;
  }
  g_ptr_array_set_size (writer->dirty, 0);
  return kith_sql_run (writer->sql, W_SET_REV, NULL, error, "i", writer->rev);
}

/* An event that its conversation's row does not know of: only messages can be that. */
typedef struct {
  gint64 conversation, sender;
  KithdNumbers numbers; /* behind it */
} Step;

static gboolean
find_steps (KithdWriter *writer, GArray *steps, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *rows = kith_sql_start (writer->sql, W_LOG_BEHIND, "");
  while (kith_sql_next (writer->sql, rows, &problem)) {
    const Step step = {.conversation = sqlite3_column_int64 (rows, 0),
                       .sender = sqlite3_column_int64 (rows, 1),
                       .numbers = {.last = sqlite3_column_int64 (rows, 2),
                                   .n = sqlite3_column_int64 (rows, 3),
                                   .at = sqlite3_column_int64 (rows, 4),
                                   .rev = sqlite3_column_int64 (rows, 5)}};
    g_array_append_val (steps, step);
  }
  return kith_sql_done (problem, error);
}

/* As when it was posted. */
static gboolean
repeat_step (KithdWriter *writer, const Step *step, GError **error)
{
  KithdNumbers *numbers = kithd_numbers_find (writer, step->conversation, error);
  if (numbers == NULL)
    return FALSE;
  mark_dirty (writer, numbers);
  numbers->last = step->numbers.last;
  numbers->n = step->numbers.n;
  numbers->at = step->numbers.at;
  numbers->rev = step->numbers.rev;
  writer->rev = MAX (writer->rev, numbers->rev);
  move_cursor (writer, numbers, step->sender);
  return TRUE;
}

gboolean
kithd_numbers_derive (KithdWriter *writer, GError **error)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (Step));
  if (!find_steps (writer, steps, error))
    return FALSE;
  for (guint i = 0; i < steps->len; i++)
    if (!repeat_step (writer, &g_array_index (steps, Step, i), error))
      return FALSE;
  return steps->len == 0 || kithd_numbers_flush (writer, error);
}
