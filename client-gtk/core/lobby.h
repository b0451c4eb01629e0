/* lobby.h - where somebody new begins to talk: the room "lobby" of the server. */
#pragma once

#include "session.h"

/* A room that we are in; else the server's lobby, joined; else, on a server without any room, a lobby made for it. The
 * caller's reference; NULL without an error: there are other rooms, which a person had better choose from. */
void kith_lobby_enter_async (KithSession *session, GAsyncReadyCallback callback, gpointer data);
KithChat *kith_lobby_enter_finish (KithSession *session, GAsyncResult *result, GError **error);
