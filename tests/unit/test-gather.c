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
  assert_int_equal (kithd_gather_until (&gather, 1), 0);
}

static void
who_writes_alone_never_waits (void **state)
{
  KithdGather gather = {0};
  for (gint64 now = NOW; now < NOW + 1000; now += 10) {
    kithd_gather_note (&gather, 1, 0, now);
    assert_int_equal (kithd_gather_until (&gather, 1), 0);
  }
}

static void
a_few_do_not_wait (void **state)
{
  KithdGather gather = {0};
  kithd_gather_note (&gather, KITHD_GATHER_MANY - 3, 2, NOW);
  assert_int_equal (kithd_gather_until (&gather, 2), 0);
}

static void
many_wait_for_those_who_were_answered (void **state)
{
  KithdGather gather = {0};
  kithd_gather_note (&gather, 30, 10, NOW);
  assert_int_equal (kithd_gather_until (&gather, 10), NOW + KITHD_GATHER_US);
  assert_int_equal (kithd_gather_until (&gather, 39), NOW + KITHD_GATHER_US);
  assert_int_equal (kithd_gather_until (&gather, 40), 0);
}

/* When they have gone, one batch waits in vain, and not for long; and nobody who comes later. */
static void
it_ends_by_itself (void **state)
{
  KithdGather gather = {0};
  kithd_gather_note (&gather, 200, 0, NOW);
  assert_in_range (kithd_gather_until (&gather, 3), NOW, NOW + 1000);
  kithd_gather_note (&gather, 3, 0, NOW + 1000);
  assert_int_equal (kithd_gather_until (&gather, 1), 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (the_first_one_does_not_wait), cmocka_unit_test (who_writes_alone_never_waits),
      cmocka_unit_test (a_few_do_not_wait),           cmocka_unit_test (many_wait_for_those_who_were_answered),
      cmocka_unit_test (it_ends_by_itself),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
