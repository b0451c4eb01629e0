/* fingerprints.c - one task for each key. */
#include "fingerprints.h"

static void
work_out (GTask *task, gpointer source, gpointer pin, GCancellable *cancellable)
{
  KithFingerprint *fingerprint = kith_fingerprint_new (pin);
  if (fingerprint != NULL)
    g_task_return_pointer (task, fingerprint, (GDestroyNotify) kith_fingerprint_free);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "That is no fingerprint of a server.");
}

void
kith_fingerprint_async (const char *pin, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  g_task_set_task_data (task, g_strdup (pin), g_free);
  g_task_run_in_thread (task, work_out);
}

KithFingerprint *
kith_fingerprint_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
