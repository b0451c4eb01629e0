/* test-gather.c - when the writer waits for more, with a clock of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "store/store-gather.h"

#define NOW G_GINT64_CONSTANT (5000000)

static void
the_first_one_does_not_wait (void **state)
{
  const KithdGather gather = {0};
  assert_int_equal (kithd_gather_until (&gather, 1, NOW), 0);
}

static void
who_writes_alone_never_waits (void **state)
{
  KithdGather gather = {0};
  for (gint64 now = NOW; now < NOW + 1000; now += 10) {
    kithd_gather_note (&gather, 1, 0, now);
    assert_int_equal (kithd_gather_until (&gather, 1, NOW), 0);
  }
}

static void
a_few_do_not_wait (void **state)
{
  KithdGather gather = {0};
  kithd_gather_note (&gather, KITHD_GATHER_MANY - 3, 2, NOW);
  assert_int_equal (kithd_gather_until (&gather, 2, NOW), 0);
}

/* First until the loop can have told them. */
static void
many_wait_for_those_who_were_answered (void **state)
{
  KithdGather gather = {0};
  const gint64 told = NOW + 30 * KITHD_GATHER_EACH;
  kithd_gather_note (&gather, 30, 10, NOW);
  assert_int_equal (kithd_gather_until (&gather, 10, NOW - 50), told + KITHD_GATHER_PAUSE);
  assert_int_equal (kithd_gather_until (&gather, 39, NOW + 100), told + KITHD_GATHER_PAUSE);
  assert_int_equal (kithd_gather_until (&gather, 40, NOW + 100), 0);
}

/* Not by threes and fours because the many need longer than a pause. */
static void
they_wait_as_long_as_others_come (void **state)
{
  KithdGather gather = {0};
  kithd_gather_note (&gather, 150, 50, NOW);
  gint64 came = NOW;
  for (guint waiting = 51; waiting < 200 && came < NOW + 3500; waiting++) {
    came += 25;
    assert_true (kithd_gather_until (&gather, waiting, came) > came + 25);
  }
  assert_int_equal (kithd_gather_until (&gather, 199, NOW + 3000), NOW + 3000 + KITHD_GATHER_PAUSE);
  assert_int_equal (kithd_gather_until (&gather, 199, NOW + KITHD_GATHER_LONGEST), NOW + KITHD_GATHER_LONGEST);
}

/* When they have gone, one batch waits in vain, and not for long; and nobody who comes later. */
static void
it_ends_by_itself (void **state)
{
  KithdGather gather = {0};
  kithd_gather_note (&gather, 200, 0, NOW);
  assert_in_range (kithd_gather_until (&gather, 3, NOW + 100), NOW, NOW + KITHD_GATHER_LONGEST);
  kithd_gather_note (&gather, 20, 0, NOW);
  assert_in_range (kithd_gather_until (&gather, 3, NOW + 100), NOW, NOW + 500);
  kithd_gather_note (&gather, 3, 0, NOW + 1000);
  assert_int_equal (kithd_gather_until (&gather, 1, NOW + 1000), 0);
}

/* The loop goes first, unless there is so much to do that it must not be put off again and again. */
static void
it_rests_behind_the_loop (void **state)
{
  KithdGather gather = {0};
  kithd_gather_note (&gather, 1, 0, NOW);
  assert_int_equal (kithd_rest_at (&gather, 0), 0);
  assert_in_range (kithd_rest_at (&gather, 1), NOW + 50, NOW + 250);
  assert_int_equal (kithd_rest_at (&gather, 2), NOW);
  assert_int_equal (kithd_rest_at (&gather, 100), NOW);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (the_first_one_does_not_wait), cmocka_unit_test (who_writes_alone_never_waits),
      cmocka_unit_test (a_few_do_not_wait),           cmocka_unit_test (many_wait_for_those_who_were_answered),
      cmocka_unit_test (they_wait_as_long_as_others_come),
      cmocka_unit_test (it_ends_by_itself),           cmocka_unit_test (it_rests_behind_the_loop),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
