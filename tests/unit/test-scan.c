/* test-scan.c - what JSON is and what it is not, one row for each case. The ideas of the rows are those of
 * JSONTestSuite (https://github.com/nst/JSONTestSuite): y_ must be taken, n_ refused; where it leaves the choice (i_),
 * Kith is strict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <json-c/json.h>

#include "proto/error.h"
#include "proto/scan.h"

#define TEXT(literal) literal, sizeof literal - 1 /* keeps NULs */

static const KithScanLimits limits = {1000, 8};

/* The reason of a refusal, or NULL. */
static char *
scan (const char *data, gsize length, const KithScanLimits *within)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *exact = g_memdup2 (data, length); /* so that a sanitizer sees one byte too far */
  g_autoptr (KithValue) root = kith_scan (exact, length, within, &error);
  assert_int_equal (root != NULL, error == NULL);
  if (root != NULL)
    return NULL;
  assert_true (g_error_matches (error, KITH_ERROR, KITH_ERROR_BAD_FRAME));
  return g_strdup (error->message);
}

static void
assert_taken (const char *data, gsize length)
{
  g_autofree char *reason = scan (data, length, &limits);
  if (reason != NULL)
    fail_msg ("refused: %.*s: %s", (int) length, data, reason);
  json_tokener *parser = json_tokener_new ();
  json_tokener_set_flags (parser, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  json_object *root = json_tokener_parse_ex (parser, data, (int) length);
  assert_true (json_object_is_type (root, json_type_object));
  json_object_put (root);
  json_tokener_free (parser);
}

static void
assert_not_taken (const char *data, gsize length)
{
  g_autofree char *reason = scan (data, length, &limits);
  if (reason == NULL)
    fail_msg ("accepted: %.*s", (int) length, data);
}

/* clang-format off */
/* Values, tried as {"a":VALUE}, {"a":[VALUE]} and with white space around. */
static const char *const good_values[] = {
  "null", "true", "false", "{}", "[]", "\"\"", "0", "-0", "1", "-1", "12345678901234567", "9223372036854775807",
  "-9223372036854775807", "0.0", "-0.0", "0.5", "1.5", "123.456", "1e5", "1E5", "1e+5", "1e-5", "1.5e10", "1E22",
  "0e1", "0e+1", "-0e-1", "1e308", "1.7976931348623157e308", "-1e308", "1e-400", "1e-999999", "0e999999",
  "0.1e309", "0.00000000000000000000000000000000000000000000000000000000000000000000000001e3",
  "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798",
  "[1,2,3]", "[[],[[]],{}]", "[null,true,\"x\",{\"a\":1}]", "[1,null,null,2]", "[ ]", "{ }", "[ 1 , 2 ]",
  "{ \"x\" : 1 , \"y\" : 2 }", "\"text\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\\u00e9\\u20ac\\uFFFF\"",
  "\"\\ud83d\\ude00\"", "\"\\uD834\\uDd1e\"", "\"\\u0001\"", "\"\\u007f\"", "\"\\\\u0000\"", "\"\\uDBFF\\uDFFF\"",
  "\"\\u2028\"", "\"\\ufeff\"", "\"\x7f\"", "\"/\"", "\"'\"", "\"\xc3\xa9\"", "\"\xe2\x82\xac\"",
  "\"\xf0\x9f\x98\x80\"", "\"\xf4\x8f\xbf\xbf\"", "\"\xef\xbb\xbf\"", "\"\xe2\x80\xa8\"", "\"\xef\xbf\xbf\"",
  "\"\xc2\x80\"", "\"a\xc3\xa9\\n\xc3\xa9z\"", "{\"\":0}", "{\"a\":1,\"A\":2}",
  "{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1}}", "[{\"a\":1},{\"a\":1}]", "{\"a\":1,\"aa\":2,\"\":3}",
  "{\"\\u0061\":1,\"b\":2}",
};

static const char *const bad_values[] = {
  ",", "]", "}", "nul", "nulll", "Null", "NULL", "True", "TRUE", "tru", "falsee", "undefined", "NaN", "nan",
  "-NaN", "Infinity", "-Infinity", "inf", "+1", "++1", "--1", "-", "- 1", "+Inf", "01", "-01", "00", "007", "0x1",
  "0b1", "1_000", "1 000", "1.", "-1.", ".5", "-.5", "0.", "1..5", "1.5.5", "1.e5", "1e", "1e+", "1e-", "1E", "e5",
  "1e5.5", "1ee5", "1e+-5", "1.5e", "1a", "1,", "0e", "0.3e", "0e+", "2.e3", "\xef\xbc\x91", "1/2", "1e999",
  "-1e999", "1e309", "1.8e308", "123456789.5e301", "9223372036854775808", "-9223372036854775808",
  "18446744073709551615", "100000000000000000000000000000", "\"", "\"a", "a\"", "'a'", "'", "`a`", "\"\\\"",
  "\"\\", "\"\\x41\"", "\"\\a\"", "\"\\'\"", "\"\\0\"", "\"\\U0041\"", "\"\\u\"", "\"\\u1\"", "\"\\u12\"",
  "\"\\u123\"", "\"\\u123g\"", "\"\\u-123\"", "\"\\u 123\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"",
  "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"",
  "\"\\ud800\\udbff\"", "\"\\ude00\\ud83d\"", "\"\\ud83d\\ude0\"", "\"\\ud83d\\u\"", "\"\\ud83d\\",
  "\"\\\xc3\xa9\"", "\"\n\"", "\"\t\"", "\"\r\"", "\"\x01\"", "\"\x1f\"", "\"\xff\"", "\"\xfe\"", "\"\x80\"",
  "\"\xbf\"", "\"\xc3\"", "\"\xc3(\"", "\"\xe2\x82\"", "\"\xe2(\xac\"", "\"\xc0\x80\"", "\"\xc0\xaf\"",
  "\"\xc1\xbf\"", "\"\xe0\x80\xaf\"", "\"\xe0\x9f\xbf\"", "\"\xf0\x80\x80\xaf\"", "\"\xf0\x8f\xbf\xbf\"",
  "\"\xed\xa0\x80\"", "\"\xed\xbf\xbf\"", "\"\xed\xa0\xbd\xed\xb8\x80\"", "\"\xf4\x90\x80\x80\"",
  "\"\xf5\x80\x80\x80\"", "\"\xf8\x88\x80\x80\x80\"", "\"\xe9\"", "\xc3\xa9", "\xef\xbb\xbf" "1", "[", "[1", "[1,",
  "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1;2]", "[1:2]", "[\"a\":1]", "[}", "[1}", "[[]", "(1)", "[1]]",
  "[\"a\"", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\",1}",
  "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{\"a\":}", "{\"a\"::1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}",
  "{\"a\":1;\"b\":2}", "{\"a\":1]", "{\"a\":1,,\"b\":2}", "{:1}", "{\"a\":1 2}", "{[]:1}", "{\"a\\x\":1}",
  "{\"\xff\":1}", "// x\n1", "/**/1", "1//", "1/**/", "#1", "\f1", "\v1", "\xc2\xa0" "1", "\xe2\x80\x83" "1",
  "\\u0031", "*", "&", "$", "<null>", "1;", "..", "@", "{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"a\":3}",
  "{\"a\":1,\"\\u0061\":1}", "{\"\":1,\"\":2}", "{\"\\u00e9\":1,\"\xc3\xa9\":1}", "{\"\\/\":1,\"/\":1}",
  "{\"\\n\":1,\"\\u000a\":1}", "{\"\\\"\":1,\"\\u0022\":1}", "{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":1}",
  "{\"a\":{},\"a\":[]}", "{\"b\":{\"x\":1,\"y\":2,\"x\":1}}",
};
/* clang-format on */

static const char *const wrappings[][2] = {
    {"{\"a\":", "}"}, {"{\"a\":[", "]}"}, {" {\t\"a\" :\r\n ", " \n} "}, {"{\"b\":0,\"a\":", ",\"c\":0}"}};

static void
each_wrapped (const char *value, void (*assertion) (const char *data, gsize length))
{
  for (gsize i = 0; i < G_N_ELEMENTS (wrappings); i++) {
    g_autofree char *frame = g_strconcat (wrappings[i][0], value, wrappings[i][1], NULL);
    assertion (frame, strlen (frame));
  }
}

static void
good_values_are_taken (void **state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good_values); i++)
    each_wrapped (good_values[i], assert_taken);
}

static void
bad_values_are_refused (void **state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_values); i++)
    each_wrapped (bad_values[i], assert_not_taken);
}

static void
bad_frames_are_refused (void **state)
{
  static const struct {
    const char *data;
    gsize length;
  } frames[] = {
      {TEXT ("")},
      {TEXT (" ")},
      {TEXT ("\t \r")},
      {TEXT ("1")},
      {TEXT ("\"a\"")},
      {TEXT ("null")},
      {TEXT ("[]")},
      {TEXT ("[{}]")},
      {TEXT ("{} {}")},
      {TEXT ("{}{}")},
      {TEXT ("{},")},
      {TEXT ("{}x")},
      {TEXT ("{}1")},
      {TEXT ("{}\"")},
      {TEXT ("{}]")},
      {TEXT ("{}}")},
      {TEXT ("{}\0")},
      {TEXT ("\0{}")},
      {TEXT ("{\0}")},
      {TEXT ("{\"a\0\":1}")},
      {TEXT ("{\"a\":\"\0\"}")},
      {TEXT ("{\"a\":1\0}")},
      {TEXT ("{\"a\":\0"
             "1}")},
      {TEXT ("\xef\xbb\xbf{}")},
      {TEXT ("\xff\xfe{\0}\0")},
      {TEXT ("\0{\0}")},
      {TEXT ("{}\xef\xbb\xbf")},
      {TEXT ("{}/**/")},
      {TEXT ("// x\n{}")},
      {TEXT ("{}\v")},
      {TEXT ("\f{}")},
      {TEXT ("{\"a\":1}}")},
      {TEXT ("\\{}")},
      {TEXT ("{\"a\":\"\\u00")},
      {TEXT ("{\"a\":tru")},
      {TEXT ("{\"a\":-")},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++)
    assert_not_taken (frames[i].data, frames[i].length);
}

/* Cut anywhere, and with any one byte of a good frame missing at its end, it is not good. */
static void
every_beginning_is_refused (void **state)
{
  static const char frame[] = "{\"a\":[1.5e3,true,null,\"\\ud83d\\ude00\xc3\xa9\"],\"b\":{\"c\":-0}}";
  for (gsize length = 0; length < sizeof frame - 1; length++)
    assert_not_taken (frame, length);
  assert_taken (frame, sizeof frame - 1);
}

static void
reasons_say_what_and_where (void **state)
{
  static const struct {
    const char *frame, *reason;
  } rows[] = {
      {"", "Not a frame: no object, at byte 0."},
      {" []", "Not a frame: no object, at byte 1."},
      {"{} x", "Not a frame: something after the object, at byte 3."},
      {"{\"a\":01}", "Not a frame: a number that begins with 0, at byte 7."},
      {"{\"a\":1,\"a\":2}", "Not a frame: a member given twice, at byte 8."},
      {"{\"a\":\"\xc3\xa9 \xff\"}", "Not a frame: bytes that are not UTF-8, at byte 9."},
      {"{\"a\":\"\n\"}", "Not a frame: a control character in a text, at byte 6."},
      {"{\"a\":\"", "Not a frame: a text without its end, at byte 6."},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *reason = scan (rows[i].frame, strlen (rows[i].frame), &limits);
    assert_string_equal (reason, rows[i].reason);
  }
}

static void
depth_is_limited (void **state)
{
  for (guint depth = 1; depth <= 12; depth++)
    for (guint arrays = 0; arrays <= 1; arrays++) {
      g_autoptr (GString) frame = g_string_new (arrays && depth > 1 ? "{\"a\":" : "{");
      for (guint i = 1; i < depth; i++)
        g_string_append (frame, arrays ? "[" : "\"a\":{");
      for (guint i = 1; i < depth; i++)
        g_string_append_c (frame, arrays ? ']' : '}');
      g_string_append_c (frame, '}');
      g_autofree char *reason = scan (frame->str, frame->len, &limits);
      assert_int_equal (reason == NULL, depth <= limits.max_depth);
    }
}

/* So deep that a scanner without a limit would run out of stack. */
static void
a_million_brackets_do_no_harm (void **state)
{
  g_autofree char *brackets = g_strnfill (1000000, '[');
  memcpy (brackets, "{\"a\":", 5);
  assert_not_taken (brackets, 1000000);
}

static gboolean
takes_tokens (const char *frame, guint tokens)
{
  const KithScanLimits few = {tokens, 8};
  g_autofree char *reason = scan (frame, strlen (frame), &few);
  return reason == NULL;
}

static void
tokens_are_limited (void **state)
{
  static const struct {
    const char *frame;
    guint tokens;
  } rows[] = {
      {"{}", 1}, {"{\"a\":1}", 3}, {"{\"a\":[]}", 3}, {"{\"a\":[1,2,3]}", 6}, {"{\"a\":{\"b\":null},\"c\":\"d\"}", 7}};
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    assert_true (takes_tokens (rows[i].frame, rows[i].tokens));
    assert_false (takes_tokens (rows[i].frame, rows[i].tokens - 1));
  }
}

/* n members; the last is a second "k0" when twice. */
static GString *
many_members (guint n, gboolean twice)
{
  GString *frame = g_string_new ("{");
  for (guint i = 0; i < n; i++)
    g_string_append_printf (frame, "\"%s%u\":0,", i % 3 == 0 ? "\\u006b" : "k", twice && i == n - 1 ? 0 : i * 7919 % n);
  g_string_truncate (frame, frame->len - 1);
  g_string_append_c (frame, '}');
  return frame;
}

static void
a_second_key_is_found_among_many (void **state)
{
  static const guint sizes[] = {2, 3, 7, 8, 9, 31, 32, 33, 48, 96, 500, 16383};
  const KithScanLimits wide = {32768, 8};
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GString) good = many_members (sizes[i], FALSE), bad = many_members (sizes[i], TRUE);
    g_autofree char *none = scan (good->str, good->len, &wide), *reason = scan (bad->str, bad->len, &wide);
    assert_null (none);
    assert_non_null (reason);
    assert_non_null (strstr (reason, "twice"));
  }
}

/* Keys of an outer object are compared across what is in it, past what fits without the heap. */
static void
keys_survive_inner_objects (void **state)
{
  g_autoptr (GString) frame = g_string_new ("{\"first\":0");
  for (guint i = 0; i < 60; i++)
    g_string_append_printf (frame, ",\"o%u\":{\"x\":{\"y\":1,\"z\":2},\"first\":1}", i);
  g_autofree char *good = g_strconcat (frame->str, "}", NULL), *bad = g_strconcat (frame->str, ",\"first\":1}", NULL);
  assert_taken (good, strlen (good));
  assert_not_taken (bad, strlen (bad));
}

static void
very_long_numbers_are_judged (void **state)
{
  g_autofree char *zeros = g_strnfill (20000, '0');
  g_autofree char *small = g_strconcat ("0.", zeros, "1", NULL), *huge = g_strconcat ("1", zeros, ".0", NULL);
  g_autofree char *balanced = g_strconcat ("1", zeros, "e-20000", NULL), *integer = g_strconcat ("1", zeros, NULL);
  each_wrapped (small, assert_taken);
  each_wrapped (balanced, assert_taken);
  each_wrapped (huge, assert_not_taken);
  each_wrapped (integer, assert_not_taken);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (good_values_are_taken),
      cmocka_unit_test (bad_values_are_refused),
      cmocka_unit_test (bad_frames_are_refused),
      cmocka_unit_test (every_beginning_is_refused),
      cmocka_unit_test (reasons_say_what_and_where),
      cmocka_unit_test (depth_is_limited),
      cmocka_unit_test (a_million_brackets_do_no_harm),
      cmocka_unit_test (tokens_are_limited),
      cmocka_unit_test (a_second_key_is_found_among_many),
      cmocka_unit_test (keys_survive_inner_objects),
      cmocka_unit_test (very_long_numbers_are_judged),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
