/* store-numbers.c - the numbers of each conversation are counted in memory and written once a transaction.
 * A refused change gives its numbers back; a transaction that fails drops all of them, and they are read anew. */
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
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "There is no such conversation.");
  if (found <= 0)
    return NULL;
  numbers = g_new0 (KithdNumbers, 1);
  *numbers = (KithdNumbers){.conversation = conversation, .last = row[0], .n = row[1], .at = row[2], .rev = row[3]};
  g_hash_table_insert (writer->numbers, &numbers->conversation, numbers);
  return numbers;
}

void
kithd_numbers_touch (KithdWriter *writer, KithdNumbers *numbers)
{
  if (writer->touched == NULL) {
    writer->touched = numbers;
    writer->before = *numbers;
  }
  if (!numbers->dirty)
    g_ptr_array_add (writer->dirty, numbers);
  numbers->dirty = TRUE;
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
  g_ptr_array_set_size (writer->dirty, 0);
  g_hash_table_remove_all (writer->cursors);
  g_hash_table_remove_all (writer->numbers);
}

void
kithd_numbers_move_cursor (KithdWriter *writer, const KithdEvent *message)
{
  Cursor *cursor = g_new (Cursor, 1);
  *cursor = (Cursor){message->conversation, message->from, message->seq, message->n, message->rev};
  g_hash_table_add (writer->cursors, cursor);
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
