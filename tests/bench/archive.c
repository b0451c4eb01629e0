/* archive.c - full batches, one after the other; the store says when one is finished. */
#include "bench/archive.h"

#include <string.h>

#include "client/random.h"
#include "proto/error.h"
#include "proto/id.h"
#include "store/store.h"

#define BATCH 4000

static const char *const words[] = { "Shall we have lunch together at half past twelve?", "The lift is out of order again.",
                                     "I put the minutes of the meeting on the shelf.", "Who has the key of the small room?",
                                     "Thank you, that was quick!" };

char *
archive_text (guint number)
{
  return g_strdup_printf ("%u %s", number, words[number % G_N_ELEMENTS (words)]);
}

static KithdChange *
new_message (gint64 conversation, gint64 account, guint number)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_APPEND, account);
  change->event = kithd_event_new (KITHD_EVENT_MESSAGE, conversation, account);
  g_autofree char *text = archive_text (number);
  char nonce[KITH_NONCE_TEXT];
  change->event->body = g_strdup_printf ("{\"text\":\"%s\"}", text);
  change->has_nonce = change->event->has_nonce = TRUE;
  kith_hex_parse (kith_random_nonce (nonce), change->nonce, sizeof change->nonce);
  memcpy (change->event->nonce, change->nonce, sizeof change->nonce);
  return change;
}

static void
on_ready (gpointer finished)
{
  g_async_queue_push (finished, GINT_TO_POINTER (TRUE));
}

/* Waits for as many changes as were submitted. */
static gboolean
wait_for (KithdStore *store, GAsyncQueue *finished, guint count, GError **error)
{
  while (count > 0) {
    g_async_queue_pop (finished);
    g_autoptr (GPtrArray) changes = kithd_store_take_changes (store);
    count -= changes->len;
    for (guint i = 0; i < changes->len; i++) {
      KithdChange *change = changes->pdata[i];
      if (change->error == NULL)
        continue;
      g_propagate_error (error, g_steal_pointer (&change->error));
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
archive_fill (const char *directory, gint64 conversation, gint64 account, guint count, GError **error)
{
  g_autoptr (GAsyncQueue) finished = g_async_queue_new ();
  KithdStoreOptions options = { .directory = directory, .keep_versions = TRUE, .on_ready = on_ready, .data = finished };
  KithdStore *store = kithd_store_open (&options, error);
  gboolean sound = store != NULL;
  for (guint done = 0; done < count && sound;) {
    GPtrArray *batch = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_change_free);
    guint size = MIN (BATCH, count - done);
    for (guint i = 0; i < size; i++)
      g_ptr_array_add (batch, new_message (conversation, account, done + i));
    kithd_store_submit (store, batch);
    sound = wait_for (store, finished, size, error);
    done += size;
  }
  if (sound && !kithd_store_settle_index (store)) {
    g_set_error_literal (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE, "the search index fails");
    sound = FALSE;
  }
  kithd_store_close (store);
  return sound;
}
