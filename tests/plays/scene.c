/* scene.c - see scene.h. */
#include "plays/scene.h"

gint64
scene_integer (json_object *object, const char *name)
{
  json_object *member = NULL;
  return json_object_object_get_ex (object, name, &member) ? json_object_get_int64 (member) : 0;
}

const char *
scene_string (json_object *object, const char *name)
{
  json_object *member = NULL;
  return json_object_object_get_ex (object, name, &member) ? json_object_get_string (member) : "";
}

Player *
scene_person (const char *address, const char *handle, char **token)
{
  g_autofree char *made = player_random_hex (32);
  Player *player = NULL;
  CHECK (player = player_connect (address, &error));
  CHECK (player_register (player, handle, made, &error) != 0);
  if (token != NULL)
    *token = g_steal_pointer (&made);
  return player;
}

char *
scene_room (Player *player, const char *name)
{
  g_autofree char *nonce = player_random_hex (16);
  json_object *answer = NULL, *conversation = NULL;
  CHECK (answer = player_ask (player, 10, &error, "{\"type\":\"create\",\"id\":10,\"nonce\":\"%s\",\"name\":\"%s\"}",
                              nonce, name));
  assert_true (json_object_object_get_ex (answer, "conversation", &conversation));
  char *room = g_strdup (scene_string (conversation, "id"));
  json_object_put (answer);
  return room;
}

void
scene_join (Player *player, const char *room)
{
  g_autofree char *nonce = player_random_hex (16);
  json_object *answer = NULL;
  CHECK (answer = player_ask (player, 11, &error,
                              "{\"type\":\"join\",\"id\":11,\"conversation\":\"%s\",\"nonce\":\"%s\"}", room, nonce));
  assert_int_not_equal (scene_integer (answer, "seq"), 0);
  json_object_put (answer);
}

gint64
scene_post (Player *player, const char *room, const char *nonce, const char *text, char **code)
{
  g_autofree char *fresh = player_random_hex (16);
  json_object *answer = NULL, *error_member = NULL;
  CHECK (answer = player_ask (
             player, 12, &error,
             "{\"type\":\"post\",\"id\":12,\"conversation\":\"%s\",\"nonce\":\"%s\",\"body\":{\"text\":\"%s\"}}", room,
             nonce != NULL ? nonce : fresh, text));
  gint64 seq = scene_integer (answer, "seq");
  if (seq == 0 && code != NULL && json_object_object_get_ex (answer, "error", &error_member))
    *code = g_strdup (scene_string (error_member, "code"));
  json_object_put (answer);
  return seq;
}
