/* test-search-queue.c - one search at a time; accounts take turns, however much one of them asks; what may wait is
 * bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dispatch/search-queue.h"
#include "proto/error.h"

enum { OF_ACCOUNT = 4, OF_ALL = 128 };

static int
set_up (void **state)
{
  *state = kithd_search_queue_new ();
  return 0;
}

static int
tear_down (void **state)
{
  kithd_search_queue_free (*state);
  return 0;
}

/* 0: it was taken; else the code of the error. */
static int
add (KithdSearchQueue *queue, gint64 account, gint64 request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KithdRead) read = kithd_read_new (KITHD_READ_SEARCH, account);
  read->request = request;
  if (!kithd_search_queue_add (queue, read, &error))
    return error->code;
  g_steal_pointer (&read);
  return 0;
}

static void
expect_next (KithdSearchQueue *queue, gint64 account, gint64 request)
{
  g_autoptr (KithdRead) read = kithd_search_queue_take (queue);
  assert_non_null (read);
  assert_int_equal (read->account, account);
  assert_int_equal (read->request, request);
  assert_null (kithd_search_queue_take (queue));
  kithd_search_queue_done (queue);
}

static void
one_at_a_time (void **state)
{
  assert_null (kithd_search_queue_take (*state));
  assert_int_equal (add (*state, 1, 10), 0);
  assert_int_equal (add (*state, 1, 11), 0);
  expect_next (*state, 1, 10);
  expect_next (*state, 1, 11);
  assert_null (kithd_search_queue_take (*state));
}

static void
accounts_take_turns (void **state)
{
  for (gint64 i = 0; i < OF_ACCOUNT; i++)
    assert_int_equal (add (*state, 1, i), 0);
  assert_int_equal (add (*state, 2, 20), 0);
  assert_int_equal (add (*state, 3, 30), 0);
  expect_next (*state, 1, 0);
  expect_next (*state, 2, 20);
  assert_int_equal (add (*state, 2, 21), 0);
  expect_next (*state, 3, 30);
  expect_next (*state, 1, 1);
  expect_next (*state, 2, 21);
  expect_next (*state, 1, 2);
  expect_next (*state, 1, 3);
}

static void
an_account_has_a_few (void **state)
{
  for (gint64 i = 0; i < OF_ACCOUNT; i++)
    assert_int_equal (add (*state, 1, i), 0);
  assert_int_equal (add (*state, 1, 4), KITH_ERROR_RATE_LIMITED);
  assert_int_equal (add (*state, 2, 5), 0);
  expect_next (*state, 1, 0);
  assert_int_equal (add (*state, 1, 6), 0);
}

static void
all_have_a_number (void **state)
{
  for (gint64 i = 1; i <= OF_ALL; i++)
    assert_int_equal (add (*state, i, 0), 0);
  assert_int_equal (add (*state, OF_ALL + 1, 0), KITH_ERROR_UNAVAILABLE);
  expect_next (*state, 1, 0);
  assert_int_equal (add (*state, OF_ALL + 1, 0), 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown (one_at_a_time, set_up, tear_down),
      cmocka_unit_test_setup_teardown (accounts_take_turns, set_up, tear_down),
      cmocka_unit_test_setup_teardown (an_account_has_a_few, set_up, tear_down),
      cmocka_unit_test_setup_teardown (all_have_a_number, set_up, tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
