/* test-states.c - every request in every state: before hello, after it, signed in, on the Unix socket, after logout,
 * twice. */
#include <string.h>

#include "plays/stage.h"
#include "support/check.h"
#include "support/mutate.h"

#define ID 77

static TestServer *server;

static char *
error_code (json_object *answer)
{
  json_object *error = NULL, *code = NULL;
  if (!json_object_object_get_ex (answer, "error", &error) || !json_object_object_get_ex (error, "code", &code))
    return NULL;
  return g_strdup (json_object_get_string (code));
}

/* Sends a sample of type and takes its answer's code (NULL: it was done); pushes are only settled. */
static char *
try_request (Player *player, const KithMessageType *type)
{
  g_autofree char *sample = kith_sample_request (type, ID);
  json_object *answer = NULL;
  CHECK (player_say (player, &error, "%s", sample));
  if (type->push) {
    CHECK (player_settle (player, &error));
    return NULL;
  }
  CHECK (answer = player_expect (player, "{\"re\":77}", NULL, &error));
  char *code = error_code (answer);
  json_object_put (answer);
  return code;
}

/* In its own states a request is not refused as out of place, in every other one it is. */
static void
test_phase (void **state)
{
  guint phase = *(const guint *) *state;
  for (const KithMessageType *type = kith_requests; type->name != NULL; type++) {
    g_autoptr (Player) player = NULL;
    CHECK (player = stage_enter (server, phase, &error));
    g_autofree char *code = try_request (player, type);
    gboolean at_home = (type->phases & phase) != 0 || (phase == KITH_PHASE_ADMIN && (type->phases & KITH_PHASE_OPEN));
    gboolean refused = g_strcmp0 (code, "bad_state") == 0;
    if (!type->push && refused == at_home)
      fail_msg ("%s in phase %u: %s", type->name, phase, code != NULL ? code : "done");
  }
}

/* What comes with logout in one write is not done and not answered. */
static void
test_after_logout (void **state)
{
  for (const KithMessageType *type = kith_requests; type->name != NULL; type++) {
    g_autofree char *sample = kith_sample_request (type, ID);
    g_autoptr (Player) player = NULL;
    CHECK (player = stage_enter (server, KITH_PHASE_SIGNED, &error));
    CHECK (player_say (player, &error, "{\"type\":\"logout\",\"id\":5}\n%s", sample));
    CHECK (player_expect_close (player, &error));
    assert_int_equal (player_n_waiting (player), 1);
    json_object *answer = player_waiting (player, 0), *re = NULL;
    assert_true (json_object_object_get_ex (answer, "re", &re));
    assert_int_equal (json_object_get_int64 (re), 5);
  }
}

/* Two in one write: both are answered; the second hello, register or login is out of place. */
static void
test_twice (void **state)
{
  static const char *const once[] = {"hello", "register", "login", NULL};
  for (const KithMessageType *type = kith_requests; type->name != NULL; type++) {
    g_autofree char *first = kith_sample_request (type, ID), *second = kith_sample_request (type, ID + 1);
    g_autoptr (Player) player = NULL;
    json_object *answers[2] = {NULL, NULL};
    if (type->push || strcmp (type->name, "logout") == 0)
      continue;
    CHECK (player = stage_enter (server, stage_home (type), &error));
    CHECK (player_say (player, &error, "%s\n%s", first, second));
    CHECK (answers[0] = player_expect (player, "{\"re\":77}", NULL, &error));
    CHECK (answers[1] = player_expect (player, "{\"re\":78}", NULL, &error));
    g_autofree char *code = error_code (answers[0]), *again = error_code (answers[1]);
    if (g_strv_contains (once, type->name) && code == NULL)
      assert_string_equal (again, "bad_state");
    json_object_put (answers[0]);
    json_object_put (answers[1]);
  }
}

/* A token that nobody else has is bound to one account: the requests above have left the stage's own sign-in as it was.
 */
static void
test_still_there (void **state)
{
  g_autoptr (Player) player = NULL;
  CHECK (player = stage_enter (server, KITH_PHASE_SIGNED, &error));
  CHECK (player_settle (player, &error));
  assert_true (test_server_is_running (server));
}

static int
set_up (void **state)
{
  server = test_server_new ();
  test_server_set (server, "limits", "registrations_per_minute", "1000");
  CHECK (test_server_start (server, &error));
  return 0;
}

static int
tear_down (void **state)
{
  CHECK (test_server_stop (server, 0, &error));
  test_server_free (server);
  return 0;
}

int
main (void)
{
  static guint phases[] = {KITH_PHASE_FRESH, KITH_PHASE_OPEN, KITH_PHASE_SIGNED, KITH_PHASE_ADMIN};
  const struct CMUnitTest tests[] = {
      {"before hello", test_phase, NULL, NULL, &phases[0]},
      {"after hello", test_phase, NULL, NULL, &phases[1]},
      {"signed in", test_phase, NULL, NULL, &phases[2]},
      {"on the Unix socket", test_phase, NULL, NULL, &phases[3]},
      cmocka_unit_test (test_after_logout),
      cmocka_unit_test (test_twice),
      cmocka_unit_test (test_still_there),
  };
  return cmocka_run_group_tests (tests, set_up, tear_down);
}
