/* hub.h - who is told how others are: the sessions of signed-in connections, their packets and frames, and what each
 * has seen.
 *
 * State converges: a session is told every change that it has not seen, again and again with back-off, by UDP where
 * that gets through, else by frames of its connection. The core takes clock, randomness and all input and output from
 * outside, so it can be simulated. */
#pragma once

#include "net/address.h"
#include "net/seal.h"
#include "presence/crowd.h"

/* What the hub needs of the world. data is the hub's. */
typedef struct {
  /* A packet from the socket of that number. That it is lost is no concern. */
  void (*send) (gpointer data, guint64 socket, const KithAddress *to, const guint8 *packet, gsize size);
  /* Members of a push "presence" for a connection. FALSE: its queue is full, try later. */
  gboolean (*push) (gpointer data, guint64 connection, const char *members);
  /* The keys of a connection; FALSE: there is none. */
  gboolean (*keys) (gpointer data, guint64 connection, guint8 material[KITH_SEAL_MATERIAL]);
  gboolean (*sees) (gpointer data, gint64 viewer, gint64 person);
  void (*expired) (gpointer data, gint64 account); /* a choice has run out */
} KithdHubIo;

typedef struct _KithdHub KithdHub;

/* salt: a random number. */
KithdHub *kithd_hub_new (const KithdHubIo *io, gpointer data, guint64 salt);
void kithd_hub_free (KithdHub *hub);

/* Now, for all that follows. */
void kithd_hub_set_time (KithdHub *hub, gint64 now_us, gint64 real_ms);

/* The name of a connection's session on the wire; it exists before the session does. */
guint64 kithd_hub_session (const KithdHub *hub, guint64 connection);
void kithd_hub_sign_in (KithdHub *hub, guint64 connection, gint64 account);
void kithd_hub_close (KithdHub *hub, guint64 connection);
void kithd_hub_choose (KithdHub *hub, gint64 account, KithPresenceState choice, const char *text, gint64 until_ms);

/* Whether viewer sees person has changed: io->sees tells it already. Who does not any more is told once that they are
 * offline. */
void kithd_hub_sight (KithdHub *hub, gint64 viewer, gint64 person);

/* A datagram that came to socket. What does not prove itself changes nothing and gets no answer. */
void kithd_hub_packet (KithdHub *hub, guint64 socket, const KithAddress *from, const guint8 *packet, gsize size);
/* A frame "presence" of a signed-in connection. */
void kithd_hub_frame (KithdHub *hub, guint64 connection, const KithReport *report);

/* What an answer to sync says of presence: at the first one of a connection how all are (up to what one answer holds),
 * later how accounts (gint64) are who are new in it. The members of an object; to be freed. NULL: nothing. */
char *kithd_hub_snapshot (KithdHub *hub, guint64 connection, const GArray *accounts);

gint64 kithd_hub_due (const KithdHub *hub); /* when to run at the latest */
/* Sends what is due, at most so many packets and frames; what is left over is due at once. */
void kithd_hub_run (KithdHub *hub, guint budget);
