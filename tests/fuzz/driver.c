/* driver.c - runs a fuzz target over every file of the directories given: so that what was once found stays found.
 * Fails when a directory cannot be read or there is no file at all. */
#include "fuzz.h"

#include <stdlib.h>

static gboolean
run_file (const char *path)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;
  if (!g_file_get_contents (path, &data, &size, &error)) {
    g_printerr ("%s\n", error->message);
    return FALSE;
  }
  g_autofree guint8 *exact = g_memdup2 (data, size); /* so that a sanitizer sees one byte too far */
  LLVMFuzzerTestOneInput (exact, size);
  return TRUE;
}

/* The number of files run; -1 when one cannot be read. */
static int
run_directory (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) directory = g_dir_open (path, 0, &error);
  const char *name;
  int n = 0;
  if (directory == NULL) {
    g_printerr ("%s\n", error->message);
    return -1;
  }
  while ((name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    if (!run_file (file))
      return -1;
    n++;
  }
  return n;
}

int
main (int argc, char **argv)
{
  int total = 0;
  for (int i = 1; i < argc; i++) {
    int n = run_directory (argv[i]);
    if (n < 0)
      return EXIT_FAILURE;
    total += n;
  }
  g_print ("%d files\n", total);
  return total > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
