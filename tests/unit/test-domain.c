/* test-domain.c - what committed changes make of accounts, conversations and members, and what the rules say then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/domain.h"
#include "domain/rules.h"
#include "proto/error.h"

typedef struct {
  KithdDomain *domain;
  KithdSettings settings;
  gint64 rev, room;
} World;

enum { ADA = 1, BOB = 2, CYD = 3, ROOM = 10, NOTES = 100 };

static void
apply (World *world, KithdChange *change)
{
  change->rev = ++world->rev;
  kithd_domain_apply (world->domain, change);
  kithd_change_free (change);
}

static void
add_person (World *world, gint64 id, const char *handle)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_REGISTER, 0);
  change->account.handle = g_strdup (handle);
  change->account.folded = g_strdup (handle);
  change->account.display = g_strdup (handle);
  change->device.name = g_strdup ("device");
  change->device.token_hash[0] = (guint8) id;
  change->account_id = change->device_id = id;
  change->notes = NOTES + id;
  apply (world, change);
}

/* Commits an event as the store would; returns its seq. */
static gint64
commit (World *world, KithdEvent *event)
{
  const KithdConversation *conversation = kithd_domain_conversation (world->domain, event->conversation);
  KithdChange *change = kithd_change_new (KITHD_CHANGE_APPEND, event->from);
  event->seq = conversation->record.last + 1;
  event->n = conversation->record.n + (event->kind == KITHD_EVENT_MESSAGE);
  event->rev = world->rev + 1;
  kithd_change_add_event (change, event);
  change->event = event;
  gint64 seq = event->seq;
  apply (world, change);
  return seq;
}

static gint64
does (World *world, gint64 account, KithdEventKind kind, gint64 subject)
{
  KithdEvent *event = kithd_event_new (kind, ROOM, account);
  event->subject = subject;
  return commit (world, event);
}

static gint64
mentions (World *world, KithdEventKind kind, gint64 account, gint64 whom, gint64 target)
{
  KithdEvent *event = kithd_event_new (kind, ROOM, account);
  event->target = target;
  event->mentions = g_memdup2 (&whom, sizeof whom);
  event->n_mentions = 1;
  return commit (world, event);
}

static void
make_room (World *world, gboolean private_, gboolean since_join)
{
  KithdChange *change = kithd_change_new (KITHD_CHANGE_CREATE_ROOM, ADA);
  change->room.name = g_strdup ("plans");
  change->room.folded = g_strdup ("plans");
  change->room.private_ = private_;
  change->room.since_join = since_join;
  change->conversation = ROOM;
  g_autoptr (KithdEvent) join = kithd_event_new (KITHD_EVENT_JOIN, ROOM, ADA);
  join->seq = 1;
  join->rev = world->rev + 1;
  kithd_change_add_event (change, join);
  apply (world, change);
}

static int
set_up (void **state)
{
  World *world = g_new0 (World, 1);
  world->domain = kithd_domain_new ();
  kithd_settings_init (&world->settings);
  add_person (world, ADA, "ada");
  add_person (world, BOB, "bob");
  add_person (world, CYD, "cyd");
  *state = world;
  return 0;
}

static int
tear_down (void **state)
{
  World *world = *state;
  kithd_domain_free (world->domain);
  kithd_settings_clear (&world->settings);
  g_free (world);
  return 0;
}

static const KithdMember *
member (World *world, gint64 account)
{
  return kithd_conversation_member (kithd_domain_conversation (world->domain, ROOM), account);
}

/* 0: may; else the code of the refusal plus one. */
static int
asks (World *world, gint64 account, KithdEventKind kind, gint64 subject)
{
  g_autoptr (GError) error = NULL;
  gint64 unchanged;
  gboolean may = kithd_rules_may (kithd_domain_conversation (world->domain, ROOM), kithd_domain_account (world->domain, account), kind,
                                  subject != 0 ? kithd_domain_account (world->domain, subject) : NULL, &world->settings, &unchanged, &error);
  assert_int_equal (may, error == NULL);
  return may ? 0 : error->code + 1;
}

#define MAY 0
#define REFUSED(code) (KITH_ERROR_##code + 1)

static char *
readable (World *world, gint64 account)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (KithdRange));
  GString *text = g_string_new (NULL);
  if (!kithd_rules_readable (kithd_domain_conversation (world->domain, ROOM), account, ranges, NULL))
    g_string_append (text, "nothing");
  for (guint i = 0; i < ranges->len; i++) {
    KithdRange *range = &g_array_index (ranges, KithdRange, i);
    g_string_append_printf (text, "%d-%d ", (int) range->from, (int) range->to);
  }
  return g_string_free (text, FALSE);
}

static void
assert_readable (World *world, gint64 account, const char *expected)
{
  g_autofree char *text = readable (world, account);
  assert_string_equal (text, expected);
}

static void
people_are_found_by_every_name (void **state)
{
  World *world = *state;
  const guint8 token[32] = { BOB };
  assert_int_equal (kithd_domain_account_by_handle (world->domain, "bob")->record.id, BOB);
  assert_int_equal (kithd_domain_device_by_token (world->domain, token)->account, BOB);
  assert_null (kithd_domain_account_by_handle (world->domain, "dan"));
  assert_non_null (kithd_domain_conversation (world->domain, NOTES + BOB));
  g_autoptr (GPtrArray) page = kithd_domain_list_accounts (world->domain, "ada", 1);
  assert_int_equal (page->len, 1);
  assert_int_equal (((KithdAccount *) page->pdata[0])->record.id, BOB);
}

static void
accounts_come_in_the_order_of_their_change (void **state)
{
  World *world = *state;
  gint64 before = world->rev;
  KithdChange *change = kithd_change_new (KITHD_CHANGE_DISPLAY, ADA);
  change->account.id = ADA;
  change->account.display = g_strdup ("Ada L.");
  apply (world, change);
  const GList *link = kithd_domain_accounts_since (world->domain, before);
  assert_non_null (link);
  assert_string_equal (((KithdAccount *) link->data)->record.display, "Ada L.");
  assert_null (link->next);
  assert_int_equal (g_list_length ((GList *) kithd_domain_accounts_since (world->domain, 0)), 3);
  assert_null (kithd_domain_accounts_since (world->domain, world->rev));
}

static void
coming_and_going (void **state)
{
  World *world = *state;
  make_room (world, FALSE, FALSE);
  assert_int_equal (asks (world, BOB, KITHD_EVENT_MESSAGE, 0), REFUSED (NOT_MEMBER));
  assert_int_equal (asks (world, BOB, KITHD_EVENT_JOIN, 0), MAY);
  does (world, BOB, KITHD_EVENT_JOIN, 0);
  assert_int_equal (asks (world, BOB, KITHD_EVENT_MESSAGE, 0), MAY);
  assert_int_equal (kithd_domain_conversation (world->domain, ROOM)->n_in, 2);
  does (world, BOB, KITHD_EVENT_LEAVE, 0);
  assert_int_equal (asks (world, BOB, KITHD_EVENT_MESSAGE, 0), REFUSED (NOT_MEMBER));
  assert_int_equal (kithd_domain_conversation (world->domain, ROOM)->n_in, 1);
  does (world, ADA, KITHD_EVENT_MESSAGE, 0);
  assert_readable (world, BOB, "1-3 ");
  assert_readable (world, ADA, "1-4 ");
  assert_readable (world, CYD, "nothing");
}

static void
a_private_room_is_not_there_for_strangers (void **state)
{
  World *world = *state;
  make_room (world, TRUE, TRUE);
  assert_int_equal (asks (world, BOB, KITHD_EVENT_MESSAGE, 0), REFUSED (NOT_FOUND));
  assert_int_equal (asks (world, BOB, KITHD_EVENT_JOIN, 0), REFUSED (NOT_FOUND));
  does (world, ADA, KITHD_EVENT_MESSAGE, 0);
  does (world, ADA, KITHD_EVENT_INVITE, BOB);
  assert_readable (world, BOB, "nothing");
  assert_int_equal (asks (world, BOB, KITHD_EVENT_JOIN, 0), MAY);
  gint64 joined = does (world, BOB, KITHD_EVENT_JOIN, 0);
  assert_int_equal (joined, 4);
  assert_readable (world, BOB, "4-4 ");
  does (world, ADA, KITHD_EVENT_MESSAGE, 0);
  does (world, ADA, KITHD_EVENT_KICK, BOB);
  does (world, ADA, KITHD_EVENT_MESSAGE, 0);
  assert_readable (world, BOB, "4-6 ");
  assert_int_equal (asks (world, BOB, KITHD_EVENT_JOIN, 0), REFUSED (NOT_FOUND));
  does (world, ADA, KITHD_EVENT_INVITE, BOB);
  does (world, BOB, KITHD_EVENT_JOIN, 0);
  assert_readable (world, BOB, "4-6 9-9 ");
}

static void
roles_decide (void **state)
{
  World *world = *state;
  make_room (world, TRUE, FALSE);
  does (world, ADA, KITHD_EVENT_INVITE, BOB);
  does (world, BOB, KITHD_EVENT_JOIN, 0);
  assert_int_equal (asks (world, BOB, KITHD_EVENT_KICK, ADA), REFUSED (FORBIDDEN));
  assert_int_equal (asks (world, BOB, KITHD_EVENT_INVITE, CYD), REFUSED (FORBIDDEN));
  assert_int_equal (asks (world, BOB, KITHD_EVENT_TOPIC, 0), REFUSED (FORBIDDEN));
  assert_int_equal (asks (world, BOB, KITHD_EVENT_RENAME, 0), REFUSED (FORBIDDEN));
  assert_int_equal (asks (world, ADA, KITHD_EVENT_KICK, CYD), REFUSED (NOT_FOUND));
  assert_int_equal (asks (world, ADA, KITHD_EVENT_KICK, BOB), MAY);
  assert_false (kithd_rules_may_moderate (kithd_domain_conversation (world->domain, ROOM), kithd_domain_account (world->domain, BOB)));
  assert_true (kithd_rules_may_moderate (kithd_domain_conversation (world->domain, ROOM), kithd_domain_account (world->domain, ADA)));
}

static gint64
number (World *world, KithdEventKind kind, gint64 account, gint64 subject, gint64 value)
{
  KithdEvent *event = kithd_event_new (kind, ROOM, account);
  event->subject = subject;
  event->number = value;
  return commit (world, event);
}

static int
gives (World *world, gint64 giver, gint64 taker, KithdRole role)
{
  g_autoptr (GError) error = NULL;
  gint64 unchanged = 0;
  gboolean may = kithd_rules_may_give (kithd_domain_conversation (world->domain, ROOM), kithd_domain_account (world->domain, giver),
                                       kithd_domain_account (world->domain, taker), role, &unchanged, &error);
  return may ? 0 : error->code + 1;
}

/* Each role of the giver (row) against each role of the taker and each role given. */
static void
who_gives_which_role (void **state)
{
  World *world = *state;
  make_room (world, FALSE, FALSE);
  does (world, BOB, KITHD_EVENT_JOIN, 0);
  does (world, CYD, KITHD_EVENT_JOIN, 0);
  for (KithdRole giver = KITHD_ROLE_READ_ONLY; giver <= KITHD_ROLE_OWNER; giver++)
    for (KithdRole taker = KITHD_ROLE_READ_ONLY; taker <= KITHD_ROLE_OWNER; taker++)
      for (KithdRole role = KITHD_ROLE_READ_ONLY; role <= KITHD_ROLE_OWNER; role++) {
        number (world, KITHD_EVENT_ROLE, ADA, BOB, giver);
        number (world, KITHD_EVENT_ROLE, ADA, CYD, taker);
        gboolean may = role == taker || (giver >= KITHD_ROLE_ADMIN && giver > taker && (giver > role || giver == KITHD_ROLE_OWNER));
        assert_int_equal (gives (world, BOB, CYD, role) == MAY, may);
      }
}

static void
the_last_owner_stays (void **state)
{
  World *world = *state;
  make_room (world, FALSE, FALSE);
  assert_int_equal (asks (world, ADA, KITHD_EVENT_LEAVE, 0), MAY);
  does (world, BOB, KITHD_EVENT_JOIN, 0);
  assert_int_equal (asks (world, ADA, KITHD_EVENT_LEAVE, 0), REFUSED (FORBIDDEN));
  assert_int_equal (gives (world, ADA, ADA, KITHD_ROLE_ADMIN), REFUSED (FORBIDDEN));
  number (world, KITHD_EVENT_ROLE, ADA, BOB, KITHD_ROLE_OWNER);
  assert_int_equal (asks (world, ADA, KITHD_EVENT_LEAVE, 0), MAY);
  assert_int_equal (gives (world, ADA, ADA, KITHD_ROLE_ADMIN), MAY);
  assert_int_equal (gives (world, ADA, BOB, KITHD_ROLE_ADMIN), REFUSED (FORBIDDEN));
  does (world, ADA, KITHD_EVENT_LEAVE, 0);
  does (world, BOB, KITHD_EVENT_LEAVE, 0);
  does (world, CYD, KITHD_EVENT_JOIN, 0);
  assert_int_equal (member (world, CYD)->record.role, KITHD_ROLE_OWNER);
}

static int
speaks (World *world, KithdEventKind kind, gint64 now_ms)
{
  g_autoptr (GError) error = NULL;
  gboolean may = kithd_rules_may_speak (kithd_domain_conversation (world->domain, ROOM), kithd_domain_account (world->domain, BOB), kind,
                                        now_ms, &error);
  if (!may && member (world, BOB)->record.muted_until > now_ms)
    assert_string_equal (error->message, "You are muted in #plans until 2023-11-14 22:13:20 (UTC).");
  return may ? 0 : error->code + 1;
}

static void
a_mute_ends_by_itself (void **state)
{
  const gint64 until = G_GINT64_CONSTANT (1700000000000);
  World *world = *state;
  make_room (world, FALSE, FALSE);
  does (world, BOB, KITHD_EVENT_JOIN, 0);
  number (world, KITHD_EVENT_MUTE, ADA, BOB, until);
  assert_int_equal (speaks (world, KITHD_EVENT_MESSAGE, until - 1), REFUSED (FORBIDDEN));
  assert_int_equal (speaks (world, KITHD_EVENT_REACT, until - 1), REFUSED (FORBIDDEN));
  assert_int_equal (speaks (world, KITHD_EVENT_DELETE, until - 1), MAY);
  assert_int_equal (speaks (world, KITHD_EVENT_MESSAGE, until), MAY);
  number (world, KITHD_EVENT_UNMUTE, ADA, BOB, 0);
  assert_int_equal (speaks (world, KITHD_EVENT_MESSAGE, until - 1), MAY);
  number (world, KITHD_EVENT_ROLE, ADA, BOB, KITHD_ROLE_READ_ONLY);
  assert_int_equal (speaks (world, KITHD_EVENT_MESSAGE, until), REFUSED (FORBIDDEN));
}

static int
lets_in (World *world, gint64 inviter, gboolean into_room)
{
  g_autoptr (GError) error = NULL;
  gboolean may = kithd_rules_may_let_in (into_room ? kithd_domain_conversation (world->domain, ROOM) : NULL,
                                         kithd_domain_account (world->domain, inviter), &world->settings, &error);
  return may ? 0 : error->code + 1;
}

static void
who_lets_strangers_in (void **state)
{
  World *world = *state;
  make_room (world, TRUE, FALSE);
  assert_int_equal (lets_in (world, BOB, FALSE), MAY);
  assert_int_equal (lets_in (world, ADA, TRUE), MAY);
  assert_int_equal (lets_in (world, BOB, TRUE), REFUSED (NOT_FOUND));
  does (world, ADA, KITHD_EVENT_INVITE, BOB);
  does (world, BOB, KITHD_EVENT_JOIN, 0);
  assert_int_equal (lets_in (world, BOB, TRUE), REFUSED (FORBIDDEN));
  world->settings.members_max = 2;
  assert_int_equal (lets_in (world, ADA, TRUE), REFUSED (LIMIT));
  world->settings.registration = KITHD_REGISTRATION_INVITE;
  assert_int_equal (lets_in (world, ADA, FALSE), REFUSED (FORBIDDEN));
  assert_int_equal (lets_in (world, 0, FALSE), MAY);
  world->settings.registration = KITHD_REGISTRATION_CLOSED;
  assert_int_equal (lets_in (world, 0, FALSE), REFUSED (REGISTRATION_CLOSED));
}

static void
a_room_is_full_at_its_limit (void **state)
{
  World *world = *state;
  world->settings.members_max = 2;
  make_room (world, FALSE, FALSE);
  does (world, BOB, KITHD_EVENT_JOIN, 0);
  assert_int_equal (asks (world, CYD, KITHD_EVENT_JOIN, 0), REFUSED (LIMIT));
}

static void
cursors_and_mentions_are_counted (void **state)
{
  World *world = *state;
  make_room (world, FALSE, FALSE);
  does (world, BOB, KITHD_EVENT_JOIN, 0);
  gint64 first = mentions (world, KITHD_EVENT_MESSAGE, ADA, BOB, 0);
  gint64 second = mentions (world, KITHD_EVENT_MESSAGE, ADA, BOB, 0);
  const KithdConversation *room = kithd_domain_conversation (world->domain, ROOM);
  assert_int_equal (kithd_member_unread (member (world, BOB), room), 2);
  assert_int_equal (kithd_member_mentions (member (world, BOB)), 2);
  assert_int_equal (kithd_member_unread (member (world, ADA), room), 0);
  mentions (world, KITHD_EVENT_EDIT, ADA, CYD, first);
  assert_int_equal (kithd_member_mentions (member (world, BOB)), 1);
  KithdEvent *gone = kithd_event_new (KITHD_EVENT_DELETE, ROOM, ADA);
  gone->target = second;
  commit (world, gone);
  assert_int_equal (kithd_member_mentions (member (world, BOB)), 0);
  does (world, BOB, KITHD_EVENT_MESSAGE, 0);
  assert_int_equal (kithd_member_unread (member (world, BOB), room), 0);
}

static void
marking_moves_the_cursor_both_ways (void **state)
{
  World *world = *state;
  make_room (world, FALSE, FALSE);
  does (world, BOB, KITHD_EVENT_JOIN, 0);
  gint64 seq = mentions (world, KITHD_EVENT_MESSAGE, ADA, BOB, 0);
  KithdChange *read = kithd_change_new (KITHD_CHANGE_MARK, BOB);
  read->conversation = ROOM;
  read->read = seq;
  read->read_n = 1;
  apply (world, read);
  assert_int_equal (kithd_member_mentions (member (world, BOB)), 0);
  KithdChange *unread = kithd_change_new (KITHD_CHANGE_MARK, BOB);
  unread->conversation = ROOM;
  unread->read = seq - 1;
  unread->unread_mentions = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (unread->unread_mentions, seq);
  apply (world, unread);
  assert_int_equal (kithd_member_mentions (member (world, BOB)), 1);
  assert_int_equal (kithd_member_unread (member (world, BOB), kithd_domain_conversation (world->domain, ROOM)), 1);
}

static void
a_new_name_replaces_the_old_one (void **state)
{
  World *world = *state;
  make_room (world, FALSE, FALSE);
  KithdEvent *event = kithd_event_new (KITHD_EVENT_RENAME, ROOM, ADA);
  event->value = g_strdup ("Ideas");
  event->folded = g_strdup ("ideas");
  commit (world, event);
  assert_null (kithd_domain_room_by_name (world->domain, "plans"));
  assert_int_equal (kithd_domain_room_by_name (world->domain, "ideas")->record.id, ROOM);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
    TEST (people_are_found_by_every_name),
    TEST (accounts_come_in_the_order_of_their_change),
    TEST (coming_and_going),
    TEST (a_private_room_is_not_there_for_strangers),
    TEST (roles_decide),
    TEST (who_gives_which_role),
    TEST (the_last_owner_stays),
    TEST (a_mute_ends_by_itself),
    TEST (who_lets_strangers_in),
    TEST (a_room_is_full_at_its_limit),
    TEST (cursors_and_mentions_are_counted),
    TEST (marking_moves_the_cursor_both_ways),
    TEST (a_new_name_replaces_the_old_one),
  };
  return cmocka_run_group_tests_name ("domain", tests, NULL, NULL);
}
