/* pattern.h - what a test expects of a JSON value. A pattern is JSON too:
 *
 *   an object     the value has these members, and each matches; others do not matter
 *   an array      the same number of items, each matches; with an item "..." in it: the other items match some items,
 * in this order
 *   "*"           anything, but it has to be there
 *   "!absent"     the member is not there
 *   "$name"       first: anything, and it is remembered (captures); later: the same again
 *   anything else equals
 */
#pragma once

#include <glib.h>
#include <json-c/json.h>

/* captures: name -> text of the value as JSON writes it, strings without their quotes; may be NULL when no "$name" is
 * used. On FALSE, why (may be NULL) says where and what. Captures made by a pattern that does not match in the end are
 * taken back. */
gboolean pattern_match (json_object *pattern, json_object *value, GHashTable *captures, GString *why);
/* The same, and every object of value has the members of the pattern and no others. */
gboolean pattern_match_exactly (json_object *pattern, json_object *value, GHashTable *captures, GString *why);
/* The table for captures. */
GHashTable *pattern_captures_new (void);
