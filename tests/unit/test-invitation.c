/* test-invitation.c - links of invitations: what is made is read again, and what is pasted wrongly is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/invitation.h"

#define PIN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define CODE "0123456789abcdef0123456789abcdef"

static void
what_is_made_is_read (void **state)
{
  static const char *const servers[] = {"chat.example.org", "chat.example.org:1234", "192.0.2.1:5484", "[2001:db8::1]",
                                        "[2001:db8::1]:5484"};
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++) {
    KithInvitation made = {(char *) servers[i], (char *) PIN, (char *) CODE};
    g_auto (KithInvitation) read = {0};
    g_autofree char *text = kith_invitation_format (&made);
    assert_true (kith_invitation_is (text));
    assert_true (kith_invitation_parse (text, &read, NULL));
    assert_string_equal (read.server, servers[i]);
    assert_string_equal (read.pin, PIN);
    assert_string_equal (read.code, CODE);
  }
}

static void
parts_may_be_missing (void **state)
{
  g_auto (KithInvitation) bare = {0}, pinned = {0};
  assert_true (kith_invitation_parse ("kith://host/", &bare, NULL));
  assert_string_equal (bare.server, "host");
  assert_null (bare.pin);
  assert_null (bare.code);
  assert_true (kith_invitation_parse ("kith://host?pin=" PIN "&colour=red", &pinned, NULL));
  assert_string_equal (pinned.pin, PIN);
}

static void
what_is_wrong_is_refused (void **state)
{
  static const char *const links[] = {"",
                                      "kith",
                                      "kith://",
                                      "kith:///?pin=" PIN,
                                      "https://host/?invite=" CODE,
                                      "kith://host/?pin=12",
                                      "kith://host/?invite=" CODE "00",
                                      "kith://host/?invite=zz",
                                      "kith://host:0/",
                                      "kith://host:99999/",
                                      "kith://user@host/?invite=" CODE,
                                      "kith://ho st/",
                                      "kith://host/?pin"};
  for (guint i = 0; i < G_N_ELEMENTS (links); i++) {
    g_autoptr (GError) error = NULL;
    KithInvitation read;
    if (kith_invitation_parse (links[i], &read, &error))
      fail_msg ("%s was taken", links[i]);
    assert_non_null (error);
    assert_null (read.server);
  }
  assert_false (kith_invitation_is ("ada"));
  assert_false (kith_invitation_is ("kith"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (what_is_made_is_read), cmocka_unit_test (parts_may_be_missing),
                                     cmocka_unit_test (what_is_wrong_is_refused)};
  return cmocka_run_group_tests_name ("invitation", tests, NULL, NULL);
}
