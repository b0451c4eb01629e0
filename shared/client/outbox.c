/* outbox.c - one list in the order of entry, and within it a lane for each conversation.
 *
 * The first entry of the list that is not in flight is always the next to send: everything before it in its lane is in
 * flight already. So order needs no bookkeeping beyond the two lists. */
#include "client/outbox.h"

#include "client/backoff.h"
#include "proto/build.h"
#include "proto/id.h"
#include "proto/message.h"

#define FIRST_WAIT_US (500 * G_TIME_SPAN_MILLISECOND)
#define SHORTEST_WAIT_US (G_TIME_SPAN_MILLISECOND)
#define LONGEST_WAIT_US (30 * G_TIME_SPAN_SECOND)
#define LONGEST_RETRY_MS (5 * 60 * 1000) /* what a server may ask us to wait */
#define ROOM_FOR_ENVELOPE 128            /* bytes that id and after add to a frame */

typedef struct {
  KithOutboxEntry public;
  gboolean in_flight;
  gboolean followed; /* the last time it was sent it named the one before it */
  gboolean stalled;  /* it was refused for the sake of the one before it, which is still in flight */
  GList link;        /* in list */
  GList lane_link;   /* in lane */
  GQueue *lane;      /* NULL once it has left */
} Entry;

struct _KithOutbox {
  KithStorage *storage;
  guint window, max;
  guint64 last_key;
  guint in_flight;
  GQueue list;
  GHashTable *by_key; /* guint64 * -> Entry (owned) */
  GHashTable *lanes;  /* gint64 * -> GQueue */
  Entry *reported;    /* left the outbox, kept for its reader until the next call */
  KithBackoff backoff;
  gint64 wait_until_us;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  json_object_put (entry->public.request);
  g_free (entry);
}

static GQueue *
lane_of (KithOutbox *outbox, gint64 conversation)
{
  GQueue *lane = g_hash_table_lookup (outbox->lanes, &conversation);
  if (lane == NULL) {
    lane = g_new0 (GQueue, 1);
    g_hash_table_insert (outbox->lanes, g_memdup2 (&conversation, sizeof conversation), lane);
  }
  return lane;
}

static void
insert (KithOutbox *outbox, Entry *entry)
{
  entry->link.data = entry->lane_link.data = entry;
  entry->lane = lane_of (outbox, entry->public.conversation);
  g_queue_push_tail_link (&outbox->list, &entry->link);
  g_queue_push_tail_link (entry->lane, &entry->lane_link);
  g_hash_table_insert (outbox->by_key, &entry->public.key, entry);
}

static void
land (KithOutbox *outbox, Entry *entry)
{
  if (!entry->in_flight)
    return;
  entry->in_flight = FALSE;
  outbox->in_flight--;
  if (entry->lane_link.next != NULL)
    ((Entry *) entry->lane_link.next->data)->stalled = FALSE;
}

/* Takes entry out of the lists and keeps it as the one reported. */
static const KithOutboxEntry *
leave (KithOutbox *outbox, Entry *entry, KithEntryState state)
{
  land (outbox, entry);
  g_queue_unlink (&outbox->list, &entry->link);
  g_queue_unlink (entry->lane, &entry->lane_link);
  if (g_queue_is_empty (entry->lane))
    g_hash_table_remove (outbox->lanes, &entry->public.conversation);
  g_hash_table_steal (outbox->by_key, &entry->public.key);
  /* An entry that stays in the storage is repeated after a restart, with its nonce: harmless. */
  kith_storage_remove (outbox->storage, entry->public.key, NULL);
  g_clear_pointer (&outbox->reported, entry_free);
  entry->public.state = state;
  outbox->reported = entry;
  return &entry->public;
}

/* What the server would check by its table is checked here, so that nothing hopeless waits in an outbox. Returns the
 * decoded request. */
static json_object *
check_request (const char *text, gint64 *conversation, GError **error)
{
  static const char *const types[] = {"post", "edit", "delete", "react", "unreact", "pin", "unpin", NULL};
  KithMessage message = {0};
  gsize length = strlen (text);
  if (length + ROOM_FOR_ENVELOPE > KITH_FRAME_TO_SERVER) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_TOO_LARGE,
                 "The message is too long: %" G_GSIZE_FORMAT " bytes. Send it in parts.", length);
    return NULL;
  }
  if (!kith_request_decode (text, length, KITH_PHASE_SIGNED, &message, error)) {
    kith_message_clear (&message);
    return NULL;
  }
  json_object *request = kith_build (message.values);
  gboolean known = g_strv_contains (types, message.type->name);
  kith_message_clear (&message);
  if (!known) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST,
                 "Only messages and what is done to them go through the outbox.");
    json_object_put (request);
    return NULL;
  }
  *conversation = kith_member_id (request, "conversation", 'c');
  return request;
}

static gboolean
store (KithOutbox *outbox, Entry *entry, gboolean (*how) (KithStorage *, const KithStoredEntry *, GError **),
       GError **error)
{
  KithStoredEntry stored = {entry->public.key, entry->public.state == KITH_ENTRY_WRITTEN,
                            kith_json_text (entry->public.request), entry->public.entered};
  return how (outbox->storage, &stored, error);
}

static void
on_stored (const KithStoredEntry *stored, gpointer data)
{
  KithOutbox *outbox = data;
  gint64 conversation = 0;
  json_object *request = outbox->list.length < outbox->max && stored->key > outbox->last_key
                             ? check_request (stored->request, &conversation, NULL)
                             : NULL;
  if (request == NULL)
    return;
  Entry *entry = g_new0 (Entry, 1);
  entry->public = (KithOutboxEntry){.key = stored->key,
                                    .conversation = conversation,
                                    .state = stored->written ? KITH_ENTRY_WRITTEN : KITH_ENTRY_QUEUED,
                                    .request = request,
                                    .entered = stored->entered};
  g_strlcpy (entry->public.nonce, kith_member_string (request, "nonce"), sizeof entry->public.nonce);
  outbox->last_key = stored->key;
  insert (outbox, entry);
}

KithOutbox *
kith_outbox_new (KithStorage *storage, guint window, guint max, GError **error)
{
  KithOutbox *outbox = g_new0 (KithOutbox, 1);
  outbox->storage = storage;
  outbox->window = window;
  outbox->max = max;
  outbox->by_key = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, entry_free);
  outbox->lanes =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free); /* a lane's links are its entries' */
  kith_backoff_init (&outbox->backoff, FIRST_WAIT_US, LONGEST_WAIT_US);
  if (!kith_storage_load (storage, on_stored, outbox, error))
    g_clear_pointer (&outbox, kith_outbox_free);
  return outbox;
}

void
kith_outbox_free (KithOutbox *outbox)
{
  if (outbox == NULL)
    return;
  g_clear_pointer (&outbox->reported, entry_free);
  g_hash_table_unref (outbox->lanes);
  g_hash_table_unref (outbox->by_key);
  g_free (outbox);
}

guint
kith_outbox_count (const KithOutbox *outbox)
{
  return outbox->list.length;
}

guint
kith_outbox_in_flight (const KithOutbox *outbox)
{
  return outbox->in_flight;
}

static Entry *
find (KithOutbox *outbox, guint64 key)
{
  return g_hash_table_lookup (outbox->by_key, &key);
}

const KithOutboxEntry *
kith_outbox_find (KithOutbox *outbox, guint64 key)
{
  Entry *entry = find (outbox, key);
  return entry != NULL ? &entry->public : NULL;
}

void
kith_outbox_foreach (KithOutbox *outbox, void (*func) (const KithOutboxEntry *entry, gpointer data), gpointer data)
{
  for (GList *link = outbox->list.head; link != NULL; link = link->next)
    func (&((Entry *) link->data)->public, data);
}

guint64
kith_outbox_add (KithOutbox *outbox, json_object *request, gint64 entered, GError **error)
{
  if (outbox->list.length >= outbox->max) {
    g_set_error (error, KITH_ERROR, KITH_ERROR_LIMIT,
                 "%u messages wait to be sent; no more fit. Wait until some were sent.", outbox->list.length);
    json_object_put (request);
    return 0;
  }
  Entry *entry = g_new0 (Entry, 1);
  entry->public.key = outbox->last_key + 1;
  entry->public.entered = entered;
  kith_add_integer (request, "id", 0);
  kith_add_string (request, "nonce", kith_random_nonce (entry->public.nonce));
  entry->public.request = check_request (kith_json_text (request), &entry->public.conversation, error);
  json_object_put (request);
  if (entry->public.request == NULL || !store (outbox, entry, kith_storage_add, error)) {
    entry_free (entry);
    return 0;
  }
  outbox->last_key = entry->public.key;
  insert (outbox, entry);
  return entry->public.key;
}

/* The entry, if it may still be changed. */
static Entry *
find_queued (KithOutbox *outbox, guint64 key, GError **error)
{
  Entry *entry = find (outbox, key);
  if (entry == NULL)
    g_set_error (error, KITH_ERROR, KITH_ERROR_NOT_FOUND, "That message does not wait to be sent any more.");
  else if (entry->public.state != KITH_ENTRY_QUEUED)
    g_set_error (error, KITH_ERROR, KITH_ERROR_BAD_STATE,
                 "That message is on its way already. Edit or delete it instead.");
  else
    return entry;
  return NULL;
}

gboolean
kith_outbox_alter (KithOutbox *outbox, guint64 key, json_object *body, GError **error)
{
  Entry *entry = find_queued (outbox, key, error);
  json_object *altered = NULL, *checked = NULL;
  gint64 conversation;
  if (entry == NULL || json_object_deep_copy (entry->public.request, &altered, NULL) != 0) {
    json_object_put (body);
    return FALSE;
  }
  json_object_object_add (altered, "body", body);
  checked = check_request (kith_json_text (altered), &conversation, error);
  json_object_put (altered);
  if (checked == NULL)
    return FALSE;
  json_object *old = entry->public.request;
  entry->public.request = checked;
  gboolean stored = store (outbox, entry, kith_storage_update, error);
  if (!stored)
    entry->public.request = old;
  json_object_put (stored ? old : checked);
  return stored;
}

gboolean
kith_outbox_cancel (KithOutbox *outbox, guint64 key, GError **error)
{
  Entry *entry = find_queued (outbox, key, error);
  if (entry == NULL || !kith_storage_remove (outbox->storage, key, error))
    return FALSE;
  leave (outbox, entry, KITH_ENTRY_QUEUED);
  return TRUE;
}

static Entry *
before (Entry *entry)
{
  return entry->lane_link.prev != NULL ? entry->lane_link.prev->data : NULL;
}

/* The entry that is next to send, whatever the time; NULL when none may go. */
static Entry *
candidate (KithOutbox *outbox)
{
  GList *link = outbox->in_flight < outbox->window ? outbox->list.head : NULL;
  while (link != NULL && ((Entry *) link->data)->in_flight)
    link = link->next;
  Entry *entry = link != NULL ? link->data : NULL;
  return entry != NULL && entry->stalled ? NULL : entry;
}

const KithOutboxEntry *
kith_outbox_next (KithOutbox *outbox, gint64 now_us, const char **after, GError **error)
{
  Entry *entry = now_us >= outbox->wait_until_us ? candidate (outbox) : NULL;
  if (entry == NULL)
    return NULL;
  if (entry->public.state == KITH_ENTRY_QUEUED) {
    entry->public.state = KITH_ENTRY_WRITTEN;
    if (!store (outbox, entry, kith_storage_update, error)) {
      entry->public.state = KITH_ENTRY_QUEUED;
      outbox->wait_until_us = now_us + LONGEST_WAIT_US;
      return NULL;
    }
  }
  *after = before (entry) != NULL ? before (entry)->public.nonce : NULL;
  entry->in_flight = TRUE;
  entry->followed = *after != NULL;
  outbox->in_flight++;
  return &entry->public;
}

gint64
kith_outbox_due (KithOutbox *outbox)
{
  return candidate (outbox) != NULL ? outbox->wait_until_us : G_MAXINT64;
}

const KithOutboxEntry *
kith_outbox_acknowledge (KithOutbox *outbox, guint64 key, gint64 seq, gint64 at)
{
  Entry *entry = find (outbox, key);
  if (entry == NULL)
    return NULL;
  kith_backoff_reset (&outbox->backoff);
  entry->public.seq = seq;
  entry->public.at = at;
  return leave (outbox, entry, KITH_ENTRY_ACKNOWLEDGED);
}

static gboolean
is_passing (const GError *error)
{
  return g_error_matches (error, KITH_ERROR, KITH_ERROR_RATE_LIMITED) ||
         g_error_matches (error, KITH_ERROR, KITH_ERROR_STORAGE_FULL) ||
         g_error_matches (error, KITH_ERROR, KITH_ERROR_UNAVAILABLE);
}

/* Several refusals of one moment are one reason to wait: only the first doubles the back-off. */
static void
hold (KithOutbox *outbox, gint64 retry_after_ms, gint64 now_us, double chance)
{
  gint64 wait_us = CLAMP (retry_after_ms, 0, LONGEST_RETRY_MS) * G_TIME_SPAN_MILLISECOND;
  if (wait_us == 0 && now_us >= outbox->wait_until_us)
    wait_us = kith_backoff_next (&outbox->backoff, chance);
  wait_us = MAX (wait_us, SHORTEST_WAIT_US);
  outbox->wait_until_us = MAX (outbox->wait_until_us, now_us + wait_us);
}

const KithOutboxEntry *
kith_outbox_refuse (KithOutbox *outbox, guint64 key, const GError *error, gint64 retry_after_ms, gint64 now_us,
                    double chance)
{
  Entry *entry = find (outbox, key);
  if (entry == NULL)
    return NULL;
  gboolean out_of_order = g_error_matches (error, KITH_ERROR, KITH_ERROR_OUT_OF_ORDER);
  /* Out of order although it named nobody: the server is at a loss; do not hurry it. */
  if (is_passing (error) || (out_of_order && !entry->followed))
    hold (outbox, retry_after_ms, now_us, chance);
  if (is_passing (error) || out_of_order) {
    land (outbox, entry);
    entry->stalled = out_of_order && before (entry) != NULL && before (entry)->in_flight;
    return NULL;
  }
  entry->public.error = error;
  return leave (outbox, entry, KITH_ENTRY_REFUSED);
}

void
kith_outbox_lost (KithOutbox *outbox)
{
  for (GList *link = outbox->list.head; link != NULL; link = link->next)
    land (outbox, link->data);
}
