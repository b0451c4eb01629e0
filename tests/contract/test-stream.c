/* Streams: one contract, run against a socket, against TLS and a token over a socket, and against both over a stream
 * that behaves as badly as a stream may. */
#include "support/check.h"
#include "support/loopback.h"
#include "support/shaky.h"
#include "net/stream-token.h"
#include "net/tls.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  gboolean tls;
  ShakyHabits habits; /* of the stream below TLS */
  gsize transfer;     /* bytes each way in the big test */
  gboolean token;
} Variant;

#define TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define WRONG_TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdee"

static const Variant variants[] = {
    {FALSE, {0}, 2 * 1024 * 1024},
    {TRUE, {0}, 2 * 1024 * 1024},
    {TRUE, {.most = 1, .seed = 1}, 40 * 1024},
    {TRUE, {.again = 40, .most = 700, .seed = 2}, 512 * 1024},
    {TRUE, {.again = 60, .most = 5, .seed = 3}, 40 * 1024},
    {FALSE, {0}, 2 * 1024 * 1024, .token = TRUE},
    {FALSE, {.most = 5, .seed = 4}, 40 * 1024, .token = TRUE},
};

/* Made once: the identity, and both sides' settings. */
static struct {
  char *dir, *key, *cert;
  KithTls *server, *client;
} world;

/* One end: what it still has to write, and what it has read. */
typedef struct {
  KithStream *stream;
  gboolean shaken;
  GByteArray *out;
  gsize written;
  gsize refused; /* so many bytes were offered when it said AGAIN; not fewer the next time */
  GByteArray *in;
  KithIo status; /* of reading */
  GError *error;
  guint waits_for;
} End;

typedef struct {
  const Variant *variant;
  End ends[2]; /* client, server */
  GRand *random;
} Fixture;

static KithStream *
new_stream (const Variant *variant, KithSocket socket, gboolean server, gsize damage_at)
{
  KithStream *stream = kith_stream_socket_new (socket);
  ShakyHabits habits = variant->habits;

  if (!variant->tls && !variant->token)
    return stream;
  habits.seed += server ? 1000 : 0;
  habits.damage_at = damage_at;
  habits.count = server ? habits.count : NULL;
  stream = shaky_stream_new (stream, &habits);
  if (variant->token)
    return (server ? kith_stream_token_demand : kith_stream_token_give) (stream, TOKEN);
  return kith_stream_tls_new (server ? world.server : world.client, stream, server ? NULL : "kith.test");
}

/* ---- both ends, driven in one thread ---- */

static gboolean
shake_hands (End *end)
{
  KithIo status = kith_stream_handshake (end->stream, &end->error);

  if (status == KITH_IO_AGAIN)
    end->waits_for |= kith_stream_wants_read (end->stream);
  else if (status == KITH_IO_ERROR)
    end->status = status;
  end->shaken = status == KITH_IO_OK;
  return end->shaken;
}

/* From a buffer that is somewhere else each time, and of another length. TRUE when something moved. */
static gboolean
write_some (Fixture *fixture, End *end)
{
  gsize left = end->out->len - end->written, sent;

  if (left == 0 || end->status == KITH_IO_ERROR)
    return FALSE;
  gsize least = MAX (end->refused, 1), most = MIN (left, least + 40000);
  gsize size = (gsize) g_rand_int_range (fixture->random, (gint32) least, (gint32) most + 1);
  g_autofree guint8 *copy = g_memdup2 (end->out->data + end->written, size);
  KithIo status = kith_stream_write (end->stream, copy, size, &sent, &end->error);
  end->refused = status == KITH_IO_AGAIN ? size : 0;
  if (status == KITH_IO_AGAIN)
    end->waits_for |= kith_stream_wants_write (end->stream);
  else if (status == KITH_IO_ERROR)
    end->status = status;
  end->written += sent;
  return sent > 0;
}

static gboolean
read_some (Fixture *fixture, End *end)
{
  guint8 data[20000];
  gsize got;

  if (end->status == KITH_IO_ERROR || end->status == KITH_IO_END)
    return FALSE;
  gsize size = (gsize) g_rand_int_range (fixture->random, 1, sizeof data);
  end->status = kith_stream_read (end->stream, data, size, &got, &end->error);
  if (end->status == KITH_IO_AGAIN) {
    end->waits_for |= kith_stream_wants_read (end->stream);
    assert_int_equal (kith_stream_pending (end->stream), 0);
  }
  g_byte_array_append (end->in, data, (guint) got);
  return got > 0 || end->status == KITH_IO_END || end->status == KITH_IO_ERROR;
}

static gboolean
step (Fixture *fixture, End *end)
{
  if (end->stream == NULL || end->status == KITH_IO_ERROR || !shake_hands (end))
    return FALSE;
  gboolean wrote = write_some (fixture, end);
  gboolean read = read_some (fixture, end);
  return wrote || read;
}

static void
wait_for_either (Fixture *fixture)
{
  g_autoptr (KithPoller) poller = NULL;
  g_autoptr (GArray) ready = g_array_new (FALSE, FALSE, sizeof (KithReady));

  CHECK (poller = kith_poller_new (KITH_POLLER_SELECT_ONLY, &error));
  for (guint i = 0; i < 2; i++)
    if (fixture->ends[i].stream != NULL && fixture->ends[i].waits_for != 0)
      CHECK (kith_poller_add (poller, kith_stream_socket (fixture->ends[i].stream), KITH_PLACE_SELECT,
                              fixture->ends[i].waits_for, i, &error));
  if (kith_poller_count (poller) == 0)
    fail_msg ("nothing moves: %s", fixture->ends[0].error   ? fixture->ends[0].error->message
                                   : fixture->ends[1].error ? fixture->ends[1].error->message
                                                            : "no stream waits for anything");
  CHECK (kith_poller_wait (poller, LOOPBACK_PATIENCE_US, 2, ready, &error));
  if (ready->len == 0)
    fail_msg ("nothing moves, and nothing will: a stream waits for the wrong thing");
}

typedef gboolean (*Condition) (Fixture *fixture);

/* Moves bytes both ways until condition holds. Waits only for what the streams want, so a wrong wish shows. */
static void
run_until (Fixture *fixture, Condition condition)
{
  while (!condition (fixture)) {
    gboolean moved = FALSE;
    for (guint i = 0; i < 2; i++) {
      fixture->ends[i].waits_for = 0;
      moved |= step (fixture, &fixture->ends[i]);
    }
    if (!moved && !condition (fixture))
      wait_for_either (fixture);
  }
}

static gboolean
have_shaken_hands (Fixture *fixture)
{
  return fixture->ends[0].shaken && fixture->ends[1].shaken;
}

static gboolean
all_arrived (Fixture *fixture)
{
  return fixture->ends[0].in->len >= fixture->ends[1].out->len && fixture->ends[1].in->len >= fixture->ends[0].out->len;
}

static gboolean
server_has_finished (Fixture *fixture)
{
  return fixture->ends[1].status == KITH_IO_END || fixture->ends[1].status == KITH_IO_ERROR;
}

static void
fill (Fixture *fixture, End *end, gsize size)
{
  for (gsize i = 0; i < size; i++) {
    guint8 byte = (guint8) g_rand_int (fixture->random);
    g_byte_array_append (end->out, &byte, 1);
  }
}

static void
assert_arrived (const End *from, const End *to)
{
  assert_int_equal (to->in->len, from->out->len);
  assert_memory_equal (to->in->data, from->out->data, from->out->len);
}

/* ---- fixture ---- */

static int
set_up_world (void **state)
{
  CHECK (kith_net_start (&error));
  CHECK (world.dir = g_dir_make_tmp ("kith-stream-XXXXXX", &error));
  world.key = g_build_filename (world.dir, "key.pem", NULL);
  world.cert = g_build_filename (world.dir, "cert.pem", NULL);
  CHECK (kith_tls_ensure_identity (world.key, world.cert, "kith.test", &error));
  CHECK (world.server = kith_tls_server_new (world.key, world.cert, &error));
  CHECK (world.client = kith_tls_client_new (&error));
  return 0;
}

static int
tear_down_world (void **state)
{
  kith_tls_free (world.server);
  kith_tls_free (world.client);
  g_unlink (world.key);
  g_unlink (world.cert);
  g_rmdir (world.dir);
  g_free (world.key);
  g_free (world.cert);
  g_free (world.dir);
  return 0;
}

static Fixture *
new_fixture (const Variant *variant, gsize damage_at)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  KithSocket pair[2];

  loopback_pair (pair);
  fixture->variant = variant;
  fixture->random = g_rand_new_with_seed (42);
  for (guint i = 0; i < 2; i++) {
    fixture->ends[i].stream = new_stream (variant, pair[i], i == 1, i == 1 ? damage_at : 0);
    fixture->ends[i].out = g_byte_array_new ();
    fixture->ends[i].in = g_byte_array_new ();
  }
  return fixture;
}

static int
set_up (void **state)
{
  *state = new_fixture (*state, 0);
  run_until (*state, have_shaken_hands);
  return 0;
}

static int
set_up_without_handshake (void **state)
{
  *state = new_fixture (*state, 0);
  return 0;
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;

  for (guint i = 0; i < 2; i++) {
    kith_stream_free (fixture->ends[i].stream);
    g_byte_array_unref (fixture->ends[i].out);
    g_byte_array_unref (fixture->ends[i].in);
    g_clear_error (&fixture->ends[i].error);
  }
  g_rand_free (fixture->random);
  g_free (fixture);
  return 0;
}

/* ---- the contract ---- */

static void
carries_much_both_ways (void **state)
{
  Fixture *fixture = *state;

  fill (fixture, &fixture->ends[0], fixture->variant->transfer);
  fill (fixture, &fixture->ends[1], fixture->variant->transfer);
  run_until (fixture, all_arrived);
  assert_arrived (&fixture->ends[0], &fixture->ends[1]);
  assert_arrived (&fixture->ends[1], &fixture->ends[0]);
}

static void
carries_single_bytes (void **state)
{
  Fixture *fixture = *state;

  for (guint i = 0; i < 50; i++) {
    fill (fixture, &fixture->ends[i % 2], 1);
    run_until (fixture, all_arrived);
  }
  assert_arrived (&fixture->ends[0], &fixture->ends[1]);
  assert_arrived (&fixture->ends[1], &fixture->ends[0]);
}

/* The other side does not read: writing stops without an error, and goes on from another place in memory, with more
 * behind. */
static void
stops_and_goes_on_writing (void **state)
{
  Fixture *fixture = *state;
  End *writer = &fixture->ends[0];
  guint refused = 0;

  fill (fixture, writer, 24 * 1024 * 1024 / (fixture->variant->habits.most == 0 ? 1 : 600));
  while (refused < 200 && writer->written < writer->out->len)
    refused += !write_some (fixture, writer);
  assert_int_not_equal (writer->status, KITH_IO_ERROR);
  if (fixture->variant->habits.most == 0) {
    assert_int_equal (refused, 200);
    assert_int_equal (kith_stream_wants_write (writer->stream), KITH_POLL_WRITE);
  }
  fill (fixture, writer, 1000);
  run_until (fixture, all_arrived);
  assert_arrived (writer, &fixture->ends[1]);
}

static void
says_again_when_there_is_nothing (void **state)
{
  Fixture *fixture = *state;
  char byte;
  gsize got = 99;

  for (guint i = 0; i < 10; i++) {
    assert_int_equal (kith_stream_read (fixture->ends[0].stream, &byte, 1, &got, NULL), KITH_IO_AGAIN);
    assert_int_equal (got, 0);
    assert_int_equal (kith_stream_wants_read (fixture->ends[0].stream), KITH_POLL_READ);
    assert_int_equal (kith_stream_wants_write (fixture->ends[0].stream), KITH_POLL_WRITE);
    assert_int_equal (kith_stream_pending (fixture->ends[0].stream), 0);
  }
}

static gboolean
can_be_seen (KithStream *stream)
{
  g_autoptr (KithPoller) poller = NULL;
  g_autoptr (GArray) ready = g_array_new (FALSE, FALSE, sizeof (KithReady));

  CHECK (poller = kith_poller_new (KITH_POLLER_SELECT_ONLY, &error));
  CHECK (kith_poller_add (poller, kith_stream_socket (stream), KITH_PLACE_SELECT, KITH_POLL_READ, 1, &error));
  CHECK (kith_poller_wait (poller, 0, 1, ready, &error));
  return ready->len > 0 || kith_stream_pending (stream) > 0;
}

/* All of it has left the writer and lies in the reader's socket or stream: as long as some is unread, select or
 * pending shows it. */
static void
hides_nothing_from_select (void **state)
{
  Fixture *fixture = *state;
  End *writer = &fixture->ends[0], *reader = &fixture->ends[1];
  guint8 data[100];
  gsize got;

  fill (fixture, writer, 9000);
  while (writer->written < writer->out->len)
    write_some (fixture, writer);
  loopback_wait (kith_stream_socket (reader->stream), KITH_POLL_READ);
  while (reader->in->len < 9000) {
    assert_true (can_be_seen (reader->stream));
    assert_int_not_equal (kith_stream_read (reader->stream, data, sizeof data, &got, NULL), KITH_IO_ERROR);
    g_byte_array_append (reader->in, data, (guint) got);
  }
  while (kith_stream_read (reader->stream, data, sizeof data, &got, NULL) == KITH_IO_OK)
    assert_int_equal (got, 0);
  assert_int_equal (kith_stream_pending (reader->stream), 0);
  assert_arrived (writer, reader);
}

static void
ends_in_good_order (void **state)
{
  Fixture *fixture = *state;
  End *writer = &fixture->ends[0], *reader = &fixture->ends[1];
  char byte;
  gsize got;

  fill (fixture, writer, 3000);
  while (writer->written < writer->out->len)
    write_some (fixture, writer);
  /* A stream below that says "not now" to the goodbye is not asked again: repeat it as often as it takes. */
  for (guint i = 0; i < 200 && fixture->variant->habits.again > 0; i++)
    kith_stream_close (writer->stream);
  kith_stream_close (writer->stream);
  run_until (fixture, server_has_finished);
  assert_arrived (writer, reader);
  if (fixture->variant->habits.again == 0)
    assert_int_equal (reader->status, KITH_IO_END);
  for (guint i = 0; i < 3; i++)
    assert_int_equal (kith_stream_read (reader->stream, &byte, 1, &got, NULL), reader->status);
}

/* Who has said goodbye can still listen. */
static void
listens_after_its_goodbye (void **state)
{
  Fixture *fixture = *state;

  if (fixture->variant->habits.again > 0)
    return;
  kith_stream_close (fixture->ends[0].stream);
  fill (fixture, &fixture->ends[1], 5000);
  run_until (fixture, server_has_finished);
  run_until (fixture, all_arrived);
  assert_arrived (&fixture->ends[1], &fixture->ends[0]);
}

/* Without a goodbye, TLS calls it a cut; a socket cannot know. */
static void
tells_a_cut_from_an_end (void **state)
{
  Fixture *fixture = *state;
  End *writer = &fixture->ends[0], *reader = &fixture->ends[1];
  char byte;
  gsize got;

  fill (fixture, writer, 3000);
  while (writer->written < writer->out->len)
    write_some (fixture, writer);
  g_clear_pointer (&writer->stream, kith_stream_free);
  run_until (fixture, server_has_finished);
  assert_arrived (writer, reader);
  assert_int_equal (reader->status, fixture->variant->tls ? KITH_IO_ERROR : KITH_IO_END);
  if (fixture->variant->tls)
    assert_true (g_error_matches (reader->error, KITH_NET_ERROR, KITH_NET_ERROR_RESET));
  assert_int_equal (kith_stream_read (reader->stream, &byte, 1, &got, NULL), reader->status);
  assert_int_equal (kith_stream_pending (reader->stream), 0);
}

/* Writing to somebody who has gone is an error in the end, and no signal. */
static void
survives_writing_to_nobody (void **state)
{
  Fixture *fixture = *state;
  End *writer = &fixture->ends[0];
  gint64 deadline = g_get_monotonic_time () + LOOPBACK_PATIENCE_US;

  g_clear_pointer (&fixture->ends[1].stream, kith_stream_free);
  while (writer->status != KITH_IO_ERROR && g_get_monotonic_time () < deadline) {
    fill (fixture, writer, 1);
    write_some (fixture, writer);
  }
  assert_int_equal (writer->status, KITH_IO_ERROR);
  assert_int_equal (writer->error->domain, KITH_NET_ERROR);
  kith_stream_close (writer->stream);
}

static void
may_be_freed_at_any_time (void **state)
{
  Fixture *fixture = *state;

  for (guint i = 0; i < 3; i++)
    step (fixture, &fixture->ends[i % 2]);
  kith_stream_close (fixture->ends[0].stream);
  kith_stream_free (NULL);
}

/* ---- what only TLS promises ---- */

/* How many bytes of the handshake a server reads: the same every time. */
static gsize
measure_handshake (void)
{
  gsize count = 0;
  Variant variant = {TRUE, {.count = &count}, 0};
  Fixture *fixture = new_fixture (&variant, 0);
  void *state = fixture;

  while (kith_stream_handshake (fixture->ends[1].stream, NULL) != KITH_IO_OK)
    step (fixture, &fixture->ends[0]);
  tear_down (&state);
  return count;
}

static void
run_damaged (gsize damage_at)
{
  Fixture *fixture = new_fixture (&variants[1], damage_at);
  void *state = fixture;

  fill (fixture, &fixture->ends[0], 4000);
  run_until (fixture, server_has_finished);
  assert_int_equal (fixture->ends[1].status, KITH_IO_ERROR);
  assert_int_equal (fixture->ends[1].error->domain, KITH_NET_ERROR);
  assert_true (fixture->ends[1].in->len < 4000);
  tear_down (&state);
}

/* A byte changed on the way ends the connection and is never given to the reader. (Places where a change does no harm,
 * or makes a record longer, so that more is waited for, are left out.) */
static void
refuses_what_was_damaged (void **state)
{
  static const gsize in_handshake[] = {1, 2, 6, 20}, in_first_record[] = {1, 6, 50, 500};
  gsize handshake = measure_handshake ();

  for (gsize i = 0; i < G_N_ELEMENTS (in_handshake); i++)
    run_damaged (in_handshake[i]);
  run_damaged (handshake - 1);
  for (gsize i = 0; i < G_N_ELEMENTS (in_first_record); i++)
    run_damaged (handshake + in_first_record[i]);
}

static void
refuses_what_is_no_tls (void **state)
{
  static const struct {
    const char *text, *sentence;
  } cases[] = {
      {"GET / HTTP/1.1\r\n\r\n", "HTTP"},
      {"{\"type\":\"hello\",\"id\":1}\n", "does not speak TLS"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture *fixture = new_fixture (&variants[1], 0);
    void *fixture_state = fixture;
    gsize sent;
    KithSocket client = kith_stream_socket (fixture->ends[0].stream);
    assert_int_equal (kith_socket_send (client, cases[i].text, strlen (cases[i].text), &sent, NULL), KITH_IO_OK);
    loopback_wait (kith_stream_socket (fixture->ends[1].stream), KITH_POLL_READ);
    assert_int_equal (kith_stream_handshake (fixture->ends[1].stream, &fixture->ends[1].error), KITH_IO_ERROR);
    assert_non_null (strstr (fixture->ends[1].error->message, cases[i].sentence));
    assert_true (g_error_matches (fixture->ends[1].error, KITH_NET_ERROR, KITH_NET_ERROR_TLS));
    tear_down (&fixture_state);
  }
}

/* Whoever does not know the token gets nothing of the stream, however near the guess. */
static void
refuses_a_wrong_token (void **state)
{
  KithSocket pair[2];
  g_autoptr (GError) error = NULL;
  KithIo status;
  loopback_pair (pair);
  g_autoptr (KithStream) stranger = kith_stream_token_give (kith_stream_socket_new (pair[0]), WRONG_TOKEN);
  g_autoptr (KithStream) server = kith_stream_token_demand (kith_stream_socket_new (pair[1]), TOKEN);
  assert_int_equal (kith_stream_handshake (server, &error), KITH_IO_AGAIN);
  assert_int_equal (kith_stream_handshake (stranger, &error), KITH_IO_OK);
  while ((status = kith_stream_handshake (server, &error)) == KITH_IO_AGAIN)
    loopback_wait (kith_stream_socket (server), kith_stream_wants_read (server));
  assert_int_equal (status, KITH_IO_ERROR);
  assert_true (g_error_matches (error, KITH_NET_ERROR, KITH_NET_ERROR_DENIED));
}

static void
makes_tokens_that_fit (void **state)
{
  g_autofree char *first = NULL, *second = NULL;
  CHECK ((first = kith_stream_token_new (&error)) != NULL);
  CHECK ((second = kith_stream_token_new (&error)) != NULL);
  assert_int_equal (strlen (first), KITH_STREAM_TOKEN);
  assert_int_equal (strspn (first, "0123456789abcdef"), KITH_STREAM_TOKEN);
  assert_string_not_equal (first, second);
}

#define TEST(test, variant)                                                  \
  {                                                                          \
#test " " #variant, test, set_up, tear_down, (void *) &variants[variant] \
  }

#define CONTRACT(variant)                                                                                \
  TEST (carries_much_both_ways, variant), TEST (carries_single_bytes, variant),                          \
      TEST (stops_and_goes_on_writing, variant), TEST (says_again_when_there_is_nothing, variant),       \
      TEST (hides_nothing_from_select, variant), TEST (ends_in_good_order, variant),                     \
      TEST (listens_after_its_goodbye, variant), TEST (tells_a_cut_from_an_end, variant),                \
      TEST (survives_writing_to_nobody, variant),                                                        \
  {                                                                                                      \
    "may_be_freed_at_any_time " #variant, may_be_freed_at_any_time, set_up_without_handshake, tear_down, \
        (void *) &variants[variant]                                                                      \
  }

int
main (void)
{
  const struct CMUnitTest tests[] = {
      CONTRACT (0),
      CONTRACT (1),
      CONTRACT (2),
      CONTRACT (3),
      CONTRACT (4),
      CONTRACT (5),
      CONTRACT (6),
      cmocka_unit_test (refuses_what_was_damaged),
      cmocka_unit_test (refuses_what_is_no_tls),
      cmocka_unit_test (refuses_a_wrong_token),
      cmocka_unit_test (makes_tokens_that_fit),
  };

  return cmocka_run_group_tests_name ("stream", tests, set_up_world, tear_down_world);
}
