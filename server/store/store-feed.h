/* store-feed.h - messages that were just committed, handed to the indexer in memory, so that it need not read them back from the log.
 *
 * It holds as much as a batch of the index. What does not fit, and whatever else was done to a log, leaves a gap: the indexer reads the log then. */
#pragma once

#include "store/store-follow.h"

typedef struct {
  GArray *docs;    /* KithdDoc in the order of revs, without texts */
  GString *bodies; /* of them, one after the other, each with its 0 */
  gboolean gap;    /* there was more; it holds nothing then */
} KithdFeed;

void kithd_feed_init (KithdFeed *feed);
void kithd_feed_clear (KithdFeed *feed);
/* Adds what a batch has done (KithdChange), before anybody else has it. */
void kithd_feed_note (KithdFeed *feed, const GPtrArray *changes);
/* Adds what another one has, which is empty then. */
void kithd_feed_add (KithdFeed *feed, KithdFeed *other);
