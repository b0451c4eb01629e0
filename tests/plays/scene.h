/* scene.h - what the tests with raw players do again and again: somebody with a room, posts into it, members of frames.
 * All fail the test. */
#pragma once

#include "support/check.h"
#include "support/player.h"
#include "support/server.h"

/* Connects (address as for player_connect) and registers; token (may be NULL) gets the device's token, to be freed. */
Player *scene_person (const char *address, const char *handle, char **token);
/* A public room made by player; its id, to be freed. */
char *scene_room (Player *player, const char *name);
void scene_join (Player *player, const char *room);
/* Posts and waits for the answer: its seq, or 0 when refused; code (may be NULL) gets the code then, to be freed. nonce
 * NULL: a fresh one. */
gint64 scene_post (Player *player, const char *room, const char *nonce, const char *text, char **code);

gint64 scene_integer (json_object *object, const char *name);     /* 0 when absent */
const char *scene_string (json_object *object, const char *name); /* "" when absent; valid as long as object */
