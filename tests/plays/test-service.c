/* test-service.c - kithd as those who look after it see it: metrics over HTTP, the service manager's socket, the log
 * and its rotation. */
#include "support/check.h"
#include "support/openmetrics.h"
#include "support/player.h"
#include "support/seat.h"
#include "support/server.h"
#include "support/sockets.h"

#include "client/fingerprint.h"
#include "net/poller.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct {
  TestServer *server;
  int manager; /* the socket of a service manager */
} Service;

static int
set_up (void **state)
{
  Service *service = g_new0 (Service, 1);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  service->server = test_server_new ();
  g_autofree char *path = g_build_filename (service->server->dir, "notify", NULL);
  assert_true (strlen (path) < sizeof address.sun_path);
  memcpy (address.sun_path, path, strlen (path) + 1);
  service->manager = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  assert_int_equal (bind (service->manager, (const struct sockaddr *) (const void *) &address, sizeof address), 0);
  struct timeval patience = {TEST_PATIENCE_S, 0};
  assert_int_equal (setsockopt (service->manager, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
  g_setenv ("NOTIFY_SOCKET", path, TRUE);
  *state = service;
  return 0;
}

static int
tear_down (void **state)
{
  Service *service = *state;
  g_unsetenv ("NOTIFY_SOCKET");
  g_unsetenv ("WATCHDOG_USEC");
  close (service->manager);
  test_server_free (service->server);
  g_free (service);
  return 0;
}

/* ---- the service manager ---- */

/* Waits for a datagram that begins with wanted; others are skipped. */
static void
expect_notice (Service *service, const char *wanted)
{
  char got[256];
  gssize size;
  do {
    size = recv (service->manager, got, sizeof got - 1, 0);
    if (size < 0)
      fail_msg ("no \"%s\" came", wanted);
    got[size] = '\0';
  } while (!g_str_has_prefix (got, wanted));
}

static void
the_manager_is_told (void **state)
{
  Service *service = *state;
  g_autoptr (Player) ada = NULL;
  g_setenv ("WATCHDOG_USEC", "200000", TRUE);
  CHECK (test_server_start (service->server, &error));
  expect_notice (service, "READY=1\nSTATUS=0 connections");
  expect_notice (service, "WATCHDOG=1");
  expect_notice (service, "WATCHDOG=1");
  CHECK (ada = player_connect (service->server->address, &error));
  expect_notice (service, "STATUS=1 connections");
  test_server_reload (service->server);
  expect_notice (service, "RELOADING=1\nMONOTONIC_USEC=");
  expect_notice (service, "READY=1");
  CHECK (test_server_stop (service->server, 0, &error));
  expect_notice (service, "STOPPING=1");
}

/* ---- an administrator at a terminal ---- */

static Seat
change_password (Service *service, const char *handle)
{
  const char *words[] = {test_server_program (), "--data", service->server->data, "user", "password", handle, NULL};
  return seat_take (words, "1");
}

/* Whether somebody comes in from elsewhere with it. */
static gboolean
opens (Service *service, const char *handle, const char *password)
{
  g_autoptr (Player) player = NULL;
  g_autofree char *token = player_random_hex (32);
  CHECK (player = player_connect (service->server->address, &error));
  CHECK (player_say (player, &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"elsewhere\"}"));
  json_object *answer = player_ask (player, 2, NULL, "{\"type\":\"login\",\"id\":2,\"handle\":\"%s\",\"password\":\"%s\",\"device\":\"x\",\"token\":\"%s\"}",
                                    handle, password, token);
  assert_non_null (answer);
  gboolean opened = json_object_object_get_ex (answer, "account", NULL);
  json_object_put (answer);
  return opened;
}

static void
a_password_is_asked_for_twice_unseen (void **state)
{
  Service *service = *state;
  g_autoptr (Player) ada = NULL;
  g_autofree char *token = player_random_hex (32);
  CHECK (test_server_start (service->server, &error));
  CHECK (ada = player_connect (service->server->address, &error));
  CHECK (player_register (ada, "ada", token, &error));
  Seat seat = change_password (service, "ada");
  seat_type (&seat, "New password: ", "correct horse\n");
  seat_type (&seat, "New password again: ", "correct horse\n");
  g_autofree char *screen = seat_leave (&seat, 0);
  assert_null (strstr (screen, "horse"));
  assert_non_null (strstr (screen, "ada has a new password"));
  assert_true (opens (service, "ada", "correct horse"));

  Seat other = change_password (service, "ada");
  seat_type (&other, "New password: ", "battery staple\n");
  seat_type (&other, "New password again: ", "battery stapel\n");
  g_autofree char *differ = seat_leave (&other, 1);
  assert_non_null (strstr (differ, "The two differ; nothing was changed."));
  Seat third = change_password (service, "ada");
  seat_type (&third, "New password: ", "\004"); /* Ctrl-D */
  g_autofree char *none = seat_leave (&third, 1);
  assert_non_null (strstr (none, "No password was typed; nothing was changed."));
  Seat fourth = change_password (service, "ada");
  seat_type (&fourth, "New password: ", "short\n");
  seat_type (&fourth, "New password again: ", "short\n");
  g_autofree char *brief = seat_leave (&fourth, 1);
  assert_non_null (strstr (brief, "nothing was changed."));
  assert_false (opens (service, "ada", "battery staple"));
  assert_true (opens (service, "ada", "correct horse"));
}

/* ---- the log ---- */

static char *
log_path (Service *service, const char *name)
{
  return g_build_filename (service->server->data, name, NULL);
}

static void
assert_file_has (const char *path, const char *part)
{
  g_autofree char *text = NULL;
  CHECK (g_file_get_contents (path, &text, NULL, &error));
  if (strstr (text, part) == NULL)
    fail_msg ("no \"%s\" in %s: %s", part, path, text);
}

static void
the_log_is_rotated (void **state)
{
  Service *service = *state;
  test_server_set (service->server, "log", "file", "kithd.log");
  CHECK (test_server_start (service->server, &error));
  g_autofree char *file = log_path (service, "kithd.log"), *moved = log_path (service, "kithd.log.1");
  assert_file_has (file, "event=listening");
  assert_int_equal (g_rename (file, moved), 0);
  test_server_reload (service->server);
  expect_notice (service, "RELOADING=1");
  expect_notice (service, "READY=1");
  CHECK (test_server_stop (service->server, 0, &error));
  assert_file_has (moved, "event=reloaded");
  assert_file_has (file, "event=stopped");
  g_autofree char *others = test_server_read_log (service->server);
  assert_string_equal (others, "");
}

static void
the_log_names_the_key_in_words (void **state)
{
  Service *service = *state;
  CHECK (test_server_start (service->server, &error));
  CHECK (test_server_stop (service->server, 0, &error));
  g_autoptr (KithFingerprint) fingerprint = kith_fingerprint_new (service->server->pin);
  g_autofree char *words = kith_fingerprint_words (fingerprint), *log = test_server_read_log (service->server);
  assert_non_null (strstr (log, service->server->pin));
  assert_non_null (strstr (log, words));
}

static void
a_log_that_cannot_be_opened_is_said (void **state)
{
  Service *service = *state;
  g_autoptr (GError) error = NULL;
  test_server_set (service->server, "log", "file", "/nowhere/kithd.log");
  assert_false (test_server_start (service->server, &error));
  assert_non_null (strstr (error->message, "Set file in [log] to another."));
}

/* ---- metrics ---- */

/* The address in the log's line about metrics; NULL: none. */
static char *
metrics_address (Service *service)
{
  g_autofree char *log = test_server_read_log (service->server);
  const char *line = strstr (log, "event=metrics address=");
  if (line == NULL)
    return NULL;
  line += strlen ("event=metrics address=");
  return g_strndup (line, strcspn (line, "\n"));
}

static KithSocket
dial (const char *text)
{
  KithAddress address;
  KithSocket socket;
  KithIo io;
  CHECK (kith_address_parse (text, 0, &address, &error));
  CHECK ((socket = kith_socket_connect (&address, &error)) != KITH_SOCKET_NONE);
  while ((io = kith_socket_connected (socket, NULL)) == KITH_IO_AGAIN)
    test_poll_one (socket, G_IO_OUT, TEST_PATIENCE_S * 1000);
  assert_int_equal (io, KITH_IO_OK);
  return socket;
}

static void
say (KithSocket socket, const char *text)
{
  gsize sent = 0;
  CHECK (kith_socket_send (socket, text, strlen (text), &sent, &error) == KITH_IO_OK);
  assert_int_equal (sent, strlen (text));
}

/* All that comes until the other side closes. */
static char *
hear (KithSocket socket)
{
  GString *text = g_string_new (NULL);
  KithIo io = KITH_IO_AGAIN;
  while (io == KITH_IO_OK || io == KITH_IO_AGAIN) {
    char bytes[4096];
    gsize got = 0;
    if (io == KITH_IO_AGAIN && !test_poll_one (socket, G_IO_IN, TEST_PATIENCE_S * 1000))
      fail_msg ("no answer came: %s", text->str);
    io = kith_socket_receive (socket, bytes, sizeof bytes, &got, NULL);
    if (io == KITH_IO_OK)
      g_string_append_len (text, bytes, (gssize) got);
  }
  kith_socket_close (socket);
  return g_string_free (text, FALSE);
}

static char *
ask (const char *address, const char *request)
{
  KithSocket socket = dial (address);
  say (socket, request);
  return hear (socket);
}

#define GET "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

static GHashTable *
read_page (const char *answer)
{
  GHashTable *samples = NULL;
  const char *body = strstr (answer, "\r\n\r\n");
  assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  assert_non_null (strstr (answer, "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"));
  assert_non_null (body);
  CHECK (samples = openmetrics_parse (body + 4, &error));
  return samples;
}

static GHashTable *
scrape (const char *address)
{
  g_autofree char *answer = ask (address, GET);
  return read_page (answer);
}

static char *
start_measured (Service *service)
{
  test_server_set (service->server, "metrics", "address", "0"); /* any port of 127.0.0.1 */
  CHECK (test_server_start (service->server, &error));
  char *address = metrics_address (service);
  assert_non_null (address);
  assert_true (g_str_has_prefix (address, "127.0.0.1:"));
  return address;
}

/* A message, answered, and a refusal. */
static void
talk (Player *ada)
{
  g_autofree char *token = player_random_hex (32), *nonce = player_random_hex (16), *room = player_random_hex (16);
  json_object *answer = NULL;
  CHECK (player_register (ada, "ada", token, &error) != 0);
  CHECK (player_say (ada, &error, "{\"type\":\"create\",\"id\":11,\"nonce\":\"%s\",\"name\":\"plans\"}", room));
  CHECK (answer = player_expect (ada, "{\"re\":11}", NULL, &error));
  const char *id =
      json_object_get_string (json_object_object_get (json_object_object_get (answer, "conversation"), "id"));
  assert_non_null (id);
  CHECK (player_say (
      ada, &error, "{\"type\":\"post\",\"id\":12,\"conversation\":\"%s\",\"nonce\":\"%s\",\"body\":{\"text\":\"now\"}}",
      id, nonce));
  json_object_put (answer);
  CHECK (answer = player_expect (ada, "{\"re\":12}", NULL, &error));
  json_object_put (answer);
  CHECK (player_say (ada, &error, "{\"type\":\"nonsense\",\"id\":13}"));
  CHECK (answer = player_expect (ada, "{\"re\":13}", NULL, &error));
  json_object_put (answer);
}

/* ---- what waits for slow readers ---- */

#define SLOW_READERS 12
#define PAGES_ASKED 24               /* by each, at once */
#define TOTAL_BYTES (1024 * 1024)    /* what may wait for all */
#define PAGE_BYTES (256 * 1024)

static gint64
waiting_bytes (const char *address)
{
  g_autoptr (GHashTable) samples = scrape (address);
  return (gint64) openmetrics_value (samples, "kithd_outbound_queue_bytes");
}

/* Notes whose newest page fills a frame. */
static char *
fill_notes (Player *ada)
{
  g_autofree char *text = g_strnfill (15000, 'x');
  json_object *answer = NULL, *list = NULL;
  CHECK (answer = player_ask (ada, 3, &error, "{\"type\":\"sync\",\"id\":3}"));
  assert_true (json_object_object_get_ex (answer, "conversations", &list));
  char *notes = g_strdup (json_object_get_string (json_object_object_get (json_object_array_get_idx (list, 0), "id")));
  json_object_put (answer);
  for (guint i = 0; i < 20; i++) {
    g_autofree char *nonce = player_random_hex (16);
    CHECK (answer = player_ask (ada, 4, &error,
                                "{\"type\":\"post\",\"id\":4,\"conversation\":\"%s\",\"nonce\":\"%s\",\"body\":{\"text\":\"%s\"}}",
                                notes, nonce, text));
    json_object_put (answer);
  }
  return notes;
}

/* Through the door: the kernel holds little for a Unix socket. */
static Player *
slow_reader (Service *service, const char *token, const char *notes)
{
  Player *reader = NULL;
  CHECK (reader = player_connect (service->server->door, &error));
  CHECK (player_login (reader, token, &error) != 0);
  for (guint i = 0; i < PAGES_ASKED; i++)
    CHECK (player_say (reader, &error, "{\"type\":\"fetch\",\"id\":%u,\"conversation\":\"%s\",\"limit\":200}", 100 + i, notes));
  return reader;
}

/* Every question has an answer: a page, or that there is no room for one. Returns how many pages. */
static guint
read_answers (Player *reader)
{
  guint pages = 0;
  for (guint i = 0; i < PAGES_ASKED; i++) {
    json_object *answer = NULL, *refused = NULL;
    g_autofree char *wanted = g_strdup_printf ("{\"re\":%u}", 100 + i);
    CHECK (answer = player_expect (reader, wanted, NULL, &error));
    if (json_object_object_get_ex (answer, "error", &refused))
      assert_string_equal (json_object_get_string (json_object_object_get (refused, "code")), "unavailable");
    else
      pages++;
    json_object_put (answer);
  }
  return pages;
}

/* Many ask for much and read nothing: what waits for all of them has a ceiling, everybody else is served, and who reads
 * again gets all answers. */
static void
slow_readers_together_have_a_ceiling (void **state)
{
  Service *service = *state;
  test_server_set (service->server, "limits", "outbound_total", G_STRINGIFY (1048576));
  g_autofree char *address = start_measured (service), *token = player_random_hex (32);
  g_autoptr (GPtrArray) readers = g_ptr_array_new_with_free_func ((GDestroyNotify) player_free);
  g_autoptr (Player) ada = NULL;
  gint64 most = 0;
  guint pages = 0;
  CHECK (ada = player_connect (service->server->address, &error));
  CHECK (player_register (ada, "ada", token, &error) != 0);
  g_autofree char *notes = fill_notes (ada);
  while (readers->len < SLOW_READERS)
    g_ptr_array_add (readers, slow_reader (service, token, notes));
  for (guint i = 0; i < 50; i++) {
    CHECK (player_settle (ada, &error));
    most = MAX (most, waiting_bytes (address));
  }
  assert_in_range (most, TOTAL_BYTES / 2, TOTAL_BYTES + SLOW_READERS * PAGE_BYTES);
  for (guint i = 0; i < readers->len; i++)
    pages += read_answers (readers->pdata[i]);
  assert_true (pages > 0);
  CHECK (player_settle (ada, &error));
  assert_in_range (waiting_bytes (address), 0, 64 * 1024);
}

static void
what_happens_is_counted (void **state)
{
  Service *service = *state;
  g_autofree char *address = start_measured (service);
  g_autoptr (Player) ada = NULL;
  g_autoptr (GHashTable) before = scrape (address);
  assert_true (openmetrics_value (before, "kithd_connections") == 0 &&
               openmetrics_value (before, "kithd_posts_total") == 0);
  CHECK (ada = player_connect (service->server->address, &error));
  talk (ada);
  g_autoptr (GHashTable) after = scrape (address);
  assert_true (openmetrics_value (after, "kithd_connections") == 1);
  assert_true (openmetrics_value (after, "kithd_accepted_total") == 1);
  assert_true (openmetrics_value (after, "kithd_posts_total") == 1);
  assert_true (openmetrics_value (after, "kithd_events_total") >= 2); /* the room's first event, and the message */
  assert_true (openmetrics_value (after, "kithd_deliveries_total") >= 1);
  assert_true (openmetrics_value (after, "kithd_requests_total") >= 4);
  assert_true (openmetrics_value (after, "kithd_refusals_total{code=\"unknown_type\"}") == 1);
  assert_true (openmetrics_value (after, "kithd_commit_seconds_count") >= 3);
  assert_true (openmetrics_value (after, "kithd_commit_seconds_sum") > 0);
  assert_true (openmetrics_value (after, "kithd_turn_seconds_count") >
               openmetrics_value (before, "kithd_turn_seconds_count"));
}

static void
other_requests_are_refused (void **state)
{
  Service *service = *state;
  g_autofree char *address = start_measured (service);
  g_autofree char *other = ask (address, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  g_autofree char *post =
      ask (address, "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
  g_autofree char *head = ask (address, "HEAD /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  g_autofree char *junk = ask (address, "\x16\x03\x01 no HTTP at all\r\n\r\n");
  assert_true (g_str_has_prefix (other, "HTTP/1.1 404 "));
  assert_true (g_str_has_prefix (post, "HTTP/1.1 405 ") && strstr (post, "Allow: GET, HEAD\r\n") != NULL);
  assert_true (g_str_has_prefix (head, "HTTP/1.1 200 ") && g_str_has_suffix (head, "\r\n\r\n"));
  assert_null (strstr (junk, "HTTP/1.1 200"));
}

/* Half a request keeps nobody else waiting, and is ended by itself; so is what stays open after a page. */
static void
slow_collectors_are_no_trouble (void **state)
{
  Service *service = *state;
  g_autofree char *address = start_measured (service);
  KithSocket half = dial (address), kept = dial (address);
  say (half, "GET /metr");
  say (kept, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  g_autoptr (GHashTable) page = scrape (address);
  assert_true (openmetrics_value (page, "kithd_connections") == 0);
  g_autofree char *first = hear (kept), *nothing = hear (half);
  assert_true (g_str_has_prefix (first, "HTTP/1.1 200 "));
  assert_null (strstr (nothing, "HTTP/1.1 200"));
  gint64 before = test_server_cpu_ms (service->server);
  g_autoptr (GHashTable) again = scrape (address);
  assert_true (openmetrics_value (again, "kithd_turn_seconds_count") >
               openmetrics_value (page, "kithd_turn_seconds_count"));
  assert_in_range (test_server_cpu_ms (service->server) - before, 0, 2000); /* the loop does not spin */
}

static void
metrics_are_off_unless_wanted (void **state)
{
  Service *service = *state;
  CHECK (test_server_start (service->server, &error));
  assert_null (metrics_address (service));
}

static void
a_bad_address_is_said (void **state)
{
  Service *service = *state;
  g_autoptr (GError) error = NULL;
  test_server_set (service->server, "metrics", "address", "nowhere at all");
  assert_false (test_server_start (service->server, &error));
  assert_non_null (strstr (error->message, "nowhere at all"));
}

/* ---- the unit ---- */

static void
the_unit_is_sound (void **state)
{
  g_autofree char *out = NULL, *err = NULL, *unit = g_strdup (KITHD_SERVICE);
  const char *line[] = {"systemd-analyze", "verify", "--man=no", unit, NULL};
  int status = 0;
  g_autofree char *tool = g_find_program_in_path ("systemd-analyze");
  if (tool == NULL)
    skip ();
  CHECK (g_spawn_sync (NULL, (char **) line, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, &status, &error));
  /* That the program is not installed here is no fault of the unit. */
  g_auto (GStrv) lines = g_strsplit (err, "\n", -1);
  for (char **said = lines; *said != NULL; said++)
    if (strstr (*said, "kithd.service") != NULL && strstr (*said, "is not executable") == NULL)
      fail_msg ("%s", *said);
}

/* What is of Windows names what there is here instead. */
static void
a_service_of_windows_is_one_of_systemd_here (void **state)
{
  static const struct {
    const char *word, *said;
    int status;
  } commands[] = {{"install", "systemctl enable --now kithd", 1},
                  {"remove", "systemctl disable --now kithd", 1},
                  {"run", "systemctl start kithd", 1},
                  {"dance", "usage: kithd service install|remove|run", 2}};
  Service *service = *state;
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_autofree char *output = NULL;
    assert_int_equal (test_server_command (service->server, &output, "service", commands[i].word, NULL), commands[i].status);
    assert_non_null (strstr (output, commands[i].said));
  }
}

/* ---- the scheduler ---- */

/* Of the thread that has the name; 0: there is none. */
static pid_t
find_thread (gint64 process, const char *name)
{
  g_autofree char *tasks = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/task", process);
  g_autoptr (GDir) dir = g_dir_open (tasks, 0, NULL);
  const char *id;
  while (dir != NULL && (id = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (tasks, id, "comm", NULL), *comm = NULL;
    if (g_file_get_contents (file, &comm, NULL, NULL) && g_str_equal (g_strchomp (comm), name))
      return (pid_t) atoi (id);
  }
  return 0;
}

/* What sched_getattr calls the runtime; 0 where the kernel knows none for ordinary threads, before 6.12. */
static guint64
slice_ns (pid_t thread)
{
  guint64 attr[6] = {0}; /* the fourth is it */
  return syscall (SYS_sched_getattr, thread, attr, (unsigned) sizeof attr, 0u) == 0 ? attr[3] : 0;
}

/* Whom everybody waits for does not wait for the slices of others; the index has no hurry. */
static void
who_is_waited_for_has_a_short_slice (void **state)
{
  Service *service = *state;
  CHECK (test_server_start (service->server, &error));
  gint64 process = test_child_number (service->server->child), until = g_get_monotonic_time () + TEST_PATIENCE_S * G_TIME_SPAN_SECOND;
  guint64 usual = slice_ns (0);
  if (usual == 0) {
    printf ("NOT TRIED: slices: this kernel has none that can be chosen\n");
    return;
  }
  pid_t writer = find_thread (process, "store-writer"), indexer = find_thread (process, "store-indexer");
  while (g_get_monotonic_time () < until && (slice_ns (writer) != 100000 || slice_ns ((pid_t) process) != 100000))
    g_thread_yield (); /* it may just have begun */
  assert_int_equal (slice_ns (writer), 100000);
  assert_int_equal (slice_ns ((pid_t) process), 100000);
  assert_int_equal (slice_ns (indexer), usual);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
      TEST (the_manager_is_told),
      TEST (a_password_is_asked_for_twice_unseen),
      TEST (the_log_is_rotated),
      TEST (the_log_names_the_key_in_words),
      TEST (a_log_that_cannot_be_opened_is_said),
      TEST (what_happens_is_counted),
      TEST (other_requests_are_refused),
      TEST (slow_collectors_are_no_trouble),
      TEST (metrics_are_off_unless_wanted),
      TEST (slow_readers_together_have_a_ceiling),
      TEST (a_bad_address_is_said),
      TEST (who_is_waited_for_has_a_short_slice),
      cmocka_unit_test (the_unit_is_sound),
      TEST (a_service_of_windows_is_one_of_systemd_here),
  };
  return cmocka_run_group_tests_name ("service", tests, NULL, NULL);
}
