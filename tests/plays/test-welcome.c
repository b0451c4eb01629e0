/* test-welcome.c - how somebody new comes in: a server of one's own, the lobby, and what the doctor says. */
#include "plays/desk.h"
#include "support/scratch.h"

#include "core/diagnosis.h"
#include "core/host.h"

/* The last one that ended. */
typedef struct {
  gboolean done, ok;
  char *text, *problem;
} Result;

static void
result_clear (Result *result)
{
  g_free (result->text);
  g_free (result->problem);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static void
take (Result *result, gboolean ok, GError *error)
{
  result->ok = ok;
  result->problem = g_strdup (error != NULL ? error->message : NULL);
  g_clear_error (&error);
  result->done = TRUE;
}

static void
on_started (GObject *host, GAsyncResult *done, gpointer result)
{
  GError *error = NULL;
  gboolean ok = kith_host_start_finish (KITH_HOST (host), done, &error);
  take (result, ok, error);
}

static void
on_stopped (GObject *host, GAsyncResult *done, gpointer result)
{
  GError *error = NULL;
  gboolean ok = kith_host_stop_finish (KITH_HOST (host), done, &error);
  take (result, ok, error);
}

static void
on_invited (GObject *host, GAsyncResult *done, gpointer data)
{
  Result *result = data;
  GError *error = NULL;
  result->text = kith_host_invite_finish (KITH_HOST (host), done, &error);
  take (result, result->text != NULL, error);
}

static void
on_owner (GObject *host, GAsyncResult *done, gpointer result)
{
  GError *error = NULL;
  gboolean ok = kith_host_make_owner_finish (KITH_HOST (host), done, &error);
  take (result, ok, error);
}

/* Runs one thing of host to its end, which has to be good. */
#define DO(result, call)                                                       \
  do {                                                                         \
    call;                                                                      \
    WAIT_UNTIL ((result).done);                                                \
    if (!(result).ok)                                                          \
      fail_msg ("%s: %s", #call, (result).problem);                            \
    (result).done = FALSE;                                                     \
  } while (0)

typedef struct {
  TestScratch *scratch;
  KithProfile *profile;
  KithHost *host;
} Home;

/* A free port of loopback: what the person wrote in the file stays there. */
static void
choose_port (Home *home)
{
  g_autofree char *config = kith_profile_path (home->profile, "host", "kithd.conf", NULL);
  CHECK (g_file_set_contents (config, "[listen]\naddresses = 127.0.0.1:0\n\n[server]\ndiscovery = off\n", -1, &error));
}

static int
home_set_up (void **state)
{
  Home *home = g_new0 (Home, 1);
  g_setenv ("KITHD", KITHD_PATH, FALSE);
  home->scratch = test_scratch_new ();
  home->profile = kith_profile_open (test_scratch_directory (home->scratch), NULL);
  home->host = kith_host_new (home->profile);
  choose_port (home);
  *state = home;
  return 0;
}

static int
home_tear_down (void **state)
{
  Home *home = *state;
  g_auto (Result) result = {0};
  DO (result, kith_host_stop_async (home->host, on_stopped, &result));
  g_object_unref (home->host);
  kith_profile_unref (home->profile);
  test_scratch_free (home->scratch);
  g_free (home);
  return 0;
}

static void
a_server_starts_is_found_again_and_stops (void **state)
{
  Home *home = *state;
  g_auto (Result) result = {0};
  assert_false (kith_host_is_running (home->host));
  assert_false (kith_host_is_wanted (home->host));
  DO (result, kith_host_start_async (home->host, "Okafor home", FALSE, on_started, &result));
  assert_true (kith_host_is_running (home->host));
  assert_true (g_str_has_prefix (kith_host_address (home->host), "127.0.0.1:"));
  assert_int_equal (strlen (kith_host_pin (home->host)), 64);
  g_autoptr (KithHost) later = kith_host_new (home->profile); /* the client was started again */
  g_autofree char *name = kith_host_name (later);
  assert_string_equal (name, "Okafor home");
  assert_true (kith_host_is_wanted (later) && kith_host_is_running (later));
  assert_string_equal (kith_host_address (later), kith_host_address (home->host));
  DO (result, kith_host_start_async (later, NULL, FALSE, on_started, &result)); /* runs already: nothing happens */
  assert_string_equal (kith_host_pin (later), kith_host_pin (home->host));
  DO (result, kith_host_stop_async (later, on_stopped, &result));
  assert_false (kith_host_is_running (home->host));
  assert_false (kith_host_is_wanted (home->host));
}

static void
only_the_invited_come_in_and_the_first_is_owner (void **state)
{
  Home *home = *state;
  g_auto (Result) result = {0};
  DO (result, kith_host_start_async (home->host, "Okafor home", TRUE, on_started, &result));
  g_autoptr (KithSession) session = kith_session_new (NULL, NULL, "x", kith_host_address (home->host), NULL);
  kith_session_expect_pin (session, kith_host_pin (home->host));
  CHECK (kith_session_register (session, "Sam Okafor", NULL, &error));
  WAIT_UNTIL (kith_session_state (session) == KITH_CLIENT_REFUSED && kith_session_error (session) != NULL);
  assert_true (g_error_matches (kith_session_error (session), KITH_ERROR, KITH_ERROR_REGISTRATION_CLOSED));
  DO (result, kith_host_invite_async (home->host, on_invited, &result));
  kith_session_use_invitation (session, result.text);
  CHECK (kith_session_register (session, "Sam Okafor", NULL, &error));
  WAIT_UNTIL (kith_session_is_online (session));
  DO (result, kith_host_make_owner_async (home->host, kith_contact_handle (kith_session_me (session)), on_owner, &result));
  WAIT_UNTIL (g_strcmp0 (kith_contact_role (kith_session_me (session)), "owner") == 0);
  kith_session_stop (session);
}

static void
why_it_does_not_start_is_told (void **state)
{
  Home *home = *state;
  g_auto (Result) result = {0};
  g_autofree char *config = kith_profile_path (home->profile, "host", "kithd.conf", NULL);
  CHECK (g_file_set_contents (config, "[listen]\naddresses = nonsense\n", -1, &error));
  kith_host_start_async (home->host, "Okafor home", FALSE, on_started, &result);
  WAIT_UNTIL (result.done);
  assert_false (result.ok);
  assert_non_null (strstr (result.problem, "nonsense"));
  assert_false (kith_host_is_wanted (home->host));
}

static int
lobby_set_up (void **state)
{
  Desk *desk;
  desk_set_up (state);
  desk = *state;
  CHECK (test_server_stop (desk->server, 0, &error));
  test_server_set (desk->server, "server", "lobby", "lobby");
  CHECK (test_server_start (desk->server, &error));
  return 0;
}

static void
everybody_begins_in_the_lobby (void **state)
{
  KithSession *ada = desk_join (*state, "Ada");
  WAIT_UNTIL (kith_session_lobby (ada) != NULL);
  assert_string_equal (kith_chat_title (kith_session_lobby (ada)), "lobby");
  desk_room (ada, "attic");
  assert_string_equal (kith_chat_title (kith_session_lobby (ada)), "lobby");
  KithSession *ben = desk_join (*state, "Ben");
  WAIT_UNTIL (kith_session_lobby (ben) != NULL);
  assert_int_equal (kith_chat_id (kith_session_lobby (ben)), kith_chat_id (kith_session_lobby (ada)));
  desk_leave (ada);
  desk_leave (ben);
}

static void
without_a_lobby_nobody_is_in_a_room (void **state)
{
  KithSession *ada = desk_join (*state, "Ada");
  desk_room (ada, "plans");
  KithSession *ben = desk_join (*state, "Ben");
  assert_null (kith_session_lobby (ben));
  desk_leave (ada);
  desk_leave (ben);
}

static KithCheckStatus
status_of (KithDiagnosis *diagnosis, const char *name)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (diagnosis));
  for (guint i = 0; i < n; i++) {
    g_autoptr (KithFinding) finding = g_list_model_get_item (G_LIST_MODEL (diagnosis), i);
    if (g_str_equal (kith_finding_name (finding), name))
      return kith_finding_status (finding);
  }
  fail_msg ("There is no check %s.", name);
  return KITH_CHECK_SKIPPED;
}

static void
the_doctor_signs_in_as_the_session_does (void **state)
{
  KithSession *ada = desk_join (*state, "Ada");
  KithDiagnosis *diagnosis = kith_diagnosis_new (ada, NULL, NULL);
  Mirror *mirror = mirror_new (G_LIST_MODEL (diagnosis));
  kith_diagnosis_run (diagnosis);
  WAIT_UNTIL (!kith_diagnosis_is_running (diagnosis));
  assert_int_equal (status_of (diagnosis, "tls"), KITH_CHECK_OK);
  assert_int_equal (status_of (diagnosis, "sign-in"), KITH_CHECK_OK);
  assert_int_equal (kith_diagnosis_count (diagnosis, KITH_CHECK_FAILED), 0);
  kith_diagnosis_run (diagnosis); /* again, and gone in the middle of it */
  mirror_free (mirror);
  g_object_unref (diagnosis);
  desk_leave (ada);
}

static void
the_doctor_tells_a_server_that_is_not_there (void **state)
{
  Desk *desk = *state;
  test_server_kill (desk->server);
  g_autoptr (KithDiagnosis) diagnosis = kith_diagnosis_new (NULL, desk->server->address, NULL);
  kith_diagnosis_run (diagnosis);
  WAIT_UNTIL (!kith_diagnosis_is_running (diagnosis));
  assert_int_equal (status_of (diagnosis, "tcp"), KITH_CHECK_FAILED);
  assert_int_equal (status_of (diagnosis, "sign-in"), KITH_CHECK_SKIPPED);
  g_autofree char *report = kith_diagnosis_report (diagnosis);
  assert_non_null (strstr (report, desk->server->address));
}

int
main (void)
{
#define AT_HOME(test) cmocka_unit_test_setup_teardown (test, home_set_up, home_tear_down)
#define ON_A_SERVER(test) cmocka_unit_test_setup_teardown (test, desk_set_up, desk_tear_down)
  const struct CMUnitTest tests[] = {
      AT_HOME (a_server_starts_is_found_again_and_stops),
      AT_HOME (only_the_invited_come_in_and_the_first_is_owner),
      AT_HOME (why_it_does_not_start_is_told),
      cmocka_unit_test_setup_teardown (everybody_begins_in_the_lobby, lobby_set_up, desk_tear_down),
      ON_A_SERVER (without_a_lobby_nobody_is_in_a_room),
      ON_A_SERVER (the_doctor_signs_in_as_the_session_does),
      ON_A_SERVER (the_doctor_tells_a_server_that_is_not_there),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
