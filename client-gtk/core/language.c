/* language.c - the first directory of a short list that is there. A program beside its build's po/ was not installed; one
 * that was moved as a whole (Windows) has share/ beside bin/. */
#include "language.h"

#include "own-place.h"

#include <glib/gi18n.h>
#include <locale.h>

static char *
find_translations (const char *installed)
{
  g_autofree char *own = kith_own_directory ();
  g_autofree char *built = own != NULL ? g_build_filename (own, "..", "po", NULL) : NULL;
  if (built != NULL && g_file_test (built, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&built);
  if (own == NULL || g_file_test (installed, G_FILE_TEST_IS_DIR))
    return g_strdup (installed);
  return g_build_filename (own, "..", "share", "locale", NULL);
}

void
kith_language_begin (const char *installed)
{
  setlocale (LC_ALL, "");
  g_autofree char *directory = find_translations (installed);
  g_autofree char *name = kith_own_c_name (directory);
  bindtextdomain (GETTEXT_PACKAGE, name);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
