/* dispatch.h - from a frame to a decision. A handler reads the domain, decides, and queues: an answer, a change for the store, a read for
 * the reader, a password for the hasher. What comes back from those ends here too, as the answer. */
#pragma once

#include "conn/conn.h"
#include "delivery/delivery.h"
#include "domain/domain.h"
#include "domain/retention.h"
#include "presence/presence.h"
#include "secret/hasher.h"

typedef struct _KithdDispatch KithdDispatch;

typedef struct {
  KithdDomain *domain;
  KithdConns *conns;
  KithdDelivery *delivery;
  KithdHasher *hasher;
  KithdPresence *presence;
  KithdRetention *retention;
  const KithdSettings *settings;
  const char *server_id, *history; /* borrowed, for its life */
} KithdDispatchParts;

KithdDispatch *kithd_dispatch_new (const KithdDispatchParts *parts);
void kithd_dispatch_free (KithdDispatch *dispatch);

/* The settings are others now. */
void kithd_dispatch_reloaded (KithdDispatch *dispatch);

void kithd_dispatch_begin_turn (KithdDispatch *dispatch, gint64 now_us);
/* The frame handler of connections. data is the dispatch. */
void kithd_dispatch_frame (gpointer dispatch, KithdConn *conn, const char *frame, gsize length);

/* What this turn queued for the store, the caller's; NULL: nothing. */
GPtrArray *kithd_dispatch_take_changes (KithdDispatch *dispatch);
GPtrArray *kithd_dispatch_take_reads (KithdDispatch *dispatch);
/* Whether there is something to be taken already, which must not wait until something happens. */
gboolean kithd_dispatch_is_due (const KithdDispatch *dispatch);

/* What came back. change was applied and delivered already where it did something. */
void kithd_dispatch_answer_change (KithdDispatch *dispatch, KithdChange *change);
void kithd_dispatch_answer_read (KithdDispatch *dispatch, const KithdRead *read);
void kithd_dispatch_answer_hash (KithdDispatch *dispatch, KithdHashJob *job);
