/* conn-private.h - a connection from the inside, for the files of server/conn. */
#pragma once

#include "conn/conn.h"
#include "net/stream.h"
#include "proto/framer.h"

enum {
  READ_CHUNK = 16 * 1024,
  FRAMES_PER_TURN = 64,
  SERVE_US = 20 * 1000,      /* after that a connection gets one frame more in this turn */
  WRITE_CHUNK = 64 * 1024,
  WRITE_PER_TURN = 256 * 1024,
  HEAVY_MAX = 4,             /* reads and hashes in flight for one connection */
  WORK_MAX = 1024,           /* requests in flight for one connection */
  CROWDED_QUEUE = 64 * 1024, /* bytes that may wait for a connection that is read, when there is little room for all */
  SURPLUS_MAX = 16,          /* refused connections that are being told why, at a time */
  FINISH_SECONDS = 5,        /* to take what is queued */
  LINGER_SECONDS = 2,        /* to close its side after we closed ours */
  FIRST_CONNECTION_TOKEN = 1000,
  FIRST_LISTENER_TOKEN = 100,
  SOCKETS_MARGIN = 64 /* sockets that the poller has to hold beside the connections */
};

typedef struct {
  KithSocket socket;
  KithAddress address; /* with the real port */
  KithTls *tls; /* borrowed */
  gboolean admin;
  char *token; /* NULL: none is demanded */
  gboolean paused;
} KithdListener;

struct _KithdConn {
  /* What queueing and flushing touch, close together: a large room reads it for each member of each message. */
  KithdConns *conns;
  KithStream *stream;
  gint64 finish_by;          /* 0: not finishing */
  GHashTable *behind;        /* gint64 * conversation -> gint64 * seq; NULL: not behind */
  gsize queued;              /* bytes */
  gsize out_offset;          /* of the first frame, already written */
  guint shaken : 1, dead : 1, ended : 1, peer_ended : 1, lingering : 1, blocked : 1, pinged : 1, writer : 1, surplus : 1, on_reserve : 1;
  guint in_busy : 1, in_flush : 1, in_reap : 1, counted : 1;
  guint hold, wanted;
  KithdFrames out;
  /* The rest. */
  guint64 id;
  KithdListener *listener;
  char *host;
  char *group; /* of addresses that host belongs to; itself where it is alone */
  gint64 account, device;
  guint phase;
  guint work, heavy;
  gint64 opened, life;       /* monotonic us; life: when the other side was last known to be there */
  KithFramer framer;
  const char *surplus_reason; /* a sentence for who is too many; static */
  char *parked;              /* a frame that waits for a barrier */
  gsize parked_length;
};

struct _KithdConns {
  KithPoller *poller;
  const KithdSettings *settings;
  const KithdConnHandlers *handlers;
  gpointer data;
  gint64 now;
  guint64 next_id;
  GHashTable *by_id;         /* &id -> KithdConn, owned */
  GHashTable *by_account;    /* gint64 * -> GPtrArray of KithdConn */
  GHashTable *strangers;     /* host, and group where it is another text -> number of connections before sign-in */
  GPtrArray *listeners;
  GArray *busy, *to_reap;    /* guint64 ids */
  GPtrArray *to_flush, *flushing; /* KithdConn; one that is reaped is taken out */
  guint generation;          /* changes when a signed-in connection comes or goes */
  gsize queued;              /* bytes, of all */
  guint surplus, handshakes_left;
  gint64 serve_until;        /* of this turn */
  gboolean writers_held;
  KithSocket reserve;        /* a descriptor to give up when they run out */
};

/* conn-io.c */
void kithd_conn_serve (KithdConn *conn);
void kithd_conn_flush_out (KithdConn *conn);
void kithd_conn_update_wanted (KithdConn *conn);
/* conn.c */
void kithd_conn_mark_flush (KithdConn *conn);
void kithd_conn_mark_busy (KithdConn *conn);
void kithd_conn_mark_dead (KithdConn *conn, const char *why);
gboolean kithd_conn_is_stranger (const KithdConn *conn);
gsize kithd_conn_patience (const KithdConn *conn);
/* conns.c */
void kithd_conn_leave_strangers (KithdConn *conn);
/* listener.c */
void kithd_listener_accept (KithdConns *conns, KithdListener *listener);
void kithd_listeners_resume (KithdConns *conns);
