/* load.h - the load generator: many connections of one process, driven by one poller. It knows lines, not what they mean.
 *
 * A line counts when this process has read it. Not thread-safe. */
#pragma once

#include "net/poller.h"
#include "net/tls.h"

typedef struct _Load Load;

typedef struct {
  guint number;     /* of who made it; not looked at here */
  guint group;      /* likewise */
  guint in_flight;  /* likewise */
  KithStream *stream;
  guint64 token;
  gboolean shaken;
  guint wanted;
  GString *in;      /* a line that is not whole yet; NULL: nothing */
  GString *out;     /* what the socket did not take; NULL: nothing */
} LoadPeer;

typedef void (*LoadOnLine) (gpointer data, LoadPeer *peer, const char *line, gsize length); /* without its line feed */

Load *load_new (GError **error);
void load_free (Load *load);
KithPoller *load_poller (Load *load);

/* Who is told of lines from now on. */
void load_set_reader (Load *load, LoadOnLine on_line, gpointer data);
/* Connects; a handshake goes on in load_run. tls NULL: none. The load owns the peer. */
LoadPeer *load_connect (Load *load, const KithAddress *address, KithTls *tls, guint number, GError **error);
/* Cuts the connection, so that no port is left waiting. */
void load_cut (Load *load, LoadPeer *peer);
void load_cut_all (Load *load);
guint load_n_unready (const Load *load); /* handshakes that are not over */

/* Sends, or keeps what does not fit or comes before the end of the handshake. */
void load_say (Load *load, LoadPeer *peer, const char *data, gsize length);

/* Turns until is_done, or until a connection breaks, fail was called, or limit_s is over: then FALSE. */
gboolean load_run (Load *load, gboolean (*is_done) (gpointer data), gpointer data, guint limit_s, GError **error);
/* Ends load_run with an error: a format and its arguments. */
void load_fail (Load *load, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)
