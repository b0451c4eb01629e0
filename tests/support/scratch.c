/* scratch.c - made by GLib, removed with what is below it. */
#include "support/scratch.h"

#include <glib/gstdio.h>
#include <string.h>

struct _TestScratch {
  char *directory;
};

TestScratch *
test_scratch_new (void)
{
  TestScratch *scratch = g_new0 (TestScratch, 1);
  scratch->directory = g_dir_make_tmp ("kith-test-XXXXXX", NULL);
  g_assert_nonnull (scratch->directory);
  return scratch;
}

/* The names in a directory. The array frees them. */
static GPtrArray *
names_in (const char *directory)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  GDir *dir = g_dir_open (directory, 0, NULL);
  g_assert_nonnull (dir);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    g_ptr_array_add (names, g_strdup (name));
  g_dir_close (dir);
  return names;
}

static GPtrArray *
names_of (const TestScratch *scratch)
{
  return names_in (scratch->directory);
}

static void
remove_all (const char *directory)
{
  g_autoptr (GPtrArray) names = names_in (directory);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (directory, names->pdata[i], NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      remove_all (path);
    else
      g_remove (path);
  }
  g_rmdir (directory);
}

void
test_scratch_free (TestScratch *scratch)
{
  remove_all (scratch->directory);
  g_free (scratch->directory);
  g_free (scratch);
}

const char *
test_scratch_directory (const TestScratch *scratch)
{
  return scratch->directory;
}

char *
test_scratch_path (const TestScratch *scratch, const char *name)
{
  return g_build_filename (scratch->directory, name, NULL);
}

guint
test_scratch_count (const TestScratch *scratch, const char *part)
{
  guint n = 0;
  g_autoptr (GPtrArray) names = names_of (scratch);
  for (guint i = 0; i < names->len; i++)
    n += strstr (names->pdata[i], part) != NULL;
  return n;
}

static gboolean
is_in_file (const char *path, const char *bytes)
{
  g_autofree char *text = NULL;
  gsize size, length = strlen (bytes);
  if (!g_file_get_contents (path, &text, &size, NULL))
    return FALSE;
  for (gsize i = 0; i + length <= size; i++)
    if (memcmp (text + i, bytes, length) == 0)
      return TRUE;
  return FALSE;
}

gboolean
test_scratch_holds (const TestScratch *scratch, const char *bytes)
{
  g_autoptr (GPtrArray) names = names_of (scratch);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = test_scratch_path (scratch, names->pdata[i]);
    if (is_in_file (path, bytes))
      return TRUE;
  }
  return FALSE;
}
