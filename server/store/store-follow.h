/* store-follow.h - what the log has that the index does not know yet, gathered from one moment of the log. For the indexer. */
#pragma once

#include "sql/sql.h"

typedef struct {
  gint64 conversation, first, upto; /* indexed from first up to upto */
} KithdProgress;

typedef struct {
  gint64 rev, conversation, seq, sender, at;
  guint has;
  char *text; /* folded; NULL: gone */
} KithdDoc;

#define KITHD_BATCH_EVENTS 8000
#define KITHD_BATCH_BYTES ((gsize) 2 * 1024 * 1024)

/* What one transaction of the index takes over. */
typedef struct {
  GArray *docs, *progress; /* KithdDoc, KithdProgress */
  gsize bytes;
  gboolean full; /* there is more */
} KithdBatch;

void kithd_batch_init (KithdBatch *batch);
void kithd_batch_clear (KithdBatch *batch);

/* A connection that reads the log. */
KithSql *kithd_follow_open (const char *file, GError **error);
/* Takes what is behind known (&conversation -> KithdProgress), as far as the batch has room. */
gboolean kithd_follow_gather (KithSql *log, GHashTable *known, KithdBatch *batch, GError **error);
/* The same from what was just committed: docs without texts, and their bodies one after the other. *fits FALSE: they do not come next to what is
 * known, and nothing of them is taken. */
gboolean kithd_follow_docs (KithSql *log, GHashTable *known, const GArray *docs, const char *bodies, KithdBatch *batch, gboolean *fits, GError **error);
