/* run.h - a load that is put on a target, and what it cost. */
#pragma once

#include "bench/crowd.h"

typedef struct {
  const Layout *layout;
  guint senders;     /* of each group: its first ones */
  guint window;      /* messages in flight of each sender */
  guint messages;    /* of each group */
  gboolean wait_all; /* the next message only when every member has read the last one and it is acknowledged */
  guint per_second;  /* all senders together, at a fixed rate, whatever comes back; 0: as the window permits */
  gboolean indexed;  /* kithd: it is over when the search index has everything, too */
} Plan;

typedef struct {
  gint64 messages, deliveries; /* sent; read by members (their senders too) */
  gint64 cpu_ns, store_ns, index_ns; /* of the target, and of it the threads of its store and of its index */
  GArray *acknowledged, *delivered; /* double, us after sending; delivered only at a fixed rate */
} Outcome;

/* peers: those who entered by plan->layout, in order. Fails unless as many deliveries came as there are members for
 * each message, and every message was acknowledged once, to its sender.
 * A relay acknowledges by giving a sender its own message. */
gboolean run_plan (const Plan *plan, Load *load, const Target *target, const GPtrArray *peers, Outcome *outcome, GError **error);
/* What the target and its threads have used so far: into cpu_ns, store_ns, index_ns. */
void run_note_threads (const Target *target, Outcome *used);
void outcome_clear (Outcome *outcome);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)
