/* sorted.h - the inside of a sorted GListModel: objects, each under a key, in the order of the keys (strcmp).
 *
 * What is put shows with the next flush: a few changes as single moves, many as one change of a range. Keys must be
 * unique (end them with an id). Main thread only. */
#pragma once

#include <gio/gio.h>

typedef struct _KithSorted KithSorted;

/* owner: whose "items-changed" it emits; borrowed, outlives it. */
KithSorted *kith_sorted_new (GListModel *owner);
void kith_sorted_free (KithSorted *sorted);

/* key is taken; NULL takes item (its pointer is enough) out. item is referenced while it is in. */
void kith_sorted_put (KithSorted *sorted, gpointer item, char *key);
/* Everything out. */
void kith_sorted_flush (KithSorted *sorted);

guint kith_sorted_length (KithSorted *sorted);
gpointer kith_sorted_get (KithSorted *sorted, guint position);       /* borrowed; NULL behind the end */
guint kith_sorted_position (KithSorted *sorted, gpointer item);      /* G_MAXUINT: not in it */
guint kith_sorted_count_below (KithSorted *sorted, const char *key); /* items whose key is smaller */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithSorted, kith_sorted_free)
