/* conn.h - connections: bytes in to frames, frames out to bytes, and their limits.
 *
 * A handler never writes to a socket and never frees a connection: it queues, or marks for closing; flush and reap do the rest at the end
 * of the turn. Others refer to a connection by its id, which is never used again. */
#pragma once

#include "conn/frames.h"
#include "domain/settings.h"
#include "net/poller.h"
#include "net/tls.h"
#include "proto/message.h"

typedef struct _KithdConns KithdConns;
typedef struct _KithdConn KithdConn;

/* Why a connection is not read for now; it is read when no bit is left. */
enum {
  KITHD_HOLD_BARRIER = 1 << 0, /* a change of the rules that its next request must see is not committed yet */
  KITHD_HOLD_STORE = 1 << 1,   /* the store's queue is over its ceiling */
  KITHD_HOLD_WORK = 1 << 2,    /* too many of its requests are unanswered */
  KITHD_HOLD_QUEUE = 1 << 3,   /* more than half of its outbound queue is full, or some of it and half of all */
  KITHD_HOLD_SIGN_IN = 1 << 4  /* what it may do is being decided */
};

typedef struct {
  /* One frame, without its line end. */
  void (*frame) (gpointer data, KithdConn *conn, const char *frame, gsize length);
  /* The queue has drained after events were left out: queue the frame that says so. */
  void (*drained) (gpointer data, KithdConn *conn);
  /* A connection that had signed in is about to be freed. */
  void (*closed) (gpointer data, KithdConn *conn);
} KithdConnHandlers;

/* settings and poller outlive it. */
KithdConns *kithd_conns_new (KithPoller *poller, const KithdSettings *settings, const KithdConnHandlers *handlers, gpointer data);
void kithd_conns_free (KithdConns *conns);

/* Who comes in at a listener, and what as. */
typedef struct {
  KithTls *tls;      /* NULL: none; outlives it */
  gboolean admin;    /* requests of the administrator are allowed there */
  const char *token; /* NULL, or demanded of who connects (net/stream-token.h) */
} KithdAdmission;

/* Listens. bound (may be NULL) is the address with the real port. */
gboolean kithd_conns_listen (KithdConns *conns, const KithAddress *address, const KithdAdmission *admission, KithAddress *bound, GError **error);
void kithd_conns_stop_listening (KithdConns *conns);

/* The steps of a turn. */
void kithd_conns_begin_turn (KithdConns *conns, gint64 now_us);
gboolean kithd_conns_on_ready (KithdConns *conns, const KithReady *ready); /* FALSE: not one of ours */
void kithd_conns_serve_busy (KithdConns *conns); /* input that select cannot see: decrypted, or cut off by fairness */
gboolean kithd_conns_has_busy (const KithdConns *conns);
void kithd_conns_flush (KithdConns *conns);
void kithd_conns_reap (KithdConns *conns);
void kithd_conns_tick (KithdConns *conns);       /* once a second: deadlines, pings, listeners that paused */

KithdConn *kithd_conns_find (const KithdConns *conns, guint64 id);
const GPtrArray *kithd_conns_of_account (const KithdConns *conns, gint64 account); /* signed-in connections, or NULL */
/* Another number whenever a signed-in connection came or went: until then who looked them up may keep the pointers. */
guint kithd_conns_generation (const KithdConns *conns);
guint kithd_conns_count (const KithdConns *conns);
gsize kithd_conns_queued (const KithdConns *conns); /* bytes that wait for readers */
void kithd_conns_foreach (KithdConns *conns, void (*func) (KithdConn *conn, gpointer data), gpointer data);
/* Holds (or lets go) every connection that has asked the store for a change. */
void kithd_conns_hold_writers (KithdConns *conns, gboolean hold);
/* Says why to everybody, and closes each when that is written. */
void kithd_conns_close_all (KithdConns *conns, const GError *why);
guint kithd_conns_unsaid (const KithdConns *conns); /* how many have something to be written to them */

/* What handlers may know and do about one. */
guint64 kithd_conn_id (const KithdConn *conn);
guint kithd_conn_phase (const KithdConn *conn);  /* KITH_PHASE_* */
gint64 kithd_conn_account (const KithdConn *conn); /* 0: not signed in */
gint64 kithd_conn_device (const KithdConn *conn);
const char *kithd_conn_host (const KithdConn *conn); /* address without the port; "unix" */
const char *kithd_conn_group (const KithdConn *conn); /* what rates are counted by: the /64 of an IPv6 address, else the host */
guint16 kithd_conn_port (const KithdConn *conn);     /* of the listener that it came to; 0: a Unix socket, or what stands for one */
/* The exporter of its TLS (net/tls.h); FALSE: it has none. */
gboolean kithd_conn_can_export (const KithdConn *conn);
gboolean kithd_conn_export (KithdConn *conn, const char *label, guint8 *out, gsize size);
void kithd_conn_greet (KithdConn *conn);         /* hello was answered */
/* FALSE: too many connections of this account. */
gboolean kithd_conn_sign_in (KithdConn *conn, gint64 account, gint64 device);
void kithd_conn_set_writer (KithdConn *conn); /* it asks for changes: while the store is behind it is not read */

void kithd_conn_hold (KithdConn *conn, guint reason);
void kithd_conn_release (KithdConn *conn, guint reason);
/* Keeps a frame that must wait for a barrier; it is handed to the frame handler again, first of all, after the release. */
void kithd_conn_park (KithdConn *conn, const char *frame, gsize length);
void kithd_conn_work_began (KithdConn *conn, gboolean heavy);  /* one more request without an answer; heavy: a read or a hash */
void kithd_conn_work_ended (KithdConn *conn, gboolean heavy);

/* Queueing; each takes a reference of its own. An answer is never dropped. */
void kithd_conn_answer (KithdConn *conn, KithdFrame *frame);
/* Whether all queues together have no room for so much more, and this one waits for its reader already: then a large answer had better be a
 * refusal. */
gboolean kithd_conn_is_crowded_out (const KithdConn *conn, gsize size);
/* Events of a conversation, up to seq: left out, and remembered, while the queue is full. Whether they were queued. */
gboolean kithd_conn_push_event (KithdConn *conn, KithdFrame *frame, gint64 conversation, gint64 seq);
/* State that sync would give again: left out, and remembered, likewise. */
void kithd_conn_push_state (KithdConn *conn, KithdFrame *frame);
/* What nobody misses (typing): simply left out, which FALSE says. */
gboolean kithd_conn_push_fleeting (KithdConn *conn, KithdFrame *frame);
/* After drained: what was left out, gint64 conversation -> gint64 seq (may be empty). The caller owns it; NULL: nothing was. */
GHashTable *kithd_conn_take_behind (KithdConn *conn);

/* Reads nothing more, and closes when all that it asked is answered. */
void kithd_conn_end (KithdConn *conn);
/* Queues the frame (may be NULL) as the last one and closes when it is written. Nothing more is read. */
void kithd_conn_finish (KithdConn *conn, KithdFrame *last);
/* The same with {"type":"error",...}. */
void kithd_conn_refuse (KithdConn *conn, const GError *why);
