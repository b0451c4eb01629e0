/* failures.c - each fallible call of five plays fails once: the system's, and the allocations of SQLite, OpenSSL and
 * json-c (GLib ends the program when it gets no memory, by its own rule). A first run writes down every call, named by
 * its kind and by who makes it, through whom; then, for each name, a run in which it fails. What the play expects may
 * fail then, of course. But kithd must not crash, complain of itself, or (under AddressSanitizer) leak; nobody may wait
 * for ever; and what it told anybody is in its database, which is sound (witness.h). */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults/control.h"
#include "faults/rig.h"
#include "faults/witness.h"

#define PATIENCE_S "12"
#define SAMPLES 4 /* of each play, in brief */

static const char *const plays[] = {"durable", "post", "edit", "invite-kick", "search"};

static const char *const call_names[FAULT_N_CALLS] = {
    "open",   "read",     "write",   "fsync", "ftruncate", "stat",  "unlink",    "rename",      "mkdir",        "mmap",
    "fcntl",  "socket",   "bind",    "listen", "accept",   "connect", "send",    "recv",        "sockopt", "sockname",
    "epoll",  "wait",     "pipe",    "thread", "random",   "sqlite", "openssl", "json-c",
};

typedef struct {
  guint32 call;
  guint64 site;
  gint64 times; /* that it was called */
} Call;

/* Of all processes. */
typedef struct {
  gint64 runs, reached, by_call[FAULT_N_CALLS];
  gint failures;
} Sums;

static Sums *sums;

typedef struct {
  gint jobs;
  gint64 seed;
  gboolean brief, every;
  char **kinds; /* NULL: all */
  char *only; /* "PLAY CALL SITE TIME" */
} Wishes;

/* ---- one run ---- */

typedef struct {
  char *directory, *script, *page, *calls, *kept, *transcript, *said;
  FaultControl *control;
} Run;

/* A script in the place of kithd, so that nothing else gets the preload. */
static void
write_script (Run *run)
{
  const char *asan = g_getenv ("ASAN_OPTIONS");
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\nLD_PRELOAD='%s' " FAULTS_ENVIRONMENT "='%s' ASAN_OPTIONS='%s:verify_asan_link_order=0' exec '%s' \"$@\"\n",
                                           FAULTS_PRELOAD, run->page, asan != NULL ? asan : "", KITHD_PATH);
  if (!g_file_set_contents_full (run->script, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL))
    g_error ("%s cannot be written", run->script);
}

static void
run_begin (Run *run)
{
  *run = (Run){.directory = g_dir_make_tmp ("kith-failures-XXXXXX", NULL)};
  if (run->directory == NULL)
    g_error ("no temporary directory");
  run->script = g_build_filename (run->directory, "kithd", NULL);
  run->page = g_build_filename (run->directory, "page", NULL);
  run->calls = g_build_filename (run->directory, "calls", NULL);
  run->kept = g_build_filename (run->directory, "kept", NULL);
  run->transcript = g_build_filename (run->directory, "transcript", NULL);
  run->control = rig_map_page (run->page);
  g_strlcpy (run->control->calls, run->calls, FAULTS_PATH);
  write_script (run);
}

static void
run_end (Run *run)
{
  char *texts[] = {run->directory, run->script, run->page, run->calls, run->kept, run->transcript, run->said};
  munmap (run->control, sizeof *run->control);
  test_remove_tree (run->directory);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}

/* Whether the play came to its end. */
static gboolean
run_play (Run *run, const char *play)
{
  g_autofree char *file = g_strdup_printf ("%s/%s.play", PLAYS, play), *out = NULL, *err = NULL;
  char *words[] = {(char *) RUN_PLAY, file, NULL};
  g_auto (GStrv) environment = g_get_environ ();
  environment = g_environ_setenv (environment, "KITHD", run->script, TRUE);
  environment = g_environ_setenv (environment, "KITH_KEEP", run->kept, TRUE);
  environment = g_environ_setenv (environment, "KITH_TRANSCRIPT", run->transcript, TRUE);
  environment = g_environ_setenv (environment, "KITH_PATIENCE_S", PATIENCE_S, TRUE);
  int status = 0;
  if (!g_spawn_sync (NULL, words, environment, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, NULL))
    g_error ("%s cannot be run", RUN_PLAY);
  run->said = g_strconcat (out, err, NULL);
  return status == 0;
}

/* ---- counting ---- */

static guint
hash_call (gconstpointer key)
{
  const Call *call = key;
  return (guint) (call->site ^ (call->site >> 32)) + call->call;
}

static gboolean
same_call (gconstpointer a, gconstpointer b)
{
  const Call *x = a, *y = b;
  return x->call == y->call && x->site == y->site;
}

/* The different calls of a play, in the order in which they first came. */
static GPtrArray *
count_calls (const char *play, char *const *kinds, GError **error)
{
  Run run;
  g_autofree char *text = NULL;
  gsize size = 0;
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) known = g_hash_table_new (hash_call, same_call);
  run_begin (&run);
  run.control->mode = FAULT_CALLS_COUNT;
  gboolean done = run_play (&run, play) && g_file_get_contents (run.calls, &text, &size, NULL);
  if (!done)
    g_set_error (error, g_quark_from_static_string ("failures"), 0, "%s does not run by itself:\n%s", play, run.said);
  for (gsize at = 0; done && size - at >= sizeof (FaultCallRecord); at += sizeof (FaultCallRecord)) {
    FaultCallRecord record;
    memcpy (&record, text + at, sizeof record);
    Call call = {record.call, record.site, 0}, *there = g_hash_table_lookup (known, &call);
    if (kinds != NULL && !g_strv_contains ((const char *const *) kinds, call_names[record.call]))
      continue;
    if (there == NULL) {
      there = g_memdup2 (&call, sizeof call);
      g_ptr_array_add (calls, there);
      g_hash_table_add (known, there);
    }
    there->times++;
  }
  run_end (&run);
  return done ? g_steal_pointer (&calls) : NULL;
}

/* ---- failing ---- */

static gboolean
fail_call (const char *play, const Call *call, gint64 time)
{
  Run run;
  g_autoptr (GError) error = NULL;
  run_begin (&run);
  run.control->mode = FAULT_CALLS_FAIL;
  run.control->call = call->call;
  run.control->site = call->site;
  run.control->countdown = time;
  run_play (&run, play);
  const Evidence evidence = {run.kept, run.transcript, run.said, run.control->crash};
  gboolean good = witness_judge (&evidence, &error);
  __atomic_add_fetch (&sums->runs, 1, __ATOMIC_RELAXED);
  __atomic_add_fetch (&sums->reached, run.control->n_failed > 0, __ATOMIC_RELAXED);
  __atomic_add_fetch (&sums->by_call[call->call], run.control->n_failed > 0, __ATOMIC_RELAXED);
  if (!good) {
    __atomic_add_fetch (&sums->failures, 1, __ATOMIC_RELAXED);
    g_printerr ("%s, %s: %s\nTo repeat it: ./dev soak --failures --only '%s %u %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "'\n",
                play, call_names[call->call], error->message, play, call->call, call->site, time);
  }
  run_end (&run);
  return good;
}

/* Each call the first time that it is made; with every, each time. */
static void
walk_share (const char *play, GPtrArray *calls, const Wishes *wishes, guint job)
{
  guint n = 0;
  for (guint i = 0; i < calls->len; i++) {
    const Call *call = calls->pdata[i];
    for (gint64 time = 1; time <= (wishes->every ? call->times : 1); time++)
      if (n++ % (guint) wishes->jobs == job)
        fail_call (play, call, time);
  }
}

static void
walk (const char *play, GPtrArray *calls, const Wishes *wishes)
{
  for (guint job = 1; job < (guint) wishes->jobs; job++)
    if (fork () == 0) {
      walk_share (play, calls, wishes, job);
      _exit (0);
    }
  walk_share (play, calls, wishes, 0);
  while (wait (NULL) > 0)
    ;
}

static void
sample (const char *play, GPtrArray *calls, GRand *rand)
{
  for (guint i = 0; i < SAMPLES; i++) {
    const Call *call = calls->pdata[g_rand_int_range (rand, 0, (gint32) calls->len)];
    fail_call (play, call, g_rand_int_range (rand, 1, (gint32) MIN (call->times, 50) + 1));
  }
}

/* ---- the program ---- */

static gboolean
parse (int argc, char **argv, Wishes *wishes, GError **error)
{
  const GOptionEntry entries[] = {
      {"jobs", 'j', 0, G_OPTION_ARG_INT, &wishes->jobs, "processes at once (as many as there are processors)", "N"},
      {"every", 0, 0, G_OPTION_ARG_NONE, &wishes->every, "fail each call each time that it is made: takes days", NULL},
      {"kind", 'k', 0, G_OPTION_ARG_STRING_ARRAY, &wishes->kinds, "these calls alone; can be given again", "NAME"},
      {"only", 0, 0, G_OPTION_ARG_STRING, &wishes->only, "one run, as a failure names it", "'PLAY CALL SITE TIME'"},
      {"brief", 0, 0, G_OPTION_ARG_NONE, &wishes->brief, "as a test: some calls of each play, by chance", NULL},
      {"seed", 0, 0, G_OPTION_ARG_INT64, &wishes->seed, "of the chance", "N"},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- each fallible call of five plays fails once");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, &argc, &argv, error);
}

static void
run_only (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 4);
  if (g_strv_length (words) != 4 || strtoul (words[1], NULL, 10) >= FAULT_N_CALLS)
    g_error ("--only wants 'PLAY CALL SITE TIME'");
  Call call = {(guint32) strtoul (words[1], NULL, 10), g_ascii_strtoull (words[2], NULL, 10), 1};
  fail_call (words[0], &call, g_ascii_strtoll (words[3], NULL, 10));
}

static gboolean
run_plays (const Wishes *wishes, GError **error)
{
  guint32 seed = wishes->seed >= 0 ? (guint32) wishes->seed : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  if (wishes->brief)
    g_print ("seed %u\n", seed);
  for (guint i = 0; i < G_N_ELEMENTS (plays); i++) {
    g_autoptr (GPtrArray) calls = count_calls (plays[i], wishes->kinds, error);
    if (calls == NULL)
      return FALSE;
    g_print ("%s: %u different calls\n", plays[i], calls->len);
    if (wishes->brief)
      sample (plays[i], calls, rand);
    else
      walk (plays[i], calls, wishes);
  }
  return TRUE;
}

static void
print_sums (void)
{
  g_print ("%" G_GINT64_FORMAT " runs, in %" G_GINT64_FORMAT " of them the call was made and failed:", sums->runs, sums->reached);
  for (guint i = 0; i < FAULT_N_CALLS; i++)
    if (sums->by_call[i] > 0)
      g_print (" %s %" G_GINT64_FORMAT ",", call_names[i], sums->by_call[i]);
  g_print ("\n%d wrong\n", sums->failures);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Wishes wishes = {.jobs = (gint) g_get_num_processors (), .seed = -1};
  sums = mmap (NULL, sizeof *sums, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (sums == MAP_FAILED)
    g_error ("no memory to count in");
  if (!parse (argc, argv, &wishes, &error)) {
    g_printerr ("failures: %s\n", error->message);
    return 2;
  }
  if (wishes.only != NULL)
    run_only (wishes.only);
  else if (!run_plays (&wishes, &error))
    g_printerr ("failures: %s\n", error->message);
  print_sums ();
  g_free (wishes.only);
  g_strfreev (wishes.kinds);
  return error != NULL || sums->failures > 0;
}
