/* openmetrics.c - see openmetrics.h. One family is open at a time; its head comes first, in the order TYPE, UNIT, HELP.
 */
#include "support/openmetrics.h"

#include <math.h>
#include <string.h>

#define OPENMETRICS_ERROR (g_quark_from_static_string ("openmetrics"))

typedef struct {
  GHashTable *samples, *families;
  char *family, *type; /* the open one; NULL: none yet */
  guint heads;         /* how far its head has come: 1 TYPE, 2 UNIT, 3 HELP, 4 samples */
  double last_le, last_bucket, count;
  gboolean has_sum;
} Parser;

static const struct {
  const char *type, *suffixes[4];
} types[] = {
    {"gauge", {""}},
    {"counter", {"_total", "_created"}},
    {"histogram", {"_bucket", "_count", "_sum", "_created"}},
    {"info", {"_info"}},
    {"unknown", {""}},
};

static gboolean G_GNUC_PRINTF (2, 3) bad (GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, OPENMETRICS_ERROR, 0, text);
  return FALSE;
}

static gboolean
matches (const char *pattern, const char *text)
{
  return g_regex_match_simple (pattern, text, 0, 0);
}

static gboolean
end_family (Parser *parser, GError **error)
{
  if (parser->family == NULL)
    return TRUE;
  if (parser->heads < 4)
    return bad (error, "%s has no sample", parser->family);
  if (g_str_equal (parser->type, "histogram") &&
      (!isinf (parser->last_le) || parser->count != parser->last_bucket || !parser->has_sum))
    return bad (error, "%s has no +Inf bucket, or another _count, or no _sum", parser->family);
  return TRUE;
}

static gboolean
begin_family (Parser *parser, const char *name, const char *type, GError **error)
{
  gboolean known = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    known = known || g_str_equal (types[i].type, type);
  if (!known || !matches ("^[a-zA-Z_:][a-zA-Z0-9_:]*$", name))
    return bad (error, "bad name or type: %s %s", name, type);
  if (!end_family (parser, error))
    return FALSE;
  if (!g_hash_table_add (parser->families, g_strdup (name)))
    return bad (error, "the family %s comes twice", name);
  g_free (parser->family);
  g_free (parser->type);
  parser->family = g_strdup (name);
  parser->type = g_strdup (type);
  parser->heads = 1;
  parser->last_le = -INFINITY;
  parser->last_bucket = parser->count = 0;
  parser->has_sum = FALSE;
  return TRUE;
}

static gboolean
parse_head (Parser *parser, const char *line, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  if (g_strv_length (words) != 4)
    return bad (error, "a head has four parts");
  if (g_str_equal (words[1], "TYPE"))
    return begin_family (parser, words[2], words[3], error);
  if (g_strcmp0 (parser->family, words[2]) != 0)
    return bad (error, "%s is not the open family", words[2]);
  guint place = g_str_equal (words[1], "UNIT") ? 2 : g_str_equal (words[1], "HELP") ? 3 : 0;
  if (place == 0 || place <= parser->heads)
    return bad (error, "%s is not a head, or not in its place", words[1]);
  parser->heads = place;
  g_autofree char *suffix = g_strconcat ("_", words[3], NULL);
  if (place == 2 && !g_str_has_suffix (words[2], suffix))
    return bad (error, "%s does not end with its unit", words[2]);
  return place != 3 || matches ("^([^\\\\\"]|\\\\[\\\\n\"])*$", words[3]) ? TRUE
                                                                          : bad (error, "a help with bad escapes");
}

static gboolean
check_labels (const char *labels, GError **error)
{
  if (!matches ("^[a-zA-Z_]\\w*=\"([^\"\\\\]|\\\\[\\\\\"n])*\"(,[a-zA-Z_]\\w*=\"([^\"\\\\]|\\\\[\\\\\"n])*\")*$",
                labels))
    return bad (error, "bad labels: %s", labels);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRegex) one = g_regex_new ("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  for (gboolean found = g_regex_match (one, labels, 0, &match); found; found = g_match_info_next (match, NULL))
    if (!g_hash_table_add (names, g_match_info_fetch (match, 1)))
      return bad (error, "a label comes twice: %s", labels);
  return TRUE;
}

static gboolean
parse_number (const char *text, double *value, GError **error)
{
  char *end = NULL;
  *value = g_str_equal (text, "+Inf") ? INFINITY : g_ascii_strtod (text, &end);
  if (end != NULL && (*end != '\0' || !matches ("^-?[0-9]+(\\.[0-9]+)?(e[-+][0-9]+)?$", text)))
    return bad (error, "%s is no number", text);
  return TRUE;
}

static gboolean
check_bucket (Parser *parser, const char *labels, double value, GError **error)
{
  double le = 0;
  if (!g_str_has_prefix (labels, "le=\""))
    return bad (error, "a bucket without le");
  g_autofree char *bound = g_strndup (labels + 4, strlen (labels) - 5);
  if (!parse_number (bound, &le, error))
    return FALSE;
  if (!isinf (le) && strpbrk (bound, ".e") == NULL)
    return bad (error, "le is not canonical: %s", bound);
  if (le <= parser->last_le || value < parser->last_bucket)
    return bad (error, "buckets do not ascend at %s", bound);
  parser->last_le = le;
  parser->last_bucket = value;
  return TRUE;
}

static gboolean
check_value (Parser *parser, const char *suffix, const char *labels, double value, GError **error)
{
  gboolean counts = g_str_equal (parser->type, "counter") || g_str_equal (parser->type, "histogram");
  if (counts && !(value >= 0))
    return bad (error, "a counter below zero");
  if (g_str_equal (parser->type, "info") && value != 1)
    return bad (error, "an info that is not 1");
  if (g_str_equal (suffix, "_bucket"))
    return check_bucket (parser, labels, value, error);
  parser->has_sum = parser->has_sum || g_str_equal (suffix, "_sum");
  if (g_str_equal (suffix, "_count"))
    parser->count = value;
  return TRUE;
}

/* How the name goes on behind the family's; NULL: it is no sample of it. */
static const char *
suffix_of (const Parser *parser, const char *name)
{
  if (parser->family == NULL || !g_str_has_prefix (name, parser->family))
    return NULL;
  const char *suffix = name + strlen (parser->family);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    for (guint j = 0; j < 4 && types[i].suffixes[j] != NULL; j++)
      if (g_str_equal (types[i].type, parser->type) && g_str_equal (types[i].suffixes[j], suffix))
        return suffix;
  return NULL;
}

static gboolean
parse_sample (Parser *parser, const char *line, GError **error)
{
  g_autoptr (GRegex) form = g_regex_new ("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.+)\\})? (\\S+)$", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  if (!g_regex_match (form, line, 0, &match))
    return bad (error, "no sample: %s", line);
  g_autofree char *name = g_match_info_fetch (match, 1), *labels = g_match_info_fetch (match, 2),
                  *number = g_match_info_fetch (match, 3);
  const char *suffix = suffix_of (parser, name);
  double value = 0;
  if (suffix == NULL)
    return bad (error, "%s does not belong to the open family", name);
  if ((*labels != '\0' && !check_labels (labels, error)) || !parse_number (number, &value, error) ||
      !check_value (parser, suffix, labels, value, error))
    return FALSE;
  parser->heads = 4;
  char *key = g_strndup (line, strlen (line) - strlen (number) - 1);
  return g_hash_table_insert (parser->samples, key, g_memdup2 (&value, sizeof value))
             ? TRUE
             : bad (error, "a sample comes twice: %s", line);
}

static gboolean
parse_lines (Parser *parser, char **lines, GError **error)
{
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = lines[i];
    gboolean good = *line == '#' ? parse_head (parser, line, error) : parse_sample (parser, line, error);
    if (!good) {
      g_prefix_error (error, "line %u: ", i + 1);
      return FALSE;
    }
  }
  return end_family (parser, error);
}

GHashTable *
openmetrics_parse (const char *text, GError **error)
{
  if (!g_str_has_suffix (text, "\n# EOF\n") || !g_utf8_validate (text, -1, NULL) || strchr (text, '\r') != NULL) {
    bad (error, "it does not end with # EOF and a line feed, or is not plain UTF-8");
    return NULL;
  }
  Parser parser = {.samples = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                   .families = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL)};
  g_autofree char *body = g_strndup (text, strlen (text) - strlen ("\n# EOF\n"));
  g_auto (GStrv) lines = g_strsplit (body, "\n", -1);
  gboolean good = parse_lines (&parser, lines, error);
  g_hash_table_unref (parser.families);
  g_free (parser.family);
  g_free (parser.type);
  if (!good)
    g_clear_pointer (&parser.samples, g_hash_table_unref);
  return parser.samples;
}

double
openmetrics_value (GHashTable *samples, const char *name)
{
  const double *value = g_hash_table_lookup (samples, name);
  return value != NULL ? *value : -1;
}
