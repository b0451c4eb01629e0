/* test-client.c - the headless client against a server that the test plays itself, on a Unix socket and with a clock of
 * its own: what a real server never says, and what takes minutes. */
#include "support/check.h"
#include "support/loopback.h"

#include "client/client.h"
#include "net/net.h"

#include <glib/gstdio.h>
#include <string.h>

#define TURNS_MAX 200 /* a Unix socket delivers at once; more means that nothing will come */
#define TOKEN "00000000000000000000000000000000000000000000000000000000000000aa"
#define SECOND G_TIME_SPAN_SECOND

typedef struct {
  char *dir, *path;
  KithSocket listener, peer; /* of the played server */
  GString *received;
  KithStorage *storage; /* the client's */
  KithClient *client;
  gint64 now_us;
  GString *told; /* what hooks heard, a word each */
  GError *why;
  gboolean stop_at_event;
} World;

static void G_GNUC_PRINTF (2, 3) note (World *world, const char *format, ...)
{
  va_list list;
  va_start (list, format);
  g_string_append_vprintf (world->told, format, list);
  va_end (list);
}

static void
on_state (KithClient *client, KithClientState state, const GError *why, gpointer data)
{
  World *world = data;
  g_clear_error (&world->why);
  world->why = why != NULL ? g_error_copy (why) : NULL;
}

static void
on_learned (KithClient *client, json_object *answer, gpointer data)
{
  note (data, "learned ");
}

static void
on_synced (KithClient *client, gpointer data)
{
  note (data, "synced ");
}

static void
on_forgotten (KithClient *client, gpointer data)
{
  note (data, "forgotten ");
}

static void
on_event (KithClient *client, json_object *event, gpointer data)
{
  World *world = data;
  note (world, "event:%d ", (int) kith_member_integer (event, "seq", 0));
  if (world->stop_at_event)
    kith_client_stop (client);
}

static void
on_typing (KithClient *client, gint64 conversation, gint64 account, gpointer data)
{
  note (data, "typing:%d,%d ", (int) conversation, (int) account);
}

static void
on_marked (KithClient *client, gint64 conversation, gpointer data)
{
  note (data, "marked:%d ", (int) conversation);
}

static void
on_behind (KithClient *client, gint64 conversation, gint64 last, gpointer data)
{
  note (data, "behind:%d,%d ", (int) conversation, (int) last);
}

static void
on_receipts (KithClient *client, gint64 conversation, gpointer data)
{
  note (data, "receipts:%d ", (int) conversation);
}

static const KithClientHooks hooks = {
    .receipts = on_receipts,
    .state_changed = on_state,
    .learned = on_learned,
    .synced = on_synced,
    .forgotten = on_forgotten,
    .event = on_event,
    .typing = on_typing,
    .marked = on_marked,
    .behind = on_behind,
};

/* Takes what the world has heard since the last time. */
static void
expect_told (World *world, const char *wanted)
{
  assert_string_equal (world->told->str, wanted);
  g_string_truncate (world->told, 0);
}

static int
set_up (void **state)
{
  World *world = g_new0 (World, 1);
  KithAddress address;
  g_autofree char *name = NULL;
  CHECK (kith_net_start (&error));
  CHECK ((world->dir = g_dir_make_tmp ("kith-XXXXXX", &error)) != NULL);
  world->path = g_build_filename (world->dir, "s", NULL);
  name = g_strconcat ("unix:", world->path, NULL);
  CHECK (kith_address_parse (name, 0, &address, &error));
  CHECK ((world->listener = kith_socket_listen (&address, 8, &error)) != KITH_SOCKET_NONE);
  world->peer = KITH_SOCKET_NONE;
  world->received = g_string_new (NULL);
  world->told = g_string_new (NULL);
  world->storage = kith_storage_memory_new ();
  world->now_us = g_get_monotonic_time ();
  KithClientOptions options = {
      .host = name, .name = "test-client", .storage = world->storage, .hooks = &hooks, .data = world};
  CHECK ((world->client = kith_client_new (&options, &error)) != NULL);
  *state = world;
  return 0;
}

static int
tear_down (void **state)
{
  World *world = *state;
  kith_client_free (world->client);
  kith_socket_close (world->peer);
  kith_socket_close (world->listener);
  g_unlink (world->path);
  g_rmdir (world->dir);
  g_free (world->dir);
  g_free (world->path);
  g_clear_error (&world->why);
  g_string_free (world->received, TRUE);
  g_string_free (world->told, TRUE);
  g_free (world);
  return 0;
}

static void
step (World *world)
{
  kith_client_step (world->client, world->now_us);
}

static void
drop_peer (World *world)
{
  kith_socket_close (world->peer);
  world->peer = KITH_SOCKET_NONE;
  g_string_truncate (world->received, 0);
}

static void
accept_peer (World *world)
{
  for (guint i = 0; i < TURNS_MAX && world->peer == KITH_SOCKET_NONE; i++) {
    KithIo io;
    step (world);
    world->peer = kith_socket_accept (world->listener, NULL, &io, NULL);
  }
  assert_true (world->peer != KITH_SOCKET_NONE);
}

static void
receive (World *world)
{
  char buffer[4096];
  gsize got;
  while (kith_socket_receive (world->peer, buffer, sizeof buffer, &got, NULL) == KITH_IO_OK)
    g_string_append_len (world->received, buffer, (gssize) got);
}

/* The next frame that the client sends, or NULL when it has nothing to say. To be put. */
static json_object *
hear (World *world)
{
  char *end = NULL;
  for (guint i = 0; i < TURNS_MAX && (end = strchr (world->received->str, '\n')) == NULL; i++) {
    step (world);
    receive (world);
  }
  if (end == NULL)
    return NULL;
  *end = '\0';
  json_object *frame = json_tokener_parse (world->received->str);
  g_string_erase (world->received, 0, end + 1 - world->received->str);
  assert_true (json_object_is_type (frame, json_type_object));
  return frame;
}

static void
say (World *world, const char *frame, gsize length)
{
  gsize sent = 0, done = 0;
  while (done < length) {
    KithIo io = kith_socket_send (world->peer, frame + done, length - done, &sent, NULL);
    if (io == KITH_IO_ERROR)
      return; /* the client has hung up: what the test waits for */
    done += io == KITH_IO_OK ? sent : 0;
    step (world);
  }
}

static void
say_line (World *world, const char *frame)
{
  g_autofree char *line = g_strconcat (frame, "\n", NULL);
  say (world, line, strlen (line));
}

/* Hears a request of that type and answers with these members. Returns it; to be put. */
static json_object *
serve (World *world, const char *type, const char *members)
{
  json_object *request = hear (world);
  assert_non_null (request);
  assert_string_equal (kith_member_string (request, "type"), type);
  g_autofree char *answer =
      g_strdup_printf ("{\"re\":%" G_GINT64_FORMAT "%s%s}", kith_member_integer (request, "id", -1),
                       members[0] != '\0' ? "," : "", members);
  say_line (world, answer);
  return request;
}

#define HELLO                                                                                                     \
  "\"server\":{\"id\":\"s\",\"name\":\"Played\",\"version\":\"0\"},\"history\":\"h1\",\"registration\":\"open\"," \
  "\"limits\":{\"text\":100},"                                                                                    \
  "\"time\":1"
#define SIGNED \
  "\"account\":{\"id\":\"u7\",\"handle\":\"ada\",\"display\":\"Ada\",\"role\":\"member\"},\"device\":\"d1\",\"rev\":5"
#define SYNCED                                                                                                        \
  "\"conversations\":[{\"id\":\"c3\",\"kind\":\"room\",\"name\":\"plans\",\"last\":10,\"n\":4}],"                     \
  "\"people\":[{\"id\":\"u9\",\"handle\":\"bob\",\"display\":\"Bob\",\"role\":\"member\"}],\"removed\":{},\"rev\":5," \
  "\"more\":false"

static void
begin (World *world)
{
  kith_storage_set (world->storage, KITH_KEPT_TOKEN, TOKEN, NULL);
  kith_client_start (world->client);
  accept_peer (world);
}

static void
get_ready (World *world)
{
  begin (world);
  json_object_put (serve (world, "hello", HELLO));
  json_object_put (serve (world, "login", SIGNED));
  json_object_put (serve (world, "sync", SYNCED));
  step (world);
  assert_int_equal (kith_client_state (world->client), KITH_CLIENT_READY);
  g_string_truncate (world->told, 0);
}

static void
expect_state (World *world, KithClientState state)
{
  for (guint i = 0; i < TURNS_MAX && kith_client_state (world->client) != state; i++)
    step (world);
  assert_string_equal (kith_client_state_name (kith_client_state (world->client)), kith_client_state_name (state));
}

static void
opening_goes_by_the_book (void **state)
{
  World *world = *state;
  begin (world);
  json_object *hello = serve (world, "hello", HELLO), *login = serve (world, "login", SIGNED);
  assert_int_equal (kith_member_integer (hello, "protocol", 0), KITH_PROTOCOL);
  assert_string_equal (kith_member_string (hello, "client"), "test-client");
  assert_string_equal (kith_member_string (login, "token"), TOKEN);
  json_object_put (hello);
  json_object_put (login);
  json_object *first =
      serve (world, "sync", "\"conversations\":[],\"people\":[],\"removed\":{},\"rev\":3,\"more\":true");
  json_object *second = serve (world, "sync", SYNCED);
  assert_int_equal (kith_member_integer (first, "since", -1), 0);
  assert_int_equal (kith_member_integer (second, "since", -1), 3);
  json_object_put (first);
  json_object_put (second);
  expect_state (world, KITH_CLIENT_READY);
  expect_told (world, "learned learned synced ");
  assert_int_equal (kith_client_text_max (world->client), 100);
  assert_string_equal (kith_client_server_name (world->client), "Played");
}

static void
what_is_known_is_not_asked_again (void **state)
{
  World *world = *state;
  get_ready (world);
  drop_peer (world);
  expect_state (world, KITH_CLIENT_WAITING);
  kith_client_try_now (world->client);
  accept_peer (world);
  json_object_put (serve (world, "hello", HELLO));
  json_object_put (serve (world, "login", SIGNED));
  json_object *sync =
      serve (world, "sync", "\"conversations\":[],\"people\":[],\"removed\":{},\"rev\":5,\"more\":false");
  assert_int_equal (kith_member_integer (sync, "since", -1), 5);
  json_object_put (sync);
  expect_state (world, KITH_CLIENT_READY);
  assert_non_null (kith_state_room (kith_client_known (world->client), "plans"));
  expect_told (world, "learned synced ");
}

static void
another_history_voids_what_is_known (void **state)
{
  World *world = *state;
  get_ready (world);
  guint64 key = kith_client_post (world->client, 3, &(KithDraft){.text = "kept"}, NULL);
  drop_peer (world);
  expect_state (world, KITH_CLIENT_WAITING);
  kith_client_try_now (world->client);
  accept_peer (world);
  json_object_put (serve (world, "hello",
                          "\"server\":{\"id\":\"s\",\"name\":\"Played\",\"version\":\"0\"},\"history\":\"h2\","
                          "\"registration\":\"open\",\"limits\":{},"
                          "\"time\":1"));
  json_object_put (serve (world, "login", SIGNED));
  assert_null (kith_state_room (kith_client_known (world->client), "plans"));
  json_object *sync = serve (world, "sync", SYNCED);
  assert_int_equal (kith_member_integer (sync, "since", -1), 0);
  json_object_put (sync);
  expect_state (world, KITH_CLIENT_READY);
  expect_told (world, "forgotten learned synced ");
  assert_non_null (kith_outbox_find (kith_client_outbox (world->client), key));
}

static void
a_lost_registration_is_not_refused_for_its_nonce (void **state)
{
  World *world = *state;
  CHECK (kith_client_register (world->client, "ada", NULL, "test", NULL, &error));
  kith_client_start (world->client);
  accept_peer (world);
  json_object_put (serve (world, "hello", HELLO));
  json_object *request = serve (world, "register", "\"error\":{\"code\":\"nonce_conflict\",\"message\":\"Used.\"}");
  json_object *login = serve (world, "login", SIGNED);
  assert_string_equal (kith_member_string (request, "token"), kith_member_string (login, "token"));
  json_object_put (request);
  json_object_put (login);
  assert_true (kith_client_has_token (world->client));
}

static void
expect_type (World *world, const char *type)
{
  json_object *frame = hear (world);
  assert_non_null (frame);
  assert_string_equal (kith_member_string (frame, "type"), type);
  json_object_put (frame);
}

static void
say_message (World *world, gint64 seq)
{
  g_autofree char *line =
      g_strdup_printf ("{\"type\":\"event\",\"conversation\":\"c3\",\"seq\":%" G_GINT64_FORMAT
                       ",\"n\":%" G_GINT64_FORMAT ",\"at\":1,\"from\":\"u9\",\"kind\":\"message\",\"rev\":6,"
                       "\"body\":{\"text\":\"x\"}}",
                       seq, seq - 6);
  say_line (world, line);
}

static void
expect_received (World *world, gint64 seq)
{
  json_object *report = hear (world);
  assert_non_null (report);
  assert_string_equal (kith_member_string (report, "type"), "received");
  assert_int_equal (kith_member_integer (report, "seq", 0), seq);
  json_object_put (report);
}

/* At most once a second, with the newest; and nothing of it when the account wants no receipts. */
static void
what_has_come_is_reported (void **state)
{
  World *world = *state;
  get_ready (world);
  say_message (world, 11);
  expect_received (world, 11);
  say_message (world, 12);
  say_message (world, 13);
  assert_null (hear (world));
  assert_in_range (kith_client_due (world->client), world->now_us, world->now_us + SECOND);
  world->now_us += SECOND;
  expect_received (world, 13);
  world->now_us += SECOND;
  assert_null (hear (world));
  say_line (world, "{\"type\":\"settings\",\"receipts\":false}");
  say_message (world, 14);
  assert_null (hear (world));
  assert_false (kith_client_receipts (world->client));
}

static void
expect_receipt (World *world, guint n, gint64 delivered, gint64 read)
{
  g_autoptr (GArray) receipts = kith_state_receipts (kith_client_known (world->client), 3);
  assert_int_equal (receipts->len, n);
  if (n == 0)
    return;
  assert_int_equal (g_array_index (receipts, KithReceipt, 0).account, 9);
  assert_int_equal (g_array_index (receipts, KithReceipt, 0).delivered, delivered);
  assert_int_equal (g_array_index (receipts, KithReceipt, 0).read, read);
}

static void
receipts_are_asked_for_and_kept_up_to_date (void **state)
{
  World *world = *state;
  get_ready (world);
  kith_client_ask_receipts (world->client, 3);
  json_object_put (
      serve (world, "receipts", "\"people\":{\"u9\":[10,8],\"x\":[1,1],\"u8\":[],\"u6\":[-1,-1],\"u5\":\"no\"}"));
  assert_null (hear (world));
  expect_receipt (world, 1, 10, 8);
  expect_told (world, "receipts:3 ");
  say_line (world, "{\"type\":\"receipts\",\"conversation\":\"c3\",\"people\":{\"u9\":[9,9]}}");
  expect_receipt (world, 1, 10, 9);
  expect_told (world, "receipts:3 ");
  /* What never rises is no news, nor what is about nothing that is known. */
  say_line (world, "{\"type\":\"receipts\",\"conversation\":\"c3\",\"people\":{\"u9\":[1,1]}}");
  say_line (world, "{\"type\":\"receipts\",\"conversation\":\"c4\",\"people\":{\"u9\":[1,1]}}");
  say_message (world, 11); /* who writes has read */
  expect_receipt (world, 1, 11, 11);
  expect_told (world, "event:11 ");
  say_line (world, "{\"type\":\"settings\",\"receipts\":false}");
  expect_receipt (world, 0, 0, 0);
}

static void
pushes_reach_their_hooks (void **state)
{
  World *world = *state;
  get_ready (world);
  say_line (world, "{\"type\":\"event\",\"conversation\":\"c3\",\"seq\":11,\"n\":5,\"at\":1,\"from\":\"u9\",\"kind\":"
                   "\"message\",\"rev\":6,"
                   "\"body\":{\"text\":\"x\"}}");
  say_line (world, "{\"type\":\"typing\",\"conversation\":\"c3\",\"from\":\"u9\"}");
  say_line (world, "{\"type\":\"marked\",\"conversation\":\"c3\",\"read\":11,\"unread\":0,\"mentions\":0,\"rev\":7}");
  say_line (world, "{\"type\":\"a newer one\",\"with\":[1,2]}");
  say_line (world, "{\"type\":\"ping\"}");
  expect_type (world, "received");
  expect_type (world, "pong");
  expect_told (world, "event:11 typing:3,9 marked:3 ");
  const KithConversation *room = kith_state_conversation (kith_client_known (world->client), 3);
  assert_int_equal (room->last, 11);
  assert_int_equal (room->read, 11);
}

static void
many_questions_get_few_answers (void **state)
{
  World *world = *state;
  g_autoptr (GString) pings = g_string_new (NULL);
  json_object *pong;
  guint pongs = 0;
  get_ready (world);
  for (guint i = 0; i < 800; i++)
    g_string_append (pings, "{\"type\":\"ping\"}\n");
  say (world, pings->str, pings->len);
  for (; (pong = hear (world)) != NULL; pongs++)
    json_object_put (pong);
  assert_in_range (pongs, 1, 20);
}

static void
what_was_missed_is_synced (void **state)
{
  static const char *const pushes[] = {
      "{\"type\":\"changed\",\"rev\":9}",
      "{\"type\":\"behind\",\"conversations\":{\"c3\":20},\"rev\":9}",
      "{\"type\":\"event\",\"conversation\":\"c99\",\"seq\":1,\"n\":1,\"at\":1,\"from\":\"u9\",\"kind\":\"message\","
      "\"rev\":9}",
      "{\"type\":\"event\",\"conversation\":\"c3\",\"seq\":11,\"n\":1,\"at\":1,\"from\":\"u99\",\"kind\":\"join\","
      "\"rev\":9}",
  };
  World *world = *state;
  get_ready (world);
  for (guint i = 0; i < G_N_ELEMENTS (pushes); i++) {
    say_line (world, pushes[i]);
    json_object *sync = serve (world, "sync", SYNCED);
    assert_int_equal (kith_member_integer (sync, "since", -1), 5);
    json_object_put (sync);
    assert_null (hear (world)); /* one sync, not more */
  }
  assert_non_null (strstr (world->told->str, "behind:3,20 "));
}

static void
a_change_during_a_sync_is_synced_after_it (void **state)
{
  World *world = *state;
  get_ready (world);
  say_line (world, "{\"type\":\"changed\",\"rev\":9}");
  json_object *sync = hear (world);
  say_line (world, "{\"type\":\"changed\",\"rev\":10}");
  g_autofree char *answer = g_strdup_printf ("{\"re\":%d," SYNCED "}", (int) kith_member_integer (sync, "id", 0));
  say_line (world, answer);
  json_object_put (sync);
  json_object_put (serve (world, "sync", SYNCED));
}

/* After each the connection is of no use, and the client says so and lives. */
static const char *const poison[] = {
    "{",
    "[]",
    "not json",
    "{\"type\":\"event\"}",
    "{\"type\":\"event\",\"conversation\":\"c3\",\"seq\":-1,\"n\":5,\"at\":1,\"from\":\"u9\",\"kind\":\"x\",\"rev\":6}",
    "{\"type\":\"changed\",\"rev\":1,\"rev\":2}",
    "{\"type\":\"changed\",\"rev\":1e400}",
    "{\"type\":\"behind\",\"conversations\":[],\"rev\":1}",
    "{\"type\":7}",
    "{\"re\":\"1\"}",
    "{\"re\":-1}",
    "{}",
    "{\"type\":\"changed\",\"rev\":1}x",
    "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}",
    "\377\376",
};

static void
come_back (World *world)
{
  drop_peer (world);
  expect_state (world, KITH_CLIENT_WAITING);
  kith_client_try_now (world->client);
  accept_peer (world);
  json_object_put (serve (world, "hello", HELLO));
  json_object_put (serve (world, "login", SIGNED));
  json_object_put (serve (world, "sync", SYNCED));
  expect_state (world, KITH_CLIENT_READY);
}

static void
nonsense_ends_the_connection_only (void **state)
{
  World *world = *state;
  g_autofree char *endless = g_strnfill (KITH_FRAME_TO_CLIENT + 10, ' ');
  get_ready (world);
  for (guint i = 0; i < G_N_ELEMENTS (poison); i++) {
    say_line (world, poison[i]);
    expect_state (world, KITH_CLIENT_WAITING);
    assert_true (g_error_matches (world->why, KITH_ERROR, KITH_ERROR_BAD_FRAME));
    come_back (world);
  }
  say (world, endless, strlen (endless));
  expect_state (world, KITH_CLIENT_WAITING);
}

/* None of these may matter. */
static void
odd_frames_are_passed_over (void **state)
{
  static const char *const odd[] = {
      "",
      "\r",
      "{\"re\":123456}",
      "{\"re\":9007199254740991,\"error\":5}",
      "{\"type\":\"behind\",\"conversations\":{\"x\":1,\"c3\":\"y\",\"c4\":-5},\"rev\":5}",
      "{\"type\":\"marked\",\"conversation\":\"c77\",\"read\":1,\"unread\":0,\"mentions\":0,\"rev\":5}",
  };
  World *world = *state;
  get_ready (world);
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    say_line (world, odd[i]);
  expect_state (world, KITH_CLIENT_READY);
  json_object_put (serve (world, "sync", SYNCED)); /* after `behind` */
  expect_told (world, "marked:77 learned synced ");
}

typedef struct {
  guint calls, failed;
} Asked;

static void
on_answer (KithClient *client, const KithAnswer *answer, gpointer data)
{
  Asked *asked = data;
  asked->calls++;
  asked->failed += g_error_matches (answer->error, KITH_ERROR, KITH_ERROR_INTERNAL);
}

static void
answers_are_checked (void **state)
{
  static const char *const answers[] = {
      "",
      "\"rooms\":5,\"more\":false",
      "\"rooms\":[]",
      "\"rooms\":[],\"more\":1",
      "\"error\":null",
      "\"error\":{\"code\":\"from the future\",\"message\":\"Odd.\"}",
      "\"error\":{\"code\":7,\"message\":[]}",
  };
  World *world = *state;
  Asked asked = {0};
  get_ready (world);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    kith_client_request (world->client, kith_client_message ("rooms", 0, FALSE), KITH_REQUEST_KEEP, on_answer, &asked);
    json_object_put (serve (world, "rooms", answers[i]));
    step (world);
    assert_int_equal (asked.calls, i + 1);
    assert_int_equal (asked.failed, i + 1);
  }
  assert_int_equal (kith_client_state (world->client), KITH_CLIENT_READY);
}

static void
requests_in_flight_are_bounded (void **state)
{
  World *world = *state;
  Asked asked = {0};
  json_object *request;
  guint heard = 0;
  get_ready (world);
  for (guint i = 0; i < 100; i++)
    kith_client_request (world->client, kith_client_message ("rooms", 0, FALSE), KITH_REQUEST_KEEP, on_answer, &asked);
  for (; (request = hear (world)) != NULL; heard++)
    json_object_put (request);
  assert_int_equal (heard, 32);
  come_back (world); /* all of them are asked again, from the first on */
  for (guint i = 0; i < 100; i++)
    json_object_put (serve (world, "rooms", "\"rooms\":[],\"more\":false"));
  step (world);
  assert_int_equal (asked.calls, 100);
}

static void
a_sync_without_an_end_is_ended (void **state)
{
  World *world = *state;
  begin (world);
  json_object_put (serve (world, "hello", HELLO));
  json_object_put (serve (world, "login", SIGNED));
  json_object_put (serve (world, "sync", "\"conversations\":[],\"people\":[],\"removed\":{},\"rev\":3,\"more\":true"));
  json_object_put (serve (world, "sync", "\"conversations\":[],\"people\":[],\"removed\":{},\"rev\":3,\"more\":true"));
  expect_state (world, KITH_CLIENT_WAITING);
}

static void
silence_is_asked_about_and_then_ends (void **state)
{
  World *world = *state;
  get_ready (world);
  world->now_us += 29 * SECOND;
  assert_null (hear (world));
  assert_true (kith_client_due (world->client) > world->now_us);
  world->now_us += SECOND;
  assert_true (kith_client_due (world->client) <= world->now_us);
  json_object_put (serve (world, "ping", ""));
  step (world);
  world->now_us += 30 * SECOND; /* the pong was a sign of life */
  json_object *ping = hear (world);
  assert_string_equal (kith_member_string (ping, "type"), "ping");
  json_object_put (ping);
  world->now_us += 44 * SECOND;
  assert_null (hear (world)); /* asked once */
  assert_int_equal (kith_client_state (world->client), KITH_CLIENT_READY);
  world->now_us += SECOND;
  assert_true (kith_client_due (world->client) <= world->now_us);
  expect_state (world, KITH_CLIENT_WAITING);
  assert_true (g_error_matches (world->why, KITH_NET_ERROR, KITH_NET_ERROR_TIMED_OUT));
}

/* After a sleep: a server that is there still answers, and stays; one that is gone is left within seconds. */
static void
a_connection_is_proved_when_it_is_asked_for (void **state)
{
  World *world = *state;
  get_ready (world);
  kith_client_try_now (world->client);
  json_object_put (serve (world, "ping", ""));
  world->now_us += SECOND;
  step (world);
  world->now_us += 3 * SECOND;
  step (world);
  assert_int_equal (kith_client_state (world->client), KITH_CLIENT_READY);
  kith_client_try_now (world->client);
  json_object_put (hear (world));
  assert_true (kith_client_due (world->client) <= world->now_us + 3 * SECOND);
  world->now_us += 3 * SECOND;
  expect_state (world, KITH_CLIENT_WAITING);
  assert_string_equal (world->why->message, "The server does not answer any more.");
  assert_true (kith_client_due (world->client) <= world->now_us + SECOND);
}

/* It answers pings, and nothing else. */
static void
a_server_that_owes_an_answer_is_left (void **state)
{
  World *world = *state;
  get_ready (world);
  kith_client_request (world->client, kith_client_message ("rooms", 0, FALSE), KITH_REQUEST_PLAIN, NULL, NULL);
  expect_type (world, "rooms");
  for (guint i = 0; i < 2; i++) {
    world->now_us += 40 * SECOND;
    json_object_put (serve (world, "ping", ""));
    step (world);
    assert_int_equal (kith_client_state (world->client), KITH_CLIENT_READY);
  }
  assert_in_range (kith_client_due (world->client), world->now_us, world->now_us + 10 * SECOND);
  world->now_us += 10 * SECOND;
  step (world);
  assert_int_equal (kith_client_state (world->client), KITH_CLIENT_WAITING);
  assert_non_null (strstr (world->why->message, "answered nothing"));
}

static void
a_server_that_says_nothing_is_left (void **state)
{
  World *world = *state;
  begin (world);
  json_object *hello = hear (world);
  json_object_put (hello);
  world->now_us += 9 * SECOND;
  step (world);
  assert_int_equal (kith_client_state (world->client), KITH_CLIENT_GREETING);
  world->now_us += 2 * SECOND;
  expect_state (world, KITH_CLIENT_WAITING);
}

static void
attempts_become_rare (void **state)
{
  World *world = *state;
  gint64 span_us = SECOND / 2, longest_us = 0;
  begin (world);
  for (guint i = 0; i < 12; i++) {
    drop_peer (world);
    expect_state (world, KITH_CLIENT_WAITING);
    gint64 wait_us = kith_client_due (world->client) - world->now_us;
    assert_in_range (wait_us, 0, span_us);
    longest_us = MAX (longest_us, wait_us);
    span_us = MIN (span_us * 2, 30 * SECOND);
    world->now_us += wait_us;
    accept_peer (world);
  }
  assert_true (longest_us > SECOND / 2); /* it does grow */
}

static void
where_nobody_listens_is_asked_every_second (void **state)
{
  World *world = *state;
  begin (world);
  drop_peer (world);
  kith_socket_close (world->listener);
  world->listener = KITH_SOCKET_NONE;
  expect_state (world, KITH_CLIENT_WAITING);
  world->now_us = kith_client_due (world->client);
  for (guint i = 0; i < 12; i++) {
    kith_client_step (world->client, world->now_us); /* CONNECTING */
    expect_state (world, KITH_CLIENT_WAITING);
    assert_int_equal (world->why->code, KITH_NET_ERROR_REFUSED);
    gint64 wait_us = kith_client_due (world->client) - world->now_us;
    assert_in_range (wait_us, SECOND / 4, SECOND - 1);
    world->now_us += wait_us;
  }
}

static void
the_servers_last_words_are_the_reason (void **state)
{
  World *world = *state;
  get_ready (world);
  say_line (
      world,
      "{\"type\":\"error\",\"error\":{\"code\":\"unavailable\",\"message\":\"The server stops for an update.\"}}");
  drop_peer (world);
  expect_state (world, KITH_CLIENT_WAITING);
  assert_string_equal (world->why->message, "The server stops for an update.");
}

static void
patience_is_kept_when_it_is_asked_for (void **state)
{
  World *world = *state;
  begin (world);
  json_object_put (serve (world, "hello", HELLO));
  json_object_put (
      serve (world, "login", "\"error\":{\"code\":\"rate_limited\",\"message\":\"Slowly.\",\"retry_after_ms\":60000}"));
  expect_state (world, KITH_CLIENT_WAITING);
  assert_true (kith_client_due (world->client) >= world->now_us + 60 * SECOND);
  kith_client_try_now (world->client);
  assert_true (kith_client_due (world->client) <= world->now_us);
}

static void
a_hook_may_stop_the_client (void **state)
{
  World *world = *state;
  get_ready (world);
  world->stop_at_event = TRUE;
  /* two at once: the second is not looked at any more */
  say_line (world, "{\"type\":\"event\",\"conversation\":\"c3\",\"seq\":11,\"n\":5,\"at\":1,\"from\":\"u9\",\"kind\":"
                   "\"message\",\"rev\":6}\n"
                   "{\"type\":\"event\",\"conversation\":\"c3\",\"seq\":12,\"n\":5,\"at\":1,\"from\":\"u9\",\"kind\":"
                   "\"message\",\"rev\":7}");
  step (world);
  expect_told (world, "event:11 ");
  assert_int_equal (kith_client_state (world->client), KITH_CLIENT_STOPPED);
  assert_int_equal (kith_client_due (world->client), G_MAXINT64);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)

int
main (void)
{
  if (!loopback_has_unix ()) /* the played server has one */
    return 77;              /* Meson: skipped */
  const struct CMUnitTest tests[] = {
      IN_A_WORLD (opening_goes_by_the_book),
      IN_A_WORLD (what_is_known_is_not_asked_again),
      IN_A_WORLD (another_history_voids_what_is_known),
      IN_A_WORLD (a_lost_registration_is_not_refused_for_its_nonce),
      IN_A_WORLD (pushes_reach_their_hooks),
      IN_A_WORLD (what_has_come_is_reported),
      IN_A_WORLD (receipts_are_asked_for_and_kept_up_to_date),
      IN_A_WORLD (many_questions_get_few_answers),
      IN_A_WORLD (what_was_missed_is_synced),
      IN_A_WORLD (a_change_during_a_sync_is_synced_after_it),
      IN_A_WORLD (nonsense_ends_the_connection_only),
      IN_A_WORLD (odd_frames_are_passed_over),
      IN_A_WORLD (answers_are_checked),
      IN_A_WORLD (requests_in_flight_are_bounded),
      IN_A_WORLD (a_sync_without_an_end_is_ended),
      IN_A_WORLD (silence_is_asked_about_and_then_ends),
      IN_A_WORLD (a_connection_is_proved_when_it_is_asked_for),
      IN_A_WORLD (a_server_that_owes_an_answer_is_left),
      IN_A_WORLD (a_server_that_says_nothing_is_left),
      IN_A_WORLD (attempts_become_rare),
      IN_A_WORLD (where_nobody_listens_is_asked_every_second),
      IN_A_WORLD (the_servers_last_words_are_the_reason),
      IN_A_WORLD (patience_is_kept_when_it_is_asked_for),
      IN_A_WORLD (a_hook_may_stop_the_client),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
