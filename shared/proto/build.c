/* build.c - row by row; how deep it descends was bounded by the scan. */
#include "proto/build.h"

static json_object *
build_object (const KithValue *value)
{
  json_object *object = json_object_new_object ();
  const KithValue *key = kith_value_first (value);
  for (guint32 i = 0; i < value->length; i++, key = kith_value_next (key + 1))
    json_object_object_add (object, key->text, kith_build (key + 1));
  return object;
}

static json_object *
build_array (const KithValue *value)
{
  json_object *array = json_object_new_array ();
  const KithValue *item = kith_value_first (value);
  for (guint32 i = 0; i < value->length; i++, item = kith_value_next (item))
    json_object_array_add (array, kith_build (item));
  return array;
}

static json_object *
build_text (const KithValue *value)
{
  return json_object_new_string_len (value->text, (int) value->length);
}

static json_object *
build_integer (const KithValue *value)
{
  return json_object_new_int64 (kith_value_number (value));
}

static json_object *
build_double (const KithValue *value)
{
  g_autofree char *text = g_strndup (value->text, value->length);
  return json_object_new_double_s (g_ascii_strtod (text, NULL), text);
}

static json_object *
build_boolean (const KithValue *value)
{
  return json_object_new_boolean (kith_value_number (value) != 0);
}

static json_object *
build_null (const KithValue *value)
{
  return NULL; /* which is json-c's null */
}

json_object *
kith_build (const KithValue *value)
{
  static json_object *(*const builders[]) (const KithValue *value) = {
      [KITH_VALUE_NULL] = build_null,     [KITH_VALUE_BOOLEAN] = build_boolean, [KITH_VALUE_INTEGER] = build_integer,
      [KITH_VALUE_DOUBLE] = build_double, [KITH_VALUE_STRING] = build_text,     [KITH_VALUE_ARRAY] = build_array,
      [KITH_VALUE_OBJECT] = build_object,
  };
  return builders[value->type](value);
}
