/* failures.c - each fallible call of five plays fails once: the system's, and the allocations of SQLite, OpenSSL,
 * json-c and libc itself. GLib's own are not among them: it ends the program when it gets no memory, by its own rule.
 *
 * First every play is played once and every call written down, named by its kind and by who makes it, through whom. Then,
 * for each name, a run in which it fails, in the first play that makes it. What the play expects may fail then, of course.
 * But kithd must not crash, complain of itself, leave a descriptor open or (under AddressSanitizer) leak memory; nobody
 * may wait for ever; and what it told anybody is in its database, which is sound (witness.h). */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults/control.h"
#include "faults/rig.h"
#include "faults/witness.h"

#define FAILURES_ERROR (g_quark_from_static_string ("failures"))
#define PATIENCE_S "30" /* a player's, with sanitizers on a busy machine */
#define BRIEF_PLAYS 2
#define BRIEF_RUNS 60
#define BRIEF_S 20    /* behind that a brief form begins no further run */
#define BRIEF_LEAST 8 /* but so many it makes */
#define PROGRESS 500  /* runs */

static const char *const plays[] = {"post", "edit", "invite-kick", "search", "durable"}; /* the quickest first */

static const char *const call_names[FAULT_N_CALLS] = {
    [FAULT_OPEN] = "open",
    [FAULT_READ] = "read",
    [FAULT_WRITE] = "write",
    [FAULT_SYNC] = "fsync",
    [FAULT_TRUNCATE] = "ftruncate",
    [FAULT_STAT] = "stat",
    [FAULT_UNLINK] = "unlink",
    [FAULT_RENAME] = "rename",
    [FAULT_MKDIR] = "mkdir",
    [FAULT_MAP] = "mmap",
    [FAULT_FCNTL] = "fcntl",
    [FAULT_SOCKET] = "socket",
    [FAULT_BIND] = "bind",
    [FAULT_LISTEN] = "listen",
    [FAULT_ACCEPT] = "accept",
    [FAULT_CONNECT] = "connect",
    [FAULT_SEND] = "send",
    [FAULT_RECEIVE] = "recv",
    [FAULT_SOCKET_OPTION] = "sockopt",
    [FAULT_SOCKET_NAME] = "sockname",
    [FAULT_EPOLL] = "epoll",
    [FAULT_WAIT] = "wait",
    [FAULT_PIPE] = "pipe",
    [FAULT_THREAD] = "thread",
    [FAULT_RANDOM] = "random",
    [FAULT_MEMORY_SQLITE] = "sqlite",
    [FAULT_MEMORY_OPENSSL] = "openssl",
    [FAULT_MEMORY_JSON] = "json-c",
    [FAULT_MEMORY_LIBC] = "libc",
};

typedef struct {
  guint32 call;
  guint64 site;
  gint64 times;     /* that it is made in its play */
  const char *play; /* the first that makes it */
} Call;

/* One run: this call fails when it is made for that time. */
typedef struct {
  const Call *call;
  gint64 time;
} Attempt;

/* Of all processes. */
typedef struct {
  gint64 runs, reached, by_call[FAULT_N_CALLS];
  gint failures;
} Sums;

static Sums *sums;
static const char *program; /* as it was called: names of calls hold for one build */

typedef struct {
  gint jobs, from;
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

/* A script in the place of kithd, so that nothing else gets the preload. options: more for AddressSanitizer. */
static void
write_script (Run *run, const char *options)
{
  const char *asan = g_getenv ("ASAN_OPTIONS");
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\nLD_PRELOAD='%s' " FAULTS_ENVIRONMENT "='%s' ASAN_OPTIONS='%s:verify_asan_link_order=0%s' exec '%s' \"$@\"\n",
                                           FAULTS_PRELOAD, run->page, asan != NULL ? asan : "", options, KITHD_PATH);
  if (!g_file_set_contents_full (run->script, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL))
    g_error ("%s cannot be written", run->script);
}

static void
run_begin (Run *run, const char *options)
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
  write_script (run, options);
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

/* Plays a play, and gives what was written down; the caller frees. NULL: it does not come to its end. */
static char *
record_calls (const char *play, gsize *size, GError **error)
{
  Run run;
  char *text = NULL;
  run_begin (&run, "");
  run.control->mode = FAULT_CALLS_COUNT;
  gboolean done = run_play (&run, play);
  const Evidence evidence = {run.kept, run.transcript, run.said, run.control->crash};
  if (!done || !g_file_get_contents (run.calls, &text, size, NULL))
    g_set_error (error, FAILURES_ERROR, 0, "%s does not run by itself:\n%s", play, run.said);
  else if (!witness_judge (&evidence, error))
    g_clear_pointer (&text, g_free);
  run_end (&run);
  return text;
}

static gboolean
is_wanted (const Wishes *wishes, guint32 call)
{
  return wishes->kinds == NULL || g_strv_contains ((const char *const *) wishes->kinds, call_names[call]);
}

/* Adds those calls of a play that are not known yet, in the order in which they first come. */
static gboolean
count_calls (const char *play, const Wishes *wishes, GHashTable *known, GPtrArray *calls, GError **error)
{
  gsize size = 0;
  guint before = calls->len;
  g_autofree char *text = record_calls (play, &size, error);
  for (gsize at = 0; text != NULL && size - at >= sizeof (FaultCallRecord); at += sizeof (FaultCallRecord)) {
    FaultCallRecord record;
    memcpy (&record, text + at, sizeof record);
    Call call = {record.call, record.site, 0, play}, *there = g_hash_table_lookup (known, &call);
    if (!is_wanted (wishes, record.call))
      continue;
    if (there == NULL) {
      there = g_memdup2 (&call, sizeof call);
      g_ptr_array_add (calls, there);
      g_hash_table_add (known, there);
    }
    there->times += there->play == play;
  }
  if (text != NULL)
    g_print ("%s: %u calls that no play before it makes\n", play, calls->len - before);
  return text != NULL;
}

/* ---- failing ---- */

/* One run; whether the call was made in it. */
static gboolean
try_call (const Attempt *attempt, const char *options, GError **error)
{
  Run run;
  const Call *call = attempt->call;
  run_begin (&run, options);
  run.control->mode = FAULT_CALLS_FAIL;
  run.control->call = call->call;
  run.control->site = call->site;
  run.control->countdown = attempt->time;
  run_play (&run, call->play);
  const Evidence evidence = {run.kept, run.transcript, run.said, run.control->crash};
  gboolean reached = run.control->n_failed > 0;
  witness_judge (&evidence, error);
  run_end (&run);
  return reached;
}

/* A leak is looked at again, with whole stacks: only those tell what is the libraries' own (tests/lsan.supp), and they
 * take their time. */
static void
fail_call (const Attempt *attempt)
{
  g_autoptr (GError) error = NULL;
  const Call *call = attempt->call;
  gboolean reached = try_call (attempt, "", &error);
  if (error != NULL && witness_is_leak (error)) {
    g_clear_error (&error);
    try_call (attempt, ":fast_unwind_on_malloc=0", &error);
  }
  __atomic_add_fetch (&sums->runs, 1, __ATOMIC_RELAXED);
  __atomic_add_fetch (&sums->reached, reached, __ATOMIC_RELAXED);
  __atomic_add_fetch (&sums->by_call[call->call], reached, __ATOMIC_RELAXED);
  if (error == NULL)
    return;
  __atomic_add_fetch (&sums->failures, 1, __ATOMIC_RELAXED);
  g_printerr ("%s, %s: %s\nTo repeat it: %s --only '%s %u %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "'\n", call->play,
              call_names[call->call], error->message, program, call->play, call->call, call->site, attempt->time);
}

/* Each call the first time that it is made; with every, each time. */
static void
plan_all (GPtrArray *calls, const Wishes *wishes, GArray *plan)
{
  for (guint i = 0; i < calls->len; i++) {
    const Call *call = calls->pdata[i];
    for (gint64 time = 1; time <= (wishes->every ? call->times : 1); time++)
      g_array_append_val (plan, ((Attempt){call, time}));
  }
}

/* Any call of any kind: most calls by far allocate. */
static void
plan_some (GPtrArray *calls, GRand *rand, GArray *plan)
{
  g_autoptr (GPtrArray) kinds = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  for (guint32 kind = 0; kind < FAULT_N_CALLS; kind++) {
    GPtrArray *same = g_ptr_array_new ();
    for (guint i = 0; i < calls->len; i++)
      if (((const Call *) calls->pdata[i])->call == kind)
        g_ptr_array_add (same, calls->pdata[i]);
    if (same->len > 0)
      g_ptr_array_add (kinds, same);
    else
      g_ptr_array_unref (same);
  }
  while (kinds->len > 0 && plan->len < BRIEF_RUNS) {
    const GPtrArray *kind = kinds->pdata[g_rand_int_range (rand, 0, (gint32) kinds->len)];
    const Call *call = kind->pdata[g_rand_int_range (rand, 0, (gint32) kind->len)];
    g_array_append_val (plan, ((Attempt){call, g_rand_int_range (rand, 1, (gint32) MIN (call->times, 50) + 1)}));
  }
}

static void
walk_share (GArray *plan, const Wishes *wishes, gint64 deadline, guint job)
{
  for (guint n = (guint) MAX (wishes->from, 0) + job; n < plan->len; n += (guint) wishes->jobs) {
    if (n >= BRIEF_LEAST && g_get_monotonic_time () >= deadline)
      break;
    fail_call (&g_array_index (plan, Attempt, n));
    if (n % PROGRESS == 0 && n > 0)
      g_print ("%u of %u\n", n, plan->len);
  }
}

static void
walk (GArray *plan, const Wishes *wishes, gint64 deadline)
{
  for (guint job = 1; job < (guint) wishes->jobs; job++)
    if (fork () == 0) {
      walk_share (plan, wishes, deadline, job);
      _exit (0);
    }
  walk_share (plan, wishes, deadline, 0);
  while (wait (NULL) > 0)
    ;
}

/* ---- the program ---- */

static gboolean
parse (int argc, char **argv, Wishes *wishes, GError **error)
{
  const GOptionEntry entries[] = {
      {"jobs", 'j', 0, G_OPTION_ARG_INT, &wishes->jobs, "processes at once (as many as there are processors)", "N"},
      {"every", 0, 0, G_OPTION_ARG_NONE, &wishes->every, "fail each call each time that it is made: takes days", NULL},
      {"from", 0, 0, G_OPTION_ARG_INT, &wishes->from, "go on with a walk that has come so far", "N"},
      {"kind", 'k', 0, G_OPTION_ARG_STRING_ARRAY, &wishes->kinds, "these calls alone; can be given again", "NAME"},
      {"only", 0, 0, G_OPTION_ARG_STRING, &wishes->only, "one run, as a failure names it", "'PLAY CALL SITE TIME'"},
      {"brief", 0, 0, G_OPTION_ARG_NONE, &wishes->brief, "as a test: some calls of two plays by chance, for half a minute", NULL},
      {"seed", 0, 0, G_OPTION_ARG_INT64, &wishes->seed, "of the chance", "N"},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- each fallible call of five plays fails once");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, &argc, &argv, error);
}

static gboolean
run_only (const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 4);
  if (g_strv_length (words) != 4 || strtoul (words[1], NULL, 10) >= FAULT_N_CALLS) {
    g_set_error (error, FAILURES_ERROR, 0, "--only wants 'PLAY CALL SITE TIME', not '%s'", text);
    return FALSE;
  }
  const Call call = {(guint32) strtoul (words[1], NULL, 10), g_ascii_strtoull (words[2], NULL, 10), 1, words[0]};
  fail_call (&(Attempt){&call, g_ascii_strtoll (words[3], NULL, 10)});
  return TRUE;
}

static gboolean
run_plays (const Wishes *wishes, GError **error)
{
  guint32 seed = wishes->seed >= 0 ? (guint32) wishes->seed : g_random_int () & G_MAXINT32;
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) known = g_hash_table_new (hash_call, same_call);
  g_autoptr (GArray) plan = g_array_new (FALSE, FALSE, sizeof (Attempt));
  gint64 deadline = wishes->brief ? g_get_monotonic_time () + BRIEF_S * G_USEC_PER_SEC : G_MAXINT64;
  if (wishes->brief)
    g_print ("seed %u\n", seed);
  guint first = wishes->brief ? (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (plays)) : 0;
  for (guint i = 0; i < (wishes->brief ? BRIEF_PLAYS : G_N_ELEMENTS (plays)); i++)
    if (!count_calls (plays[(first + i) % G_N_ELEMENTS (plays)], wishes, known, calls, error))
      return FALSE;
  if (wishes->brief)
    plan_some (calls, rand, plan);
  else
    plan_all (calls, wishes, plan);
  walk (plan, wishes, deadline);
  return TRUE;
}

static void
print_sums (void)
{
  g_print ("%" G_GINT64_FORMAT " runs, in %" G_GINT64_FORMAT " of them the call was made, and failed:", sums->runs, sums->reached);
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
  program = argv[0];
  sums = mmap (NULL, sizeof *sums, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (sums == MAP_FAILED)
    g_error ("no memory to count in");
  if (!parse (argc, argv, &wishes, &error)) {
    g_printerr ("failures: %s\n", error->message);
    return 2;
  }
  if (!(wishes.only != NULL ? run_only (wishes.only, &error) : run_plays (&wishes, &error)))
    g_printerr ("failures: %s\n", error->message);
  print_sums ();
  g_free (wishes.only);
  g_strfreev (wishes.kinds);
  return error != NULL || sums->failures > 0;
}
