/* storage.c - the interface's thin front: names, and calls through the class. */
#include "client/storage.h"

const char *
kith_kept_name (KithKept what)
{
  static const char *const names[KITH_N_KEPT] = {
      [KITH_KEPT_PIN] = "pin",         [KITH_KEPT_PIN_AT] = "pin-at", [KITH_KEPT_NEXT_PIN] = "next-pin",
      [KITH_KEPT_HANDLE] = "handle",   [KITH_KEPT_TOKEN] = "token",   [KITH_KEPT_JOIN_NONCE] = "join-nonce",
      [KITH_KEPT_HISTORY] = "history", [KITH_KEPT_REV] = "rev",
  };
  return names[what];
}

void
kith_storage_free (KithStorage *storage)
{
  if (storage != NULL)
    storage->klass->free (storage);
}

char *
kith_storage_get (KithStorage *storage, KithKept what)
{
  return storage->klass->get (storage, what);
}

gboolean
kith_storage_set (KithStorage *storage, KithKept what, const char *value, GError **error)
{
  return storage->klass->set (storage, what, value, error);
}

gboolean
kith_storage_load (KithStorage *storage, KithStoredFunc func, gpointer data, GError **error)
{
  return storage->klass->load (storage, func, data, error);
}

gboolean
kith_storage_add (KithStorage *storage, const KithStoredEntry *entry, GError **error)
{
  return storage->klass->add (storage, entry, error);
}

gboolean
kith_storage_update (KithStorage *storage, const KithStoredEntry *entry, GError **error)
{
  return storage->klass->update (storage, entry, error);
}

gboolean
kith_storage_remove (KithStorage *storage, guint64 key, GError **error)
{
  return storage->klass->remove (storage, key, error);
}
