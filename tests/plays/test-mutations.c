/* test-mutations.c - every mechanical mutation of every request against a real server: each is answered, or gets
 * bad_frame and the end, never silence; and the server lives on. */
#include <string.h>

#include "plays/stage.h"
#include "support/check.h"
#include "support/mutate.h"

typedef struct {
  TestServer *server;
  guint phase;
  Player *player; /* NULL: to be made anew */
} Scene;

static TestServer *server;

static gboolean
has (json_object *frame, const char *name, const char *value)
{
  json_object *member = NULL;
  return json_object_object_get_ex (frame, name, &member) &&
         (value == NULL || g_strcmp0 (json_object_get_string (member), value) == 0);
}

static gboolean
is_bad_frame (json_object *frame)
{
  json_object *error = NULL;
  return has (frame, "type", "error") && json_object_object_get_ex (frame, "error", &error) &&
         has (error, "code", "bad_frame");
}

/* The first frame that is an answer or a word of an error; NULL when the connection ended before. Pushes in between are
 * skipped. */
static json_object *
next_answer (Player *player, GError **error)
{
  json_object *frame = player_next (player, 0, error);
  while (frame != NULL && !has (frame, "re", NULL) && !has (frame, "type", "error")) {
    json_object_put (frame);
    frame = player_next (player, 0, error);
  }
  return frame;
}

static void
leave (Scene *scene)
{
  g_clear_pointer (&scene->player, player_free);
}

/* bad_frame, then the end. */
static void
expect_end (Scene *scene, const KithMutation *mutation)
{
  g_autoptr (GError) error = NULL;
  json_object *frame = next_answer (scene->player, &error);
  if (frame == NULL || !is_bad_frame (frame))
    fail_msg ("%s: bad_frame expected, got %s\n  %.300s", mutation->description,
              frame != NULL ? kith_json_text (frame) : error->message, mutation->frame);
  json_object_put (frame);
  if (!player_expect_close (scene->player, &error))
    fail_msg ("%s: the connection stays open: %s", mutation->description, error->message);
  leave (scene);
}

/* Some answer; an error where the table does not permit the value. */
static void
expect_answer (Scene *scene, const KithMutation *mutation)
{
  g_autoptr (GError) error = NULL;
  json_object *frame = next_answer (scene->player, &error);
  if (frame == NULL)
    fail_msg ("%s: no answer: %s\n  %.300s", mutation->description, error->message, mutation->frame);
  if (mutation->fate == KITH_MUTATION_REFUSED && !has (frame, "error", NULL))
    fail_msg ("%s: an error expected, got %s\n  %.300s", mutation->description, kith_json_text (frame),
              mutation->frame);
  if (is_bad_frame (frame))
    fail_msg ("%s: bad_frame for a frame that is one\n  %.300s", mutation->description, mutation->frame);
  json_object_put (frame);
  if (mutation->fate == KITH_MUTATION_PASSES)
    leave (scene);
}

static void
play_mutation (Scene *scene, const KithMessageType *type, const KithMutation *mutation)
{
  if (scene->player == NULL)
    CHECK (scene->player = stage_enter (scene->server, scene->phase, &error));
  CHECK (player_say (scene->player, &error, "%s", mutation->frame));
  if (mutation->must_close) {
    expect_end (scene, mutation);
  } else if (type->push && mutation->fate == KITH_MUTATION_PASSES) {
    CHECK (player_settle (scene->player, &error));
    leave (scene);
  } else {
    expect_answer (scene, mutation);
  }
}

static void
test_type (void **state)
{
  const KithMessageType *type = *state;
  g_autofree char *sample = kith_sample_request (type, 77);
  g_autoptr (GPtrArray) mutations = kith_mutations (type, sample);
  Scene scene = {server, stage_home (type), NULL};
  assert_true (mutations->len > 0);
  for (guint i = 0; i < mutations->len; i++)
    play_mutation (&scene, type, g_ptr_array_index (mutations, i));
  leave (&scene);
  CHECK (scene.player = stage_enter (server, KITH_PHASE_SIGNED, &error));
  CHECK (player_settle (scene.player, &error));
  leave (&scene);
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
  g_autoptr (GArray) tests = g_array_new (FALSE, TRUE, sizeof (struct CMUnitTest));
  for (const KithMessageType *type = kith_requests; type->name != NULL; type++) {
    struct CMUnitTest test = {.name = type->name, .test_func = test_type, .initial_state = (void *) type};
    g_array_append_val (tests, test);
  }
  return _cmocka_run_group_tests ("mutations", (const struct CMUnitTest *) (gpointer) tests->data, tests->len, set_up,
                                  tear_down);
}
