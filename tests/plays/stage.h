/* stage.h - players brought into each state that a connection can be in, for tests that go through the table of
 * requests. */
#pragma once

#include "proto/message.h"
#include "support/player.h"
#include "support/server.h"

#define STAGE_TOKEN "00000000000000000000000000000000000000000000000000000000000057a9"

/* Registers the one account that the stages sign in as. Call once, with the server running. */
gboolean stage_prepare (TestServer *server, GError **error);
/* A new connection in this phase (one KITH_PHASE_* bit; ADMIN: on the Unix socket, after hello). NULL on an error. */
Player *stage_enter (TestServer *server, guint phase, GError **error);
/* The phase in which a request is at home: of its bits the one that stands for most. */
guint stage_home (const KithMessageType *type);
