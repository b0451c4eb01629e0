/* build.c - descends as the scan did, which has bounded depth and tokens and has found every text, number and bracket
 * to be whole. */
#include "proto/build.h"

#include <string.h>

#include "proto/scan.h"

#define INLINE 64 /* bytes of keys and numbers that need no heap */

typedef struct {
  const guint8 *at, *end;
  GString *text; /* of a text with escapes in it; NULL before the first one */
} Builder;

static json_object *build_value (Builder *builder);

static void
skip_space (Builder *builder)
{
  while (builder->at < builder->end && *builder->at <= ' ')
    builder->at++;
}

/* Takes c where it stands, behind white space. */
static gboolean
accept (Builder *builder, char c)
{
  skip_space (builder);
  gboolean matches = builder->at < builder->end && *builder->at == c;
  builder->at += matches;
  return matches;
}

/* The text with its escapes resolved, up to the closing quote. */
static const char *
resolve (Builder *builder, const guint8 *begin, const guint8 *end, gsize *length)
{
  if (builder->text == NULL)
    builder->text = g_string_new (NULL);
  g_string_truncate (builder->text, 0);
  while (begin < end)
    g_string_append_unichar (builder->text, kith_scan_character (&begin, end));
  *length = builder->text->len;
  return builder->text->str;
}

/* at is the quote. Not terminated; good until the next text. */
static const char *
take_text (Builder *builder, gsize *length)
{
  gboolean escaped = FALSE;
  const guint8 *begin = ++builder->at;
  for (; builder->at < builder->end && *builder->at != '"'; builder->at++)
    if (*builder->at == '\\') {
      escaped = TRUE;
      builder->at++;
    }
  const guint8 *end = builder->at++;
  *length = (gsize) (end - begin);
  return escaped ? resolve (builder, begin, end, length) : (const char *) begin;
}

/* A terminated copy: in room where it fits, else in *heap. */
static const char *
terminate (const char *text, gsize length, char room[INLINE], char **heap)
{
  char *copy = length < INLINE ? room : (*heap = g_malloc (length + 1));
  memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}

static json_object *
build_text (Builder *builder)
{
  gsize length;
  const char *text = take_text (builder, &length);
  return json_object_new_string_len (text, (int) length);
}

static json_object *
build_integer (const guint8 *at, const guint8 *end)
{
  gint64 value = 0;
  gboolean negative = *at == '-';
  for (at += negative; at < end; at++)
    value = 10 * value + (*at - '0');
  return json_object_new_int64 (negative ? -value : value);
}

static json_object *
build_number (Builder *builder)
{
  char room[INLINE];
  g_autofree char *heap = NULL;
  gboolean integer = TRUE;
  const guint8 *begin = builder->at;
  for (; builder->at < builder->end && strchr ("+-.0123456789eE", *builder->at) != NULL; builder->at++)
    integer = integer && (*builder->at == '-' || g_ascii_isdigit ((char) *builder->at));
  if (integer)
    return build_integer (begin, builder->at);
  const char *text = terminate ((const char *) begin, (gsize) (builder->at - begin), room, &heap);
  return json_object_new_double_s (g_ascii_strtod (text, NULL), text);
}

static void
add_member (Builder *builder, json_object *object)
{
  char room[INLINE];
  g_autofree char *heap = NULL;
  gsize length;
  skip_space (builder);
  const char *text = take_text (builder, &length);
  const char *key = terminate (text, length, room, &heap);
  accept (builder, ':');
  json_object *value = build_value (builder);
  if (json_object_object_add_ex (object, key, value, JSON_C_OBJECT_ADD_KEY_IS_NEW) != 0)
    json_object_put (value);
}

static json_object *
build_object (Builder *builder)
{
  json_object *object = json_object_new_object ();
  builder->at++;
  if (accept (builder, '}'))
    return object;
  do
    add_member (builder, object);
  while (accept (builder, ','));
  accept (builder, '}');
  return object;
}

static json_object *
build_array (Builder *builder)
{
  json_object *array = json_object_new_array ();
  builder->at++;
  if (accept (builder, ']'))
    return array;
  do
    json_object_array_add (array, build_value (builder));
  while (accept (builder, ','));
  accept (builder, ']');
  return array;
}

static json_object *
build_word (Builder *builder)
{
  gboolean yes = *builder->at == 't', no = *builder->at == 'f';
  builder->at += no ? strlen ("false") : strlen ("true"); /* null is as long */
  return yes || no ? json_object_new_boolean (yes) : NULL;
}

static json_object *
build_value (Builder *builder)
{
  skip_space (builder);
  switch (builder->at < builder->end ? *builder->at : 0) {
  case '{':
    return build_object (builder);
  case '[':
    return build_array (builder);
  case '"':
    return build_text (builder);
  case 't':
  case 'f':
  case 'n':
    return build_word (builder);
  default:
    return build_number (builder);
  }
}

json_object *
kith_build (const char *data, gsize length)
{
  Builder builder = {.at = (const guint8 *) data, .end = (const guint8 *) data + length};
  json_object *root = build_value (&builder);
  if (builder.text != NULL)
    g_string_free (builder.text, TRUE);
  return root;
}
