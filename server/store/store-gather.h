/* store-gather.h - how long the writer waits for more before it commits what has come, and before it rests.
 *
 * A commit costs a few pages and a sync of the disk whatever is in it. Many who each wait for an answer before they
 * write again would, on a quick disk, be committed by threes and fours, since their next messages come while the commit
 * is under way. So while many write, the next batch waits until all whom the last one answered have written again, as long as they keep coming; while few
 * write nobody waits. It knows no clock of its own. */
#pragma once

#include <glib.h>

enum {
  KITHD_GATHER_MANY = 8,     /* changes on their way, from which on it is worth it */
  KITHD_GATHER_PAUSE = 200,  /* us in which nobody came: those who are still missing will not write now */
  KITHD_GATHER_EACH = 15,    /* us in which the loop tells of one change, and reads nothing */
  KITHD_GATHER_LONGEST = 4000, /* us */
  KITHD_REST_AFTER = 100     /* us in which the loop has told of what was committed */
};

typedef struct {
  guint under_way; /* changes that were in the last batch or came while it was committed */
  gint64 told;     /* us, monotonic: when all of the last batch can have been told of */
  gint64 finished; /* us, monotonic: when it was committed */
} KithdGather;

/* A batch of so many is committed at now, and so many others have come meanwhile. */
void kithd_gather_note (KithdGather *gather, guint batch, guint waiting, gint64 now);
/* Until when (us, monotonic) so many that wait, the last of whom came at a time, are to wait for others; 0: they are committed at once. What is in the
 * past is over. */
gint64 kithd_gather_until (const KithdGather *gather, guint waiting, gint64 came);
/* When (us, monotonic) it rests if nobody waits then; 0: there is nothing to do. lots: kithd_writer_lots. Whom it has just told runs first: the loop,
 * woken beside it, may have to wait for its processor until it sleeps. When there is twice as much as is worth it, it does not wait for that. */
gint64 kithd_rest_at (const KithdGather *gather, guint lots);
