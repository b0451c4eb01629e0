/* id.h - numbers and bytes as the wire writes them: "u7" for an account, "c3" for a conversation, "d2" for a device,
 * hex digits for nonces, tokens and pins. */
#pragma once

#include <glib.h>

#define KITH_ID_TEXT 24 /* bytes of the longest id, NUL included */

/* prefix is 'u', 'c' or 'd'. Reads 1 ... 2^53-1 without leading zeros; FALSE for anything else. */
gboolean kith_id_parse (const char *text, char prefix, gint64 *out);
const char *kith_id_format (gint64 id, char prefix, char text[KITH_ID_TEXT]);

/* Exactly 2 * size hex digits, either case. */
gboolean kith_hex_parse (const char *text, guint8 *out, gsize size);
/* Writes 2 * size lower-case digits and a NUL. Returns text. */
char *kith_hex_format (const guint8 *bytes, gsize size, char *text);
