/* resolver.h - name look-up off the loop: getaddrinfo on a thread, the answer collected by the loop. */
#pragma once

#include "net/wake.h"

typedef struct _KithLookup KithLookup;

/* Looks host up on a thread; signals wake when the answer is there. wake must outlive the look-up or its free. */
KithLookup *kith_lookup_start (const char *host, guint16 port, KithWake *wake);
/* KITH_IO_AGAIN while it runs; KITH_IO_OK appends KithAddress values to addresses. */
KithIo kith_lookup_take (KithLookup *lookup, GArray *addresses, GError **error);
void kith_lookup_free (KithLookup *lookup); /* also while it runs: the thread lets go of wake first */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithLookup, kith_lookup_free)
