/* mutate.h - hostile frames made mechanically from the message table: each member of a message × each way to get it
 * wrong.
 *
 * What must happen is worked out from the table alone, not by asking the codec. */
#pragma once

#include "proto/message.h"

typedef enum {
  KITH_MUTATION_PASSES,  /* the table permits it: the codec lets it through, a handler may still refuse it */
  KITH_MUTATION_REFUSED, /* answered with an error (bad_request, or unknown_type for another type), the connection stays
                          */
  KITH_MUTATION_CLOSES   /* bad_frame, and the connection is closed */
} KithMutationFate;

typedef struct {
  char *description; /* "post: body.text: one over its limit" */
  char *frame;       /* without a line feed; has no NUL, but may be invalid UTF-8 */
  KithMutationFate fate;
  gboolean must_close; /* fate is CLOSES */
} KithMutation;

/* A request that its table accepts, with every member, required or not. Free with g_free. id is left out for a push. */
char *kith_sample_request (const KithMessageType *type, gint64 id);

/* Every mutation of valid (an instance of type; the text of one JSON object). Members that valid lacks are mutated too.
 * Elements are KithMutation, freed with the array (g_ptr_array_unref). */
GPtrArray *kith_mutations (const KithMessageType *type, const char *valid);
