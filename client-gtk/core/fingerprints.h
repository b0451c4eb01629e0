/* fingerprints.h - the words and blocks of keys, worked out on a thread: it takes a tenth of a second, on purpose. */
#pragma once

#include "client/fingerprint.h"

#include <gio/gio.h>

void kith_fingerprint_async (const char *pin, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* The caller's; NULL with an error: pin was no key, or it was cancelled. */
KithFingerprint *kith_fingerprint_finish (GAsyncResult *result, GError **error);
