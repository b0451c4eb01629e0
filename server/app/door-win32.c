/* door-win32.c - the Unix socket where this Windows has them (10, 1803) and the path is short enough for one; else a
 * port of loopback, and the file kithd.door: "ADDRESS TOKEN". The file takes its rights from the data directory, which
 * only its owner, the administrators and the system can enter. */
#include "app/door-private.h"

#include "net/net.h"
#include "net/stream-token.h"

#include <glib/gstdio.h>
#include <string.h>

struct _KithdDoor {
  char *path; /* of the socket, or of the file */
};

static char *
door_file (const char *directory)
{
  return g_build_filename (directory, "kithd.door", NULL);
}

static KithdDoor *
new_door (const char *path)
{
  KithdDoor *door = g_new0 (KithdDoor, 1);
  door->path = g_strdup (path);
  return door;
}

static KithdDoor *
open_socket (const char *directory, KithdDoorListen listen, gpointer data)
{
  KithAddress address, bound;
  g_autofree char *path = NULL;
  gboolean open = kithd_door_socket (directory, &address, &path, NULL) && listen (data, &address, NULL, &bound, NULL);
  return open ? new_door (path) : NULL;
}

static KithdDoor *
open_port (const char *directory, KithdDoorListen listen, gpointer data, GError **error)
{
  KithAddress address, bound;
  char shown[KITH_ADDRESS_TEXT];
  g_autofree char *token = kith_stream_token_new (error), *file = door_file (directory);
  if (token == NULL || !kith_address_parse ("127.0.0.1:0", 0, &address, error) ||
      !listen (data, &address, token, &bound, error))
    return NULL;
  g_autofree char *text = g_strdup_printf ("%s %s", kith_address_format (&bound, shown), token);
  return g_file_set_contents (file, text, -1, error) ? new_door (file) : NULL;
}

KithdDoor *
kithd_door_new (const char *directory, KithdDoorListen listen, gpointer data, GError **error)
{
  g_autofree char *left = door_file (directory); /* by a server that was killed */
  g_unlink (left);
  KithdDoor *door = open_socket (directory, listen, data);
  return door != NULL ? door : open_port (directory, listen, data, error);
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

static KithStream *
knock_at_port (const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 2);
  KithAddress address;
  if (g_strv_length (words) != 2 || strlen (words[1]) != KITH_STREAM_TOKEN) {
    g_set_error_literal (error, KITH_NET_ERROR, KITH_NET_ERROR_ADDRESS,
                         "The file kithd.door in the data directory is damaged. Start the server again.");
    return NULL;
  }
  if (!kith_address_parse (words[0], 0, &address, error))
    return NULL;
  KithStream *stream = kithd_door_connect (&address, error);
  return stream != NULL ? kith_stream_token_give (stream, words[1]) : NULL;
}

KithStream *
kithd_door_knock (const char *directory, GError **error)
{
  KithAddress address;
  g_autofree char *file = door_file (directory), *text = NULL, *path = NULL;
  if (g_file_get_contents (file, &text, NULL, NULL))
    return knock_at_port (text, error);
  if (!kithd_door_socket (directory, &address, &path, error))
    return NULL;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return kithd_door_connect (&address, error);
  g_set_error (error, KITH_NET_ERROR, KITH_NET_ERROR_REFUSED, "No server runs on %s.", directory);
  return NULL;
}
