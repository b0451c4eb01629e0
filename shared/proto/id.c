/* id.c - ids and hex digits, written and read in exactly one way. */
#include "proto/id.h"

#include <string.h>

#include "proto/limits.h"

gboolean
kith_id_parse (const char *text, char prefix, gint64 *out)
{
  if (text[0] != prefix || text[1] < '1' || text[1] > '9')
    return FALSE;
  gint64 id = 0;
  for (const char *p = text + 1; *p != '\0'; p++) {
    if (!g_ascii_isdigit (*p))
      return FALSE;
    id = id * 10 + g_ascii_digit_value (*p);
    if (id > KITH_INTEGER_MAX)
      return FALSE;
  }
  *out = id;
  return TRUE;
}

const char *
kith_id_format (gint64 id, char prefix, char text[KITH_ID_TEXT])
{
  g_snprintf (text, KITH_ID_TEXT, "%c%" G_GINT64_FORMAT, prefix, id);
  return text;
}

/* What a hex digit says, and 1; 0 is none. (g_ascii_xdigit_value would be a call for each of the digits of every nonce.) */
static const guint8 hex_digits[256] = {
    ['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ['A'] = 11, 12, 13, 14, 15, 16, ['a'] = 11, 12, 13, 14, 15, 16,
};

gboolean
kith_hex_parse (const char *text, guint8 *out, gsize size)
{
  if (strlen (text) != 2 * size)
    return FALSE;
  for (gsize i = 0; i < size; i++) {
    guint high = hex_digits[(guchar) text[2 * i]], low = hex_digits[(guchar) text[2 * i + 1]];
    if (high == 0 || low == 0)
      return FALSE;
    out[i] = (guint8) ((high - 1) << 4 | (low - 1));
  }
  return TRUE;
}

char *
kith_hex_format (const guint8 *bytes, gsize size, char *text)
{
  static const char digits[] = "0123456789abcdef";
  for (gsize i = 0; i < size; i++) {
    text[2 * i] = digits[bytes[i] >> 4];
    text[2 * i + 1] = digits[bytes[i] & 15];
  }
  text[2 * size] = '\0';
  return text;
}
