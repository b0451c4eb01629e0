/* seal.h - ChaCha20-Poly1305 (RFC 8439) over one datagram: what is sealed can neither be read, changed nor made by
 * others.
 *
 * The nonce of a packet is a base of 12 bytes XOR its counter in the last 8 (as TLS 1.3 does, RFC 8446 5.3): a counter
 * must never be used twice with one key. */
#pragma once

#include <glib.h>

#define KITH_SEAL_TAG 16 /* bytes that sealing adds */

typedef struct {
  guint8 key[32];
  guint8 base[12];
} KithSeal;

/* Both directions of a session, from 88 bytes of key material: the client's key, the server's key, the client's base,
 * the server's base. */
#define KITH_SEAL_MATERIAL 88
void kith_seal_split (const guint8 material[KITH_SEAL_MATERIAL], KithSeal *of_client, KithSeal *of_server);

/* Writes size + KITH_SEAL_TAG bytes to out, which may be plain itself. header is authenticated and not written. FALSE:
 * OpenSSL has no memory. */
gboolean kith_seal (const KithSeal *seal, guint64 counter, const void *header, gsize header_size, const void *plain,
                    gsize size, guint8 *out);
/* The reverse: size counts the tag; writes size - KITH_SEAL_TAG bytes. FALSE: it is not what was sealed; out holds
 * nothing of use. */
gboolean kith_unseal (const KithSeal *seal, guint64 counter, const void *header, gsize header_size, const void *sealed,
                      gsize size, guint8 *out);

/* Bytes that nobody can guess, for keys. FALSE: the system gives none. */
gboolean kith_seal_random (void *out, gsize size);
