/* output.c - cleaning, colour, columns, JSON. */
#include "output.h"

#include "terminal.h"

#include <stdio.h>
#include <string.h>

static gboolean
is_harmless (gunichar c)
{
  switch (g_unichar_type (c)) {
  case G_UNICODE_CONTROL:
  case G_UNICODE_PRIVATE_USE:
  case G_UNICODE_SURROGATE:
  case G_UNICODE_UNASSIGNED:
  case G_UNICODE_LINE_SEPARATOR:
  case G_UNICODE_PARAGRAPH_SEPARATOR:
    return FALSE;
  case G_UNICODE_FORMAT:
    return c == 0x200D || c == 0x200C; /* joiners belong to scripts and to emoji */
  default:
    return TRUE;
  }
}

static void
append_clean (GString *out, gunichar c)
{
  if (is_harmless (c))
    g_string_append_unichar (out, c);
  else if (c == '\t')
    g_string_append_c (out, ' ');
  else if (c < 0x20)
    g_string_append_unichar (out, 0x2400 + c); /* the pictures of the control characters */
  else
    g_string_append_printf (out, "<U+%04X>", c);
}

static char *
clean (const char *text, const char *prefix, gboolean lines, guint indent)
{
  GString *out = g_string_new (prefix);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    if (lines && *p == '\n')
      g_string_append_printf (out, "\n%*s", (int) indent, "");
    else
      append_clean (out, g_utf8_get_char (p));
  }
  return g_string_free (out, FALSE);
}

char *
cli_clean (const char *text, const char *prefix)
{
  return clean (text, prefix, FALSE, 0);
}

char *
cli_clean_lines (const char *text, guint indent)
{
  return clean (text, NULL, TRUE, indent);
}

const char *
cli_style (CliStyle style)
{
  static const char *const sequences[CLI_N_STYLES] = {"\033[0m", "\033[1m", "\033[2m", "\033[31m", "\033[36m"};
  const char *no_color = g_getenv ("NO_COLOR");
  gboolean wanted = kith_terminal_is (KITH_STDOUT) && (no_color == NULL || no_color[0] == '\0') &&
                    g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
  return wanted ? sequences[style] : "";
}

/* json-c escapes what JSON demands; a terminal may be there too, so DEL, C1 and bidi controls are escaped as well. They
 * can stand in strings only, where an escape means the same. */
void
cli_print_json (json_object *object)
{
  for (const char *p = kith_json_text (object); *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (is_harmless (c) || c > 0xFFFF)
      fwrite (p, 1, (gsize) (g_utf8_next_char (p) - p), stdout);
    else
      printf ("\\u%04x", c);
  }
  putchar ('\n');
  fflush (stdout);
  json_object_put (object);
}

struct _CliTable {
  guint columns;
  GPtrArray *cells;
};

CliTable *
cli_table_new (guint columns)
{
  CliTable *table = g_new0 (CliTable, 1);
  table->columns = columns;
  table->cells = g_ptr_array_new_with_free_func (g_free);
  return table;
}

void
cli_table_add (CliTable *table, ...)
{
  va_list cells;
  va_start (cells, table);
  for (guint i = 0; i < table->columns; i++)
    g_ptr_array_add (table->cells, va_arg (cells, char *));
  va_end (cells);
}

/* Columns of a terminal that text takes. */
static int
width_of (const char *text)
{
  int width = 0;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    width += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
  }
  return width;
}

/* One row; nothing is padded that has nothing behind it. */
static void
print_row (CliTable *table, guint first, const int *widths)
{
  guint last = table->columns;
  while (last > 1 && ((char *) g_ptr_array_index (table->cells, first + last - 1))[0] == '\0')
    last--;
  for (guint column = 0; column < last; column++) {
    const char *text = g_ptr_array_index (table->cells, first + column);
    int padding = column + 1 < last ? widths[column] - width_of (text) + 2 : 0;
    printf ("%s%s%s%*s", column == 0 ? cli_style (CLI_BOLD) : "", text, column == 0 ? cli_style (CLI_PLAIN) : "",
            padding, "");
  }
  putchar ('\n');
}

void
cli_table_print (CliTable *table)
{
  g_autofree int *widths = g_new0 (int, table->columns);
  for (guint i = 0; i < table->cells->len; i++)
    widths[i % table->columns] = MAX (widths[i % table->columns], width_of (g_ptr_array_index (table->cells, i)));
  for (guint first = 0; first < table->cells->len; first += table->columns)
    print_row (table, first, widths);
  g_ptr_array_unref (table->cells);
  g_free (table);
}

gboolean
cli_list (Cli *cli, const char *what, guint columns, void (*add) (Cli *cli, CliTable *table, json_object *item), GError **error)
{
  json_object *answer = NULL, *list = NULL;
  if (!cli_sign_in (cli, error) || !cli_request (cli, kith_client_message (what, 0, FALSE), KITH_REQUEST_KEEP, &answer, error))
    return FALSE;
  CliTable *table = cli_table_new (columns);
  json_object_object_get_ex (answer, what, &list);
  for (gsize i = 0; i < json_object_array_length (list); i++) {
    json_object *item = json_object_array_get_idx (list, i);
    if (cli->options.json)
      cli_print_json (json_object_get (item));
    else
      add (cli, table, item);
  }
  cli_table_print (table);
  json_object_put (answer);
  return TRUE;
}
