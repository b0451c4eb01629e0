/* search-queue.h - searches that wait for the store's reader. It has one of them at a time, so what others read waits
 * for one search at the most; and the accounts that want something take turns, so who asks much keeps nobody waiting
 * but themselves. */
#pragma once

#include "domain/read.h"

typedef struct _KithdSearchQueue KithdSearchQueue;

KithdSearchQueue *kithd_search_queue_new (void);
void kithd_search_queue_free (KithdSearchQueue *queue);
/* Takes read, which waits for its account's turn. FALSE with RATE_LIMITED (too many of the account wait) or UNAVAILABLE
 * (of all); then read is still the caller's. */
gboolean kithd_search_queue_add (KithdSearchQueue *queue, KithdRead *read, GError **error);
/* The next one, the caller's. NULL: none waits, or one is with the store. */
KithdRead *kithd_search_queue_take (KithdSearchQueue *queue);
/* What was taken has been answered, or thrown away. */
void kithd_search_queue_done (KithdSearchQueue *queue);
