/* secrets-file.c - GKeyFile does the work. Ids are escaped: brackets and "=" may not stand in a key. */
#include "secrets-private.h"

#define GROUP "secrets"

static char *
key_of (const char *id)
{
  return g_uri_escape_string (id, ":/", FALSE);
}

char *
kith_secrets_file_get (const char *file, const char *id)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (GError) problem = NULL;
  g_autofree char *key = key_of (id);
  if (g_key_file_load_from_file (keys, file, G_KEY_FILE_NONE, &problem))
    return g_key_file_get_string (keys, GROUP, key, NULL);
  if (!g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_warning ("The file %s, where it is kept how to sign in, cannot be read: %s", file, problem->message);
  return NULL;
}

gboolean
kith_secrets_file_set (const char *file, const char *id, const char *secret, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autofree char *key = key_of (id);
  gboolean loaded = g_key_file_load_from_file (keys, file, G_KEY_FILE_KEEP_COMMENTS, NULL);
  if (secret == NULL && !(loaded && g_key_file_remove_key (keys, GROUP, key, NULL)))
    return TRUE;
  if (secret != NULL)
    g_key_file_set_string (keys, GROUP, key, secret);
  gsize length;
  g_autofree char *text = g_key_file_to_data (keys, &length, NULL);
  return g_file_set_contents_full (file, text, (gssize) length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}
