/* store-feed.c - messages are taken, what touches no log is passed over, all else is a gap. */
#include "store/store-feed.h"

#include <string.h>

#include "domain/change.h"

void
kithd_feed_init (KithdFeed *feed)
{
  *feed = (KithdFeed){g_array_new (FALSE, FALSE, sizeof (KithdDoc)), g_string_new (NULL), FALSE};
}

void
kithd_feed_clear (KithdFeed *feed)
{
  g_array_unref (feed->docs);
  g_string_free (feed->bodies, TRUE);
}

static void
empty (KithdFeed *feed, gboolean gap)
{
  g_array_set_size (feed->docs, 0);
  g_string_truncate (feed->bodies, 0);
  feed->gap = gap;
}

static gboolean
has_room (const KithdFeed *feed, gsize docs, gsize bytes)
{
  return feed->docs->len + docs <= KITHD_BATCH_EVENTS && feed->bodies->len + bytes <= KITHD_BATCH_BYTES;
}

static gboolean
touches_no_log (const KithdChange *change)
{
  return change->error != NULL || change->repeated || change->kind == KITHD_CHANGE_MARK || change->kind == KITHD_CHANGE_RECEIPTS ||
         change->kind == KITHD_CHANGE_STATUS;
}

static void
note (KithdFeed *feed, const KithdChange *change)
{
  const KithdEvent *event = change->event;
  if (touches_no_log (change))
    return;
  gboolean is_message = change->kind == KITHD_CHANGE_APPEND && event != NULL && event->kind == KITHD_EVENT_MESSAGE && event->body != NULL;
  gsize bytes = is_message ? strlen (event->body) + 1 : 0;
  if (!is_message || !has_room (feed, 1, bytes)) {
    empty (feed, TRUE);
    return;
  }
  KithdDoc doc = {.rev = event->rev, .conversation = event->conversation, .seq = event->seq, .sender = event->from, .at = event->at};
  g_array_append_val (feed->docs, doc);
  g_string_append_len (feed->bodies, event->body, (gssize) bytes);
}

void
kithd_feed_note (KithdFeed *feed, const GPtrArray *changes)
{
  for (guint i = 0; i < changes->len && !feed->gap; i++)
    note (feed, changes->pdata[i]);
}

void
kithd_feed_add (KithdFeed *feed, KithdFeed *other)
{
  if (feed->gap || other->gap || !has_room (feed, other->docs->len, other->bodies->len)) {
    empty (feed, TRUE);
  } else if (feed->docs->len == 0) {
    KithdFeed nothing = *feed;
    *feed = *other;
    *other = nothing;
  } else {
    g_array_append_vals (feed->docs, other->docs->data, other->docs->len);
    g_string_append_len (feed->bodies, other->bodies->str, (gssize) other->bodies->len);
  }
  empty (other, FALSE);
}
