/* destination.h - what a person typed or clicked to get to a server: an address, or an invitation link with the
 * server's key and a code. */
#pragma once

#include <glib.h>

typedef struct {
  char *address; /* "host", "host:port", "[v6]:port" */
  char *pin;     /* the key that must be the server's; NULL: not told */
  char *code;    /* of an invitation; NULL: none */
} KithDestination;

/* Spaces around text do not matter. FALSE with a sentence for people. */
gboolean kith_destination_parse (const char *text, KithDestination *out, GError **error);
gboolean kith_destination_is_link (const char *text);
/* Whether both lead to the same port of the same host, as far as the text tells. */
gboolean kith_address_same (const char *a, const char *b);
void kith_destination_clear (KithDestination *destination);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KithDestination, kith_destination_clear)
