/* storage-memory.c - a storage that lives as long as its process: scripts, tests, and a client that has no profile. */
#include "client/storage.h"

typedef struct {
  KithStorage base;
  char *kept[KITH_N_KEPT];
  GTree *entries; /* guint64 * -> Held, ascending */
} Memory;

typedef struct {
  guint64 key;
  gboolean written;
  char *request;
  gint64 entered;
} Held;

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer data)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;
  return (x > y) - (x < y);
}

static void
held_free (gpointer data)
{
  Held *held = data;
  g_free (held->request);
  g_free (held);
}

static void
memory_free (KithStorage *storage)
{
  Memory *memory = (Memory *) storage;
  for (guint i = 0; i < KITH_N_KEPT; i++)
    g_free (memory->kept[i]);
  g_tree_unref (memory->entries);
  g_free (memory);
}

static char *
memory_get (KithStorage *storage, KithKept what)
{
  return g_strdup (((Memory *) storage)->kept[what]);
}

static gboolean
memory_set (KithStorage *storage, KithKept what, const char *value, GError **error)
{
  Memory *memory = (Memory *) storage;
  char *old = memory->kept[what];
  memory->kept[what] = g_strdup (value);
  g_free (old);
  return TRUE;
}

static gboolean
memory_load (KithStorage *storage, KithStoredFunc func, gpointer data, GError **error)
{
  GTree *entries = ((Memory *) storage)->entries;
  for (GTreeNode *node = g_tree_node_first (entries); node != NULL; node = g_tree_node_next (node)) {
    const Held *held = g_tree_node_value (node);
    func (&(KithStoredEntry){held->key, held->written, held->request, held->entered}, data);
  }
  return TRUE;
}

static gboolean
memory_add (KithStorage *storage, const KithStoredEntry *entry, GError **error)
{
  Held *held = g_new0 (Held, 1);
  *held = (Held){entry->key, entry->written, g_strdup (entry->request), entry->entered};
  g_tree_replace (((Memory *) storage)->entries, &held->key, held);
  return TRUE;
}

static gboolean
memory_update (KithStorage *storage, const KithStoredEntry *entry, GError **error)
{
  const Held *held = g_tree_lookup (((Memory *) storage)->entries, &entry->key);
  if (held == NULL)
    return TRUE;
  const KithStoredEntry now = {entry->key, entry->written, entry->request, held->entered};
  return memory_add (storage, &now, error);
}

static gboolean
memory_remove (KithStorage *storage, guint64 key, GError **error)
{
  g_tree_remove (((Memory *) storage)->entries, &key);
  return TRUE;
}

KithStorage *
kith_storage_memory_new (void)
{
  static const KithStorageClass klass = {
      .free = memory_free,
      .get = memory_get,
      .set = memory_set,
      .load = memory_load,
      .add = memory_add,
      .update = memory_update,
      .remove = memory_remove,
  };
  Memory *memory = g_new0 (Memory, 1);
  memory->base.klass = &klass;
  memory->entries = g_tree_new_full (compare_keys, NULL, NULL, held_free);
  return &memory->base;
}
