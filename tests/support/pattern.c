/* pattern.c - see pattern.h. */
#include "support/pattern.h"

#include <json-c/json_object_iterator.h>
#include <string.h>

typedef struct _Match Match;

struct _Match {
  Match *outer;      /* of which this is one attempt; NULL: none */
  gboolean exact;    /* no members but those of the pattern */
  GHashTable *known; /* borrowed; may be NULL */
  GHashTable *fresh; /* captured by this match */
  GString *why;      /* may be NULL */
};

static gboolean match_value (Match *match, const char *where, json_object *pattern, json_object *value);

GHashTable *
pattern_captures_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static const char *
plain_text (json_object *value)
{
  if (json_object_is_type (value, json_type_string))
    return json_object_get_string (value);
  return json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static gboolean
differs (Match *match, const char *where, const char *expected, const char *got)
{
  if (match->why != NULL)
    g_string_printf (match->why, "%s: expected %s, got %s", *where != '\0' ? where : "the frame", expected, got);
  return FALSE;
}

static const char *
lookup (Match *match, const char *name)
{
  for (Match *each = match; each != NULL; each = each->outer) {
    const char *text = g_hash_table_lookup (each->fresh, name);
    if (text != NULL)
      return text;
  }
  return match->known != NULL ? g_hash_table_lookup (match->known, name) : NULL;
}

/* Moves what a match that succeeded has captured. */
static void
keep (GHashTable *fresh, GHashTable *into)
{
  GHashTableIter iter;
  gpointer name, text;
  g_hash_table_iter_init (&iter, fresh);
  while (g_hash_table_iter_next (&iter, &name, &text)) {
    g_hash_table_iter_steal (&iter);
    g_hash_table_insert (into, name, text);
  }
}

static gboolean
match_capture (Match *match, const char *where, const char *name, json_object *value)
{
  const char *text = plain_text (value);
  const char *known = lookup (match, name);
  if (known == NULL)
    g_hash_table_insert (match->fresh, g_strdup (name), g_strdup (text));
  else if (strcmp (known, text) != 0)
    return differs (match, where, known, text);
  return TRUE;
}

/* FALSE: value has a member that the pattern does not name. */
static gboolean
has_no_others (Match *match, const char *where, json_object *pattern, json_object *value)
{
  struct json_object_iterator iter = json_object_iter_begin (value), end = json_object_iter_end (value);
  for (; !json_object_iter_equal (&iter, &end); json_object_iter_next (&iter)) {
    const char *name = json_object_iter_peek_name (&iter);
    g_autofree char *inner = g_strconcat (where, *where != '\0' ? "." : "", name, NULL);
    if (!json_object_object_get_ex (pattern, name, NULL))
      return differs (match, inner, "nothing", plain_text (json_object_iter_peek_value (&iter)));
  }
  return TRUE;
}

static gboolean
match_object (Match *match, const char *where, json_object *pattern, json_object *value)
{
  if (!json_object_is_type (value, json_type_object))
    return differs (match, where, "an object", plain_text (value));
  if (match->exact && !has_no_others (match, where, pattern, value))
    return FALSE;
  struct json_object_iterator iter = json_object_iter_begin (pattern), end = json_object_iter_end (pattern);
  for (; !json_object_iter_equal (&iter, &end); json_object_iter_next (&iter)) {
    const char *name = json_object_iter_peek_name (&iter);
    json_object *wanted = json_object_iter_peek_value (&iter);
    g_autofree char *inner = g_strconcat (where, *where != '\0' ? "." : "", name, NULL);
    json_object *found = NULL;
    gboolean there = json_object_object_get_ex (value, name, &found);
    gboolean absent =
        json_object_is_type (wanted, json_type_string) && strcmp (json_object_get_string (wanted), "!absent") == 0;
    if (there == absent)
      return differs (match, inner, absent ? "nothing" : plain_text (wanted), there ? plain_text (found) : "nothing");
    if (there && !match_value (match, inner, wanted, found))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_ellipsis (json_object *item)
{
  return json_object_is_type (item, json_type_string) && strcmp (json_object_get_string (item), "...") == 0;
}

/* An attempt that leaves nothing behind when it fails. */
static gboolean
try_value (Match *outer, json_object *pattern, json_object *value)
{
  g_autoptr (GHashTable) fresh = pattern_captures_new ();
  Match match = {outer, outer->exact, outer->known, fresh, NULL};
  if (!match_value (&match, "", pattern, value))
    return FALSE;
  keep (fresh, outer->fresh);
  return TRUE;
}

/* Each item of the pattern, in order, somewhere behind the one before. */
static gboolean
match_some (Match *match, const char *where, json_object *pattern, json_object *value)
{
  gsize at = 0, n = json_object_array_length (value);
  for (gsize i = 0; i < json_object_array_length (pattern); i++) {
    json_object *wanted = json_object_array_get_idx (pattern, i);
    if (is_ellipsis (wanted))
      continue;
    while (at < n && !try_value (match, wanted, json_object_array_get_idx (value, at)))
      at++;
    if (at++ == n)
      return differs (match, where, plain_text (wanted), plain_text (value));
  }
  return TRUE;
}

static gboolean
match_array (Match *match, const char *where, json_object *pattern, json_object *value)
{
  if (!json_object_is_type (value, json_type_array))
    return differs (match, where, "an array", plain_text (value));
  gsize n = json_object_array_length (pattern);
  for (gsize i = 0; i < n; i++)
    if (is_ellipsis (json_object_array_get_idx (pattern, i)))
      return match_some (match, where, pattern, value);
  if (json_object_array_length (value) != n)
    return differs (match, where, plain_text (pattern), plain_text (value));
  for (gsize i = 0; i < n; i++) {
    g_autofree char *inner = g_strdup_printf ("%s[%" G_GSIZE_FORMAT "]", where, i);
    if (!match_value (match, inner, json_object_array_get_idx (pattern, i), json_object_array_get_idx (value, i)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
match_value (Match *match, const char *where, json_object *pattern, json_object *value)
{
  if (json_object_is_type (pattern, json_type_object))
    return match_object (match, where, pattern, value);
  if (json_object_is_type (pattern, json_type_array))
    return match_array (match, where, pattern, value);
  if (json_object_is_type (pattern, json_type_string)) {
    const char *text = json_object_get_string (pattern);
    if (strcmp (text, "*") == 0)
      return TRUE;
    if (text[0] == '$' && text[1] != '\0')
      return match_capture (match, where, text + 1, value);
  }
  return json_object_equal (pattern, value) || differs (match, where, plain_text (pattern), plain_text (value));
}

static gboolean
match_frame (json_object *pattern, json_object *value, gboolean exact, GHashTable *captures, GString *why)
{
  g_autoptr (GHashTable) fresh = pattern_captures_new ();
  Match match = {NULL, exact, captures, fresh, why};
  if (!match_value (&match, "", pattern, value))
    return FALSE;
  if (captures != NULL)
    keep (fresh, captures);
  return TRUE;
}

gboolean
pattern_match (json_object *pattern, json_object *value, GHashTable *captures, GString *why)
{
  return match_frame (pattern, value, FALSE, captures, why);
}

gboolean
pattern_match_exactly (json_object *pattern, json_object *value, GHashTable *captures, GString *why)
{
  return match_frame (pattern, value, TRUE, captures, why);
}
