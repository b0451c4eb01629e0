/* simulation.c - schedules: people write, and the server, the network, the disk and the clock do what the seed says;
 * then everything is well again, and the verdict: what was acknowledged is stored, at the number that was said; everybody
 * saw the same in the same order, without a gap; nothing is there twice; the database is sound. */
#include "simulation/sim.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/app-private.h"
#include "log/log.h"
#include "net/poller-private.h"
#include "simulation/people.h"
#include "store/store-private.h"
#include "support/server.h"

#define PEOPLE 3
#define CHAOS_US (4 * G_TIME_SPAN_SECOND)     /* how long things go wrong */
#define SETTLE_US (10 * G_TIME_SPAN_MINUTE)   /* in which all must be well again, in simulated time */
#define ADMINISTRATOR_US G_TIME_SPAN_SECOND   /* until somebody restarts a server that accepts nothing */

static const guint32 fixed_seeds[] = {1, 2, 3, 4, 5, 6, 7, 537278954, 260164249};

/* What every schedule begins with: a database with everybody in one room. */
static struct {
  char *directory, *file;
  GBytes *database;
  GPtrArray *people;
} stage;

typedef struct {
  KithdConfig *config;
  KithdApp *app;      /* NULL: it is down */
  GPtrArray *people;
  gint64 start_us;    /* when it comes up again */
  gint64 chaos_us, until_us, room_us, unsound_us;
  gboolean cut_when_dead, healed;
  guint n_events;     /* in the end */
  guint64 digest;
} World;

/* Of all processes that play. */
typedef struct {
  guint64 schedules, events, chaos[32];
  gboolean failed;
} Totals;

static Totals *totals;

/* ---- the server ---- */

static KithdConfig *
make_config (void)
{
  KithdConfig *config = kithd_config_load (NULL, NULL);
  static const char *const words[][3] = {
      {"server", "presence", "off"},      {"server", "discovery", "off"},       {"listen", "addresses", "127.0.0.1:5484"},
      {"log", "level", "error"},          {"limits", "posts_per_second", "100000"}, {"limits", "posts_burst", "100000"},
      {"limits", "registrations_per_minute", "1000"},
  };
  g_assert (config != NULL && kithd_config_override (config, "server", "data", stage.directory, NULL));
  config->select_only = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (!kithd_config_override (config, words[i][0], words[i][1], words[i][2], NULL))
      g_error ("no such key: %s.%s", words[i][0], words[i][1]);
  return config;
}

/* The program is gone; with it all that was only in memory. */
static void
end_server (World *world, gboolean power_cut)
{
  DiskLoss loss = {0};
  sim_disk.off = TRUE;
  g_clear_pointer (&world->app, kithd_app_free);
  sim_disk.off = FALSE;
  sim_disk.dying = -1;
  sim_disk.sync_failures = 0;
  if (power_cut)
    disk_cut (sim_disk.disk, sim_host.rand, &loss);
  world->unsound_us = 0;
  world->start_us = sim_host.now_us + sim_pick (1000, 2 * G_TIME_SPAN_SECOND);
}

static void
start_server (World *world)
{
  g_autoptr (GError) error = NULL;
  world->app = kithd_app_new (world->config, &error);
  if (world->app != NULL) {
    kithd_app_begin (world->app);
  } else if (sim_disk.off) {
    end_server (world, world->cut_when_dead);
  } else if (sim_disk.room >= 0 || sim_disk.n_failures > 0) {
    sim_disk.room = -1;
    sim_disk.n_failures = 0;
    end_server (world, FALSE);
  } else {
    people_complain ("the server does not start: %s", error->message);
  }
}

static void
stop_server (World *world)
{
  if (world->app != NULL)
    kithd_app_free (g_steal_pointer (&world->app));
  end_server (world, FALSE);
}

/* ---- what goes wrong ---- */

static void
do_kill (World *world)
{
  end_server (world, FALSE);
}

static void
do_power_cut (World *world)
{
  end_server (world, TRUE);
}

/* In the middle of what the store does. */
static void
do_die (World *world)
{
  sim_disk.dying = (gint) sim_pick (0, 40);
  world->cut_when_dead = sim_chance (70);
}

static void
do_stop (World *world)
{
  stop_server (world);
}

static void
do_failing_sync (World *world)
{
  sim_disk.sync_failures = (gint) sim_pick (1, 4);
}

static void
do_full_disk (World *world)
{
  sim_disk.room = sim_pick (0, 64 * 1024);
  world->room_us = sim_host.now_us + sim_pick (1000, 2 * G_TIME_SPAN_SECOND);
}

static void
do_cut (World *world)
{
  sim_net_cut ();
}

static void
do_stall (World *world)
{
  sim_net_stall (sim_pick (1000, sim_chance (10) ? 100 * G_TIME_SPAN_SECOND : 500000));
}

static void
do_restart_client (World *world)
{
  Person *person = world->people->pdata[sim_pick (0, PEOPLE - 1)];
  if (person->client != NULL)
    person_stop (person);
}

static void
do_clock_jump (World *world)
{
  sim_host.clock_offset_us += ((gint64) sim_pick (0, 20000) - 10000) * G_TIME_SPAN_HOUR;
}

static const struct {
  const char *name;
  void (*run) (World *world);
} kinds[] = {
    {"kill", do_kill},           {"power-cut", do_power_cut}, {"die-within", do_die},   {"stop", do_stop},
    {"failing-sync", do_failing_sync}, {"full-disk", do_full_disk}, {"cut", do_cut}, {"stall", do_stall},
    {"client-restart", do_restart_client}, {"clock-jump", do_clock_jump},
};

static void
make_chaos (World *world, gboolean verbose)
{
  if (sim_host.now_us < world->chaos_us || sim_host.now_us >= world->until_us)
    return;
  guint kind = sim_pick (0, G_N_ELEMENTS (kinds) - 1);
  if (verbose)
    g_print ("  %8.3f s %s\n", (double) sim_host.now_us / G_USEC_PER_SEC, kinds[kind].name);
  kinds[kind].run (world);
  __atomic_add_fetch (&totals->chaos[kind], 1, __ATOMIC_RELAXED);
  world->chaos_us = sim_host.now_us + sim_pick (1000, 1500 * 1000);
}

/* When the time is over: nothing goes wrong any more. */
static void
heal (World *world)
{
  if (sim_host.now_us < world->until_us)
    return;
  sim_disk.dying = -1;
  sim_disk.sync_failures = 0;
  sim_disk.room = -1;
  world->healed = TRUE;
}

/* ---- time ---- */

static void
run_server (World *world)
{
  g_autoptr (GError) error = NULL;
  if (world->app == NULL && sim_host.now_us >= world->start_us)
    start_server (world);
  if (world->app == NULL)
    return;
  if (!kithd_app_turn (world->app, &error))
    people_complain ("the loop ended: %s", error->message);
  sim_store_work (world->app->store);
  if (sim_disk.off) {
    end_server (world, world->cut_when_dead);
    return;
  }
  if (!sim_store_is_unsound (world->app->store))
    world->unsound_us = 0;
  else if (world->unsound_us == 0)
    world->unsound_us = sim_host.now_us + ADMINISTRATOR_US;
  else if (sim_host.now_us >= world->unsound_us)
    end_server (world, sim_chance (50));
}

static void
run_person (World *world, Person *person, gboolean acts)
{
  if (person->client == NULL && (!acts || sim_host.now_us >= person->act_us))
    person_start (person);
  if (person->client == NULL)
    return;
  if (acts && sim_host.now_us >= person->act_us) {
    person_act (person);
    person->act_us = sim_host.now_us + sim_pick (1000, sim_chance (20) ? 1000000 : 100000);
  }
  kith_client_step (person->client, sim_host.now_us);
}

/* To whatever is next; at least a little. */
static void
advance (World *world)
{
  gint64 due = MIN (sim_net_due (), sim_host.now_us < world->until_us ? MIN (world->chaos_us, world->until_us) : G_MAXINT64);
  for (guint i = 0; i < world->people->len; i++) {
    Person *person = world->people->pdata[i];
    if (person->client != NULL)
      due = MIN (due, kith_client_due (person->client));
    if (sim_host.now_us < world->until_us)
      due = MIN (due, person->act_us);
  }
  if (world->app == NULL)
    due = MIN (due, world->start_us);
  else
    due = MIN (due, MIN (kith_poller_next_due (world->app->poller), sim_store_due (world->app->store)));
  if (world->app != NULL && kithd_conns_has_busy (world->app->conns))
    due = 0;
  sim_host.now_us = MAX (due, sim_host.now_us + sim_pick (20, 200));
}

static void
step (World *world, gboolean verbose)
{
  gboolean acts = sim_host.now_us < world->until_us;
  make_chaos (world, verbose);
  heal (world);
  if (world->room_us != 0 && sim_host.now_us >= world->room_us) {
    sim_disk.room = -1;
    world->room_us = 0;
  }
  for (guint i = 0; i < world->people->len; i++)
    run_person (world, world->people->pdata[i], acts);
  run_server (world);
  advance (world);
}

/* ---- the verdict ---- */

/* Of the room, as people.h describes events. */
static GPtrArray *
read_log (gint64 room)
{
  static const char query[] = "SELECT seq, kind || ' ' || sender || ' ' || iif (nonce IS NULL, '-', lower (hex (nonce))) || ' ' || target FROM "
                              "(SELECT conversation, seq, kind, sender, nonce, target FROM event"
                              " UNION ALL SELECT conversation, seq, 'message', sender, nonce, 0 FROM recent) "
                              "WHERE conversation = ? ORDER BY seq";
  GPtrArray *log = g_ptr_array_new_with_free_func (g_free);
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  if (sqlite3_open_v2 (stage.file, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
      sqlite3_prepare_v2 (db, query, -1, &statement, NULL) == SQLITE_OK) {
    sqlite3_bind_int64 (statement, 1, room);
    while (sqlite3_step (statement) == SQLITE_ROW) {
      if (sqlite3_column_int64 (statement, 0) != log->len + 1)
        people_complain ("a gap in the log before %d", (int) sqlite3_column_int64 (statement, 0));
      g_ptr_array_add (log, g_strdup ((const char *) sqlite3_column_text (statement, 1)));
    }
  } else {
    people_complain ("the log cannot be read: %s", sqlite3_errmsg (db));
  }
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return log;
}

static void
judge_nonces (GPtrArray *log)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < log->len; i++) {
    g_auto (GStrv) words = g_strsplit (log->pdata[i], " ", 4);
    if (g_str_equal (words[2], "-"))
      continue;
    if (!g_hash_table_add (known, g_strconcat (words[1], " ", words[2], NULL)))
      people_complain ("twice in the log: \"%s\"", (char *) log->pdata[i]);
  }
}

static gboolean
is_settled (World *world)
{
  gint64 last = 0;
  if (!world->healed || world->app == NULL)
    return FALSE;
  for (guint i = 0; i < world->people->len; i++)
    last = MAX (last, ((Person *) world->people->pdata[i])->seen->len);
  for (guint i = 0; i < world->people->len; i++)
    if (!person_is_settled (world->people->pdata[i], last))
      return FALSE;
  return TRUE;
}

static void
judge (World *world)
{
  g_autoptr (GError) error = NULL;
  gint64 room = ((Person *) world->people->pdata[0])->room;
  g_autoptr (GPtrArray) log = read_log (room);
  judge_nonces (log);
  for (guint i = 0; i < world->people->len; i++)
    person_judge (world->people->pdata[i], log);
  if (!kithd_examine (stage.file, TRUE, &error))
    people_complain ("%s", error->message);
  world->n_events = log->len;
  for (guint i = 0; i < log->len; i++)
    world->digest = world->digest * 31 + g_str_hash (log->pdata[i]);
}

/* ---- a schedule ---- */

static void
fill_disk (GBytes *database)
{
  gsize size = 0;
  const void *bytes = g_bytes_get_data (database, &size);
  sim_disk = (SimDisk){.disk = disk_new (), .dying = -1, .room = -1};
  DiskFile *file = disk_open (sim_disk.disk, stage.file, TRUE);
  disk_file_write (sim_disk.disk, file, 0, bytes, size);
  disk_sync (sim_disk.disk, file, TRUE);
  disk_sync (sim_disk.disk, NULL, TRUE);
}

static void
begin_world (World *world, guint32 seed, GBytes *database)
{
  sim_host_begin (seed);
  sim_net_begin ();
  fill_disk (database);
  *world = (World){.config = make_config (), .people = g_ptr_array_new_with_free_func (person_free)};
  world->until_us = sim_host.now_us + CHAOS_US;
  world->chaos_us = sim_host.now_us + sim_pick (1000, G_TIME_SPAN_SECOND);
}

static void
end_world (World *world)
{
  g_ptr_array_unref (world->people);
  end_server (world, FALSE);
  kithd_config_free (world->config);
  sim_net_end ();
  g_clear_pointer (&sim_disk.disk, disk_free);
  sim_host_end ();
}

static World
play (guint32 seed, gboolean verbose)
{
  World world;
  begin_world (&world, seed, stage.database);
  for (guint i = 0; i < stage.people->len; i++)
    g_ptr_array_add (world.people, person_copy (stage.people->pdata[i]));
  while (people_complaint == NULL && !is_settled (&world) && sim_host.now_us < world.until_us + SETTLE_US)
    step (&world, verbose);
  if (people_complaint == NULL && !is_settled (&world))
    people_complain ("it has not come to rest");
  if (people_complaint == NULL)
    judge (&world);
  end_world (&world);
  return world;
}

/* ---- the stage ---- */

static void
run_until (World *world, gboolean (*is_so) (World *))
{
  world->until_us = 0; /* nothing goes wrong, and nobody writes */
  gint64 latest = sim_host.now_us + SETTLE_US;
  while (people_complaint == NULL && !is_so (world)) {
    step (world, FALSE);
    if (sim_host.now_us > latest)
      people_complain ("the stage cannot be set");
  }
}

static gboolean
all_ready (World *world)
{
  for (guint i = 0; i < world->people->len; i++)
    if (kith_client_state (((Person *) world->people->pdata[i])->client) != KITH_CLIENT_READY)
      return FALSE;
  return TRUE;
}

static gboolean
has_room (World *world)
{
  return ((Person *) world->people->pdata[0])->room != 0;
}

static gboolean
all_joined (World *world)
{
  return ((Person *) world->people->pdata[0])->seen->len == PEOPLE;
}

/* An empty database, by the store's own hand, on the real disk: its name is there for those who only look for it. */
static GBytes *
make_empty_database (void)
{
  g_autoptr (GError) error = NULL;
  char *bytes = NULL;
  gsize size = 0;
  if (!kithd_store_prepare (stage.directory, stage.file, &error) ||
      !g_file_get_contents (stage.file, &bytes, &size, &error) || truncate (stage.file, 1 << 30) != 0)
    g_error ("no database in %s: %s", stage.directory, error != NULL ? error->message : "it cannot grow");
  return g_bytes_new_take (bytes, size);
}

static GBytes *
read_disk (void)
{
  const DiskFile *file = disk_open (sim_disk.disk, stage.file, FALSE);
  gsize size = (gsize) disk_file_size (file);
  guint8 *bytes = g_malloc (size);
  disk_file_read (file, 0, bytes, size);
  return g_bytes_new_take (bytes, size);
}

static void
set_stage (void)
{
  static const char *const handles[PEOPLE] = {"ada", "bob", "cleo"};
  World world;
  stage.directory = g_dir_make_tmp ("kith-simulation-XXXXXX", NULL);
  g_assert (stage.directory != NULL);
  stage.file = kithd_store_file (stage.directory);
  stage.people = g_ptr_array_new_with_free_func (person_free);
  g_autoptr (GBytes) empty = make_empty_database ();
  sim_disk_install ();
  begin_world (&world, 0, empty);
  for (guint i = 0; i < PEOPLE; i++) {
    Person *person = person_new (i);
    g_ptr_array_add (world.people, person);
    person_start (person);
    person_join_server (person, handles[i]);
  }
  run_until (&world, all_ready);
  person_make_room (world.people->pdata[0], "plans");
  run_until (&world, has_room);
  for (guint i = 1; i < PEOPLE; i++)
    person_join_room (world.people->pdata[i], ((Person *) world.people->pdata[0])->room);
  run_until (&world, all_joined);
  run_until (&world, all_ready);
  for (guint i = 0; i < PEOPLE; i++)
    g_ptr_array_add (stage.people, person_copy (world.people->pdata[i]));
  stop_server (&world);
  stage.database = read_disk ();
  end_world (&world);
}

static void
strike_stage (void)
{
  test_remove_tree (stage.directory);
  g_ptr_array_unref (stage.people);
  g_bytes_unref (stage.database);
  g_free (stage.file);
  g_free (stage.directory);
}

/* ---- the program ---- */

typedef struct {
  gint seconds, jobs;
  gint64 seed; /* -1: not given */
  gboolean brief;
} Wishes;

static gboolean
parse (int argc, char **argv, Wishes *wishes, GError **error)
{
  const GOptionEntry entries[] = {
      {"seconds", 's', 0, G_OPTION_ARG_INT, &wishes->seconds, "how long (60)", "N"},
      {"jobs", 'j', 0, G_OPTION_ARG_INT, &wishes->jobs, "processes at once (as many as there are processors)", "N"},
      {"seed", 0, 0, G_OPTION_ARG_INT64, &wishes->seed, "one schedule: this one, told in detail", "N"},
      {"brief", 0, 0, G_OPTION_ARG_NONE, &wishes->brief, "as a test: seeds from a list, then fresh ones for some seconds", NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- schedules of a server, its clients and their bad luck");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, &argc, &argv, error);
}

static int
report_failure (guint32 seed)
{
  g_printerr ("simulation: seed %u: %s\nTo repeat it: ./dev soak --simulate --seed %u\n", seed, people_complaint->message, seed);
  g_clear_error (&people_complaint);
  return 1;
}

static int
play_one (guint32 seed)
{
  World world = play (seed, TRUE);
  if (people_complaint != NULL)
    return report_failure (seed);
  g_print ("seed %u: %u events, digest %016" G_GINT64_MODIFIER "x\n", seed, world.n_events, world.digest);
  return 0;
}

static void
print_totals (double seconds, guint32 first)
{
  g_print ("%" G_GUINT64_FORMAT " schedules in %.1f s (%.0f a minute), fresh seeds from %u on; %" G_GUINT64_FORMAT " events;",
           totals->schedules, seconds, (double) totals->schedules * 60 / MAX (seconds, 0.001), first, totals->events);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_print (" %s %" G_GUINT64_FORMAT "%s", kinds[i].name, totals->chaos[i], i + 1 < G_N_ELEMENTS (kinds) ? "," : "\n");
}

/* Every jobs-th seed, from the job's own on. */
static int
play_share (const Wishes *wishes, guint job, guint32 first)
{
  g_autoptr (GTimer) timer = g_timer_new ();
  guint fixed = wishes->brief ? G_N_ELEMENTS (fixed_seeds) : 0;
  for (guint n = job; (n < fixed + 1 || g_timer_elapsed (timer, NULL) < wishes->seconds) && !totals->failed;
       n += (guint) wishes->jobs) {
    guint32 seed = n < fixed ? fixed_seeds[n] : first + n - fixed;
    guint events = play (seed, FALSE).n_events;
    if (people_complaint != NULL) {
      totals->failed = TRUE;
      return report_failure (seed);
    }
    __atomic_add_fetch (&totals->schedules, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch (&totals->events, events, __ATOMIC_RELAXED);
  }
  return 0;
}

static int
wait_for_jobs (void)
{
  int status, failed = 0;
  while (wait (&status) > 0)
    failed |= !WIFEXITED (status) || WEXITSTATUS (status) != 0;
  return failed;
}

static int
play_many (const Wishes *wishes)
{
  g_autoptr (GTimer) timer = g_timer_new ();
  g_autoptr (GRand) rand = g_rand_new ();
  guint32 first = g_rand_int (rand) & 0x3fffffff;
  for (guint job = 1; job < (guint) wishes->jobs; job++)
    if (fork () == 0)
      _exit (play_share (wishes, job, first));
  int failed = play_share (wishes, 0, first);
  failed |= wait_for_jobs ();
  if (!failed)
    print_totals (g_timer_elapsed (timer, NULL), first);
  return failed;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Wishes wishes = {.seconds = 60, .jobs = (gint) g_get_num_processors (), .seed = -1};
  if (!parse (argc, argv, &wishes, &error)) {
    g_printerr ("simulation: %s\n", error->message);
    return 2;
  }
  if (wishes.brief)
    wishes.seconds = 5, wishes.jobs = 1;
  totals = mmap (NULL, sizeof *totals, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (totals == MAP_FAILED)
    g_error ("no memory to count in");
  kithd_log_configure (FALSE, G_LOG_LEVEL_ERROR);
  set_stage ();
  int status = people_complaint != NULL ? report_failure (0)
               : wishes.seed >= 0       ? play_one ((guint32) wishes.seed)
                                        : play_many (&wishes);
  strike_stage ();
  return status;
}
