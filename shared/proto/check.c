/* check.c - one row for each type of field: the JSON type it has, the test of its value, and how to tell people what it
 * must be. */
#include "proto/check.h"

#include "proto/id.h"

typedef struct {
  json_type json;
  gboolean (*test) (const KithField *field, json_object *value); /* NULL: the JSON type is enough */
  const char *what, *unit; /* "a text of" 1 to 9 "bytes"; without a unit there is no range to tell */
} FieldKind;

static gboolean
in_range (const KithField *field, gint64 value)
{
  return value >= field->min && value <= field->max;
}

static gboolean
test_integer (const KithField *field, json_object *value)
{
  return in_range (field, json_object_get_int64 (value));
}

static gboolean
test_string (const KithField *field, json_object *value)
{
  return in_range (field, json_object_get_string_len (value));
}

static gboolean
test_array (const KithField *field, json_object *value)
{
  return in_range (field, (gint64) json_object_array_length (value));
}

static gboolean
test_nonce (const KithField *field, json_object *value)
{
  guint8 bytes[KITH_NONCE_BYTES];
  return kith_hex_parse (json_object_get_string (value), bytes, sizeof bytes);
}

static gboolean
test_token (const KithField *field, json_object *value)
{
  guint8 bytes[KITH_TOKEN_BYTES];
  return kith_hex_parse (json_object_get_string (value), bytes, sizeof bytes);
}

static gboolean
test_account (const KithField *field, json_object *value)
{
  gint64 id;
  return kith_id_parse (json_object_get_string (value), 'u', &id);
}

static gboolean
test_conversation (const KithField *field, json_object *value)
{
  gint64 id;
  return kith_id_parse (json_object_get_string (value), 'c', &id);
}

static gboolean
test_device (const KithField *field, json_object *value)
{
  gint64 id;
  return kith_id_parse (json_object_get_string (value), 'd', &id);
}

/* The table keeps such lists short, so each may be compared with those before it. An id has one spelling. */
static gboolean
is_new_account (json_object *list, gsize place)
{
  json_object *account = json_object_array_get_idx (list, place);
  if (!json_object_is_type (account, json_type_string) || !test_account (NULL, account))
    return FALSE;
  for (gsize i = 0; i < place; i++)
    if (g_str_equal (json_object_get_string (json_object_array_get_idx (list, i)), json_object_get_string (account)))
      return FALSE;
  return TRUE;
}

static gboolean
test_accounts (const KithField *field, json_object *value)
{
  if (!test_array (field, value))
    return FALSE;
  gsize n = json_object_array_length (value), i = 0;
  while (i < n && is_new_account (value, i))
    i++;
  return i == n;
}

static gboolean
test_word (const KithField *field, json_object *value)
{
  return g_strv_contains (field->words, json_object_get_string (value));
}

static const FieldKind kinds[] = {
    [KITH_FIELD_INTEGER] = {json_type_int, test_integer, "an integer from", ""},
    [KITH_FIELD_STRING] = {json_type_string, test_string, "a text of", " bytes"},
    [KITH_FIELD_BOOLEAN] = {json_type_boolean, NULL, "true or false", NULL},
    [KITH_FIELD_NONCE] = {json_type_string, test_nonce, "a text of 32 hex digits", NULL},
    [KITH_FIELD_TOKEN] = {json_type_string, test_token, "a text of 64 hex digits", NULL},
    [KITH_FIELD_ACCOUNT] = {json_type_string, test_account, "an account's id such as \"u7\"", NULL},
    [KITH_FIELD_CONVERSATION] = {json_type_string, test_conversation, "a conversation's id such as \"c3\"", NULL},
    [KITH_FIELD_DEVICE] = {json_type_string, test_device, "a device's id such as \"d2\"", NULL},
    [KITH_FIELD_ACCOUNTS] = {json_type_array, test_accounts, "a list of", " accounts' ids such as \"u7\", none twice"},
    [KITH_FIELD_WORD] = {json_type_string, test_word, "one of", NULL},
    [KITH_FIELD_OBJECT] = {json_type_object, NULL, "an object", NULL},
    [KITH_FIELD_ARRAY] = {json_type_array, test_array, "a list of", " items"},
    [KITH_FIELD_ANY_OBJECT] = {json_type_object, NULL, "an object", NULL},
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

static gboolean
refuse (const KithField *field, const char *within, const char *fault, GError **error)
{
  g_autofree char *wanted = describe (field);
  g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST, "\"%s%s\" %s %s.", within, field->name, fault, wanted);
  return FALSE;
}

static gboolean
check_value (const KithField *field, json_object *value, const char *within, GError **error)
{
  const FieldKind *kind = &kinds[field->type];
  if (!json_object_is_type (value, kind->json) || (kind->test != NULL && !kind->test (field, value)))
    return refuse (field, within, "must be", error);
  if (field->type != KITH_FIELD_OBJECT)
    return TRUE;
  g_autofree char *inside = g_strconcat (within, field->name, ".", NULL);
  return kith_check_members (field->fields, value, inside, error);
}

gboolean
kith_check_members (const KithField *fields, json_object *object, const char *within, GError **error)
{
  for (const KithField *field = fields; field->name != NULL; field++) {
    json_object *value;
    gboolean present = json_object_object_get_ex (object, field->name, &value);
    if (!present && field->required)
      return refuse (field, within, "is missing; it must be", error);
    if (present && !check_value (field, value, within, error))
      return FALSE;
  }
  return TRUE;
}

static const KithField *
find_field (const KithField *fields, const char *name)
{
  while (fields != NULL && fields->name != NULL && !g_str_equal (fields->name, name))
    fields++;
  return fields != NULL && fields->name != NULL ? fields : NULL;
}

void
kith_ignore_unknown (const KithField *fields, const KithField *envelope, json_object *object)
{
  g_autoptr (GPtrArray) unknown = NULL; /* names, borrowed from object */
  struct json_object_iterator at = json_object_iter_begin (object), end = json_object_iter_end (object);
  for (; !json_object_iter_equal (&at, &end); json_object_iter_next (&at)) {
    const char *name = json_object_iter_peek_name (&at);
    const KithField *field = find_field (fields, name);
    if (field != NULL && field->type == KITH_FIELD_OBJECT)
      kith_ignore_unknown (field->fields, NULL, json_object_iter_peek_value (&at));
    if (field != NULL || find_field (envelope, name) != NULL)
      continue;
    if (unknown == NULL)
      unknown = g_ptr_array_new ();
    g_ptr_array_add (unknown, (gpointer) name);
  }
  for (guint i = 0; unknown != NULL && i < unknown->len; i++)
    json_object_object_del (object, unknown->pdata[i]);
}
