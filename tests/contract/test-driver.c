/* test-driver.c - the headless client against a real kithd: one contract, under the poller and under GLib's main loop.
 */
#include "support/check.h"
#include "support/proxy.h"
#include "support/server.h"

#include "client/drive.h"
#include "core/transport.h"

#include <string.h>

typedef struct _Fixture Fixture;

/* How clients are driven. */
typedef struct {
  GSource *(*attach) (Fixture *fixture, KithClient *client); /* NULL: nothing to attach */
  void (*turn) (Fixture *fixture, KithClient *const *clients, guint n, gint64 latest_us);
} Variant;

struct _Fixture {
  const Variant *variant;
  TestServer *server;
  KithTls *tls;
  KithPoller *poller;
  GMainContext *context;
};

static void
turn_poller (Fixture *fixture, KithClient *const *clients, guint n, gint64 latest_us)
{
  CHECK (kith_drive (clients, n, fixture->poller, 1, latest_us, &error));
}

static GSource *
attach_glib (Fixture *fixture, KithClient *client)
{
  GSource *source = kith_transport_source_new (client);
  g_source_attach (source, fixture->context);
  return source;
}

static gboolean
on_latest (gpointer data)
{
  return G_SOURCE_REMOVE; /* the iteration ends, that is all */
}

static void
turn_glib (Fixture *fixture, KithClient *const *clients, guint n, gint64 latest_us)
{
  g_autoptr (GSource) timer = g_timeout_source_new ((guint) (MAX (latest_us - g_get_monotonic_time (), 0) / 1000));
  g_source_set_callback (timer, on_latest, NULL, NULL);
  g_source_attach (timer, fixture->context);
  g_main_context_iteration (fixture->context, TRUE);
  g_source_destroy (timer);
}

/* One person, and what happened to them. */
typedef struct {
  KithClient *client;
  GSource *source; /* what drives it, where it is one */
  char *pin_asked;
  gboolean seen[KITH_CLIENT_REFUSED + 1]; /* states that were entered */
  KithClientState broken_in;              /* the state before the last WAITING */
  KithClientState last;
  GError *why;
  GPtrArray *texts;    /* of pushed messages */
  GPtrArray *verdicts; /* "text=seq" or "text!code" of outbox entries */
} Person;

static void
on_state (KithClient *client, KithClientState state, const GError *why, gpointer data)
{
  Person *person = data;
  if (state == KITH_CLIENT_WAITING)
    person->broken_in = person->last;
  person->last = state;
  person->seen[state] = TRUE;
  g_clear_error (&person->why);
  person->why = why != NULL ? g_error_copy (why) : NULL;
}

static void
on_trust (KithClient *client, const char *pin, gpointer data)
{
  ((Person *) data)->pin_asked = g_strdup (pin);
}

static const char *
text_of (json_object *object)
{
  json_object *body = kith_member_object (object, "body");
  const char *text = body != NULL ? kith_member_string (body, "text") : NULL;
  return text != NULL ? text : "";
}

static void
on_event (KithClient *client, json_object *event, gpointer data)
{
  if (g_str_equal (kith_member_string (event, "kind"), "message"))
    g_ptr_array_add (((Person *) data)->texts, g_strdup (text_of (event)));
}

static void
on_entry (KithClient *client, const KithOutboxEntry *entry, gpointer data)
{
  Person *person = data;
  if (entry->state == KITH_ENTRY_ACKNOWLEDGED)
    g_ptr_array_add (person->verdicts,
                     g_strdup_printf ("%.8s=%" G_GINT64_FORMAT, text_of (entry->request), entry->seq));
  if (entry->state == KITH_ENTRY_REFUSED)
    g_ptr_array_add (person->verdicts, g_strdup_printf ("%.8s!%s", text_of (entry->request),
                                                        kith_error_code ((KithError) entry->error->code)));
}

static const KithClientHooks hooks = {.state_changed = on_state, .event = on_event, .entry_changed = on_entry};
static const KithClientHooks asking_hooks = {.state_changed = on_state, .trust = on_trust};

/* Takes storage. address: "127.0.0.1:PORT". */
static Person *
person_new (Fixture *fixture, const char *address, KithStorage *storage, const KithClientHooks *with,
            gboolean trust_first)
{
  g_autofree char *host = NULL;
  guint16 port;
  Person *person = g_new0 (Person, 1);
  CHECK (kith_address_split (address, 0, &host, &port, &error));
  person->texts = g_ptr_array_new_with_free_func (g_free);
  person->verdicts = g_ptr_array_new_with_free_func (g_free);
  KithClientOptions options = {.host = host,
                               .port = port,
                               .name = "test-driver",
                               .trust_first = trust_first,
                               .window = 8,
                               .tls = fixture->tls,
                               .storage = storage,
                               .hooks = with,
                               .data = person};
  CHECK ((person->client = kith_client_new (&options, &error)) != NULL);
  if (fixture->variant->attach != NULL)
    person->source = fixture->variant->attach (fixture, person->client);
  return person;
}

static void
person_leave (Person *person)
{
  if (person->source != NULL)
    g_source_destroy (person->source);
  g_clear_pointer (&person->source, g_source_unref);
  g_clear_pointer (&person->client, kith_client_free);
}

static void
person_free (Person *person)
{
  person_leave (person);
  g_free (person->pin_asked);
  g_clear_error (&person->why);
  g_ptr_array_unref (person->texts);
  g_ptr_array_unref (person->verdicts);
  g_free (person);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Person, person_free)

#define WAIT_UNTIL(fixture, condition, ...)                                             \
  do {                                                                                  \
    KithClient *clients[] = {__VA_ARGS__};                                              \
    gint64 latest_us = g_get_monotonic_time () + TEST_PATIENCE_S * G_TIME_SPAN_SECOND;  \
    while (!(condition)) {                                                              \
      if (g_get_monotonic_time () >= latest_us)                                         \
        fail_msg ("still not: %s", #condition);                                         \
      (fixture)->variant->turn ((fixture), clients, G_N_ELEMENTS (clients), latest_us); \
    }                                                                                   \
  } while (0)

static void
wait_for_state (Fixture *fixture, Person *person, KithClientState state)
{
  WAIT_UNTIL (fixture, kith_client_state (person->client) == state, person->client);
}

static Person *
register_person (Fixture *fixture, const char *handle)
{
  Person *person = person_new (fixture, fixture->server->address, kith_storage_memory_new (), &hooks, TRUE);
  CHECK (kith_client_register (person->client, handle, NULL, "test", NULL, &error));
  kith_client_start (person->client);
  wait_for_state (fixture, person, KITH_CLIENT_READY);
  return person;
}

/* One request, to its end. Returns the answer, to be put. */
typedef struct {
  guint calls;
  gboolean lost;
  json_object *root;
  GError *error;
} Asked;

static void
on_answer (KithClient *client, const KithAnswer *answer, gpointer data)
{
  Asked *asked = data;
  asked->calls++;
  asked->lost = answer->lost;
  asked->root = json_object_get (answer->root);
  asked->error = answer->error != NULL ? g_error_copy (answer->error) : NULL;
}

static json_object *
ask (Fixture *fixture, Person *person, json_object *request)
{
  Asked asked = {0};
  kith_client_request (person->client, request, KITH_REQUEST_KEEP, on_answer, &asked);
  WAIT_UNTIL (fixture, asked.calls > 0, person->client);
  assert_null (asked.error);
  return asked.root;
}

static gint64
make_room (Fixture *fixture, Person *person, const char *name)
{
  json_object *request = kith_client_message ("create", 0, TRUE);
  kith_add_string (request, "name", name);
  json_object *answer = ask (fixture, person, request);
  gint64 id = kith_member_id (kith_member_object (answer, "conversation"), "id", 'c');
  json_object_put (answer);
  return id;
}

static void
post (Person *person, gint64 room, const char *text)
{
  CHECK (kith_client_post (person->client, room, &(KithDraft){.text = text}, &error) != 0);
}

/* The texts of all messages of a room, each followed by a space. */
typedef struct {
  GString *texts;
  gboolean done;
} Log;

static void
on_page (KithClient *client, gint64 conversation, json_object *events, const GError *error, gpointer data)
{
  Log *log = data;
  assert_null (error);
  log->done = events == NULL;
  for (gsize i = 0; events != NULL && i < json_object_array_length (events); i++) {
    json_object *event = json_object_array_get_idx (events, i);
    if (g_str_equal (kith_member_string (event, "kind"), "message"))
      g_string_append_printf (log->texts, "%s ", text_of (event));
  }
}

static char *
read_log (Fixture *fixture, Person *person, gint64 room)
{
  Log log = {g_string_new (NULL)};
  kith_client_catch_up (person->client, room, 0, on_page, &log);
  WAIT_UNTIL (fixture, log.done, person->client);
  return g_string_free (log.texts, FALSE);
}

static char *
numbers (guint from, guint to)
{
  GString *text = g_string_new (NULL);
  for (guint i = from; i <= to; i++)
    g_string_append_printf (text, "%u ", i);
  return g_string_free (text, FALSE);
}

static void
joins_and_stays_the_same_person (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (Person) ada = register_person (fixture, "ada");
  KithState *known = kith_client_known (ada->client);
  assert_string_equal (kith_client_pin (ada->client), fixture->server->pin);
  assert_string_equal (kith_state_person (known, kith_client_me (ada->client))->handle, "ada");
  assert_non_null (kith_state_notes (known));
  assert_true (kith_client_has_token (ada->client));
  gint64 me = kith_client_me (ada->client);
  kith_client_stop (ada->client);
  kith_client_start (ada->client); /* by the token now */
  wait_for_state (fixture, ada, KITH_CLIENT_READY);
  assert_int_equal (kith_client_me (ada->client), me);
}

static void
a_stranger_is_asked_about (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (Person) eve =
      person_new (fixture, fixture->server->address, kith_storage_memory_new (), &asking_hooks, FALSE);
  CHECK (kith_client_register (eve->client, "eve", NULL, "test", NULL, &error));
  kith_client_start (eve->client);
  wait_for_state (fixture, eve, KITH_CLIENT_ASKING);
  assert_string_equal (eve->pin_asked, fixture->server->pin);
  assert_false (eve->seen[KITH_CLIENT_GREETING]);
  g_clear_pointer (&eve->pin_asked, g_free);
  kith_client_trust (eve->client, FALSE);
  assert_int_equal (kith_client_state (eve->client), KITH_CLIENT_REFUSED);
  kith_client_start (eve->client);
  wait_for_state (fixture, eve, KITH_CLIENT_ASKING);
  kith_client_trust (eve->client, TRUE);
  wait_for_state (fixture, eve, KITH_CLIENT_READY);
}

static void
a_changed_key_stops_everything (void **state)
{
  Fixture *fixture = *state;
  KithStorage *storage = kith_storage_memory_new ();
  kith_storage_set (storage, KITH_KEPT_PIN, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", NULL);
  kith_storage_set (storage, KITH_KEPT_TOKEN, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", NULL);
  g_autoptr (Person) mallory = person_new (fixture, fixture->server->address, storage, &hooks, TRUE);
  kith_client_start (mallory->client);
  wait_for_state (fixture, mallory, KITH_CLIENT_KEY_CHANGED);
  assert_false (mallory->seen[KITH_CLIENT_GREETING]); /* not a byte was said */
  assert_int_equal (kith_client_due (mallory->client), G_MAXINT64);
}

static void
an_announced_key_is_taken (void **state)
{
  Fixture *fixture = *state;
  KithStorage *storage = kith_storage_memory_new ();
  kith_storage_set (storage, KITH_KEPT_PIN, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", NULL);
  kith_storage_set (storage, KITH_KEPT_NEXT_PIN, fixture->server->pin, NULL);
  g_autoptr (Person) nina = person_new (fixture, fixture->server->address, storage, &hooks, FALSE);
  kith_client_start (nina->client);
  wait_for_state (fixture, nina, KITH_CLIENT_OPEN);
  g_autofree char *pin = kith_storage_get (storage, KITH_KEPT_PIN);
  assert_string_equal (pin, fixture->server->pin);
}

static void
a_wrong_token_is_refused (void **state)
{
  Fixture *fixture = *state;
  KithStorage *storage = kith_storage_memory_new ();
  kith_storage_set (storage, KITH_KEPT_TOKEN, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", NULL);
  g_autoptr (Person) nobody = person_new (fixture, fixture->server->address, storage, &hooks, TRUE);
  kith_client_start (nobody->client);
  wait_for_state (fixture, nobody, KITH_CLIENT_REFUSED);
  assert_true (g_error_matches (nobody->why, KITH_ERROR, KITH_ERROR_BAD_CREDENTIALS));
}

/* The way is cut after so many bytes: before, within and after register and its answer. It must end as one account each
 * time. */
static void
a_lost_answer_to_register_makes_no_second_account (void **state)
{
  Fixture *fixture = *state;
  TestProxy *proxy = NULL;
  guint cut_in_signing_in = 0;
  CHECK ((proxy = test_proxy_new (fixture->server->address, &error)) != NULL);
  for (guint bytes = 1200; bytes < 3200; bytes += 80) {
    g_autofree char *handle = g_strdup_printf ("p%u", bytes);
    g_autoptr (Person) person =
        person_new (fixture, test_proxy_address (proxy), kith_storage_memory_new (), &hooks, TRUE);
    test_proxy_cut_after (proxy, bytes);
    CHECK (kith_client_register (person->client, handle, NULL, "test", NULL, &error));
    kith_client_start (person->client);
    WAIT_UNTIL (fixture, person->seen[KITH_CLIENT_WAITING] || person->seen[KITH_CLIENT_READY], person->client);
    test_proxy_cut_after (proxy, 0);
    cut_in_signing_in += person->seen[KITH_CLIENT_WAITING] && person->broken_in == KITH_CLIENT_SIGNING_IN;
    kith_client_try_now (person->client);
    wait_for_state (fixture, person, KITH_CLIENT_READY);
    assert_string_equal (
        kith_state_person (kith_client_known (person->client), kith_client_me (person->client))->handle, handle);
  }
  test_proxy_free (proxy);
  assert_true (cut_in_signing_in > 0);
}

static void
a_refusal_in_a_window_leaves_the_others_in_order (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (Person) fay = register_person (fixture, "fay");
  g_autofree char *too_long = g_strnfill (KITH_TEXT_MAX + 1, 'x');
  gint64 room = make_room (fixture, fay, "window");
  for (guint i = 1; i <= 12; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    post (fay, room, i == 5 ? too_long : text);
  }
  WAIT_UNTIL (fixture, fay->verdicts->len == 12, fay->client);
  g_autofree char *log = read_log (fixture, fay, room);
  assert_string_equal (log, "1 2 3 4 6 7 8 9 10 11 12 ");
  guint refused = 0;
  for (guint i = 0; i < 12; i++)
    refused += g_str_equal (g_ptr_array_index (fay->verdicts, i), "xxxxxxxx!too_large");
  assert_int_equal (refused, 1);
}

static void
nothing_is_lost_or_doubled_when_the_server_dies (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (Person) gus = register_person (fixture, "gus");
  gint64 room = make_room (fixture, gus, "kill");
  for (guint i = 1; i <= 400; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    post (gus, room, text);
  }
  for (guint wanted = 20; wanted <= 220; wanted += 100) {
    WAIT_UNTIL (fixture, gus->verdicts->len >= wanted, gus->client);
    test_server_kill (fixture->server);
    CHECK (test_server_start (fixture->server, &error));
  }
  WAIT_UNTIL (fixture, gus->verdicts->len == 400, gus->client);
  g_autofree char *log = read_log (fixture, gus, room), *wanted = numbers (1, 400);
  assert_string_equal (log, wanted);
}

static void
two_in_one_process_hear_each_other (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (Person) hal = register_person (fixture, "hal");
  g_autoptr (Person) ivy = register_person (fixture, "ivy");
  gint64 room = make_room (fixture, hal, "both");
  json_object_put (ask (fixture, ivy, kith_client_message ("join", room, TRUE)));
  post (hal, room, "from hal");
  post (ivy, room, "from ivy");
  WAIT_UNTIL (fixture, hal->texts->len == 2 && ivy->texts->len == 2, hal->client, ivy->client);
  for (guint i = 0; i < 2; i++)
    assert_string_equal (g_ptr_array_index (hal->texts, i), g_ptr_array_index (ivy->texts, i));
  /* each has learned of the other */
  WAIT_UNTIL (fixture, kith_state_person_by_handle (kith_client_known (hal->client), "ivy") != NULL, hal->client,
              ivy->client);
}

static void
requests_are_answered_once (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (Person) jim = register_person (fixture, "jim");
  Asked plain = {0}, kept = {0}, unknown = {0}, offline = {0}, last = {0};
  kith_client_request (jim->client, kith_client_message ("rooms", 0, FALSE), KITH_REQUEST_PLAIN, on_answer, &plain);
  kith_client_request (jim->client, kith_client_message ("rooms", 0, FALSE), KITH_REQUEST_KEEP, on_answer, &kept);
  kith_client_request (jim->client, kith_client_message ("nonsense", 0, FALSE), KITH_REQUEST_KEEP, on_answer, &unknown);
  assert_int_equal (unknown.calls, 0); /* never from within the call */
  kith_client_stop (jim->client);
  kith_client_request (jim->client, kith_client_message ("rooms", 0, FALSE), KITH_REQUEST_PLAIN, on_answer, &offline);
  WAIT_UNTIL (fixture, plain.calls == 1 && unknown.calls == 1 && offline.calls == 1, jim->client);
  assert_true (plain.lost);
  assert_true (g_error_matches (unknown.error, KITH_ERROR, KITH_ERROR_UNKNOWN_TYPE));
  assert_true (g_error_matches (offline.error, KITH_ERROR, KITH_ERROR_UNAVAILABLE));
  assert_int_equal (kept.calls, 0);
  kith_client_start (jim->client);
  WAIT_UNTIL (fixture, kept.calls == 1, jim->client);
  assert_non_null (kept.root);
  kith_client_request (jim->client, kith_client_message ("rooms", 0, FALSE), KITH_REQUEST_KEEP, on_answer, &last);
  person_leave (jim);
  assert_int_equal (last.calls, 1);
  assert_true (last.lost);
  assert_int_equal (plain.calls + kept.calls + unknown.calls + offline.calls, 4);
  json_object_put (kept.root);
  GError *errors[] = {plain.error, unknown.error, offline.error, last.error};
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    g_error_free (errors[i]);
}

static void
a_mean_network_changes_nothing (void **state)
{
  Fixture *fixture = *state;
  TestProxy *proxy = NULL;
  CHECK ((proxy = test_proxy_new (fixture->server->address, &error)) != NULL);
  test_proxy_set_chunk (proxy, 1);
  g_autoptr (Person) kim = person_new (fixture, test_proxy_address (proxy), kith_storage_memory_new (), &hooks, TRUE);
  CHECK (kith_client_register (kim->client, "kim", NULL, "test", NULL, &error));
  kith_client_start (kim->client);
  wait_for_state (fixture, kim, KITH_CLIENT_READY);
  gint64 notes = kith_state_notes (kith_client_known (kim->client))->id;
  for (guint i = 1; i <= 30; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    post (kim, notes, text);
  }
  WAIT_UNTIL (fixture, kim->verdicts->len >= 5, kim->client);
  test_proxy_cut (proxy);
  WAIT_UNTIL (fixture, kim->verdicts->len == 30, kim->client);
  g_autofree char *log = read_log (fixture, kim, notes), *wanted = numbers (1, 30);
  assert_string_equal (log, wanted);
  person_leave (kim);
  test_proxy_free (proxy);
}

static int
set_up (void **state)
{
  static const char *const generous[] = {"posts_per_second", "posts_burst", "registrations_per_minute",
                                         "connections_per_address"};
  Fixture *fixture = g_new0 (Fixture, 1);
  fixture->variant = *state;
  fixture->server = test_server_new ();
  for (guint i = 0; i < G_N_ELEMENTS (generous); i++)
    test_server_set (fixture->server, "limits", generous[i], "100000");
  CHECK (kith_net_start (&error));
  CHECK (test_server_start (fixture->server, &error));
  CHECK ((fixture->tls = kith_tls_client_new (&error)) != NULL);
  CHECK ((fixture->poller = kith_poller_new (KITH_POLLER_BEST, &error)) != NULL);
  fixture->context = g_main_context_new ();
  *state = fixture;
  return 0;
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;
  g_main_context_unref (fixture->context);
  kith_poller_free (fixture->poller);
  kith_tls_free (fixture->tls);
  test_server_free (fixture->server);
  g_free (fixture);
  return 0;
}

#define WITH(variant, test)                                             \
  {                                                                     \
#test " (" #variant ")", test, set_up, tear_down, (void *) &variant \
  }
#define ALL_WITH(variant)                                                                                          \
  WITH (variant, joins_and_stays_the_same_person), WITH (variant, a_stranger_is_asked_about),                      \
      WITH (variant, a_changed_key_stops_everything), WITH (variant, an_announced_key_is_taken),                   \
      WITH (variant, a_wrong_token_is_refused), WITH (variant, a_lost_answer_to_register_makes_no_second_account), \
      WITH (variant, a_refusal_in_a_window_leaves_the_others_in_order),                                            \
      WITH (variant, nothing_is_lost_or_doubled_when_the_server_dies),                                             \
      WITH (variant, two_in_one_process_hear_each_other), WITH (variant, requests_are_answered_once),              \
      WITH (variant, a_mean_network_changes_nothing)

int
main (void)
{
  static const Variant poller = {NULL, turn_poller}, glib_loop = {attach_glib, turn_glib};
  const struct CMUnitTest tests[] = {ALL_WITH (poller), ALL_WITH (glib_loop)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
