/* scan.c - a strict reader of JSON that keeps nothing but its place and the keys of the objects that are open.
 *
 * It descends as deep as max_depth and no deeper. Keys lie on one stack: each object, when it closes, sorts its own and
 * looks for equal neighbours, so n keys cost n log n whatever they are (no hash to attack), and small frames need no
 * heap. */
#include "proto/scan.h"

#include <math.h>
#include <string.h>

#include "proto/error.h"

#define KEYS_INLINE 48
#define NUMBER_INLINE 64
#define DOUBLE_DIGITS 308 /* so many digits before the point are always less than DBL_MAX */

typedef struct {
  const guint8 *text, *end; /* between the quotes */
  gboolean escaped;
} Key;

typedef struct {
  const guint8 *start, *at, *end;
  const KithScanLimits *limits;
  guint tokens, depth;
  Key *keys, inline_keys[KEYS_INLINE];
  guint n_keys, keys_size;
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

/* at is the quote. */
static gboolean
scan_string (Scanner *scanner, Key *key)
{
  guint8 seen = 0;
  *key = (Key){.text = ++scanner->at};
  for (;;) {
    guint8 class;
    while (scanner->at < scanner->end && ((class = classes[*scanner->at]) & (T | H)) != 0) {
      seen |= class;
      scanner->at++;
    }
    if (peek (scanner) != '\\')
      break;
    key->escaped = TRUE;
    if (!scan_escape (scanner))
      return FALSE;
  }
  key->end = scanner->at;
  if (!accept (scanner, '"'))
    return fail (scanner, scanner->at < scanner->end ? "a control character in a text" : "a text without its end");
  const char *text = (const char *) key->text, *bad;
  if ((seen & H) == 0 || g_utf8_validate_len (text, (gsize) (key->end - key->text), &bad))
    return TRUE;
  scanner->at = (const guint8 *) bad;
  return fail (scanner, "bytes that are not UTF-8");
}

/* Keys */

gunichar
kith_scan_character (const guint8 **text, const guint8 *end)
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
compare_keys (gconstpointer a, gconstpointer b, gpointer unused)
{
  const Key *left = a, *right = b;
  const guint8 *l = left->text, *r = right->text;
  gsize left_length = (gsize) (left->end - l), right_length = (gsize) (right->end - r);
  if (!left->escaped && !right->escaped) {
    int order = memcmp (l, r, MIN (left_length, right_length));
    return order != 0 ? order : (left_length > right_length) - (left_length < right_length);
  }
  while (l < left->end && r < right->end) {
    gunichar one = kith_scan_character (&l, left->end), other = kith_scan_character (&r, right->end);
    if (one != other)
      return one < other ? -1 : 1;
  }
  return (l < left->end) - (r < right->end);
}

static void
push_key (Scanner *scanner, const Key *key)
{
  if (scanner->n_keys == scanner->keys_size) {
    gboolean was_inline = scanner->keys == scanner->inline_keys;
    scanner->keys_size *= 2;
    scanner->keys = g_renew (Key, was_inline ? NULL : scanner->keys, scanner->keys_size);
    if (was_inline)
      memcpy (scanner->keys, scanner->inline_keys, sizeof scanner->inline_keys);
  }
  scanner->keys[scanner->n_keys++] = *key;
}

/* Takes the keys from first on off the stack; FALSE when two are the same. */
static gboolean
pop_keys (Scanner *scanner, guint first)
{
  Key *keys = scanner->keys + first;
  guint n = scanner->n_keys - first;
  scanner->n_keys = first;
  g_qsort_with_data (keys, (gint) n, sizeof *keys, compare_keys, NULL);
  for (guint i = 1; i < n; i++)
    if (compare_keys (&keys[i - 1], &keys[i], NULL) == 0) {
      scanner->at = MAX (keys[i - 1].text, keys[i].text);
      return fail (scanner, "a member given twice");
    }
  return TRUE;
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
  if (!any)
    return fits_integer (digits, n) || fail (scanner, "an integer beyond 2^63-1");
  if (exponent || n > DOUBLE_DIGITS)
    return fits_double (start, (gsize) (scanner->at - start)) || fail (scanner, "a number beyond what a double holds");
  return TRUE;
}

/* Values */

static gboolean
count_token (Scanner *scanner)
{
  return ++scanner->tokens <= scanner->limits->max_tokens || fail (scanner, "too many values");
}

static gboolean
scan_word (Scanner *scanner, const char *word)
{
  gsize length = strlen (word);
  if ((gsize) (scanner->end - scanner->at) < length || memcmp (scanner->at, word, length) != 0)
    return fail (scanner, "a value that is none");
  scanner->at += length;
  return TRUE;
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
  Key key;
  skip_space (scanner);
  if (peek (scanner) != '"')
    return fail (scanner, "no member name in quotes");
  if (!count_token (scanner) || !scan_string (scanner, &key))
    return FALSE;
  push_key (scanner, &key);
  skip_space (scanner);
  if (!accept (scanner, ':'))
    return fail (scanner, "no colon after a member name");
  return scan_item (scanner);
}

/* at is behind the opening bracket. */
static gboolean
scan_container (Scanner *scanner, gboolean (*scan_part) (Scanner *), char close)
{
  skip_space (scanner);
  if (accept (scanner, close))
    return TRUE;
  do
    if (!scan_part (scanner))
      return FALSE;
  while (accept (scanner, ','));
  return accept (scanner, close) || fail (scanner, "no comma and no closing bracket");
}

static gboolean
scan_object (Scanner *scanner)
{
  guint first_key = scanner->n_keys;
  return scan_container (scanner, scan_member, '}') && pop_keys (scanner, first_key);
}

static gboolean
scan_nested (Scanner *scanner)
{
  if (scanner->depth == scanner->limits->max_depth)
    return fail (scanner, "too deep a nesting");
  scanner->depth++;
  gboolean object = *scanner->at++ == '{';
  gboolean good = object ? scan_object (scanner) : scan_container (scanner, scan_item, ']');
  scanner->depth--;
  return good;
}

static gboolean
scan_value (Scanner *scanner)
{
  Key text;
  if (!count_token (scanner))
    return FALSE;
  switch (peek (scanner)) {
  case '{':
  case '[':
    return scan_nested (scanner);
  case '"':
    return scan_string (scanner, &text);
  case 't':
    return scan_word (scanner, "true");
  case 'f':
    return scan_word (scanner, "false");
  case 'n':
    return scan_word (scanner, "null");
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

gboolean
kith_scan (const char *data, gsize length, const KithScanLimits *limits, GError **error)
{
  const guint8 *start = (const guint8 *) (length > 0 ? data : "");
  Scanner scanner;
  scanner.start = scanner.at = start;
  scanner.end = start + length;
  scanner.limits = limits;
  scanner.tokens = scanner.depth = scanner.n_keys = 0;
  scanner.keys = scanner.inline_keys;
  scanner.keys_size = KEYS_INLINE;
  gboolean good = scan_frame (&scanner);
  if (!good)
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_FRAME, "Not a frame: %s, at byte %" G_GSIZE_FORMAT ".",
                 scanner.reason, (gsize) (scanner.at - scanner.start));
  if (scanner.keys != scanner.inline_keys)
    g_free (scanner.keys);
  return good;
}
