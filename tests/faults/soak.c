/* soak.c - people write and read while one thing after the other goes wrong with the host, the network and the clock;
 * and the verdict: what was acknowledged is stored, all readers saw one order, without a gap, nothing twice (load.h).
 *
 * It goes by episodes. An episode is a server with data of its own and a number of rounds; its seed decides what happens in each
 * round, how hard, and what a power cut leaves. --seed repeats one: the same faults with the same parameters, though threads and
 * processes meet at other moments. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "faults/rig.h"
#include "net/socket.h"
#include "plays/load.h"
#include "support/proxy.h"

#define SOAK_ERROR (g_quark_from_static_string ("soak"))
#define POSTERS 3
#define READERS 2
#define WINDOW 16
#define SMALL_MIB 192
#define CROWD 64
#define PAUSE_MS 3000 /* how long a fault may last that keeps everybody from posting */

static const guint32 fixed_seeds[] = {3, 11};

typedef struct {
  Rig *rig;
  Load *load;
  TestProxy *proxy;
  GRand *rand;
  char *pin;
} Episode;

typedef struct {
  guint64 posts, refused, syncs, deaths, kept, lost, torn, names_lost;
} Sums;

static Sums sums;

/* What this machine does not permit. It is said behind the sums; ./dev test repeats lines that begin so. */
#define NOT_TRIED "NOT TRIED: "
static gboolean lacks_file_system, lacks_descriptor_limit, lacks_memory_limit;

static guint
pick (Episode *episode, guint from, guint to)
{
  return (guint) g_rand_int_range (episode->rand, (gint32) from, (gint32) to + 1);
}

/* ---- the end of a server, and the next one ---- */

/* A power cut or not: who signed in before must find the same server. */
static gboolean
start_again (Episode *episode, GError **error)
{
  if (!rig_start (episode->rig, error))
    return FALSE;
  if (episode->load != NULL)
    load_resume_connecting (episode->load);
  if (g_strcmp0 (episode->pin, episode->rig->server->pin) == 0)
    return TRUE;
  g_set_error (error, SOAK_ERROR, 0, "the server has another key than before");
  return FALSE;
}

static gboolean
end_by_kill (Episode *episode, GError **error)
{
  load_pause_connecting (episode->load);
  test_server_kill (episode->rig->server);
  return rig_note_end (episode->rig, error) && start_again (episode, error);
}

static gboolean
end_by_power_cut (Episode *episode, GError **error)
{
  DiskLoss loss = {0};
  if (episode->load != NULL)
    load_pause_connecting (episode->load);
  if (!rig_cut_power (episode->rig, episode->rand, &loss, error))
    return FALSE;
  sums.kept += loss.kept;
  sums.lost += loss.lost;
  sums.torn += loss.torn;
  sums.names_lost += loss.names_lost;
  return start_again (episode, error);
}

static gboolean
end_by_stop (Episode *episode, GError **error)
{
  load_pause_connecting (episode->load);
  return test_server_stop (episode->rig->server, 0, error) && rig_note_end (episode->rig, error) &&
         start_again (episode, error);
}

static gboolean
end_somehow (Episode *episode, GError **error)
{
  static gboolean (*const ends[]) (Episode *, GError **) = {end_by_kill, end_by_power_cut, end_by_stop};
  return ends[pick (episode, 0, G_N_ELEMENTS (ends) - 1)](episode, error);
}

/* ---- what goes wrong ---- */

static gboolean
do_kill (Episode *episode, GError **error)
{
  return load_linger (episode->load, pick (episode, 1, 300), PAUSE_MS, error) && end_by_kill (episode, error);
}

static gboolean
do_power_cut (Episode *episode, GError **error)
{
  return load_linger (episode->load, pick (episode, 1, 300), PAUSE_MS, error) && end_by_power_cut (episode, error);
}

static gboolean
do_stop (Episode *episode, GError **error)
{
  return load_linger (episode->load, pick (episode, 1, 300), PAUSE_MS, error) && end_by_stop (episode, error);
}

static gboolean
do_slow_sync (Episode *episode, GError **error)
{
  FaultControl *control = episode->rig->control;
  control->sync_delay_us = pick (episode, 1, 60) * G_TIME_SPAN_MILLISECOND;
  gboolean good = load_linger (episode->load, pick (episode, 10, 100), PAUSE_MS, error);
  control->sync_delay_us = 0;
  return good;
}

/* What a failed sync has left undone shows when the power fails behind it. */
static gboolean
do_failing_sync (Episode *episode, GError **error)
{
  FaultControl *control = episode->rig->control;
  control->sync_failures = pick (episode, 0, 3) == 0 ? -1 : (int32_t) pick (episode, 1, 4);
  gboolean good = load_linger (episode->load, 100000, PAUSE_MS, error) &&
                  load_linger (episode->load, pick (episode, 1, 50), 300, error);
  control->sync_failures = 0;
  return good && end_somehow (episode, error);
}

static gboolean
do_full_disk (Episode *episode, GError **error)
{
  Rig *rig = episode->rig;
  gboolean good = rig_set_room (rig, pick (episode, 0, 400) * 1024, error) &&
                  load_linger (episode->load, 100000, PAUSE_MS, error) &&
                  load_linger (episode->load, 1, 200, error);
  if (!rig_set_room (rig, -1, good ? error : NULL) || !good)
    return FALSE;
  return pick (episode, 0, 2) != 0 || end_somehow (episode, error);
}

static pid_t
process (Episode *episode)
{
  return (pid_t) test_child_number (episode->rig->server->child);
}

static void
set_limit (Episode *episode, __rlimit_resource_t what, rlim_t soft, struct rlimit *before, gboolean *lacks)
{
  pid_t pid = process (episode);
  struct rlimit now = {0};
  gboolean known = prlimit (pid, what, NULL, &now) == 0;
  if (known) {
    *before = now;
    now.rlim_cur = MIN (soft, now.rlim_max);
  }
  if (!known || prlimit (pid, what, &now, NULL) != 0)
    *lacks = *lacks || errno != ESRCH; /* it has just ended: that is none of the limit's business */
}

static void
lift_limit (Episode *episode, __rlimit_resource_t what, const struct rlimit *before)
{
  if (before->rlim_max != 0 && test_server_is_running (episode->rig->server))
    prlimit (process (episode), what, before, NULL);
}

static guint
count_descriptors (Episode *episode)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", (int) process (episode));
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;
  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Strangers who connect and say nothing. */
static void
fill_crowd (Episode *episode, KithSocket crowd[CROWD])
{
  KithAddress to;
  gboolean known = kith_address_parse (episode->rig->server->address, 0, &to, NULL);
  for (guint i = 0; i < CROWD; i++)
    crowd[i] = known ? kith_socket_connect (&to, NULL) : KITH_SOCKET_NONE;
}

static void
drop_crowd (KithSocket crowd[CROWD])
{
  for (guint i = 0; i < CROWD; i++)
    kith_socket_close (crowd[i]);
}

/* Everybody comes back while there is hardly a descriptor. Connections stand above 1,024, so the limit that counts is there. */
static gboolean
do_descriptors (Episode *episode, GError **error)
{
  struct rlimit before = {0};
  guint high = pick (episode, 0, 1) != 0 ? 1024 : 0;
  KithSocket crowd[CROWD];
  set_limit (episode, RLIMIT_NOFILE, high + count_descriptors (episode) - POSTERS - READERS + pick (episode, 0, 4), &before,
             &lacks_descriptor_limit);
  test_proxy_cut (episode->proxy);
  fill_crowd (episode, crowd);
  gboolean good = load_linger (episode->load, pick (episode, 5, 50), PAUSE_MS / 3, error);
  drop_crowd (crowd);
  lift_limit (episode, RLIMIT_NOFILE, &before);
  return good;
}

/* GLib ends the program when there is no memory: that is a kill at an unlucky moment. */
static gboolean
do_memory (Episode *episode, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", (int) process (episode)), *text = NULL;
  struct rlimit before = {0};
  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  KithSocket crowd[CROWD];
  rlim_t size = (rlim_t) strtoull (text, NULL, 10) * 4096;
  set_limit (episode, RLIMIT_AS, size + pick (episode, 0, 2048) * 1024, &before, &lacks_memory_limit);
  test_proxy_cut (episode->proxy);
  fill_crowd (episode, crowd);
  gboolean good = load_linger (episode->load, pick (episode, 100, 1000), PAUSE_MS / 3, error);
  drop_crowd (crowd);
  if (test_server_is_running (episode->rig->server)) {
    lift_limit (episode, RLIMIT_AS, &before);
    return good && end_somehow (episode, error);
  }
  sums.deaths++;
  return good && end_by_kill (episode, error);
}

static gboolean
do_cut (Episode *episode, GError **error)
{
  gboolean good = load_linger (episode->load, pick (episode, 1, 100), PAUSE_MS, error);
  if (pick (episode, 0, 1) != 0)
    test_proxy_cut_after (episode->proxy, pick (episode, 1, 20000));
  good = good && load_linger (episode->load, pick (episode, 1, 200), PAUSE_MS, error);
  test_proxy_cut_after (episode->proxy, 0);
  test_proxy_cut (episode->proxy);
  return good;
}

static gboolean
do_stall (Episode *episode, GError **error)
{
  test_proxy_set_stalled (episode->proxy, TRUE);
  gboolean good = load_linger (episode->load, 100000, pick (episode, 50, 500), error);
  if (pick (episode, 0, 2) == 0)
    good = good && end_somehow (episode, error);
  test_proxy_set_stalled (episode->proxy, FALSE);
  return good;
}

static gboolean
do_bytewise (Episode *episode, GError **error)
{
  test_proxy_set_chunk (episode->proxy, pick (episode, 1, 3));
  gboolean good = load_linger (episode->load, pick (episode, 1, 20), PAUSE_MS, error);
  test_proxy_set_chunk (episode->proxy, 0);
  return good;
}

static gboolean
do_clock_jump (Episode *episode, GError **error)
{
  static const gint64 spans[] = {G_TIME_SPAN_SECOND, G_TIME_SPAN_HOUR, G_TIME_SPAN_DAY, 3650 * G_TIME_SPAN_DAY};
  gint64 jump = spans[pick (episode, 0, G_N_ELEMENTS (spans) - 1)] * pick (episode, 1, 3);
  episode->rig->control->clock_offset_us = pick (episode, 0, 1) != 0 ? jump : -jump;
  return load_linger (episode->load, pick (episode, 1, 100), PAUSE_MS, error);
}

static struct {
  const char *name;
  gboolean (*run) (Episode *episode, GError **error);
  guint64 done;
} kinds[] = {
    {"kill", do_kill, 0},
    {"power-cut", do_power_cut, 0},
    {"stop", do_stop, 0},
    {"slow-sync", do_slow_sync, 0},
    {"failing-sync", do_failing_sync, 0},
    {"full-disk", do_full_disk, 0},
    {"descriptors", do_descriptors, 0},
    {"memory", do_memory, 0},
    {"cut", do_cut, 0},
    {"stall", do_stall, 0},
    {"bytewise", do_bytewise, 0},
    {"clock-jump", do_clock_jump, 0},
};

/* ---- an episode ---- */

typedef struct {
  gint seconds, rounds;
  gint64 seed; /* -1: not given */
  char **only;
  gboolean brief, quiet;
} Wishes;

/* Sometimes the power fails before anybody has come: what it has said then holds as well. */
static gboolean
begin_server (Episode *episode, GError **error)
{
  guint cuts = pick (episode, 0, 2);
  if (!rig_start (episode->rig, error))
    return FALSE;
  episode->pin = g_strdup (episode->rig->server->pin);
  for (guint i = 0; i < cuts; i++)
    if (!end_by_power_cut (episode, error))
      return FALSE;
  return TRUE;
}

static gboolean
begin (Episode *episode, GError **error)
{
  episode->rig = rig_new (SMALL_MIB);
  lacks_file_system = lacks_file_system || !episode->rig->small;
  load_configure (episode->rig->server);
  if (!begin_server (episode, error))
    return FALSE;
  episode->proxy = test_proxy_new (episode->rig->server->address, error);
  if (episode->proxy == NULL)
    return FALSE;
  const LoadOptions options = {
      .posters = POSTERS,
      .readers = READERS,
      .window = WINDOW,
      .address = test_proxy_address (episode->proxy),
      .patient = TRUE,
  };
  episode->load = load_new (episode->rig->server, &options, error);
  if (episode->load != NULL)
    load_start (episode->load);
  return episode->load != NULL;
}

static guint
pick_kind (Episode *episode, char *const *only)
{
  guint kind = pick (episode, 0, G_N_ELEMENTS (kinds) - 1);
  while (only != NULL && !g_strv_contains ((const char *const *) only, kinds[kind].name))
    kind = pick (episode, 0, G_N_ELEMENTS (kinds) - 1);
  return kind;
}

/* After each fault posting goes on. */
static gboolean
play_rounds (Episode *episode, const Wishes *wishes, gint64 deadline, GError **error)
{
  for (gint round = 0; round < wishes->rounds && g_get_monotonic_time () < deadline; round++) {
    guint kind = pick_kind (episode, wishes->only);
    if (!wishes->quiet)
      g_print ("  %s\n", kinds[kind].name);
    if (!kinds[kind].run (episode, error) || !load_wait (episode->load, 1, error)) {
      g_prefix_error (error, "round %d, %s: ", round + 1, kinds[kind].name);
      return FALSE;
    }
    kinds[kind].done++;
  }
  return TRUE;
}

static gboolean
finish (Episode *episode, GError **error)
{
  g_autofree char *said = NULL, *file = g_build_filename (episode->rig->server->data, "kith.db", NULL);
  if (!load_finish (episode->load, error) || !test_server_stop (episode->rig->server, 0, error))
    return FALSE;
  if (test_server_command (episode->rig->server, &said, "check", file, NULL) == 0)
    return TRUE;
  g_set_error (error, SOAK_ERROR, 0, "kithd check: %s", said);
  return FALSE;
}

static gboolean
play (guint32 seed, const Wishes *wishes, gint64 deadline, GError **error)
{
  Episode episode = {.rand = g_rand_new_with_seed (seed)};
  gboolean good = begin (&episode, error) && play_rounds (&episode, wishes, deadline, error) && finish (&episode, error);
  if (episode.rig != NULL && !good)
    g_prefix_error (error, "the disk was %s; ", episode.rig->small ? "a small file system" : "simulated");
  if (episode.load != NULL) {
    sums.posts += load_acknowledged (episode.load);
    sums.refused += load_refused (episode.load);
  }
  if (episode.rig != NULL)
    sums.syncs += (guint64) episode.rig->control->n_syncs;
  test_server_kill (episode.rig->server);
  load_free (episode.load);
  test_proxy_free (episode.proxy);
  rig_free (episode.rig);
  g_rand_free (episode.rand);
  g_free (episode.pin);
  return good;
}

static void
print_sums (guint episodes)
{
  g_print ("%u episodes:", episodes);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_print (" %s %" G_GUINT64_FORMAT "%s", kinds[i].name, kinds[i].done, i + 1 < G_N_ELEMENTS (kinds) ? "," : "\n");
  g_print ("%" G_GUINT64_FORMAT " posts acknowledged, %" G_GUINT64_FORMAT " refused; %" G_GUINT64_FORMAT " syncs; died %" G_GUINT64_FORMAT
           " times without memory\n",
           sums.posts, sums.refused, sums.syncs, sums.deaths);
  g_print ("of what was not synced when the power failed: %" G_GUINT64_FORMAT " writes kept, %" G_GUINT64_FORMAT " lost, %" G_GUINT64_FORMAT
           " torn, %" G_GUINT64_FORMAT " names lost\n",
           sums.kept, sums.lost, sums.torn, sums.names_lost);
}

static void
print_lacks (void)
{
  if (lacks_file_system)
    g_print (NOT_TRIED "a full disk on a file system: a tmpfs cannot be mounted here (run it as root, or by unshare --user --map-root-user --mount). "
             "kithd was only told that the disk is full.\n");
  if (lacks_descriptor_limit)
    g_print (NOT_TRIED "hardly a descriptor: the limit of kithd cannot be changed here.\n");
  if (lacks_memory_limit)
    g_print (NOT_TRIED "hardly memory: the limit of kithd cannot be changed here.\n");
}

/* ---- the program ---- */

static gboolean
parse (int argc, char **argv, Wishes *wishes, GError **error)
{
  const GOptionEntry entries[] = {
      {"seconds", 's', 0, G_OPTION_ARG_INT, &wishes->seconds, "how long (60)", "N"},
      {"seed", 0, 0, G_OPTION_ARG_INT64, &wishes->seed, "one episode: this one", "N"},
      {"rounds", 0, 0, G_OPTION_ARG_INT, &wishes->rounds, "faults in an episode (20)", "N"},
      {"only", 0, 0, G_OPTION_ARG_STRING_ARRAY, &wishes->only, "these faults alone; can be given again", "KIND"},
      {"brief", 0, 0, G_OPTION_ARG_NONE, &wishes->brief, "as a test: seeds from a list, and a fresh one", NULL},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &wishes->quiet, "do not name each fault", NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- everything goes wrong while people write");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, &argc, &argv, error);
}

/* The seed of the next episode; FALSE: that was all. */
static gboolean
next_seed (const Wishes *wishes, guint episode, guint32 *seed)
{
  *seed = g_random_int () & G_MAXINT32;
  if (wishes->seed >= 0) {
    *seed = (guint32) wishes->seed;
    return episode == 0;
  }
  if (wishes->brief && episode < G_N_ELEMENTS (fixed_seeds))
    *seed = fixed_seeds[episode];
  return !wishes->brief || episode <= G_N_ELEMENTS (fixed_seeds);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Wishes wishes = {.seconds = 60, .rounds = 20, .seed = -1};
  guint episode = 0;
  guint32 seed;
  if (!parse (argc, argv, &wishes, &error)) {
    g_printerr ("soak: %s\n", error->message);
    return 2;
  }
  if (wishes.brief)
    wishes.rounds = MIN (wishes.rounds, 6);
  gint64 deadline = wishes.seed >= 0 || wishes.brief ? G_MAXINT64 : g_get_monotonic_time () + wishes.seconds * G_USEC_PER_SEC;
  for (; g_get_monotonic_time () < deadline && next_seed (&wishes, episode, &seed); episode++) {
    g_print ("episode %u, seed %u\n", episode + 1, seed);
    if (!play (seed, &wishes, deadline, &error)) {
      g_printerr ("soak: seed %u: %s\nTo repeat it: ./dev soak --seed %u\n", seed, error->message, seed);
      return 1;
    }
  }
  print_sums (episode);
  print_lacks ();
  return 0;
}
