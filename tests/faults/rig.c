/* rig.c - see rig.h. */
#include "faults/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define RIG_ERROR (g_quark_from_static_string ("rig"))

FaultControl *
rig_map_page (const char *file)
{
  int fd = g_open (file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate (fd, sizeof (FaultControl)) != 0)
    g_error ("no page for faults at %s: %s", file, g_strerror (errno));
  FaultControl *control = mmap (NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  if (control == MAP_FAILED)
    g_error ("no page for faults at %s: %s", file, g_strerror (errno));
  control->room = -1;
  return control;
}

/* In a mount namespace of this process, so that it goes with it. */
static gboolean
mount_small (const char *directory, guint mib)
{
  static gboolean apart;
  g_autofree char *options = g_strdup_printf ("size=%um,mode=0700", mib);
  if (!apart && (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0))
    return FALSE;
  apart = TRUE;
  return mount ("kith", directory, "tmpfs", 0, options) == 0;
}

static void
put_under_preload (Rig *rig)
{
  const char *asan = g_getenv ("ASAN_OPTIONS");
  g_autofree char *words =
      g_strdup_printf ("env LD_PRELOAD=%s " FAULTS_ENVIRONMENT "=%s ASAN_OPTIONS=%s:verify_asan_link_order=0",
                       FAULTS_PRELOAD, rig->page, asan != NULL ? asan : "");
  test_server_set_wrapper (rig->server, words);
}

Rig *
rig_new (guint small_mib)
{
  Rig *rig = g_new0 (Rig, 1);
  rig->server = test_server_new ();
  rig->disk = disk_new ();
  rig->page = g_build_filename (rig->server->dir, "faults", NULL);
  rig->trace = g_build_filename (rig->server->dir, "trace", NULL);
  rig->control = rig_map_page (rig->page);
  g_strlcpy (rig->control->root, rig->server->data, FAULTS_PATH);
  g_strlcpy (rig->control->trace, rig->trace, FAULTS_PATH);
  g_mkdir (rig->server->data, 0700);
  rig->small = small_mib > 0 && mount_small (rig->server->data, small_mib);
  put_under_preload (rig);
  return rig;
}

void
rig_free (Rig *rig)
{
  if (rig == NULL)
    return;
  test_server_kill (rig->server);
  if (rig->small)
    umount2 (rig->server->data, MNT_DETACH);
  munmap (rig->control, sizeof *rig->control);
  disk_free (rig->disk);
  test_server_free (rig->server);
  g_free (rig->page);
  g_free (rig->trace);
  g_free (rig);
}

gboolean
rig_start (Rig *rig, GError **error)
{
  return test_server_start (rig->server, error);
}

gboolean
rig_note_end (Rig *rig, GError **error)
{
  if (!g_file_test (rig->trace, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!disk_replay (rig->disk, rig->trace, error))
    return FALSE;
  g_unlink (rig->trace);
  return disk_compare (rig->disk, rig->server->data, error);
}

gboolean
rig_cut_power (Rig *rig, GRand *rand, DiskLoss *loss, GError **error)
{
  test_server_kill (rig->server);
  if (!rig_note_end (rig, error))
    return FALSE;
  disk_cut (rig->disk, rand, loss);
  return disk_write (rig->disk, rig->server->data, error);
}

/* A file that takes the rest of a small disk. It is not in the trace, nor there when the trace is compared. */
static gboolean
set_ballast (Rig *rig, gint64 bytes, GError **error)
{
  g_autofree char *ballast = g_build_filename (rig->server->data, "ballast", NULL);
  struct statvfs disk;
  if (bytes < 0) {
    g_unlink (ballast);
    return TRUE;
  }
  int fd = g_open (ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  gboolean done = fd >= 0 && fstatvfs (fd, &disk) == 0;
  gint64 size = done ? (gint64) (disk.f_bavail * disk.f_frsize) - bytes : 0;
  int code = done && size > 0 ? posix_fallocate (fd, 0, size) : done ? 0 : errno;
  done = code == 0 || code == ENOSPC; /* the server was quicker: it is full */
  if (!done)
    g_set_error (error, RIG_ERROR, 0, "the disk cannot be filled: %s", g_strerror (code));
  if (fd >= 0)
    close (fd);
  return done;
}

gboolean
rig_set_room (Rig *rig, gint64 bytes, GError **error)
{
  if (rig->small)
    return set_ballast (rig, bytes, error);
  __atomic_store_n (&rig->control->room, bytes, __ATOMIC_RELAXED);
  return TRUE;
}
