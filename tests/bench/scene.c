/* scene.c - see scene.h. */
#include "bench/scene.h"

/* A target that does not say it any more has failed before. */
static void
note_longest (Scene *scene)
{
  if (scene->target != NULL && scene->longest != NULL)
    *scene->longest = MAX (*scene->longest, target_longest_ms (scene->target, NULL));
}

void
scene_clear (Scene *scene)
{
  note_longest (scene);
  g_clear_pointer (&scene->load, load_free);
  g_clear_pointer (&scene->target, target_stop);
  g_clear_pointer (&scene->peers, g_ptr_array_unref);
}

gboolean
scene_open (Scene *scene, Crowd *crowd, TestServer *server, TargetKind kind, gboolean tls, TargetPlacing placing, const Layout *layout,
            GError **error)
{
  scene->peers = g_ptr_array_new ();
  scene->target = target_start (kind, tls, placing, server, error);
  scene->load = scene->target != NULL ? load_new (error) : NULL;
  if (scene->load == NULL)
    return FALSE;
  return layout == NULL ||
         crowd_enter (crowd, scene->load, scene->target, layout, 0, layout->groups * layout->members, scene->peers, error);
}

gboolean
scene_run (Scene *scene, const Plan *plan, Outcome *outcome, GError **error)
{
  return run_plan (plan, scene->load, scene->target, scene->peers, outcome, error);
}

gboolean
scene_warm_up (Scene *scene, const Plan *plan, GError **error)
{
  g_auto (Outcome) outcome = { 0 };
  Plan tenth = *plan;
  tenth.messages = MAX (plan->messages / 10, 1);
  return scene_run (scene, &tenth, &outcome, error);
}

static gboolean
take_turn (Scene *scene, const Plan *plan, Outcome *sum, GError **error)
{
  g_auto (Outcome) outcome = { 0 };
  if (!scene_run (scene, plan, &outcome, error))
    return FALSE;
  sum->messages += outcome.messages;
  sum->deliveries += outcome.deliveries;
  sum->cpu_ns += outcome.cpu_ns;
  sum->store_ns += outcome.store_ns;
  sum->index_ns += outcome.index_ns;
  return TRUE;
}

/* What its store and its index did after the turns, and while it was somebody else's, belongs to it, too. */
static gboolean
add_rest (Scene *scene, const Plan *plan, const Outcome *before, Outcome *sum, GError **error)
{
  Outcome after;
  if (plan->indexed && !target_wait_indexed (scene->target, error))
    return FALSE;
  run_note_threads (scene->target, &after);
  gint64 store = after.store_ns - before->store_ns, index = after.index_ns - before->index_ns;
  sum->cpu_ns += store - sum->store_ns + index - sum->index_ns;
  sum->store_ns = store;
  sum->index_ns = index;
  return TRUE;
}

gboolean
scene_take_turns (Scene *scenes, guint n, const Plan *plan, guint turns, Outcome *outcomes, GError **error)
{
  g_autofree Outcome *before = g_new0 (Outcome, n);
  Plan one = *plan;
  one.indexed = FALSE;
  for (guint i = 0; i < n; i++) {
    Outcome uncounted = { 0 };
    if (!take_turn (&scenes[i], &one, &uncounted, error))
      return FALSE;
    run_note_threads (scenes[i].target, &before[i]);
  }
  for (guint turn = 0; turn < turns; turn++)
    for (guint i = 0; i < n; i++)
      if (!take_turn (&scenes[i], &one, &outcomes[i], error))
        return FALSE;
  for (guint i = 0; i < n; i++)
    if (!add_rest (&scenes[i], plan, &before[i], &outcomes[i], error))
      return FALSE;
  return TRUE;
}

double
scene_each_us (gint64 ns, gint64 of)
{
  return of > 0 ? (double) ns / 1000 / (double) of : 0;
}

void
scene_note (const Scene *scene, const Outcome *outcome, ReportRow *row, gboolean of_messages)
{
  gint64 of = of_messages ? outcome->messages : outcome->deliveries;
  if (scene->target->kind != TARGET_KITHD) {
    report_baseline (row, scene_each_us (outcome->cpu_ns, of));
    return;
  }
  report_kithd (row, scene_each_us (outcome->cpu_ns, of));
  report_store (row, scene_each_us (outcome->store_ns, of));
  report_index (row, scene_each_us (outcome->index_ns, of));
}
