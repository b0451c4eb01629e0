/* value.h - a frame taken apart without json-c: its bytes in one piece of memory, with a row for each value in front of them. What a server is
 * asked is read from that; who keeps what it got makes values of json-c of it (build.h).
 *
 * Rows stand in the order of the frame, so an object or a list is followed by what is in it: of an object a row for each key and the row or
 * rows of its value. Made by kith_scan, which has found everything to be whole. */
#pragma once

#include <glib.h>
#include <string.h>

#include "proto/limits.h"

typedef enum {
  KITH_VALUE_NULL,
  KITH_VALUE_BOOLEAN,
  KITH_VALUE_INTEGER,
  KITH_VALUE_DOUBLE,
  KITH_VALUE_STRING, /* keys, too */
  KITH_VALUE_ARRAY,
  KITH_VALUE_OBJECT
} KithValueType;

typedef struct {
  const char *text; /* of a string, its escapes resolved, terminated; of others as the frame has it, not terminated */
  guint32 length;   /* bytes of text; of an object its members, of an array its items */
  guint32 rows : 26; /* this one, and those of what is in it */
  guint32 type : 4;
  guint32 escaped : 1; /* of a string: the frame has escapes in it */
  guint32 known : 1;   /* of a member's value: a table names it */
} KithValue;

/* Of a whole frame only: what kith_scan returned. */
KithValue *kith_value_ref (KithValue *root);
void kith_value_unref (KithValue *root); /* NULL is welcome */

/* The first item of an array (of an object: the first key), and what follows a row and all that is in it. */
static inline const KithValue *
kith_value_first (const KithValue *value)
{
  return value + 1;
}

static inline const KithValue *
kith_value_next (const KithValue *value)
{
  return value + value->rows;
}

/* Most names differ in their first letter: that is seen without a call. */
static inline gboolean
kith_is_name (const char *name, const char *text)
{
  return *name == *text && strcmp (name, text) == 0;
}

/* What an integer or a boolean says. */
gint64 kith_value_number (const KithValue *value);

/* Members by name. Absent, or of another type: NULL, FALSE or fallback; object may be NULL. */
const KithValue *kith_value_member (const KithValue *object, const char *name);
gboolean kith_value_has (const KithValue *object, const char *name);
const KithValue *kith_value_object (const KithValue *object, const char *name);
const KithValue *kith_value_array (const KithValue *object, const char *name);
const char *kith_value_string (const KithValue *object, const char *name); /* valid as long as the frame */
gint64 kith_value_integer (const KithValue *object, const char *name, gint64 fallback);
gboolean kith_value_boolean (const KithValue *object, const char *name, gboolean fallback);
gint64 kith_value_id (const KithValue *object, const char *name, char prefix); /* 0 when absent */
gboolean kith_value_nonce (const KithValue *object, const char *name, guint8 out[KITH_NONCE_BYTES]);

/* Writes the value as JSON, without spaces and in the one way that json-c writes it (kith_json_text), to where there is room for it: what
 * it took in its frame, since nothing gets longer. Returns the end; there is no terminator. */
char *kith_value_write (char *at, const KithValue *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithValue, kith_value_unref)
