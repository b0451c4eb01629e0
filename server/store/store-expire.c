/* store-expire.c - the beginning of a log goes: its events with all that hangs on them. The numbers stay used, and
 * `first` tells where the log begins now; the index of searches follows it. */
#include "store/store-writer.h"

gboolean
kithd_log_cut (KithdWriter *writer, gint64 conversation, gint64 upto, gint64 gone, GError **error)
{
  static const guint statements[] = {W_LOG_EMPTY, W_LOG_ORIGINALS, W_LOG_REACTIONS, W_LOG_MENTIONS};
  writer->erased = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    if (!kith_sql_run (writer->sql, statements[i], NULL, error, "ii", conversation, upto))
      return FALSE;
  return kith_sql_run (writer->sql, W_LOG_FIRST, NULL, error, "iii", conversation, upto, gone);
}

/* Clients hear of it when all of it is done: sync has the conversation then. */
gboolean
kithd_apply_expire (KithdWriter *writer, KithdChange *change, GError **error)
{
  gint64 old[3] = {0}; /* events, the last of them, messages up to it */
  KithdNumbers *numbers = kithd_numbers_find (writer, change->conversation, error);
  if (numbers == NULL || kith_sql_get (writer->sql, W_LOG_OLD, old, G_N_ELEMENTS (old), error, "iid",
                                       change->conversation, change->before, (int) change->limit) < 0)
    return FALSE;
  change->unchanged = old[0] == 0;
  if (!change->unchanged && !kithd_log_cut (writer, change->conversation, old[1], old[2], error))
    return FALSE;
  change->seq = old[1] + 1;
  change->n = old[2];
  int left = kith_sql_get (writer->sql, W_LOG_OLDEST, &change->oldest_at, 1, error, "i", change->conversation);
  change->more = left > 0 && change->oldest_at < change->before;
  if (!change->unchanged && !change->more)
    kithd_numbers_touch (writer, numbers);
  return left >= 0;
}
