/* text.c - names are compared folded and built of plain letters; what cannot be seen, or turns text around, is refused.
 *
 * Not covered: words wholly of another script that look like Latin ones (Unicode TR 39, "whole-script confusables"). */
#include "proto/text.h"

#include <string.h>

#include "proto/error.h"
#include "proto/limits.h"

#define ZERO_WIDTH_JOINER 0x200d
#define BRAILLE_BLANK 0x2800
#define KEYCAP 0x20e3
#define EMOJI_STYLE 0xfe0f

typedef struct {
  gunichar first, last;
} Range;

/* Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt: nothing is drawn for them. */
static const Range ignorable[] = {
    {0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x061c, 0x061c},   {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
    {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0}, {0xfff0, 0xfff8}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};
/* What may follow an emoji and belong to it: styles, skin colours, the letters in the flags of regions. */
static const Range emoji_extenders[] = {{0xfe0e, 0xfe0f}, {0x1f3fb, 0x1f3ff}, {0xe0020, 0xe007f}};
static const Range flag_letters[] = {{0x1f1e6, 0x1f1ff}};
/* Blocks kept for pictures: those that this GLib's Unicode does not know yet are welcome as reactions. */
static const Range pictures[] = {{0x1f000, 0x1faff}};

static gboolean
in_ranges (const Range *ranges, gsize n, gunichar c)
{
  gsize i = 0;
  while (i < n && !(c >= ranges[i].first && c <= ranges[i].last))
    i++;
  return i < n;
}
#define IN(ranges, c) in_ranges (ranges, G_N_ELEMENTS (ranges), c)

#define BIT(type) (1u << (type))
#define LETTERS                                                                                             \
  (BIT (G_UNICODE_LOWERCASE_LETTER) | BIT (G_UNICODE_UPPERCASE_LETTER) | BIT (G_UNICODE_TITLECASE_LETTER) | \
   BIT (G_UNICODE_MODIFIER_LETTER) | BIT (G_UNICODE_OTHER_LETTER))
#define MARKS (BIT (G_UNICODE_NON_SPACING_MARK) | BIT (G_UNICODE_SPACING_MARK) | BIT (G_UNICODE_ENCLOSING_MARK))
#define NUMBERS (BIT (G_UNICODE_DECIMAL_NUMBER) | BIT (G_UNICODE_LETTER_NUMBER) | BIT (G_UNICODE_OTHER_NUMBER))
#define LINES (BIT (G_UNICODE_LINE_SEPARATOR) | BIT (G_UNICODE_PARAGRAPH_SEPARATOR))
#define SPACES (LINES | BIT (G_UNICODE_SPACE_SEPARATOR))
#define WITHOUT_MEANING \
  (BIT (G_UNICODE_CONTROL) | BIT (G_UNICODE_PRIVATE_USE) | BIT (G_UNICODE_SURROGATE) | BIT (G_UNICODE_UNASSIGNED))
#define IN_NAMES \
  (LETTERS | BIT (G_UNICODE_NON_SPACING_MARK) | BIT (G_UNICODE_SPACING_MARK) | BIT (G_UNICODE_DECIMAL_NUMBER))

static gboolean
is_type (gunichar c, guint types)
{
  return (BIT (g_unichar_type (c)) & types) != 0;
}

static gboolean
is_separator (gunichar c)
{
  return c == '-' || c == '_' || c == '.';
}

static gboolean
refuse (GError **error, KithError code, const char *sentence)
{
  g_set_error_literal (error, KITH_ERROR, (gint) code, sentence);
  return FALSE;
}

static gboolean
refuse_name (GError **error, const char *sentence)
{
  return refuse (error, KITH_ERROR_BAD_NAME, sentence);
}

/* Lower case comes last because g_utf8_casefold exchanges the two cases of Cherokee instead of joining them. */
static char *
fold_case (const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  GString *lower = g_string_sized_new (strlen (folded));
  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    g_string_append_unichar (lower, g_unichar_tolower (g_utf8_get_char (p)));
  return g_string_free (lower, FALSE);
}

char *
kith_text_fold (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL)) /* g_utf8_normalize takes overlong forms */
    return NULL;
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  g_autofree char *folded = fold_case (composed);
  return g_utf8_normalize (folded, -1, G_NORMALIZE_NFKC);
}

/* Scripts: languages that are written in several have a bit each; the scripts of a name must share one. */
enum { JAPANESE = 1, KOREAN = 2, ZHUYIN = 4 };
static const struct {
  GUnicodeScript script;
  guint languages;
} mixed_scripts[] = {
    {G_UNICODE_SCRIPT_HAN, JAPANESE | KOREAN | ZHUYIN},
    {G_UNICODE_SCRIPT_HIRAGANA, JAPANESE},
    {G_UNICODE_SCRIPT_KATAKANA, JAPANESE},
    {G_UNICODE_SCRIPT_HANGUL, KOREAN},
    {G_UNICODE_SCRIPT_BOPOMOFO, ZHUYIN},
};

static guint
languages_of (GUnicodeScript script)
{
  for (gsize i = 0; i < G_N_ELEMENTS (mixed_scripts); i++)
    if (mixed_scripts[i].script == script)
      return mixed_scripts[i].languages;
  return 0;
}

static gboolean
is_shared_script (GUnicodeScript script)
{
  return script == G_UNICODE_SCRIPT_COMMON || script == G_UNICODE_SCRIPT_INHERITED;
}

/* What a name, or a part of one, is written in so far. */
typedef struct {
  GUnicodeScript script; /* INVALID_CODE: none yet */
  guint languages;
  gunichar zero; /* the 0 of its digits; 0: none yet */
} Writing;

static const Writing unwritten = {G_UNICODE_SCRIPT_INVALID_CODE, ~0u, 0};

static gboolean
joins_script (Writing *writing, gunichar c)
{
  GUnicodeScript script = g_unichar_get_script (c);
  if (is_shared_script (script) || script == writing->script)
    return TRUE;
  gboolean first = writing->script == G_UNICODE_SCRIPT_INVALID_CODE;
  writing->script = first ? script : writing->script;
  writing->languages &= languages_of (script);
  return first || writing->languages != 0;
}

static gboolean
joins_digits (Writing *writing, gunichar c)
{
  int value = g_unichar_digit_value (c);
  if (value < 0)
    return TRUE;
  gunichar zero = c - (gunichar) value;
  gboolean same = writing->zero == 0 || writing->zero == zero;
  writing->zero = zero;
  return same;
}

/* Letters of one script and digits of one kind, in the whole or in each part between separators. */
static gboolean
check_writing (const char *text, gboolean by_part, GError **error)
{
  Writing writing = unwritten;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (by_part && is_separator (c))
      writing = unwritten;
    if (!joins_script (&writing, c))
      return refuse_name (error, "A name must not mix letters of different scripts; they are too easily confused.");
    if (!joins_digits (&writing, c))
      return refuse_name (error, "A name must not mix digits of different scripts; they are too easily confused.");
  }
  return TRUE;
}

static gboolean
check_characters (const char *text, GError **error)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (!is_separator (c) && (!is_type (c, IN_NAMES) || IN (ignorable, c)))
      return refuse_name (error, "A name may have letters, digits, \"-\", \"_\" and \".\" only.");
  }
  gunichar first = g_utf8_get_char (text), last = g_utf8_get_char (g_utf8_prev_char (text + strlen (text)));
  if (is_separator (first) || is_separator (last) || is_type (first, MARKS))
    return refuse_name (error, "A name must begin and end with a letter or a digit.");
  return TRUE;
}

static gboolean
check_length (const char *text, guint max, GError **error)
{
  if (!g_utf8_validate (text, -1, NULL))
    return refuse_name (error, "A name must be valid UTF-8.");
  if (text[0] == '\0')
    return refuse_name (error, "A name must not be empty.");
  if (g_utf8_strlen (text, -1) <= (glong) max)
    return TRUE;
  g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_NAME, "That name is too long: it may have %u characters.", max);
  return FALSE;
}

/* The folded form is held to the same rules, so nothing hides in a compatibility character. */
static gboolean
check_name (const char *text, guint max, gboolean by_part, GError **error)
{
  if (!check_length (text, max, error) || !check_characters (text, error))
    return FALSE;
  g_autofree char *folded = kith_text_fold (text);
  return check_length (folded, max, error) && check_characters (folded, error) &&
         check_writing (folded, by_part, error);
}

gboolean
kith_text_check_handle (const char *text, GError **error)
{
  return check_name (text, KITH_HANDLE_MAX, FALSE, error);
}

gboolean
kith_text_check_room (const char *text, GError **error)
{
  if (text[0] == '#')
    return refuse_name (error, "Give the room's name without \"#\".");
  return check_name (text, KITH_ROOM_NAME_MAX, TRUE, error);
}

/* Joiners and styles are invisible, but emoji are made with them. */
static gboolean
belongs_to_emoji (gunichar c, gunichar before)
{
  return (c == ZERO_WIDTH_JOINER || IN (emoji_extenders, c)) &&
         (is_type (before, BIT (G_UNICODE_OTHER_SYMBOL)) || IN (emoji_extenders, before));
}

gboolean
kith_text_check_display (const char *text, guint max, GError **error)
{
  if (!check_length (text, max, error))
    return FALSE;
  gboolean visible = FALSE;
  gunichar before = ' ';
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean hidden = is_type (c, WITHOUT_MEANING | LINES | BIT (G_UNICODE_FORMAT)) || IN (ignorable, c);
    if (hidden && !belongs_to_emoji (c, before))
      return refuse_name (error, "A name must not have characters that cannot be seen or that turn the text around.");
    visible |= !hidden && !is_type (c, SPACES) && c != BRAILLE_BLANK;
    before = c;
  }
  return visible || refuse_name (error, "A name must not be only spaces.");
}

gboolean
kith_text_check_free (const char *text, gsize max_bytes, gboolean lines, GError **error)
{
  if (strlen (text) > max_bytes) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_TOO_LARGE,
                 "That text is too long: it may have %" G_GSIZE_FORMAT " bytes.", max_bytes);
    return FALSE;
  }
  while (g_ascii_isprint (*text)) /* most of what people write is nothing else */
    text++;
  if (!g_utf8_validate (text, -1, NULL))
    return refuse (error, KITH_ERROR_BAD_REQUEST, "A text must be valid UTF-8.");
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    if (g_ascii_isprint (*p))
      continue;
    gunichar c = g_utf8_get_char (p);
    gboolean breaks = c == '\t' || c == '\n' || is_type (c, LINES);
    if (breaks ? !lines : is_type (c, BIT (G_UNICODE_CONTROL)))
      return refuse (error, KITH_ERROR_BAD_REQUEST,
                     lines ? "A text must not have control characters other than tab and line feed."
                           : "This text must be one line without control characters.");
  }
  return TRUE;
}

/* Emoji: elements joined by ZERO WIDTH JOINER. An element is a flag of two letters, a keycap (1, style, cap), or a
 * symbol with what extends it: Unicode TR 51 "ED-17a", without its lists. */
static gboolean
is_symbol (gunichar c)
{
  const guint never = LETTERS | MARKS | NUMBERS | SPACES | WITHOUT_MEANING | BIT (G_UNICODE_FORMAT);
  return !is_type (c, never) || (is_type (c, BIT (G_UNICODE_UNASSIGNED)) && IN (pictures, c));
}

static const char *
skip_keycap (const char *text)
{
  text++;
  if (g_utf8_get_char (text) == EMOJI_STYLE)
    text = g_utf8_next_char (text);
  return g_utf8_get_char (text) == KEYCAP ? g_utf8_next_char (text) : NULL;
}

/* NULL when there is none. */
static const char *
skip_element (const char *text)
{
  gunichar c = g_utf8_get_char (text);
  if (c < 0x80 && (g_ascii_isdigit (c) || c == '#' || c == '*'))
    return skip_keycap (text);
  const char *next = g_utf8_next_char (text);
  if (IN (flag_letters, c))
    return IN (flag_letters, g_utf8_get_char (next)) ? g_utf8_next_char (next) : NULL;
  if (c == '\0' || !is_symbol (c))
    return NULL;
  while (IN (emoji_extenders, g_utf8_get_char (next)))
    next = g_utf8_next_char (next);
  return next;
}

gboolean
kith_text_check_emoji (const char *text, GError **error)
{
  const char *at = strlen (text) <= KITH_EMOJI_MAX && g_utf8_validate (text, -1, NULL) ? skip_element (text) : NULL;
  while (at != NULL && g_utf8_get_char (at) == ZERO_WIDTH_JOINER)
    at = skip_element (g_utf8_next_char (at));
  return (at != NULL && *at == '\0') || refuse (error, KITH_ERROR_BAD_REQUEST, "A reaction must be one emoji.");
}
