/* test-value.c - members of a frame by name, and what is said when they are absent or something else. What is written of a frame is for
 * test-build. */
#include "support/check.h"

#include <string.h>

#include "proto/scan.h"

#define NONCE "00112233445566778899aabbccddeeff"

static KithValue *
values_of (const char *frame)
{
  const KithScanLimits limits = {KITH_TOKENS_TO_SERVER, KITH_DEPTH};
  g_autofree char *exact = g_memdup2 (frame, strlen (frame)); /* so that a sanitizer sees what outlives it */
  KithValue *values = NULL;
  CHECK ((values = kith_scan (exact, strlen (frame), &limits, &error)) != NULL);
  return values;
}

static void
test_members (void **state)
{
  g_autoptr (KithValue) frame = values_of ("{ \"text\":\"a\\u00e9\\n\\ud83d\\ude00\",\"object\":{\"list\":[1,[2,3],\"four\"],\"text\":\"in\"},"
                                           "\"number\":-42 ,\"yes\":true,\"no\":false,\"nothing\":null,\"\\u0077ho\":\"u7\",\"nonce\":\"" NONCE "\"}");
  const KithValue *object = kith_value_object (frame, "object"), *list = kith_value_array (object, "list");
  guint8 nonce[KITH_NONCE_BYTES];
  assert_string_equal (kith_value_string (frame, "text"), "a\303\251\n\360\237\230\200");
  assert_int_equal (kith_value_member (frame, "text")->length, 8);
  assert_string_equal (kith_value_string (object, "text"), "in");
  assert_int_equal (kith_value_integer (frame, "number", 3), -42);
  assert_true (kith_value_boolean (frame, "yes", FALSE));
  assert_false (kith_value_boolean (frame, "no", TRUE));
  assert_true (kith_value_has (frame, "nothing"));
  assert_int_equal (kith_value_id (frame, "who", 'u'), 7);
  assert_true (kith_value_nonce (frame, "nonce", nonce));
  assert_int_equal (nonce[15], 0xff);
  assert_int_equal (list->length, 3);
  assert_string_equal (kith_value_next (kith_value_next (kith_value_first (list)))->text, "four");
}

static void
test_absent (void **state)
{
  g_autoptr (KithValue) frame = values_of ("{\"text\":\"7\",\"number\":1.5,\"list\":[],\"object\":{\"inner\":1}}");
  guint8 nonce[KITH_NONCE_BYTES];
  assert_false (kith_value_has (frame, "inner"));
  assert_false (kith_value_has (frame, "tex"));
  assert_null (kith_value_string (frame, "texts"));
  assert_null (kith_value_string (frame, "number"));
  assert_null (kith_value_object (frame, "list"));
  assert_null (kith_value_array (frame, "object"));
  assert_null (kith_value_member (kith_value_member (frame, "list"), "text"));
  assert_null (kith_value_member (NULL, "text"));
  assert_int_equal (kith_value_integer (frame, "text", 3), 3);
  assert_int_equal (kith_value_integer (frame, "number", 3), 3);
  assert_true (kith_value_boolean (frame, "text", TRUE));
  assert_int_equal (kith_value_id (frame, "text", 'u'), 0);
  assert_false (kith_value_nonce (frame, "text", nonce));
}

static void
test_reference (void **state)
{
  KithValue *frame = values_of ("{\"text\":\"kept\"}"), *kept = kith_value_ref (frame);
  kith_value_unref (frame);
  assert_string_equal (kith_value_string (kept, "text"), "kept");
  kith_value_unref (kept);
  kith_value_unref (NULL);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (test_members), cmocka_unit_test (test_absent), cmocka_unit_test (test_reference)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
