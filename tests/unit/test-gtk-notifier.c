/* test-gtk-notifier.c - who is told of what, one reason a row; and one notice for each conversation, by a clock that
 * the test has. */
#include "core/notifier.h"
#include "support/check.h"

/* ---- the decision ---- */

typedef struct {
  const char *why;
  KithNotifyCase message;
  gboolean told;
} Case;

static const Case cases[] = {
    {"a message in a room", {.about = "all"}, TRUE},
    {"a direct message", {.about = "all", .direct = TRUE}, TRUE},
    {"our own, from another device", {.about = "all", .mine = TRUE}, FALSE},
    {"our own, though it has our name", {.about = "all", .mine = TRUE, .mentions_me = TRUE}, FALSE},
    {"it is being looked at", {.about = "all", .looked_at = TRUE}, FALSE},
    {"a mention that is being looked at", {.about = "all", .looked_at = TRUE, .mentions_me = TRUE}, FALSE},
    {"it was read on another device", {.about = "all", .read = TRUE}, FALSE},
    {"a muted conversation", {.about = "all", .muted = TRUE}, FALSE},
    {"a mention in a muted conversation", {.about = "all", .muted = TRUE, .mentions_me = TRUE}, FALSE},
    {"quiet for an hour", {.about = "all", .quiet = TRUE, .direct = TRUE}, FALSE},
    {"a mention while quiet", {.about = "all", .quiet = TRUE, .mentions_me = TRUE, .dnd_mentions = TRUE}, FALSE},
    {"mentions only: a room", {.about = "mentions"}, FALSE},
    {"mentions only: our name", {.about = "mentions", .mentions_me = TRUE}, TRUE},
    {"mentions only: direct", {.about = "mentions", .direct = TRUE}, TRUE},
    {"nothing: our name", {.about = "none", .mentions_me = TRUE}, FALSE},
    {"nothing: direct", {.about = "none", .direct = TRUE}, FALSE},
    {"do not disturb", {.about = "all", .dnd = TRUE, .direct = TRUE}, FALSE},
    {"do not disturb: our name", {.about = "all", .dnd = TRUE, .mentions_me = TRUE}, FALSE},
    {"except mentions: our name", {.about = "all", .dnd = TRUE, .mentions_me = TRUE, .dnd_mentions = TRUE}, TRUE},
    {"except mentions: others", {.about = "all", .dnd = TRUE, .direct = TRUE, .dnd_mentions = TRUE}, FALSE},
    {"do not disturb: urgent", {.about = "all", .dnd = TRUE, .urgent = TRUE}, TRUE},
    {"quiet for an hour: urgent", {.about = "all", .quiet = TRUE, .urgent = TRUE}, TRUE},
    {"mentions only: urgent", {.about = "mentions", .urgent = TRUE}, TRUE},
    {"nothing: urgent", {.about = "none", .urgent = TRUE}, FALSE},
    {"a muted conversation: urgent", {.about = "all", .muted = TRUE, .urgent = TRUE}, FALSE},
    {"except mentions, of nothing", {.about = "none", .dnd = TRUE, .mentions_me = TRUE, .dnd_mentions = TRUE}, FALSE},
    {"except mentions, muted",
     {.about = "all", .dnd = TRUE, .mentions_me = TRUE, .dnd_mentions = TRUE, .muted = TRUE},
     FALSE},
};

static void
every_reason_counts (void **state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    if (kith_notifier_tells (&cases[i].message) != cases[i].told)
      fail_msg ("%s: told is not %d", cases[i].why, cases[i].told);
}

/* ---- words ---- */

typedef struct {
  KithNotice notice;
  gboolean show_text;
  const char *title, *body;
} Words;

#define S(text) ((char *) (text))

static const Words words[] = {
    {{.sender = S ("Mara"), .text = S ("Hello"), .n = 1}, TRUE, "Mara", "Hello"},
    {{.sender = S ("Mara"), .room = S ("#design"), .text = S ("Hello"), .n = 1}, TRUE, "Mara in #design", "Hello"},
    {{.sender = S ("Mara"), .room = S ("#design"), .text = S ("Hello"), .n = 3}, TRUE, "Mara in #design (3)", "Hello"},
    {{.sender = S ("Mara"), .text = S ("secret"), .n = 1}, FALSE, "Mara", "New message"},
    {{.sender = S ("Mara"), .text = S ("secret"), .n = 2}, FALSE, "Mara (2)", "2 new messages"},
    {{.sender = S ("Mara"), .text = S ("one\ntwo"), .n = 1}, TRUE, "Mara", "one two"},
    {{.room = S ("#design"), .n = 7}, TRUE, "#design", "7 new messages"},
    {{.room = S ("#design"), .text = S ("You were removed from #design")},
     FALSE,
     "#design",
     "You were removed from #design"},
    {{.sender = S ("Mara"), .text = S ("<b>not bold</b>"), .n = 1}, TRUE, "Mara", "<b>not bold</b>"},
};

static void
it_says_who_where_and_what (void **state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autofree char *title = kith_notice_title (&words[i].notice);
    g_autofree char *body = kith_notice_body (&words[i].notice, words[i].show_text);
    assert_string_equal (title, words[i].title);
    assert_string_equal (body, words[i].body);
  }
}

/* ---- what is on the screen ---- */

typedef struct {
  KithNotifier *notifier;
  GString *heard; /* "+a/1:2" shown with two messages, "-a/1" withdrawn */
} Screen;

static void
on_show (const KithNotice *notice, gpointer data)
{
  g_string_append_printf (((Screen *) data)->heard, "+%s:%u", notice->id, notice->n);
}

static void
on_withdraw (const char *id, gpointer data)
{
  g_string_append_printf (((Screen *) data)->heard, "-%s", id);
}

static int
set_up (void **state)
{
  static const KithNotifierHooks hooks = {on_show, on_withdraw};
  Screen *screen = g_new0 (Screen, 1);
  screen->heard = g_string_new (NULL);
  screen->notifier = kith_notifier_new (&hooks, screen);
  *state = screen;
  return 0;
}

static int
tear_down (void **state)
{
  Screen *screen = *state;
  kith_notifier_free (screen->notifier);
  g_string_free (screen->heard, TRUE);
  g_free (screen);
  return 0;
}

static void
add (Screen *screen, const char *place, gint64 conversation, gint64 seq)
{
  kith_notifier_add (screen->notifier, place, conversation, seq, "Mara", NULL, "Hello");
}

static void
expect (Screen *screen, const char *heard)
{
  assert_string_equal (screen->heard->str, heard);
  g_string_truncate (screen->heard, 0);
}

static void
a_conversation_is_one_notice (void **state)
{
  Screen *screen = *state;
  add (screen, "a", 1, 10);
  assert_int_equal (kith_notifier_run (screen->notifier, 1000), -1);
  expect (screen, "+a/1:1");
  for (gint64 seq = 11; seq < 111; seq++)
    add (screen, "a", 1, seq);
  assert_int_equal (kith_notifier_run (screen->notifier, 1000), KITH_NOTIFIER_EVERY_US);
  expect (screen, "");
  add (screen, "b", 1, 5); /* the same number on another server */
  assert_int_equal (kith_notifier_run (screen->notifier, 2000), KITH_NOTIFIER_EVERY_US - 1000);
  expect (screen, "+b/1:1");
  assert_int_equal (kith_notifier_run (screen->notifier, 1000 + KITH_NOTIFIER_EVERY_US), -1);
  expect (screen, "+a/1:101");
}

static void
what_was_missed_is_one_notice_and_goes_on (void **state)
{
  Screen *screen = *state;
  kith_notifier_add_missed (screen->notifier, "a", 1, 40, NULL, "#design", NULL, 30);
  kith_notifier_run (screen->notifier, 1000);
  expect (screen, "+a/1:30");
  add (screen, "a", 1, 41);
  kith_notifier_run (screen->notifier, 1000 + KITH_NOTIFIER_EVERY_US);
  expect (screen, "+a/1:31");
  kith_notifier_read (screen->notifier, "a", 1, 41);
  expect (screen, "-a/1");
}

static void
it_goes_when_the_last_was_read (void **state)
{
  Screen *screen = *state;
  add (screen, "a", 1, 10);
  add (screen, "a", 1, 12);
  kith_notifier_run (screen->notifier, 1000);
  expect (screen, "+a/1:2");
  kith_notifier_read (screen->notifier, "a", 1, 11);
  kith_notifier_read (screen->notifier, "a", 2, 50);
  kith_notifier_read (screen->notifier, "b", 1, 50);
  expect (screen, "");
  kith_notifier_read (screen->notifier, "a", 1, 12);
  expect (screen, "-a/1");
  kith_notifier_read (screen->notifier, "a", 1, 13);
  expect (screen, "");
  add (screen, "a", 1, 14);
  kith_notifier_run (screen->notifier, 1001); /* a new one does not wait */
  expect (screen, "+a/1:1");
}

static void
what_was_never_shown_is_not_withdrawn (void **state)
{
  Screen *screen = *state;
  add (screen, "a", 1, 10);
  kith_notifier_read (screen->notifier, "a", 1, 10);
  assert_int_equal (kith_notifier_run (screen->notifier, 1000), -1);
  expect (screen, "");
}

static void
a_place_is_forgotten (void **state)
{
  Screen *screen = *state;
  add (screen, "a", 1, 10);
  add (screen, "b", 1, 10);
  kith_notifier_run (screen->notifier, 1000);
  g_string_truncate (screen->heard, 0);
  kith_notifier_forget (screen->notifier, "a");
  expect (screen, "-a/1");
  kith_notifier_forget (screen->notifier, NULL);
  expect (screen, "-b/1");
}

static void
they_are_limited (void **state)
{
  Screen *screen = *state;
  for (gint64 i = 1; i <= KITH_NOTIFIER_SHOWN_MAX; i++) {
    add (screen, "a", i, 1);
    kith_notifier_run (screen->notifier, i);
  }
  g_string_truncate (screen->heard, 0);
  add (screen, "a", 1000, 1);
  expect (screen, "-a/1");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (every_reason_counts),
      cmocka_unit_test (it_says_who_where_and_what),
      cmocka_unit_test_setup_teardown (a_conversation_is_one_notice, set_up, tear_down),
      cmocka_unit_test_setup_teardown (it_goes_when_the_last_was_read, set_up, tear_down),
      cmocka_unit_test_setup_teardown (what_was_missed_is_one_notice_and_goes_on, set_up, tear_down),
      cmocka_unit_test_setup_teardown (what_was_never_shown_is_not_withdrawn, set_up, tear_down),
      cmocka_unit_test_setup_teardown (a_place_is_forgotten, set_up, tear_down),
      cmocka_unit_test_setup_teardown (they_are_limited, set_up, tear_down),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
