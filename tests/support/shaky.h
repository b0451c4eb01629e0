/* shaky.h - a stream over another that moves few bytes at a time, says "not now" at random and may damage one. Seeded:
 * a run can be repeated. */
#pragma once

#include "net/stream-private.h"

typedef struct {
  gsize most;      /* bytes moved in one call; 0: as many as asked */
  guint again;     /* of 100 calls, so many say KITH_IO_AGAIN first */
  gsize damage_at; /* the byte read at this place (from 1) is changed; 0: none */
  gsize *count;    /* where the bytes read are added up; may be NULL */
  guint32 seed;
} ShakyHabits;

/* Takes lower. */
KithStream *shaky_stream_new (KithStream *lower, const ShakyHabits *habits);
