/* test-outbox.c - order and exactly once, whatever is refused, lost or delayed: case by case, then against a model of
 * the server with thousands of random histories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "client/client.h"
#include "proto/id.h"

#define ROOM 3
#define OTHER 4
#define ENTERED 1700000000123 /* ms since 1970 */

typedef struct {
  KithStorage *storage;
  KithOutbox *outbox;
} Fixture;

static int
set_up (void **state)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  fixture->storage = kith_storage_memory_new ();
  fixture->outbox = kith_outbox_new (fixture->storage, 3, 8, NULL);
  *state = fixture;
  return 0;
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;
  kith_outbox_free (fixture->outbox);
  kith_storage_free (fixture->storage);
  g_free (fixture);
  return 0;
}

static json_object *
body (const char *text)
{
  json_object *object = json_object_new_object ();
  kith_add_string (object, "text", text);
  return object;
}

static json_object *
post (gint64 conversation, const char *text)
{
  json_object *request = json_object_new_object ();
  kith_add_string (request, "type", "post");
  kith_add_id (request, "conversation", 'c', conversation);
  json_object_object_add (request, "body", body (text));
  return request;
}

static guint64
add (KithOutbox *outbox, gint64 conversation, const char *text)
{
  g_autoptr (GError) error = NULL;
  guint64 key = kith_outbox_add (outbox, post (conversation, text), ENTERED, &error);
  assert_null (error);
  assert_int_not_equal (key, 0);
  return key;
}

static const char *
text_of (const KithOutboxEntry *entry)
{
  return kith_member_string (kith_member_object (entry->request, "body"), "text");
}

/* The next entry must be this text, naming that nonce. */
static const KithOutboxEntry *
expect (KithOutbox *outbox, gint64 now_us, const char *text, const char *after)
{
  const char *named = NULL;
  const KithOutboxEntry *entry = kith_outbox_next (outbox, now_us, &named, NULL);
  assert_non_null (entry);
  assert_string_equal (text_of (entry), text);
  assert_int_equal (entry->state, KITH_ENTRY_WRITTEN);
  if (after == NULL)
    assert_null (named);
  else
    assert_string_equal (named, after);
  return entry;
}

static void
expect_none (KithOutbox *outbox, gint64 now_us)
{
  const char *named;
  assert_null (kith_outbox_next (outbox, now_us, &named, NULL));
}

static const KithOutboxEntry *
refuse (KithOutbox *outbox, guint64 key, KithError code, gint64 retry_after_ms, gint64 now_us)
{
  g_autoptr (GError) error = g_error_new_literal (KITH_ERROR, (gint) code, "no");
  const KithOutboxEntry *entry = kith_outbox_refuse (outbox, key, error, retry_after_ms, now_us, 0.5);
  assert_true (entry == NULL || entry->error == error);
  return entry;
}

static void
window_is_kept_and_each_names_the_one_before (void **state)
{
  KithOutbox *outbox = ((Fixture *) *state)->outbox;
  guint64 first = add (outbox, ROOM, "1");
  add (outbox, OTHER, "other");
  add (outbox, ROOM, "2");
  add (outbox, ROOM, "3");
  const KithOutboxEntry *one = expect (outbox, 0, "1", NULL);
  expect (outbox, 0, "other", NULL);
  const KithOutboxEntry *two = expect (outbox, 0, "2", one->nonce);
  expect_none (outbox, 0); /* three in flight */
  assert_int_equal (kith_outbox_due (outbox), G_MAXINT64);
  const KithOutboxEntry *done = kith_outbox_acknowledge (outbox, first, 41, 1000);
  assert_int_equal (done->state, KITH_ENTRY_ACKNOWLEDGED);
  assert_int_equal (done->seq, 41);
  expect (outbox, 0, "3", two->nonce);
  assert_int_equal (kith_outbox_count (outbox), 3);
  assert_null (kith_outbox_find (outbox, first));
  assert_null (kith_outbox_acknowledge (outbox, first, 41, 1000)); /* a second answer is nothing */
}

static void
nothing_waits_for_what_was_acknowledged (void **state)
{
  KithOutbox *outbox = ((Fixture *) *state)->outbox;
  guint64 first = add (outbox, ROOM, "1");
  expect (outbox, 0, "1", NULL);
  kith_outbox_acknowledge (outbox, first, 1, 1);
  add (outbox, ROOM, "2");
  expect (outbox, 0, "2", NULL);
}

static void
a_refusal_in_the_middle_changes_no_order (void **state)
{
  KithOutbox *outbox = ((Fixture *) *state)->outbox;
  guint64 one = add (outbox, ROOM, "1"), two = add (outbox, ROOM, "2"), three = add (outbox, ROOM, "3");
  for (guint i = 0; i < 3; i++) {
    const char *named;
    assert_non_null (kith_outbox_next (outbox, 0, &named, NULL));
  }
  kith_outbox_acknowledge (outbox, one, 1, 1);
  const KithOutboxEntry *refused = refuse (outbox, two, KITH_ERROR_TOO_LARGE, 0, 0);
  assert_int_equal (refused->state, KITH_ENTRY_REFUSED);
  assert_string_equal (text_of (refused), "2");
  assert_null (refuse (outbox, three, KITH_ERROR_OUT_OF_ORDER, 0, 0));
  expect (outbox, 0, "3", NULL); /* at once, without the one that will never be */
}

static void
passing_refusals_wait_and_go_on_from_there (void **state)
{
  static const KithError passing[] = {KITH_ERROR_RATE_LIMITED, KITH_ERROR_STORAGE_FULL, KITH_ERROR_UNAVAILABLE};
  KithOutbox *outbox = ((Fixture *) *state)->outbox;
  gint64 now_us = 0;
  for (guint i = 0; i < G_N_ELEMENTS (passing); i++) {
    guint64 one = add (outbox, ROOM, "1"), two = add (outbox, ROOM, "2");
    const KithOutboxEntry *first = expect (outbox, now_us, "1", NULL);
    expect (outbox, now_us, "2", first->nonce);
    assert_null (refuse (outbox, one, passing[i], 1500, now_us));
    assert_null (refuse (outbox, two, KITH_ERROR_OUT_OF_ORDER, 0, now_us));
    assert_int_equal (kith_outbox_due (outbox), now_us + 1500 * 1000);
    expect_none (outbox, now_us + 1500 * 1000 - 1);
    now_us += 1500 * 1000;
    first = expect (outbox, now_us, "1", NULL);
    expect (outbox, now_us, "2", first->nonce);
    kith_outbox_acknowledge (outbox, one, 1, 1);
    kith_outbox_acknowledge (outbox, two, 2, 2);
  }
}

static void
without_a_time_the_wait_doubles (void **state)
{
  KithOutbox *outbox = ((Fixture *) *state)->outbox;
  guint64 key = add (outbox, ROOM, "1");
  gint64 now_us = 0;
  for (gint64 wait_us = 250 * 1000; wait_us <= 2000 * 1000; wait_us *= 2) {
    expect (outbox, now_us, "1", NULL);
    refuse (outbox, key, KITH_ERROR_STORAGE_FULL, 0, now_us);
    assert_int_equal (kith_outbox_due (outbox), now_us + wait_us);
    now_us += wait_us;
  }
}

static void
out_of_order_waits_for_the_one_before (void **state)
{
  KithOutbox *outbox = ((Fixture *) *state)->outbox;
  guint64 one = add (outbox, ROOM, "1"), two = add (outbox, ROOM, "2");
  const KithOutboxEntry *first = expect (outbox, 0, "1", NULL);
  expect (outbox, 0, "2", first->nonce);
  refuse (outbox, two, KITH_ERROR_OUT_OF_ORDER, 0, 0);
  expect_none (outbox, 0);
  assert_int_equal (kith_outbox_due (outbox), G_MAXINT64); /* not a loop that spins */
  kith_outbox_acknowledge (outbox, one, 1, 1);
  expect (outbox, 0, "2", NULL);
  refuse (outbox, two, KITH_ERROR_OUT_OF_ORDER, 0, 0); /* although it named nobody */
  assert_true (kith_outbox_due (outbox) > 0);
}

static void
what_was_in_flight_is_repeated_with_its_nonce (void **state)
{
  KithOutbox *outbox = ((Fixture *) *state)->outbox;
  char nonces[2][KITH_NONCE_TEXT];
  add (outbox, ROOM, "1");
  add (outbox, ROOM, "2");
  g_strlcpy (nonces[0], expect (outbox, 0, "1", NULL)->nonce, KITH_NONCE_TEXT);
  g_strlcpy (nonces[1], expect (outbox, 0, "2", nonces[0])->nonce, KITH_NONCE_TEXT);
  kith_outbox_lost (outbox);
  assert_int_equal (kith_outbox_in_flight (outbox), 0);
  assert_string_equal (expect (outbox, 0, "1", NULL)->nonce, nonces[0]);
  assert_string_equal (expect (outbox, 0, "2", nonces[0])->nonce, nonces[1]);
}

static void
only_what_no_socket_saw_can_be_changed (void **state)
{
  KithOutbox *outbox = ((Fixture *) *state)->outbox;
  guint64 one = add (outbox, ROOM, "1"), two = add (outbox, ROOM, "2"), three = add (outbox, ROOM, "3");
  g_autoptr (GError) error = NULL;
  const KithOutboxEntry *first = expect (outbox, 0, "1", NULL);
  assert_false (kith_outbox_alter (outbox, one, body ("x"), &error));
  assert_true (g_error_matches (error, KITH_ERROR, KITH_ERROR_BAD_STATE));
  g_clear_error (&error);
  assert_false (kith_outbox_cancel (outbox, one, &error));
  kith_outbox_lost (outbox); /* written once is written for ever */
  g_clear_error (&error);
  assert_false (kith_outbox_cancel (outbox, one, &error));
  assert_true (kith_outbox_cancel (outbox, two, NULL));
  assert_true (kith_outbox_alter (outbox, three, body ("three"), NULL));
  assert_false (kith_outbox_alter (outbox, three, body (""), NULL)); /* no message */
  expect (outbox, 0, "1", NULL);
  expect (outbox, 0, "three", first->nonce);
}

static void
hopeless_and_too_many_are_refused_at_once (void **state)
{
  KithOutbox *outbox = ((Fixture *) *state)->outbox;
  g_autofree char *long_text = g_strnfill (KITH_FRAME_TO_SERVER, 'x');
  g_autoptr (GError) error = NULL;
  assert_int_equal (kith_outbox_add (outbox, post (ROOM, long_text), ENTERED, &error), 0);
  assert_true (g_error_matches (error, KITH_ERROR, KITH_ERROR_TOO_LARGE));
  g_clear_error (&error);
  json_object *typing = json_object_new_object ();
  kith_add_string (typing, "type", "typing");
  kith_add_id (typing, "conversation", 'c', ROOM);
  assert_int_equal (kith_outbox_add (outbox, typing, ENTERED, &error), 0);
  assert_true (g_error_matches (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST));
  g_clear_error (&error);
  for (guint i = 0; i < 8; i++)
    add (outbox, ROOM, "x");
  assert_int_equal (kith_outbox_add (outbox, post (ROOM, "x"), ENTERED, &error), 0);
  assert_true (g_error_matches (error, KITH_ERROR, KITH_ERROR_LIMIT));
}

static void
a_restart_keeps_order_nonces_and_what_was_written (void **state)
{
  Fixture *fixture = *state;
  guint64 one = add (fixture->outbox, ROOM, "1"), two = add (fixture->outbox, ROOM, "2");
  char nonce[KITH_NONCE_TEXT];
  g_strlcpy (nonce, expect (fixture->outbox, 0, "1", NULL)->nonce, sizeof nonce);
  kith_storage_add (fixture->storage, &(KithStoredEntry){two + 1, FALSE, "{\"type\":\"post\"}", 0}, NULL);
  kith_storage_add (fixture->storage, &(KithStoredEntry){two + 2, FALSE, "{", 0}, NULL);
  kith_outbox_free (fixture->outbox);
  fixture->outbox = kith_outbox_new (fixture->storage, 3, 8, NULL);
  assert_int_equal (kith_outbox_count (fixture->outbox), 2); /* damaged ones are dropped */
  assert_false (kith_outbox_cancel (fixture->outbox, one, NULL));
  const KithOutboxEntry *first = expect (fixture->outbox, 0, "1", NULL);
  assert_string_equal (first->nonce, nonce);
  assert_true (first->entered == ENTERED);
  expect (fixture->outbox, 0, "2", nonce);
  assert_true (add (fixture->outbox, ROOM, "3") > two);
}

/* A server as the protocol says, which refuses, and whose connection breaks, as dice fall. */
typedef struct {
  GRand *dice;
  GHashTable *accepted; /* nonce -> seq, in pointers */
  GPtrArray *logs[2];   /* texts, in order, of ROOM and OTHER */
} Model;

typedef struct {
  guint64 key;
  gint64 conversation;
  char *nonce, *after, *text;
} Flying;

static void
flying_free (gpointer data)
{
  Flying *flying = data;
  g_free (flying->nonce);
  g_free (flying->after);
  g_free (flying->text);
  g_free (flying);
}

/* KITH_N_ERRORS: accepted. */
static KithError
judge (Model *model, const Flying *request)
{
  static const KithError passing[] = {KITH_ERROR_RATE_LIMITED, KITH_ERROR_STORAGE_FULL, KITH_ERROR_UNAVAILABLE};
  GPtrArray *log = model->logs[request->conversation - ROOM];
  if (g_hash_table_contains (model->accepted, request->nonce))
    return KITH_N_ERRORS;
  if (g_rand_int_range (model->dice, 0, 10) == 0)
    return passing[g_rand_int_range (model->dice, 0, 3)];
  if (request->after != NULL && !g_hash_table_contains (model->accepted, request->after))
    return KITH_ERROR_OUT_OF_ORDER;
  if (g_str_has_prefix (request->text, "bad"))
    return KITH_ERROR_TOO_LARGE;
  g_ptr_array_add (log, g_strdup (request->text));
  g_hash_table_insert (model->accepted, g_strdup (request->nonce), GUINT_TO_POINTER (log->len));
  return KITH_N_ERRORS;
}

static void
launch_all (KithOutbox *outbox, gint64 now_us, GQueue *flying)
{
  const char *after;
  const KithOutboxEntry *entry;
  while ((entry = kith_outbox_next (outbox, now_us, &after, NULL)) != NULL) {
    Flying *request = g_new0 (Flying, 1);
    *request = (Flying){entry->key, entry->conversation, g_strdup (entry->nonce), g_strdup (after),
                        g_strdup (text_of (entry))};
    g_queue_push_tail (flying, request);
  }
}

static void
answer_one (Model *model, KithOutbox *outbox, gint64 now_us, GQueue *flying)
{
  Flying *request = g_queue_pop_head (flying);
  KithError verdict = judge (model, request);
  if (g_rand_int_range (model->dice, 0, 20) ==
      0) { /* the connection breaks before this answer and all that is under way */
    g_queue_clear_full (flying, flying_free);
    kith_outbox_lost (outbox);
  } else if (verdict == KITH_N_ERRORS) {
    kith_outbox_acknowledge (outbox, request->key, 1, 1);
  } else {
    refuse (outbox, request->key, verdict, g_rand_int_range (model->dice, 0, 3), now_us);
  }
  flying_free (request);
}

/* Every text but the bad ones, once, in the order of entry. */
static void
check_log (GPtrArray *log, GPtrArray *wanted)
{
  assert_int_equal (log->len, wanted->len);
  for (guint i = 0; i < log->len; i++)
    assert_string_equal (g_ptr_array_index (log, i), g_ptr_array_index (wanted, i));
}

static void
run_history (guint32 seed)
{
  g_autoptr (KithStorage) storage = kith_storage_memory_new ();
  g_autoptr (GRand) dice = g_rand_new_with_seed (seed);
  g_autoptr (KithOutbox) outbox = kith_outbox_new (storage, (guint) g_rand_int_range (dice, 1, 9), 1000, NULL);
  Model model = {dice, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL)};
  GPtrArray *wanted[2];
  GQueue flying = G_QUEUE_INIT;
  gint64 now_us = 0;
  for (guint i = 0; i < 2; i++) {
    model.logs[i] = g_ptr_array_new_with_free_func (g_free);
    wanted[i] = g_ptr_array_new_with_free_func (g_free);
  }
  for (guint made = 0; made < 40 || kith_outbox_count (outbox) > 0;) {
    if (made < 40 && g_rand_boolean (dice)) {
      guint place = (guint) g_rand_int_range (dice, 0, 2);
      gboolean bad = g_rand_int_range (dice, 0, 8) == 0;
      g_autofree char *text = g_strdup_printf ("%s%u", bad ? "bad" : "", made++);
      add (outbox, ROOM + place, text);
      if (!bad)
        g_ptr_array_add (wanted[place], g_strdup (text));
    }
    launch_all (outbox, now_us, &flying);
    if (!g_queue_is_empty (&flying))
      answer_one (&model, outbox, now_us, &flying);
    else if (kith_outbox_due (outbox) != G_MAXINT64)
      now_us = MAX (now_us, kith_outbox_due (outbox));
    else
      assert_int_equal (kith_outbox_count (outbox), 0); /* nothing under way, nothing due: nothing left */
  }
  for (guint i = 0; i < 2; i++) {
    check_log (model.logs[i], wanted[i]);
    g_ptr_array_unref (model.logs[i]);
    g_ptr_array_unref (wanted[i]);
  }
  g_queue_clear_full (&flying, flying_free);
  g_hash_table_unref (model.accepted);
}

static void
random_histories_end_in_order_and_once (void **state)
{
  for (guint32 seed = 1; seed <= 300; seed++)
    run_history (seed);
}

#define WITH_OUTBOX(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
      WITH_OUTBOX (window_is_kept_and_each_names_the_one_before),
      WITH_OUTBOX (nothing_waits_for_what_was_acknowledged),
      WITH_OUTBOX (a_refusal_in_the_middle_changes_no_order),
      WITH_OUTBOX (passing_refusals_wait_and_go_on_from_there),
      WITH_OUTBOX (without_a_time_the_wait_doubles),
      WITH_OUTBOX (out_of_order_waits_for_the_one_before),
      WITH_OUTBOX (what_was_in_flight_is_repeated_with_its_nonce),
      WITH_OUTBOX (only_what_no_socket_saw_can_be_changed),
      WITH_OUTBOX (hopeless_and_too_many_are_refused_at_once),
      WITH_OUTBOX (a_restart_keeps_order_nonces_and_what_was_written),
      cmocka_unit_test (random_histories_end_in_order_and_once),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
