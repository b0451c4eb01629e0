/* secrets.c - a secret is in one place: the keyring where it takes it, else the file. Reading looks into the file
 * first: what is there needs no keyring, and what is not there is asked for. */
#include "secrets.h"

#include <glib/gi18n.h>

#include "secrets-private.h"

struct _KithSecrets {
  char *directory, *file;
  KithKeyring *keyring; /* NULL: not asked yet, or none */
  gboolean asked;
  gboolean in_file; /* where the last one was found or put */
  gboolean locked;  /* there was one, when it was looked for, behind a lock */
};

KithSecrets *
kith_secrets_open (const char *directory)
{
  KithSecrets *secrets = g_new0 (KithSecrets, 1);
  secrets->directory = g_canonicalize_filename (directory, NULL);
  secrets->file = g_build_filename (secrets->directory, "secrets.ini", NULL);
  return secrets;
}

void
kith_secrets_free (KithSecrets *secrets)
{
  g_clear_pointer (&secrets->keyring, kith_keyring_free);
  g_free (secrets->directory);
  g_free (secrets->file);
  g_free (secrets);
}

/* Asked once: a keyring that does not answer costs its patience. */
static KithKeyring *
keyring_of (KithSecrets *secrets)
{
  if (!secrets->asked)
    secrets->keyring = kith_keyring_open (secrets->directory);
  secrets->asked = TRUE;
  return secrets->keyring;
}

char *
kith_secrets_get (KithSecrets *secrets, const char *id)
{
  char *secret = kith_secrets_file_get (secrets->file, id);
  secrets->in_file = secret != NULL;
  secrets->locked = FALSE;
  if (secret != NULL || keyring_of (secrets) == NULL)
    return secret;
  return kith_keyring_get (secrets->keyring, id, &secrets->locked);
}

gboolean
kith_secrets_unlock (KithSecrets *secrets, const char *id, GSourceOnceFunc func, gpointer data)
{
  if (!secrets->locked)
    return FALSE;
  kith_keyring_unlock (secrets->keyring, id, func, data);
  return TRUE;
}

gboolean
kith_secrets_set (KithSecrets *secrets, const char *id, const char *secret, GError **error)
{
  g_autoptr (GError) problem = NULL;
  if (keyring_of (secrets) != NULL && kith_keyring_set (secrets->keyring, id, secret, &problem)) {
    secrets->in_file = FALSE;
    return kith_secrets_file_set (secrets->file, id, NULL, error);
  }
  if (problem != NULL)
    g_info ("The keyring is not used: %s", problem->message);
  secrets->in_file = TRUE;
  return kith_secrets_file_set (secrets->file, id, secret, error);
}

const char *
kith_secrets_where (KithSecrets *secrets)
{
  return secrets->in_file || keyring_of (secrets) == NULL ? _ ("a file that only you can read") : _ ("the keyring");
}
