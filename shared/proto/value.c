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

/* Writing. What a text has to have an escape for had one in the frame, as long or longer. */

static char *
put (char *at, const char *text, gsize length)
{
  return (char *) memcpy (at, text, length) + length;
}

static char *
write_character (char *at, char c)
{
  static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt", digits[] = "0123456789abcdef";
  const char *found = strchr (special, c);
  if (found != NULL) {
    *at++ = '\\';
    *at++ = letters[found - special];
  } else if ((guchar) c < ' ') {
    at = put (at, "\\u00", 4);
    *at++ = digits[c >> 4];
    *at++ = digits[c & 15];
  } else
    *at++ = c;
  return at;
}

/* What the frame has without an escape needs none here. */
static char *
write_string (char *at, const KithValue *value)
{
  *at++ = '"';
  if (!value->escaped)
    at = put (at, value->text, value->length);
  for (guint32 i = 0; value->escaped && i < value->length; i++)
    at = write_character (at, value->text[i]);
  *at++ = '"';
  return at;
}

static char *
write_object (char *at, const KithValue *object)
{
  const KithValue *key = kith_value_first (object);
  *at++ = '{';
  for (guint32 i = 0; i < object->length; i++) {
    if (i > 0)
      *at++ = ',';
    at = write_string (at, key);
    *at++ = ':';
    at = kith_value_write (at, key + 1);
    key = kith_value_next (key + 1);
  }
  *at++ = '}';
  return at;
}

static char *
write_array (char *at, const KithValue *array)
{
  const KithValue *item = kith_value_first (array);
  *at++ = '[';
  for (guint32 i = 0; i < array->length; i++) {
    if (i > 0)
      *at++ = ',';
    at = kith_value_write (at, item);
    item = kith_value_next (item);
  }
  *at++ = ']';
  return at;
}

char *
kith_value_write (char *at, const KithValue *value)
{
  if (value->type == KITH_VALUE_OBJECT)
    return write_object (at, value);
  if (value->type == KITH_VALUE_ARRAY)
    return write_array (at, value);
  if (value->type == KITH_VALUE_STRING)
    return write_string (at, value);
  if (value->type == KITH_VALUE_INTEGER && kith_value_number (value) == 0) /* also "-0" */
    return put (at, "0", 1);
  return put (at, value->text, value->length);
}
