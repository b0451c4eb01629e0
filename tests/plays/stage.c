/* stage.c - see stage.h. */
#include "plays/stage.h"

static gboolean
greet (Player *player, GError **error)
{
  json_object *answer =
      player_ask (player, 1, error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"stage\"}");
  json_object_put (answer);
  return answer != NULL;
}

/* Takes player. A token that is refused has been revoked: somebody new registers. */
static Player *
sign_in (Player *player, TestServer *server, GError **error)
{
  static char *token;
  static guint generation;
  g_autoptr (Player) mine = player;
  if (token != NULL && player_login (mine, token, NULL) != 0)
    return g_steal_pointer (&mine);
  g_autofree char *handle = g_strdup_printf ("stage%u", generation++);
  g_autoptr (Player) fresh = player_connect (server->address, error);
  g_free (token);
  token = player_random_hex (KITH_TOKEN_BYTES);
  return fresh != NULL && player_register (fresh, handle, token, error) != 0 ? g_steal_pointer (&fresh) : NULL;
}

Player *
stage_enter (TestServer *server, guint phase, GError **error)
{
  g_autoptr (Player) player =
      player_connect (phase == KITH_PHASE_ADMIN ? server->door : server->address, error);
  if (player == NULL)
    return NULL;
  if (phase == KITH_PHASE_SIGNED)
    return sign_in (g_steal_pointer (&player), server, error);
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
