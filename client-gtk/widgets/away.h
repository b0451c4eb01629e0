/* away.h - whoever does not touch the computer for "idle-minutes" is away, on every server. */
#pragma once

#include "core/places.h"

typedef struct _KithAway KithAway;

KithAway *kith_away_new (KithSettings *settings, KithPlaces *places);
void kith_away_free (KithAway *away); /* NULL is allowed */
