/* scene.h - a target with the people of a layout in it, and what a load costs there: kithd and its baseline side by side, by turns. */
#pragma once

#include "bench/report.h"
#include "bench/run.h"

typedef struct {
  Target *target;
  Load *load;
  GPtrArray *peers;
  double *longest; /* where the longest handler of kithd is noted in the end, if it is longer, in ms; borrowed; NULL: nowhere */
} Scene;

/* Starts the target; layout NULL: nobody enters. */
gboolean scene_open (Scene *scene, Crowd *crowd, TestServer *server, TargetKind kind, gboolean tls, TargetPlacing placing, const Layout *layout,
                     GError **error);
void scene_clear (Scene *scene);
gboolean scene_run (Scene *scene, const Plan *plan, Outcome *outcome, GError **error);
/* A tenth of it first: what is only done once is not the question. */
gboolean scene_warm_up (Scene *scene, const Plan *plan, GError **error);

/* The plan as often as turns says, and once before that counts, in each scene by turns, so that what else the machine does meets both; what it cost in all. indexed: kithd's
 * search index is waited for in the end, not after each turn. */
gboolean scene_take_turns (Scene *scenes, guint n, const Plan *plan, guint turns, Outcome *outcomes, GError **error);

/* us of CPU for each of so many. */
double scene_each_us (gint64 ns, gint64 of);
/* Into kithd's columns, or into that of the baseline. */
void scene_note (const Scene *scene, const Outcome *outcome, ReportRow *row, gboolean of_messages);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scene, scene_clear)
