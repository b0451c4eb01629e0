/* scan.c - a strict reader of JSON that notes a row for each value (value.h) while it goes.
 *
 * It descends as deep as max_depth and no deeper. Each object, when it closes, compares its keys: a few of them each with each, more are
 * sorted and compared with their neighbours, so n keys cost n log n whatever they are (no hash to attack). Rows lie on the stack until they
 * are many. What was taken is copied once, rows and bytes into one piece, and its texts are finished there. */
#include "proto/scan.h"

#include <math.h>
#include <string.h>

#include "proto/error.h"

#define ROWS_INLINE 64
#define KEYS_FEW 8 /* so many are compared each with each */
#define NUMBER_INLINE 64
#define DOUBLE_DIGITS 308 /* so many digits before the point are always less than DBL_MAX */

typedef struct {
  const guint8 *start, *at, *end;
  const KithScanLimits *limits;
  guint depth;
  KithValue *rows, few_rows[ROWS_INLINE];
  guint n, size;      /* rows there are, and have room */
  const char *reason; /* why it failed, at that place */
} Scanner;

/* What a byte is: S white space, T stands for itself in a text, D a digit, H a part of a longer UTF-8 character. */
enum { S = 1, T = 2, H = 4, D = T | 8, B = S | T };
#define SIXTEEN(x) x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x
static const guint8 classes[256] = {
    0,           0,           0,           0,           0,           0,           0,           0,           0,
    S,           S,           0,           0,           S,           0,           0,           SIXTEEN (0), B,
    T,           0,           T,           T,           T,           T,           T,           T,           T,
    T,           T,           T,           T,           T,           T, /* 22 is the quote */
    D,           D,           D,           D,           D,           D,           D,           D,           D,
    D,           T,           T,           T,           T,           T,           T,           SIXTEEN (T), T,
    T,           T,           T,           T,           T,           T,           T,           T,           T,
    T,           T,           0,           T,           T,           T, /* 5c is the backslash */
    SIXTEEN (T), SIXTEEN (T), SIXTEEN (H), SIXTEEN (H), SIXTEEN (H), SIXTEEN (H), SIXTEEN (H), SIXTEEN (H), SIXTEEN (H),
    SIXTEEN (H),
};

static gboolean scan_value (Scanner *scanner);

static gboolean
fail (Scanner *scanner, const char *reason)
{
  scanner->reason = reason;
  return FALSE;
}

/* The byte at hand; 0, which stands nowhere in JSON, at the end. */
static guint8
peek (const Scanner *scanner)
{
  return scanner->at < scanner->end ? *scanner->at : 0;
}

static gboolean
accept (Scanner *scanner, char c)
{
  gboolean matches = peek (scanner) == c;
  scanner->at += matches;
  return matches;
}

static void
skip_space (Scanner *scanner)
{
  while (classes[peek (scanner)] & S)
    scanner->at++;
}

/* Rows */

static void
grow (Scanner *scanner)
{
  gboolean is_few = scanner->rows == scanner->few_rows;
  scanner->size *= 2;
  scanner->rows = g_renew (KithValue, is_few ? NULL : scanner->rows, scanner->size);
  if (is_few)
    memcpy (scanner->rows, scanner->few_rows, sizeof scanner->few_rows);
}

/* A row for the key or value at hand. */
static gboolean
begin_row (Scanner *scanner)
{
  if (scanner->n == scanner->limits->max_tokens)
    return fail (scanner, "too many values");
  if (scanner->n == scanner->size)
    grow (scanner);
  scanner->n++;
  return TRUE;
}

/* The row that was begun last is a value that ends here. */
static gboolean
end_row (Scanner *scanner, KithValueType type, const guint8 *text, gboolean escaped)
{
  scanner->rows[scanner->n - 1] =
      (KithValue){(const char *) text, (guint32) (scanner->at - text), 1, type, escaped ? 1 : 0, 0};
  return TRUE;
}

/* Texts */

/* Four hex digits, or -1. */
static int
read_hex4 (const guint8 *text, const guint8 *end)
{
  int value = 0;
  if (end - text < 4)
    return -1;
  for (int i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value ((char) text[i]);
    if (digit < 0)
      return -1;
    value = value << 4 | digit;
  }
  return value;
}

static gboolean
is_high_surrogate (int unit)
{
  return (unit & 0xfc00) == 0xd800;
}

static gboolean
is_low_surrogate (int unit)
{
  return (unit & 0xfc00) == 0xdc00;
}

/* \uXXXX, or a pair of them; at is the first hex digit. */
static gboolean
scan_unicode_escape (Scanner *scanner)
{
  int unit = read_hex4 (scanner->at, scanner->end);
  if (unit < 0)
    return fail (scanner, "\\u without four hex digits");
  if (unit == 0)
    return fail (scanner, "\\u0000 in a text");
  if (is_low_surrogate (unit))
    return fail (scanner, "a surrogate without its first half");
  scanner->at += 4;
  if (!is_high_surrogate (unit))
    return TRUE;
  if (!accept (scanner, '\\') || !accept (scanner, 'u') || !is_low_surrogate (read_hex4 (scanner->at, scanner->end)))
    return fail (scanner, "a surrogate without its second half");
  scanner->at += 4;
  return TRUE;
}

static gboolean
scan_escape (Scanner *scanner)
{
  scanner->at++;
  guint8 c = peek (scanner);
  if (c == 0 || strchr ("\"\\/bfnrtu", c) == NULL)
    return fail (scanner, "an unknown escape");
  scanner->at++;
  return c != 'u' || scan_unicode_escape (scanner);
}

/* Up to the first byte that does not stand for itself. Returns the classes of what was there. */
static guint8
skip_plain (Scanner *scanner)
{
  const guint8 *at = scanner->at;
  guint8 class, seen = 0;
  for (; at < scanner->end && ((class = classes[*at]) & (T | H)) != 0; at++)
    seen |= class;
  scanner->at = at;
  return seen;
}

/* at is the quote. */
static gboolean
scan_string (Scanner *scanner)
{
  guint8 seen = 0;
  gboolean escaped = FALSE;
  const guint8 *text = ++scanner->at;
  for (;;) {
    seen |= skip_plain (scanner);
    if (peek (scanner) != '\\')
      break;
    escaped = TRUE;
    if (!scan_escape (scanner))
      return FALSE;
  }
  end_row (scanner, KITH_VALUE_STRING, text, escaped);
  if (!accept (scanner, '"'))
    return fail (scanner, scanner->at < scanner->end ? "a control character in a text" : "a text without its end");
  const char *bad;
  if ((seen & H) == 0 || g_utf8_validate_len ((const char *) text, (gsize) (scanner->at - 1 - text), &bad))
    return TRUE;
  scanner->at = (const guint8 *) bad;
  return fail (scanner, "bytes that are not UTF-8");
}

/* Keys */

/* The character at *text, its escape resolved; moves text behind it. */
static gunichar
read_character (const guint8 **text, const guint8 *end)
{
  static const char escapes[] = "bfnrt", meanings[] = "\b\f\n\r\t";
  const guint8 *at = *text;
  if (*at != '\\') {
    *text = (const guint8 *) g_utf8_next_char (at);
    return g_utf8_get_char ((const char *) at);
  }
  if (at[1] != 'u') {
    const char *escape = strchr (escapes, at[1]);
    *text = at + 2;
    return escape != NULL ? (gunichar) meanings[escape - escapes] : at[1];
  }
  int unit = read_hex4 (at + 2, end);
  *text = at + 6;
  if (!is_high_surrogate (unit))
    return (gunichar) unit;
  *text = at + 12;
  return 0x10000 + (((gunichar) unit & 0x3ff) << 10) + ((gunichar) read_hex4 (at + 8, end) & 0x3ff);
}

/* By code points, which is the order of the bytes of UTF-8 too. */
static int
compare_keys (const KithValue *left, const KithValue *right)
{
  const guint8 *l = (const guint8 *) left->text, *r = (const guint8 *) right->text;
  const guint8 *l_end = l + left->length, *r_end = r + right->length;
  if (!left->escaped && !right->escaped) {
    int order = memcmp (l, r, MIN (left->length, right->length));
    return order != 0 ? order : (left->length > right->length) - (left->length < right->length);
  }
  while (l < l_end && r < r_end) {
    gunichar one = read_character (&l, l_end), other = read_character (&r, r_end);
    if (one != other)
      return one < other ? -1 : 1;
  }
  return (l < l_end) - (r < r_end);
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer unused)
{
  return compare_keys (*(const KithValue *const *) a, *(const KithValue *const *) b);
}

static gboolean
are_same (const KithValue *one, const KithValue *other)
{
  gboolean plain = !one->escaped && !other->escaped;
  return plain ? one->length == other->length && memcmp (one->text, other->text, one->length) == 0
               : compare_keys (one, other) == 0;
}

/* Of two keys that are the same, the later; NULL when all differ. */
static const KithValue *
find_twin (const KithValue **keys, guint n)
{
  gboolean few = n <= KEYS_FEW;
  if (!few)
    g_qsort_with_data (keys, (gint) n, sizeof *keys, compare_places, NULL);
  for (guint i = 1; i < n; i++)
    for (guint j = few ? 0 : i - 1; j < i; j++)
      if (are_same (keys[i], keys[j]))
        return MAX (keys[i], keys[j]);
  return NULL;
}

static gboolean
check_keys (Scanner *scanner, guint object)
{
  const KithValue *few[KEYS_FEW], *key = &scanner->rows[object] + 1;
  guint n = scanner->rows[object].length;
  g_autofree const KithValue **many = n > KEYS_FEW ? g_new (const KithValue *, n) : NULL;
  const KithValue **keys = many != NULL ? many : few;
  for (guint i = 0; i < n; i++, key = kith_value_next (key + 1))
    keys[i] = key;
  const KithValue *twin = find_twin (keys, n);
  if (twin == NULL)
    return TRUE;
  scanner->at = (const guint8 *) twin->text;
  return fail (scanner, "a member given twice");
}

/* Numbers */

static guint
skip_digits (Scanner *scanner)
{
  const guint8 *start = scanner->at;
  while ((classes[peek (scanner)] & D) == D)
    scanner->at++;
  return (guint) (scanner->at - start);
}

static gboolean
fits_integer (const guint8 *digits, guint n)
{
  static const char most[] = "9223372036854775807";
  const guint n_most = sizeof most - 1;
  return n < n_most || (n == n_most && memcmp (digits, most, n) <= 0);
}

static gboolean
fits_double (const guint8 *text, gsize length)
{
  char copy[NUMBER_INLINE];
  g_autofree char *allocated = length >= sizeof copy ? g_strndup ((const char *) text, length) : NULL;
  if (allocated == NULL) {
    memcpy (copy, text, length);
    copy[length] = '\0';
  }
  return isfinite (g_ascii_strtod (allocated != NULL ? allocated : copy, NULL));
}

/* .5, e+5 and the like behind the digits; says whether there was any of it. */
static gboolean
scan_fraction (Scanner *scanner, gboolean *any, gboolean *exponent)
{
  if (accept (scanner, '.')) {
    *any = TRUE;
    if (skip_digits (scanner) == 0)
      return fail (scanner, "no digit after the point of a number");
  }
  if (accept (scanner, 'e') || accept (scanner, 'E')) {
    *any = *exponent = TRUE;
    if (!accept (scanner, '+'))
      accept (scanner, '-');
    if (skip_digits (scanner) == 0)
      return fail (scanner, "no digit in the exponent of a number");
  }
  return TRUE;
}

static gboolean
scan_number (Scanner *scanner)
{
  const guint8 *start = scanner->at;
  accept (scanner, '-');
  const guint8 *digits = scanner->at;
  guint n = skip_digits (scanner);
  if (n == 0)
    return fail (scanner, "a number without digits");
  if (n > 1 && *digits == '0')
    return fail (scanner, "a number that begins with 0");
  gboolean any = FALSE, exponent = FALSE;
  if (!scan_fraction (scanner, &any, &exponent))
    return FALSE;
  end_row (scanner, any ? KITH_VALUE_DOUBLE : KITH_VALUE_INTEGER, start, FALSE);
  if (!any)
    return fits_integer (digits, n) || fail (scanner, "an integer beyond 2^63-1");
  if (exponent || n > DOUBLE_DIGITS)
    return fits_double (start, (gsize) (scanner->at - start)) || fail (scanner, "a number beyond what a double holds");
  return TRUE;
}

/* Values */

static gboolean
scan_word (Scanner *scanner, const char *word, KithValueType type)
{
  const guint8 *start = scanner->at;
  gsize length = strlen (word);
  if ((gsize) (scanner->end - start) < length || memcmp (start, word, length) != 0)
    return fail (scanner, "a value that is none");
  scanner->at += length;
  return end_row (scanner, type, start, FALSE);
}

static gboolean
scan_item (Scanner *scanner)
{
  skip_space (scanner);
  if (!scan_value (scanner))
    return FALSE;
  skip_space (scanner);
  return TRUE;
}

static gboolean
scan_member (Scanner *scanner)
{
  skip_space (scanner);
  if (peek (scanner) != '"')
    return fail (scanner, "no member name in quotes");
  if (!begin_row (scanner) || !scan_string (scanner))
    return FALSE;
  skip_space (scanner);
  if (!accept (scanner, ':'))
    return fail (scanner, "no colon after a member name");
  return scan_item (scanner);
}

/* at is behind the opening bracket. */
static gboolean
scan_parts (Scanner *scanner, gboolean (*scan_part) (Scanner *), char close, guint32 *n)
{
  *n = 0;
  skip_space (scanner);
  if (accept (scanner, close))
    return TRUE;
  do {
    if (!scan_part (scanner))
      return FALSE;
    ++*n;
  } while (accept (scanner, ','));
  return accept (scanner, close) || fail (scanner, "no comma and no closing bracket");
}

static gboolean
scan_nested (Scanner *scanner, KithValueType type)
{
  gboolean is_object = type == KITH_VALUE_OBJECT;
  guint row = scanner->n - 1;
  guint32 n;
  if (scanner->depth == scanner->limits->max_depth)
    return fail (scanner, "too deep a nesting");
  scanner->depth++;
  scanner->at++;
  if (!scan_parts (scanner, is_object ? scan_member : scan_item, is_object ? '}' : ']', &n))
    return FALSE;
  scanner->depth--;
  scanner->rows[row] = (KithValue){NULL, n, scanner->n - row, type, 0, 0};
  return !is_object || check_keys (scanner, row);
}

static gboolean
scan_value (Scanner *scanner)
{
  if (!begin_row (scanner))
    return FALSE;
  switch (peek (scanner)) {
  case '{':
    return scan_nested (scanner, KITH_VALUE_OBJECT);
  case '[':
    return scan_nested (scanner, KITH_VALUE_ARRAY);
  case '"':
    return scan_string (scanner);
  case 't':
    return scan_word (scanner, "true", KITH_VALUE_BOOLEAN);
  case 'f':
    return scan_word (scanner, "false", KITH_VALUE_BOOLEAN);
  case 'n':
    return scan_word (scanner, "null", KITH_VALUE_NULL);
  default:
    if (peek (scanner) != '-' && (classes[peek (scanner)] & D) != D)
      return fail (scanner, "a value that is none");
    return scan_number (scanner);
  }
}

static gboolean
scan_frame (Scanner *scanner)
{
  skip_space (scanner);
  if (peek (scanner) != '{')
    return fail (scanner, "no object");
  if (!scan_item (scanner))
    return FALSE;
  return scanner->at == scanner->end || fail (scanner, "something after the object");
}

/* What was taken, finished */

/* A character is never longer than its escape, so the text is written over itself. */
static gsize
resolve (char *text, gsize length)
{
  const guint8 *at = (const guint8 *) text, *end = at + length;
  char *out = text;
  while (at < end)
    out += g_unichar_to_utf8 (read_character (&at, end), out);
  return (gsize) (out - text);
}

/* The quote behind a text becomes its end. */
static KithValue *
finish (const Scanner *scanner)
{
  gsize length = (gsize) (scanner->end - scanner->start), rows = scanner->n * sizeof (KithValue);
  KithValue *root = g_rc_box_alloc (rows + length);
  char *bytes = memcpy ((char *) root + rows, scanner->start, length);
  memcpy (root, scanner->rows, rows);
  for (KithValue *row = root; row < root + scanner->n; row++) {
    if (row->text == NULL)
      continue;
    char *text = bytes + (row->text - (const char *) scanner->start);
    row->text = text;
    if (row->escaped)
      row->length = (guint32) resolve (text, row->length);
    if (row->type == KITH_VALUE_STRING)
      text[row->length] = '\0';
  }
  return root;
}

KithValue *
kith_scan (const char *data, gsize length, const KithScanLimits *limits, GError **error)
{
  const guint8 *start = (const guint8 *) (length > 0 ? data : "");
  Scanner scanner;
  scanner.start = scanner.at = start;
  scanner.end = start + length;
  scanner.limits = limits;
  scanner.depth = scanner.n = 0;
  scanner.rows = scanner.few_rows;
  scanner.size = ROWS_INLINE;
  KithValue *root = scan_frame (&scanner) ? finish (&scanner) : NULL;
  if (root == NULL)
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_FRAME, "Not a frame: %s, at byte %" G_GSIZE_FORMAT ".",
                 scanner.reason, (gsize) (scanner.at - scanner.start));
  if (scanner.rows != scanner.few_rows)
    g_free (scanner.rows);
  return root;
}
