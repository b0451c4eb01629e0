/* drive.h - clients driven by a poller: what a program without a main loop of its own needs. */
#pragma once

#include "client/client.h"
#include "net/poller.h"

/* Waits until one of watches (KithWatch), or something else in the poller, is ready, or due_us has come (monotonic,
 * microseconds; G_MAXINT64: no time). The watches are the poller's guests only while it waits, under token. FALSE: the
 * poller failed. */
gboolean kith_drive_wait (KithPoller *poller, const GArray *watches, guint64 token, gint64 due_us, GError **error);

/* Waits until a client has something to do, something else in the poller is ready, or latest_us has come (monotonic,
 * microseconds; G_MAXINT64: no time), then steps every client. The clients' sockets are the poller's guests only while
 * it waits, under token. FALSE: the poller failed. */
gboolean kith_drive (KithClient *const *clients, guint n, KithPoller *poller, guint64 token, gint64 latest_us,
                     GError **error);
