/* rich-emoji.c - emoji as Unicode Technical Standard 51 has them: a picture with a variation, a skin tone and joined
 * pictures; a flag; a keycap. The tables are of Unicode 15, in ranges. */
#include "rich-private.h"

#include <string.h>

#define VARIATION 0xfe0f
#define JOINER 0x200d
#define KEYCAP 0x20e3

typedef struct {
  gunichar first, last;
} Range;

/* Shown as a picture by itself. */
static const Range pictures[] = {
    {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x23f0, 0x23f0},   {0x23f3, 0x23f3},   {0x25fd, 0x25fe},
    {0x2614, 0x2615},   {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
    {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},   {0x26d4, 0x26d4},
    {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},   {0x26fa, 0x26fa},   {0x26fd, 0x26fd},
    {0x2705, 0x2705},   {0x270a, 0x270b},   {0x2728, 0x2728},   {0x274c, 0x274c},   {0x274e, 0x274e},
    {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27b0, 0x27b0},   {0x27bf, 0x27bf},
    {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf},
    {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a}, {0x1f201, 0x1f201}, {0x1f21a, 0x1f21a}, {0x1f22f, 0x1f22f},
    {0x1f232, 0x1f236}, {0x1f238, 0x1f23a}, {0x1f250, 0x1f251}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
    {0x1f7e0, 0x1f7eb}, {0x1f7f0, 0x1f7f0}, {0x1f90c, 0x1f9ff}, {0x1fa70, 0x1faff},
};

/* With a variation selector behind it only. */
static const Range signs[] = {
    {0x00a9, 0x00a9},   {0x00ae, 0x00ae},   {0x203c, 0x203c},   {0x2049, 0x2049}, {0x2122, 0x2122}, {0x2139, 0x2139},
    {0x2194, 0x21aa},   {0x2328, 0x2328},   {0x23cf, 0x23cf},   {0x23ed, 0x23fa}, {0x24c2, 0x24c2}, {0x25aa, 0x25fc},
    {0x2600, 0x27bf},   {0x2934, 0x2935},   {0x2b05, 0x2b07},   {0x3030, 0x3030}, {0x303d, 0x303d}, {0x3297, 0x3299},
    {0x1f170, 0x1f171}, {0x1f17e, 0x1f17f}, {0x1f202, 0x1f237},
};

static const Range tones = {0x1f3fb, 0x1f3ff}, flags = {0x1f1e6, 0x1f1ff}, tags = {0xe0020, 0xe007f};

static gboolean
in (const Range *range, gunichar c)
{
  return c >= range->first && c <= range->last;
}

static gboolean
in_any (const Range *ranges, guint n, gunichar c)
{
  for (guint i = 0; i < n; i++)
    if (in (&ranges[i], c))
      return TRUE;
  return FALSE;
}

/* Goes on if the character at p is c. */
static gboolean
skip (const char **p, gunichar c)
{
  gboolean is = g_utf8_get_char (*p) == c;
  *p = is ? g_utf8_next_char (*p) : *p;
  return is;
}

/* Behind one picture; NULL: there is none. */
static const char *
skip_picture (const char *p)
{
  gunichar c = g_utf8_get_char (p);
  gboolean picture = in_any (pictures, G_N_ELEMENTS (pictures), c);
  p = g_utf8_next_char (p);
  if (!picture && !in_any (signs, G_N_ELEMENTS (signs), c))
    return NULL;
  gboolean varied = skip (&p, VARIATION), toned = in (&tones, g_utf8_get_char (p));
  if (!picture && !varied && !toned)
    return NULL;
  if (toned)
    p = g_utf8_next_char (p);
  while (in (&tags, g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  return p;
}

/* Joined ones: on at least one of them a picture must be seen, the others may be signs (a heart, a female sign). */
static const char *
skip_joined (const char *p)
{
  for (const char *next = p = skip_picture (p); next != NULL;) {
    p = next;
    if (!skip (&next, JOINER))
      break;
    const char *sign = skip_picture (next);
    next = sign != NULL                                                   ? sign
           : in_any (signs, G_N_ELEMENTS (signs), g_utf8_get_char (next)) ? g_utf8_next_char (next)
                                                                          : NULL;
  }
  return p;
}

gsize
kith_rich_emoji_length (const char *text)
{
  const char *p = text;
  if (*p == '\0')
    return 0;
  if (in (&flags, g_utf8_get_char (p))) {
    p = g_utf8_next_char (p);
    return in (&flags, g_utf8_get_char (p)) ? (gsize) (g_utf8_next_char (p) - text) : 0;
  }
  if (strchr ("0123456789#*", *p) != NULL) {
    p++;
    return skip (&p, VARIATION) && skip (&p, KEYCAP) ? (gsize) (p - text) : 0;
  }
  p = skip_joined (text);
  return p != NULL ? (gsize) (p - text) : 0;
}

gboolean
kith_rich_is_big_emoji (const char *text)
{
  guint n = 0;
  if (strnlen (text, 256) == 256 || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  while (*text != '\0') {
    gsize size = kith_rich_emoji_length (text);
    if (size == 0 && !g_unichar_isspace (g_utf8_get_char (text)))
      return FALSE;
    n += size > 0;
    text = size > 0 ? text + size : g_utf8_next_char (text);
  }
  return n >= 1 && n <= 3;
}
