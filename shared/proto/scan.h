/* scan.h - decides whether bytes are one strict JSON object (RFC 8259) before a parser sees them.
 *
 * json-c is not a validator: it takes duplicate keys, NaN, single quotes, overlong UTF-8 and encoded surrogates, and
 * grows 16 MB of heap out of 64 KiB of small tokens. This scan allocates nothing (but for checking duplicate keys within a bound),
 * and refuses: invalid UTF-8, lone surrogates, U+0000 in strings, control characters in strings, repeated keys, depth and tokens over
 * the limit, numbers outside of what a double holds, anything after the object. */
#pragma once

#include <glib.h>

typedef struct {
  guint max_tokens; /* values and keys */
  guint max_depth;  /* objects and arrays within each other; the outermost counts as 1 */
} KithScanLimits;

/* TRUE when data (without its line feed) is one JSON object within limits; else KITH_ERROR_BAD_FRAME with the offset and the reason. */
gboolean kith_scan (const char *data, gsize length, const KithScanLimits *limits, GError **error);

/* The next character of a text within what was taken, its escape resolved; moves text behind it. end: the closing quote. */
gunichar kith_scan_character (const guint8 **text, const guint8 *end);
