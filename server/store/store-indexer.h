/* store-indexer.h - the indexer's own state. For store-indexer.c and store-take.c. */
#pragma once

#include "store/store-feed.h"
#include "store/store-index.h"

struct _KithdIndexer {
  KithdIndexFile file;
  char *source, *history;
  gint64 clean_us;
  GThread *thread;
  KithSql *log, *sql;   /* NULL: not open */
  GHashTable *progress; /* &conversation -> KithdProgress */
  gint64 newest;        /* rev: the index has no message behind it */
  gint64 erased;        /* ms since 1970 of the first deletion since it was clean; 0: it is clean */
  gint64 clean_at;      /* monotonic; 0: nothing to clean */
  gint64 merge_at;      /* monotonic; 0: nothing to merge */
  gint64 began;         /* monotonic: to work, since it rested */
  gboolean caught_up;   /* it knows the log up to where the feed begins */
  gint64 pieces;        /* at most; how many there are is counted before and after merging */

  GMutex mutex; /* for what follows */
  GCond changed;
  KithdFeed feed;      /* what has come since it last looked */
  gint64 poked;        /* monotonic: when to look; 0: nothing new */
  gint64 since;        /* monotonic: what has gathered began to; 0: poked is for another reason */
  gint64 heard, taken; /* revs: up to where there is something, and was when it last looked */
  gboolean settled, failed;
  gint hurry; /* atomic, too: it does not rest */
  gint stop;  /* atomic, too: ends a long statement */
};

/* store-indexer.c: where work can be divided. */
void kithd_indexer_rest (KithdIndexer *indexer);

/* store-take.c: everything of the batch, in one transaction. FALSE: nothing of it. */
gboolean kithd_indexer_take (KithdIndexer *indexer, KithdBatch *batch, GError **error);
