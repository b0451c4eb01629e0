/* test-error.c - the list of errors is complete, and its words are what the wire says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "proto/error.h"

static void
every_error_has_a_word_and_a_sentence (void **state)
{
  for (guint i = 0; i < KITH_N_ERRORS; i++) {
    const char *code = kith_error_code ((KithError) i), *sentence = kith_error_sentence ((KithError) i);
    KithError back = KITH_N_ERRORS;
    assert_non_null (code);
    assert_non_null (sentence);
    assert_int_equal (strspn (code, "abcdefghijklmnopqrstuvwxyz_"), strlen (code));
    assert_true (g_str_has_suffix (sentence, "."));
    assert_true (kith_error_from_code (code, &back)); /* and so no word stands for two errors */
    assert_int_equal (back, i);
  }
}

static void
words_are_the_names (void **state)
{
  assert_string_equal (kith_error_code (KITH_ERROR_BAD_FRAME), "bad_frame");
  assert_string_equal (kith_error_code (KITH_ERROR_NOT_MEMBER), "not_member");
  assert_string_equal (kith_error_code (KITH_ERROR_REGISTRATION_CLOSED), "registration_closed");
  assert_string_equal (kith_error_code (KITH_ERROR_INTERNAL), "internal");
}

static void
unknown_words_and_numbers_are_harmless (void **state)
{
  KithError out = KITH_ERROR_DELETED;
  assert_false (kith_error_from_code ("", &out));
  assert_false (kith_error_from_code ("Bad_Frame", &out));
  assert_false (kith_error_from_code ("made_up", &out));
  assert_int_equal (out, KITH_ERROR_DELETED);
  assert_string_equal (kith_error_code ((KithError) 9999), "internal");
  assert_string_equal (kith_error_code ((KithError) -1), "internal");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (every_error_has_a_word_and_a_sentence),
      cmocka_unit_test (words_are_the_names),
      cmocka_unit_test (unknown_words_and_numbers_are_harmless),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
