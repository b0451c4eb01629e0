/* discovery.h - finding servers on the same network: a question to everybody, short answers. Pure.
 *
 * A question is padded with spaces to KITH_FIND_BYTES and an answer is never longer than the question, so nobody can
 * use a server to send more bytes at somebody than they send themselves. */
#pragma once

#include <glib.h>

#include "proto/limits.h"

#define KITH_FIND_BYTES 512
/* The IPv6 link-local multicast group of servers: "KITH" in ASCII. */
#define KITH_FIND_GROUP "ff02::4b49:5448"

typedef struct {
  char *name; /* of the server */
  char *pin;  /* 64 lower-case hex digits */
  guint16 port;
  gint64 people;
} KithFound;
void kith_found_clear (KithFound *found);

/* Exactly KITH_FIND_BYTES. */
void kith_find_write (const guint8 nonce[KITH_NONCE_BYTES], char out[KITH_FIND_BYTES]);
/* FALSE: no question, or a shorter one than it must be. */
gboolean kith_find_read (const char *data, gsize size, guint8 nonce[KITH_NONCE_BYTES]);
/* At most KITH_FIND_BYTES; a name that does not fit is cut. */
char *kith_found_write (const guint8 nonce[KITH_NONCE_BYTES], const KithFound *found);
/* The answer to the question with nonce. found is to be cleared where TRUE is returned. */
gboolean kith_found_read (const char *data, gsize size, const guint8 nonce[KITH_NONCE_BYTES], KithFound *found);
