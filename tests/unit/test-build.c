/* test-build.c - what is built of a frame, as json-c writes it again; and what is written without json-c. That it is what json-c's own parser makes of any
 * frame is for fuzz-scan. */
#include "support/check.h"

#include <string.h>

#include "proto/build.h"
#include "proto/limits.h"
#include "proto/scan.h"

static void
assert_built (const char *frame, const char *expected)
{
  const KithScanLimits limits = {KITH_TOKENS_TO_SERVER, KITH_DEPTH};
  g_autofree char *exact = g_memdup2 (frame, strlen (frame)); /* so that a sanitizer sees one byte too far */
  g_autoptr (KithValue) values = NULL;
  CHECK ((values = kith_scan (exact, strlen (frame), &limits, &error)) != NULL);
  json_object *root = kith_build (values);
  assert_string_equal (json_object_to_json_string_ext (root, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
                       expected);
  json_object_put (root);
  g_autofree char *written = g_malloc0 (strlen (frame) + 1);
  assert_ptr_equal (kith_value_write (written, values), written + strlen (expected));
  assert_string_equal (written, expected);
}

static void
test_values (void **state)
{
  assert_built ("{}", "{}");
  assert_built (" { \"a\" : [ ] , \"b\" : { } } ", "{\"a\":[],\"b\":{}}");
  assert_built ("{\"a\":[true,false,null,\"\"],\"b\":{\"c\":{\"d\":[1,[2]]}}}",
                "{\"a\":[true,false,null,\"\"],\"b\":{\"c\":{\"d\":[1,[2]]}}}");
}

static void
test_numbers (void **state)
{
  assert_built ("{\"a\":[0,-0,7,-7,9223372036854775807,-9223372036854775807]}",
                "{\"a\":[0,0,7,-7,9223372036854775807,-9223372036854775807]}");
  assert_built ("{\"a\":[1.50,-2e3,1E+2]}", "{\"a\":[1.50,-2e3,1E+2]}");
}

static void
test_texts (void **state)
{
  assert_built ("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "{\"a\":\"\\\"\\\\/\\b\\f\\n\\r\\t\"}");
  assert_built ("{\"\\u0061\\u00e9\":\"x\\u20acy\"}", "{\"a\303\251\":\"x\342\202\254y\"}");
  assert_built ("{\"a\":\"\\ud83d\\ude00\360\237\230\200\"}", "{\"a\":\"\360\237\230\200\360\237\230\200\"}");
  /* U+1DD00 and U+2DD00: json-c's own parser takes them for halves of something. */
  assert_built ("{\"a\":\"\\ud837\\udd00\\ud877\\udd00\"}", "{\"a\":\"\360\235\264\200\360\255\264\200\"}");
}

static void
test_long_key (void **state)
{
  for (gsize length = 60; length < 70; length++) {
    g_autofree char *key = g_strnfill (length, 'k'), *frame = g_strdup_printf ("{\"%s\":1,\"b\":2}", key);
    assert_built (frame, frame);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (test_values), cmocka_unit_test (test_numbers),
                                     cmocka_unit_test (test_texts), cmocka_unit_test (test_long_key)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
