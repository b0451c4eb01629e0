/* sim-disk.c - a file system for SQLite (sqlite3_vfs) on a Disk. Locks are real, as the connections of one process use
 * them: who closes last, and who may recover a journal, depends on them. Mapped memory belongs to the file and is gone
 * with the program. */
#include "simulation/sim.h"

#include <sqlite3.h>
#include <string.h>

#define SHM_LOCKS 8

SimDisk sim_disk;

/* What all open handles of one file share. */
typedef struct {
  char *name;
  DiskFile *file;
  guint handles, sharing; /* sharing: with a lock of SHARED or more */
  int strongest;          /* above SHARED, of one handle */
  GPtrArray *regions;     /* of mapped memory */
  int shm[SHM_LOCKS];     /* -1: exclusive; else how many share */
} Node;

typedef struct {
  sqlite3_file base;
  Node *node;
  int lock;
  guint shared, exclusive; /* bits: of shm */
  gboolean read_only, delete_it;
} Handle;

static GHashTable *nodes; /* name -> Node */

static Node *
node_of (sqlite3_file *file)
{
  return ((Handle *) file)->node;
}

static void
free_node (gpointer data)
{
  Node *node = data;
  disk_file_unref (node->file);
  g_ptr_array_unref (node->regions);
  g_free (node->name);
  g_free (node);
}

/* FALSE: the power is off; what was asked does not happen. */
static gboolean
is_alive (void)
{
  if (sim_disk.dying >= 0 && sim_disk.dying-- == 0)
    sim_disk.off = TRUE;
  return !sim_disk.off;
}

static int
close_file (sqlite3_file *file)
{
  Handle *handle = (Handle *) file;
  Node *node = handle->node;
  file->pMethods->xUnlock (file, SQLITE_LOCK_NONE);
  file->pMethods->xShmUnmap (file, 0);
  if (handle->delete_it && !sim_disk.off)
    disk_unlink (sim_disk.disk, node->name);
  if (--node->handles == 0)
    g_hash_table_remove (nodes, node->name);
  return SQLITE_OK;
}

static int
read_file (sqlite3_file *file, void *out, int length, sqlite3_int64 offset)
{
  gsize got = disk_file_read (node_of (file)->file, offset, out, (gsize) length);
  if (sim_disk.off)
    return SQLITE_IOERR_READ;
  memset ((char *) out + got, 0, (gsize) length - got);
  return got == (gsize) length ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int
write_file (sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset)
{
  if (!is_alive ())
    return SQLITE_IOERR_WRITE;
  if (sim_disk.room >= 0 && sim_disk.room < length)
    return SQLITE_FULL;
  if (sim_disk.room >= 0)
    sim_disk.room -= length;
  disk_file_write (sim_disk.disk, node_of (file)->file, offset, bytes, (gsize) length);
  return SQLITE_OK;
}

static int
truncate_file (sqlite3_file *file, sqlite3_int64 length)
{
  if (!is_alive ())
    return SQLITE_IOERR_TRUNCATE;
  disk_file_truncate (sim_disk.disk, node_of (file)->file, length);
  return SQLITE_OK;
}

static int
sync_file (sqlite3_file *file, int flags)
{
  if (!is_alive ())
    return SQLITE_IOERR_FSYNC;
  gboolean done = sim_disk.sync_failures == 0;
  sim_disk.sync_failures -= !done;
  sim_disk.n_syncs++;
  sim_disk.n_failures += !done;
  disk_sync (sim_disk.disk, node_of (file)->file, done);
  disk_sync (sim_disk.disk, NULL, done); /* SQLite syncs the directory of a new journal with it */
  return done ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *out)
{
  *out = disk_file_size (node_of (file)->file);
  return SQLITE_OK;
}

static int
lock_file (sqlite3_file *file, int wanted)
{
  Handle *handle = (Handle *) file;
  Node *node = handle->node;
  if (wanted <= handle->lock)
    return SQLITE_OK;
  if (wanted > SQLITE_LOCK_SHARED && handle->read_only)
    return SQLITE_IOERR_LOCK;
  gboolean others_strong = node->strongest > 0 && handle->lock < SQLITE_LOCK_RESERVED;
  guint others = node->sharing - (handle->lock >= SQLITE_LOCK_SHARED);
  if (wanted == SQLITE_LOCK_SHARED ? node->strongest >= SQLITE_LOCK_PENDING : others_strong)
    return SQLITE_BUSY;
  if (wanted == SQLITE_LOCK_EXCLUSIVE && others > 0)
    return SQLITE_BUSY;
  if (handle->lock < SQLITE_LOCK_SHARED)
    node->sharing++;
  handle->lock = wanted;
  if (wanted > SQLITE_LOCK_SHARED)
    node->strongest = wanted;
  return SQLITE_OK;
}

static int
unlock_file (sqlite3_file *file, int wanted)
{
  Handle *handle = (Handle *) file;
  if (handle->lock <= wanted)
    return SQLITE_OK;
  if (handle->lock > SQLITE_LOCK_SHARED)
    handle->node->strongest = 0;
  if (wanted == SQLITE_LOCK_NONE)
    handle->node->sharing--;
  handle->lock = wanted;
  return SQLITE_OK;
}

static int
check_reserved (sqlite3_file *file, int *out)
{
  *out = node_of (file)->strongest > 0;
  return SQLITE_OK;
}

static int
control_file (sqlite3_file *file, int what, void *argument)
{
  return SQLITE_NOTFOUND;
}

static int
sector_size (sqlite3_file *file)
{
  return 512;
}

static int
characteristics (sqlite3_file *file)
{
  return 0;
}

static int
map_shm (sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
  Node *node = node_of (file);
  *out = NULL;
  while (extend && (int) node->regions->len <= region)
    g_ptr_array_add (node->regions, g_malloc0 ((gsize) size));
  if ((int) node->regions->len > region)
    *out = node->regions->pdata[region];
  return SQLITE_OK;
}

/* Bits from first on; SQLite gives up only what it has. */
static int
lock_shm (sqlite3_file *file, int first, int n, int flags)
{
  Handle *handle = (Handle *) file;
  int *locks = handle->node->shm;
  guint bits = ((1u << n) - 1) << first;
  gboolean share = (flags & SQLITE_SHM_SHARED) != 0;
  for (int i = first; i < first + n && (flags & SQLITE_SHM_LOCK); i++) {
    gboolean own = (handle->shared | handle->exclusive) & (1u << i);
    if (!own && (share ? locks[i] < 0 : locks[i] != 0))
      return SQLITE_BUSY;
  }
  for (int i = first; i < first + n; i++) {
    gboolean own = ((share ? handle->shared : handle->exclusive) & (1u << i)) != 0;
    if (flags & SQLITE_SHM_LOCK)
      locks[i] = own ? locks[i] : share ? locks[i] + 1 : -1;
    else if (own)
      locks[i] = share ? locks[i] - 1 : 0;
  }
  guint *held = share ? &handle->shared : &handle->exclusive;
  *held = (flags & SQLITE_SHM_LOCK) ? *held | bits : *held & ~bits;
  return SQLITE_OK;
}

static void
barrier_shm (sqlite3_file *file)
{
}

static int
unmap_shm (sqlite3_file *file, int delete_it)
{
  lock_shm (file, 0, SHM_LOCKS, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
  lock_shm (file, 0, SHM_LOCKS, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
  if (delete_it)
    g_ptr_array_set_size (node_of (file)->regions, 0);
  return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_shm,
    .xShmLock = lock_shm,
    .xShmBarrier = barrier_shm,
    .xShmUnmap = unmap_shm,
};

static Node *
find_node (const char *name, DiskFile *file)
{
  Node *node = g_hash_table_lookup (nodes, name);
  if (node != NULL)
    return node;
  node = g_new0 (Node, 1);
  node->name = g_strdup (name);
  node->file = disk_file_ref (file);
  node->regions = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_insert (nodes, node->name, node);
  return node;
}

static int
open_file (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  static guint n_nameless;
  g_autofree char *made_up = name == NULL ? g_strdup_printf ("/nameless-%u", n_nameless++) : NULL;
  Handle *handle = (Handle *) file;
  file->pMethods = NULL;
  if (!is_alive ())
    return SQLITE_CANTOPEN;
  DiskFile *there = disk_open (sim_disk.disk, name != NULL ? name : made_up, (flags & SQLITE_OPEN_CREATE) != 0);
  if (there == NULL)
    return SQLITE_CANTOPEN;
  *handle = (Handle){.base = {&methods}, .node = find_node (name != NULL ? name : made_up, there)};
  handle->delete_it = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  handle->read_only = (flags & SQLITE_OPEN_READONLY) != 0;
  handle->node->handles++;
  if (out_flags != NULL)
    *out_flags = flags;
  return SQLITE_OK;
}

static int
delete_file (sqlite3_vfs *vfs, const char *name, int sync_directory)
{
  if (!is_alive ())
    return SQLITE_IOERR_DELETE;
  if (disk_open (sim_disk.disk, name, FALSE) == NULL)
    return SQLITE_IOERR_DELETE_NOENT;
  disk_unlink (sim_disk.disk, name);
  if (sync_directory)
    disk_sync (sim_disk.disk, NULL, TRUE);
  return SQLITE_OK;
}

static int
access_file (sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
  const DiskFile *file = disk_open (sim_disk.disk, name, FALSE);
  *out = file != NULL && (flags != SQLITE_ACCESS_EXISTS || disk_file_size (file) > 0);
  return SQLITE_OK;
}

static int
full_name (sqlite3_vfs *vfs, const char *name, int size, char *out)
{
  g_strlcpy (out, name, (gsize) size);
  return SQLITE_OK;
}

static int
give_randomness (sqlite3_vfs *vfs, int size, char *out)
{
  for (int i = 0; i < size; i++)
    out[i] = (char) sim_pick (0, 255);
  return size;
}

static int
sleep_a_little (sqlite3_vfs *vfs, int us)
{
  return us;
}

static int
tell_time (sqlite3_vfs *vfs, sqlite3_int64 *out)
{
  *out = g_get_real_time () / 1000 + 210866760000000; /* Julian day 0 is noon of 24 November 4714 BC */
  return SQLITE_OK;
}

static int
last_error (sqlite3_vfs *vfs, int size, char *out)
{
  return 0;
}

void
sim_disk_install (void)
{
  static sqlite3_vfs vfs = {
      .iVersion = 2,
      .szOsFile = sizeof (Handle),
      .mxPathname = 512,
      .zName = "simulation",
      .xOpen = open_file,
      .xDelete = delete_file,
      .xAccess = access_file,
      .xFullPathname = full_name,
      .xRandomness = give_randomness,
      .xSleep = sleep_a_little,
      .xCurrentTimeInt64 = tell_time,
      .xGetLastError = last_error,
  };
  nodes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_node);
  sqlite3_vfs_register (&vfs, 1);
}
