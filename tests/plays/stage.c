/* stage.c - see stage.h. */
#include "plays/stage.h"

gboolean
stage_prepare (TestServer *server, GError **error)
{
  g_autoptr (Player) player = player_connect (server->address, error);
  return player != NULL && player_register (player, "stage", STAGE_TOKEN, error) != 0;
}

static gboolean
greet (Player *player, GError **error)
{
  json_object *answer =
      player_ask (player, 1, error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"stage\"}");
  json_object_put (answer);
  return answer != NULL;
}

Player *
stage_enter (TestServer *server, guint phase, GError **error)
{
  g_autoptr (Player) player =
      player_connect (phase == KITH_PHASE_ADMIN ? server->unix_address : server->address, error);
  if (player == NULL)
    return NULL;
  if (phase == KITH_PHASE_SIGNED)
    return player_login (player, STAGE_TOKEN, error) != 0 ? g_steal_pointer (&player) : NULL;
  if (phase != KITH_PHASE_FRESH && !greet (player, error))
    return NULL;
  return g_steal_pointer (&player);
}

guint
stage_home (const KithMessageType *type)
{
  static const guint phases[] = {KITH_PHASE_SIGNED, KITH_PHASE_OPEN, KITH_PHASE_FRESH, KITH_PHASE_ADMIN};
  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    if (type->phases & phases[i])
      return phases[i];
  g_assert_not_reached ();
}
