/* test-store-nonces.c - a nonce is found for ever, wherever it lies: among the recent messages, in a run, in a row of its own. Random histories beside a
 * simple table of what was answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "proto/error.h"
#include "support/check.h"
#include "support/stored.h"

enum { PEOPLE = 3, TURNS = 400, TURN_MAX = 40, NONCE_BYTES = 16 };

typedef struct {
  gint64 account; /* the key, with the nonce */
  guint8 nonce[NONCE_BYTES], digest;
  gint64 seq;
} Known;

typedef struct {
  Stored *stored;
  GRand *random;
  gint64 room, people[PEOPLE];
  GPtrArray *known;
  guint32 clock;
} History;

/* Mostly newer than those before; some by chance, some before or far behind all others. */
static void
make_nonce (History *history, guint8 nonce[NONCE_BYTES])
{
  static const guint8 kinds[] = {1, 1, 1, 1, 1, 1, 1, 1, 0, 2};
  guint8 kind = kinds[g_rand_int_range (history->random, 0, G_N_ELEMENTS (kinds))];
  for (guint i = 0; i < NONCE_BYTES; i++)
    nonce[i] = (guint8) g_rand_int_range (history->random, 0, 256);
  history->clock += (guint32) g_rand_int_range (history->random, 0, 3); /* within one moment they are in no order */
  guint32 time = GUINT32_TO_BE (history->clock);
  nonce[0] = kind;
  if (kind == 1)
    memcpy (nonce + 1, &time, sizeof time);
}

static KithdChange *
set_nonce (KithdChange *change, const guint8 nonce[NONCE_BYTES], guint8 digest)
{
  stored_nonce (change, 0, digest);
  memcpy (change->nonce, nonce, NONCE_BYTES);
  memcpy (change->event->nonce, nonce, NONCE_BYTES);
  return change;
}

static gpointer
copy_known (const Known *known)
{
  Known *copy = g_new (Known, 1);
  *copy = *known;
  return copy;
}

static void
post_new (History *history, GPtrArray *turn, GPtrArray *expected)
{
  Known known = {.account = history->people[g_rand_int_range (history->random, 0, PEOPLE)], .digest = (guint8) g_rand_int_range (history->random, 0, 9)};
  make_nonce (history, known.nonce);
  gboolean quiet = g_rand_int_range (history->random, 0, 20) > 0; /* a topic brings everything to its place */
  KithdChange *change = quiet ? stored_message (history->room, known.account, "x")
                              : stored_event (KITHD_EVENT_TOPIC, history->room, known.account, 0, "x");
  g_ptr_array_add (turn, set_nonce (change, known.nonce, known.digest));
  g_ptr_array_add (expected, copy_known (&known));
}

/* What was asked before, or the same nonce for something else. */
static void
post_again (History *history, GPtrArray *turn, GPtrArray *expected)
{
  Known known = *(const Known *) history->known->pdata[g_rand_int_range (history->random, 0, (gint32) history->known->len)];
  if (g_rand_int_range (history->random, 0, 4) == 0) {
    known.digest = 99;
    known.seq = -1;
  }
  g_ptr_array_add (turn, set_nonce (stored_message (history->room, known.account, "x"), known.nonce, known.digest));
  g_ptr_array_add (expected, copy_known (&known));
}

static void
check_turn (History *history, guint first, GPtrArray *expected)
{
  for (guint i = 0; i < expected->len; i++) {
    const KithdChange *change = history->stored->changes->pdata[first + i];
    Known *known = expected->pdata[i];
    if (known->seq < 0) {
      assert_int_equal (stored_code (change), KITH_ERROR_NONCE_CONFLICT);
      continue;
    }
    assert_int_equal (stored_code (change), -1);
    assert_int_equal (change->repeated, known->seq != 0);
    if (known->seq != 0) {
      assert_int_equal (change->seq, known->seq);
      continue;
    }
    known->seq = change->seq;
    g_ptr_array_add (history->known, copy_known (known));
  }
}

static void
take_turn (History *history)
{
  GPtrArray *turn = g_ptr_array_new ();
  g_autoptr (GPtrArray) expected = g_ptr_array_new_with_free_func (g_free);
  for (gint32 n = g_rand_int_range (history->random, 1, TURN_MAX); n > 0; n--)
    if (history->known->len == 0 || g_rand_int_range (history->random, 0, 3) > 0)
      post_new (history, turn, expected);
    else
      post_again (history, turn, expected);
  guint first = history->stored->changes->len;
  stored_do_all (history->stored, turn);
  check_turn (history, first, expected);
}

static void
end_and_begin (History *history, gboolean killed)
{
  if (!killed) {
    stored_close (history->stored);
    stored_open (history->stored);
    return;
  }
  Stored *copy = stored_after_kill (history->stored);
  stored_free (history->stored);
  history->stored = copy;
}

static void
answers_are_found_for_ever (void **state)
{
  guint32 seed = g_random_int ();
  print_message ("seed %u\n", seed);
  History history = {.stored = stored_new (), .random = g_rand_new_with_seed (seed), .known = g_ptr_array_new_with_free_func (g_free)};
  for (guint i = 0; i < PEOPLE; i++) {
    g_autofree char *name = g_strdup_printf ("person%u", i);
    history.people[i] = stored_person (history.stored, name);
  }
  history.room = stored_room (history.stored, history.people[0], "plans");
  for (guint i = 1; i < PEOPLE; i++)
    stored_join (history.stored, history.room, history.people[i]);
  for (guint i = 0; i < TURNS; i++) {
    take_turn (&history);
    if (g_rand_int_range (history.random, 0, 40) == 0)
      end_and_begin (&history, g_rand_boolean (history.random));
  }
  stored_close (history.stored);
  CHECK (kithd_store_check (history.stored->file, &error));
  assert_true (stored_number (history.stored, "SELECT count(*) FROM nonce_run") > 0);
  assert_true (stored_number (history.stored, "SELECT count(*) FROM nonce WHERE account <> 0") > 0);
  stored_free (history.stored);
  g_rand_free (history.random);
  g_ptr_array_unref (history.known);
}

/* Sixteen in a row, where a sender's come in their order. */
static void
newer_ones_share_a_row (void **state)
{
  Stored *stored = stored_new ();
  gint64 ada = stored_person (stored, "ada"), room = stored_room (stored, ada, "plans");
  GPtrArray *turn = g_ptr_array_new ();
  for (guint8 i = 1; i <= 40; i++)
    g_ptr_array_add (turn, stored_nonce (stored_message (room, ada, "x"), i, i));
  stored_do_all (stored, turn);
  stored_close (stored);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM nonce_run"), 3);
  assert_int_equal (stored_number (stored, "SELECT sum(length(answers)) / 56 FROM nonce_run"), 40);
  CHECK (kithd_store_check (stored->file, &error));
  stored_change_file (stored, "UPDATE nonce_run SET last = zeroblob(16) WHERE id = 2");
  g_autoptr (GError) error = NULL;
  assert_false (kithd_store_check (stored->file, &error));
  assert_non_null (strstr (error->message, "nonces do not ascend"));
  stored_free (stored);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (answers_are_found_for_ever),
      cmocka_unit_test (newer_ones_share_a_row),
  };
  return cmocka_run_group_tests_name ("store-nonces", tests, NULL, NULL);
}
