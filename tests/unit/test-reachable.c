/* test-reachable.c - where others reach a server that we reach by the computer's own address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client/reachable.h"

/* There may be no network: then it is what it was. */
static void
test_loopback (void **state)
{
  static const char *const own[] = {"127.0.0.1:5484", "localhost:5484", "[::1]:5484"};
  g_auto (GStrv) all = kith_reachable_addresses ("127.0.0.1:5484");
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++) {
    g_autofree char *address = kith_reachable_address (own[i]);
    assert_string_equal (address, all[0] != NULL ? all[0] : own[i]);
  }
  for (guint i = 0; all[i] != NULL; i++) {
    assert_true (g_str_has_suffix (all[i], ":5484"));
    assert_false (g_str_has_prefix (all[i], "127."));
  }
}

static void
test_others (void **state)
{
  static const char *const others[] = {"192.0.2.7:5484", "kith.example:7000", "[2001:db8::1]:5484"};
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autofree char *address = kith_reachable_address (others[i]);
    assert_string_equal (address, others[i]);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (test_loopback), cmocka_unit_test (test_others)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
