/* test-log.c - the window over a conversation: pages, jumps, what happens meanwhile, and what waits to be sent. */
#include "plays/desk.h"

#include "support/scratch.h"

#include "proto/message.h"

static KithPost *
at (KithLog *log, guint position)
{
  return kith_log_get (log, position);
}

static guint
length (KithLog *log)
{
  return g_list_model_get_n_items (G_LIST_MODEL (log));
}

static KithPost *
last (KithLog *log)
{
  return length (log) > 0 ? at (log, length (log) - 1) : NULL;
}

/* Every line behind the one before, what waits at the end, and not too many. */
static void
check_order (KithLog *log)
{
  gint64 before = 0;
  guint stored = 0;
  for (guint i = 0; i < length (log); i++) {
    gint64 seq = kith_post_seq (at (log, i));
    if (seq == 0)
      continue;
    assert_true (seq > before);
    assert_int_equal (stored, i); /* nothing that waits is before it */
    before = seq;
    stored++;
  }
  assert_true (stored <= KITH_LOG_MAX);
}

/* Messages "1" ... "n", all acknowledged. */
static void
post_numbers (KithSession *session, KithChat *chat, guint from, guint to)
{
  for (guint i = from; i <= to; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    desk_post (session, chat, text);
  }
  WAIT_UNTIL (kith_session_waiting (session) == 0);
}

static gboolean
ends_with (KithLog *log, const char *text)
{
  return last (log) != NULL && kith_post_seq (last (log)) > 0 && g_str_equal (kith_post_text (last (log)), text);
}

static void
on_jumped (KithLog *log, gint64 seq, gboolean found, gpointer data)
{
  *(gint64 *) data = found ? seq : -seq;
}

/* Ada is in a room of Ben's with messages "1" ... "n". */
typedef struct {
  KithSession *ada, *ben;
  KithChat *here, *there; /* Ada's, Ben's */
  KithLog *log;           /* Ada's */
  Mirror *mirror;
} Pair;

static Pair
meet (Desk *desk, guint n)
{
  Pair pair = {.ada = desk_join (desk, "Ada"), .ben = desk_join (desk, "Ben")};
  pair.there = desk_room (pair.ben, "plans");
  pair.here = desk_enter (pair.ada, kith_chat_id (pair.there));
  if (n > 0)
    post_numbers (pair.ben, pair.there, 1, n);
  gint64 last_seq = kith_chat_last (pair.there);
  WAIT_UNTIL (kith_chat_last (pair.here) >= last_seq);
  pair.log = kith_session_log (pair.ada, pair.here);
  pair.mirror = mirror_new (G_LIST_MODEL (pair.log));
  WAIT_UNTIL (kith_log_at_end (pair.log) && !kith_log_is_loading (pair.log));
  return pair;
}

static void
part (Pair *pair)
{
  mirror_free (pair->mirror);
  g_object_unref (pair->log);
  desk_leave (pair->ada);
  desk_leave (pair->ben);
}

static void
a_thousand_messages_are_seen_through_a_window (void **state)
{
  Pair pair = meet (*state, 1000);
  KithLog *log = pair.log;
  gint64 jumped = 0;
  g_signal_connect (log, "jumped", G_CALLBACK (on_jumped), &jumped);
  assert_true (ends_with (log, "1000"));
  assert_true (length (log) >= KITH_LOG_PAGE && length (log) <= KITH_LOG_MAX);
  assert_int_equal (kith_post_seq (at (log, kith_log_position (log, kith_log_unread_from (log)))),
                    kith_post_seq (at (log, 0)));
  while (!kith_log_at_start (log)) {
    gint64 before = kith_post_seq (at (log, 0));
    kith_log_load_older (log);
    WAIT_UNTIL (!kith_log_is_loading (log) && kith_post_seq (at (log, 0)) < before);
    check_order (log);
  }
  assert_false (kith_log_at_end (log));
  assert_int_equal (kith_post_seq (at (log, 0)), 1);
  while (!kith_log_at_end (log)) {
    gint64 before = kith_post_seq (last (log));
    kith_log_load_newer (log);
    WAIT_UNTIL (!kith_log_is_loading (log) && kith_post_seq (last (log)) > before);
    check_order (log);
  }
  assert_true (ends_with (log, "1000"));
  kith_log_to (log, 500);
  WAIT_UNTIL (jumped == 500);
  check_order (log);
  assert_int_equal (kith_post_seq (at (log, kith_log_position (log, 500))), 500);
  assert_true (kith_log_position (log, 500) >= 10 && kith_log_position (log, 500) + 10 < length (log));
  assert_false (kith_log_at_start (log) || kith_log_at_end (log));
  kith_log_to (log, 505); /* it is there */
  WAIT_UNTIL (jumped == 505);
  kith_log_to_newest (log);
  WAIT_UNTIL (kith_log_at_end (log));
  assert_true (ends_with (log, "1000"));
  check_order (log);
  part (&pair);
}

static void
what_arrives_is_appended_or_counted (void **state)
{
  Pair pair = meet (*state, 200);
  KithLog *log = pair.log;
  post_numbers (pair.ben, pair.there, 201, 400);
  WAIT_UNTIL (ends_with (log, "400"));
  check_order (log);
  assert_true (kith_log_at_end (log));
  kith_log_to (log, 20);
  WAIT_UNTIL (!kith_log_is_loading (log) && !kith_log_at_end (log));
  post_numbers (pair.ben, pair.there, 401, 410);
  WAIT_UNTIL (kith_log_newer (log) == 10);
  kith_log_to_newest (log);
  WAIT_UNTIL (kith_log_at_end (log) && kith_log_newer (log) == 0);
  assert_true (ends_with (log, "410"));
  /* somebody reads further up: nothing is dropped above them */
  guint before = length (log);
  kith_log_load_older (log);
  WAIT_UNTIL (length (log) > before);
  kith_log_set_following (log, FALSE);
  gint64 first = kith_post_seq (at (log, 0));
  post_numbers (pair.ben, pair.there, 411, 600);
  WAIT_UNTIL (kith_log_newer (log) > 0);
  assert_int_equal (kith_post_seq (at (log, 0)), first);
  check_order (log);
  part (&pair);
}

static void
count_change (KithPost *post, gpointer data)
{
  ++*(guint *) data;
}

static void
edits_deletions_and_reactions_are_seen_by_both (void **state)
{
  Pair pair = meet (*state, 3);
  guint changes = 0;
  g_autoptr (KithLog) other = kith_session_log (pair.ben, pair.there);
  WAIT_UNTIL (ends_with (other, "3") && ends_with (pair.log, "3"));
  KithPost *mine = last (other), *seen = last (pair.log);
  g_signal_connect (seen, "changed", G_CALLBACK (count_change), &changes);
  assert_true (kith_post_is_mine (mine));
  assert_false (kith_post_is_mine (seen));
  CHECK (kith_session_edit (pair.ben, pair.there, mine, "three", &error));
  WAIT_UNTIL (g_str_equal (kith_post_text (seen), "three") && kith_post_edited (seen) > 0);
  CHECK (kith_session_react (pair.ada, pair.here, seen, "👍", TRUE, &error));
  CHECK (kith_session_react (pair.ben, pair.there, mine, "👍", TRUE, &error));
  WAIT_UNTIL (kith_post_reactions (mine)->len == 1 && kith_post_reactions (seen)->len == 1 &&
              ((KithReaction *) g_ptr_array_index (kith_post_reactions (seen), 0))->count == 2);
  const KithReaction *reaction = g_ptr_array_index (kith_post_reactions (seen), 0);
  assert_true (reaction->mine && reaction->people->len == 2);
  WAIT_UNTIL (kith_session_waiting (pair.ada) == 0 && kith_session_waiting (pair.ben) == 0);
  assert_int_equal (reaction->count, 2);
  CHECK (kith_session_react (pair.ada, pair.here, seen, "👍", FALSE, &error));
  WAIT_UNTIL (((KithReaction *) g_ptr_array_index (kith_post_reactions (mine), 0))->count == 1);
  CHECK (kith_session_pin_post (pair.ben, pair.there, mine, TRUE, &error));
  WAIT_UNTIL (kith_post_is_pinned (seen) && kith_post_kind (last (pair.log)) == KITH_POST_PIN);
  CHECK (kith_session_delete (pair.ben, pair.there, mine, &error));
  WAIT_UNTIL (kith_post_is_deleted (seen));
  assert_string_equal (kith_post_text (seen), "");
  assert_true (changes >= 4);
  check_order (pair.log);
  part (&pair);
  g_clear_object (&other);
}

/* Its line leaves the window and comes back as another object; undoing finds that one. */
static void
what_is_going_is_still_going_when_its_line_comes_back (void **state)
{
  Pair pair = meet (*state, 600);
  KithLog *log = pair.log;
  WAIT_UNTIL (ends_with (log, "600"));
  g_autoptr (KithPost) last_one = g_object_ref (last (log));
  kith_session_set_going (pair.ada, pair.here, last_one, TRUE);
  WAIT_UNTIL (kith_post_is_deleted (last_one));
  kith_log_to (log, 20);
  WAIT_UNTIL (!kith_log_is_loading (log) && !kith_log_at_end (log));
  kith_log_to_newest (log);
  WAIT_UNTIL (kith_log_at_end (log) && kith_post_seq (last (log)) == kith_post_seq (last_one));
  assert_ptr_not_equal (last (log), last_one);
  assert_true (kith_post_is_deleted (last (log)));
  kith_session_set_going (pair.ada, pair.here, last_one, FALSE);
  assert_false (kith_post_is_deleted (last (log)));
  assert_true (ends_with (log, "600"));
  part (&pair);
}

static void
an_answer_finds_what_it_answers (void **state)
{
  Pair pair = meet (*state, 150);
  CHECK (kith_session_post (pair.ben, pair.there, "about the first", 3, &error));
  CHECK (kith_session_post (pair.ben, pair.there, "about the last", kith_chat_last (pair.here), &error));
  WAIT_UNTIL (ends_with (pair.log, "about the last"));
  KithPost *near = last (pair.log), *far = at (pair.log, length (pair.log) - 2);
  WAIT_UNTIL (kith_post_quoted (near) != NULL && kith_post_quoted (far) != NULL);
  assert_string_equal (kith_post_text (kith_post_quoted (near)), "150");
  assert_int_equal (kith_post_seq (kith_post_quoted (far)), 3);
  part (&pair);
}

static void
what_others_have_read_shows (void **state)
{
  Desk *desk = *state;
  KithSession *ada = desk_join (desk, "Ada"), *ben = desk_join (desk, "Ben");
  KithChat *direct = desk_direct (ada, "ben"), *there = desk_direct (ben, "ada");
  g_autoptr (KithLog) log = kith_session_log (ada, direct);
  WAIT_UNTIL (kith_log_at_end (log));
  desk_post (ada, direct, "did you see?");
  WAIT_UNTIL (length (log) == 1 && kith_post_state (last (log)) == KITH_POST_DELIVERED);
  kith_session_mark_read (ben, there, kith_chat_last (there));
  WAIT_UNTIL (kith_post_state (last (log)) == KITH_POST_READ);
  assert_int_equal (kith_post_readers (last (log))->len, 1);
  g_clear_object (&log);
  desk_leave (ada);
  desk_leave (ben);
}

/* Where the "New" line stands: from when one comes until one comes again. */
static void
unread_messages_begin_where_one_left_off (void **state)
{
  Pair pair = meet (*state, 3);
  kith_session_mark_read (pair.ada, pair.here, kith_chat_last (pair.here));
  WAIT_UNTIL (kith_chat_unread (pair.here) == 0);
  kith_log_enter (pair.log);
  assert_int_equal (kith_log_unread_from (pair.log), 0);
  gint64 last_read = kith_chat_last (pair.here);
  post_numbers (pair.ben, pair.there, 4, 5);
  WAIT_UNTIL (kith_chat_unread (pair.here) == 2);
  assert_int_equal (kith_log_unread_from (pair.log), 0); /* one is still there */
  assert_true (kith_log_enter (pair.log));
  assert_int_equal (kith_log_unread_from (pair.log), last_read + 1);
  kith_session_mark_read (pair.ada, pair.here, kith_chat_last (pair.here));
  WAIT_UNTIL (kith_chat_unread (pair.here) == 0);
  assert_int_equal (kith_log_unread_from (pair.log), last_read + 1);
  assert_true (kith_log_enter (pair.log));
  assert_int_equal (kith_log_unread_from (pair.log), 0);
  assert_false (kith_log_enter (pair.log));
  part (&pair);
}

static void
what_was_missed_is_fetched_and_what_has_changed_is_refreshed (void **state)
{
  Pair pair = meet (*state, 20);
  g_autoptr (KithLog) other = kith_session_log (pair.ben, pair.there);
  WAIT_UNTIL (ends_with (other, "20") && ends_with (pair.log, "20"));
  KithPost *seen = last (pair.log);
  kith_session_stop (pair.ada);
  WAIT_UNTIL (!kith_session_is_online (pair.ada));
  CHECK (kith_session_edit (pair.ben, pair.there, last (other), "twenty", &error));
  post_numbers (pair.ben, pair.there, 21, 50);
  kith_session_start (pair.ada);
  WAIT_UNTIL (ends_with (pair.log, "50") && g_str_equal (kith_post_text (seen), "twenty"));
  check_order (pair.log);
  kith_session_stop (pair.ada);
  WAIT_UNTIL (!kith_session_is_online (pair.ada));
  post_numbers (pair.ben, pair.there, 51, 900); /* far: the window moves to the newest */
  kith_session_start (pair.ada);
  WAIT_UNTIL (ends_with (pair.log, "900") && kith_log_at_end (pair.log));
  check_order (pair.log);
  part (&pair);
  g_clear_object (&other);
}

/* Texts of what waits, each followed by a space. */
static char *
waiting_texts (KithLog *log)
{
  GString *texts = g_string_new (NULL);
  for (guint i = 0; i < length (log); i++)
    if (kith_post_seq (at (log, i)) == 0)
      g_string_append_printf (texts, "%s ", kith_post_text (at (log, i)));
  return g_string_free (texts, FALSE);
}

static void
on_sent (KithSession *session, guint n, gpointer data)
{
  *(guint *) data = n;
}

static void
what_is_written_offline_waits_survives_and_goes_in_order (void **state)
{
  Desk *desk = *state;
  g_autoptr (TestScratch) scratch = test_scratch_new ();
  g_autoptr (KithProfile) profile = desk_profile (scratch);
  guint sent = 0;
  KithSession *ada = desk_join_at (desk, profile, "Ada");
  KithChat *room = desk_room (ada, "plans");
  gint64 id = kith_chat_id (room);
  g_autoptr (KithLog) log = kith_session_log (ada, room);
  WAIT_UNTIL (kith_log_at_end (log));
  kith_session_stop (ada);
  WAIT_UNTIL (!kith_session_is_online (ada));
  desk_post (ada, room, "one");
  desk_post (ada, room, "two");
  desk_post (ada, room, "three");
  desk_post (ada, room, "never");
  WAIT_UNTIL (kith_session_waiting (ada) == 4 && kith_post_key (last (log)) != 0);
  assert_int_equal (kith_post_state (last (log)), KITH_POST_QUEUED);
  CHECK (kith_session_delete (ada, room, last (log), &error));
  WAIT_UNTIL (g_str_equal (kith_post_text (last (log)), "three"));
  CHECK (kith_session_edit (ada, room, at (log, length (log) - 2), "second", &error));
  WAIT_UNTIL (g_str_equal (kith_post_text (at (log, length (log) - 2)), "second"));
  g_autofree char *texts = waiting_texts (log);
  assert_string_equal (texts, "one second three ");
  g_clear_object (&log);
  desk_leave (ada);

  ada = desk_session (desk, profile, NULL);
  assert_true (kith_session_has_account (ada));
  assert_int_equal (kith_session_waiting (ada), 3);
  g_signal_connect (ada, "sent", G_CALLBACK (on_sent), &sent);
  kith_session_start (ada);
  WAIT_UNTIL (kith_session_is_online (ada) && kith_session_chat (ada, id) != NULL);
  room = kith_session_chat (ada, id);
  log = kith_session_log (ada, room);
  WAIT_UNTIL (sent == 3 && ends_with (log, "three"));
  check_order (log);
  assert_string_equal (kith_post_text (at (log, length (log) - 2)), "second");
  assert_string_equal (kith_post_text (at (log, length (log) - 3)), "one");
  g_clear_object (&log);
  desk_leave (ada);
}

/* Everything that was seen once is there without a server: lines, the last message, what was refused. */
static void
what_was_seen_is_there_without_a_connection (void **state)
{
  Desk *desk = *state;
  g_autoptr (TestScratch) scratch = test_scratch_new ();
  g_autoptr (KithProfile) profile = desk_profile (scratch);
  KithSession *ben = desk_join (desk, "Ben"), *ada = desk_join_at (desk, profile, "Ada");
  KithChat *there = desk_room (ben, "plans"), *here = desk_enter (ada, kith_chat_id (there));
  gint64 id = kith_chat_id (here);
  post_numbers (ben, there, 1, 100);
  g_autoptr (KithLog) log = kith_session_log (ada, here);
  WAIT_UNTIL (ends_with (log, "100"));
  json_object *request = kith_client_message ("kick", id, TRUE);
  kith_add_id (request, "account", 'u', kith_contact_id (kith_session_me (ada)));
  json_object_put (desk_call (ben, request));
  WAIT_UNTIL (g_str_equal (kith_chat_state (here), "kicked"));
  desk_post (ada, here, "too late");
  WAIT_UNTIL (last (log) != NULL && kith_post_state (last (log)) == KITH_POST_FAILED);
  gint64 written = kith_post_at (last (log));
  kith_chat_set_draft (here, "half a sen");
  g_clear_object (&log);
  desk_leave (ada);

  ada = desk_session (desk, profile, NULL);
  here = kith_session_chat (ada, id);
  assert_non_null (here);
  assert_string_equal (kith_chat_title (here), "plans");
  assert_string_equal (kith_chat_draft (here), "half a sen");
  assert_string_equal (kith_contact_name (kith_session_me (ada)), "Ada");
  WAIT_UNTIL (g_str_equal (kith_chat_preview (here), "Ben: 100"));
  log = kith_session_log (ada, here);
  g_autoptr (Mirror) mirror = mirror_new (G_LIST_MODEL (log));
  WAIT_UNTIL (length (log) > KITH_LOG_PAGE && kith_log_at_end (log));
  check_order (log);
  assert_int_equal (kith_post_state (last (log)), KITH_POST_FAILED);
  assert_string_equal (kith_post_text (last (log)), "too late");
  assert_true (kith_post_at (last (log)) == written);
  guint before = length (log);
  kith_log_load_older (log);
  WAIT_UNTIL (length (log) > before);
  check_order (log);
  CHECK (kith_session_delete (ada, here, last (log), &error));
  WAIT_UNTIL (kith_post_state (last (log)) != KITH_POST_FAILED);
  g_clear_pointer (&mirror, mirror_free);
  g_clear_object (&log);
  desk_leave (ada);
  desk_leave (ben);
}

/* Who has read what is kept nowhere: it is asked for when the connection is there. */
static void
what_others_have_read_shows_after_a_restart (void **state)
{
  Desk *desk = *state;
  g_autoptr (TestScratch) scratch = test_scratch_new ();
  g_autoptr (KithProfile) profile = desk_profile (scratch);
  KithSession *ben = desk_join (desk, "Ben"), *ada = desk_join_at (desk, profile, "Ada");
  KithChat *direct = desk_direct (ada, "ben"), *there = desk_direct (ben, "ada");
  gint64 id = kith_chat_id (direct);
  g_autoptr (KithLog) log = kith_session_log (ada, direct);
  WAIT_UNTIL (kith_log_at_end (log));
  desk_post (ada, direct, "did you see?");
  WAIT_UNTIL (length (log) == 1 && kith_post_state (last (log)) == KITH_POST_DELIVERED);
  kith_session_mark_read (ben, there, kith_chat_last (there));
  WAIT_UNTIL (kith_post_state (last (log)) == KITH_POST_READ);
  g_clear_object (&log);
  desk_leave (ada);

  ada = desk_session (desk, profile, NULL);
  log = kith_session_log (ada, kith_session_chat (ada, id));
  WAIT_UNTIL (length (log) == 1 && kith_log_at_end (log)); /* from the cache */
  kith_session_start (ada);
  WAIT_UNTIL (kith_post_state (last (log)) == KITH_POST_READ);
  assert_int_equal (kith_post_readers (last (log))->len, 1);
  g_clear_object (&log);
  desk_leave (ada);
  desk_leave (ben);
}

static void
what_is_refused_is_kept_and_tried_again (void **state)
{
  Pair pair = meet (*state, 1);
  gint64 account = kith_contact_id (kith_session_contact_by_handle (pair.ben, "ada"));
  json_object *request = kith_client_message ("kick", kith_chat_id (pair.there), TRUE);
  kith_add_id (request, "account", 'u', account);
  json_object_put (desk_call (pair.ben, request));
  WAIT_UNTIL (g_str_equal (kith_chat_state (pair.here), "kicked"));
  assert_false (kith_chat_can_write (pair.here));
  desk_post (pair.ada, pair.here, "too late");
  WAIT_UNTIL (last (pair.log) != NULL && kith_post_state (last (pair.log)) == KITH_POST_FAILED);
  assert_non_null (kith_post_error (last (pair.log)));
  assert_string_equal (kith_post_text (last (pair.log)), "too late");
  desk_enter (pair.ada, kith_chat_id (pair.there));
  CHECK (kith_session_retry (pair.ada, pair.here, last (pair.log), &error));
  WAIT_UNTIL (ends_with (pair.log, "too late"));
  check_order (pair.log);
  part (&pair);
}

/* Many in a short time: each step of the client is one change of the model at most. */
static void
a_flood_is_few_changes (void **state)
{
  Pair pair = meet (*state, 10);
  guint signals = pair.mirror->signals;
  for (guint i = 1; i <= 3000; i++)
    desk_post (pair.ben, pair.there, "flood");
  desk_post (pair.ben, pair.there, "over");
  WAIT_UNTIL (ends_with (pair.log, "over"));
  check_order (pair.log);
  assert_true (pair.mirror->signals - signals < 3000);
  part (&pair);
}

static void
a_restored_server_voids_what_was_known (void **state)
{
  Desk *desk = *state;
  Pair pair = meet (desk, 5);
  g_autofree char *backup = g_build_filename (desk->server->dir, "backup.db", NULL);
  assert_int_equal (test_server_command (desk->server, NULL, "backup", backup, NULL), 0);
  post_numbers (pair.ben, pair.there, 6, 8);
  WAIT_UNTIL (ends_with (pair.log, "8"));
  CHECK (test_server_stop (desk->server, 0, &error));
  assert_int_equal (test_server_command (desk->server, NULL, "restore", backup, NULL), 0);
  CHECK (test_server_start (desk->server, &error));
  kith_session_try_now (pair.ada);
  WAIT_UNTIL (kith_session_is_online (pair.ada) && ends_with (pair.log, "5"));
  check_order (pair.log);
  part (&pair);
}

int
main (void)
{
#define ON_A_SERVER(test) cmocka_unit_test_setup_teardown (test, desk_set_up, desk_tear_down)
  const struct CMUnitTest tests[] = {
      ON_A_SERVER (a_thousand_messages_are_seen_through_a_window),
      ON_A_SERVER (what_arrives_is_appended_or_counted),
      ON_A_SERVER (edits_deletions_and_reactions_are_seen_by_both),
      ON_A_SERVER (what_is_going_is_still_going_when_its_line_comes_back),
      ON_A_SERVER (an_answer_finds_what_it_answers),
      ON_A_SERVER (what_others_have_read_shows),
      ON_A_SERVER (what_others_have_read_shows_after_a_restart),
      ON_A_SERVER (unread_messages_begin_where_one_left_off),
      ON_A_SERVER (what_was_missed_is_fetched_and_what_has_changed_is_refreshed),
      ON_A_SERVER (what_is_written_offline_waits_survives_and_goes_in_order),
      ON_A_SERVER (what_was_seen_is_there_without_a_connection),
      ON_A_SERVER (what_is_refused_is_kept_and_tried_again),
      ON_A_SERVER (a_flood_is_few_changes),
      ON_A_SERVER (a_restored_server_voids_what_was_known),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
