/* check.c - one row for each type of field: the JSON type it has, the test of its value, and how to tell people what it
 * must be. */
#include "proto/check.h"

#include "proto/id.h"

typedef struct {
  KithValueType json;
  gboolean (*test) (const KithField *field, const KithValue *value); /* NULL: the JSON type is enough */
  const char *what, *unit; /* "a text of" 1 to 9 "bytes"; without a unit there is no range to tell */
} FieldKind;

static gboolean
in_range (const KithField *field, gint64 value)
{
  return value >= field->min && value <= field->max;
}

static gboolean
test_integer (const KithField *field, const KithValue *value)
{
  return in_range (field, kith_value_number (value));
}

static gboolean
test_string (const KithField *field, const KithValue *value)
{
  return in_range (field, value->length);
}

static gboolean
test_array (const KithField *field, const KithValue *value)
{
  return in_range (field, value->length);
}

static gboolean
test_nonce (const KithField *field, const KithValue *value)
{
  guint8 bytes[KITH_NONCE_BYTES];
  return kith_hex_parse (value->text, bytes, sizeof bytes);
}

static gboolean
test_token (const KithField *field, const KithValue *value)
{
  guint8 bytes[KITH_TOKEN_BYTES];
  return kith_hex_parse (value->text, bytes, sizeof bytes);
}

static gboolean
test_account (const KithField *field, const KithValue *value)
{
  gint64 id;
  return kith_id_parse (value->text, 'u', &id);
}

static gboolean
test_conversation (const KithField *field, const KithValue *value)
{
  gint64 id;
  return kith_id_parse (value->text, 'c', &id);
}

static gboolean
test_device (const KithField *field, const KithValue *value)
{
  gint64 id;
  return kith_id_parse (value->text, 'd', &id);
}

/* The table keeps such lists short, so each may be compared with those before it. An id has one spelling. */
static gboolean
is_new_account (const KithValue *list, const KithValue *account)
{
  if (account->type != KITH_VALUE_STRING || !test_account (NULL, account))
    return FALSE;
  for (const KithValue *item = kith_value_first (list); item < account; item = kith_value_next (item))
    if (g_str_equal (item->text, account->text))
      return FALSE;
  return TRUE;
}

static gboolean
test_accounts (const KithField *field, const KithValue *value)
{
  if (!test_array (field, value))
    return FALSE;
  const KithValue *end = kith_value_next (value), *item = kith_value_first (value);
  while (item < end && is_new_account (value, item))
    item = kith_value_next (item);
  return item == end;
}

static gboolean
test_word (const KithField *field, const KithValue *value)
{
  return g_strv_contains (field->words, value->text);
}

static const FieldKind kinds[] = {
    [KITH_FIELD_INTEGER] = {KITH_VALUE_INTEGER, test_integer, "an integer from", ""},
    [KITH_FIELD_STRING] = {KITH_VALUE_STRING, test_string, "a text of", " bytes"},
    [KITH_FIELD_BOOLEAN] = {KITH_VALUE_BOOLEAN, NULL, "true or false", NULL},
    [KITH_FIELD_NONCE] = {KITH_VALUE_STRING, test_nonce, "a text of 32 hex digits", NULL},
    [KITH_FIELD_TOKEN] = {KITH_VALUE_STRING, test_token, "a text of 64 hex digits", NULL},
    [KITH_FIELD_ACCOUNT] = {KITH_VALUE_STRING, test_account, "an account's id such as \"u7\"", NULL},
    [KITH_FIELD_CONVERSATION] = {KITH_VALUE_STRING, test_conversation, "a conversation's id such as \"c3\"", NULL},
    [KITH_FIELD_DEVICE] = {KITH_VALUE_STRING, test_device, "a device's id such as \"d2\"", NULL},
    [KITH_FIELD_ACCOUNTS] = {KITH_VALUE_ARRAY, test_accounts, "a list of", " accounts' ids such as \"u7\", none twice"},
    [KITH_FIELD_WORD] = {KITH_VALUE_STRING, test_word, "one of", NULL},
    [KITH_FIELD_OBJECT] = {KITH_VALUE_OBJECT, NULL, "an object", NULL},
    [KITH_FIELD_ARRAY] = {KITH_VALUE_ARRAY, test_array, "a list of", " items"},
    [KITH_FIELD_ANY_OBJECT] = {KITH_VALUE_OBJECT, NULL, "an object", NULL},
};

static char *
describe (const KithField *field)
{
  const FieldKind *kind = &kinds[field->type];
  if (kind->unit != NULL)
    return g_strdup_printf ("%s %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "%s", kind->what, field->min, field->max,
                            kind->unit);
  if (field->words == NULL)
    return g_strdup (kind->what);
  g_autofree char *words = g_strjoinv ("\", \"", (char **) field->words);
  return g_strdup_printf ("%s \"%s\"", kind->what, words);
}

/* The object that is being checked, and those that it is in. */
typedef struct _Place {
  const struct _Place *within;
  const char *name;
} Place;

/* "body." */
static void
write_place (GString *out, const Place *place)
{
  if (place == NULL)
    return;
  write_place (out, place->within);
  g_string_append_printf (out, "%s.", place->name);
}

static gboolean
refuse (const KithField *field, const Place *place, const char *fault, GError **error)
{
  g_autofree char *wanted = describe (field);
  g_autoptr (GString) path = g_string_new (NULL);
  write_place (path, place);
  g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "\"%s%s\" %s %s.", path->str, field->name, fault, wanted);
  return FALSE;
}

static gboolean check_members (const KithField *fields, KithValue *object, const Place *place, GError **error);

static gboolean
check_value (const KithField *field, KithValue *value, const Place *place, GError **error)
{
  const FieldKind *kind = &kinds[field->type];
  if (value->type != kind->json || (kind->test != NULL && !kind->test (field, value)))
    return refuse (field, place, "must be", error);
  const Place inside = {place, field->name};
  return field->type != KITH_FIELD_OBJECT || check_members (field->fields, value, &inside, error);
}

static gboolean
check_members (const KithField *fields, KithValue *object, const Place *place, GError **error)
{
  for (const KithField *field = fields; field->name != NULL; field++) {
    KithValue *value = (KithValue *) kith_value_member (object, field->name);
    if (value == NULL && field->required)
      return refuse (field, place, "is missing; it must be", error);
    if (value != NULL && !check_value (field, value, place, error))
      return FALSE;
    if (value != NULL)
      value->known = TRUE;
  }
  return TRUE;
}

gboolean
kith_check_members (const KithField *fields, KithValue *object, GError **error)
{
  return check_members (fields, object, NULL, error);
}

/* Copies the object from one row on to one before it or the same, without what is unknown. Returns where that ends. */
static KithValue *
keep_known (const KithValue *from, KithValue *to)
{
  guint32 left = from->length;
  const KithValue *key = kith_value_first (from);
  KithValue *out = to + 1;
  *to = *from;
  to->length = 0;
  for (; left > 0; left--) {
    const KithValue *value = key + 1, *next = kith_value_next (value);
    gboolean is_object = value->type == KITH_VALUE_OBJECT;
    gsize rows = is_object ? 1 : (gsize) (next - key);
    if (value->known && out != key)
      memmove (out, key, rows * sizeof *key);
    if (value->known) {
      out = is_object ? keep_known (value, out + 1) : out + rows;
      to->length++;
    }
    key = next;
  }
  to->rows = (guint32) (out - to);
  return out;
}

void
kith_ignore_unknown (KithValue *root)
{
  keep_known (root, root);
}
