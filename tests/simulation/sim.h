/* sim.h - a server and its clients in one process, in simulated time: the real loop (app/turn.c), dispatch, domain,
 * delivery, connections and store (its writing and its reading connection on the real SQLite), and the real headless
 * client. What they get from outside is brought by the simulation, by defining the functions of those layers itself, so
 * that the linker takes these instead:
 *
 *   sim-host.c    the clocks and the random numbers of GLib and OpenSSL
 *   sim-net.c     sockets (net/socket.h), the connector, the poller's wait: a network in memory
 *   sim-disk.c    the files of SQLite: a disk in memory (faults/disk.h) that loses its power
 *   sim-store.c   the store's threads (store/store.h): batches and reads are done when the schedule says so
 *
 * Left out: TLS, look-up of names, presence by UDP (tests/unit/test-presence-hub.c), the search index, passwords.
 * Everything is decided by the seed, so a seed gives the same run again. One thread. */
#pragma once

#include <glib.h>

#include "faults/disk.h"

/* ---- sim-host.c ---- */

typedef struct {
  GRand *rand;
  gint64 now_us;         /* monotonic */
  gint64 clock_offset_us; /* of the time of day */
} SimHost;

extern SimHost sim_host;

void sim_host_begin (guint32 seed);
void sim_host_end (void);
guint sim_pick (guint from, guint to); /* both inclusive */
gboolean sim_chance (guint percent);

/* ---- sim-net.c ---- */

void sim_net_begin (void);
void sim_net_end (void);
/* When the next bytes arrive; G_MAXINT64: nothing is on its way. */
gint64 sim_net_due (void);
void sim_net_cut (void);              /* some connection breaks, and loses what was on its way */
void sim_net_stall (gint64 span_us);  /* nothing arrives for so long */
gboolean sim_net_is_ready (gintptr socket, guint wanted);

/* ---- sim-disk.c ---- */

typedef struct {
  Disk *disk;
  gboolean off;       /* nothing is done any more: the program is dead, it only does not know yet */
  gint dying;         /* so many operations, then it is off; negative: never */
  gint sync_failures; /* so many syncs fail */
  gint64 room;        /* bytes until it is full; negative: without end */
  guint64 n_syncs, n_failures;
} SimDisk;

extern SimDisk sim_disk;

void sim_disk_install (void); /* SQLite's default from now on; once */

/* ---- sim-store.c ---- */

struct _KithdStore;
/* Does what is due. */
void sim_store_work (struct _KithdStore *store);
gint64 sim_store_due (struct _KithdStore *store);
gboolean sim_store_is_unsound (const struct _KithdStore *store); /* nothing is accepted until a restart */
