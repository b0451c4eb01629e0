/* store-migrate.c - numbered SQL files, built in; the header of the database (user_version) says which one was the
 * last. */
#include "store/store-private.h"

#include <gio/gio.h>
#include <stdlib.h>

#include "store-resources.h"

#define FOLDER "/kith/store/migrations/"

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* "0001-initial.sql", "0002-..." in order. */
static char **
list_steps (void)
{
  char **names = g_resource_enumerate_children (kithd_store_get_resource (), FOLDER, 0, NULL);
  if (names != NULL)
    qsort (names, g_strv_length (names), sizeof *names, compare_names);
  return names;
}

guint
kithd_migrate_newest (void)
{
  g_auto (GStrv) names = list_steps ();
  return names != NULL ? g_strv_length (names) : 0;
}

static gboolean
run_step (KithSql *sql, const char *name, guint version, GError **error)
{
  g_autofree char *path = g_strconcat (FOLDER, name, NULL);
  g_autofree char *header =
      g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %u", KITHD_STORE_APPLICATION, version);
  g_autoptr (GBytes) text = g_resource_lookup_data (kithd_store_get_resource (), path, 0, error);
  if (text == NULL)
    return FALSE;
  g_autofree char *statements = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  if (!kith_sql_exec (sql, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (kith_sql_exec (sql, statements, error) && kith_sql_exec (sql, header, error) &&
      kith_sql_exec (sql, "COMMIT", error))
    return TRUE;
  if (!sqlite3_get_autocommit (sql->db))
    kith_sql_exec (sql, "ROLLBACK", NULL);
  return FALSE;
}

gboolean
kithd_migrate (KithSql *sql, guint version, GError **error)
{
  gint64 present = 0;
  if (!kith_sql_number (sql, "PRAGMA user_version", &present, error))
    return FALSE;
  g_auto (GStrv) names = list_steps ();
  for (guint step = 0; names != NULL && names[step] != NULL && step < version; step++)
    if (step >= present && !run_step (sql, names[step], step + 1, error))
      return FALSE;
  return TRUE;
}
