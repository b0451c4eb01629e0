/* target.h - what is measured: a process, kithd or the bare relay, with TLS or without, and what it has used. */
#pragma once

#include "net/tls.h"
#include "support/server.h"

typedef enum { TARGET_RELAY_EACH, TARGET_RELAY_TURN, TARGET_KITHD, TARGET_N_KINDS } TargetKind;

typedef enum {
  TARGET_APART,   /* the target on one processor, this process on another */
  TARGET_ANYWHERE /* both wherever the system likes */
} TargetPlacing;

typedef struct {
  TargetKind kind;
  TargetPlacing placing;
  GPid pid;
  KithAddress address;
  KithTls *tls;       /* of a client; NULL: plain */
  TestServer *server; /* borrowed, kithd: its data outlives the process */
  char *metrics;      /* kithd: where it serves them */
  int output;         /* relay: its standard output */
} Target;

/* Starts it. server holds kithd's data and, once kithd has run, the identity that a relay with TLS shows. */
Target *target_start (TargetKind kind, gboolean tls, TargetPlacing placing, TestServer *server, GError **error);
/* Ends the process. NULL is allowed. */
void target_stop (Target *target);

gint64 target_cpu_ns (const Target *target); /* of all its threads, the kernel's part included */
/* Of its threads of that name; 0 where the system does not say. */
gint64 target_thread_cpu_ns (const Target *target, const char *name);
/* Waits until kithd's search index has all that its log has; at once for a relay. Nothing may be posted meanwhile. */
gboolean target_wait_indexed (const Target *target, GError **error);
gint64 target_resident (const Target *target); /* bytes */

/* A kithd whose limits do not stand in the way. */
TestServer *target_server_new (void);

/* What has kept kithd's loop for the longest time since its start, in ms; 0 for a relay; below 0: error. */
double target_longest_ms (const Target *target, GError **error);

/* Appends to us (double) how long each of so many fdatasync took, after a write of 4 KiB in this directory: so many a second, or one after
 * the other (0). */
gboolean target_disk_sync (const char *directory, guint times, guint per_second, GArray *us, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Target, target_stop)
