/* test-retention.c - what is too old is found slice by slice, and a clock that jumped is not believed; with a clock of
 * the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/retention.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define HOUR_MS ((gint64) 3600 * 1000)
#define DAY_MS (24 * HOUR_MS)
#define NOW_MS G_GINT64_CONSTANT (1795000000000)

typedef struct {
  KithdDomain *domain;
  KithdSettings settings;
  KithdRetention *retention;
  gint64 now_us, real_ms;
} World;

static void
add_room (World *world, gint64 id, gint64 days)
{
  char name[] = {(char) ('a' + id), '\0'};
  const KithdConversationRecord room = {.id = id,
                                        .kind = KITHD_ROOM,
                                        .name = name,
                                        .folded = name,
                                        .first = 1,
                                        .last = 1000,
                                        .n = 1000,
                                        .retention = days};
  kithd_domain_load_conversation (world->domain, &room);
}

static void
begin (World *world, gint64 newest_ms)
{
  kithd_retention_free (world->retention);
  world->retention = kithd_retention_new (world->domain, &world->settings, newest_ms);
  kithd_retention_clock (world->retention, world->now_us, world->real_ms);
}

static int
set_up (void **state)
{
  World *world = g_new0 (World, 1);
  world->domain = kithd_domain_new ();
  kithd_settings_init (&world->settings);
  world->now_us = 5 * SECOND;
  world->real_ms = NOW_MS;
  begin (world, NOW_MS - HOUR_MS);
  *state = world;
  return 0;
}

static int
tear_down (void **state)
{
  World *world = *state;
  kithd_retention_free (world->retention);
  kithd_settings_clear (&world->settings);
  kithd_domain_free (world->domain);
  g_free (world);
  return 0;
}

/* Both clocks go on. TRUE: the wall clock was found to have jumped. */
static gboolean
pass (World *world, gint64 us, gint64 jump_ms)
{
  world->now_us += us;
  world->real_ms += us / 1000 + jump_ms;
  return kithd_retention_clock (world->retention, world->now_us, world->real_ms);
}

/* The next slice comes back: the oldest event that is left happened at that time. Its conversation; 0: there was no
 * slice. */
static gint64
do_slice (World *world, gboolean more, gint64 oldest_ms)
{
  g_autoptr (KithdChange) slice = kithd_retention_next (world->retention);
  if (slice == NULL)
    return 0;
  assert_int_equal (slice->kind, KITHD_CHANGE_EXPIRE);
  assert_int_equal (slice->limit, KITHD_RETENTION_SLICE);
  assert_null (kithd_retention_next (world->retention)); /* one at a time */
  slice->more = more;
  slice->oldest_at = oldest_ms;
  kithd_retention_done (world->retention, slice);
  assert_null (kithd_retention_next (world->retention)); /* and a pause between them */
  pass (world, SECOND, 0);
  return slice->conversation;
}

static void
nothing_goes_without_a_limit (void **state)
{
  add_room (*state, 1, 0);
  assert_int_equal (do_slice (*state, FALSE, 0), 0);
}

static void
the_smaller_limit_counts (void **state)
{
  World *world = *state;
  static const struct {
    gint64 room, server, days;
  } cases[] = {{30, 0, 30}, {0, 10, 10}, {30, 10, 10}, {5, 10, 5}};
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    add_room (world, i + 1, cases[i].room);
    world->settings.retention_days = cases[i].server;
    assert_int_equal (kithd_retention_days (kithd_domain_conversation (world->domain, i + 1), &world->settings),
                      cases[i].days);
  }
}

static void
a_round_looks_at_each_once_an_hour (void **state)
{
  World *world = *state;
  add_room (world, 1, 30);
  add_room (world, 2, 0);
  g_autoptr (KithdChange) slice = kithd_retention_next (world->retention);
  assert_non_null (slice);
  assert_int_equal (slice->conversation, 1);
  assert_int_equal (slice->before, NOW_MS - 30 * DAY_MS);
  slice->more = TRUE;
  slice->oldest_at = 1;
  kithd_retention_done (world->retention, slice);
  pass (world, SECOND, 0);
  assert_int_equal (do_slice (world, TRUE, 1), 1); /* until there is no more of it */
  assert_int_equal (do_slice (world, FALSE, world->real_ms - 29 * DAY_MS), 1);
  assert_int_equal (do_slice (world, FALSE, 0), 0);
  /* What is known to be young enough is not asked about, each hour, until a day has passed. */
  for (guint hour = 0; hour < 23; hour++) {
    pass (world, 3600 * SECOND, 0);
    assert_int_equal (do_slice (world, FALSE, 0), 0);
  }
  pass (world, 2 * 3600 * SECOND, 0);
  assert_int_equal (do_slice (world, FALSE, 0), 1);
}

static void
a_jump_is_waited_out (void **state)
{
  static const gint64 jumps[] = {-2 * HOUR_MS, 2 * HOUR_MS, 3650 * DAY_MS};
  World *world = *state;
  add_room (world, 1, 30);
  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++) {
    assert_false (pass (world, SECOND, HOUR_MS - 1)); /* less than an hour is none */
    assert_true (pass (world, SECOND, jumps[i]));
    for (guint hour = 0; hour < 24; hour++) {
      assert_true (kithd_retention_paused_us (world->retention) > 0);
      assert_int_equal (do_slice (world, FALSE, 0), 0);
      assert_false (pass (world, 3600 * SECOND - SECOND / 2, 0));
    }
    assert_int_equal (kithd_retention_paused_us (world->retention), 12 * SECOND);
    pass (world, 13 * SECOND, 0);
    assert_int_equal (kithd_retention_paused_us (world->retention), 0);
    assert_int_equal (do_slice (world, FALSE, 0), 1);
  }
}

static void
another_jump_begins_the_wait_anew (void **state)
{
  World *world = *state;
  assert_true (pass (world, SECOND, 2 * HOUR_MS));
  pass (world, 23 * 3600 * SECOND, 0);
  assert_true (pass (world, SECOND, -2 * HOUR_MS));
  assert_int_equal (kithd_retention_paused_us (world->retention), KITHD_RETENTION_STEADY_US);
}

static void
an_administrator_ends_the_wait (void **state)
{
  World *world = *state;
  add_room (world, 1, 30);
  assert_true (pass (world, SECOND, -2 * HOUR_MS));
  assert_int_equal (do_slice (world, FALSE, 0), 0);
  kithd_retention_resume (world->retention);
  assert_int_equal (kithd_retention_paused_us (world->retention), 0);
  assert_int_equal (do_slice (world, FALSE, 0), 1);
}

/* While the server was off nobody saw the clock: what is stored is the witness. */
static void
a_clock_is_doubted_at_the_start (void **state)
{
  static const struct {
    gint64 newest_ms;
    gboolean doubted;
  } cases[] = {{0, FALSE},
               {NOW_MS - 6 * DAY_MS, FALSE},
               {NOW_MS + HOUR_MS / 2, FALSE},
               {NOW_MS - 8 * DAY_MS, TRUE},
               {NOW_MS + 2 * HOUR_MS, TRUE}};
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    begin (*state, cases[i].newest_ms);
    assert_int_equal (kithd_retention_paused_us (((World *) *state)->retention) > 0, cases[i].doubted);
  }
}

static void
what_fails_waits_for_the_next_round (void **state)
{
  World *world = *state;
  add_room (world, 1, 30);
  g_autoptr (KithdChange) slice = kithd_retention_next (world->retention);
  slice->error = g_error_new_literal (g_quark_from_static_string ("test"), 1, "full");
  kithd_retention_done (world->retention, slice);
  pass (world, 60 * SECOND, 0);
  assert_int_equal (do_slice (world, FALSE, 0), 0);
  pass (world, 3600 * SECOND, 0);
  assert_int_equal (do_slice (world, FALSE, 0), 1);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST (nothing_goes_without_a_limit),       TEST (the_smaller_limit_counts),
      TEST (a_round_looks_at_each_once_an_hour), TEST (a_jump_is_waited_out),
      TEST (another_jump_begins_the_wait_anew),  TEST (an_administrator_ends_the_wait),
      TEST (a_clock_is_doubted_at_the_start),    TEST (what_fails_waits_for_the_next_round),
  };
  return cmocka_run_group_tests_name ("retention", tests, NULL, NULL);
}
