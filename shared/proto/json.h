/* json.h - json-c, whose functions here never say that there is no memory: what GLib does for its own.
 *
 * A block of memory is kept in reserve for that: it is given up, what failed is done again, and the block is taken anew
 * later (kith_memory_keep). When that does not help either the program ends with a sentence, as GLib ends it. An answer
 * that lacks a member is never sent. To be included instead of <json-c/json.h>; any thread. */
#pragma once

#include <glib.h>
#include <json-c/json.h>

/* Now and then, while all is well: takes the reserve where there is none. */
void kith_memory_keep (void);
/* Gives up the reserve; says so in the log. */
void kith_memory_open (void);
/* Ends the program unless there. */
void kith_memory_need (gboolean there);

#define KITH_JSON_MAKES(type, name, parameters, arguments) \
  static inline type *kith_##name parameters               \
  {                                                        \
    type *made = name arguments;                           \
    if (made == NULL) {                                    \
      kith_memory_open ();                                 \
      made = name arguments;                               \
      kith_memory_need (made != NULL);                     \
    }                                                      \
    return made;                                           \
  }

#define KITH_JSON_DOES(name, parameters, arguments) \
  static inline int kith_##name parameters          \
  {                                                 \
    int done = name arguments;                      \
    if (done < 0) {                                 \
      kith_memory_open ();                          \
      done = name arguments;                        \
      kith_memory_need (done >= 0);                 \
    }                                               \
    return done;                                    \
  }

KITH_JSON_MAKES (json_object, json_object_new_object, (void), ())
KITH_JSON_MAKES (json_object, json_object_new_array, (void), ())
KITH_JSON_MAKES (json_object, json_object_new_string, (const char *text), (text))
KITH_JSON_MAKES (json_object, json_object_new_string_len, (const char *text, int length), (text, length))
KITH_JSON_MAKES (json_object, json_object_new_double_s, (double value, const char *text), (value, text))
KITH_JSON_MAKES (json_object, json_object_new_int64, (gint64 value), (value))
KITH_JSON_MAKES (json_object, json_object_new_boolean, (json_bool value), (value))
KITH_JSON_MAKES (const char, json_object_to_json_string_ext, (json_object * object, int flags), (object, flags))
KITH_JSON_MAKES (const char, json_object_to_json_string_length, (json_object * object, int flags, size_t *length),
                 (object, flags, length))
KITH_JSON_DOES (json_object_object_add, (json_object * object, const char *name, json_object *value), (object, name, value))
KITH_JSON_DOES (json_object_object_add_ex, (json_object * object, const char *name, json_object *value, unsigned flags),
                (object, name, value, flags))
KITH_JSON_DOES (json_object_array_add, (json_object * array, json_object *value), (array, value))

#define json_object_new_object kith_json_object_new_object
#define json_object_new_array kith_json_object_new_array
#define json_object_new_string kith_json_object_new_string
#define json_object_new_string_len kith_json_object_new_string_len
#define json_object_new_double_s kith_json_object_new_double_s
#define json_object_new_int64 kith_json_object_new_int64
#define json_object_new_boolean kith_json_object_new_boolean
#define json_object_to_json_string_ext kith_json_object_to_json_string_ext
#define json_object_to_json_string_length kith_json_object_to_json_string_length
#define json_object_object_add kith_json_object_object_add
#define json_object_object_add_ex kith_json_object_object_add_ex
#define json_object_array_add kith_json_object_array_add
