/* secrets-win32.c - the Credential Manager: a generic credential for each secret, which stays on this computer and is
 * encrypted for this user. */
#include "secrets-private.h"

#include <gio/gio.h>
#include <string.h>
#include <windows.h>
#include <wincred.h>

struct _KithKeyring {
  char *owner;
};

KithKeyring *
kith_keyring_open (const char *owner)
{
  KithKeyring *keyring = g_new0 (KithKeyring, 1);
  keyring->owner = g_strdup (owner);
  return keyring;
}

void
kith_keyring_free (KithKeyring *keyring)
{
  g_free (keyring->owner);
  g_free (keyring);
}

/* The owner is a path and may be long: a digest of it. */
static wchar_t *
name_of (KithKeyring *keyring, const char *id)
{
  g_autofree char *owner = g_compute_checksum_for_string (G_CHECKSUM_SHA256, keyring->owner, -1);
  g_autofree char *name = g_strdup_printf ("Kith %.16s %s", owner, id);
  return (wchar_t *) g_utf8_to_utf16 (name, -1, NULL, NULL, NULL);
}

char *
kith_keyring_get (KithKeyring *keyring, const char *id, gboolean *locked)
{
  *locked = FALSE;
  g_autofree wchar_t *name = name_of (keyring, id);
  CREDENTIALW *found;
  if (name == NULL || !CredReadW (name, CRED_TYPE_GENERIC, 0, &found))
    return NULL;
  char *secret = g_strndup ((const char *) found->CredentialBlob, found->CredentialBlobSize);
  SecureZeroMemory (found->CredentialBlob, found->CredentialBlobSize);
  CredFree (found);
  return secret;
}

/* It never is. */
void
kith_keyring_unlock (KithKeyring *keyring, const char *id, GSourceOnceFunc func, gpointer data)
{
}

static gboolean
take_away (const wchar_t *name)
{
  return CredDeleteW (name, CRED_TYPE_GENERIC, 0) || GetLastError () == ERROR_NOT_FOUND;
}

static gboolean
put (wchar_t *name, const char *secret)
{
  CREDENTIALW credential = {.Type = CRED_TYPE_GENERIC,
                            .TargetName = name,
                            .UserName = (wchar_t *) L"Kith",
                            .CredentialBlob = (BYTE *) secret,
                            .CredentialBlobSize = (DWORD) strlen (secret),
                            .Persist = CRED_PERSIST_LOCAL_MACHINE};
  return CredWriteW (&credential, 0);
}

gboolean
kith_keyring_set (KithKeyring *keyring, const char *id, const char *secret, GError **error)
{
  g_autofree wchar_t *name = name_of (keyring, id);
  gboolean done = name != NULL && (secret != NULL ? put (name, secret) : take_away (name));
  if (!done) {
    DWORD code = GetLastError ();
    g_autofree char *reason = g_win32_error_message ((gint) code);
    g_set_error (error, G_IO_ERROR, g_io_error_from_win32_error ((gint) code), "%s", reason);
  }
  return done;
}
