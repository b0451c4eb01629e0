/* tls.h - TLS 1.3 with ALPN "kith/1" as a filter over a stream (OpenSSL 3), and the pin that people compare.
 *
 * ALPN: a client insists that the server chooses kith/1; a server refuses a client that offers other protocols only, and
 * takes one that offers none (somebody with openssl s_client).
 *
 * The pin is the SHA-256 of the public key (SubjectPublicKeyInfo, RFC 5280 4.1.2.7), 64 lower-case hex digits. */
#pragma once

#include "net/stream.h"

#define KITH_PIN_TEXT 65 /* bytes, NUL included */

typedef struct _KithTls KithTls; /* one for a process and role; immutable after it was made */

/* Makes an ECDSA P-256 key (mode 0600) and a self-signed certificate for name in these files where they are missing;
 * an existing key is kept, also when its certificate has to be made anew. */
gboolean kith_tls_ensure_identity (const char *key_file, const char *cert_file, const char *name, GError **error);

KithTls *kith_tls_server_new (const char *key_file, const char *cert_file, GError **error);
/* Checks no certificate by itself: whether to trust is decided after the handshake, before the first byte is written,
 * by kith_tls_peer_pin and kith_tls_peer_trusted. */
KithTls *kith_tls_client_new (GError **error);
void kith_tls_free (KithTls *tls); /* streams made from it go on */
/* The pin of our own key (server). */
const char *kith_tls_pin (const KithTls *tls);

/* Wraps lower, which it takes. host (client only, may be NULL): the name for SNI and for kith_tls_peer_trusted. */
KithStream *kith_stream_tls_new (KithTls *tls, KithStream *lower, const char *host);

/* After the handshake; FALSE when the stream is not TLS or the peer showed no certificate. */
gboolean kith_tls_peer_pin (KithStream *stream, char pin[KITH_PIN_TEXT]);
/* TRUE when the certificate is valid for host by an authority that the system trusts. */
gboolean kith_tls_peer_trusted (KithStream *stream);
/* Whether there is something for kith_tls_export, which costs as much as a sign-in. */
gboolean kith_tls_can_export (const KithStream *stream);
/* RFC 5705 exporter (8446 7.5), same bytes on both ends. */
gboolean kith_tls_export (KithStream *stream, const char *label, guint8 *out, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithTls, kith_tls_free)
