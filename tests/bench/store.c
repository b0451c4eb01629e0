/* store.c - what a message costs the store's threads: posts to many conversations in turn, so many in flight; and how long it takes when they come
 * at a fixed rate instead.
 *
 *     bench-store [MESSAGES [CONVERSATIONS [IN_FLIGHT [PER_SECOND [FILE]]]]]     by hand: 100000 200 40; the test takes a few and judges no time
 *
 * FILE: its lines are the messages, by turns; else they differ in their number alone. PER_SECOND 0: as fast as it goes. */
#include "support/stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report.h"
#include "bench/target.h"
#include "client/random.h"
#include "proto/id.h"
#include "support/check.h"

typedef struct {
  Stored *stored;
  guint conversations, posted;
  gint64 *people, *rooms;
  char **lines; /* what is posted; NULL: always the same */
  guint n_lines;
} Hall;

static void
read_lines (Hall *hall, const char *file)
{
  g_autofree char *text = NULL;
  CHECK (g_file_get_contents (file, &text, NULL, &error));
  hall->lines = g_strsplit (g_strstrip (text), "\n", -1);
  hall->n_lines = g_strv_length (hall->lines);
}

static void
furnish (Hall *hall)
{
  hall->stored = stored_new ();
  hall->people = g_new (gint64, hall->conversations);
  hall->rooms = g_new (gint64, hall->conversations);
  for (guint i = 0; i < hall->conversations; i++) {
    g_autofree char *name = g_strdup_printf ("name%u", i);
    KithdChange *change = stored_register (name, 0);
    for (guint k = 0; k < sizeof i; k++)
      change->device.token_hash[k] = (guint8) (i >> 8 * k);
    hall->people[i] = stored_done (hall->stored, change)->account_id;
    hall->rooms[i] = stored_room (hall->stored, hall->people[i], name);
  }
}

static char *
make_text (const Hall *hall, guint number)
{
  if (hall->lines != NULL)
    return g_strdup (hall->lines[number % hall->n_lines]);
  return g_strdup_printf ("%010u Shall we have lunch together at half past twelve?", number);
}

/* As a post of a client. */
static KithdChange *
make_post (Hall *hall)
{
  char nonce[KITH_NONCE_TEXT];
  guint number = hall->posted++, place = number % hall->conversations;
  g_autofree char *text = make_text (hall, number);
  KithdChange *change = stored_message (hall->rooms[place], hall->people[place], text);
  change->has_nonce = change->event->has_nonce = TRUE;
  kith_hex_parse (kith_random_nonce (nonce), change->nonce, sizeof change->nonce);
  memcpy (change->event->nonce, change->nonce, sizeof change->nonce);
  return change;
}

static void
post_all (Hall *hall, guint messages, guint in_flight)
{
  while (messages > 0) {
    GPtrArray *turn = g_ptr_array_new ();
    for (; turn->len < in_flight && messages > 0; messages--)
      g_ptr_array_add (turn, make_post (hall));
    stored_do_all (hall->stored, turn);
    for (guint i = 0; i < hall->stored->changes->len; i++)
      assert_int_equal (stored_code (hall->stored->changes->pdata[i]), -1);
    g_ptr_array_set_size (hall->stored->changes, 0);
  }
}

/* Since they were due: who comes late because the one before was late has waited, too. */
static guint
take_paced (Hall *hall, gint64 began, guint done, guint per_second, GArray *us)
{
  g_autoptr (GPtrArray) finished = kithd_store_take_changes (hall->stored->store);
  gint64 now = g_get_monotonic_time ();
  for (guint i = 0; i < finished->len; i++) {
    double took = (double) (now - began - (gint64) (done + i) * G_USEC_PER_SEC / per_second);
    assert_int_equal (stored_code (finished->pdata[i]), -1);
    g_array_append_val (us, took);
  }
  return finished->len;
}

static void
wait_paced (Stored *stored, gint64 until)
{
  g_mutex_lock (&stored->mutex);
  while (stored->signals == 0 && g_cond_wait_until (&stored->ready, &stored->mutex, until))
    ;
  stored->signals = 0;
  g_mutex_unlock (&stored->mutex);
}

static void
post_paced (Hall *hall, guint messages, guint per_second)
{
  g_autoptr (GArray) us = g_array_new (FALSE, FALSE, sizeof (double));
  gint64 began = g_get_monotonic_time ();
  for (guint posted = 0; us->len < messages;) {
    gint64 due = posted < messages ? began + (gint64) posted * G_USEC_PER_SEC / per_second : G_MAXINT64;
    if (due <= g_get_monotonic_time ()) {
      GPtrArray *one = g_ptr_array_new ();
      g_ptr_array_add (one, make_post (hall));
      kithd_store_submit (hall->stored->store, one);
      posted++;
    } else if (take_paced (hall, began, us->len, per_second, us) == 0)
      wait_paced (hall->stored, due);
  }
  printf ("%u messages, %u conversations, %u a second: committed after p50 %.0f, p95 %.0f, p98 %.0f, p99 %.0f, p99.9 %.0f us\n", messages, hall->conversations,
          per_second, report_percentile (us, 50), report_percentile (us, 95), report_percentile (us, 98), report_percentile (us, 99),
          report_percentile (us, 99.9));
}

int
main (int argc, char **argv)
{
  const Target self = {.pid = getpid ()};
  guint wanted[] = {100000, 200, 40, 0};
  for (int i = 1; i < argc && i <= (int) G_N_ELEMENTS (wanted); i++)
    wanted[i - 1] = MAX ((guint) strtoul (argv[i], NULL, 10), i < 4);
  Hall hall = {.conversations = wanted[1]};
  if (argc > 5)
    read_lines (&hall, argv[5]);
  furnish (&hall);
  post_all (&hall, wanted[0] / 10, wanted[2]);
  assert_true (kithd_store_settle_index (hall.stored->store));
  gint64 store = target_thread_cpu_ns (&self, "store-writer"), indexer = target_thread_cpu_ns (&self, "store-indexer");
  gint64 begun = g_get_monotonic_time ();
  post_all (&hall, wanted[0], wanted[2]);
  double took = (double) (g_get_monotonic_time () - begun) / G_USEC_PER_SEC;
  assert_true (kithd_store_settle_index (hall.stored->store));
  store = target_thread_cpu_ns (&self, "store-writer") - store;
  indexer = target_thread_cpu_ns (&self, "store-indexer") - indexer;
  printf ("%u messages, %u conversations, %u in flight: %.0f posts/s; CPU of the store %.2f us a message, of the indexer %.2f us\n", wanted[0],
          wanted[1], wanted[2], wanted[0] / took, (double) store / 1000 / wanted[0], (double) indexer / 1000 / wanted[0]);
  if (wanted[3] != 0)
    post_paced (&hall, wanted[0], wanted[3]);
  stored_free (hall.stored);
  g_free (hall.people);
  g_free (hall.rooms);
  g_strfreev (hall.lines);
  return 0;
}
