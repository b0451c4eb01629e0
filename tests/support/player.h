/* player.h - one raw client of a real server, in lock-step: it sends what it is told, byte by byte if need be, and
 * waits for the frame that a test expects. No retries, no cleverness: what shared/client does right, a player can do
 * wrong on purpose.
 *
 * The environment: KITH_TRANSCRIPT names a file that gets every frame, KITH_PATIENCE_S is another deadline than TEST_PATIENCE_S.
 *
 * Blocking, with a deadline in everything. Not thread-safe; one thread owns a player. */
#pragma once

#include <glib.h>
#include <json-c/json.h>

#include "net/socket.h"
#include "support/pattern.h"

#define PLAYER_ERROR (g_quark_from_static_string ("player"))

typedef enum {
  PLAYER_ERROR_CLOSED, /* the server closed, or the connection broke */
  PLAYER_ERROR_TIMED_OUT,
  PLAYER_ERROR_UNEXPECTED /* another frame than expected */
} PlayerError;

typedef struct _Player Player;

/* Connects and does the TLS handshake. address: "127.0.0.1:PORT" (TLS), "plain:127.0.0.1:PORT" (no TLS) or
 * "door:DIRECTORY": as the administrator, to the server with this data. */
Player *player_connect (const char *address, GError **error);
void player_free (Player *player); /* closes; NULL is allowed */

/* Writes all of it as it stands; length -1: a string. */
gboolean player_send (Player *player, const char *data, gssize length, GError **error);
/* A frame made of text: the line feed is added. */
gboolean player_say (Player *player, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* The next frame, in order of arrival; the caller owns it (json_object_put). A "ping" of the server is answered and
 * skipped. timeout_s 0: TEST_PATIENCE_S. */
json_object *player_next (Player *player, guint timeout_s, GError **error);

/* The first frame, of those waiting or still to come, that matches the pattern (see pattern.h); what does not match
 * stays in the inbox. An answer ("re") to the same request that does not match fails at once. The caller owns it.
 * captures may be NULL. */
json_object *player_expect (Player *player, const char *pattern, GHashTable *captures, GError **error);
/* The same, and the frame has to be the next one. */
json_object *player_expect_next (Player *player, const char *pattern, GHashTable *captures, GError **error);
/* player_expect, and the frame has no members but those of the pattern. */
json_object *player_expect_exactly (Player *player, const char *pattern, GHashTable *captures, GError **error);
/* TRUE when none in the inbox matches, nor any that comes before the answer to a ping sent now. */
gboolean player_expect_nothing (Player *player, const char *pattern, GHashTable *captures, GError **error);
/* TRUE when the server closes the connection; frames that come before are kept in the inbox. */
gboolean player_expect_close (Player *player, GError **error);

/* player_say and player_expect of the answer to it: format has to hold "id" of the value id. The caller owns the
 * answer. */
json_object *player_ask (Player *player, gint64 id, GError **error, const char *format, ...) G_GNUC_PRINTF (4, 5);

/* A ping round trip; afterwards every frame that was on its way is in the inbox. */
gboolean player_settle (Player *player, GError **error);
/* Forgets the frames in the inbox. */
void player_clear (Player *player);
/* Frames waiting in the inbox, borrowed; the oldest first. */
guint player_n_waiting (Player *player);
json_object *player_waiting (Player *player, guint index);

/* The socket, to be waited for. */
KithSocket player_socket (Player *player);

/* hello, then register or login with a token; answers are swallowed. The account's number, or 0 on an error. */
gint64 player_register (Player *player, const char *handle, const char *token, GError **error);
gint64 player_login (Player *player, const char *token, GError **error);

/* 2 * bytes random hex digits; the caller frees. */
char *player_random_hex (guint bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Player, player_free)
