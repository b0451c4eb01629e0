/* door.h - how the commands of kithd reach the server that runs on the same data: a way that only the user who runs it
 * can go. A Unix socket in the data directory; on a Windows without those, a port of loopback and a token, both in a
 * file of that directory. */
#pragma once

#include "net/stream.h"

typedef struct _KithdDoor KithdDoor;

/* Listens on address; token (NULL: none) is demanded of who connects (net/stream-token.h). bound: with the real port. */
typedef gboolean (*KithdDoorListen) (gpointer data, const KithAddress *address, const char *token, KithAddress *bound,
                                     GError **error);

/* Calls listen until one way works. */
KithdDoor *kithd_door_new (const char *directory, KithdDoorListen listen, gpointer data, GError **error);
/* Removes what others find it by. NULL is allowed. */
void kithd_door_free (KithdDoor *door);

/* A stream towards the server of this directory, connecting; its handshake is still to be done. KITH_NET_ERROR_REFUSED
 * or _ADDRESS: no server runs there. */
KithStream *kithd_door_knock (const char *directory, GError **error);
