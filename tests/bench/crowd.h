/* crowd.h - the people of the benchmark: registered once in kithd's data, with rooms and direct conversations, and signed in by token
 * whenever a target has to be measured. A relay has no people: there they name their room and are in it. */
#pragma once

#include "bench/load.h"
#include "bench/target.h"

/* Who talks with whom: group g has the people g * members .. g * members + members - 1. */
typedef struct {
  const char *name;
  guint groups, members;
  gboolean direct;
  gint64 *conversations; /* of kithd, one for each group; set by crowd_gather */
} Layout;

typedef struct _Crowd Crowd;

Crowd *crowd_new (guint people);
void crowd_free (Crowd *crowd);
gint64 crowd_account (const Crowd *crowd, guint person); /* 0: not registered yet */

/* Both for a kithd: registers everybody; makes the conversations of a layout. */
gboolean crowd_register (Crowd *crowd, const Target *target, GError **error);
gboolean crowd_gather (Crowd *crowd, const Target *target, Layout *layout, GError **error);

/* Connects count people from first on and signs them in (kithd) or brings them into the rooms of the layout (relay; layout may be NULL for
 * kithd). Appends their LoadPeer to peers, in order, with group set by the layout. */
gboolean crowd_enter (Crowd *crowd, Load *load, const Target *target, const Layout *layout, guint first, guint count, GPtrArray *peers,
                      GError **error);
/* The two halves of it for kithd: connected with the handshake over and one ping answered; signed in. */
gboolean crowd_connect (Crowd *crowd, Load *load, const Target *target, guint first, guint count, GPtrArray *peers, GError **error);
gboolean crowd_sign_in (Crowd *crowd, Load *load, const GPtrArray *peers, guint from, GError **error);

/* Says this request (a whole frame) and waits for its answer. */
gboolean crowd_ask (Crowd *crowd, Load *load, LoadPeer *peer, const char *frame, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Crowd, crowd_free)
