/* mutate.c - each member is replaced in a copy of the valid object by a marker, and the marker in its text by the raw
 * bytes of a mutation: so values that no JSON library would write can be written. */
#include "mutate.h"

#include <string.h>

#define MARKER "<mutated here>"
#define QUOTED_MARKER "\"" MARKER "\""
#define SAMPLE_TEXT 12 /* bytes, where the field's range permits */

/* What a raw value is, so that its fate can be told from a field. */
typedef enum {
  RAW_NULL,
  RAW_BOOLEAN,
  RAW_INTEGER,
  RAW_DOUBLE,
  RAW_TEXT,
  RAW_EMPTY_LIST,
  RAW_LIST,
  RAW_OBJECT,
  RAW_BAD
} RawKind;

static const struct {
  const char *description, *raw;
  RawKind kind;
  gint64 size; /* of an integer its value, of a text its bytes when decoded */
} raw_values[] = {
    {"null", "null", RAW_NULL, 0},
    {"true", "true", RAW_BOOLEAN, 0},
    {"a small integer", "7", RAW_INTEGER, 7},
    {"a text", "\"some text\"", RAW_TEXT, 9},
    {"an empty text", "\"\"", RAW_TEXT, 0},
    {"an empty list", "[]", RAW_EMPTY_LIST, 0},
    {"a list of integers", "[1,2,3]", RAW_LIST, 0},
    {"an object", "{\"a\":1}", RAW_OBJECT, 0},
    {"-1", "-1", RAW_INTEGER, -1},
    {"zero", "0", RAW_INTEGER, 0},
    {"2^53", "9007199254740992", RAW_INTEGER, G_GINT64_CONSTANT (9007199254740992)},
    {"2^63 - 1", "9223372036854775807", RAW_INTEGER, G_MAXINT64},
    {"2^63", "9223372036854775808", RAW_BAD, 0},
    {"-2^63", "-9223372036854775808", RAW_BAD, 0},
    {"2^64", "18446744073709551616", RAW_BAD, 0},
    {"1.5", "1.5", RAW_DOUBLE, 0},
    {"1.0", "1.0", RAW_DOUBLE, 0},
    {"1e999", "1e999", RAW_BAD, 0},
    {"NaN", "NaN", RAW_BAD, 0},
    {"no value", "", RAW_BAD, 0},
    {"a text in single quotes", "'text'", RAW_BAD, 0},
    {"a text without its end", "\"text", RAW_BAD, 0},
    {"escaped control characters", "\"bell \\u0007 \\u001b[m\"", RAW_TEXT, 10},
    {"raw control characters", "\"bell \a\"", RAW_BAD, 0},
    {"U+0000", "\"a\\u0000b\"", RAW_BAD, 0},
    {"bidi characters", "\"bidi \xe2\x80\xae txt\"", RAW_TEXT, 12},
    {"escaped bidi characters", "\"bidi \\u202e txt\"", RAW_TEXT, 12},
    {"a stray byte", "\"text \xff\"", RAW_BAD, 0},
    {"overlong UTF-8", "\"text \xc0\xaf\"", RAW_BAD, 0},
    {"an encoded surrogate", "\"text \xed\xa0\x80\"", RAW_BAD, 0},
    {"a cut character", "\"text \xe2\x82\"", RAW_BAD, 0},
    {"a lone surrogate", "\"text \\ud800\"", RAW_BAD, 0},
};

/* The members that every request has, as fields. */
static const KithField id_field = {"id", KITH_FIELD_INTEGER, TRUE, 0, KITH_INTEGER_MAX, NULL, NULL};
static const KithField push_id_field = {"id", KITH_FIELD_ANY_OBJECT, FALSE, 0, 0, NULL, NULL};

/* What is being mutated. */
typedef struct {
  GPtrArray *out;
  const KithMessageType *type;
  const char *valid;
  const KithField *field;
  const char *within; /* name of the object that has it, or NULL for the frame itself */
  gboolean ignored;   /* no value of it matters (the id of a push) */
} Place;

/* Samples */

static json_object *
sample_text (gint64 length)
{
  g_autofree char *text = g_strnfill ((gsize) length, 'a');
  return json_object_new_string (text);
}

static json_object *
sample_accounts (gint64 n)
{
  json_object *list = json_object_new_array ();
  for (gint64 i = 1; i <= n; i++) {
    g_autofree char *id = g_strdup_printf ("u%" G_GINT64_FORMAT, i);
    json_object_array_add (list, json_object_new_string (id));
  }
  return list;
}

static json_object *sample_object (const KithField *fields);

static json_object *
sample_value (const KithField *field)
{
  switch (field->type) {
  case KITH_FIELD_INTEGER:
    return json_object_new_int64 (field->min);
  case KITH_FIELD_STRING:
    return sample_text (CLAMP (SAMPLE_TEXT, field->min, field->max));
  case KITH_FIELD_BOOLEAN:
    return json_object_new_boolean (TRUE);
  case KITH_FIELD_NONCE:
    return sample_text (2 * KITH_NONCE_BYTES);
  case KITH_FIELD_TOKEN:
    return sample_text (2 * KITH_TOKEN_BYTES);
  case KITH_FIELD_ACCOUNT:
    return json_object_new_string ("u7");
  case KITH_FIELD_CONVERSATION:
    return json_object_new_string ("c3");
  case KITH_FIELD_DEVICE:
    return json_object_new_string ("d2");
  case KITH_FIELD_ACCOUNTS:
    return sample_accounts (MAX (field->min, 1));
  case KITH_FIELD_WORD:
    return json_object_new_string (field->words[0]);
  case KITH_FIELD_OBJECT:
    return sample_object (field->fields);
  case KITH_FIELD_ARRAY:
    return json_object_new_array ();
  case KITH_FIELD_ANY_OBJECT:
    return json_object_new_object ();
  }
  g_assert_not_reached ();
}

static void
add_samples (json_object *object, const KithField *fields)
{
  for (const KithField *field = fields; field->name != NULL; field++)
    json_object_object_add (object, field->name, sample_value (field));
}

static json_object *
sample_object (const KithField *fields)
{
  json_object *object = json_object_new_object ();
  add_samples (object, fields);
  return object;
}

char *
kith_sample_request (const KithMessageType *type, gint64 id)
{
  json_object *root = json_object_new_object ();
  kith_add_string (root, "type", type->name);
  if (!type->push)
    kith_add_integer (root, "id", id);
  add_samples (root, type->fields);
  char *text = g_strdup (kith_json_text (root));
  json_object_put (root);
  return text;
}

/* Fates */

static gboolean
permits (const KithField *field, RawKind kind, gint64 size)
{
  gboolean in_range = size >= field->min && size <= field->max;
  return (field->type == KITH_FIELD_INTEGER && kind == RAW_INTEGER && in_range) ||
         (field->type == KITH_FIELD_STRING && kind == RAW_TEXT && in_range) ||
         (field->type == KITH_FIELD_BOOLEAN && kind == RAW_BOOLEAN) ||
         (field->type == KITH_FIELD_ACCOUNTS && kind == RAW_EMPTY_LIST && field->min == 0);
}

static KithMutationFate
fate_of (const Place *place, RawKind kind, gint64 size)
{
  if (kind == RAW_BAD)
    return KITH_MUTATION_CLOSES;
  return place->ignored || permits (place->field, kind, size) ? KITH_MUTATION_PASSES : KITH_MUTATION_REFUSED;
}

/* Frames */

static void
free_mutation (gpointer data)
{
  KithMutation *mutation = data;
  g_free (mutation->description);
  g_free (mutation->frame);
  g_free (mutation);
}

/* The object that has the field, in root; NULL when the valid instance lacks it. */
static json_object *
object_of (const Place *place, json_object *root)
{
  return place->within != NULL ? kith_member_object (root, place->within) : root;
}

/* The valid text with marker in place of the member's value; NULL removes the member. */
static char *
mark_member (const Place *place, const char *marker)
{
  json_object *root = json_tokener_parse (place->valid), *object = object_of (place, root);
  if (marker != NULL)
    kith_add_string (object, place->field->name, marker);
  else
    json_object_object_del (object, place->field->name);
  char *text = g_strdup (kith_json_text (root));
  json_object_put (root);
  return text;
}

/* The text of the member's value; of a sample when the valid instance lacks it. */
static char *
value_text (const Place *place)
{
  json_object *root = json_tokener_parse (place->valid), *value;
  if (json_object_object_get_ex (object_of (place, root), place->field->name, &value))
    json_object_get (value);
  else
    value = sample_value (place->field);
  char *text = g_strdup (json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN));
  json_object_put (value);
  json_object_put (root);
  return text;
}

static void
add (const Place *place, const char *description, char *frame, KithMutationFate fate)
{
  KithMutation *mutation = g_new (KithMutation, 1);
  if (strlen (frame) >= KITH_FRAME_TO_SERVER)
    fate = KITH_MUTATION_CLOSES;
  mutation->description =
      g_strdup_printf ("%s: %s%s%s: %s", place->type->name, place->within != NULL ? place->within : "",
                       place->within != NULL ? "." : "", place->field->name, description);
  mutation->frame = frame;
  mutation->fate = fate;
  mutation->must_close = fate == KITH_MUTATION_CLOSES;
  g_ptr_array_add (place->out, mutation);
}

/* raw takes the place of the member's value. */
static void
add_raw (const Place *place, const char *description, const char *raw, KithMutationFate fate)
{
  g_autofree char *marked = mark_member (place, MARKER);
  const char *hole = strstr (marked, QUOTED_MARKER);
  g_autofree char *before = g_strndup (marked, (gsize) (hole - marked));
  add (place, description, g_strconcat (before, raw, hole + strlen (QUOTED_MARKER), NULL), fate);
}

static void
add_missing (const Place *place)
{
  gboolean refused = place->field->required && !place->ignored;
  add (place, "missing", mark_member (place, NULL), refused ? KITH_MUTATION_REFUSED : KITH_MUTATION_PASSES);
}

static void
add_twice (const Place *place)
{
  g_autofree char *value = value_text (place);
  g_autofree char *same = g_strdup_printf ("%s,\"%s\":%s", value, place->field->name, value);
  g_autofree char *other = g_strdup_printf ("%s,\"%s\":null", value, place->field->name);
  g_autofree char *spelled =
      g_strdup_printf ("%s,\"\\u%04x%s\":%s", value, (guint) place->field->name[0], place->field->name + 1, value);
  add_raw (place, "given twice", same, KITH_MUTATION_CLOSES);
  add_raw (place, "given twice with another value", other, KITH_MUTATION_CLOSES);
  add_raw (place, "given twice, once with an escape", spelled, KITH_MUTATION_CLOSES);
}

/* Lists within each other, as deep as a frame may be, and one deeper. */
static void
add_nested (const Place *place)
{
  guint levels = KITH_DEPTH - (place->within != NULL ? 2 : 1);
  for (guint extra = 0; extra <= 1; extra++) {
    g_autofree char *open = g_strnfill (levels + extra, '['), *close = g_strnfill (levels + extra, ']');
    g_autofree char *raw = g_strconcat (open, close, NULL);
    add_raw (place, extra == 0 ? "nested to the limit" : "nested beyond the limit", raw,
             fate_of (place, extra == 0 ? RAW_LIST : RAW_BAD, 0));
  }
}

static char *
one_over (const KithField *field)
{
  json_object *value = NULL;
  if (field->type == KITH_FIELD_STRING)
    value = sample_text (field->max + 1);
  else if (field->type == KITH_FIELD_NONCE)
    value = sample_text (2 * KITH_NONCE_BYTES + 1);
  else if (field->type == KITH_FIELD_TOKEN)
    value = sample_text (2 * KITH_TOKEN_BYTES + 1);
  else if (field->type == KITH_FIELD_ACCOUNTS)
    value = sample_accounts (field->max + 1);
  else
    value = json_object_new_int64 (field->type == KITH_FIELD_INTEGER ? field->max + 1 : G_MAXINT64);
  char *text = g_strdup (json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN));
  json_object_put (value);
  return text;
}

/* Right in type, wrong in form: ids, hex digits, words. */
static void
add_wrong_forms (const Place *place)
{
  static const char *const ids[] = {"\"u0\"",
                                    "\"u07\"",
                                    "\"u-7\"",
                                    "\"7\"",
                                    "\"x7\"",
                                    "\"u\"",
                                    "\"U7\"",
                                    "\"u7 \"",
                                    "\"u9007199254740992\"",
                                    "\"u99999999999999999999\"",
                                    "\"../u7\""};
  static const char *const lists[] = {"[\"u7\",\"u7\"]", "[\"u7\",null]", "[\"u0\"]", "[\"c7\"]", "[[\"u7\"]]", "[{}]"};
  KithFieldType type = place->field->type;
  gboolean textual = type >= KITH_FIELD_NONCE && type <= KITH_FIELD_WORD && type != KITH_FIELD_ACCOUNTS;
  for (gsize i = 0; textual && i < G_N_ELEMENTS (ids); i++)
    add_raw (place, "a wrong form", ids[i], KITH_MUTATION_REFUSED);
  for (gsize i = 0; type == KITH_FIELD_ACCOUNTS && i < G_N_ELEMENTS (lists); i++)
    add_raw (place, "a wrong list", lists[i], KITH_MUTATION_REFUSED);
}

static void
add_for_field (const Place *place)
{
  add_missing (place);
  for (gsize i = 0; i < G_N_ELEMENTS (raw_values); i++)
    add_raw (place, raw_values[i].description, raw_values[i].raw,
             fate_of (place, raw_values[i].kind, raw_values[i].size));
  g_autofree char *over = one_over (place->field);
  add_raw (place, "one over its limit", over, place->ignored ? KITH_MUTATION_PASSES : KITH_MUTATION_REFUSED);
  add_wrong_forms (place);
  add_twice (place);
  add_nested (place);
}

static void
add_for_fields (Place place, const KithField *fields, const char *within)
{
  json_object *root = json_tokener_parse (place.valid);
  place.within = within;
  gboolean present = object_of (&place, root) != NULL;
  json_object_put (root);
  for (place.field = fields; present && place.field->name != NULL; place.field++) {
    add_for_field (&place);
    if (place.field->type == KITH_FIELD_OBJECT)
      add_for_fields (place, place.field->fields, place.field->name);
  }
}

GPtrArray *
kith_mutations (const KithMessageType *type, const char *valid)
{
  const char *const words[] = {type->name, NULL};
  const KithField type_field = {"type", KITH_FIELD_WORD, TRUE, 0, 0, words, NULL};
  Place place = {.out = g_ptr_array_new_with_free_func (free_mutation), .type = type, .valid = valid};
  place.field = &type_field;
  add_for_field (&place);
  place.field = type->push ? &push_id_field : &id_field;
  place.ignored = type->push;
  add_for_field (&place);
  place.ignored = FALSE;
  add_for_fields (place, type->fields, NULL);
  return place.out;
}
