/* rich-clean.c - text of others, made safe to show: it stays in its lines, in its direction, and within bounds. */
#include "rich-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define NAME_MAX_CHARS 128
#define JOINER 0x200d
#define NON_JOINER 0x200c

/* Embedding and override characters turn what follows them, up to the end of the line. Isolates stay: what they turn
 * ends with them, and marks of direction turn nothing. */
static gboolean
turns (gunichar c)
{
  return c >= 0x202a && c <= 0x202e;
}

static gboolean
is_nonchar (gunichar c)
{
  return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

/* Valid UTF-8 of at most that many bytes, cut between characters. */
static char *
make_valid (const char *text, gsize most)
{
  gsize size = strnlen (text, most + 1);
  if (size > most)
    for (size = most; size > most - 4 && ((guchar) text[size] & 0xc0) == 0x80;)
      size--;
  return g_utf8_make_valid (text, (gssize) size);
}

char *
kith_rich_clean (const char *text)
{
  g_autofree char *valid = make_valid (text, KITH_RICH_BYTES);
  GString *out = g_string_sized_new (strlen (valid));
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (c == '\r' || c == 0x2028 || c == 0x2029) {
      if (p[1] != '\n')
        g_string_append_c (out, '\n');
    } else if (c == '\n' || c == '\t' || (!g_unichar_iscntrl (c) && !turns (c) && !is_nonchar (c))) {
      g_string_append_unichar (out, c);
    }
  }
  return g_string_free (out, FALSE);
}

/* Joiners hold emoji and letters of some scripts together; nothing else that is invisible has to be in a name. */
static gboolean
may_be_in_name (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);
  if (c == JOINER || c == NON_JOINER)
    return TRUE;
  return type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT && type != G_UNICODE_SURROGATE &&
         type != G_UNICODE_PRIVATE_USE && type != G_UNICODE_UNASSIGNED;
}

static gboolean
is_gap (gunichar c)
{
  return g_unichar_isspace (c) || c == 0x2800 || c == 0x3164 || c == 0xffa0; /* letters that show nothing */
}

char *
kith_rich_clean_name (const char *name)
{
  g_autofree char *valid = make_valid (name != NULL ? name : "", 8 * NAME_MAX_CHARS);
  GString *out = g_string_new (NULL);
  gboolean gap = FALSE, shown = FALSE;
  guint count = 0;
  for (const char *p = valid; *p != '\0' && count < NAME_MAX_CHARS; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (is_gap (c)) {
      gap = out->len > 0;
    } else if (may_be_in_name (c)) {
      if (gap)
        g_string_append_c (out, ' ');
      g_string_append_unichar (out, c);
      shown = shown || (c != JOINER && c != NON_JOINER && !g_unichar_ismark (c));
      gap = FALSE;
      count++;
    }
  }
  if (!shown)
    g_string_assign (out, _ ("Unnamed"));
  return g_string_free (out, FALSE);
}

/* Where a text of more than max characters is cut: not within what is shown as one. */
static char *
find_cut (const char *text, guint max)
{
  char *cut = g_utf8_offset_to_pointer (text, max - 1);
  while (cut > text) {
    gunichar next = g_utf8_get_char (cut), before = g_utf8_get_char (g_utf8_prev_char (cut));
    if (!g_unichar_ismark (next) && next != JOINER && before != JOINER && before != ' ')
      break;
    cut = g_utf8_prev_char (cut);
  }
  return cut;
}

char *
kith_rich_one_line (const char *text, guint max)
{
  g_autoptr (GPtrArray) blocks = kith_rich_parse (text, NULL, NULL, NULL);
  GString *out = g_string_new (NULL);
  guint count = 0;
  gboolean gap = FALSE;
  for (guint i = 0; i<blocks->len; i++, gap = out->len> 0)
    for (const char *p = ((KithBlock *) blocks->pdata[i])->text; *p != '\0' && count <= max; p = g_utf8_next_char (p)) {
      gboolean space = g_unichar_isspace (g_utf8_get_char (p));
      if (space) {
        gap = out->len > 0;
        continue;
      }
      if (gap)
        g_string_append_c (out, ' ');
      g_string_append_unichar (out, g_utf8_get_char (p));
      count += gap ? 2 : 1;
      gap = FALSE;
    }
  if (max > 0 && count > max) {
    g_string_truncate (out, (gsize) (find_cut (out->str, max) - out->str));
    g_string_append (out, "…");
  }
  return g_string_free (out, FALSE);
}
