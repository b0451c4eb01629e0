/* wake.h - how another thread interrupts a loop that waits: one byte through a socket pair. */
#pragma once

#include "net/socket.h"

typedef struct _KithWake KithWake;

KithWake *kith_wake_new (GError **error);
void kith_wake_free (KithWake *wake);
/* From any thread, any number of times; wakes that were not yet cleared are one. Never blocks. */
void kith_wake_signal (KithWake *wake);
/* The end that the loop watches for reading. */
KithSocket kith_wake_socket (KithWake *wake);
/* Called by the loop when it is readable, before it looks at what it was woken for. */
void kith_wake_clear (KithWake *wake);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithWake, kith_wake_free)
