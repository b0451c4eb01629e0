/* rights.h - what the server would let us do in a room (server/domain/rules.c has the last word), so that nothing is
 * offered that would be refused. A role is that in the room ("owner" ... "read_only"); an owner or admin of the server
 * stands with the owners of every room that they are in, or above them. */
#pragma once

#include "session.h"

typedef enum {
  KITH_RIGHT_TOPIC,
  KITH_RIGHT_NAME,
  KITH_RIGHT_RETENTION,
  KITH_RIGHT_MODERATE, /* mute, ban, delete what others wrote, call all, see who is banned */
  KITH_RIGHT_INVITE,
  KITH_RIGHT_ROLES, /* at all; kith_rights_may_give has which */
  KITH_N_RIGHTS
} KithRight;

/* Who acts: their role in the room, and on the server. */
typedef struct {
  const char *room, *server;
} KithStanding;

gboolean kith_rights_has (KithStanding mine, gboolean is_private, KithRight right);
/* Whether we stand above somebody with this role in the room ("" or NULL: not known, taken for a member). */
gboolean kith_rights_is_above (KithStanding mine, const char *theirs);
/* Whether we may make somebody who is taker a role; self: that is us. */
gboolean kith_rights_may_give (KithStanding mine, const char *taker, const char *role, gboolean self);
/* Who has the right, as a sentence for those who have not; NULL: everybody who may write. Translated, static. */
const char *kith_rights_whose (KithRight right, gboolean is_private);

/* Ours in a chat that is a room. Where everybody is spoken to, who writes moderates. */
KithStanding kith_rights_mine (KithSession *session, KithChat *chat);
gboolean kith_rights_may (KithSession *session, KithChat *chat, KithRight right);
