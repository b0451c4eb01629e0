/* air.h - a hub and many clients' cores in one process, with a seeded network between them that loses, doubles and
 * reorders. Time is simulated; the same seed gives the same run. */
#pragma once

#include "client/presence-core.h"
#include "presence/hub.h"

typedef struct {
  guint loss, twice; /* of 100 packets, in each direction */
  guint delay_ms;    /* each packet takes 1 ms to so long */
  gboolean no_packets_up, no_packets_down;
  gboolean frames_full; /* the server's queues take nothing */
} AirWeather;

typedef struct {
  struct Air *air;
  KithPresenceCore *core;
  guint64 connection; /* 0: not connected */
  gint64 account;
  guint32 address; /* where its packets come from */
  guint8 material[KITH_SEAL_MATERIAL];
  guint changes; /* told by the core */
} AirClient;

typedef struct Air {
  KithdHub *hub;
  GPtrArray *clients;  /* AirClient */
  GHashTable *choices; /* account -> KithPresence */
  GHashTable *by_connection;
  GPtrArray *parcels; /* on their way */
  GArray *heard;      /* bytes of the packets that the hub got, as GBytes */
  GRand *rand;
  AirWeather weather;
  gint64 now_us, base_ms;
  guint64 last_connection;
  guint32 last_address;
  guint sent_by_hub, expired;
  gint64 blind, hidden; /* this account does not see that one; 0: all see all */
} Air;

Air *air_new (guint32 seed);
void air_free (Air *air);
/* Another hub, as after a restart: every connection is gone. */
void air_restart (Air *air);

AirClient *air_join (Air *air, gint64 account); /* a new client, connected */
void air_connect (AirClient *client);
void air_leave (AirClient *client);
void air_choose (Air *air, gint64 account, KithPresenceState state, const char *text, gint64 until_ms);
/* From now on viewer alone does not see person; both 0: everybody sees everybody. */
void air_hide (Air *air, gint64 person, gint64 viewer);
gint64 air_real_ms (const Air *air);
/* A packet to the hub from somewhere, at once. */
void air_inject (Air *air, guint32 address, const void *packet, gsize size);

void air_run (Air *air, guint milliseconds);
/* What the hub says of an account. */
KithPresenceState air_state (AirClient *client, gint64 account);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Air, air_free)
