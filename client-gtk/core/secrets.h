/* secrets.h - the tokens: secrets-libsecret.c where there is a Secret Service, else secrets-file.c; chosen at run time.
 * Synchronous and called seldom: at start and at sign-in. */
#pragma once

#include <glib.h>

typedef struct _KithSecrets KithSecrets;

/* directory: where the file is when it has to be one. */
KithSecrets *kith_secrets_open (const char *directory);
void kith_secrets_free (KithSecrets *secrets);
char *kith_secrets_get (KithSecrets *secrets, const char *id); /* to be freed, NULL: none, or it is locked */
/* Whether the last one that was looked for is behind a lock: then the person is asked to open it, and func is called from
 * the main loop when they have answered, unless secrets has gone. */
gboolean kith_secrets_unlock (KithSecrets *secrets, const char *id, GSourceOnceFunc func, gpointer data);
gboolean kith_secrets_set (KithSecrets *secrets, const char *id, const char *secret, GError **error); /* NULL removes */
const char *kith_secrets_where (KithSecrets *secrets); /* for people: "the keyring", "a file that only you can read" */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithSecrets, kith_secrets_free)
