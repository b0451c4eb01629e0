/* shaky-disk.c - the platform's files with another xSync: opened by it, then given a copy of its table of methods. */
#include "support/shaky-disk.h"

#include <glib.h>
#include <sqlite3.h>

static sqlite3_vfs shaky;
static sqlite3_vfs *platform;
static sqlite3_io_methods methods;
static const sqlite3_io_methods *real;
static int failures; /* atomic */

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
    return real->xSync (file, flags);
  if (left > 0)
    g_atomic_int_add (&failures, -1);
  return SQLITE_IOERR_FSYNC;
}

static int
open_file (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  int code = platform->xOpen (platform, name, file, flags, out_flags);
  if (code != SQLITE_OK || file->pMethods == NULL || (real != NULL && file->pMethods != real))
    return code; /* another kind of file than the first: left as it is */
  if (real == NULL) {
    real = file->pMethods;
    methods = *real;
    methods.xSync = sync_file;
  }
  file->pMethods = &methods;
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
