/* test-client-state.c - what sync and the pushes teach, and what a hostile server cannot do with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client/state.h"

#define ME 7

static json_object *
parse (const char *text)
{
  json_object *object = json_tokener_parse (text);
  assert_non_null (object);
  return object;
}

static guint
learn (KithState *state, const char *text)
{
  json_object *answer = parse (text);
  guint refused = kith_state_learn (state, answer);
  json_object_put (answer);
  return refused;
}

static gboolean
apply (KithState *state, const char *text)
{
  json_object *event = parse (text);
  gboolean complete = kith_state_apply_event (state, event, ME);
  json_object_put (event);
  return complete;
}

static int
set_up (void **state)
{
  *state = kith_state_new ();
  assert_int_equal (
      learn (*state,
             "{\"people\":[{\"id\":\"u7\",\"handle\":\"ada\",\"display\":\"Ada L.\",\"role\":\"owner\"},"
             "{\"id\":\"u9\",\"handle\":\"Bob\",\"display\":\"Bob\",\"role\":\"member\"}],\"conversations\":["
             "{\"id\":\"c3\",\"kind\":\"room\",\"name\":\"Plans\",\"topic\":\"What "
             "next\",\"members\":2,\"first\":1,\"last\":10,"
             "\"n\":5,\"read\":8,\"unread\":1,\"mentions\":0},"
             "{\"id\":\"c1\",\"kind\":\"notes\"},{\"id\":\"c4\",\"kind\":\"direct\",\"people\":[\"u7\",\"u9\"]}]}"),
      0);
  return 0;
}

static int
tear_down (void **state)
{
  kith_state_free (*state);
  return 0;
}

static void
things_are_found_by_id_and_by_name (void **state)
{
  gint64 both[] = {9, 7}, alone[] = {7};
  g_autoptr (GArray) people = g_array_new (FALSE, FALSE, sizeof (gint64)),
                     one = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_vals (people, both, 2);
  g_array_append_vals (one, alone, 1);
  assert_int_equal (kith_state_person_by_handle (*state, "BOB")->id, 9);
  assert_int_equal (kith_state_room (*state, "plans")->id, 3);
  assert_int_equal (kith_state_room (*state, "\357\274\260lans")->id, 3); /* a full-width P */
  assert_int_equal (kith_state_notes (*state)->id, 1);
  assert_int_equal (kith_state_direct (*state, people)->id, 4);
  assert_null (kith_state_direct (*state, one));
  assert_null (kith_state_room (*state, "nowhere"));
  assert_null (kith_state_conversation (*state, 99));
  g_autoptr (GPtrArray) all = kith_state_conversations (*state);
  assert_int_equal (all->len, 3);
  assert_int_equal (((const KithConversation *) g_ptr_array_index (all, 0))->id, 1);
}

static void
newer_knowledge_replaces_older (void **state)
{
  learn (*state, "{\"people\":[{\"id\":\"u9\",\"handle\":\"bobby\"}],\"conversations\":[{\"id\":\"c3\",\"kind\":"
                 "\"room\",\"name\":\"lunch\"}],"
                 "\"removed\":{\"conversations\":[\"c4\",5,\"u1\"],\"people\":[\"u7\",null]}}");
  assert_null (kith_state_person_by_handle (*state, "bob"));
  assert_int_equal (kith_state_person_by_handle (*state, "bobby")->id, 9);
  assert_null (kith_state_room (*state, "plans"));
  assert_int_equal (kith_state_room (*state, "lunch")->id, 3);
  assert_null (kith_state_conversation (*state, 4));
  assert_null (kith_state_person (*state, 7));
}

static void
events_move_the_counts (void **state)
{
  const KithConversation *room = kith_state_conversation (*state, 3);
  assert_true (apply (*state, "{\"conversation\":\"c3\",\"seq\":11,\"n\":6,\"from\":\"u9\",\"kind\":\"message\","
                              "\"body\":{\"text\":\"x\",\"mentions\":[\"u7\"]}}"));
  assert_int_equal (room->last, 11);
  assert_int_equal (room->n, 6);
  assert_int_equal (room->unread, 2);
  assert_int_equal (room->mentions, 1);
  /* the same again changes nothing */
  apply (*state, "{\"conversation\":\"c3\",\"seq\":11,\"n\":6,\"from\":\"u9\",\"kind\":\"message\",\"body\":{\"text\":"
                 "\"x\",\"mentions\":[\"u7\"]}}");
  assert_int_equal (room->unread, 2);
  /* posting reads everything */
  apply (*state,
         "{\"conversation\":\"c3\",\"seq\":12,\"n\":7,\"from\":\"u7\",\"kind\":\"message\",\"body\":{\"text\":\"x\"}}");
  assert_int_equal (room->unread, 0);
  assert_int_equal (room->mentions, 0);
  assert_int_equal (room->read, 12);
}

static void
events_about_the_room_change_it (void **state)
{
  const KithConversation *room = kith_state_conversation (*state, 3);
  apply (
      *state,
      "{\"conversation\":\"c3\",\"seq\":11,\"n\":5,\"from\":\"u9\",\"kind\":\"topic\",\"body\":{\"topic\":\"New\"}}");
  assert_string_equal (room->topic, "New");
  apply (
      *state,
      "{\"conversation\":\"c3\",\"seq\":12,\"n\":5,\"from\":\"u9\",\"kind\":\"rename\",\"body\":{\"name\":\"Trips\"}}");
  assert_ptr_equal (kith_state_room (*state, "trips"), room);
  assert_null (kith_state_room (*state, "plans"));
  apply (*state, "{\"conversation\":\"c3\",\"seq\":13,\"n\":5,\"from\":\"u9\",\"kind\":\"leave\"}");
  assert_int_equal (room->members, 1);
  apply (*state, "{\"conversation\":\"c3\",\"seq\":14,\"n\":5,\"from\":\"u9\",\"kind\":\"join\"}");
  assert_int_equal (room->members, 2);
}

static void
strangers_ask_for_a_sync (void **state)
{
  assert_false (apply (
      *state,
      "{\"conversation\":\"c3\",\"seq\":11,\"n\":6,\"from\":\"u88\",\"kind\":\"message\",\"body\":{\"text\":\"x\"}}"));
  assert_false (apply (
      *state,
      "{\"conversation\":\"c88\",\"seq\":1,\"n\":1,\"from\":\"u9\",\"kind\":\"message\",\"body\":{\"text\":\"x\"}}"));
}

/* Each is JSON that the tables of the protocol let through, because they do not look into lists. */
static const char *const hostile[] = {
    "{\"people\":[1,null,[],\"u1\",{}],\"conversations\":[1,null,[],{}]}",
    "{\"people\":[{\"id\":\"u0\",\"handle\":\"x\"},{\"id\":7},{\"id\":\"u5\"},{\"id\":\"u5\",\"handle\":5}]}",
    "{\"conversations\":[{\"id\":\"c5\"},{\"id\":\"c5\",\"kind\":\"castle\"},{\"id\":\"x5\",\"kind\":\"room\"}]}",
};

static void
what_makes_no_sense_is_counted_and_left_out (void **state)
{
  static const guint refused[] = {9, 4, 3};
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    assert_int_equal (learn (*state, hostile[i]), refused[i]);
  assert_null (kith_state_person (*state, 5));
  assert_null (kith_state_conversation (*state, 5));
}

static void
wrong_members_become_harmless_ones (void **state)
{
  assert_int_equal (
      learn (*state,
             "{\"conversations\":[{\"id\":\"c6\",\"kind\":\"room\",\"name\":[],\"topic\":7,\"state\":{},\"last\":-5,"
             "\"n\":\"many\","
             "\"read\":1.5,\"unread\":99999999999999999999,\"people\":[1,\"u2\",null,\"u-3\"],\"members\":true}]}"),
      0);
  const KithConversation *room = kith_state_conversation (*state, 6);
  assert_string_equal (room->name, "");
  assert_string_equal (room->state, "member");
  assert_int_equal (room->last, 0);
  assert_int_equal (room->n, 0);
  assert_int_equal (room->members, 0);
  assert_in_range (room->unread, 0, 9007199254740991);
  assert_int_equal (room->people->len, 1);
  apply (*state, "{\"conversation\":\"c6\",\"seq\":1,\"n\":1,\"from\":\"u9\",\"kind\":\"topic\"}");
  apply (*state,
         "{\"conversation\":\"c6\",\"seq\":2,\"n\":1,\"from\":\"u9\",\"kind\":\"rename\",\"body\":{\"name\":5}}");
  apply (*state,
         "{\"conversation\":\"c6\",\"seq\":3,\"n\":1,\"from\":\"u9\",\"kind\":\"message\",\"body\":{\"mentions\":{}}}");
  apply (*state, "{\"conversation\":\"c6\",\"seq\":4,\"n\":1,\"from\":\"u9\",\"kind\":\"leave\"}");
  assert_int_equal (room->members, 0);
  assert_int_equal (room->last, 4);
}

#define WITH_STATE(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
      WITH_STATE (things_are_found_by_id_and_by_name),
      WITH_STATE (newer_knowledge_replaces_older),
      WITH_STATE (events_move_the_counts),
      WITH_STATE (events_about_the_room_change_it),
      WITH_STATE (strangers_ask_for_a_sync),
      WITH_STATE (what_makes_no_sense_is_counted_and_left_out),
      WITH_STATE (wrong_members_become_harmless_ones),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
