/* presence-core.h - a client's side of presence: how people are, what was seen, when to report, and by which path.
 * Private to shared/client.
 *
 * Reports go by UDP every 10 s and at once on a change; when nothing was heard for two intervals they go as frames, and
 * UDP is tried on. Time, packets and frames come from and go to outside, so it can be simulated. */
#pragma once

#include "client/client.h"
#include "net/seal.h"
#include "proto/presence.h"

typedef struct {
  void (*send) (gpointer data, const guint8 *packet, gsize size); /* to the server; that it is lost is no concern */
  void (*frame) (gpointer data, json_object *frame);              /* {"type":"presence",…}; borrowed */
  void (*changed) (gpointer data, const KithPresence *presence);
} KithPresenceIo;

typedef struct _KithPresenceCore KithPresenceCore;

KithPresenceCore *kith_presence_core_new (const KithPresenceIo *io, gpointer data);
void kith_presence_core_free (KithPresenceCore *core);

/* A connection was greeted. material NULL: there is no way by UDP. What is known of people stays until the snapshot. */
void kith_presence_core_begin (KithPresenceCore *core, guint64 session, const guint8 *material);
/* The connection is gone. */
void kith_presence_core_end (KithPresenceCore *core);
/* The member `presence` of an answer to sync: the first one begins reporting. */
void kith_presence_core_learn (KithPresenceCore *core, const KithNews *news, gint64 now_us);
void kith_presence_core_packet (KithPresenceCore *core, const guint8 *packet, gsize size, gint64 now_us);
void kith_presence_core_frame (KithPresenceCore *core, const KithNews *news);
void kith_presence_core_set_idle (KithPresenceCore *core, gboolean idle);
/* Somebody is not to be seen any more. */
void kith_presence_core_forget (KithPresenceCore *core, gint64 account);

gint64 kith_presence_core_due (const KithPresenceCore *core); /* monotonic us; G_MAXINT64: no time; 0: at once */
void kith_presence_core_step (KithPresenceCore *core, gint64 now_us);

KithPresencePath kith_presence_core_path (const KithPresenceCore *core);
gint64 kith_presence_core_seen (const KithPresenceCore *core);
/* Never NULL; OFFLINE who was not heard of. Valid until something changes. */
const KithPresence *kith_presence_core_find (const KithPresenceCore *core, gint64 account);
