/* rights.c - roles as numbers, and a table of the least one for each right. */
#include "rights.h"

#include <glib/gi18n.h>

typedef enum { READ_ONLY, MEMBER, MODERATOR, ADMIN, OWNER, ABOVE } Rank;

static const char *const roles[] = {
    [READ_ONLY] = "read_only", [MEMBER] = "member", [MODERATOR] = "moderator", [ADMIN] = "admin", [OWNER] = "owner"};

#define STAFF N_ ("Only the owners, admins and moderators of this room can change this.")

static const struct {
  Rank open, closed; /* the least in a public and in a private room */
  const char *whose, *whose_closed;
} rights[KITH_N_RIGHTS] = {
    [KITH_RIGHT_TOPIC] = {MEMBER, MODERATOR, NULL, STAFF},
    [KITH_RIGHT_NAME] = {MODERATOR, MODERATOR, STAFF, STAFF},
    [KITH_RIGHT_RETENTION] = {ADMIN, ADMIN, N_ ("Only the owners and admins of this room can change this."),
                              N_ ("Only the owners and admins of this room can change this.")},
    [KITH_RIGHT_MODERATE] = {MODERATOR, MODERATOR,
                             N_ ("Only the owners, admins and moderators of this room see who is banned."),
                             N_ ("Only the owners, admins and moderators of this room see who is banned.")},
    [KITH_RIGHT_INVITE] = {MEMBER, MODERATOR, NULL,
                           N_ ("Only the owners, admins and moderators of a private room can invite.")},
    [KITH_RIGHT_ROLES] = {ADMIN, ADMIN, N_ ("Only the owners and admins of this room give roles."),
                          N_ ("Only the owners and admins of this room give roles.")},
};

static Rank
rank_of (const char *role)
{
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (g_strcmp0 (roles[i], role) == 0)
      return (Rank) i;
  return MEMBER;
}

static Rank
standing (KithStanding mine)
{
  Rank server = g_strcmp0 (mine.server, "owner") == 0 ? ABOVE : g_strcmp0 (mine.server, "admin") == 0 ? OWNER : MEMBER;
  Rank room = rank_of (mine.room);
  return server > MEMBER ? MAX (room, server) : room;
}

gboolean
kith_rights_has (KithStanding mine, gboolean is_private, KithRight right)
{
  return standing (mine) >= (is_private ? rights[right].closed : rights[right].open);
}

gboolean
kith_rights_is_above (KithStanding mine, const char *theirs)
{
  return standing (mine) > rank_of (theirs);
}

gboolean
kith_rights_may_give (KithStanding mine, const char *taker, const char *role, gboolean self)
{
  Rank rank = standing (mine), given = rank_of (role);
  if (self && given <= rank)
    return TRUE;
  return rank >= ADMIN && rank > rank_of (taker) && (rank > given || rank >= OWNER);
}

const char *
kith_rights_whose (KithRight right, gboolean is_private)
{
  const char *whose = is_private ? rights[right].whose_closed : rights[right].whose;
  return whose != NULL ? _ (whose) : NULL;
}

KithStanding
kith_rights_mine (KithSession *session, KithChat *chat)
{
  KithContact *me = kith_session_me (session);
  return (KithStanding){kith_chat_role (chat), me != NULL ? kith_contact_role (me) : NULL};
}

gboolean
kith_rights_may (KithSession *session, KithChat *chat, KithRight right)
{
  if (kith_chat_kind (chat) == KITH_KIND_BROADCASTS)
    return right == KITH_RIGHT_MODERATE && kith_chat_can_write (chat);
  return kith_chat_kind (chat) == KITH_KIND_ROOM && kith_chat_can_write (chat) &&
         kith_rights_has (kith_rights_mine (session, chat), kith_chat_is_private (chat), right);
}
