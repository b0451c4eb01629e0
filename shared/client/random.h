/* random.h - nonces and tokens: bytes that nobody can guess, as hex digits. */
#pragma once

#include "proto/limits.h"

#include <glib.h>

#define KITH_NONCE_TEXT (2 * KITH_NONCE_BYTES + 1) /* bytes, NUL included */
#define KITH_TOKEN_TEXT (2 * KITH_TOKEN_BYTES + 1)

/* Writes 2 * size digits and a NUL; size at most KITH_TOKEN_BYTES. Returns text. */
char *kith_random_hex (char *text, gsize size);

/* A nonce for what is stored with others of its sender: a UUID of version 7 (RFC 9562, 5.7) without its hyphens, ms since 1970 in front of 74
 * random bits. What somebody writes one after the other then lies side by side in the server's database; made by chance alone, each takes a
 * page of its own. Returns text. */
char *kith_random_nonce (char text[KITH_NONCE_TEXT]);
