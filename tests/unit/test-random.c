/* test-random.c - nonces begin with the time, as UUIDs of version 7 (RFC 9562, 5.7), and are never the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>


#include "client/random.h"
#include "proto/id.h"

#define MANY 1000

static gint64
time_of (const char *nonce)
{
  guint8 bytes[KITH_NONCE_BYTES];
  gint64 ms = 0;
  assert_true (kith_hex_parse (nonce, bytes, sizeof bytes));
  assert_int_equal (bytes[6] >> 4, 7);
  assert_int_equal (bytes[8] >> 6, 2);
  for (guint i = 0; i < 6; i++)
    ms = ms << 8 | bytes[i];
  return ms;
}

static void
nonces_begin_with_the_time (void **state)
{
  char nonce[KITH_NONCE_TEXT];
  gint64 before = g_get_real_time () / 1000;
  assert_ptr_equal (kith_random_nonce (nonce), nonce);
  assert_in_range (time_of (nonce), before, g_get_real_time () / 1000);
}

static void
nonces_of_one_moment_differ (void **state)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < MANY; i++)
    assert_true (g_hash_table_add (seen, kith_random_nonce (g_malloc (KITH_NONCE_TEXT))));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (nonces_begin_with_the_time),
      cmocka_unit_test (nonces_of_one_moment_differ),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
