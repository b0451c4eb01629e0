/* session-failed.c - messages that the server has refused for good. They have left the outbox and stay here, across
 * restarts too, until they are tried again or deleted. */
#include "core/session-private.h"

#include "proto/message.h"

#include <string.h>

#define FAILED_MAX 1000
#define PREFIX "failed-"                       /* of what the cache keeps them as; their nonce follows */
#define OLD_KEY (G_GUINT64_CONSTANT (1) << 62) /* keys of another run could be those of entries now */

gboolean
kith_session_is_failed (KithSession *session, guint64 key)
{
  return g_hash_table_contains (session->failed, &key);
}

static void
keep (KithSession *session, json_object *request, const char *value)
{
  const char *nonce = kith_member_string (request, "nonce");
  g_autofree char *name = g_strconcat (PREFIX, nonce != NULL ? nonce : "", NULL);
  kith_cache_set_local (session->cache, name, kith_member_id (request, "conversation", 'c'), value);
}

void
kith_session_keep_failed (KithSession *session, const KithOutboxEntry *entry)
{
  json_object *copy = NULL;
  if (g_hash_table_size (session->failed) >= FAILED_MAX || json_object_deep_copy (entry->request, &copy, NULL) != 0)
    return;
  kith_add_string (copy, "why", entry->error->message);
  kith_add_integer (copy, "entered", entry->entered);
  g_hash_table_insert (session->failed, g_memdup2 (&entry->key, sizeof entry->key), copy);
  keep (session, copy, kith_json_text (copy));
}

void
kith_session_forget_failed (KithSession *session, guint64 key)
{
  json_object *request = g_hash_table_lookup (session->failed, &key);
  if (request != NULL)
    keep (session, request, NULL);
  g_hash_table_remove (session->failed, &key);
}

gboolean
kith_session_load_failed (KithSession *session, const char *what, const char *value)
{
  if (!g_str_has_prefix (what, PREFIX))
    return FALSE;
  json_object *request = kith_object_parse (value, strlen (value), NULL, NULL);
  guint64 key = OLD_KEY + g_hash_table_size (session->failed);
  gboolean sound = request != NULL && g_strcmp0 (kith_member_string (request, "type"), "post") == 0 &&
                   kith_member_string (request, "nonce") != NULL;
  if (sound && g_hash_table_size (session->failed) < FAILED_MAX)
    g_hash_table_insert (session->failed, g_memdup2 (&key, sizeof key), request);
  else
    json_object_put (request);
  return TRUE;
}

/* Waiting ones and failed ones, in the order of their keys. */

typedef struct {
  gint64 conversation;
  GArray *entries;
} Gathering;

static void
gather (const KithOutboxEntry *entry, gpointer data)
{
  Gathering *gathering = data;
  KithWaiting waiting = {entry->key, entry->request, entry->state == KITH_ENTRY_WRITTEN, NULL, entry->entered};
  if (entry->conversation == gathering->conversation)
    g_array_append_val (gathering->entries, waiting);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  guint64 x = ((const KithWaiting *) a)->key, y = ((const KithWaiting *) b)->key;
  return (x > y) - (x < y);
}

void
kith_session_each_waiting (KithSession *session, gint64 conversation, KithWaitingFunc func, gpointer data)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (KithWaiting));
  Gathering gathering = {conversation, entries};
  GHashTableIter iter;
  gpointer key, request;
  kith_outbox_foreach (kith_client_outbox (session->client), gather, &gathering);
  g_hash_table_iter_init (&iter, session->failed);
  while (g_hash_table_iter_next (&iter, &key, &request)) {
    KithWaiting waiting = {*(guint64 *) key, request, TRUE, kith_member_string (request, "why"),
                           kith_member_integer (request, "entered", 0)};
    if (kith_member_id (request, "conversation", 'c') == conversation)
      g_array_append_val (entries, waiting);
  }
  g_array_sort (entries, compare_keys);
  for (guint i = 0; i < entries->len; i++)
    func (&g_array_index (entries, KithWaiting, i), data);
}
