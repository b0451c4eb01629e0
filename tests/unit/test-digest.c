/* test-digest.c - SHA-256 against the example of FIPS 180-4 and against GLib's, around the size of its blocks. */
#include "support/check.h"

#include "secret/digest.h"

static void
test_example (void **state)
{
  static const guint8 expected[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                    0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                    0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
  guint8 digest[KITHD_DIGEST_BYTES];
  kithd_digest ("abc", 3, digest);
  assert_memory_equal (digest, expected, sizeof digest);
}

static void
test_sizes (void **state)
{
  guint8 data[200], digest[KITHD_DIGEST_BYTES], expected[KITHD_DIGEST_BYTES];
  for (gsize size = 0; size < sizeof data; size++) {
    gsize length = sizeof expected;
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
    data[size] = (guint8) (7 * size);
    g_checksum_update (checksum, data, (gssize) size);
    g_checksum_get_digest (checksum, expected, &length);
    kithd_digest (data, size, digest);
    assert_memory_equal (digest, expected, sizeof digest);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test (test_example), cmocka_unit_test (test_sizes)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
