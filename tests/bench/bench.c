/* bench.c - the benchmark: kithd beside a bare relay, by turns, several rounds.
 *
 * Each section of the report is a function here; what is asked of kithd stands beside each row. Absolute times belong to one machine in one
 * hour: ratios are what counts, and a run never fails because something is slow, only because something did not arrive. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "bench/archive.h"
#include "bench/finding.h"
#include "bench/report.h"
#include "bench/scene.h"

#define ROOMS 3

/* How much is done; quick is for seeing that it works. */
typedef struct {
  guint rounds;
  guint turns;                        /* of kithd and its baseline, in each round; the messages are those of one turn */
  guint rooms;                        /* of the sizes below, from the first on */
  guint single[ROOMS], burst[ROOMS];  /* messages */
  guint pairs, pair_messages;
  guint offices, per_second, seconds; /* fixed rate, in rooms of ten */
  guint idle[4], idle_messages;
  guint resident, resident_tls;       /* connections */
  guint sign_ins;
  guint archive, pages;               /* messages stored before a restart; pages of them read after it */
  guint syncs;
  gboolean indexed;                   /* the search index's part is waited for */
} Scale;

static const guint sizes[ROOMS] = { 10, 100, 1000 };

static const Scale full = { .rounds = 5, .turns = 8, .rooms = 3, .single = { 250, 100, 20 }, .burst = { 1500, 750, 150 }, .pairs = 200,
                            .pair_messages = 20, .offices = 50, .per_second = 1000, .seconds = 4, .idle = { 0, 1000, 5000, 9000 },
                            .idle_messages = 1000, .resident = 4000, .resident_tls = 2000, .sign_ins = 1000, .archive = 1000000, .pages = 200, .syncs = 500, .indexed = TRUE };
static const Scale quick = { .rounds = 1, .turns = 2, .rooms = 2, .single = { 25, 10 }, .burst = { 100, 50 }, .pairs = 20, .pair_messages = 5,
                             .offices = 5, .per_second = 100, .seconds = 1, .idle = { 0, 50, 100, 200 }, .idle_messages = 20,
                             .resident = 200, .resident_tls = 100, .sign_ins = 100, .archive = 1000, .pages = 10, .syncs = 50 };

enum { LAYOUT_ROOM, LAYOUT_OFFICES = ROOMS, LAYOUT_PAIRS, LAYOUT_ARCHIVE, N_LAYOUTS };

typedef struct {
  Scale scale;
  Report *report;
  TestServer *server;
  Crowd *crowd;
  Layout layouts[N_LAYOUTS];
  double longest; /* ms, handler in the section at work */
} Bench;

static const char *
with_tls (gboolean tls)
{
  return tls ? ", TLS" : "";
}

static gboolean
open_scene (Scene *scene, Bench *bench, TargetKind kind, gboolean tls, TargetPlacing placing, const Layout *layout, GError **error)
{
  scene->longest = &bench->longest;
  return scene_open (scene, bench->crowd, bench->server, kind, tls, placing, layout, error);
}

enum { BASELINE, KITHD, N_SIDES };

/* The plan's messages are those of one turn. */
static gboolean
measure_cpu (Bench *bench, TargetKind baseline, gboolean tls, const Plan *plan, ReportRow *row, gboolean of_messages, GError **error)
{
  const TargetKind kinds[N_SIDES] = { baseline, TARGET_KITHD };
  Scene scenes[N_SIDES] = { 0 };
  Outcome outcomes[N_SIDES] = { 0 };
  gboolean sound = TRUE;
  for (guint i = 0; i < N_SIDES && sound; i++)
    sound = open_scene (&scenes[i], bench, kinds[i], tls, TARGET_APART, plan->layout, error);
  sound = sound && scene_take_turns (scenes, N_SIDES, plan, bench->scale.turns, outcomes, error);
  for (guint i = 0; i < N_SIDES; i++) {
    if (sound)
      scene_note (&scenes[i], &outcomes[i], row, of_messages);
    scene_clear (&scenes[i]);
  }
  return sound;
}

/* ---- rooms ---- */

static ReportRow *
room_row (Bench *bench, gboolean burst, gboolean tls, guint size)
{
  static const struct {
    gboolean burst, tls;
    guint size;
    double target;
  } targets[] = { { FALSE, FALSE, 100, 1.6 }, { FALSE, FALSE, 1000, 1.25 }, { TRUE, FALSE, 100, 3 },
                  { TRUE, FALSE, 1000, 2 },   { TRUE, TRUE, 1000, 2 } };
  g_autofree char *name = g_strdup_printf ("%s, room of %u%s", burst ? "bursts" : "single", size, with_tls (tls));
  report_section (bench->report, "CPU for each delivery");
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    if (targets[i].burst == burst && targets[i].tls == tls && targets[i].size == size)
      return report_row (bench->report, name, "us", REPORT_RATIO_AT_MOST, targets[i].target);
  return report_row (bench->report, name, "us", REPORT_NO_TARGET, 0);
}

static gboolean
measure_room (Bench *bench, gboolean burst, gboolean tls, guint room, GError **error)
{
  const Layout *layout = &bench->layouts[LAYOUT_ROOM + room];
  Plan plan = burst ? (Plan) { .layout = layout, .senders = 10, .window = 4, .messages = bench->scale.burst[room] }
                    : (Plan) { .layout = layout, .senders = 1, .window = 1, .messages = bench->scale.single[room], .wait_all = TRUE };
  plan.indexed = bench->scale.indexed;
  return measure_cpu (bench, burst ? TARGET_RELAY_TURN : TARGET_RELAY_EACH, tls, &plan, room_row (bench, burst, tls, layout->members), FALSE,
                      error);
}

static gboolean
measure_rooms (Bench *bench, gboolean burst, GError **error)
{
  for (guint tls = 0; tls < 2; tls++)
    for (guint room = 0; room < bench->scale.rooms; room++)
      if (!measure_room (bench, burst, tls != 0, room, error))
        return FALSE;
  return TRUE;
}

static gboolean
measure_single (Bench *bench, GError **error)
{
  return measure_rooms (bench, FALSE, error);
}

static gboolean
measure_bursts (Bench *bench, GError **error)
{
  return measure_rooms (bench, TRUE, error);
}

/* ---- pairs ---- */

static gboolean
measure_pairs_with (Bench *bench, gboolean tls, GError **error)
{
  const Layout *layout = &bench->layouts[LAYOUT_PAIRS];
  g_autofree char *name = g_strdup_printf ("%u pairs%s", layout->groups, with_tls (tls));
  Plan plan = { .layout = layout, .senders = 1, .window = 1, .messages = bench->scale.pair_messages, .wait_all = TRUE, .indexed = bench->scale.indexed };
  report_section (bench->report, "CPU for each message");
  ReportRow *row = report_row (bench->report, name, "us", tls ? REPORT_NO_TARGET : REPORT_RATIO_AT_MOST, 3);
  return measure_cpu (bench, TARGET_RELAY_EACH, tls, &plan, row, TRUE, error);
}

static gboolean
measure_pairs (Bench *bench, GError **error)
{
  return measure_pairs_with (bench, FALSE, error) && measure_pairs_with (bench, TRUE, error);
}

/* ---- idle neighbours ---- */

/* The baseline is the same kithd while nobody idles. */
static gboolean
measure_idle (Bench *bench, GError **error)
{
  const Layout *layout = &bench->layouts[LAYOUT_ROOM];
  Plan plan = { .layout = layout, .senders = 1, .window = 1, .messages = bench->scale.idle_messages, .wait_all = TRUE, .indexed = bench->scale.indexed };
  g_auto (Scene) scene = { 0 };
  g_autoptr (GPtrArray) idle = g_ptr_array_new ();
  double alone = 0;
  Plan long_plan = plan;
  long_plan.messages *= 10; /* the same process is compared with itself: it must be as warm in the first row as in the last */
  if (!open_scene (&scene, bench, TARGET_KITHD, FALSE, TARGET_APART, layout, error) || !scene_warm_up (&scene, &long_plan, error))
    return FALSE;
  report_section (bench->report, "CPU for each message, room of 10");
  for (guint i = 0; i < G_N_ELEMENTS (bench->scale.idle); i++) {
    g_auto (Outcome) outcome = { 0 };
    guint count = bench->scale.idle[i];
    g_autofree char *name = g_strdup_printf ("%u others idle", count);
    ReportRow *row = report_row (bench->report, name, "us", i == 3 ? REPORT_RATIO_AT_MOST : REPORT_NO_TARGET, 1.2);
    if (!crowd_enter (bench->crowd, scene.load, scene.target, NULL, layout->members + idle->len, count - idle->len, idle, error) ||
        !scene_run (&scene, &plan, &outcome, error))
      return FALSE;
    if (i == 0)
      alone = scene_each_us (outcome.cpu_ns, outcome.messages);
    report_baseline (row, alone);
    scene_note (&scene, &outcome, row, TRUE);
  }
  return TRUE;
}

/* ---- fixed rate ---- */

static void
note_limit (Bench *bench, const char *what, gboolean tls, double value, double limit)
{
  g_autofree char *name = g_strdup_printf ("%s%s", what, with_tls (tls));
  ReportRow *row = report_row (bench->report, name, "us", limit > 0 ? REPORT_RATIO_AT_MOST : REPORT_NO_TARGET, 1);
  if (limit > 0)
    report_baseline (row, limit);
  report_kithd (row, value);
}

/* The baseline of an acknowledgement is what it may take: so many times the disk's own fdatasync, and 1 ms. */
static gboolean
measure_rate_with (Bench *bench, gboolean tls, GError **error)
{
  const Layout *layout = &bench->layouts[LAYOUT_OFFICES];
  guint messages = bench->scale.per_second * bench->scale.seconds / layout->groups;
  Plan plan = { .layout = layout, .senders = layout->members, .messages = messages, .per_second = bench->scale.per_second };
  g_auto (Scene) scene = { 0 };
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (GArray) syncs = g_array_new (FALSE, FALSE, sizeof (double)), paced = g_array_new (FALSE, FALSE, sizeof (double));
  if (!target_disk_sync (bench->server->dir, bench->scale.syncs, 0, syncs, error) ||
      !target_disk_sync (bench->server->dir, plan.per_second * bench->scale.seconds / 2, plan.per_second, paced, error) || !open_scene (&scene, bench, TARGET_KITHD, tls, TARGET_ANYWHERE, layout, error) || !scene_warm_up (&scene, &plan, error) ||
      !scene_run (&scene, &plan, &outcome, error))
    return FALSE;
  g_autofree char *title = g_strdup_printf ("%u posts/s, %u rooms of %u", plan.per_second, layout->groups, layout->members);
  report_section (bench->report, title);
  double sync = report_percentile (syncs, 50);
  note_limit (bench, "fdatasync, median", tls, sync, 0);
  note_limit (bench, "so many fdatasync a second, p99", tls, report_percentile (paced, 99), 0);
  note_limit (bench, "acknowledgement p50", tls, report_percentile (outcome.acknowledged, 50), 2 * sync + 1000);
  note_limit (bench, "acknowledgement p99", tls, report_percentile (outcome.acknowledged, 99), 5 * sync + 1000);
  note_limit (bench, "delivery p50", tls, report_percentile (outcome.delivered, 50), 0);
  note_limit (bench, "delivery p99", tls, report_percentile (outcome.delivered, 99), 0);
  return TRUE;
}

static gboolean
measure_rate (Bench *bench, GError **error)
{
  return measure_rate_with (bench, FALSE, error) && measure_rate_with (bench, TRUE, error);
}

/* ---- connections ---- */

/* As many connections before as those that are measured: they use up what starting has left free. */
static gboolean
measure_resident (Bench *bench, gboolean tls, GError **error)
{
  guint count = tls ? bench->scale.resident_tls : bench->scale.resident;
  g_auto (Scene) scene = { 0 };
  g_autofree char *name = g_strdup_printf ("an idle connection%s", with_tls (tls));
  if (!open_scene (&scene, bench, TARGET_KITHD, tls, TARGET_APART, NULL, error) ||
      !crowd_enter (bench->crowd, scene.load, scene.target, NULL, 0, count, scene.peers, error))
    return FALSE;
  gint64 resident = target_resident (scene.target);
  if (!crowd_enter (bench->crowd, scene.load, scene.target, NULL, count, count, scene.peers, error))
    return FALSE;
  report_section (bench->report, "Resident");
  ReportRow *row = report_row (bench->report, name, "KB", REPORT_VALUE_AT_MOST, tls ? 18 : 2);
  report_kithd (row, (double) (target_resident (scene.target) - resident) / 1000 / count);
  return TRUE;
}

static gboolean
measure_sign_in (Bench *bench, gboolean tls, GError **error)
{
  guint count = bench->scale.sign_ins, before = count / 10;
  g_auto (Scene) scene = { 0 };
  g_autofree char *whole = g_strdup_printf ("with its connection%s", with_tls (tls));
  g_autofree char *alone = g_strdup_printf ("hello and login%s", with_tls (tls));
  g_autofree char *speed = g_strdup_printf ("a second%s", with_tls (tls));
  if (!open_scene (&scene, bench, TARGET_KITHD, tls, TARGET_APART, NULL, error) ||
      !crowd_enter (bench->crowd, scene.load, scene.target, NULL, 0, before, scene.peers, error))
    return FALSE;
  gint64 cpu[4] = { target_cpu_ns (scene.target) }, begin = g_get_monotonic_time ();
  if (!crowd_enter (bench->crowd, scene.load, scene.target, NULL, before, count, scene.peers, error))
    return FALSE;
  gint64 took = g_get_monotonic_time () - begin;
  cpu[1] = target_cpu_ns (scene.target);
  g_ptr_array_set_size (scene.peers, 0);
  if (!crowd_connect (bench->crowd, scene.load, scene.target, 0, count, scene.peers, error))
    return FALSE;
  cpu[2] = target_cpu_ns (scene.target);
  if (!crowd_sign_in (bench->crowd, scene.load, scene.peers, 0, error))
    return FALSE;
  cpu[3] = target_cpu_ns (scene.target);
  report_section (bench->report, "A sign-in by token");
  report_kithd (report_row (bench->report, alone, "us", REPORT_VALUE_AT_MOST, 30), scene_each_us (cpu[3] - cpu[2], count));
  report_kithd (report_row (bench->report, whole, "us", REPORT_NO_TARGET, 0), scene_each_us (cpu[1] - cpu[0], count));
  report_kithd (report_row (bench->report, speed, "/s", REPORT_NO_TARGET, 0), (double) count * G_USEC_PER_SEC / (double) MAX (took, 1));
  return TRUE;
}

static gboolean
measure_connections (Bench *bench, GError **error)
{
  return measure_resident (bench, FALSE, error) && measure_resident (bench, TRUE, error) && measure_sign_in (bench, FALSE, error) &&
         measure_sign_in (bench, TRUE, error);
}

/* ---- a restart ---- */

/* ms that the answer to a request takes; below 0: error. */
static double
answer_ms (Bench *bench, Scene *scene, const char *frame, GError **error)
{
  gint64 begin = g_get_monotonic_time ();
  if (!crowd_ask (bench->crowd, scene->load, scene->peers->pdata[0], frame, error))
    return -1;
  return (double) (g_get_monotonic_time () - begin) / 1000;
}

static char *
page_of (const Layout *archive, gint64 before)
{
  return g_strdup_printf ("{\"type\":\"fetch\",\"id\":6,\"conversation\":\"c%" G_GINT64_FORMAT "\",\"before\":%" G_GINT64_FORMAT
                          ",\"limit\":50}\n",
                          archive->conversations[0], before);
}

/* Pages all over the archive, the newest first. */
static gboolean
note_pages (Bench *bench, Scene *scene, GError **error)
{
  const Layout *archive = &bench->layouts[LAYOUT_ARCHIVE];
  g_autoptr (GArray) took = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < bench->scale.pages; i++) {
    g_autofree char *page = page_of (archive, bench->scale.archive - (gint64) bench->scale.archive * i / bench->scale.pages);
    double ms = answer_ms (bench, scene, page, error);
    if (ms < 0)
      return FALSE;
    g_array_append_val (took, ms);
  }
  report_kithd (report_row (bench->report, "a page of history, median", "ms", REPORT_NO_TARGET, 0), report_percentile (took, 50));
  report_kithd (report_row (bench->report, "a page of history, slowest", "ms", REPORT_VALUE_AT_MOST, 50), report_percentile (took, 100));
  return TRUE;
}

/* Each begins with a restart of its own. */
static gboolean
note_searches (Bench *bench, GError **error)
{
  const Finding finding = { .crowd = bench->crowd, .server = bench->server, .archive = &bench->layouts[LAYOUT_ARCHIVE],
                            .messages = bench->scale.archive, .times = bench->scale.pages, .longest = &bench->longest };
  return finding_note (&finding, bench->report, error);
}

/* Once more written to and then left by kill -9, as every target is. */
static gboolean
leave_archive (Bench *bench, GError **error)
{
  const Layout *archive = &bench->layouts[LAYOUT_ARCHIVE];
  Plan plan = { .layout = archive, .senders = 1, .window = 100, .messages = 100 };
  g_auto (Scene) scene = { 0 };
  g_auto (Outcome) outcome = { 0 };
  return archive_fill (bench->server->data, archive->conversations[0], crowd_account (bench->crowd, 0), bench->scale.archive, error) &&
         open_scene (&scene, bench, TARGET_KITHD, FALSE, TARGET_ANYWHERE, archive, error) && scene_run (&scene, &plan, &outcome, error);
}

static gboolean
note_restart (Bench *bench, GError **error)
{
  g_auto (Scene) scene = { 0 };
  gint64 begin = g_get_monotonic_time ();
  if (!open_scene (&scene, bench, TARGET_KITHD, FALSE, TARGET_ANYWHERE, NULL, error))
    return FALSE;
  double ready = (double) (g_get_monotonic_time () - begin) / 1000;
  g_autofree char *title = g_strdup_printf ("With %u stored messages in a room", bench->scale.archive);
  g_autofree char *newest = page_of (&bench->layouts[LAYOUT_ARCHIVE], G_MAXINT32);
  report_section (bench->report, title);
  report_kithd (report_row (bench->report, "serving after kill -9", "ms", REPORT_VALUE_AT_MOST, 1000), ready);
  begin = g_get_monotonic_time ();
  if (!crowd_enter (bench->crowd, scene.load, scene.target, NULL, 0, 1, scene.peers, error) ||
      answer_ms (bench, &scene, newest, error) < 0)
    return FALSE;
  report_kithd (report_row (bench->report, "signing in and opening the room", "ms", REPORT_VALUE_AT_MOST, 50),
                (double) (g_get_monotonic_time () - begin) / 1000);
  return note_pages (bench, &scene, error);
}

static gboolean
measure_restart (Bench *bench, GError **error)
{
  return leave_archive (bench, error) && note_restart (bench, error) && note_searches (bench, error);
}

/* ---- the program ---- */

static const struct {
  const char *name;
  gboolean (*measure) (Bench *bench, GError **error);
  gboolean once; /* in one round only */
} sections[] = {
  { "single", measure_single }, { "bursts", measure_bursts }, { "pairs", measure_pairs }, { "idle", measure_idle },
  { "rate", measure_rate }, { "connections", measure_connections }, { "restart", measure_restart, TRUE },
};

static gboolean
prepare (Bench *bench, GError **error)
{
  const Scale *scale = &bench->scale;
  guint people = MAX (scale->idle[3] + sizes[0], MAX (2 * scale->resident, scale->sign_ins + scale->sign_ins / 10));
  for (guint i = 0; i < ROOMS; i++)
    bench->layouts[LAYOUT_ROOM + i] = (Layout) { .name = "room", .groups = 1, .members = sizes[i] };
  bench->layouts[LAYOUT_ROOM + 1].name = "hall";
  bench->layouts[LAYOUT_ROOM + 2].name = "square";
  bench->layouts[LAYOUT_OFFICES] = (Layout) { .name = "office", .groups = scale->offices, .members = 10 };
  bench->layouts[LAYOUT_PAIRS] = (Layout) { .name = "pair", .groups = scale->pairs, .members = 2, .direct = TRUE };
  bench->layouts[LAYOUT_ARCHIVE] = (Layout) { .name = "archive", .groups = 1, .members = 1 };
  bench->crowd = crowd_new (people);
  bench->server = target_server_new ();
  g_autoptr (Target) target = target_start (TARGET_KITHD, FALSE, TARGET_ANYWHERE, bench->server, error);
  if (target == NULL || !crowd_register (bench->crowd, target, error))
    return FALSE;
  for (guint i = 0; i < N_LAYOUTS; i++)
    if ((i >= ROOMS || i < scale->rooms) && !crowd_gather (bench->crowd, target, &bench->layouts[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
measure_section (Bench *bench, guint section, GError **error)
{
  guint rounds = sections[section].once ? 1 : bench->scale.rounds;
  for (guint round = 0; round < rounds; round++) {
    fprintf (stderr, "bench: %s, round %u of %u\n", sections[section].name, round + 1, rounds);
    if (!sections[section].measure (bench, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
measure (Bench *bench, const char *only, GError **error)
{
  double longest[G_N_ELEMENTS (sections)] = { 0 };
  fprintf (stderr, "bench: preparing\n");
  if (!prepare (bench, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++) {
    bench->longest = 0;
    if ((only == NULL || g_str_equal (only, sections[i].name)) && !measure_section (bench, i, error))
      return FALSE;
    longest[i] = bench->longest;
  }
  report_section (bench->report, "Longest handler in all rounds");
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    if (longest[i] > 0)
      report_kithd (report_row (bench->report, sections[i].name, "ms", REPORT_VALUE_AT_MOST, 50), longest[i]);
  return TRUE;
}

static void
bench_clear (Bench *bench)
{
  report_free (bench->report);
  crowd_free (bench->crowd);
  test_server_free (bench->server);
  for (guint i = 0; i < N_LAYOUTS; i++)
    g_free (bench->layouts[i].conversations);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

int
main (int argc, char **argv)
{
  g_autofree char *json = NULL, *only = NULL;
  gboolean is_quick = FALSE;
  int rounds = 0;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json, "Write every sample to a file, too", "FILE" },
    { "only", 0, 0, G_OPTION_ARG_STRING, &only, "One section: single, bursts, pairs, idle, rate, connections or restart", "NAME" },
    { "quick", 0, 0, G_OPTION_ARG_NONE, &is_quick, "Little of everything: shows that it works, not how fast", NULL },
    { "rounds", 0, 0, G_OPTION_ARG_INT, &rounds, "How often each thing is measured", "N" },
    { NULL },
  };
  g_auto (Bench) bench = { .report = report_new () };
  g_autoptr (GOptionContext) options = g_option_context_new ("- measure kithd beside a bare relay");
  g_autoptr (GError) error = NULL;
  g_option_context_add_main_entries (options, entries, NULL);
  setlocale (LC_ALL, "C.UTF-8");
  if (!g_option_context_parse (options, &argc, &argv, &error)) {
    fprintf (stderr, "bench: %s\n", error->message);
    return 2;
  }
  bench.scale = is_quick ? quick : full;
  if (rounds > 0)
    bench.scale.rounds = (guint) rounds;
  kith_socket_raise_limit (20000);
  if (!kith_net_start (&error) || !measure (&bench, only, &error)) {
    fprintf (stderr, "bench: %s\n", error->message);
    return 1;
  }
  report_print (bench.report);
  if (json != NULL && !report_save (bench.report, json, &error)) {
    fprintf (stderr, "bench: %s\n", error->message);
    return 1;
  }
  return 0;
}
