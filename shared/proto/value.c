/* value.c - rows found by name, read as what they are, and written again. */
#include "proto/value.h"

#include "proto/id.h"

KithValue *
kith_value_ref (KithValue *root)
{
  return g_rc_box_acquire (root);
}

void
kith_value_unref (KithValue *root)
{
  if (root != NULL)
    g_rc_box_release (root);
}

gint64
kith_value_number (const KithValue *value)
{
  gint64 number = 0;
  if (value->type == KITH_VALUE_BOOLEAN)
    return *value->text == 't';
  gboolean negative = *value->text == '-';
  for (guint32 i = negative; i < value->length; i++)
    number = 10 * number + (value->text[i] - '0');
  return negative ? -number : number;
}

/* Members */

const KithValue *
kith_value_member (const KithValue *object, const char *name)
{
  if (object == NULL || object->type != KITH_VALUE_OBJECT)
    return NULL;
  const KithValue *key = kith_value_first (object);
  for (guint32 left = object->length; left > 0; left--, key = kith_value_next (key + 1))
    if (kith_is_name (name, key->text))
      return key + 1;
  return NULL;
}

static const KithValue *
find (const KithValue *object, const char *name, KithValueType type)
{
  const KithValue *value = kith_value_member (object, name);
  return value != NULL && value->type == type ? value : NULL;
}

gboolean
kith_value_has (const KithValue *object, const char *name)
{
  return kith_value_member (object, name) != NULL;
}

const KithValue *
kith_value_object (const KithValue *object, const char *name)
{
  return find (object, name, KITH_VALUE_OBJECT);
}

const KithValue *
kith_value_array (const KithValue *object, const char *name)
{
  return find (object, name, KITH_VALUE_ARRAY);
}

const char *
kith_value_string (const KithValue *object, const char *name)
{
  const KithValue *value = find (object, name, KITH_VALUE_STRING);
  return value != NULL ? value->text : NULL;
}

gint64
kith_value_integer (const KithValue *object, const char *name, gint64 fallback)
{
  const KithValue *value = find (object, name, KITH_VALUE_INTEGER);
  return value != NULL ? kith_value_number (value) : fallback;
}

gboolean
kith_value_boolean (const KithValue *object, const char *name, gboolean fallback)
{
  const KithValue *value = find (object, name, KITH_VALUE_BOOLEAN);
  return value != NULL ? kith_value_number (value) != 0 : fallback;
}

gint64
kith_value_id (const KithValue *object, const char *name, char prefix)
{
  const char *text = kith_value_string (object, name);
  gint64 id;
  return text != NULL && kith_id_parse (text, prefix, &id) ? id : 0;
}

gboolean
kith_value_nonce (const KithValue *object, const char *name, guint8 out[KITH_NONCE_BYTES])
{
  const char *text = kith_value_string (object, name);
  return text != NULL && kith_hex_parse (text, out, KITH_NONCE_BYTES);
}

/* Writing */

static void
write_character (GString *out, char c)
{
  static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
  const char *found = strchr (special, c);
  if (found != NULL) {
    g_string_append_c (out, '\\');
    g_string_append_c (out, letters[found - special]);
  } else if ((guchar) c < ' ')
    g_string_append_printf (out, "\\u%04x", (guint) c);
  else
    g_string_append_c (out, c);
}

/* What the frame has without an escape needs none here. */
static void
write_string (GString *out, const KithValue *value)
{
  g_string_append_c (out, '"');
  if (!value->escaped)
    g_string_append_len (out, value->text, value->length);
  for (guint32 i = 0; value->escaped && i < value->length; i++)
    write_character (out, value->text[i]);
  g_string_append_c (out, '"');
}

static void
write_object (GString *out, const KithValue *object)
{
  const KithValue *key = kith_value_first (object);
  g_string_append_c (out, '{');
  for (guint32 i = 0; i < object->length; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    write_string (out, key);
    g_string_append_c (out, ':');
    kith_value_write (out, key + 1);
    key = kith_value_next (key + 1);
  }
  g_string_append_c (out, '}');
}

static void
write_array (GString *out, const KithValue *array)
{
  const KithValue *item = kith_value_first (array);
  g_string_append_c (out, '[');
  for (guint32 i = 0; i < array->length; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    kith_value_write (out, item);
    item = kith_value_next (item);
  }
  g_string_append_c (out, ']');
}

void
kith_value_write (GString *out, const KithValue *value)
{
  gboolean is_zero = value->type == KITH_VALUE_INTEGER && kith_value_number (value) == 0; /* also "-0" */
  if (value->type == KITH_VALUE_OBJECT)
    write_object (out, value);
  else if (value->type == KITH_VALUE_ARRAY)
    write_array (out, value);
  else if (value->type == KITH_VALUE_STRING)
    write_string (out, value);
  else if (is_zero)
    g_string_append_c (out, '0');
  else
    g_string_append_len (out, value->text, value->length);
}
