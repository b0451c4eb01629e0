/* invite.h - lets somebody in by a link: to the server, or into a room of it. */
#pragma once

#include "session.h"

typedef struct {
  gint64 id;      /* to revoke it; 0: not known */
  gint64 by;      /* account; 0: the administrator */
  gint64 room;    /* conversation; 0: the server alone */
  gint64 uses, used;
  gint64 expires; /* ms since 1970 */
} KithInvite;

/* chat NULL: to the server. seconds, uses: how long and for how many people. */
void kith_invite_make_async (KithSession *session, KithChat *chat, gint64 uses, gint64 seconds, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
/* The link, to be freed. id (may be NULL): of the invitation. */
char *kith_invite_make_finish (KithSession *session, GAsyncResult *result, gint64 *id, GError **error);
/* KithInvite: what an answer to `invitations` lists. */
GArray *kith_invites_read (json_object *answer);
