/* search.c - what searching costs: fills a store, indexes it, looks for words of each kind and reads pages, and posts
 * with and without an index.
 *
 *     bench-search [MESSAGES]      1,000,000 by hand; the test takes a few thousand and judges no time */
#include "support/stored.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "proto/fold.h"
#include "support/check.h"

enum { ROOMS = 40, BATCH = 2000, ROUNDS = 20, IN_FLIGHT = 40 };

typedef struct {
  Stored *stored;
  gint64 people[10], rooms[ROOMS];
  GRand *random;
} Hall;

static double
seconds (void)
{
  return (double) g_get_monotonic_time () / G_USEC_PER_SEC;
}

static double
cpu_seconds (void)
{
  struct rusage used;
  getrusage (RUSAGE_SELF, &used);
  return (double) (used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         (double) (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* Words by their rank, the low ones often, as in languages. */
static void
append_word (Hall *hall, GString *text)
{
  static const char *const syllables[] = {"ka", "ri",  "to", "men", "sol", "ba",  "ne", "qu",
                                          "xi", "dor", "é",  "ul",  "ish", "pra", "vo", "ze"};
  guint rank =
      (guint) (30000 * g_rand_double (hall->random) * g_rand_double (hall->random) * g_rand_double (hall->random));
  for (guint left = rank + 1; left > 0; left /= G_N_ELEMENTS (syllables))
    g_string_append (text, syllables[left % G_N_ELEMENTS (syllables)]);
}

static KithdChange *
make_message (Hall *hall, guint i)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (gint n = g_rand_int_range (hall->random, 3, 25); n > 0; n--) {
    append_word (hall, text);
    g_string_append_c (text, ' ');
  }
  if (i % 1000 == 7)
    g_string_append_printf (text, "needle%u 東京%u", i, i);
  return stored_message (hall->rooms[g_rand_int_range (hall->random, 0, ROOMS)],
                         hall->people[g_rand_int_range (hall->random, 0, 10)], text->str);
}

static void
fill (Hall *hall, guint messages)
{
  for (guint done = 0; done < messages;) {
    GPtrArray *turn = g_ptr_array_new ();
    for (guint i = 0; i < BATCH && done < messages; i++)
      g_ptr_array_add (turn, make_message (hall, done++));
    stored_do_all (hall->stored, turn);
    g_ptr_array_set_size (hall->stored->changes, 0);
  }
}

static KithdRead *
make_search (Hall *hall, const char *text, gint64 from)
{
  KithdRead *read = stored_fetch (KITHD_READ_SEARCH, hall->people[0], 0, 0, 50);
  read->search = kithd_search_new ();
  g_ptr_array_unref (read->search->words);
  read->search->words = kith_fold_words (text);
  read->search->from = from;
  for (guint i = 0; i < ROOMS; i++) {
    KithdPlace *place = kithd_search_add_place (read->search, hall->rooms[i]);
    g_array_append_vals (place->ranges, read->ranges->data, 1);
  }
  return read;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

static void
report (const char *what, double *times, guint n, guint found, gboolean more)
{
  qsort (times, n, sizeof *times, compare);
  printf ("%-44s %4u%s  median %7.2f ms  worst %7.2f ms\n", what, found, more ? "+" : " ", times[n / 2] * 1000,
          times[n - 1] * 1000);
}

static void
measure_search (Hall *hall, const char *what, const char *text, gint64 from, gboolean must_find)
{
  double times[ROUNDS];
  guint found = 0;
  gboolean more = FALSE;
  for (guint i = 0; i < ROUNDS; i++) {
    double begun = seconds ();
    json_object *answer = stored_answer (hall->stored, make_search (hall, text, from));
    times[i] = seconds () - begun;
    found = stored_length (answer, "events");
    more = stored_flag (answer, "more");
    json_object_put (answer);
  }
  report (what, times, ROUNDS, found, more);
  assert_true (!must_find || found > 0);
}

static void
measure_page (Hall *hall)
{
  double times[ROUNDS];
  for (guint i = 0; i < ROUNDS; i++) {
    double begun = seconds ();
    gint64 before = stored_number (hall->stored, "SELECT max(seq) FROM event WHERE conversation = 12") / (i + 1) + 2;
    json_object_put (stored_answer (
        hall->stored, stored_fetch (KITHD_READ_FETCH_BEFORE, hall->people[0], hall->rooms[0], before, 50)));
    times[i] = seconds () - begun;
  }
  report ("a page of history", times, ROUNDS, 50, TRUE);
}

static void
measure_posts (Hall *hall, const char *what, guint batches)
{
  g_autofree double *times = g_new0 (double, batches);
  double cpu = cpu_seconds (), begun = seconds ();
  for (guint i = 0; i < batches; i++) {
    GPtrArray *turn = g_ptr_array_new ();
    for (guint k = 0; k < IN_FLIGHT; k++)
      g_ptr_array_add (turn, make_message (hall, k));
    double start = seconds ();
    stored_do_all (hall->stored, turn);
    times[i] = seconds () - start;
    g_ptr_array_set_size (hall->stored->changes, 0);
  }
  double took = seconds () - begun;
  kithd_store_settle_index (hall->stored->store);
  qsort (times, batches, sizeof *times, compare);
  printf ("%-30s %9.0f posts/s  batch of %d: median %6.2f ms  p99 %6.2f ms  CPU %5.1f us a post, indexing included\n",
          what, batches * IN_FLIGHT / took, IN_FLIGHT, times[batches / 2] * 1000, times[batches * 99 / 100] * 1000,
          (cpu_seconds () - cpu) * 1e6 / (batches * IN_FLIGHT));
}

static gint64
size_of (Hall *hall, const char *name)
{
  GStatBuf status = {0};
  g_autofree char *path = g_build_filename (hall->stored->directory, name, NULL);
  g_stat (path, &status);
  return status.st_size / 1024;
}

static void
furnish (Hall *hall)
{
  hall->stored = stored_new ();
  hall->random = g_rand_new_with_seed (1);
  for (guint i = 0; i < G_N_ELEMENTS (hall->people); i++) {
    g_autofree char *name = g_strdup_printf ("person%u", i);
    hall->people[i] = stored_person (hall->stored, name);
  }
  for (guint i = 0; i < ROOMS; i++) {
    g_autofree char *name = g_strdup_printf ("room%u", i);
    hall->rooms[i] = stored_room (hall->stored, hall->people[0], name);
  }
}

/* With a directory in the place of the index there is none. */
static void
measure_without (Hall *hall, guint batches)
{
  g_autofree char *file = g_build_filename (hall->stored->directory, "search.db", NULL);
  stored_close (hall->stored);
  g_unlink (file);
  g_mkdir (file, 0700);
  stored_open (hall->stored);
  kithd_store_settle_index (hall->stored->store);
  measure_posts (hall, "posts without an index", batches);
  stored_close (hall->stored);
  g_rmdir (file);
}

int
main (int argc, char **argv)
{
  Hall hall;
  guint messages = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 1000000, batches = CLAMP (messages / 400, 10, 500);
  furnish (&hall);
  double begun = seconds ();
  fill (&hall, messages);
  double filled = seconds ();
  assert_true (kithd_store_settle_index (hall.stored->store));
  printf ("%u messages stored in %.1f s, indexed %.1f s after that; kith.db %" G_GINT64_FORMAT
          " KiB, search.db %" G_GINT64_FORMAT " KiB\n",
          messages, filled - begun, seconds () - filled, size_of (&hall, "kith.db"), size_of (&hall, "search.db"));
  measure_search (&hall, "a word in one message of 1,000", "needle", 0, TRUE);
  measure_search (&hall, "one message", "needle7", 0, TRUE);
  measure_search (&hall, "part of many words", "kari", 0, TRUE);
  measure_search (&hall, "two characters, often", "qu", 0, TRUE);
  measure_search (&hall, "two characters, CJK", "東京", 0, TRUE);
  measure_search (&hall, "one character, CJK", "東", 0, TRUE);
  measure_search (&hall, "one letter", "x", 0, TRUE);
  measure_search (&hall, "two words, by one person", "kari tomen", hall.people[3], FALSE);
  measure_search (&hall, "often, but never together", "needle8 kari", 0, FALSE);
  measure_search (&hall, "grams that are everywhere, in another order", "karikarikarika", 0, FALSE);
  measure_search (&hall, "nothing", "wwwwww", 0, FALSE);
  measure_page (&hall);
  measure_posts (&hall, "posts with the index", batches);
  measure_without (&hall, batches);
  g_rand_free (hall.random);
  stored_free (hall.stored);
  return 0;
}
