/* random.h - nonces and tokens: bytes that nobody can guess, as hex digits. */
#pragma once

#include "proto/limits.h"

#include <glib.h>

#define KITH_NONCE_TEXT (2 * KITH_NONCE_BYTES + 1) /* bytes, NUL included */
#define KITH_TOKEN_TEXT (2 * KITH_TOKEN_BYTES + 1)

/* Writes 2 * size digits and a NUL; size at most KITH_TOKEN_BYTES. Returns text. */
char *kith_random_hex (char *text, gsize size);
