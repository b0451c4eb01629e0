/* secrets-none.c - no keyring that is known here: everything is in the file. */
#include "secrets-private.h"

KithKeyring *
kith_keyring_open (const char *owner)
{
  return NULL;
}

void
kith_keyring_free (KithKeyring *keyring)
{
}

char *
kith_keyring_get (KithKeyring *keyring, const char *id, gboolean *locked)
{
  *locked = FALSE;
  return NULL;
}

/* It never is. */
void
kith_keyring_unlock (KithKeyring *keyring, const char *id, GSourceOnceFunc func, gpointer data)
{
}

gboolean
kith_keyring_set (KithKeyring *keyring, const char *id, const char *secret, GError **error)
{
  g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOSYS, "There is no keyring.");
  return FALSE;
}
