/* test-faults.c - what a host can run out of, and stopping in the middle of work. */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "net/socket.h"
#include "plays/load.h"
#include "plays/scene.h"
#include "support/sockets.h"

/* ---- descriptors ---- */

#define DESCRIPTORS "64"
#define FLOOD 100
#define WATCH_MS 2000 /* over which the loop must not spin */

static KithSocket
knock (const char *address)
{
  KithAddress to;
  KithSocket socket = KITH_SOCKET_NONE;
  CHECK (kith_address_parse (address, 0, &to, &error));
  CHECK ((socket = kith_socket_connect (&to, &error)) != KITH_SOCKET_NONE);
  return socket;
}

/* Who says nothing is closed by the server, and so is, in the end, everybody who waited behind. */
static void
expect_end (KithSocket socket)
{
  char buffer[64];
  gsize got = 0;
  assert_true (test_poll_one (socket, G_IO_IN, TEST_PATIENCE_S * 1000));
  assert_int_not_equal (kith_socket_receive (socket, buffer, sizeof buffer, &got, NULL), KITH_IO_AGAIN);
  kith_socket_close (socket);
}

/* With all descriptors taken by people who say nothing: who is there goes on, the loop sleeps, and when they go the
 * next one gets in. */
static void
test_descriptors (void **state)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree char *token = NULL;
  KithSocket flood[FLOOD];
  load_configure (server);
  test_server_set (server, "limits", "hello_seconds", "3");
  test_server_set_wrapper (server, "prlimit --nofile=" DESCRIPTORS ":" DESCRIPTORS);
  CHECK (test_server_start (server, &error));
  g_autoptr (Player) ada = scene_person (server->address, "ada", &token);
  g_autofree char *room = scene_room (ada, "plans");
  for (guint i = 0; i < FLOOD; i++)
    flood[i] = knock (server->address);
  assert_int_not_equal (scene_post (ada, room, NULL, "still here", NULL), 0);
  gint64 before = test_server_cpu_ms (server);
  player_clear (ada);
  test_poll_one (player_socket (ada), G_IO_IN, WATCH_MS);
  assert_in_range (test_server_cpu_ms (server) - before, 0, WATCH_MS / 4);
  assert_int_not_equal (scene_post (ada, room, NULL, "and still", NULL), 0);
  for (guint i = 0; i < FLOOD; i++)
    expect_end (flood[i]);
  g_autoptr (Player) phone = NULL;
  CHECK (phone = player_connect (server->address, &error));
  CHECK (player_login (phone, token, &error) != 0);
  CHECK (test_server_stop (server, 0, &error));
}

/* ---- a full disk ---- */

#define DISK_MIB 24
#define BALLAST_MIB 12
#define MOST_POSTS 4000

/* The server gets a small file system of its own for its data, in a mount namespace of its own, with some ballast in
 * it. FALSE where that is not permitted. */
static gboolean
put_on_small_disk (TestServer *server)
{
  g_autofree char *probe = g_strdup_printf ("unshare %s true", geteuid () == 0 ? "-m" : "-rm");
  g_autofree char *script = g_build_filename (server->dir, "on-small-disk", NULL);
  g_autofree char *wrapper = g_strdup_printf ("unshare %s sh %s", geteuid () == 0 ? "-m" : "-rm", script);
  g_autofree char *text =
      g_strdup_printf ("mkdir -p '%s' && mount -t tmpfs -o size=%dm,mode=700 tmpfs '%s' &&\n"
                       "dd if=/dev/zero of='%s/ballast' bs=1048576 count=%d status=none && exec \"$@\"\n",
                       server->data, DISK_MIB, server->data, server->data, BALLAST_MIB);
  int status = 0;
  if (!g_spawn_command_line_sync (probe, NULL, NULL, &status, NULL) || status != 0)
    return FALSE;
  CHECK (g_file_set_contents (script, text, -1, &error));
  test_server_set_wrapper (server, wrapper);
  return TRUE;
}

static void
drop_ballast (TestServer *server)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/root%s/ballast", (int) test_child_number (server->child), server->data);
  assert_int_equal (g_unlink (path), 0);
}

/* Posts until the disk is full; how many were acknowledged. nonce gets the refused one's. */
static guint
fill (Player *ada, const char *room, const char *text, char **nonce)
{
  g_autofree char *code = NULL;
  for (guint n = 0; n < MOST_POSTS; n++) {
    g_free (*nonce);
    *nonce = player_random_hex (16);
    if (scene_post (ada, room, *nonce, text, &code) == 0) {
      assert_string_equal (code, "storage_full");
      return n;
    }
    player_clear (ada);
  }
  fail_msg ("the disk did not get full");
  return 0;
}

static void
expect_log (Player *player, const char *room, gint64 events)
{
  json_object *answer = NULL, *list = NULL;
  gint64 seq = 0;
  do {
    json_object_put (answer);
    CHECK (answer = player_ask (player, 13, &error,
                                "{\"type\":\"fetch\",\"id\":13,\"conversation\":\"%s\",\"after\":%" G_GINT64_FORMAT "}",
                                room, seq));
    assert_true (json_object_object_get_ex (answer, "events", &list));
    for (gsize i = 0; i < json_object_array_length (list); i++)
      assert_int_equal (scene_integer (json_object_array_get_idx (list, i), "seq"), ++seq);
  } while (json_object_array_length (list) > 0);
  json_object_put (answer);
  assert_int_equal (seq, events);
}

/* The text of the refusal is the client's word to repeat: it does, with the nonce, until there is room again. */
static void
post_until_accepted (Player *ada, const char *room, const char *nonce, const char *text, gint64 seq)
{
  gint64 deadline = g_get_monotonic_time () + TEST_PATIENCE_S * G_USEC_PER_SEC, got = 0;
  while (got == 0 && g_get_monotonic_time () < deadline)
    got = scene_post (ada, room, nonce, text, NULL);
  assert_int_equal (got, seq);
}

/* Posts are refused and use up no number; reading goes on; with room again, so does posting. */
static void
fill_and_empty (TestServer *server)
{
  g_autofree char *text = g_strnfill (15000, 'x'), *nonce = NULL, *token = NULL;
  CHECK (test_server_start (server, &error));
  g_autoptr (Player) ada = scene_person (server->address, "ada", &token);
  g_autofree char *room = scene_room (ada, "plans");
  gint64 events = 1 + fill (ada, room, text, &nonce);
  g_autoptr (Player) phone = NULL;
  CHECK (phone = player_connect (server->address, &error));
  CHECK (player_login (phone, token, &error) != 0);
  expect_log (phone, room, events);
  drop_ballast (server);
  post_until_accepted (ada, room, nonce, text, events + 1);
  expect_log (phone, room, events + 1);
  CHECK (test_server_stop (server, 0, &error));
}

/* skip () jumps: what it would leave behind is freed before. */
static void
test_full_disk (void **state)
{
  TestServer *server = test_server_new ();
  load_configure (server);
  gboolean small = put_on_small_disk (server);
  if (small)
    fill_and_empty (server);
  test_server_free (server);
  if (!small)
    skip ();
}

/* ---- stopping ---- */

/* SIGTERM in the middle of work: exit status 0 within 5 s, and nothing of what was acknowledged is missing afterwards.
 */
static void
test_stop_under_load (void **state)
{
  const LoadOptions options = {.posters = 3, .readers = 2, .window = 16};
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (Load) load = NULL;
  load_configure (server);
  CHECK (test_server_start (server, &error));
  CHECK (load = load_new (server, &options, &error));
  load_start (load);
  for (guint i = 0; i < 3; i++) {
    CHECK (load_wait (load, 200, &error));
    load_pause_connecting (load);
    CHECK (test_server_stop (server, 6, &error));
    CHECK (test_server_start (server, &error));
    load_resume_connecting (load);
  }
  CHECK (load_wait (load, 1, &error));
  CHECK (load_finish (load, &error));
  CHECK (test_server_stop (server, 0, &error));
}

/* ---- a change long ago ---- */

#define MANY_EVENTS 30000
#define BATCH 500

/* A batch of posts in one write, and all that comes of it. */
static void
post_batch (Player *player, const char *room)
{
  g_autoptr (GString) frames = g_string_new (NULL);
  for (guint i = 0; i < BATCH; i++) {
    g_autofree char *nonce = player_random_hex (16);
    g_string_append_printf (
        frames, "{\"type\":\"post\",\"id\":%u,\"conversation\":\"%s\",\"nonce\":\"%s\",\"body\":{\"text\":\"x\"}}\n",
        1000 + i, room, nonce);
  }
  CHECK (player_send (player, frames->str, (gssize) frames->len, &error));
  for (guint answers = 0; answers < BATCH;) {
    json_object *frame = NULL;
    CHECK (frame = player_next (player, 0, &error));
    assert_false (json_object_object_get_ex (frame, "error", NULL));
    answers += json_object_object_get_ex (frame, "re", NULL);
    json_object_put (frame);
  }
}

static json_object *
fetch_changed (Player *player, const char *room, gint64 after, gint64 upto)
{
  json_object *answer = NULL;
  CHECK (answer =
             player_ask (player, 14, &error,
                         "{\"type\":\"fetch\",\"id\":14,\"conversation\":\"%s\",\"changed_after\":%" G_GINT64_FORMAT
                         ",\"upto\":%" G_GINT64_FORMAT "}",
                         room, after, upto));
  return answer;
}

/* Who has cached a message before 30,000 other events asks for what has changed about it, and gets that and nothing
 * else. */
static void
test_old_edit (void **state)
{
  g_autoptr (TestServer) server = test_server_new ();
  load_configure (server);
  CHECK (test_server_start (server, &error));
  g_autoptr (Player) ada = scene_person (server->door, "ada", NULL);
  g_autofree char *room = scene_room (ada, "plans"), *nonce = player_random_hex (16);
  gint64 seq = scene_post (ada, room, NULL, "old", NULL);
  for (guint i = 0; i < MANY_EVENTS / BATCH; i++)
    post_batch (ada, room);
  json_object *answer = NULL, *events = NULL, *body = NULL;
  CHECK (answer = player_ask (
             ada, 15, &error,
             "{\"type\":\"edit\",\"id\":15,\"conversation\":\"%s\",\"nonce\":\"%s\",\"target\":%" G_GINT64_FORMAT
             ",\"body\":{\"text\":\"new\"}}",
             room, nonce, seq));
  gint64 edit = scene_integer (answer, "seq");
  json_object_put (answer);
  assert_int_equal (edit, seq + MANY_EVENTS + 1);
  answer = fetch_changed (ada, room, seq, seq);
  assert_true (json_object_object_get_ex (answer, "events", &events));
  assert_int_equal (json_object_array_length (events), 1);
  json_object *event = json_object_array_get_idx (events, 0);
  assert_int_equal (scene_integer (event, "seq"), seq);
  assert_int_equal (scene_integer (event, "changed"), edit);
  assert_true (json_object_object_get_ex (event, "body", &body));
  assert_string_equal (scene_string (body, "text"), "new");
  json_object_put (answer);
  CHECK (test_server_stop (server, 0, &error));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (test_descriptors),
      cmocka_unit_test (test_full_disk),
      cmocka_unit_test (test_stop_under_load),
      cmocka_unit_test (test_old_edit),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
