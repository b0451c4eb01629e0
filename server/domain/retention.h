/* retention.h - what is too old goes: which conversation is looked at next, and whether the clock can be trusted with
 * it.
 *
 * A slice is one change (KITHD_CHANGE_EXPIRE) with a bounded number of events; the next one follows when it has come
 * back. After the wall clock has jumped by more than an hour nothing goes until it was steady for 24 hours, or an
 * administrator says that it is right. Time comes from outside. */
#pragma once

#include "domain/domain.h"
#include "domain/settings.h"

#define KITHD_RETENTION_SLICE 500 /* events */
#define KITHD_RETENTION_STEADY_US (24 * 3600 * (gint64) G_USEC_PER_SEC)

typedef struct _KithdRetention KithdRetention;

/* newest_ms: when the newest of what is stored came (ms since 1970; 0: nothing is stored). A clock that is behind it,
 * or a week ahead, counts as one that has jumped. */
KithdRetention *kithd_retention_new (const KithdDomain *domain, const KithdSettings *settings, gint64 newest_ms);
void kithd_retention_free (KithdRetention *retention);

/* At least once a second or so: now_us monotonic, real_ms since 1970. TRUE: the clock has jumped since the last time.
 */
gboolean kithd_retention_clock (KithdRetention *retention, gint64 now_us, gint64 real_ms);
/* The next slice, the caller's; NULL: nothing now. */
KithdChange *kithd_retention_next (KithdRetention *retention);
/* The slice has come back. */
void kithd_retention_done (KithdRetention *retention, const KithdChange *slice);

/* How long it still waits for the clock, us; 0: it does not. */
gint64 kithd_retention_paused_us (const KithdRetention *retention);
/* The administrator says that the clock is right. */
void kithd_retention_resume (KithdRetention *retention);

/* How many days what happens in the conversation is kept; 0: for ever. */
gint64 kithd_retention_days (const KithdConversation *conversation, const KithdSettings *settings);
