/* store.h - the storage of the headless client as the desktop client has it: pin, handle, rev and the outbox in a
 * SQLite file, durable when a call returns; the token in the Secret Service, else in a file that only the user can
 * read. */
#pragma once

#include "client/storage.h"

/* path: of the database. secret_id: under which the token is kept ("kith://HOST:PORT"). */
KithStorage *kith_store_open (const char *path, const char *secret_id, GError **error);
/* Whether the token, when it was looked for last, was behind a lock: see kith_secrets_unlock. FALSE, too: not such a
 * storage. */
gboolean kith_store_unlock (KithStorage *storage, GSourceOnceFunc func, gpointer data);
