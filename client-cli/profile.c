/* profile.c - GKeyFile does the work. The file is read anew before each change, so that two runs at a time lose nothing
 * of each other's. */
#include "profile.h"

#include "base/directory.h"

#define GENERAL "kith-cli"

struct _CliProfile {
  char *dir, *file;
};

typedef struct {
  KithStorage base;
  CliProfile *profile;
  char *group;
} Storage;

static gboolean
read_file (CliProfile *profile, GKeyFile *keys, GError **error)
{
  g_autoptr (GError) fault = NULL;
  if (g_key_file_load_from_file (keys, profile->file, G_KEY_FILE_KEEP_COMMENTS, &fault) ||
      g_error_matches (fault, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
               "The profile %s cannot be read (%s). Repair it, or choose another with --profile.", profile->file,
               fault->message);
  return FALSE;
}

CliProfile *
cli_profile_open (const char *dir, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (CliProfile) profile = g_new0 (CliProfile, 1);
  profile->dir = dir != NULL ? g_strdup (dir) : g_build_filename (g_get_user_data_dir (), "kith-cli", NULL);
  profile->file = g_build_filename (profile->dir, "profile.ini", NULL);
  return read_file (profile, keys, error) ? g_steal_pointer (&profile) : NULL;
}

void
cli_profile_free (CliProfile *profile)
{
  g_free (profile->dir);
  g_free (profile->file);
  g_free (profile);
}

static gboolean
write_file (CliProfile *profile, GKeyFile *keys, GError **error)
{
  gsize length;
  g_autofree char *text = g_key_file_to_data (keys, &length, NULL);
  if (!kith_directory_make (profile->dir, error)) {
    g_prefix_error (error, "Choose another directory with --profile. ");
    return FALSE;
  }
  return g_file_set_contents_full (profile->file, text, (gssize) length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

static char *
get (CliProfile *profile, const char *group, const char *key)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  return read_file (profile, keys, NULL) ? g_key_file_get_string (keys, group, key, NULL) : NULL;
}

static gboolean
set (CliProfile *profile, const char *group, const char *key, const char *value, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  if (!read_file (profile, keys, error))
    return FALSE;
  g_autofree char *old = g_key_file_get_string (keys, group, key, NULL);
  if (g_strcmp0 (old, value) == 0)
    return TRUE;
  if (value != NULL)
    g_key_file_set_string (keys, group, key, value);
  else
    g_key_file_remove_key (keys, group, key, NULL);
  return write_file (profile, keys, error);
}

char *
cli_profile_server (CliProfile *profile)
{
  return get (profile, GENERAL, "server");
}

gboolean
cli_profile_set_server (CliProfile *profile, const char *server, GError **error)
{
  return set (profile, GENERAL, "server", server, error);
}

static void
storage_free (KithStorage *storage)
{
  g_free (((Storage *) storage)->group);
  g_free (storage);
}

static gboolean
is_kept (KithKept what)
{
  return what != KITH_KEPT_HISTORY && what != KITH_KEPT_REV;
}

static char *
storage_get (KithStorage *base, KithKept what)
{
  Storage *storage = (Storage *) base;
  return is_kept (what) ? get (storage->profile, storage->group, kith_kept_name (what)) : NULL;
}

static gboolean
storage_set (KithStorage *base, KithKept what, const char *value, GError **error)
{
  Storage *storage = (Storage *) base;
  return !is_kept (what) || set (storage->profile, storage->group, kith_kept_name (what), value, error);
}

static gboolean
storage_load (KithStorage *storage, KithStoredFunc func, gpointer data, GError **error)
{
  return TRUE;
}

static gboolean
storage_write (KithStorage *storage, const KithStoredEntry *entry, GError **error)
{
  return TRUE;
}

static gboolean
storage_remove (KithStorage *storage, guint64 key, GError **error)
{
  return TRUE;
}

KithStorage *
cli_profile_storage (CliProfile *profile, const char *host, guint16 port)
{
  static const KithStorageClass klass = {
      .free = storage_free,
      .get = storage_get,
      .set = storage_set,
      .load = storage_load,
      .add = storage_write,
      .update = storage_write,
      .remove = storage_remove,
  };
  /* Brackets may not stand in the name of a group, so what is no plain character is escaped. */
  g_autofree char *folded = g_str_has_prefix (host, "unix:") ? g_strdup (host) : g_ascii_strdown (host, -1);
  g_autofree char *escaped = g_uri_escape_string (folded, ":/", FALSE);
  Storage *storage = g_new0 (Storage, 1);
  storage->base.klass = &klass;
  storage->profile = profile;
  storage->group = g_strdup_printf ("server %s %u", escaped, port);
  return &storage->base;
}
