/* secrets-private.h - the two places of a secret. */
#pragma once

#include <glib.h>

/* The desktop's keyring: secrets-libsecret.c, secrets-win32.c, or secrets-none.c where there is no such thing. Nobody
 * is asked for anything when a secret is kept or read; what is behind a lock is asked for with kith_keyring_unlock. */
typedef struct _KithKeyring KithKeyring;

/* owner: who of this user's programs and profiles. NULL: none answers within KITH_KEYRING_PATIENCE_MS. */
#define KITH_KEYRING_PATIENCE_MS 2000
KithKeyring *kith_keyring_open (const char *owner);
void kith_keyring_free (KithKeyring *keyring);
/* To be freed; NULL: none, or it is locked. */
char *kith_keyring_get (KithKeyring *keyring, const char *id, gboolean *locked);
/* Only where it is locked. The person is asked for its password, and takes their time: func comes from the main loop,
 * whatever the outcome; never, if the keyring is freed before. */
void kith_keyring_unlock (KithKeyring *keyring, const char *id, GSourceOnceFunc func, gpointer data);
/* NULL removes. FALSE: it is locked, missing, or does not answer. */
gboolean kith_keyring_set (KithKeyring *keyring, const char *id, const char *secret, GError **error);

/* A key file of mode 0600: secrets-file.c. */
char *kith_secrets_file_get (const char *file, const char *id);
gboolean kith_secrets_file_set (const char *file, const char *id, const char *secret, GError **error);
