/* digest.h - SHA-256 (FIPS 180-4), by OpenSSL: it uses what the processor has for it. */
#pragma once

#include <glib.h>

#define KITHD_DIGEST_BYTES 32

void kithd_digest (const void *data, gsize size, guint8 digest[KITHD_DIGEST_BYTES]);
