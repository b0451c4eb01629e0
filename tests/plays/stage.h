/* stage.h - players brought into each state that a connection can be in, for tests that go through the table of
 * requests. */
#pragma once

#include "proto/message.h"
#include "support/player.h"
#include "support/server.h"

/* A new connection in this phase (one KITH_PHASE_* bit; ADMIN: on the Unix socket, after hello). NULL on an error.
 * SIGNED is always the same account, until a request has revoked its device: then it is a new one. */
Player *stage_enter (TestServer *server, guint phase, GError **error);
/* The phase in which a request is at home: of its bits the one that stands for most. */
guint stage_home (const KithMessageType *type);
