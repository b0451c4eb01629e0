/* witness.h - what a run of a play with one failed call has left: did kithd crash, complain or leak; is everything that
 * it told anybody on its disk. */
#pragma once

#include <glib.h>

typedef struct {
  const char *kept;       /* the directory of the server (KITH_KEEP) */
  const char *transcript; /* of the players (KITH_TRANSCRIPT) */
  const char *said;       /* by the runner of the play */
  int crash;              /* the signal that kithd died of, or 0 */
} Evidence;

/* FALSE: something is wrong. */
gboolean witness_judge (const Evidence *evidence, GError **error);
/* Whether that was memory that was lost. */
gboolean witness_is_leak (const GError *error);
