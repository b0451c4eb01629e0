/* test-doctor.c - everything that can be wrong between a client and its server is made wrong here, and the doctor has
 * to find just that. */
#include "support/check.h"
#include "support/loopback.h"
#include "support/player.h"
#include "support/proxy.h"
#include "support/server.h"

#include "client/doctor.h"
#include "client/drive.h"
#include "net/ping.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  TestServer *server;
  KithStorage *storage; /* knows the server's pin, and ada's token */
  KithTls *tls;
  KithPoller *poller;
  char *token;
} Ward;

static void
keep (Ward *ward, KithKept what, const char *value)
{
  CHECK (kith_storage_set (ward->storage, what, value, &error));
}

static int
set_up (void **state)
{
  Ward *ward = g_new0 (Ward, 1);
  g_autoptr (Player) ada = NULL;
  ward->server = test_server_new ();
  ward->storage = kith_storage_memory_new ();
  ward->token = player_random_hex (32);
  CHECK (kith_net_start (&error));
  CHECK (ward->tls = kith_tls_client_new (&error));
  CHECK (ward->poller = kith_poller_new (KITH_POLLER_SELECT_ONLY, &error));
  CHECK (test_server_start (ward->server, &error));
  CHECK (ada = player_connect (ward->server->address, &error));
  CHECK (player_register (ada, "ada", ward->token, &error) != 0);
  keep (ward, KITH_KEPT_PIN, ward->server->pin);
  keep (ward, KITH_KEPT_TOKEN, ward->token);
  *state = ward;
  return 0;
}

static int
tear_down (void **state)
{
  Ward *ward = *state;
  kith_poller_free (ward->poller);
  kith_tls_free (ward->tls);
  kith_storage_free (ward->storage);
  test_server_free (ward->server);
  g_free (ward->token);
  g_free (ward);
  return 0;
}

/* ---- examinations ---- */

static KithDoctorOptions
options_for (Ward *ward, const char *host, guint16 port)
{
  return (KithDoctorOptions){.host = host, .port = port, .name = "test 1", .tls = ward->tls, .storage = ward->storage};
}

static void
turn (Ward *ward, KithDoctor *doctor)
{
  g_autoptr (GArray) watches = g_array_new (FALSE, FALSE, sizeof (KithWatch));
  kith_doctor_watches (doctor, watches);
  CHECK (kith_drive_wait (ward->poller, watches, 1, kith_doctor_due (doctor), &error));
  kith_doctor_step (doctor, g_get_monotonic_time ());
}

static KithDoctor *
examine (Ward *ward, const KithDoctorOptions *options)
{
  KithDoctor *doctor = kith_doctor_new (options);
  while (!kith_doctor_is_done (doctor))
    turn (ward, doctor);
  return doctor;
}

/* Of the real server, at another port when it is not 0. */
static KithDoctor *
examine_port (Ward *ward, guint16 port)
{
  KithDoctorOptions options = options_for (ward, "127.0.0.1", port != 0 ? port : ward->server->port);
  return examine (ward, &options);
}

static guint16
port_of (const char *address)
{
  return (guint16) g_ascii_strtoull (strrchr (address, ':') + 1, NULL, 10);
}

static const KithCheckResult *
find (KithDoctor *doctor, const char *name)
{
  for (guint i = 0; i < kith_doctor_n_checks (doctor); i++)
    if (g_str_equal (kith_doctor_result (doctor, i)->name, name))
      return kith_doctor_result (doctor, i);
  fail_msg ("there is no check %s", name);
  return NULL;
}

/* said: in the finding or in the advice; NULL: anything. */
static void
expect (KithDoctor *doctor, const char *name, KithCheckStatus status, const char *said)
{
  const KithCheckResult *result = find (doctor, name);
  if (result->status != status)
    fail_msg ("%s: %s instead of %s: %s", name, kith_check_status_name (result->status),
              kith_check_status_name (status), result->finding);
  gboolean found = said == NULL || strstr (result->finding, said) != NULL ||
                   (result->advice != NULL && strstr (result->advice, said) != NULL);
  if (!found)
    fail_msg ("%s: no \"%s\" in: %s %s", name, said, result->finding, result->advice);
  if (status == KITH_CHECK_FAILED || status == KITH_CHECK_WARNING)
    assert_non_null (result->advice); /* every fault comes with what to do */
}

/* name failed, saying so; what comes after it was not tried. */
static void
expect_end (KithDoctor *doctor, const char *name, const char *said)
{
  gboolean after = FALSE;
  expect (doctor, name, KITH_CHECK_FAILED, said);
  for (guint i = 0; i < kith_doctor_n_checks (doctor); i++) {
    const KithCheckResult *result = kith_doctor_result (doctor, i);
    if (after)
      expect (doctor, result->name, KITH_CHECK_SKIPPED, NULL);
    after = after || g_str_equal (result->name, name);
  }
  assert_int_equal (kith_doctor_count (doctor, KITH_CHECK_FAILED), 1);
}

/* ---- what works ---- */

static void
a_healthy_server_has_no_faults (void **state)
{
  g_autoptr (KithDoctor) doctor = examine_port (*state, 0);
  for (guint i = 0; i < kith_doctor_n_checks (doctor); i++)
    expect (doctor, kith_doctor_result (doctor, i)->name, KITH_CHECK_OK, NULL);
  expect (doctor, "sign-in", KITH_CHECK_OK, "@ada");
  expect (doctor, "server", KITH_CHECK_OK, KITH_VERSION);
}

static void
a_unix_socket_needs_no_network (void **state)
{
  Ward *ward = *state;
  KithDoctorOptions options = options_for (ward, ward->server->unix_address, 0);
  g_autoptr (KithDoctor) doctor = examine (ward, &options);
  assert_int_equal (kith_doctor_count (doctor, KITH_CHECK_FAILED) + kith_doctor_count (doctor, KITH_CHECK_WARNING), 0);
  expect (doctor, "tls", KITH_CHECK_SKIPPED, "on this computer");
  expect (doctor, "sign-in", KITH_CHECK_OK, "@ada");
}

/* At 127.0.0.2 there is a way for TCP alone. */
static void
blocked_udp_is_noticed (void **state)
{
  Ward *ward = *state;
  g_autofree char *listen = g_strdup_printf ("127.0.0.2:%u", ward->server->port);
  TestProxy *way = NULL;
  CHECK (way = test_proxy_new_at (listen, ward->server->address, &error));
  KithDoctorOptions options = options_for (ward, "127.0.0.2", ward->server->port);
  g_autoptr (KithDoctor) doctor = examine (ward, &options);
  expect (doctor, "presence", KITH_CHECK_WARNING, "UDP does not get through");
  expect (doctor, "sign-in", KITH_CHECK_OK, NULL);
  assert_int_equal (kith_doctor_count (doctor, KITH_CHECK_FAILED), 0);
  test_proxy_free (way);
}

/* ---- the network ---- */

static void
a_closed_port (void **state)
{
  KithAddress address = loopback_refusing ();
  g_autoptr (KithDoctor) doctor = examine_port (*state, kith_address_port (&address));
  expect (doctor, "ping", KITH_CHECK_OK, NULL);
  expect_end (doctor, "tcp", "no server listens on this port");
}

static void
a_wrong_name (void **state)
{
  static const char *const names[] = {"nobody.invalid", "a..b", ""};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    KithDoctorOptions options = options_for (*state, names[i], 5484);
    g_autoptr (KithDoctor) doctor = examine (*state, &options);
    expect (doctor, "name", KITH_CHECK_FAILED, NULL);
    expect (doctor, "tcp", KITH_CHECK_SKIPPED, "Name of the server");
    expect (doctor, "speed", KITH_CHECK_SKIPPED, NULL);
  }
}

/* A listener whose queue is full drops what comes (Linux), as a firewall does. */
static void
a_black_hole (void **state)
{
  KithAddress address;
  KithSocket crowd[8], listener;
  CHECK (kith_address_parse ("127.0.0.1:0", 0, &address, &error));
  CHECK ((listener = kith_socket_listen (&address, 0, &error)) != KITH_SOCKET_NONE);
  CHECK (kith_socket_local_address (listener, &address, &error));
  for (guint i = 0; i < G_N_ELEMENTS (crowd); i++)
    crowd[i] = kith_socket_connect (&address, NULL);
  KithDoctorOptions options = options_for (*state, "127.0.0.1", kith_address_port (&address));
  options.patience_us = 2 * G_TIME_SPAN_SECOND;
  g_autoptr (KithDoctor) doctor = examine (*state, &options);
  expect_end (doctor, "tcp", "switched on");
  for (guint i = 0; i < G_N_ELEMENTS (crowd); i++)
    kith_socket_close (crowd[i]);
  kith_socket_close (listener);
}

static void
a_port_that_swallows (void **state)
{
  Ward *ward = *state;
  g_autoptr (TestProxy) proxy = NULL;
  CHECK (proxy = test_proxy_new (ward->server->address, &error));
  test_proxy_set_stalled (proxy, TRUE);
  KithDoctorOptions options = options_for (ward, "127.0.0.1", port_of (test_proxy_address (proxy)));
  options.patience_us = 2 * G_TIME_SPAN_SECOND;
  g_autoptr (KithDoctor) doctor = examine (ward, &options);
  expect_end (doctor, "tls", "does not answer");
}

static void
a_slow_link (void **state)
{
  Ward *ward = *state;
  g_autoptr (TestProxy) proxy = NULL;
  CHECK (proxy = test_proxy_new (ward->server->address, &error));
  test_proxy_set_delay (proxy, 300);
  g_autoptr (KithDoctor) doctor = examine_port (ward, port_of (test_proxy_address (proxy)));
  expect (doctor, "speed", KITH_CHECK_WARNING, "busy");
  expect (doctor, "clock", KITH_CHECK_OK, NULL);
  expect (doctor, "sign-in", KITH_CHECK_OK, NULL);
}

/* Who may not ping measures by TCP: a process without rights finds no fault either. */
static void
without_rights (void **state)
{
  Ward *ward = *state;
  int status = 0;
  pid_t child = fork ();
  assert_true (child >= 0);
  if (child == 0) {
    gboolean dropped = getuid () != 0 || (setgid (65534) == 0 && setuid (65534) == 0);
    KithDoctor *doctor = examine_port (ward, 0);
    _exit (dropped && find (doctor, "ping")->status == KITH_CHECK_OK ? 0 : 1);
  }
  assert_int_equal (waitpid (child, &status, 0), child);
  assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

static void
assert_pings (Ward *ward, const char *text)
{
  KithAddress address;
  KithPingResult result = {0};
  g_autoptr (GError) denied = NULL;
  assert_true (kith_address_parse (text, 0, &address, NULL));
  g_autoptr (KithPing) ping = kith_ping_new (&address, 3, &denied);
  if (ping == NULL) {
    assert_true (g_error_matches (denied, KITH_NET_ERROR, KITH_NET_ERROR_DENIED));
    return;
  }
  while (kith_ping_step (ping, g_get_monotonic_time (), &result) == KITH_IO_AGAIN) {
    g_autoptr (GArray) watches = g_array_new (FALSE, FALSE, sizeof (KithWatch));
    kith_ping_watches (ping, watches);
    CHECK (kith_drive_wait (ward->poller, watches, 1, kith_ping_due (ping), &error));
  }
  assert_int_equal (result.sent, 3);
  assert_int_equal (result.received, 3);
  assert_true (result.best_us > 0 && result.best_us <= result.mean_us && result.mean_us <= result.worst_us);
}

static void
pings_of_both_families (void **state)
{
  assert_pings (*state, "127.0.0.1");
  if (loopback_has ("[::1]"))
    assert_pings (*state, "[::1]");
}

/* ---- the server's identity ---- */

#define OTHER_PIN "0707070707070707070707070707070707070707070707070707070707070707"

static void
a_wrong_pin (void **state)
{
  Ward *ward = *state;
  KithDoctorOptions options = options_for (ward, "127.0.0.1", ward->server->port);
  options.pin = OTHER_PIN;
  g_autoptr (KithDoctor) by_user = examine (ward, &options);
  expect_end (by_user, "tls", "posing as the server");
  keep (ward, KITH_KEPT_PIN, OTHER_PIN);
  g_autoptr (KithDoctor) by_storage = examine_port (ward, 0);
  expect_end (by_storage, "tls", OTHER_PIN);
}

/* Nobody who is not known gets the token. */
static void
an_unknown_server (void **state)
{
  keep (*state, KITH_KEPT_PIN, NULL);
  g_autoptr (KithDoctor) doctor = examine_port (*state, 0);
  expect (doctor, "tls", KITH_CHECK_WARNING, "not known here yet");
  expect (doctor, "sign-in", KITH_CHECK_SKIPPED, "not known");
  expect (doctor, "speed", KITH_CHECK_OK, NULL);
}

static void
a_server_without_tls (void **state)
{
  Ward *ward = *state;
  CHECK (test_server_stop (ward->server, 0, &error));
  test_server_set (ward->server, "listen", "tls", "off");
  CHECK (test_server_start (ward->server, &error));
  g_autoptr (KithDoctor) doctor = examine_port (ward, 0);
  expect_end (doctor, "tls", "Something else");
}

/* ---- the account ---- */

static void
no_account (void **state)
{
  keep (*state, KITH_KEPT_TOKEN, NULL);
  g_autoptr (KithDoctor) doctor = examine_port (*state, 0);
  expect (doctor, "sign-in", KITH_CHECK_SKIPPED, "no account");
  assert_int_equal (kith_doctor_count (doctor, KITH_CHECK_FAILED), 0);
}

static void
an_unknown_token (void **state)
{
  g_autofree char *token = player_random_hex (32);
  keep (*state, KITH_KEPT_TOKEN, token);
  g_autoptr (KithDoctor) doctor = examine_port (*state, 0);
  expect (doctor, "sign-in", KITH_CHECK_FAILED, "Sign in again");
  expect (doctor, "speed", KITH_CHECK_OK, NULL);
}

static void
a_revoked_token (void **state)
{
  Ward *ward = *state;
  g_autoptr (Player) ada = NULL;
  json_object *answer = NULL;
  CHECK (ada = player_connect (ward->server->address, &error));
  CHECK (player_say (ada, &error, "{\"type\":\"hello\",\"id\":1,\"protocol\":1,\"client\":\"x\"}"));
  CHECK (player_say (ada, &error, "{\"type\":\"login\",\"id\":2,\"token\":\"%s\"}", ward->token));
  CHECK (player_say (ada, &error, "{\"type\":\"logout\",\"id\":3,\"forget\":true}"));
  CHECK (answer = player_expect (ada, "{\"re\":3}", NULL, &error));
  json_object_put (answer);
  g_autoptr (KithDoctor) doctor = examine_port (ward, 0);
  expect (doctor, "sign-in", KITH_CHECK_FAILED, "Sign in again");
}

/* ---- a server that says what a real one does not: only hello, with another clock ---- */

typedef struct {
  KithSocket listener;
  KithTls *tls;
  char *answer; /* with its line feed */
} Fake;

static gpointer
serve_fake (gpointer data)
{
  Fake *fake = data;
  KithIo io = KITH_IO_AGAIN;
  char buffer[4096];
  gsize got = 0, sent = 0;
  g_autoptr (KithStream) stream = NULL;
  loopback_wait (fake->listener, KITH_POLL_READ);
  KithSocket socket = kith_socket_accept (fake->listener, NULL, &io, NULL);
  stream = kith_stream_tls_new (fake->tls, kith_stream_socket_new (socket), NULL);
  while ((io = kith_stream_handshake (stream, NULL)) == KITH_IO_AGAIN)
    loopback_wait (socket, kith_stream_wants_read (stream));
  while (io != KITH_IO_ERROR && (io = kith_stream_read (stream, buffer, sizeof buffer, &got, NULL)) == KITH_IO_AGAIN)
    loopback_wait (socket, KITH_POLL_READ);
  if (io == KITH_IO_OK)
    kith_stream_write (stream, fake->answer, strlen (fake->answer), &sent, NULL);
  kith_stream_close (stream);
  return NULL;
}

/* Examines a server that answers hello so, and then closes. */
static KithDoctor *
examine_fake (Ward *ward, const char *answer)
{
  KithAddress address;
  Fake fake = {.listener = loopback_listen ("127.0.0.1", &address), .answer = g_strconcat (answer, "\n", NULL)};
  g_autofree char *key = g_build_filename (ward->server->dir, "fake-key.pem", NULL),
                  *cert = g_build_filename (ward->server->dir, "fake.pem", NULL);
  CHECK (kith_tls_ensure_identity (key, cert, "fake", &error));
  CHECK (fake.tls = kith_tls_server_new (key, cert, &error));
  keep (ward, KITH_KEPT_PIN, kith_tls_pin (fake.tls));
  GThread *thread = g_thread_new ("fake", serve_fake, &fake);
  KithDoctor *doctor = examine_port (ward, kith_address_port (&address));
  g_thread_join (thread);
  kith_socket_close (fake.listener);
  kith_tls_free (fake.tls);
  g_free (fake.answer);
  return doctor;
}

#define HELLO                                                                                                          \
  "{\"re\":1,\"server\":{\"id\":\"a\",\"name\":\"%s\",\"version\":\"1\"},\"history\":\"b\",\"registration\":\"open\"," \
  "\"limits\":{},\"time\":%" G_GINT64_FORMAT "}"

static void
expect_clock (Ward *ward, gint64 off_ms, const char *said)
{
  g_autofree char *hello = g_strdup_printf (HELLO, "Fake", g_get_real_time () / 1000 + off_ms);
  g_autoptr (KithDoctor) doctor = examine_fake (ward, hello);
  expect (doctor, "clock", KITH_CHECK_WARNING, said);
  expect (doctor, "sign-in", KITH_CHECK_FAILED, "closed");
}

static void
a_clock_that_is_off (void **state)
{
  expect_clock (*state, -(gint64) 2 * 3600 * 1000 - 90 * 1000, "2 h 1 min ahead of");
  expect_clock (*state, (gint64) 3 * 86400 * 1000 + 60 * 60 * 1000, "behind the server's");
}

static void
answers_without_sense (void **state)
{
  static const char *const answers[] = {"HTTP/1.1 400 Bad Request", "{\"re\":1}", "{\"re\":1,\"server\":7}", "[]"};
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (KithDoctor) doctor = examine_fake (*state, answers[i]);
    expect (doctor, "server", KITH_CHECK_FAILED, NULL);
    expect (doctor, "sign-in", KITH_CHECK_SKIPPED, NULL);
  }
}

static void
the_servers_words_are_made_plain (void **state)
{
  g_autofree char *hello = g_strdup_printf (HELLO, "A\\n\\u001b[2J\\u202eB", g_get_real_time () / 1000);
  g_autoptr (KithDoctor) doctor = examine_fake (*state, hello);
  const char *finding = find (doctor, "server")->finding;
  assert_true (strchr (finding, '\n') == NULL && strchr (finding, '\033') == NULL &&
               strstr (finding, "\u202e") == NULL);
}

/* ---- leaving early, and what is said ---- */

static void
it_can_be_left_at_any_time (void **state)
{
  Ward *ward = *state;
  KithDoctorOptions options = options_for (ward, "localhost", ward->server->port);
  gboolean done = FALSE;
  for (guint steps = 0; !done && steps < 500; steps += 1 + steps / 8) {
    g_autoptr (KithDoctor) doctor = kith_doctor_new (&options);
    for (guint i = 0; i < steps && !kith_doctor_is_done (doctor); i++)
      turn (ward, doctor);
    done = kith_doctor_is_done (doctor);
  }
  assert_true (done);
}

static void
no_secret_is_told (void **state)
{
  Ward *ward = *state;
  g_autoptr (KithDoctor) doctor = examine_port (ward, 0);
  g_autofree char *report = kith_doctor_report (doctor);
  assert_null (strstr (report, ward->token));
  assert_non_null (strstr (report, ward->server->pin));
  for (guint i = 0; i < kith_doctor_n_checks (doctor); i++) {
    json_object *object = kith_doctor_json (doctor, i);
    const char *text = json_object_to_json_string (object);
    assert_null (strstr (text, ward->token));
    assert_non_null (strstr (text, "\"status\":"));
    assert_non_null (strstr (report, kith_doctor_result (doctor, i)->finding));
    json_object_put (object);
  }
}

/* ---- kith-cli ---- */

/* Runs it with words divided by '|'; the exit status, and what it printed. */
static int
run_cli (Ward *ward, const char *prefix, const char *words, char **out)
{
  g_autofree char *line =
      g_strdup_printf ("%s%s|--profile|%s/profile|%s", prefix, KITH_CLI_PATH, ward->server->dir, words);
  g_auto (GStrv) split = g_strsplit (line, "|", -1);
  int status = 0;
  CHECK (g_spawn_sync (NULL, split, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, out, NULL,
                       &status, &error));
  assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
from_the_command_line (void **state)
{
  Ward *ward = *state;
  g_autofree char *join = g_strdup_printf ("--server|%s|--pin|%s|join|bob", ward->server->address, ward->server->pin);
  g_autofree char *file = g_build_filename (ward->server->dir, "report", NULL),
                  *doctor = g_strdup_printf ("doctor|--report|%s", file);
  g_autofree char *joined = NULL, *said = NULL, *json = NULL, *report = NULL, *failed = NULL;
  assert_int_equal (run_cli (ward, "", join, &joined), 0);
  assert_int_equal (run_cli (ward, "", doctor, &said), 0);
  assert_non_null (strstr (said, "ok      Sign-in             Signed in as @bob."));
  CHECK (g_file_get_contents (file, &report, NULL, &error));
  assert_non_null (strstr (report, "Signed in as @bob."));
  assert_int_equal (run_cli (ward, "", "doctor|--json", &json), 0);
  assert_true (g_str_has_prefix (json, "{\"check\":\"adapter\","));
  assert_non_null (strstr (json, "\"status\":\"ok\",\"failed\":0,\"warnings\":0}\n"));
  test_server_kill (ward->server);
  assert_int_equal (run_cli (ward, "", "doctor|--json", &failed), 1);
  assert_non_null (strstr (failed, "\"status\":\"failed\",\"failed\":1,"));
}

static gboolean
may_make_networks (void)
{
  g_autofree char *out = NULL, *err = NULL;
  int status = 0;
  return g_spawn_command_line_sync ("unshare -rn true", &out, &err, &status, NULL) && status == 0;
}

/* In a network namespace of its own, where nothing is connected. */
static void
without_a_network (void **state)
{
  if (!may_make_networks ())
    skip ();
  g_autofree char *said = NULL;
  assert_int_equal (run_cli (*state, "unshare|-rn|", "--server|192.0.2.1|doctor|--timeout|1", &said), 1);
  assert_non_null (strstr (said, "No network adapter of this computer is connected."));
  assert_non_null (strstr (said, "Wi-Fi"));
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
      TEST (a_healthy_server_has_no_faults),
      TEST (blocked_udp_is_noticed),
      TEST (a_unix_socket_needs_no_network),
      TEST (a_closed_port),
      TEST (a_wrong_name),
      TEST (a_black_hole),
      TEST (a_port_that_swallows),
      TEST (a_slow_link),
      TEST (without_rights),
      TEST (pings_of_both_families),
      TEST (a_wrong_pin),
      TEST (an_unknown_server),
      TEST (a_server_without_tls),
      TEST (no_account),
      TEST (an_unknown_token),
      TEST (a_revoked_token),
      TEST (a_clock_that_is_off),
      TEST (answers_without_sense),
      TEST (the_servers_words_are_made_plain),
      TEST (it_can_be_left_at_any_time),
      TEST (no_secret_is_told),
      TEST (from_the_command_line),
      TEST (without_a_network),
  };
  return cmocka_run_group_tests_name ("doctor", tests, NULL, NULL);
}
