/* test-session.c - what the desktop client's session makes of a real server: people, conversations, marks, typing. */
#include "plays/desk.h"

#include "support/scratch.h"

#include "proto/message.h"

static const char *
title_at (KithSession *session, guint position)
{
  g_autoptr (KithChat) chat = g_list_model_get_item (G_LIST_MODEL (kith_session_chats (session)), position);
  return chat != NULL ? kith_chat_title (chat) : "";
}

static void
joins_with_a_full_name (void **state)
{
  KithSession *mara = desk_join (*state, "Mara Lindqvist");
  KithContact *me = kith_session_me (mara);
  assert_string_equal (kith_contact_name (me), "Mara Lindqvist");
  assert_string_equal (kith_contact_handle (me), "mara-lindqvist");
  assert_true (kith_contact_is_me (me));
  assert_true (kith_contact_presence_known (me));
  assert_true (kith_session_has_account (mara));
  assert_int_equal (strlen (kith_session_pin (mara)), 64);
  assert_null (kith_session_problem (mara));
  desk_leave (mara);
}

static void
a_name_that_is_taken_is_told (void **state)
{
  KithSession *first = desk_join (*state, "Ada"), *second = desk_session (*state, NULL, NULL);
  CHECK (kith_session_register (second, "ada", NULL, &error));
  WAIT_UNTIL (kith_session_state (second) == KITH_CLIENT_REFUSED && kith_session_problem (second) != NULL);
  CHECK (kith_session_register (second, "Ada Two", NULL, &error));
  WAIT_UNTIL (kith_session_is_online (second));
  assert_null (kith_session_problem (second));
  desk_leave (first);
  desk_leave (second);
}

static void
people_have_places_and_the_place_becomes_the_conversation (void **state)
{
  KithSession *ada = desk_join (*state, "Ada"), *ben = desk_join (*state, "Ben");
  g_autoptr (Mirror) mirror = mirror_new (G_LIST_MODEL (kith_session_chats (ada)));
  g_autoptr (Mirror) people = mirror_new (kith_session_contacts (ada));
  WAIT_UNTIL (kith_session_contact_by_handle (ada, "ben") != NULL && mirror->items->len >= 2);
  KithChat *place = NULL;
  for (guint i = 0; i < mirror->items->len; i++)
    if (g_str_equal (kith_chat_title (g_ptr_array_index (mirror->items, i)), "Ben"))
      place = g_ptr_array_index (mirror->items, i);
  assert_non_null (place);
  assert_int_equal (kith_chat_id (place), 0);
  assert_true (kith_chat_can_write (place));
  g_autoptr (KithLog) log = kith_session_log (ada, place);
  assert_ptr_equal (desk_direct (ada, "ben"), place);
  assert_true (kith_chat_id (place) > 0);
  desk_post (ada, place, "hello");
  WAIT_UNTIL (g_list_model_get_n_items (G_LIST_MODEL (log)) == 1 && kith_post_seq (kith_log_get (log, 0)) > 0);
  assert_int_equal (people->items->len, 2);
  desk_leave (ada);
  desk_leave (ben);
}

static void
rooms_come_first_and_by_name (void **state)
{
  KithSession *ada = desk_join (*state, "Ada");
  g_autoptr (Mirror) mirror = mirror_new (G_LIST_MODEL (kith_session_chats (ada)));
  desk_room (ada, "zebra");
  desk_room (ada, "apple");
  KithChats *chats = kith_session_chats (ada);
  guint rooms = kith_chats_n_rooms (chats);
  assert_true (rooms >= 2);
  assert_string_equal (title_at (ada, rooms - 2), "apple");
  assert_string_equal (title_at (ada, rooms - 1), "zebra");
  KithChat *apple = g_ptr_array_index (mirror->items, rooms - 2), *zebra = g_ptr_array_index (mirror->items, rooms - 1);
  desk_post (ada, apple, "one");
  WAIT_UNTIL (kith_chat_last_at (apple) > 0);
  kith_chats_set_order (chats, KITH_CHATS_RECENT);
  assert_int_equal (kith_chats_position (chats, apple), 0);
  desk_post (ada, zebra, "two");
  WAIT_UNTIL (kith_chats_position (chats, zebra) == 0 || kith_chat_last_at (zebra) == kith_chat_last_at (apple));
  assert_string_equal (kith_chat_preview (zebra), "You: two");
  desk_leave (ada);
}

/* What one has written, another hears, with counts and a name. */
typedef struct {
  guint posted, read;
  char *text;
} Heard;

static void
on_posted (KithSession *session, KithChat *chat, KithPost *post, gpointer data)
{
  Heard *heard = data;
  heard->posted++;
  g_free (heard->text);
  heard->text = g_strdup (kith_post_text (post));
}

static void
on_read (KithSession *session, KithChat *chat, gpointer data)
{
  ((Heard *) data)->read++;
}

static void
unread_and_mentions_are_counted_and_marked_everywhere (void **state)
{
  Desk *desk = *state;
  Heard heard = {0};
  KithSession *ada = desk_join (desk, "Ada Berg"), *ben = desk_join (desk, "Ben");
  KithChat *room = desk_room (ada, "plans"), *there = desk_enter (ben, kith_chat_id (room));
  WAIT_UNTIL (kith_session_contact_by_handle (ben, "ada-berg") != NULL);
  g_signal_connect (ada, "posted", G_CALLBACK (on_posted), &heard);
  g_signal_connect (ada, "read", G_CALLBACK (on_read), &heard);
  desk_post (ben, there, "morning");
  desk_post (ben, there, "hello @Ada Berg, lunch?");
  WAIT_UNTIL (kith_chat_unread (room) == 2 && heard.posted == 2);
  assert_int_equal (kith_chat_mentions (room), 1);
  assert_int_equal (kith_session_unread (ada), 2);
  assert_int_equal (kith_session_mentions (ada), 1);
  assert_string_equal (heard.text, "hello @Ada Berg, lunch?");
  assert_string_equal (kith_chat_preview (room), "Ben: hello @Ada Berg, lunch?");
  kith_chat_set_muted (room, TRUE);
  WAIT_UNTIL (kith_session_unread (ada) == 0);
  kith_chat_set_muted (room, FALSE);
  kith_session_mark_read (ada, room, kith_chat_last (room));
  WAIT_UNTIL (heard.read == 1 && kith_session_unread (ada) == 0 && kith_session_mentions (ada) == 0);
  kith_session_mark_unread (ada, room, kith_chat_last (room));
  WAIT_UNTIL (kith_chat_unread (room) == 1 && kith_session_mentions (ada) == 1);
  g_free (heard.text);
  desk_leave (ada);
  desk_leave (ben);
}

static void
on_missed (KithSession *session, KithChat *chat, KithPost *urgent, gpointer data)
{
  g_string_append_printf (data, "%s:%d%s%s ", kith_chat_title (chat), (int) kith_chat_unread (chat),
                          urgent != NULL ? "!" : "", urgent != NULL ? kith_post_text (urgent) : "");
}

/* Whoever was away is told of each conversation that has something new, the important ones first; and what of it is
 * urgent. */
static void
what_was_missed_is_told_once (void **state)
{
  KithSession *ada = desk_join (*state, "Ada"), *ben = desk_join (*state, "Ben");
  g_autoptr (GString) told = g_string_new (NULL);
  KithChat *plans = desk_room (ben, "plans"), *silent = desk_room (ben, "silent"), *direct = desk_direct (ben, "ada");
  desk_enter (ada, kith_chat_id (plans));
  kith_chat_set_muted (desk_enter (ada, kith_chat_id (silent)), TRUE);
  desk_post (ben, plans, "seen");
  WAIT_UNTIL (kith_chat_unread (kith_session_chat (ada, kith_chat_id (plans))) == 1);
  g_signal_connect (ada, "missed", G_CALLBACK (on_missed), told);
  kith_session_stop (ada);
  WAIT_UNTIL (!kith_session_is_online (ada));
  desk_post (ben, silent, "one");
  desk_post (ben, plans, "two");
  desk_post (ben, direct, "three");
  WAIT_UNTIL (kith_session_waiting (ben) == 0);
  kith_session_start (ada);
  WAIT_UNTIL (told->len > 0);
  assert_string_equal (told->str, "Ben:1 plans:2 ");
  kith_session_stop (ada);
  WAIT_UNTIL (!kith_session_is_online (ada));
  desk_post (ben, direct, "four");
  WAIT_UNTIL (kith_session_waiting (ben) == 0);
  g_string_truncate (told, 0);
  kith_session_start (ada);
  WAIT_UNTIL (told->len > 0);
  assert_string_equal (told->str, "Ben:2 ");
  kith_session_stop (ada);
  WAIT_UNTIL (!kith_session_is_online (ada));
  CHECK (kith_session_post_urgent (ben, direct, "fire", 0, &error));
  desk_post (ben, direct, "and smoke");
  WAIT_UNTIL (kith_session_waiting (ben) == 0);
  g_string_truncate (told, 0);
  kith_session_start (ada);
  WAIT_UNTIL (strchr (told->str, '!') != NULL);
  assert_string_equal (told->str, "Ben:4 Ben:4!fire ");
  desk_leave (ada);
  desk_leave (ben);
}

static void
a_mark_of_another_device_arrives (void **state)
{
  Desk *desk = *state;
  KithSession *ada = desk_session (desk, NULL, NULL), *ben = desk_join (desk, "Ben");
  CHECK (kith_session_register (ada, "ada", "long enough", &error));
  WAIT_UNTIL (kith_session_is_online (ada));
  KithSession *phone = desk_session (desk, NULL, NULL);
  kith_session_login (phone, "ada", "long enough");
  WAIT_UNTIL (kith_session_is_online (phone) && kith_session_me (phone) != NULL);
  KithChat *direct = desk_direct (ben, "ada");
  desk_post (ben, direct, "psst");
  gint64 id = kith_chat_id (direct);
  WAIT_UNTIL (kith_session_unread (ada) == 1 && kith_session_unread (phone) == 1);
  assert_string_equal (kith_chat_title (kith_session_chat (ada, id)), "Ben");
  kith_session_mark_read (phone, kith_session_chat (phone, id), kith_chat_last (kith_session_chat (phone, id)));
  WAIT_UNTIL (kith_session_unread (ada) == 0);
  desk_leave (ada);
  desk_leave (phone);
  desk_leave (ben);
}

static void
typing_and_presence_are_seen (void **state)
{
  KithSession *ada = desk_join (*state, "Ada"), *ben = desk_join (*state, "Ben");
  KithChat *direct = desk_direct (ada, "ben"), *there = desk_direct (ben, "ada");
  kith_session_typing (ben, there);
  WAIT_UNTIL (kith_chat_typing (direct)->len == 1);
  assert_ptr_equal (g_ptr_array_index (kith_chat_typing (direct), 0), kith_session_contact_by_handle (ada, "ben"));
  desk_post (ben, there, "said it");
  WAIT_UNTIL (kith_chat_typing (direct)->len == 0);
  KithContact *contact = kith_session_contact_by_handle (ada, "ben");
  kith_session_choose (ben, KITH_PRESENCE_DND, "in a talk", 0);
  WAIT_UNTIL (kith_contact_presence (contact) == KITH_PRESENCE_DND);
  assert_string_equal (kith_contact_status (contact), "in a talk");
  kith_session_stop (ada);
  WAIT_UNTIL (!kith_contact_presence_known (contact));
  desk_leave (ada);
  desk_leave (ben);
}

static void
on_members (KithChat *chat, GParamSpec *spec, gpointer data)
{
  g_object_get (chat, "members", data, NULL);
}

static json_object *
role_request (gint64 room, gint64 account, const char *role)
{
  json_object *request = kith_client_message ("role", room, TRUE);
  kith_add_id (request, "account", 'u', account);
  kith_add_string (request, "role", role);
  return request;
}

static void
members_are_grouped_and_kept_up (void **state)
{
  KithSession *ada = desk_join (*state, "Ada"), *ben = desk_join (*state, "Ben");
  KithChat *room = desk_room (ada, "plans");
  g_autoptr (KithMembers) members = kith_session_members (ada, room);
  g_autoptr (Mirror) mirror = mirror_new (G_LIST_MODEL (members));
  WAIT_UNTIL (kith_members_is_complete (members));
  assert_int_equal (kith_members_count (members, KITH_GROUP_STAFF), 1);
  gint64 told = 0;
  g_signal_connect (room, "notify::members", G_CALLBACK (on_members), &told);
  desk_enter (ben, kith_chat_id (room));
  WAIT_UNTIL (kith_members_count (members, KITH_GROUP_ONLINE) == 1 && told == 2);
  gint64 account = kith_contact_id (kith_session_contact_by_handle (ada, "ben"));
  json_object_put (desk_call (ada, role_request (kith_chat_id (room), account, "moderator")));
  WAIT_UNTIL (kith_members_count (members, KITH_GROUP_STAFF) == 2);
  assert_string_equal (kith_member_role (kith_members_find (members, account)), "moderator");
  json_object *request = kith_client_message ("kick", kith_chat_id (room), TRUE);
  kith_add_id (request, "account", 'u', account);
  json_object_put (desk_call (ada, request));
  WAIT_UNTIL (kith_members_find (members, account) == NULL && mirror->items->len == 1 && told == 1);
  WAIT_UNTIL (g_str_equal (kith_chat_state (kith_session_chat (ben, kith_chat_id (room))), "kicked"));
  desk_leave (ada);
  desk_leave (ben);
}

static void
on_expelled (KithSession *session, KithChat *chat, const char *sentence, GString *told)
{
  g_string_append_printf (told, "%s/%s;", kith_chat_title (chat), sentence);
}

static json_object *
expulsion (const char *type, KithChat *room, KithSession *who, const char *reason)
{
  json_object *request = kith_client_message (type, kith_chat_id (room), TRUE);
  kith_add_id (request, "account", 'u', kith_contact_id (kith_session_me (who)));
  if (reason != NULL)
    kith_add_string (request, "reason", reason);
  return request;
}

static void
who_is_put_out_of_a_room_is_told (void **state)
{
  Desk *desk = *state;
  g_autoptr (TestScratch) scratch = test_scratch_new ();
  g_autoptr (KithProfile) profile = desk_profile (scratch);
  g_autoptr (GString) told = g_string_new (NULL);
  KithSession *ada = desk_join (desk, "Ada"), *ben = desk_join_at (desk, profile, "Ben");
  KithChat *plans = desk_room (ada, "plans"), *notes = desk_room (ada, "notes"), *left = desk_room (ada, "left");
  KithChat *rooms[] = {plans, notes, left};
  for (guint i = 0; i < G_N_ELEMENTS (rooms); i++)
    desk_enter (ben, kith_chat_id (rooms[i]));
  g_signal_connect (ben, "expelled", G_CALLBACK (on_expelled), told);
  json_object_put (desk_call (ben, kith_client_message ("leave", kith_chat_id (left), TRUE)));
  json_object_put (desk_call (ada, expulsion ("kick", plans, ben, "Wrong room")));
  WAIT_UNTIL (told->len > 0);
  assert_string_equal (told->str, "plans/Ada removed you from #plans: Wrong room;");
  json_object_put (desk_call (ada, expulsion ("ban", notes, ben, NULL)));
  WAIT_UNTIL (strstr (told->str, "notes/") != NULL);
  assert_non_null (strstr (told->str, ";notes/Ada banned you from #notes;"));
  gint64 id = kith_chat_id (plans);
  desk_enter (ben, id);
  desk_leave (ben);

  /* After a time without connection it is not known by whom, nor why. */
  g_string_truncate (told, 0);
  ben = desk_session (desk, profile, NULL);
  g_signal_connect (ben, "expelled", G_CALLBACK (on_expelled), told);
  json_object *request = kith_client_message ("kick", id, TRUE);
  kith_add_id (request, "account", 'u', kith_contact_id (kith_session_contact_by_handle (ada, "ben")));
  json_object_put (desk_call (ada, request));
  kith_session_start (ben);
  WAIT_UNTIL (told->len > 0);
  assert_string_equal (told->str, "plans/You were removed from #plans;");
  desk_leave (ben);
  desk_leave (ada);
}

static void
members_and_roles_are_there_without_a_connection (void **state)
{
  Desk *desk = *state;
  g_autoptr (TestScratch) scratch = test_scratch_new ();
  g_autoptr (KithProfile) profile = desk_profile (scratch);
  KithSession *ben = desk_join (desk, "Ben"), *ada = desk_join_at (desk, profile, "Ada");
  KithChat *there = desk_room (ben, "plans"), *here = desk_enter (ada, kith_chat_id (there));
  gint64 id = kith_chat_id (here), account = kith_contact_id (kith_session_contact_by_handle (ada, "ben"));
  g_autoptr (KithMembers) members = kith_session_members (ada, here);
  WAIT_UNTIL (kith_members_is_complete (members));
  g_clear_object (&members);
  desk_leave (ada);

  ada = desk_session (desk, profile, NULL); /* not started */
  members = kith_session_members (ada, kith_session_chat (ada, id));
  WAIT_UNTIL (g_list_model_get_n_items (G_LIST_MODEL (members)) == 2);
  assert_string_equal (kith_member_role (kith_members_find (members, account)), "owner");
  assert_false (kith_members_is_complete (members));
  g_clear_object (&members);

  /* Whoever left meanwhile goes with the first answer of the server. */
  json_object_put (desk_call (ben, role_request (id, kith_contact_id (kith_session_me (ada)), "owner")));
  json_object_put (desk_call (ben, kith_client_message ("leave", id, TRUE)));
  members = kith_session_members (ada, kith_session_chat (ada, id));
  kith_session_start (ada);
  WAIT_UNTIL (kith_members_is_complete (members));
  assert_null (kith_members_find (members, account));
  g_clear_object (&members);
  desk_leave (ada);
  desk_leave (ben);
}

/* A search tells what it finds once, whoever finds it. */
typedef struct {
  GPtrArray *texts;
  gboolean done;
} Found;

static void
on_hits (KithSearch *search, GPtrArray *hits, gboolean done, gboolean more, const GError *error, gpointer data)
{
  Found *found = data;
  g_assert_no_error (error);
  for (guint i = 0; i < hits->len; i++)
    g_ptr_array_add (found->texts, g_strdup (kith_post_text (((KithHit *) g_ptr_array_index (hits, i))->post)));
  found->done = done;
}

static void
a_search_finds_on_the_server (void **state)
{
  KithSession *ada = desk_join (*state, "Ada");
  KithChat *room = desk_room (ada, "plans");
  Found found = {g_ptr_array_new_with_free_func (g_free), FALSE};
  desk_post (ada, room, "crêpes at noon");
  desk_post (ada, room, "something else");
  WAIT_UNTIL (kith_session_waiting (ada) == 0 && kith_chat_last (room) == 3);
  KithSearch *search = kith_session_search (ada, &(KithQuery){.text = "crepe"}, on_hits, &found);
  WAIT_UNTIL (found.done);
  assert_int_equal (found.texts->len, 1);
  assert_string_equal (g_ptr_array_index (found.texts, 0), "crêpes at noon");
  kith_search_free (search);
  g_ptr_array_unref (found.texts);
  desk_leave (ada);
}

/* They are more at once than the server takes: those that come too soon are asked again, and nobody hears of it. */
static void
searches_wait_for_their_turn (void **state)
{
  Desk *desk = *state;
  Found found[4];
  KithSearch *searches[4];
  test_server_kill (desk->server);
  test_server_set (desk->server, "limits", "searches_per_second", "4");
  test_server_set (desk->server, "limits", "searches_burst", "1");
  CHECK (test_server_start (desk->server, &error));
  KithSession *ada = desk_join (desk, "Ada");
  desk_post (ada, desk_room (ada, "plans"), "crêpes at noon");
  WAIT_UNTIL (kith_session_waiting (ada) == 0);
  for (guint i = 0; i < G_N_ELEMENTS (found); i++) {
    found[i] = (Found){g_ptr_array_new_with_free_func (g_free), FALSE};
    searches[i] = kith_session_search (ada, &(KithQuery){.text = "crepe"}, on_hits, &found[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (found); i++) {
    WAIT_UNTIL (found[i].done);
    assert_int_equal (found[i].texts->len, 1);
    kith_search_free (searches[i]);
    g_ptr_array_unref (found[i].texts);
  }
  desk_leave (ada);
}

static void
broadcast (KithSession *session, const char *text)
{
  json_object *request = NULL;
  CHECK (request = kith_session_broadcast (session, text, FALSE, &error));
  json_object_put (desk_call (session, request));
}

/* Who has blocked the one who speaks hears it, too; nobody knew the conversation before. */
static void
a_broadcast_is_heard_by_everybody (void **state)
{
  Desk *desk = *state;
  Heard heard = {0};
  KithSession *ada = desk_join (desk, "Ada"), *ben = desk_join (desk, "Ben");
  g_signal_connect (ben, "posted", G_CALLBACK (on_posted), &heard);
  WAIT_UNTIL (kith_session_contact_by_handle (ben, "ada") != NULL);
  json_object *block = kith_client_message ("block", 0, FALSE);
  kith_add_id (block, "account", 'u', kith_contact_id (kith_session_contact_by_handle (ben, "ada")));
  json_object_put (desk_call (ben, block));
  assert_false (kith_session_may_broadcast (ada));
  assert_int_equal (test_server_command (desk->server, NULL, "user", "role", "ada", "admin", NULL), 0);
  WAIT_UNTIL (kith_session_may_broadcast (ada) && !kith_session_may_broadcast (ben));
  broadcast (ada, "Cake in the kitchen");
  WAIT_UNTIL (heard.posted == 1);
  assert_string_equal (heard.text, "Cake in the kitchen");
  assert_string_equal (title_at (ben, 0), "Broadcasts"); /* above the lobby */
  g_autoptr (KithChat) there = g_list_model_get_item (G_LIST_MODEL (kith_session_chats (ben)), 0);
  WAIT_UNTIL (g_str_equal (kith_chat_preview (there), "Ada: Cake in the kitchen"));
  assert_int_equal (test_server_command (desk->server, NULL, "broadcast", "Down at six", NULL), 0);
  WAIT_UNTIL (heard.posted == 2);
  g_autoptr (KithChat) here = g_list_model_get_item (G_LIST_MODEL (kith_session_chats (ada)), 0);
  g_autofree char *preview = g_strdup_printf ("%s: Down at six", kith_session_server_name (ben));
  WAIT_UNTIL (g_str_equal (kith_chat_preview (there), preview) && kith_chat_unread (there) == 2);
  assert_string_equal (kith_contact_name (kith_session_contact (ben, 0)), kith_session_server_name (ben));
  assert_false (kith_chat_can_write (there));
  assert_true (kith_chat_can_write (here));
  assert_int_equal (test_server_command (desk->server, NULL, "user", "role", "ada", "member", NULL), 0);
  WAIT_UNTIL (!kith_chat_can_write (here));
  g_free (heard.text);
  desk_leave (ada);
  desk_leave (ben);
}

static void
calls_come_back_with_errors_too (void **state)
{
  KithSession *ada = desk_join (*state, "Ada");
  json_object *rooms = desk_call (ada, kith_client_message ("rooms", 0, FALSE));
  assert_true (kith_member_has (rooms, "rooms"));
  json_object_put (rooms);
  kith_session_stop (ada);
  WAIT_UNTIL (kith_session_state (ada) == KITH_CLIENT_STOPPED);
  desk_leave (ada);
}

static void
on_key_changed (KithSession *session, const char *old, const char *now, gpointer data)
{
  g_ptr_array_add (data, g_strdup (old));
  g_ptr_array_add (data, g_strdup (now));
}

static void
another_key_stops_until_it_is_trusted (void **state)
{
  Desk *desk = *state;
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  KithSession *ada = desk_session (desk, NULL, NULL);
  g_autofree char *wrong = g_strnfill (64, '1');
  g_signal_connect (ada, "key-changed", G_CALLBACK (on_key_changed), keys);
  kith_session_expect_pin (ada, wrong);
  CHECK (kith_session_register (ada, "Ada", NULL, &error));
  WAIT_UNTIL (keys->len == 2);
  assert_int_equal (kith_session_state (ada), KITH_CLIENT_KEY_CHANGED);
  assert_string_equal (g_ptr_array_index (keys, 1), desk->server->pin);
  assert_non_null (kith_session_problem (ada));
  kith_session_trust_changed (ada);
  WAIT_UNTIL (kith_session_is_online (ada));
  assert_string_equal (kith_session_pin (ada), desk->server->pin);
  desk_leave (ada);
}

int
main (void)
{
#define ON_A_SERVER(test) cmocka_unit_test_setup_teardown (test, desk_set_up, desk_tear_down)
  const struct CMUnitTest tests[] = {
      ON_A_SERVER (joins_with_a_full_name),
      ON_A_SERVER (a_name_that_is_taken_is_told),
      ON_A_SERVER (people_have_places_and_the_place_becomes_the_conversation),
      ON_A_SERVER (rooms_come_first_and_by_name),
      ON_A_SERVER (unread_and_mentions_are_counted_and_marked_everywhere),
      ON_A_SERVER (what_was_missed_is_told_once),
      ON_A_SERVER (a_mark_of_another_device_arrives),
      ON_A_SERVER (typing_and_presence_are_seen),
      ON_A_SERVER (members_are_grouped_and_kept_up),
      ON_A_SERVER (who_is_put_out_of_a_room_is_told),
      ON_A_SERVER (members_and_roles_are_there_without_a_connection),
      ON_A_SERVER (a_search_finds_on_the_server),
      ON_A_SERVER (searches_wait_for_their_turn),
      ON_A_SERVER (a_broadcast_is_heard_by_everybody),
      ON_A_SERVER (calls_come_back_with_errors_too),
      ON_A_SERVER (another_key_stops_until_it_is_trusted),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
