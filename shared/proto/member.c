/* member.c - members of decoded objects by name, members added to new ones, and objects as frames. */
#include "proto/message.h"

#include <string.h>

#include "proto/id.h"

#define PLAIN (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

/* NULL when absent, null or of another type. */
static json_object *
find (json_object *object, const char *name, json_type type)
{
  json_object *value;
  if (!json_object_object_get_ex (object, name, &value) || !json_object_is_type (value, type))
    return NULL;
  return value;
}

gboolean
kith_member_has (json_object *object, const char *name)
{
  return json_object_object_get_ex (object, name, NULL);
}

gint64
kith_member_integer (json_object *object, const char *name, gint64 fallback)
{
  json_object *value = find (object, name, json_type_int);
  return value != NULL ? json_object_get_int64 (value) : fallback;
}

const char *
kith_member_string (json_object *object, const char *name)
{
  json_object *value = find (object, name, json_type_string);
  return value != NULL ? json_object_get_string (value) : NULL;
}

gboolean
kith_member_boolean (json_object *object, const char *name, gboolean fallback)
{
  json_object *value = find (object, name, json_type_boolean);
  return value != NULL ? json_object_get_boolean (value) : fallback;
}

json_object *
kith_member_object (json_object *object, const char *name)
{
  return find (object, name, json_type_object);
}

gint64
kith_member_id (json_object *object, const char *name, char prefix)
{
  const char *text = kith_member_string (object, name);
  gint64 id;
  return text != NULL && kith_id_parse (text, prefix, &id) ? id : 0;
}

gboolean
kith_member_nonce (json_object *object, const char *name, guint8 out[KITH_NONCE_BYTES])
{
  const char *text = kith_member_string (object, name);
  return text != NULL && kith_hex_parse (text, out, KITH_NONCE_BYTES);
}

/* The name is not copied: json-c loses its copy when it finds no memory for one member more. */
static void
add (json_object *object, const char *name, json_object *value)
{
  json_object_object_add_ex (object, name, value, JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

void
kith_add_string (json_object *object, const char *name, const char *value)
{
  if (value != NULL)
    add (object, name, json_object_new_string (value));
}

void
kith_add_integer (json_object *object, const char *name, gint64 value)
{
  add (object, name, json_object_new_int64 (value));
}

void
kith_add_boolean (json_object *object, const char *name, gboolean value)
{
  add (object, name, json_object_new_boolean (value));
}

void
kith_add_id (json_object *object, const char *name, char prefix, gint64 id)
{
  char text[KITH_ID_TEXT];
  kith_add_string (object, name, kith_id_format (id, prefix, text));
}

const char *
kith_json_text (json_object *object)
{
  return json_object_to_json_string_ext (object, PLAIN);
}

GBytes *
kith_frame_encode (json_object *object)
{
  size_t length;
  const char *text = json_object_to_json_string_length (object, PLAIN, &length);
  char *frame = g_malloc (length + 1);
  memcpy (frame, text, length);
  frame[length] = '\n';
  return g_bytes_new_take (frame, length + 1);
}

GBytes *
kith_frame_error (gboolean has_id, gint64 id, const GError *error, gint64 retry_after_ms)
{
  gboolean ours = error->domain == KITH_ERROR;
  KithError code = ours ? (KithError) error->code : KITH_ERROR_INTERNAL;
  json_object *root = json_object_new_object (), *told = json_object_new_object ();
  if (has_id)
    kith_add_integer (root, "re", id);
  else
    kith_add_string (root, "type", "error");
  kith_add_string (told, "code", kith_error_code (code));
  kith_add_string (told, "message", ours ? error->message : kith_error_sentence (code));
  if (retry_after_ms > 0)
    kith_add_integer (told, "retry_after_ms", retry_after_ms);
  json_object_object_add (root, "error", told);
  GBytes *frame = kith_frame_encode (root);
  json_object_put (root);
  return frame;
}
