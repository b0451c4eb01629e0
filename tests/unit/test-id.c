/* test-id.c - ids and hex digits have one spelling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "proto/id.h"
#include "proto/limits.h"

static void
ids_are_written_and_read (void **state)
{
  static const gint64 ids[] = {1, 7, 10, 4711, G_MAXINT32, KITH_INTEGER_MAX};
  char text[KITH_ID_TEXT];
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    for (const char *prefix = "ucd"; *prefix != '\0'; prefix++) {
      gint64 back = 0;
      assert_ptr_equal (kith_id_format (ids[i], *prefix, text), text);
      assert_true (kith_id_parse (text, *prefix, &back));
      assert_int_equal (back, ids[i]);
      assert_false (kith_id_parse (text, 'x', &back));
    }
  assert_string_equal (kith_id_format (7, 'u', text), "u7");
  assert_string_equal (kith_id_format (KITH_INTEGER_MAX, 'c', text), "c9007199254740991");
}

static void
the_longest_number_fits (void **state)
{
  char text[KITH_ID_TEXT];
  assert_string_equal (kith_id_format (G_MININT64, 'u', text), "u-9223372036854775808");
}

static void
other_ids_are_refused (void **state)
{
  static const char *const bad[] = {
    "", "u", "7", "u0", "u07", "u-7", "u+7", "u 7", " u7", "u7 ", "u7x", "U7", "c7", "uu7", "u1.0", "u1e3",
    "u9007199254740992", "u18446744073709551617", "u99999999999999999999999999999999",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    gint64 out = -5;
    assert_false (kith_id_parse (bad[i], 'u', &out));
    assert_int_equal (out, -5);
  }
}

static void
hex_digits_are_written_and_read (void **state)
{
  guint8 bytes[256], back[256];
  char text[2 * sizeof bytes + 1];
  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) i;
  assert_ptr_equal (kith_hex_format (bytes, sizeof bytes, text), text);
  assert_int_equal (strlen (text), 512);
  assert_memory_equal (text, "000102030405060708090a0b", 24);
  assert_true (kith_hex_parse (text, back, sizeof back));
  assert_memory_equal (bytes, back, sizeof bytes);
  for (char *p = text; *p != '\0'; p++)
    *p = g_ascii_toupper (*p);
  assert_true (kith_hex_parse (text, back, sizeof back));
  assert_memory_equal (bytes, back, sizeof bytes);
}

static void
other_digits_are_refused (void **state)
{
  static const char *const bad[] = {
    "", "0", "00", "000", "00000", "000000", "00g0", "0x00", " 000", "00 0", "00-1", "\xd9\xa0\xd9\xa0",
  };
  guint8 out[2];
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_false (kith_hex_parse (bad[i], out, sizeof out));
  assert_true (kith_hex_parse ("fFaB", out, sizeof out));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (ids_are_written_and_read), cmocka_unit_test (the_longest_number_fits),
      cmocka_unit_test (other_ids_are_refused),    cmocka_unit_test (hex_digits_are_written_and_read),
      cmocka_unit_test (other_digits_are_refused),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
