/* example.c - see example.h. */
#include "example.h"

#include <string.h>

#define FENCE "```"
#define HIDDEN "<!-- play: "

/* What the server says has no members beside those that are shown; <what> stands for anything. */
static char *
expect_exactly (const char *line)
{
  g_autoptr (GRegex) anything = g_regex_new ("\"?<[^<>\"]+>\"?", G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
  const char *frame = strstr (line, " < ");
  if (frame == NULL)
    return g_strdup (line);
  g_autofree char *pattern =
      g_regex_replace_literal (anything, frame + strlen (" < "), -1, 0, "\"*\"", G_REGEX_MATCH_DEFAULT, NULL);
  return g_strdup_printf ("%.*s <exactly %s", (int) (frame - line), line, pattern);
}

static void
replace_line (char **line, char *by)
{
  g_free (*line);
  *line = by;
}

static void
empty_line (char **line)
{
  replace_line (line, g_strdup (""));
}

/* Puts the lines that go on with another one behind it. */
static void
join_lines (char **lines)
{
  char **first = lines;
  for (char **line = lines; *line != NULL && !g_str_has_prefix (*line, FENCE); line++) {
    if (**line != ' ') {
      first = line;
      continue;
    }
    replace_line (first, g_strconcat (*first, g_strstrip (*line), NULL));
    empty_line (line);
  }
}

/* The lines of a block up to its end, which is returned. */
static char **
take_block (char **lines)
{
  join_lines (lines);
  for (; *lines != NULL && !g_str_has_prefix (*lines, FENCE); lines++)
    replace_line (lines, expect_exactly (*lines));
  return lines;
}

char **
example_lines (const char *markdown)
{
  char **lines = g_strsplit (markdown, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    char *end = strstr (*line, " -->");
    gboolean begins = g_str_equal (*line, FENCE "kith");
    if (g_str_has_prefix (*line, HIDDEN) && end != NULL) {
      replace_line (line, g_strndup (*line + strlen (HIDDEN), (gsize) (end - *line) - strlen (HIDDEN)));
      continue;
    }
    empty_line (line);
    if (begins)
      line = take_block (line + 1);
    if (*line == NULL)
      break;
    if (begins)
      empty_line (line);
  }
  return lines;
}
