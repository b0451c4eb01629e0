/* scan.h - decides whether bytes are one strict JSON object (RFC 8259), and takes it apart.
 *
 * json-c is not a validator: it takes duplicate keys, NaN, single quotes, overlong UTF-8 and encoded surrogates, and
 * grows 16 MB of heap out of 64 KiB of small tokens. This scan needs 16 bytes a token beside a copy of the frame, and refuses: invalid
 * UTF-8, lone surrogates, U+0000 in strings, control characters in strings, repeated keys, depth and tokens over the limit, numbers outside
 * of what a double holds, anything after the object. */
#pragma once

#include "proto/value.h"

typedef struct {
  guint max_tokens; /* values and keys */
  guint max_depth;  /* objects and arrays within each other; the outermost counts as 1 */
} KithScanLimits;

/* The object, the caller's (kith_value_unref), when data (below 4 GiB, without its line feed) is one JSON object within limits; else NULL
 * and KITH_ERROR_BAD_FRAME with the offset and the reason. data is not needed any more. */
KithValue *kith_scan (const char *data, gsize length, const KithScanLimits *limits, GError **error);
