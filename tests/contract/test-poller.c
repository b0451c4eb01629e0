/* The poller: one contract, run against select with its nested set and against select alone. */
#include "support/check.h"
#include "support/loopback.h"
#include "net/wake.h"

#define LONG_US (30 * G_TIME_SPAN_SECOND)
#define MANY 3000

typedef struct {
  KithPollerKind kind;
  KithPoller *poller;
  GArray *ready;
} Fixture;

static int
set_up (void **state, KithPollerKind kind)
{
  Fixture *fixture = g_new0 (Fixture, 1);

  fixture->kind = kind;
  CHECK (fixture->poller = kith_poller_new (kind, &error));
  fixture->ready = g_array_new (FALSE, FALSE, sizeof (KithReady));
  *state = fixture;
  return 0;
}

static int
set_up_best (void **state)
{
  return set_up (state, KITH_POLLER_BEST);
}

static int
set_up_select (void **state)
{
  return set_up (state, KITH_POLLER_SELECT_ONLY);
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;

  kith_poller_free (fixture->poller);
  g_array_unref (fixture->ready);
  g_free (fixture);
  return 0;
}

static void
add (Fixture *fixture, KithSocket socket, guint wanted, guint64 token)
{
  CHECK (kith_poller_add (fixture->poller, socket, KITH_PLACE_NESTED, wanted, token, &error));
}

static guint
wait_for (Fixture *fixture, gint64 timeout_us)
{
  CHECK (kith_poller_wait (fixture->poller, timeout_us, 1000, fixture->ready, &error));
  return fixture->ready->len;
}

/* What the last wait told of token; 0 when nothing. */
static guint
events_of (Fixture *fixture, guint64 token)
{
  guint events = 0;

  for (guint i = 0; i < fixture->ready->len; i++)
    if (g_array_index (fixture->ready, KithReady, i).token == token)
      events |= g_array_index (fixture->ready, KithReady, i).events;
  return events;
}

static void
send_byte (KithSocket socket)
{
  gsize sent;

  assert_int_equal (kith_socket_send (socket, "x", 1, &sent, NULL), KITH_IO_OK);
}

static void
receive_byte (KithSocket socket)
{
  char byte;
  gsize got;

  assert_int_equal (kith_socket_receive (socket, &byte, 1, &got, NULL), KITH_IO_OK);
}

static void
close_pair (KithSocket pair[2])
{
  kith_socket_close (pair[0]);
  kith_socket_close (pair[1]);
}

static void
tells_who_can_read_and_write (void **state)
{
  Fixture *fixture = *state;
  KithSocket pair[2];

  loopback_pair (pair);
  add (fixture, pair[0], KITH_POLL_READ, 11);
  add (fixture, pair[1], KITH_POLL_READ | KITH_POLL_WRITE, 22);
  assert_int_equal (kith_poller_count (fixture->poller), 2);
  wait_for (fixture, LONG_US);
  assert_int_equal (events_of (fixture, 11), 0);
  assert_int_equal (events_of (fixture, 22), KITH_POLL_WRITE);

  send_byte (pair[1]);
  loopback_wait (pair[0], KITH_POLL_READ);
  wait_for (fixture, LONG_US);
  assert_int_equal (events_of (fixture, 11), KITH_POLL_READ);

  kith_poller_remove (fixture->poller, pair[0]);
  kith_poller_remove (fixture->poller, pair[1]);
  assert_int_equal (kith_poller_count (fixture->poller), 0);
  close_pair (pair);
}

/* Level-triggered: what was not taken is told again. */
static void
tells_again (void **state)
{
  Fixture *fixture = *state;
  KithSocket pair[2];

  loopback_pair (pair);
  add (fixture, pair[0], KITH_POLL_READ, 1);
  send_byte (pair[1]);
  for (int i = 0; i < 3; i++)
    assert_int_equal (wait_for (fixture, LONG_US), 1);
  receive_byte (pair[0]);
  assert_int_equal (wait_for (fixture, 0), 0);
  close_pair (pair);
}

static void
changes (void **state)
{
  Fixture *fixture = *state;
  KithSocket pair[2];

  loopback_pair (pair);
  add (fixture, pair[0], 0, 1);
  send_byte (pair[1]);
  loopback_wait (pair[0], KITH_POLL_READ);
  assert_int_equal (wait_for (fixture, 0), 0);
  kith_poller_change (fixture->poller, pair[0], KITH_POLL_READ);
  wait_for (fixture, LONG_US);
  assert_int_equal (events_of (fixture, 1), KITH_POLL_READ);
  kith_poller_change (fixture->poller, pair[0], KITH_POLL_WRITE);
  wait_for (fixture, LONG_US);
  assert_int_equal (events_of (fixture, 1), KITH_POLL_WRITE);
  kith_poller_change (fixture->poller, pair[0], 0);
  assert_int_equal (wait_for (fixture, 0), 0);
  close_pair (pair);
}

/* The descriptor of a closed socket comes back at once; what is told then is of the new one. */
static void
forgets_who_was_removed (void **state)
{
  Fixture *fixture = *state;
  KithSocket old[2], new[2];

  loopback_pair (old);
  add (fixture, old[0], KITH_POLL_READ, 1);
  add (fixture, old[1], KITH_POLL_READ, 2);
  send_byte (old[0]);
  send_byte (old[1]);
  loopback_wait (old[0], KITH_POLL_READ);
  loopback_wait (old[1], KITH_POLL_READ);
  kith_poller_remove (fixture->poller, old[0]);
  assert_int_equal (wait_for (fixture, LONG_US), 1);
  assert_int_equal (events_of (fixture, 2), KITH_POLL_READ);
  kith_poller_remove (fixture->poller, old[1]);
  close_pair (old);

  loopback_pair (new);
  add (fixture, new[0], KITH_POLL_WRITE, 3);
  assert_int_equal (wait_for (fixture, LONG_US), 1);
  assert_int_equal (events_of (fixture, 3), KITH_POLL_WRITE);
  close_pair (new);
}

/* Both places at once, and whoever was moved by the removal of another is still found. */
static void
keeps_the_others_when_one_goes (void **state)
{
  Fixture *fixture = *state;
  KithSocket pairs[8][2];

  for (guint i = 0; i < 8; i++) {
    loopback_pair (pairs[i]);
    CHECK (kith_poller_add (fixture->poller, pairs[i][0], i % 2 ? KITH_PLACE_SELECT : KITH_PLACE_NESTED, KITH_POLL_READ,
                            i, &error));
    send_byte (pairs[i][1]);
    loopback_wait (pairs[i][0], KITH_POLL_READ);
  }
  for (guint gone = 0; gone < 8; gone++) {
    kith_poller_remove (fixture->poller, pairs[gone][0]);
    close_pair (pairs[gone]);
    assert_int_equal (wait_for (fixture, 0), 7 - gone);
    for (guint i = 0; i < 8; i++)
      assert_int_equal (events_of (fixture, i), i > gone ? KITH_POLL_READ : 0);
    if (gone < 7)
      kith_poller_change (fixture->poller, pairs[7][0], KITH_POLL_READ);
  }
}

static void
tells_a_closed_peer (void **state)
{
  Fixture *fixture = *state;
  KithSocket pair[2];
  char byte;
  gsize got;

  loopback_pair (pair);
  add (fixture, pair[0], KITH_POLL_READ, 1);
  kith_socket_close (pair[1]);
  wait_for (fixture, LONG_US);
  assert_true (events_of (fixture, 1) & KITH_POLL_READ);
  assert_int_equal (kith_socket_receive (pair[0], &byte, 1, &got, NULL), KITH_IO_END);
  kith_socket_close (pair[0]);
}

static void
tells_a_failed_connect (void **state)
{
  Fixture *fixture = *state;
  KithAddress address = loopback_refusing ();
  g_autoptr (GError) error = NULL;
  KithSocket socket = kith_socket_connect (&address, &error);

  if (socket != KITH_SOCKET_NONE) {
    add (fixture, socket, KITH_POLL_WRITE, 1);
    wait_for (fixture, LONG_US);
    assert_true (events_of (fixture, 1) & (KITH_POLL_WRITE | KITH_POLL_ERROR));
    assert_int_equal (kith_socket_connected (socket, &error), KITH_IO_ERROR);
    kith_socket_close (socket);
  }
  assert_true (g_error_matches (error, KITH_NET_ERROR, KITH_NET_ERROR_REFUSED));
}

static void
keeps_to_the_timeout (void **state)
{
  Fixture *fixture = *state;
  gint64 start = g_get_monotonic_time ();

  assert_int_equal (wait_for (fixture, 0), 0);
  assert_true (g_get_monotonic_time () - start < LONG_US);
  start = g_get_monotonic_time ();
  assert_int_equal (wait_for (fixture, 50 * G_TIME_SPAN_MILLISECOND), 0);
  assert_true (g_get_monotonic_time () - start >= 50 * G_TIME_SPAN_MILLISECOND);
}

/* ---- who is told first ---- */

typedef struct {
  KithSocket pairs[32][2];
  guint told[32];
} Crowd;

static void
fill_crowd (Fixture *fixture, Crowd *crowd)
{
  for (guint i = 0; i < 32; i++) {
    loopback_pair (crowd->pairs[i]);
    CHECK (kith_poller_add (fixture->poller, crowd->pairs[i][0], i < 8 ? KITH_PLACE_SELECT : KITH_PLACE_NESTED,
                            KITH_POLL_WRITE, i, &error));
  }
}

/* Everybody is always ready and there is room for a few: nobody waits for ever, nobody is told twice at once. */
static void
is_fair_when_the_list_is_short (void **state)
{
  static const guint rooms[] = {1, 3, 5, 31};
  Fixture *fixture = *state;
  Crowd crowd = {0};

  fill_crowd (fixture, &crowd);
  for (guint turn = 0; turn < 32 * 40; turn++) {
    guint room = rooms[turn % G_N_ELEMENTS (rooms)];
    guint64 seen = 0;
    CHECK (kith_poller_wait (fixture->poller, LONG_US, room, fixture->ready, &error));
    assert_in_range (fixture->ready->len, 1, room);
    for (guint i = 0; i < fixture->ready->len; i++) {
      guint64 token = g_array_index (fixture->ready, KithReady, i).token;
      assert_int_equal (seen & (G_GUINT64_CONSTANT (1) << token), 0);
      seen |= G_GUINT64_CONSTANT (1) << token;
      crowd.told[token]++;
    }
  }
  for (guint i = 0; i < 32; i++) {
    assert_true (crowd.told[i] >= 40);
    close_pair (crowd.pairs[i]);
  }
}

/* ---- timers ---- */

typedef struct {
  KithPoller *poller;
  GString *order;
  char name;
  guint64 victim; /* removed when this one fires */
  gboolean again; /* adds itself anew, due at once */
} Call;

static void
on_timer (gpointer data)
{
  Call *call = data;

  g_string_append_c (call->order, call->name);
  if (call->victim != 0)
    kith_poller_timer_remove (call->poller, call->victim);
  if (call->again)
    kith_poller_timer_add (call->poller, 0, on_timer, call);
}

static void
timers_come_in_order (void **state)
{
  static const gint64 due[] = {30, 10, 20, 10, 40, 10};
  Fixture *fixture = *state;
  g_autoptr (GString) order = g_string_new ("");
  Call calls[6];

  for (guint i = 0; i < 6; i++) {
    calls[i] = (Call){.poller = fixture->poller, .order = order, .name = (char) ('a' + i)};
    kith_poller_timer_add (fixture->poller, due[i], on_timer, &calls[i]);
  }
  kith_poller_run_timers (fixture->poller, 9);
  assert_string_equal (order->str, "");
  kith_poller_run_timers (fixture->poller, 20);
  assert_string_equal (order->str, "bdfc");
  kith_poller_run_timers (fixture->poller, 1000);
  assert_string_equal (order->str, "bdfcae");
  kith_poller_run_timers (fixture->poller, 2000);
  assert_string_equal (order->str, "bdfcae");
}

static void
timers_can_be_removed (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GString) order = g_string_new ("");
  Call first = {fixture->poller, order, 'a', 0, FALSE};
  Call second = {fixture->poller, order, 'b', 0, FALSE};
  guint64 gone = kith_poller_timer_add (fixture->poller, 1, on_timer, &second);

  kith_poller_timer_remove (fixture->poller, gone);
  kith_poller_timer_remove (fixture->poller, gone);
  kith_poller_timer_remove (fixture->poller, 0);
  kith_poller_timer_remove (fixture->poller, G_MAXUINT64);
  kith_poller_timer_add (fixture->poller, 1, on_timer, &first);
  assert_true (kith_poller_timer_add (fixture->poller, 2, on_timer, &second) > gone);
  kith_poller_timer_remove (fixture->poller, gone);
  kith_poller_run_timers (fixture->poller, 5);
  assert_string_equal (order->str, "ab");
}

static void
timers_may_change_timers (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GString) order = g_string_new ("");
  Call first = {fixture->poller, order, 'a', 0, TRUE};
  Call second = {fixture->poller, order, 'b', 0, FALSE};
  Call third = {fixture->poller, order, 'c', 0, FALSE};

  kith_poller_timer_add (fixture->poller, 1, on_timer, &first);
  kith_poller_timer_add (fixture->poller, 2, on_timer, &third);
  first.victim = kith_poller_timer_add (fixture->poller, 1, on_timer, &second);
  kith_poller_run_timers (fixture->poller, 10);
  assert_string_equal (order->str, "ac");
  kith_poller_run_timers (fixture->poller, 10);
  assert_string_equal (order->str, "aca");
}

static void
waits_no_longer_than_the_next_timer (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GString) order = g_string_new ("");
  Call call = {fixture->poller, order, 'a', 0, FALSE};
  gint64 due = g_get_monotonic_time () + 20 * G_TIME_SPAN_MILLISECOND;

  kith_poller_timer_add (fixture->poller, g_get_monotonic_time () + G_TIME_SPAN_DAY, on_timer, &call);
  kith_poller_timer_add (fixture->poller, due, on_timer, &call);
  while (order->len == 0) {
    assert_int_equal (wait_for (fixture, -1), 0);
    kith_poller_run_timers (fixture->poller, g_get_monotonic_time ());
  }
  assert_true (g_get_monotonic_time () >= due);
  assert_string_equal (order->str, "a");
}

/* ---- other threads ---- */

static gpointer
signal_many (gpointer wake)
{
  for (int i = 0; i < 1000; i++)
    kith_wake_signal (wake);
  return NULL;
}

static void
is_woken_by_a_thread (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (KithWake) wake = NULL;

  CHECK (wake = kith_wake_new (&error));
  CHECK (kith_poller_add (fixture->poller, kith_wake_socket (wake), KITH_PLACE_SELECT, KITH_POLL_READ, 9, &error));
  assert_int_equal (wait_for (fixture, 0), 0);
  for (int i = 0; i < 20; i++) {
    GThread *thread = g_thread_new ("signal", signal_many, wake);
    assert_int_equal (wait_for (fixture, -1), 1);
    assert_int_equal (events_of (fixture, 9), KITH_POLL_READ);
    g_thread_join (thread);
    kith_wake_clear (wake);
    assert_int_equal (wait_for (fixture, 0), 0);
  }
}

/* ---- many ---- */

static void
close_all (KithSocket (*pairs)[2], guint n)
{
  for (guint i = 0; i < n; i++)
    close_pair (pairs[i]);
}

/* Opens pairs until there are n, or descriptors run out; returns how many there are. */
static guint
open_pairs (KithSocket (*pairs)[2], guint n)
{
  guint i = 0;

  while (i < n && kith_socket_pair (pairs[i], NULL))
    i++;
  return i;
}

static void
many_wait_in_the_nested_set (void **state)
{
  Fixture *fixture = *state;
  g_autofree KithSocket (*pairs)[2] = (KithSocket (*)[2]) g_new (KithSocket, 2 * MANY);

  if (!kith_poller_has_nest (fixture->poller) || kith_socket_raise_limit (2 * MANY + 100) < 2 * MANY + 100)
    skip ();
  assert_int_equal (open_pairs (pairs, MANY), MANY);
  for (guint i = 0; i < MANY; i++)
    add (fixture, pairs[i][0], KITH_POLL_READ, i);
  assert_int_equal (wait_for (fixture, 0), 0);
  for (guint i = 0; i < MANY; i += 7) {
    send_byte (pairs[i][1]);
    assert_int_equal (wait_for (fixture, LONG_US), 1);
    assert_int_equal (events_of (fixture, i), KITH_POLL_READ);
    receive_byte (pairs[i][0]);
  }
  for (guint i = 0; i < MANY; i++)
    kith_poller_remove (fixture->poller, pairs[i][0]);
  close_all (pairs, MANY);
}

/* What select cannot hold is refused, and those that it holds go on. */
static void
refuses_above_the_ceiling (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (KithPoller) alone = NULL;
  CHECK ((alone = kith_poller_new (KITH_POLLER_SELECT_ONLY, &error)) != NULL);
  const guint many = kith_poller_ceiling (alone) + 100;
  g_autofree KithSocket (*pairs)[2] = (KithSocket (*)[2]) g_new (KithSocket, 2 * many);
  guint n, added = 0, refused = 0;

  kith_socket_raise_limit (2 * many + 100);
  n = open_pairs (pairs, many);
  for (guint i = 0; i < n; i++) {
    g_autoptr (GError) error = NULL;
    if (kith_poller_add (fixture->poller, pairs[i][0], KITH_PLACE_SELECT, KITH_POLL_READ, i, &error)) {
      added++;
      continue;
    }
    refused++;
    assert_true (g_error_matches (error, KITH_NET_ERROR, KITH_NET_ERROR_FULL));
  }
  assert_true (refused > 0);
  assert_int_equal (kith_poller_count (fixture->poller), added);
  for (guint i = 0; i < added; i += 50) {
    send_byte (pairs[i][1]);
    assert_int_equal (wait_for (fixture, LONG_US), 1);
    assert_int_equal (events_of (fixture, i), KITH_POLL_READ);
    receive_byte (pairs[i][0]);
  }
  close_all (pairs, n);
}

/* Above the ceiling for select; below it the descriptors stay free. */
static void
raises_sockets (void **state)
{
  KithSocket pair[2];

  if (kith_socket_raise_limit (1200) < 1200)
    skip ();
  CHECK (kith_socket_pair (pair, &error));
  pair[0] = kith_socket_raise (pair[0], 1024);
  if (pair[0] < 1024)
    skip ();
  send_byte (pair[0]);
  receive_byte (pair[1]);
  assert_int_equal (kith_socket_raise (pair[0], 1024), pair[0]);
  close_pair (pair);
}

#define CONTRACT(set_up)                                                                        \
  cmocka_unit_test_setup_teardown (tells_who_can_read_and_write, set_up, tear_down),            \
      cmocka_unit_test_setup_teardown (tells_again, set_up, tear_down),                         \
      cmocka_unit_test_setup_teardown (changes, set_up, tear_down),                             \
      cmocka_unit_test_setup_teardown (forgets_who_was_removed, set_up, tear_down),             \
      cmocka_unit_test_setup_teardown (keeps_the_others_when_one_goes, set_up, tear_down),      \
      cmocka_unit_test_setup_teardown (tells_a_closed_peer, set_up, tear_down),                 \
      cmocka_unit_test_setup_teardown (tells_a_failed_connect, set_up, tear_down),              \
      cmocka_unit_test_setup_teardown (keeps_to_the_timeout, set_up, tear_down),                \
      cmocka_unit_test_setup_teardown (is_fair_when_the_list_is_short, set_up, tear_down),      \
      cmocka_unit_test_setup_teardown (timers_come_in_order, set_up, tear_down),                \
      cmocka_unit_test_setup_teardown (timers_can_be_removed, set_up, tear_down),               \
      cmocka_unit_test_setup_teardown (timers_may_change_timers, set_up, tear_down),            \
      cmocka_unit_test_setup_teardown (waits_no_longer_than_the_next_timer, set_up, tear_down), \
      cmocka_unit_test_setup_teardown (is_woken_by_a_thread, set_up, tear_down),                \
      cmocka_unit_test_setup_teardown (refuses_above_the_ceiling, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
      CONTRACT (set_up_best),
      CONTRACT (set_up_select),
      cmocka_unit_test_setup_teardown (many_wait_in_the_nested_set, set_up_best, tear_down),
      cmocka_unit_test (raises_sockets),
  };

  if (!kith_net_start (NULL))
    return 1;
  return cmocka_run_group_tests_name ("poller", tests, NULL, NULL);
}
