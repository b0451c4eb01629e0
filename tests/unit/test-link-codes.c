/* test-link-codes.c - codes are short, good once, for a while, one for an account, however they are typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "secret/link-codes.h"

static int
set_up (void **state)
{
  *state = kithd_link_codes_new ();
  return 0;
}

static int
tear_down (void **state)
{
  kithd_link_codes_free (*state);
  return 0;
}

static void
good_once (void **state)
{
  char code[KITHD_LINK_CODE_TEXT];
  assert_true (kithd_link_codes_make (*state, 7, 0, code));
  assert_int_equal (strlen (code), 9);
  assert_int_equal (code[4], '-');
  assert_int_equal (kithd_link_codes_take (*state, code, 1), 7);
  assert_int_equal (kithd_link_codes_take (*state, code, 1), 0);
}

static void
good_for_a_while (void **state)
{
  char code[KITHD_LINK_CODE_TEXT];
  assert_true (kithd_link_codes_make (*state, 7, 0, code));
  assert_int_equal (kithd_link_codes_take (*state, code, KITHD_LINK_CODE_US), 0);
  assert_true (kithd_link_codes_make (*state, 7, 0, code));
  assert_int_equal (kithd_link_codes_take (*state, code, KITHD_LINK_CODE_US - 1), 7);
}

static void
one_for_an_account (void **state)
{
  char first[KITHD_LINK_CODE_TEXT], second[KITHD_LINK_CODE_TEXT], other[KITHD_LINK_CODE_TEXT];
  assert_true (kithd_link_codes_make (*state, 7, 0, first));
  assert_true (kithd_link_codes_make (*state, 8, 0, other));
  assert_true (kithd_link_codes_make (*state, 7, 1, second));
  assert_int_equal (kithd_link_codes_take (*state, first, 2), 0);
  assert_int_equal (kithd_link_codes_take (*state, second, 2), 7);
  assert_int_equal (kithd_link_codes_take (*state, other, 2), 8);
}

static void
however_it_is_typed (void **state)
{
  char code[KITHD_LINK_CODE_TEXT];
  assert_true (kithd_link_codes_make (*state, 7, 0, code));
  g_autofree char *lower = g_ascii_strdown (code, -1);
  g_autofree char *spaced = g_strdup_printf (" %.4s %s ", lower, lower + 5);
  assert_int_equal (kithd_link_codes_take (*state, "", 1), 0);
  assert_int_equal (kithd_link_codes_take (*state, "no code at all", 1), 0);
  assert_int_equal (kithd_link_codes_take (*state, spaced, 1), 7);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)
  const struct CMUnitTest tests[] = {TEST (good_once), TEST (good_for_a_while), TEST (one_for_an_account),
                                     TEST (however_it_is_typed)};
  return cmocka_run_group_tests_name ("link-codes", tests, NULL, NULL);
}
