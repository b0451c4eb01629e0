/* fuzz-scan.c - what the scan takes, json-c takes too and sees the same in it: as many values and keys, so none was
 * lost to a second key; and what json-c writes of it is taken again. What is built of it is what json-c makes of it, and written as json-c writes it. */
#include "fuzz.h"

#include <json-c/json.h>
#include <string.h>

#include "proto/build.h"
#include "proto/error.h"
#include "proto/limits.h"
#include "proto/message.h"
#include "proto/scan.h"

static guint
count_tokens (json_object *value)
{
  guint n = 1;
  if (json_object_is_type (value, json_type_array))
    for (gsize i = 0; i < json_object_array_length (value); i++)
      n += count_tokens (json_object_array_get_idx (value, i));
  if (json_object_is_type (value, json_type_object)) {
    struct json_object_iterator at = json_object_iter_begin (value), end = json_object_iter_end (value);
    for (; !json_object_iter_equal (&at, &end); json_object_iter_next (&at))
      n += 1 + count_tokens (json_object_iter_peek_value (&at));
  }
  return n;
}

static KithValue *
take (const char *data, gsize size, guint max_tokens)
{
  const KithScanLimits limits = {max_tokens, KITH_DEPTH};
  g_autoptr (GError) error = NULL;
  KithValue *values = kith_scan (data, size, &limits, &error);
  g_assert_true (values != NULL ? error == NULL : g_error_matches (error, KITH_ERROR, KITH_ERROR_BAD_FRAME));
  return values;
}

static gboolean
scan (const char *data, gsize size, guint max_tokens)
{
  g_autoptr (KithValue) values = take (data, size, max_tokens);
  return values != NULL;
}

/* json-c 0.16 takes U+1DC00 and others whose low bits are those of a surrogate, written as two escapes, for half of a pair
 * and puts U+FFFD there: then there is nothing to compare with. */
static gboolean
is_damaged (json_object *root)
{
  return strstr (json_object_to_json_string (root), "\357\277\275") != NULL;
}

static void
check_built (const KithValue *values, gsize size, json_object *root)
{
  json_object *built = kith_build (values);
  g_autofree char *written = g_malloc (size); /* no more, so that a sanitizer sees one byte too far */
  gsize length = (gsize) (kith_value_write (written, values) - written);
  g_assert_true (json_object_equal (built, root));
  g_assert_cmpstr (kith_json_text (built), ==, kith_json_text (root));
  g_assert_cmpmem (written, length, kith_json_text (root), strlen (kith_json_text (root)));
  g_assert_cmpuint (values->rows, ==, count_tokens (root));
  json_object_put (built);
}

static void
check_taken (const KithValue *values, const char *data, gsize size)
{
  json_tokener *parser = json_tokener_new_ex (KITH_DEPTH + 2);
  json_tokener_set_flags (parser, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  json_object *root = json_tokener_parse_ex (parser, data, (int) size);
  g_assert_true (json_object_is_type (root, json_type_object));
  json_tokener_free (parser);
  if (!is_damaged (root)) {
    guint tokens = count_tokens (root);
    check_built (values, size, root);
    g_assert_true (scan (data, size, tokens));
    g_assert_false (scan (data, size, tokens - 1));
    size_t length;
    const char *again = json_object_to_json_string_length (root, JSON_C_TO_STRING_PLAIN, &length);
    g_assert_true (scan (again, length, tokens));
  }
  json_object_put (root);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (KithValue) values = take ((const char *) data, size, KITH_TOKENS_TO_CLIENT);
  if (values != NULL)
    check_taken (values, (const char *) data, size);
  return 0;
}
