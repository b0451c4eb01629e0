/* stream-token.h - a filter for a stream between two programs of one user: who connects begins with a token that only
 * this user can know. For where the system has no socket that only its owner reaches. */
#pragma once

#include "net/stream.h"

#define KITH_STREAM_TOKEN 64 /* hex digits; bytes on the wire */

/* A random one; the caller frees. NULL: the system gives no random bytes. */
char *kith_stream_token_new (GError **error);

/* Takes inner. In the handshake the token is sent, before anything else. */
KithStream *kith_stream_token_give (KithStream *inner, const char *token);
/* Takes inner. The handshake reads the token; another one is KITH_NET_ERROR_DENIED. */
KithStream *kith_stream_token_demand (KithStream *inner, const char *token);
