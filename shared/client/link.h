/* link.h - one connection from its first look-up to its end: connector, TLS, frames in and out. Private to
 * shared/client.
 *
 * It decides nothing: who owns it checks the peer between KITH_LINK_SECURING and the first frame. */
#pragma once

#include "net/connector.h"
#include "net/tls.h"
#include "proto/framer.h"

#include "proto/json.h"

typedef enum { KITH_LINK_CLOSED, KITH_LINK_CONNECTING, KITH_LINK_SECURING, KITH_LINK_UP } KithLinkPhase;

typedef struct {
  KithLinkPhase phase;
  KithConnector *connector; /* CONNECTING */
  KithStream *stream;       /* SECURING and UP */
  KithFramer framer;
  GByteArray *out; /* what is to be written, from out_sent on */
  gsize out_sent;
  gboolean untried; /* out grew since the stream last said that it would block */
  gboolean unread;  /* reading stopped before it would block */
  gint64 alive_us;  /* the last sign of life */
} KithLink;

void kith_link_init (KithLink *link);
/* Says goodbye where there is somebody, and forgets what was not written. */
void kith_link_close (KithLink *link);
gboolean kith_link_open (KithLink *link, const char *host, guint16 port, GError **error);
/* One step towards UP. KITH_IO_OK: it is UP now; tls NULL: the bare socket. */
KithIo kith_link_advance (KithLink *link, KithTls *tls, const char *host, gint64 now_us, GError **error);

void kith_link_send (KithLink *link, json_object *frame);
gsize kith_link_unsent (const KithLink *link); /* bytes that wait to be written */
/* Writes what is queued until it would block. FALSE: broken. */
gboolean kith_link_flush (KithLink *link, gint64 now_us, GError **error);
/* Reads once into the framer. KITH_IO_AGAIN: nothing there; END and ERROR: over. */
KithIo kith_link_read (KithLink *link, gint64 now_us, GError **error);

void kith_link_watches (KithLink *link, GArray *watches);
gint64 kith_link_due (KithLink *link);
