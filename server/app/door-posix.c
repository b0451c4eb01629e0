/* door-posix.c - the Unix socket, and nothing else. */
#include "app/door-private.h"

#include <glib/gstdio.h>

struct _KithdDoor {
  char *path;
};

KithdDoor *
kithd_door_new (const char *directory, KithdDoorListen listen, gpointer data, GError **error)
{
  KithAddress address, bound;
  g_autofree char *path = NULL;
  if (!kithd_door_socket (directory, &address, &path, error) || !listen (data, &address, NULL, &bound, error))
    return NULL;
  KithdDoor *door = g_new0 (KithdDoor, 1);
  door->path = g_steal_pointer (&path);
  return door;
}

void
kithd_door_free (KithdDoor *door)
{
  if (door == NULL)
    return;
  g_unlink (door->path);
  g_free (door->path);
  g_free (door);
}

KithStream *
kithd_door_knock (const char *directory, GError **error)
{
  KithAddress address;
  return kithd_door_socket (directory, &address, NULL, error) ? kithd_door_connect (&address, error) : NULL;
}
