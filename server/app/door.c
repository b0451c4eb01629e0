/* door.c - the Unix socket in the data directory. */
#include "app/door-private.h"

gboolean
kithd_door_socket (const char *directory, KithAddress *address, char **path, GError **error)
{
  g_autofree char *file = g_build_filename (directory, "kithd.sock", NULL);
  g_autofree char *text = g_strconcat ("unix:", file, NULL);
  if (!kith_address_parse (text, 0, address, error))
    return FALSE;
  if (path != NULL)
    *path = g_steal_pointer (&file);
  return TRUE;
}

KithStream *
kithd_door_connect (const KithAddress *address, GError **error)
{
  KithSocket socket = kith_socket_connect (address, error);
  return socket != KITH_SOCKET_NONE ? kith_stream_socket_new (socket) : NULL;
}
