/* command-line-win32.c - every word in quotation marks; backslashes count only before one of them. */
#include "base/command-line.h"

static void
append_backslashes (GString *line, gsize n)
{
  for (; n > 0; n--)
    g_string_append_c (line, '\\');
}

static void
append_word (GString *line, const char *word)
{
  gsize backslashes = 0; /* just before */
  g_string_append (line, line->len > 0 ? " \"" : "\"");
  for (; *word != '\0'; word++) {
    if (*word == '"')
      append_backslashes (line, backslashes + 1);
    backslashes = *word == '\\' ? backslashes + 1 : 0;
    g_string_append_c (line, *word);
  }
  append_backslashes (line, backslashes);
  g_string_append_c (line, '"');
}

gunichar2 *
kith_command_line (const char *const *words)
{
  g_autoptr (GString) line = g_string_new (NULL);
  for (; *words != NULL; words++)
    append_word (line, *words);
  g_autofree char *text = g_utf8_make_valid (line->str, -1);
  return g_utf8_to_utf16 (text, -1, NULL, NULL, NULL);
}
