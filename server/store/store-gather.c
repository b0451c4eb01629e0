/* store-gather.c - see store-gather.h. */
#include "store/store-gather.h"

void
kithd_gather_note (KithdGather *gather, guint batch, guint waiting, gint64 now)
{
  *gather = (KithdGather){.under_way = batch + waiting, .finished = now};
}

gint64
kithd_gather_until (const KithdGather *gather, guint waiting)
{
  return gather->under_way < KITHD_GATHER_MANY || waiting >= gather->under_way ? 0 : gather->finished + KITHD_GATHER_US;
}
