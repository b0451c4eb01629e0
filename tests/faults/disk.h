/* disk.h - what is on a disk, worked out from the trace of all that was done to one directory (control.h): what
 * programs see, and what is left of it when the power fails.
 *
 * Kept for certain: what a file held when a sync of it began that then succeeded; names, when the directory was synced
 * so. All else is chance: each write and each change of length since then survives or not, by itself, in any order,
 * whole, or only some of its sectors of 512 bytes; changes of names survive in their order up to some point, as
 * journaling file systems have it. What a failed sync should have covered stays a matter of chance whatever is synced
 * later: the system has forgotten that it is not written. */
#pragma once

#include <glib.h>

typedef struct _Disk Disk;

typedef struct {
  guint kept, lost, torn; /* writes and changes of length that were not synced */
  guint names_lost;
} DiskLoss;

/* A file, known by more than its name; counted by reference. */
typedef struct _DiskFile DiskFile;

Disk *disk_new (void);
void disk_free (Disk *disk);
/* Takes in a trace. A record that is cut off at the end is left out: it was not done when the program was killed. */
gboolean disk_replay (Disk *disk, const char *trace, GError **error);
/* Whether the directory holds what programs should see there. Files that are mapped (-shm), sockets and directories are
 * not looked at. An error means that the trace, not the program, is wrong: but one operation may have been done and not
 * written down when the program was killed, and is taken in here. */
gboolean disk_compare (Disk *disk, const char *directory, GError **error);
/* The same, done directly: a disk in memory. Borrowed; NULL: there is none of that name, and none was to be made. */
DiskFile *disk_open (Disk *disk, const char *path, gboolean make);
void disk_unlink (Disk *disk, const char *path);
DiskFile *disk_file_ref (DiskFile *file);
void disk_file_unref (gpointer file);
gint64 disk_file_size (const DiskFile *file);
gsize disk_file_read (const DiskFile *file, gint64 offset, void *out, gsize length); /* how much there was */
void disk_file_write (Disk *disk, DiskFile *file, gint64 offset, const void *bytes, gsize length);
void disk_file_truncate (Disk *disk, DiskFile *file, gint64 length);
/* A sync of all that was done so far, which succeeds or not; of the names where file is NULL. */
void disk_sync (Disk *disk, DiskFile *file, gboolean done);

/* The power fails: what programs see is now what is left. */
void disk_cut (Disk *disk, GRand *rand, DiskLoss *loss);
/* Makes the directory so. */
gboolean disk_write (Disk *disk, const char *directory, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Disk, disk_free)
