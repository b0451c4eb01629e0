/* fold.c - each character by itself: taken apart (NFKD), stripped of accents, put together again where it has other
 * marks, made small.
 *
 * Accents are the blocks of combining diacritical marks; the marks of kana, Hangul, Arabic or Devanagari make other
 * letters and stay. */
#include "proto/fold.h"

#include <string.h>

#define PARTS_MAX G_UNICHAR_MAX_DECOMPOSITION_LENGTH
#define FOLDED_FULL (KITH_FOLDED_MAX - 6 * PARTS_MAX) /* bytes from which on nothing is added: any character fits behind them */

static const struct {
  gunichar first, last;
} accents[] = {{0x0300, 0x036f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
               {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

/* Letters that are written in another way without being taken apart. */
static const struct {
  gunichar letter;
  const char *plain;
} others[] = {{0x00df, "ss"}, {0x00e6, "ae"}, {0x00f8, "o"},  {0x0111, "d"},
              {0x0131, "i"},  {0x0142, "l"},  {0x0153, "oe"}, {0x03c2, "\317\203"}};

static gboolean
is_accent (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (accents); i++)
    if (c >= accents[i].first && c <= accents[i].last)
      return TRUE;
  return FALSE;
}

static gboolean
is_space (gunichar c)
{
  return c < 0x20 || c == 0x7f || g_unichar_isspace (c) || g_unichar_iscntrl (c);
}

static gboolean
is_invisible (gunichar c)
{
  return g_unichar_type (c) == G_UNICODE_FORMAT || c == 0x034f;
}

static void
append_small (GString *out, gunichar c)
{
  gunichar small = g_unichar_tolower (c);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (others[i].letter == small) {
      g_string_append (out, others[i].plain);
      return;
    }
  g_string_append_unichar (out, small);
}

/* A space once, and not at the beginning. */
static void
append_space (GString *out)
{
  if (out->len > 0 && out->str[out->len - 1] != ' ')
    g_string_append_c (out, ' ');
}

static void
append_part (GString *out, gunichar c)
{
  if (is_space (c))
    append_space (out);
  else if (!is_invisible (c))
    append_small (out, c);
}

static void
append_parts (GString *out, gunichar c)
{
  gunichar parts[PARTS_MAX], whole = 0, joined;
  gsize n = g_unichar_fully_decompose (c, TRUE, parts, PARTS_MAX);
  for (gsize i = 0; i < n; i++) {
    if (is_accent (parts[i]))
      continue;
    gboolean joins = whole != 0 && g_unichar_compose (whole, parts[i], &joined);
    if (whole != 0 && !joins)
      append_part (out, whole);
    whole = joins ? joined : parts[i];
  }
  if (whole != 0)
    append_part (out, whole);
}

static void
note_origin (GArray *origins, gsize length, gsize origin)
{
  while (origins != NULL && origins->len < length)
    g_array_append_val (origins, origin);
}

static void
append_folded (GString *out, const char *text, GArray *origins)
{
  const char *p = text;
  for (; *p != '\0' && out->len < FOLDED_FULL; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (c > 0x20 && c < 0x7f)
      g_string_append_c (out, g_ascii_tolower ((char) c));
    else
      append_parts (out, c);
    note_origin (origins, out->len, (gsize) (p - text));
  }
  if (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  if (origins != NULL)
    g_array_set_size (origins, (guint) out->len);
  note_origin (origins, out->len + 1, (gsize) (p - text));
}

/* What append_folded makes of ASCII, without a look at Unicode's tables: that is most of what is indexed. NULL: there is something else in it. */
static char *
fold_ascii (const char *text)
{
  g_autofree char *out = g_malloc (strlen (text) + 1);
  gsize n = 0;
  for (const char *p = text; *p != '\0' && n < FOLDED_FULL; p++)
    if ((guchar) *p >= 0x80)
      return NULL;
    else if (*p > 0x20 && *p < 0x7f)
      out[n++] = g_ascii_isupper (*p) ? (char) (*p | 0x20) : *p;
    else if (n > 0 && out[n - 1] != ' ')
      out[n++] = ' ';
  if (n > 0 && out[n - 1] == ' ')
    n--;
  out[n] = '\0';
  return g_steal_pointer (&out);
}

/* Valid, and nothing from U+0300 on: no mark that belongs to another character. So are most texts in Latin letters. */
static gboolean
has_no_marks (const char *text)
{
  const char *p = text;
  while (*p != '\0' && (guchar) *p < 0xcc)
    p++;
  return *p == '\0' && g_utf8_validate (text, p - text, NULL);
}

/* Joins marks to what they belong to. */
static char *
compose (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  return g_utf8_normalize (valid, -1, G_NORMALIZE_ALL_COMPOSE);
}

char *
kith_fold (const char *text, GArray *origins)
{
  char *ascii = origins == NULL ? fold_ascii (text) : NULL;
  if (ascii != NULL)
    return ascii;
  GString *out = g_string_sized_new (strlen (text) + 1);
  g_autofree char *composed = origins == NULL && !has_no_marks (text) ? compose (text) : NULL;
  append_folded (out, composed != NULL ? composed : text, origins);
  return g_string_free (out, FALSE);
}

GPtrArray *
kith_fold_words (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folded = kith_fold (text, NULL);
  g_auto (GStrv) parts = g_strsplit (folded, " ", -1);
  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0')
      g_ptr_array_add (words, g_strdup (*part));
  return words;
}

gboolean
kith_fold_has_words (const char *folded, const GPtrArray *words)
{
  for (guint i = 0; i < words->len; i++)
    if (strstr (folded, words->pdata[i]) == NULL)
      return FALSE;
  return TRUE;
}
