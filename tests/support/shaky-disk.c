/* shaky-disk.c - the platform's files with another xSync: opened by it, then given a copy of its table of methods. */
#include "support/shaky-disk.h"

#include <glib.h>
#include <sqlite3.h>

static sqlite3_vfs shaky;
static sqlite3_vfs *platform;
static int failures; /* atomic */

/* Databases and journals have tables of their own, with one xSync. */
static struct {
  const sqlite3_io_methods *real;
  sqlite3_io_methods shaky;
} tables[8];
static int (*real_sync) (sqlite3_file *file, int flags);
static GMutex mutex;

void
shaky_disk_fail (int count)
{
  g_atomic_int_set (&failures, count);
}

static int
sync_file (sqlite3_file *file, int flags)
{
  int left = g_atomic_int_get (&failures);
  if (left == 0)
    return real_sync (file, flags);
  if (left > 0)
    g_atomic_int_add (&failures, -1);
  return SQLITE_IOERR_FSYNC;
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
    g_assert (real_sync == NULL || real_sync == real->xSync);
    real_sync = real->xSync;
    tables[i].real = real;
    tables[i].shaky = *real;
    tables[i].shaky.xSync = sync_file;
  }
  g_mutex_unlock (&mutex);
  return &tables[i].shaky;
}

static int
open_file (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  int code = platform->xOpen (platform, name, file, flags, out_flags);
  if (code == SQLITE_OK && file->pMethods != NULL)
    file->pMethods = find_twin (file->pMethods);
  return code;
}

void
shaky_disk_install (void)
{
  platform = sqlite3_vfs_find (NULL);
  shaky = *platform;
  shaky.zName = "shaky";
  shaky.xOpen = open_file;
  sqlite3_vfs_register (&shaky, 1);
}
