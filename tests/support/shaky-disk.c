/* shaky-disk.c - the platform's files with another xSync and xWrite: opened by it, then given a copy of its table of methods. */
#include "support/shaky-disk.h"

#include <glib.h>
#include <sqlite3.h>
#include <string.h>

#include "support/check.h"

static sqlite3_vfs shaky;
static sqlite3_vfs *platform;
static int failures, database_failures; /* atomic */
static const char *failing_database;

/* What the disk has where something else was written. */
typedef struct {
  gint64 offset;
  int length;
  gboolean forgotten; /* a sync of it failed: none writes it before it is written anew */
  char *bytes;
} Before;

typedef struct {
  char *path;
  GHashTable *before; /* set of Before, by offset */
} Disk;

static GHashTable *disks; /* path -> Disk: the databases that were opened, for ever */
static GHashTable *files; /* sqlite3_file -> Disk */

/* Databases and journals have tables of their own, with one xSync and one xWrite. */
static struct {
  const sqlite3_io_methods *real;
  sqlite3_io_methods shaky;
} tables[8];
static int (*real_sync) (sqlite3_file *file, int flags);
static int (*real_write) (sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset);
static GMutex mutex; /* of the tables */

static struct {
  GMutex mutex;
  GCond changed;
  const char *name; /* NULL: nobody has to wait */
  guint waiting;
} held;

void
shaky_disk_fail (int count)
{
  g_atomic_int_set (&failures, count);
}

void
shaky_disk_fail_database (const char *name, int count)
{
  g_atomic_pointer_set (&failing_database, name);
  g_atomic_int_set (&database_failures, count);
}

int
shaky_disk_failures_of_database (void)
{
  return g_atomic_int_get (&database_failures);
}

static void
free_before (gpointer data)
{
  g_free (((Before *) data)->bytes);
  g_free (data);
}

/* NULL: it is no database. */
static Disk *
find_disk (sqlite3_file *file)
{
  g_mutex_lock (&mutex);
  Disk *disk = g_hash_table_lookup (files, file);
  g_mutex_unlock (&mutex);
  return disk;
}

static int
write_file (sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset)
{
  Disk *disk = find_disk (file);
  if (disk == NULL)
    return real_write (file, bytes, length, offset);
  char *there = g_malloc0 ((gsize) length);
  file->pMethods->xRead (file, there, length, offset); /* zeros behind the end */
  g_mutex_lock (&mutex);
  Before *before = g_hash_table_lookup (disk->before, &offset);
  if (before == NULL) {
    before = g_new (Before, 1);
    *before = (Before){offset, length, FALSE, g_steal_pointer (&there)};
    g_hash_table_add (disk->before, before);
  }
  before->forgotten = FALSE;
  g_mutex_unlock (&mutex);
  g_free (there);
  return real_write (file, bytes, length, offset);
}

static void
note_sync (Disk *disk, gboolean done)
{
  GHashTableIter iter;
  gpointer before;
  g_mutex_lock (&mutex);
  g_hash_table_iter_init (&iter, disk->before);
  while (g_hash_table_iter_next (&iter, &before, NULL))
    if (!done)
      ((Before *) before)->forgotten = TRUE;
    else if (!((Before *) before)->forgotten)
      g_hash_table_iter_remove (&iter);
  g_mutex_unlock (&mutex);
}

static gboolean
should_fail (int *count)
{
  int left = g_atomic_int_get (count);
  if (left > 0)
    g_atomic_int_add (count, -1);
  return left != 0;
}

static int
sync_file (sqlite3_file *file, int flags)
{
  Disk *disk = find_disk (file);
  const char *failing = g_atomic_pointer_get (&failing_database);
  gboolean is_failing = disk != NULL && failing != NULL && g_str_has_suffix (disk->path, failing);
  int code = should_fail (&failures) || (is_failing && should_fail (&database_failures)) ? SQLITE_IOERR_FSYNC : real_sync (file, flags);
  if (disk != NULL)
    note_sync (disk, code == SQLITE_OK);
  return code;
}

void
shaky_disk_cut (const char *file, const char *copy)
{
  gsize size = 0;
  g_autofree char *bytes = NULL;
  GHashTableIter iter;
  gpointer key;
  CHECK (g_file_get_contents (copy, &bytes, &size, &error));
  g_mutex_lock (&mutex);
  g_hash_table_iter_init (&iter, ((Disk *) g_hash_table_lookup (disks, file))->before);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    const Before *before = key;
    if ((gsize) before->offset < size)
      memcpy (bytes + before->offset, before->bytes, MIN ((gsize) before->length, size - (gsize) before->offset));
  }
  g_mutex_unlock (&mutex);
  CHECK (g_file_set_contents (copy, bytes, (gssize) size, &error));
}

/* The shaky twin of a table, made when it is first seen. */
static const sqlite3_io_methods *
find_twin (const sqlite3_io_methods *real)
{
  guint i = 0;
  g_mutex_lock (&mutex);
  while (tables[i].real != NULL && tables[i].real != real)
    g_assert (++i < G_N_ELEMENTS (tables));
  if (tables[i].real == NULL) {
    g_assert (real_sync == NULL || (real_sync == real->xSync && real_write == real->xWrite));
    real_sync = real->xSync;
    real_write = real->xWrite;
    tables[i].real = real;
    tables[i].shaky = *real;
    tables[i].shaky.xSync = sync_file;
    tables[i].shaky.xWrite = write_file;
  }
  g_mutex_unlock (&mutex);
  return &tables[i].shaky;
}

/* Only of databases it is known what the disk has. */
static void
note_open (sqlite3_file *file, const char *name, int flags)
{
  g_mutex_lock (&mutex);
  g_hash_table_remove (files, file);
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
    Disk *disk = g_hash_table_lookup (disks, name);
    if (disk == NULL) {
      disk = g_new (Disk, 1);
      *disk = (Disk){g_strdup (name), g_hash_table_new_full (g_int64_hash, g_int64_equal, free_before, NULL)};
      g_hash_table_insert (disks, disk->path, disk);
    }
    g_hash_table_insert (files, file, disk);
  }
  g_mutex_unlock (&mutex);
}

void
shaky_disk_hold (const char *name)
{
  g_mutex_lock (&held.mutex);
  held.name = name;
  g_cond_broadcast (&held.changed);
  g_mutex_unlock (&held.mutex);
}

void
shaky_disk_await_held (void)
{
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_MINUTE;
  g_mutex_lock (&held.mutex);
  while (held.waiting == 0)
    if (!g_cond_wait_until (&held.changed, &held.mutex, deadline))
      fail_msg ("nobody opens %s", held.name);
  g_mutex_unlock (&held.mutex);
}

static void
wait_while_held (const char *name)
{
  g_mutex_lock (&held.mutex);
  while (held.name != NULL && g_str_has_suffix (name, held.name)) {
    held.waiting++;
    g_cond_broadcast (&held.changed);
    g_cond_wait (&held.changed, &held.mutex);
    held.waiting--;
  }
  g_mutex_unlock (&held.mutex);
}

static int
open_file (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0)
    wait_while_held (name);
  int code = platform->xOpen (platform, name, file, flags, out_flags);
  if (code == SQLITE_OK && file->pMethods != NULL)
    file->pMethods = find_twin (file->pMethods);
  note_open (file, name, flags);
  return code;
}

void
shaky_disk_install (void)
{
  platform = sqlite3_vfs_find (NULL);
  disks = g_hash_table_new (g_str_hash, g_str_equal);
  files = g_hash_table_new (NULL, NULL);
  shaky = *platform;
  shaky.zName = "shaky";
  shaky.xOpen = open_file;
  sqlite3_vfs_register (&shaky, 1);
}
