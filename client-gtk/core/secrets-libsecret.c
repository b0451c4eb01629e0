/* secrets-libsecret.c - the Secret Service of the desktop (GNOME Keyring, KWallet, KeePassXC).
 *
 * Its calls wait, so each has a deadline: a thread cancels what is not done by then. Only unlocking does not wait, as a
 * person answers it; it happens only for a secret that is there. */
#include "secrets-private.h"

#include <libsecret/secret.h>

struct _KithKeyring {
  SecretService *service;
  char *owner;
  GCancellable *gone; /* what was asked for is told to nobody any more */
};

static const SecretSchema schema = {"org.kith.Token",
                                    SECRET_SCHEMA_NONE,
                                    {{"server", SECRET_SCHEMA_ATTRIBUTE_STRING},
                                     {"profile", SECRET_SCHEMA_ATTRIBUTE_STRING},
                                     {NULL, SECRET_SCHEMA_ATTRIBUTE_STRING}}};

typedef struct {
  GMutex mutex;
  GCond cond;
  gboolean done;
  gint64 end;
  GCancellable *cancellable;
  GThread *thread;
} Deadline;

static gpointer
watch (gpointer data)
{
  Deadline *deadline = data;
  gboolean late = FALSE;
  g_mutex_lock (&deadline->mutex);
  while (!deadline->done && !late)
    late = !g_cond_wait_until (&deadline->cond, &deadline->mutex, deadline->end);
  late = late && !deadline->done;
  g_mutex_unlock (&deadline->mutex);
  if (late)
    g_cancellable_cancel (deadline->cancellable);
  return NULL;
}

static GCancellable *
begin (Deadline *deadline)
{
  g_mutex_init (&deadline->mutex);
  g_cond_init (&deadline->cond);
  deadline->done = FALSE;
  deadline->end = g_get_monotonic_time () + KITH_KEYRING_PATIENCE_MS * G_TIME_SPAN_MILLISECOND;
  deadline->cancellable = g_cancellable_new ();
  deadline->thread = g_thread_try_new ("kith-deadline", watch, deadline, NULL);
  if (deadline->thread == NULL) /* nobody could end the waiting: it does not begin */
    g_cancellable_cancel (deadline->cancellable);
  return deadline->cancellable;
}

static void
end (Deadline *deadline)
{
  g_mutex_lock (&deadline->mutex);
  deadline->done = TRUE;
  g_cond_signal (&deadline->cond);
  g_mutex_unlock (&deadline->mutex);
  if (deadline->thread != NULL)
    g_thread_join (deadline->thread);
  g_object_unref (deadline->cancellable);
  g_cond_clear (&deadline->cond);
  g_mutex_clear (&deadline->mutex);
}

KithKeyring *
kith_keyring_open (const char *owner)
{
  Deadline deadline;
  g_autoptr (GError) problem = NULL;
  SecretService *service = secret_service_get_sync (SECRET_SERVICE_OPEN_SESSION, begin (&deadline), &problem);
  end (&deadline);
  if (service == NULL) {
    g_info ("There is no keyring: %s", problem->message);
    return NULL;
  }
  KithKeyring *keyring = g_new0 (KithKeyring, 1);
  keyring->service = service;
  keyring->owner = g_strdup (owner);
  keyring->gone = g_cancellable_new ();
  return keyring;
}

void
kith_keyring_free (KithKeyring *keyring)
{
  g_cancellable_cancel (keyring->gone);
  g_object_unref (keyring->gone);
  g_object_unref (keyring->service);
  g_free (keyring->owner);
  g_free (keyring);
}

static GHashTable *
attributes_of (KithKeyring *keyring, const char *id)
{
  return secret_attributes_build (&schema, "server", id, "profile", keyring->owner, NULL);
}

/* The item, or NULL without an error where there is none. */
static SecretItem *
find (KithKeyring *keyring, const char *id, GError **error)
{
  Deadline deadline;
  g_autoptr (GHashTable) attributes = attributes_of (keyring, id);
  GList *items = secret_service_search_sync (keyring->service, &schema, attributes, SECRET_SEARCH_LOAD_SECRETS,
                                             begin (&deadline), error);
  end (&deadline);
  SecretItem *item = items != NULL ? g_object_ref (items->data) : NULL;
  g_list_free_full (items, g_object_unref);
  return item;
}

char *
kith_keyring_get (KithKeyring *keyring, const char *id, gboolean *locked)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (SecretItem) item = find (keyring, id, &problem);
  if (problem != NULL)
    g_warning ("The keyring does not say how to sign in: %s", problem->message);
  *locked = item != NULL && secret_item_get_locked (item);
  g_autoptr (SecretValue) value = item != NULL && !*locked ? secret_item_get_secret (item) : NULL;
  return value != NULL ? g_strdup (secret_value_get_text (value)) : NULL;
}

typedef struct {
  GSourceOnceFunc func;
  gpointer data;
} Waiter;

static void
on_unlocked (GObject *service, GAsyncResult *result, gpointer data)
{
  g_autofree Waiter *waiter = data;
  g_autoptr (GError) problem = NULL;
  GList *items = secret_service_search_finish (SECRET_SERVICE (service), result, &problem);
  g_list_free_full (items, g_object_unref);
  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (problem != NULL)
    g_warning ("The keyring could not be unlocked: %s", problem->message);
  waiter->func (waiter->data);
}

void
kith_keyring_unlock (KithKeyring *keyring, const char *id, GSourceOnceFunc func, gpointer data)
{
  g_autoptr (GHashTable) attributes = attributes_of (keyring, id);
  Waiter *waiter = g_new (Waiter, 1);
  *waiter = (Waiter){func, data};
  secret_service_search (keyring->service, &schema, attributes, SECRET_SEARCH_UNLOCK, keyring->gone, on_unlocked,
                         waiter);
}

static gboolean
take_away (KithKeyring *keyring, const char *id, GError **error)
{
  Deadline deadline;
  g_autoptr (GError) problem = NULL;
  g_autoptr (GHashTable) attributes = attributes_of (keyring, id);
  secret_service_clear_sync (keyring->service, &schema, attributes, begin (&deadline), &problem);
  end (&deadline);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Whether there is a keyring that is open: nobody is asked to make or unlock one for this. */
static gboolean
is_open (KithKeyring *keyring, GError **error)
{
  Deadline deadline;
  g_autoptr (SecretCollection) collection = secret_collection_for_alias_sync (
      keyring->service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, begin (&deadline), error);
  end (&deadline);
  if (collection != NULL && !secret_collection_get_locked (collection))
    return TRUE;
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no keyring is open");
  return FALSE;
}

gboolean
kith_keyring_set (KithKeyring *keyring, const char *id, const char *secret, GError **error)
{
  if (secret == NULL)
    return take_away (keyring, id, error);
  if (!is_open (keyring, error))
    return FALSE;
  Deadline deadline;
  g_autofree char *label = g_strdup_printf ("Kith: %s", id);
  g_autoptr (GHashTable) attributes = attributes_of (keyring, id);
  g_autoptr (SecretValue) value = secret_value_new (secret, -1, "text/plain");
  gboolean kept = secret_service_store_sync (keyring->service, &schema, attributes, SECRET_COLLECTION_DEFAULT, label,
                                             value, begin (&deadline), error);
  end (&deadline);
  return kept;
}
