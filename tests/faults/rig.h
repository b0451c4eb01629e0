/* rig.h - a kithd on a host that is as bad as a test wants: a TestServer under the preload, the page that tells the
 * preload what is wrong, and a disk that can lose its power. */
#pragma once

#include "faults/control.h"
#include "faults/disk.h"
#include "support/server.h"

typedef struct {
  TestServer *server;
  FaultControl *control;
  char *page, *trace; /* files */
  Disk *disk;
  gboolean small; /* its data is on a file system of its own, with a limit */
} Rig;

/* Not started yet. Every fault is off. small_mib: the data gets a file system of so many MiB, where that is permitted
 * (see small); 0: none. */
Rig *rig_new (guint small_mib);
void rig_free (Rig *rig); /* NULL is allowed */
/* As test_server_start; with the preload. */
gboolean rig_start (Rig *rig, GError **error);
/* Kills kithd and cuts the power: its data is afterwards what the disk has kept. */
gboolean rig_cut_power (Rig *rig, GRand *rand, DiskLoss *loss, GError **error);
/* Forgets the trace so far; after each end of the server that was no power cut, lest it grows without end. */
gboolean rig_note_end (Rig *rig, GError **error);
/* No room on the disk but for so many bytes; negative: all of it is free again. */
gboolean rig_set_room (Rig *rig, gint64 bytes, GError **error);

/* The page alone, made in that file; munmap it. */
FaultControl *rig_map_page (const char *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)
