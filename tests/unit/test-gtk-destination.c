/* test-gtk-destination.c - what a person types or clicks to get to a server. */
#include "core/destination.h"
#include "support/check.h"

#include <string.h>

#define PIN "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define CODE "00112233445566778899aabbccddeeff"

static void
an_address_stays_as_it_was_typed (void **state)
{
  static const char *const addresses[] = {"chat.example.org", "chat.example.org:99", "192.168.1.7", "[fe80::1]:5484",
                                          "unix:/run/kithd.sock"};
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_auto (KithDestination) destination = {0};
    g_autofree char *typed = g_strdup_printf ("  %s\t", addresses[i]);
    CHECK (kith_destination_parse (typed, &destination, &error));
    assert_string_equal (destination.address, addresses[i]);
    assert_null (destination.pin);
    assert_null (destination.code);
  }
}

static void
a_link_brings_key_and_code (void **state)
{
  g_auto (KithDestination) destination = {0};
  assert_true (kith_destination_is_link ("kith://home/"));
  assert_false (kith_destination_is_link ("home"));
  CHECK (kith_destination_parse ("kith://home:99/?pin=" PIN "&invite=" CODE " ", &destination, &error));
  assert_string_equal (destination.address, "home:99");
  assert_string_equal (destination.pin, PIN);
  assert_string_equal (destination.code, CODE);
}

static void
nonsense_is_refused_with_a_sentence (void **state)
{
  static const char *const nonsense[] = {"", "  ", "two words", "https://home/", "host:99999", "kith://", "kith://home/?pin=12"};
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++) {
    g_auto (KithDestination) destination = {0};
    g_autoptr (GError) error = NULL;
    assert_false (kith_destination_parse (nonsense[i], &destination, &error));
    assert_non_null (error);
    assert_true (strlen (error->message) > 10);
    assert_null (destination.address);
  }
}

static void
the_same_place_is_known_in_another_spelling (void **state)
{
  assert_true (kith_address_same ("Home", "home:5484"));
  assert_true (kith_address_same ("[fe80::1]:5484", "[FE80::1]"));
  assert_false (kith_address_same ("home", "home:5485"));
  assert_false (kith_address_same ("home", "house"));
  assert_false (kith_address_same ("", ""));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (an_address_stays_as_it_was_typed),
      cmocka_unit_test (a_link_brings_key_and_code),
      cmocka_unit_test (nonsense_is_refused_with_a_sentence),
      cmocka_unit_test (the_same_place_is_known_in_another_spelling),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
