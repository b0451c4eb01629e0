/* totals.h - all places in one: for what is outside of our windows (the tray, the launcher, the task bar). */
#pragma once

#include "places.h"

typedef struct {
  gint64 unread, mentions;
  gboolean online;          /* at least one place is */
  KithPresenceState choice; /* of the first place */
} KithTotals;

typedef struct _KithTotaller KithTotaller;
typedef void (*KithTotalsFunc) (const KithTotals *totals, gpointer data);

/* func is told soon, and after each change, once for all that changed together. */
KithTotaller *kith_totaller_new (KithPlaces *places, KithTotalsFunc func, gpointer data);
void kith_totaller_free (KithTotaller *totaller); /* NULL is allowed */
