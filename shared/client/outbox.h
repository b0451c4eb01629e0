/* outbox.h - what somebody has written and the server has not acknowledged yet, in order.
 *
 * Logic without I/O and without a clock: who owns it takes entries to send (next), and tells what became of them
 * (acknowledge, refuse, lost). Each entry has a nonce for life, so repeating it is safe. An entry names the nonce of
 * the unacknowledged entry before it in its conversation (`after`), so a refusal in the middle never changes the order.
 */
#pragma once

#include "client/random.h"
#include "client/storage.h"

#include "proto/json.h"

typedef enum {
  KITH_ENTRY_QUEUED,       /* no socket has seen it: may be altered or cancelled */
  KITH_ENTRY_WRITTEN,      /* handed to a socket: may be stored already, is repeated until answered */
  KITH_ENTRY_ACKNOWLEDGED, /* on the server's disk; has seq and at */
  KITH_ENTRY_REFUSED       /* will not be stored; error says why */
} KithEntryState;

typedef struct {
  guint64 key; /* ascending in the order of entry */
  gint64 conversation;
  char nonce[KITH_NONCE_TEXT];
  KithEntryState state;
  json_object *request; /* as the wire has it, but for id and after */
  gint64 entered;       /* ms since 1970: when the person wrote it; 0: not known */
  gint64 seq, at;       /* when acknowledged */
  const GError *error;  /* when refused; valid during the call that reports it */
} KithOutboxEntry;

typedef struct _KithOutbox KithOutbox;

/* Loads what storage (borrowed) kept; what cannot be read there is dropped. window: how many may be in flight; max: how
 * many may wait in all. */
KithOutbox *kith_outbox_new (KithStorage *storage, guint window, guint max, GError **error);
void kith_outbox_free (KithOutbox *outbox);
guint kith_outbox_count (const KithOutbox *outbox);
guint kith_outbox_in_flight (const KithOutbox *outbox);
const KithOutboxEntry *kith_outbox_find (KithOutbox *outbox,
                                         guint64 key); /* NULL when answered, cancelled or unknown */

/* All that wait, in the order of entry. func must not change the outbox. */
void kith_outbox_foreach (KithOutbox *outbox, void (*func) (const KithOutboxEntry *entry, gpointer data),
                          gpointer data);

/* Queues request (taken; type one of post, edit, delete, react, unreact, pin, unpin; without id, nonce and after), which
 * was written at entered (ms since 1970).
 * Returns its key; 0 with LIMIT when the outbox is full, TOO_LARGE or BAD_REQUEST when no server would take it. */
guint64 kith_outbox_add (KithOutbox *outbox, json_object *request, gint64 entered, GError **error);
/* While nothing of it was written only; else BAD_STATE ("edit or delete the message instead"). body is taken. */
gboolean kith_outbox_alter (KithOutbox *outbox, guint64 key, json_object *body, GError **error);
gboolean kith_outbox_cancel (KithOutbox *outbox, guint64 key, GError **error);

/* The next entry to send: it is in flight from now on, and stored as written before this returns. *after is the nonce
 * to name, or NULL. NULL when the window is full, nothing waits or the time has not come (due). An entry that cannot be
 * stored as written is not sent: error is set. */
const KithOutboxEntry *kith_outbox_next (KithOutbox *outbox, gint64 now_us, const char **after, GError **error);
/* When next may have something because a wait ends; G_MAXINT64: no time. */
gint64 kith_outbox_due (KithOutbox *outbox);

/* The answers. Each returns the entry in its new state (valid until the next call), or NULL when nothing is to be
 * reported: the key is unknown, or the entry will be repeated. */
const KithOutboxEntry *kith_outbox_acknowledge (KithOutbox *outbox, guint64 key, gint64 seq, gint64 at);
/* rate_limited, storage_full, unavailable: everything waits retry_after_ms (or a back-off with chance) and goes on from
 * this entry; out_of_order: repeated once those before it went; anything else: refused for good, those behind go on
 * without it. */
const KithOutboxEntry *kith_outbox_refuse (KithOutbox *outbox, guint64 key, const GError *error, gint64 retry_after_ms,
                                           gint64 now_us, double chance);
/* The connection is gone: everything in flight is repeated, in order. */
void kith_outbox_lost (KithOutbox *outbox);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithOutbox, kith_outbox_free)
