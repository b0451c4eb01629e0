/* sorted.c - an array of entries with the keys that they were put under, so that it is in order whatever has changed
 * since, and a table from item to entry. */
#include "core/sorted.h"

#include <string.h>

#define SINGLY 8 /* more changes than these are shown as one */

typedef struct {
  gpointer item; /* referenced */
  char *key;     /* under which it stands in shown; NULL: it does not */
  char *wanted;  /* under which it is to stand; NULL: nowhere */
  gboolean dirty;
} Entry;

struct _KithSorted {
  GListModel *owner;
  GPtrArray *shown;    /* Entry, ascending by key */
  GHashTable *by_item; /* item -> Entry (owned) */
  GPtrArray *dirty;    /* Entry */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  g_object_unref (entry->item);
  g_free (entry->key);
  g_free (entry->wanted);
  g_free (entry);
}

KithSorted *
kith_sorted_new (GListModel *owner)
{
  KithSorted *sorted = g_new0 (KithSorted, 1);
  sorted->owner = owner;
  sorted->shown = g_ptr_array_new ();
  sorted->by_item = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  sorted->dirty = g_ptr_array_new ();
  return sorted;
}

void
kith_sorted_free (KithSorted *sorted)
{
  g_ptr_array_unref (sorted->shown);
  g_ptr_array_unref (sorted->dirty);
  g_hash_table_unref (sorted->by_item);
  g_free (sorted);
}

void
kith_sorted_put (KithSorted *sorted, gpointer item, char *key)
{
  Entry *entry = g_hash_table_lookup (sorted->by_item, item);
  if (entry == NULL && key == NULL)
    return;
  if (entry == NULL) {
    entry = g_new0 (Entry, 1);
    entry->item = g_object_ref (item);
    g_hash_table_insert (sorted->by_item, item, entry);
  }
  g_free (entry->wanted);
  entry->wanted = key;
  if (entry->dirty || g_strcmp0 (entry->key, key) == 0)
    return;
  entry->dirty = TRUE;
  g_ptr_array_add (sorted->dirty, entry);
}

/* Entries with a smaller key. */
guint
kith_sorted_count_below (KithSorted *sorted, const char *key)
{
  guint low = 0, high = sorted->shown->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (strcmp (((Entry *) g_ptr_array_index (sorted->shown, middle))->key, key) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void
take_key (Entry *entry)
{
  g_free (entry->key);
  entry->key = g_strdup (entry->wanted);
}

static void
move (KithSorted *sorted, Entry *entry)
{
  if (g_strcmp0 (entry->key, entry->wanted) == 0)
    return;
  if (entry->key != NULL) {
    guint at = kith_sorted_count_below (sorted, entry->key);
    g_ptr_array_remove_index (sorted->shown, at);
    g_clear_pointer (&entry->key, g_free);
    g_list_model_items_changed (sorted->owner, at, 1, 0);
  }
  if (entry->wanted != NULL) {
    guint at = kith_sorted_count_below (sorted, entry->wanted);
    take_key (entry);
    g_ptr_array_insert (sorted->shown, (int) at, entry);
    g_list_model_items_changed (sorted->owner, at, 0, 1);
  }
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *x = *(Entry *const *) a, *y = *(Entry *const *) b;
  return strcmp (x->key, y->key);
}

static void
move_all (KithSorted *sorted, const GPtrArray *dirty)
{
  g_autoptr (GPtrArray) old = sorted->shown;
  sorted->shown = g_ptr_array_sized_new (old->len + dirty->len);
  for (guint i = 0; i < old->len; i++)
    if (((Entry *) g_ptr_array_index (old, i))->wanted != NULL)
      g_ptr_array_add (sorted->shown, g_ptr_array_index (old, i));
  for (guint i = 0; i < dirty->len; i++) {
    Entry *entry = g_ptr_array_index (dirty, i);
    if (entry->key == NULL && entry->wanted != NULL)
      g_ptr_array_add (sorted->shown, entry);
    take_key (entry);
  }
  g_ptr_array_sort (sorted->shown, compare_entries);
  guint head = 0, tail = 0, shorter = MIN (old->len, sorted->shown->len);
  while (head < shorter && g_ptr_array_index (old, head) == g_ptr_array_index (sorted->shown, head))
    head++;
  while (tail < shorter - head && g_ptr_array_index (old, old->len - 1 - tail) ==
                                      g_ptr_array_index (sorted->shown, sorted->shown->len - 1 - tail))
    tail++;
  if (old->len - head - tail > 0 || sorted->shown->len - head - tail > 0)
    g_list_model_items_changed (sorted->owner, head, old->len - head - tail, sorted->shown->len - head - tail);
}

/* Who listens may put again: that waits for the next flush. */
void
kith_sorted_flush (KithSorted *sorted)
{
  if (sorted->dirty->len == 0)
    return;
  g_autoptr (GPtrArray) dirty = sorted->dirty;
  sorted->dirty = g_ptr_array_new ();
  for (guint i = 0; i < dirty->len; i++)
    ((Entry *) g_ptr_array_index (dirty, i))->dirty = FALSE;
  if (dirty->len > SINGLY)
    move_all (sorted, dirty);
  for (guint i = 0; i < dirty->len && dirty->len <= SINGLY; i++)
    move (sorted, g_ptr_array_index (dirty, i));
  for (guint i = 0; i < dirty->len; i++) {
    Entry *entry = g_ptr_array_index (dirty, i);
    if (entry->wanted == NULL && entry->key == NULL && !entry->dirty)
      g_hash_table_remove (sorted->by_item, entry->item);
  }
}

guint
kith_sorted_length (KithSorted *sorted)
{
  return sorted->shown->len;
}

gpointer
kith_sorted_get (KithSorted *sorted, guint position)
{
  return position < sorted->shown->len ? ((Entry *) g_ptr_array_index (sorted->shown, position))->item : NULL;
}

guint
kith_sorted_position (KithSorted *sorted, gpointer item)
{
  const Entry *entry = g_hash_table_lookup (sorted->by_item, item);
  return entry != NULL && entry->key != NULL ? kith_sorted_count_below (sorted, entry->key) : G_MAXUINT;
}
