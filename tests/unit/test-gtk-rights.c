/* test-gtk-rights.c - what is offered in a room, as the server's rules have it (server/domain/rules.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rights.h"

static gboolean
has (const char *room, const char *server, gboolean is_private, KithRight right)
{
  return kith_rights_has ((KithStanding){room, server}, is_private, right);
}

static void
a_member_sets_the_topic_of_a_public_room (void **state)
{
  assert_true (has ("member", "member", FALSE, KITH_RIGHT_TOPIC));
  assert_false (has ("member", "member", TRUE, KITH_RIGHT_TOPIC));
  assert_true (has ("moderator", "member", TRUE, KITH_RIGHT_TOPIC));
  assert_false (has ("read_only", "member", FALSE, KITH_RIGHT_TOPIC));
  assert_true (has ("", NULL, FALSE, KITH_RIGHT_TOPIC));
}

static void
moderators_rename_and_admins_keep (void **state)
{
  assert_false (has ("member", "member", FALSE, KITH_RIGHT_NAME));
  assert_true (has ("moderator", "member", FALSE, KITH_RIGHT_NAME));
  assert_false (has ("moderator", "member", FALSE, KITH_RIGHT_RETENTION));
  assert_true (has ("admin", "member", FALSE, KITH_RIGHT_RETENTION));
}

static void
a_role_on_the_server_counts_in_every_room (void **state)
{
  assert_true (has ("member", "admin", TRUE, KITH_RIGHT_RETENTION));
  assert_true (kith_rights_is_above ((KithStanding){"member", "admin"}, "admin"));
  assert_false (kith_rights_is_above ((KithStanding){"member", "admin"}, "owner"));
  assert_true (kith_rights_is_above ((KithStanding){"member", "owner"}, "owner"));
}

static void
one_stands_above_lower_roles_only (void **state)
{
  KithStanding moderator = {"moderator", "member"};
  assert_true (kith_rights_is_above (moderator, "member"));
  assert_true (kith_rights_is_above (moderator, NULL));
  assert_false (kith_rights_is_above (moderator, "moderator"));
  assert_false (kith_rights_is_above (moderator, "owner"));
}

static void
roles_below_are_given_to_people_below (void **state)
{
  static const struct {
    const char *mine, *taker, *role;
    gboolean self, may;
  } cases[] = {
      {"owner", "member", "owner", FALSE, TRUE},        {"owner", "owner", "member", FALSE, FALSE},
      {"admin", "member", "moderator", FALSE, TRUE},    {"admin", "member", "admin", FALSE, FALSE},
      {"admin", "admin", "member", FALSE, FALSE},       {"moderator", "member", "read_only", FALSE, FALSE},
      {"moderator", "moderator", "member", TRUE, TRUE}, {"member", "member", "moderator", TRUE, FALSE},
      {"admin", "admin", "owner", TRUE, FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_int_equal (
        kith_rights_may_give ((KithStanding){cases[i].mine, "member"}, cases[i].taker, cases[i].role, cases[i].self),
        cases[i].may);
}

static void
who_may_not_is_told_who_may (void **state)
{
  for (guint right = 0; right < KITH_N_RIGHTS; right++)
    for (gboolean is_private = FALSE; is_private <= TRUE; is_private++)
      assert_true ((kith_rights_whose (right, is_private) == NULL) == has ("member", "member", is_private, right));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (a_member_sets_the_topic_of_a_public_room),
      cmocka_unit_test (moderators_rename_and_admins_keep),
      cmocka_unit_test (a_role_on_the_server_counts_in_every_room),
      cmocka_unit_test (one_stands_above_lower_roles_only),
      cmocka_unit_test (roles_below_are_given_to_people_below),
      cmocka_unit_test (who_may_not_is_told_who_may),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
