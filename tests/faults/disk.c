/* disk.c - a file is what is on the disk for certain and a list of what was done since; the list is shortened where its
 * beginning has been synced. */
#include "faults/disk.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "faults/control.h"

#define DISK_ERROR (g_quark_from_static_string ("disk"))
#define SECTOR 512
#define LONGEST_WRITE (128 * 1024)

typedef enum { STEP_UNSYNCED, STEP_ORPHAN, STEP_SYNCED } StepState;

/* A write (bytes is not NULL) or a change of length. */
typedef struct {
  gint64 number, offset;
  GBytes *bytes;
  StepState state;
} Step;

struct _DiskFile {
  gatomicrefcount refs;
  GByteArray *live, *durable;
  GPtrArray *steps; /* Step; durable and all of them give live */
};

/* A change of names that is not synced: `name` stands for file from now on (NULL: for none). Renaming is two in one. */
typedef struct {
  gint64 number;
  char *gone, *name;
  DiskFile *file;
} Naming;

typedef struct {
  DiskFile *file; /* NULL: a directory */
  gint64 upto;
} Sync;

struct _Disk {
  GHashTable *live, *durable; /* path -> DiskFile */
  GPtrArray *namings;
  GHashTable *handles; /* number -> DiskFile; a directory: NULL */
  GHashTable *syncs;   /* number -> Sync, under way */
  gint64 last;         /* number of a step or a naming */
};

static DiskFile *
file_new (void)
{
  DiskFile *file = g_new0 (DiskFile, 1);
  g_atomic_ref_count_init (&file->refs);
  file->live = g_byte_array_new ();
  file->durable = g_byte_array_new ();
  return file;
}

DiskFile *
disk_file_ref (DiskFile *file)
{
  g_atomic_ref_count_inc (&file->refs);
  return file;
}

static void
free_step (gpointer data)
{
  g_clear_pointer (&((Step *) data)->bytes, g_bytes_unref);
  g_free (data);
}

void
disk_file_unref (gpointer data)
{
  DiskFile *file = data;
  if (file == NULL || !g_atomic_ref_count_dec (&file->refs))
    return;
  g_byte_array_unref (file->live);
  g_byte_array_unref (file->durable);
  g_clear_pointer (&file->steps, g_ptr_array_unref);
  g_free (file);
}

static void
free_naming (gpointer data)
{
  Naming *naming = data;
  g_free (naming->gone);
  g_free (naming->name);
  disk_file_unref (naming->file);
  g_free (naming);
}

static void
free_sync (gpointer data)
{
  disk_file_unref (((Sync *) data)->file);
  g_free (data);
}

static GHashTable *
new_names (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, disk_file_unref);
}

Disk *
disk_new (void)
{
  Disk *disk = g_new0 (Disk, 1);
  disk->live = new_names ();
  disk->durable = new_names ();
  disk->namings = g_ptr_array_new_with_free_func (free_naming);
  disk->handles = g_hash_table_new_full (NULL, NULL, NULL, disk_file_unref);
  disk->syncs = g_hash_table_new_full (NULL, NULL, NULL, free_sync);
  return disk;
}

void
disk_free (Disk *disk)
{
  if (disk == NULL)
    return;
  g_hash_table_unref (disk->live);
  g_hash_table_unref (disk->durable);
  g_ptr_array_unref (disk->namings);
  g_hash_table_unref (disk->handles);
  g_hash_table_unref (disk->syncs);
  g_free (disk);
}

/* ---- what is done to a file ---- */

static void
set_length (GByteArray *bytes, guint length)
{
  guint before = bytes->len;
  g_byte_array_set_size (bytes, length);
  if (length > before)
    memset (bytes->data + before, 0, length - before);
}

static void
put_bytes (GByteArray *bytes, gint64 offset, const guint8 *data, gsize length)
{
  if (offset + (gint64) length > bytes->len)
    set_length (bytes, (guint) (offset + (gint64) length));
  if (length > 0)
    memcpy (bytes->data + offset, data, length);
}

static void
apply_step (GByteArray *bytes, const Step *step)
{
  gsize length = 0;
  if (step->bytes == NULL) {
    set_length (bytes, (guint) step->offset);
    return;
  }
  const guint8 *data = g_bytes_get_data (step->bytes, &length);
  put_bytes (bytes, step->offset, data, length);
}

static void
add_step (Disk *disk, DiskFile *file, gint64 offset, const guint8 *data, gsize length)
{
  Step *step = g_new0 (Step, 1);
  step->number = ++disk->last;
  step->offset = offset;
  step->bytes = data != NULL ? g_bytes_new (data, length) : NULL;
  if (file->steps == NULL)
    file->steps = g_ptr_array_new_with_free_func (free_step);
  g_ptr_array_add (file->steps, step);
  apply_step (file->live, step);
}

static void
end_sync (DiskFile *file, gint64 upto, gboolean done)
{
  guint settled = 0;
  for (guint i = 0; file->steps != NULL && i < file->steps->len; i++) {
    Step *step = file->steps->pdata[i];
    if (step->number <= upto && step->state == STEP_UNSYNCED)
      step->state = done ? STEP_SYNCED : STEP_ORPHAN;
    if (settled == i && step->state == STEP_SYNCED) {
      apply_step (file->durable, step);
      settled++;
    }
  }
  if (settled > 0)
    g_ptr_array_remove_range (file->steps, 0, settled);
}

/* ---- names ---- */

static void
apply_naming (GHashTable *names, const Naming *naming)
{
  if (naming->gone != NULL)
    g_hash_table_remove (names, naming->gone);
  if (naming->name != NULL)
    g_hash_table_insert (names, g_strdup (naming->name), disk_file_ref (naming->file));
}

static void
add_naming (Disk *disk, const char *gone, const char *name, DiskFile *file)
{
  Naming *naming = g_new0 (Naming, 1);
  naming->number = ++disk->last;
  naming->gone = g_strdup (gone);
  naming->name = g_strdup (name);
  naming->file = file != NULL ? disk_file_ref (file) : NULL;
  g_ptr_array_add (disk->namings, naming);
  apply_naming (disk->live, naming);
}

static void
end_directory_sync (Disk *disk, gint64 upto)
{
  while (disk->namings->len > 0 && ((Naming *) disk->namings->pdata[0])->number <= upto) {
    apply_naming (disk->durable, disk->namings->pdata[0]);
    g_ptr_array_remove_index (disk->namings, 0);
  }
}

/* ---- the trace ---- */

static void
take_open (Disk *disk, const TraceRecord *record, const char *path)
{
  DiskFile *file = g_hash_table_lookup (disk->live, path);
  if (file == NULL)
    file = disk_open (disk, path, (record->offset & TRACE_MADE) != 0);
  if (file != NULL && (record->offset & TRACE_EMPTIED) != 0 && file->live->len > 0)
    add_step (disk, file, 0, NULL, 0);
  g_hash_table_insert (disk->handles, GUINT_TO_POINTER (record->handle), file != NULL ? disk_file_ref (file) : NULL);
}

static void
take_rename (Disk *disk, const char *from)
{
  const char *to = from + strlen (from) + 1;
  DiskFile *file = g_hash_table_lookup (disk->live, from);
  if (file != NULL)
    add_naming (disk, from, to, file);
}

static void
take_sync_began (Disk *disk, gint64 number, DiskFile *file)
{
  Sync *sync = g_new0 (Sync, 1);
  sync->file = file != NULL ? disk_file_ref (file) : NULL;
  sync->upto = disk->last;
  g_hash_table_insert (disk->syncs, GSIZE_TO_POINTER ((gsize) number), sync);
}

static void
take_sync_ended (Disk *disk, gint64 number, gboolean done)
{
  const Sync *sync = g_hash_table_lookup (disk->syncs, GSIZE_TO_POINTER ((gsize) number));
  if (sync != NULL && sync->file != NULL)
    end_sync (sync->file, sync->upto, done);
  else if (sync != NULL && done)
    end_directory_sync (disk, sync->upto);
  g_hash_table_remove (disk->syncs, GSIZE_TO_POINTER ((gsize) number));
}

static void
take_record (Disk *disk, const TraceRecord *record, const char *bytes)
{
  DiskFile *file = g_hash_table_lookup (disk->handles, GUINT_TO_POINTER (record->handle));
  switch ((TraceKind) record->kind) {
  case TRACE_START:
    g_hash_table_remove_all (disk->handles);
    g_hash_table_remove_all (disk->syncs);
    break;
  case TRACE_OPEN: take_open (disk, record, bytes); break;
  case TRACE_WRITE: add_step (disk, file, record->offset, (const guint8 *) bytes, record->length); break;
  case TRACE_TRUNCATE: add_step (disk, file, record->offset, NULL, 0); break;
  case TRACE_SYNC_BEGAN: take_sync_began (disk, record->offset, file); break;
  case TRACE_SYNC_DONE:
  case TRACE_SYNC_FAILED: take_sync_ended (disk, record->offset, record->kind == TRACE_SYNC_DONE); break;
  case TRACE_RENAME: take_rename (disk, bytes); break;
  case TRACE_UNLINK: add_naming (disk, bytes, NULL, NULL); break;
  }
}

gboolean
disk_replay (Disk *disk, const char *trace, GError **error)
{
  g_autofree char *text = NULL;
  gsize size = 0, at = 0;
  TraceRecord record;
  if (!g_file_get_contents (trace, &text, &size, error))
    return FALSE;
  for (; size - at >= sizeof record; at += record.length) {
    memcpy (&record, text + at, sizeof record);
    at += sizeof record;
    if (record.length > size - at)
      break;
    take_record (disk, &record, text + at);
  }
  return TRUE;
}

/* ---- a disk in memory ---- */

DiskFile *
disk_open (Disk *disk, const char *path, gboolean make)
{
  DiskFile *file = g_hash_table_lookup (disk->live, path);
  if (file != NULL || !make)
    return file;
  file = file_new ();
  add_naming (disk, NULL, path, file);
  disk_file_unref (file); /* the name holds it */
  return file;
}

void
disk_unlink (Disk *disk, const char *path)
{
  add_naming (disk, path, NULL, NULL);
}

gint64
disk_file_size (const DiskFile *file)
{
  return file->live->len;
}

gsize
disk_file_read (const DiskFile *file, gint64 offset, void *out, gsize length)
{
  gsize there = offset < file->live->len ? MIN (length, file->live->len - (gsize) offset) : 0;
  if (there > 0)
    memcpy (out, file->live->data + offset, there);
  return there;
}

void
disk_file_write (Disk *disk, DiskFile *file, gint64 offset, const void *bytes, gsize length)
{
  add_step (disk, file, offset, bytes, length);
}

void
disk_file_truncate (Disk *disk, DiskFile *file, gint64 length)
{
  add_step (disk, file, length, NULL, 0);
}

void
disk_sync (Disk *disk, DiskFile *file, gboolean done)
{
  if (file != NULL)
    end_sync (file, disk->last, done);
  else if (done)
    end_directory_sync (disk, disk->last);
}

/* ---- looking, cutting, writing ---- */

/* Makes a file what is there; FALSE when more than one write has to be missing for that. */
static gboolean
adopt (Disk *disk, DiskFile *file, const guint8 *there, gsize size)
{
  gsize common = MIN (size, file->live->len), first = 0, end = size;
  while (first < common && there[first] == file->live->data[first])
    first++;
  while (size == file->live->len && end > first && there[end - 1] == file->live->data[end - 1])
    end--;
  if (end > first && end - first > LONGEST_WRITE)
    return FALSE;
  if (end > first)
    add_step (disk, file, (gint64) first, there + first, end - first);
  if (file->live->len > size)
    add_step (disk, file, (gint64) size, NULL, 0);
  return TRUE;
}

/* *spare: whether an operation may still be missing. */
static gboolean
compare_file (Disk *disk, const char *path, DiskFile *file, gboolean *spare, GError **error)
{
  g_autofree char *text = NULL;
  gsize size = 0;
  if (*spare && !g_file_test (path, G_FILE_TEST_EXISTS)) {
    *spare = FALSE;
    add_naming (disk, path, NULL, NULL);
    return TRUE;
  }
  if (!g_file_get_contents (path, &text, &size, error))
    return FALSE;
  if (size == file->live->len && (size == 0 || memcmp (text, file->live->data, size) == 0))
    return TRUE;
  if (*spare && adopt (disk, file, (const guint8 *) text, size)) {
    *spare = FALSE;
    return TRUE;
  }
  g_set_error (error, DISK_ERROR, 0, "the trace gives %s %u bytes, there are %" G_GSIZE_FORMAT ", or they differ", path,
               file->live->len, size);
  return FALSE;
}

static gboolean
compare_files (Disk *disk, gboolean *spare, GError **error)
{
  g_autoptr (GList) names = g_hash_table_get_keys (disk->live);
  gboolean good = TRUE;
  for (GList *link = names; good && link != NULL; link = link->next) {
    g_autofree char *path = g_strdup (link->data); /* its key may go */
    if (!g_str_has_suffix (path, "-shm"))
      good = compare_file (disk, path, g_hash_table_lookup (disk->live, path), spare, error);
  }
  return good;
}

gboolean
disk_compare (Disk *disk, const char *directory, GError **error)
{
  gboolean spare = TRUE;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, error);
  if (dir == NULL || !compare_files (disk, &spare, error))
    return FALSE;
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir)) {
    g_autofree char *there = g_build_filename (directory, name, NULL);
    if (!g_file_test (there, G_FILE_TEST_IS_REGULAR) || g_hash_table_contains (disk->live, there))
      continue;
    if (!spare) {
      g_set_error (error, DISK_ERROR, 0, "the trace knows nothing of %s", there);
      return FALSE;
    }
    DiskFile *file = file_new ();
    add_naming (disk, NULL, there, file);
    disk_file_unref (file);
    spare = FALSE;
  }
  return TRUE;
}

/* Some of its sectors; of the others, zeros where the file grew. */
static void
tear_step (GByteArray *bytes, const Step *step, GRand *rand)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (step->bytes, &length);
  gboolean grows = g_rand_boolean (rand);
  if (grows && step->offset + (gint64) length > bytes->len)
    set_length (bytes, (guint) (step->offset + (gint64) length));
  for (gsize at = 0; at < length; at += SECTOR)
    if (g_rand_boolean (rand))
      put_bytes (bytes, step->offset + (gint64) at, data + at, MIN (SECTOR, length - at));
}

/* chance: of what was not synced to survive. */
static void
cut_file (DiskFile *file, double chance, GRand *rand, DiskLoss *loss)
{
  for (guint i = 0; file->steps != NULL && i < file->steps->len; i++) {
    const Step *step = file->steps->pdata[i];
    double lot = step->state == STEP_SYNCED ? 0 : g_rand_double (rand);
    if (step->state == STEP_SYNCED || lot < chance) {
      apply_step (file->durable, step);
      loss->kept += step->state != STEP_SYNCED;
    } else if (step->bytes != NULL && chance > 0 && g_rand_boolean (rand)) {
      tear_step (file->durable, step, rand);
      loss->torn++;
    } else {
      loss->lost++;
    }
  }
  g_clear_pointer (&file->steps, g_ptr_array_unref);
  set_length (file->live, 0);
  put_bytes (file->live, 0, file->durable->data, file->durable->len);
}

/* What is only mapped reaches the disk whenever it likes. */
static void
scramble (GByteArray *bytes, GRand *rand)
{
  for (guint i = 0; i < bytes->len; i++)
    bytes->data[i] = (guint8) g_rand_int_range (rand, 0, 256);
}

/* In the order of names, so that a seed gives one result. */
static void
cut_files (Disk *disk, double chance, GRand *rand, DiskLoss *loss)
{
  GList *names = g_list_sort (g_hash_table_get_keys (disk->durable), (GCompareFunc) strcmp);
  for (GList *link = names; link != NULL; link = link->next) {
    DiskFile *file = g_hash_table_lookup (disk->durable, link->data);
    cut_file (file, chance, rand, loss);
    if (g_str_has_suffix (link->data, "-shm"))
      scramble (file->live, rand);
  }
  g_list_free (names);
}

void
disk_cut (Disk *disk, GRand *rand, DiskLoss *loss)
{
  static const double chances[] = {0, 0.1, 0.5, 0.9, 1};
  double chance = chances[g_rand_int_range (rand, 0, G_N_ELEMENTS (chances))];
  guint names = chance >= 1 ? disk->namings->len : (guint) g_rand_int_range (rand, 0, (gint32) disk->namings->len + 1);
  for (guint i = 0; i < names; i++)
    apply_naming (disk->durable, disk->namings->pdata[i]);
  loss->names_lost += disk->namings->len - names;
  g_ptr_array_set_size (disk->namings, 0);
  g_hash_table_remove_all (disk->handles);
  g_hash_table_remove_all (disk->syncs);
  cut_files (disk, chance, rand, loss);
  g_hash_table_remove_all (disk->live);
  GHashTableIter iter;
  gpointer path, file;
  g_hash_table_iter_init (&iter, disk->durable);
  while (g_hash_table_iter_next (&iter, &path, &file))
    g_hash_table_insert (disk->live, g_strdup (path), disk_file_ref (file));
}

static gboolean
empty_directory (const char *directory, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, error);
  if (dir == NULL)
    return FALSE;
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir)) {
    g_autofree char *path = g_build_filename (directory, name, NULL);
    g_unlink (path);
  }
  return TRUE;
}

gboolean
disk_write (Disk *disk, const char *directory, GError **error)
{
  GHashTableIter iter;
  gpointer path, value;
  if (!empty_directory (directory, error))
    return FALSE;
  g_hash_table_iter_init (&iter, disk->live);
  while (g_hash_table_iter_next (&iter, &path, &value)) {
    const DiskFile *file = value;
    if (!g_file_set_contents_full (path, (const char *) file->live->data, file->live->len, G_FILE_SET_CONTENTS_NONE,
                                   0600, error))
      return FALSE;
  }
  return TRUE;
}
