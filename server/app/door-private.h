/* door-private.h - the Unix socket, which both platforms may have. */
#pragma once

#include "app/door.h"

/* Its address; FALSE: the path is too long for one. */
gboolean kithd_door_socket (const char *directory, KithAddress *address, char **path, GError **error);
KithStream *kithd_door_connect (const KithAddress *address, GError **error);
