/* rich-guard.c - md4c knows more of Markdown than Kith: headings, links, HTML, entities, escapes. What would be one of
 * these is hidden as a noncharacter of Unicode (U+FDD0 and following, of which cleaned text has none) and comes back as
 * it was written. So is a mark within an address, a name, or a word: 2*3*4 stays that. */
#include "rich-private.h"

#include <string.h>

#define FIRST 0xfdd0 /* as UTF-8: EF B7 90 ... */
static const char guarded[] = "\\[<&#=-*_~+ \t";

static void
hide (GString *out, char c)
{
  g_string_append_unichar (out, FIRST + (gunichar) (strchr (guarded, c) - guarded));
}

static void
hide_of (GString *out, const char *text, gsize size, const char *which)
{
  for (gsize i = 0; i < size; i++)
    if (strchr (which, text[i]) != NULL)
      hide (out, text[i]);
    else
      g_string_append_c (out, text[i]);
}

void
kith_rich_unguard (GString *out, const char *text, gsize size)
{
  for (gsize i = 0; i < size; i++) {
    gboolean hidden = i + 2 < size && (guchar) text[i] == 0xef && (guchar) text[i + 1] == 0xb7 &&
                      (guchar) text[i + 2] >= 0x90 && (guchar) text[i + 2] - 0x90 < (int) sizeof guarded - 1;
    g_string_append_c (out, hidden ? guarded[(guchar) text[i + 2] - 0x90] : text[i]);
    i += hidden ? 2 : 0;
  }
}

/* A line of nothing but dashes, equals signs, stars or underscores: a rule, or it makes a heading of the line before.
 */
static gboolean
is_rule (const char *line, gsize size)
{
  char mark = '\0';
  for (gsize i = 0; i < size; i++) {
    if (line[i] == ' ' || line[i] == '\t')
      continue;
    if (strchr ("-=*_", line[i]) == NULL || (mark != '\0' && line[i] != mark))
      return FALSE;
    mark = line[i];
  }
  return mark != '\0';
}

/* "@name" or "#room": up to where a name goes. */
static gsize
name_length (const char *text, const char *end)
{
  const char *p = text + 1;
  if (*text != '@' && *text != '#')
    return 0;
  while (p < end && (g_unichar_isalnum (g_utf8_get_char (p)) || strchr ("-_.", *p) != NULL))
    p = g_utf8_next_char (p);
  while (p > text && strchr ("_.", p[-1]) != NULL)
    p--;
  return (gsize) (p - text);
}

/* A run of one mark between two letters or digits is no mark. Returns its length. */
static gsize
take_run (GString *out, const char *p, const char *end, gunichar before)
{
  gsize n = 1;
  while (p + n < end && p[n] == *p)
    n++;
  gboolean within = g_unichar_isalnum (before) && p + n < end && g_unichar_isalnum (g_utf8_get_char (p + n));
  hide_of (out, p, n, within ? "*~" : "");
  return n;
}

static void
guard_words (GString *out, const char *p, const char *end)
{
  gunichar before = 0;
  while (p < end) {
    gsize link = MIN (kith_rich_link_length (p, before), (gsize) (end - p));
    gsize token = link > 0 ? link : g_unichar_isalnum (before) ? 0 : name_length (p, end);
    if (token > 1) {
      hide_of (out, p, token, "\\[<&#*_~");
    } else if (*p == '*' || *p == '~') {
      token = take_run (out, p, end, before);
    } else {
      token = (gsize) (g_utf8_next_char (p) - p);
      hide_of (out, p, token, "\\[<&#");
    }
    p += token;
    before = g_utf8_get_char (g_utf8_prev_char (p));
  }
}

/* Spaces at the beginning mean something to lists, quotes and code; before other text they are kept as they are. */
static void
guard_line (GString *out, const char *line, gsize size)
{
  gsize indent = strspn (line, " \t");
  if (is_rule (line, size)) {
    hide_of (out, line, size, "-=*_");
    return;
  }
  if (indent >= size)
    return;
  hide_of (out, line, indent, strchr ("-*>`~", line[indent]) != NULL || g_ascii_isdigit (line[indent]) ? "" : " \t");
  if (line[indent] == '+')
    hide (out, line[indent++]);
  guard_words (out, line + indent, line + size);
}

char *
kith_rich_guard (const char *text)
{
  GString *out = g_string_sized_new (strlen (text) + 64);
  for (;;) {
    gsize size = strcspn (text, "\n");
    guard_line (out, text, size);
    text += size;
    if (*text == '\0')
      return g_string_free (out, FALSE);
    g_string_append_c (out, *text++);
  }
}
