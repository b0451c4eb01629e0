/* store-gather.c - see store-gather.h. */
#include "store/store-gather.h"

void
kithd_gather_note (KithdGather *gather, guint batch, guint waiting, gint64 now)
{
  *gather = (KithdGather){.under_way = batch + waiting, .told = now + (gint64) batch * KITHD_GATHER_EACH, .finished = now};
}

gint64
kithd_gather_until (const KithdGather *gather, guint waiting, gint64 came)
{
  if (gather->under_way < KITHD_GATHER_MANY || waiting >= gather->under_way)
    return 0;
  return MIN (MAX (gather->told, came) + KITHD_GATHER_PAUSE, gather->finished + KITHD_GATHER_LONGEST);
}

gint64
kithd_rest_at (const KithdGather *gather, guint lots)
{
  if (lots == 0)
    return 0;
  return lots == 1 ? gather->finished + KITHD_REST_AFTER : gather->finished;
}
