/* test-seal.c - sealing against the vector of RFC 8439 (2.8.2), and everything that must not open. */
#include "support/check.h"

#include <string.h>

#include "net/seal.h"

static const char plain[] = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
                            "future, sunscreen would be it.";
static const guint8 header[] = {0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7};
static const guint8 base[12] = {7, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47};
static const guint8 begin[] = {0xd3, 0x1a, 0x8d, 0x34, 0x64, 0x8e, 0x60, 0xdb};
static const guint8 tag[] = {0x1a, 0xe1, 0x0b, 0x59, 0x4f, 0x09, 0xe2, 0x6a,
                             0x7e, 0x90, 0x2e, 0xcb, 0xd0, 0x60, 0x06, 0x91};

#define SIZE (sizeof plain - 1)

static KithSeal
make_seal (void)
{
  KithSeal seal;
  for (guint i = 0; i < sizeof seal.key; i++)
    seal.key[i] = (guint8) (0x80 + i);
  memcpy (seal.base, base, sizeof base);
  return seal;
}

static void
test_vector (void **state)
{
  KithSeal seal = make_seal ();
  guint8 sealed[SIZE + KITH_SEAL_TAG], back[SIZE];
  assert_true (kith_seal (&seal, 0, header, sizeof header, plain, SIZE, sealed));
  assert_memory_equal (sealed, begin, sizeof begin);
  assert_memory_equal (sealed + SIZE, tag, sizeof tag);
  assert_true (kith_unseal (&seal, 0, header, sizeof header, sealed, sizeof sealed, back));
  assert_memory_equal (back, plain, SIZE);
}

/* The counter is in the nonce: base XOR counter. */
static void
test_counter (void **state)
{
  KithSeal seal = make_seal (), other = make_seal ();
  guint8 sealed[SIZE + KITH_SEAL_TAG], same[SIZE + KITH_SEAL_TAG];
  other.base[11] ^= 0x34;
  other.base[10] ^= 0x12;
  assert_true (kith_seal (&seal, 0x1234, header, sizeof header, plain, SIZE, sealed));
  assert_true (kith_seal (&other, 0, header, sizeof header, plain, SIZE, same));
  assert_memory_equal (sealed, same, sizeof sealed);
  assert_false (kith_unseal (&seal, 0x1235, header, sizeof header, sealed, sizeof sealed, same));
}

static void
test_damage (void **state)
{
  KithSeal seal = make_seal ();
  guint8 sealed[SIZE + KITH_SEAL_TAG], back[SIZE + KITH_SEAL_TAG], changed[sizeof header];
  assert_true (kith_seal (&seal, 1, header, sizeof header, plain, SIZE, sealed));
  for (guint i = 0; i < sizeof sealed; i++) {
    sealed[i] ^= 1;
    assert_false (kith_unseal (&seal, 1, header, sizeof header, sealed, sizeof sealed, back));
    sealed[i] ^= 1;
    assert_false (kith_unseal (&seal, 1, header, sizeof header, sealed, i, back));
  }
  for (guint i = 0; i < sizeof header; i++) {
    memcpy (changed, header, sizeof header);
    changed[i] ^= 0x80;
    assert_false (kith_unseal (&seal, 1, changed, sizeof header, sealed, sizeof sealed, back));
  }
  seal.key[31] ^= 1;
  assert_false (kith_unseal (&seal, 1, header, sizeof header, sealed, sizeof sealed, back));
}

static void
test_empty_and_in_place (void **state)
{
  KithSeal seal = make_seal ();
  guint8 bytes[SIZE + KITH_SEAL_TAG], none[KITH_SEAL_TAG];
  assert_true (kith_seal (&seal, 1, header, sizeof header, "", 0, none));
  assert_true (kith_unseal (&seal, 1, header, sizeof header, none, sizeof none, bytes));
  memcpy (bytes, plain, SIZE);
  assert_true (kith_seal (&seal, 2, header, sizeof header, bytes, SIZE, bytes));
  assert_true (kith_unseal (&seal, 2, header, sizeof header, bytes, sizeof bytes, bytes));
  assert_memory_equal (bytes, plain, SIZE);
}

static void
test_split (void **state)
{
  guint8 material[KITH_SEAL_MATERIAL];
  KithSeal of_client, of_server;
  for (guint i = 0; i < sizeof material; i++)
    material[i] = (guint8) i;
  kith_seal_split (material, &of_client, &of_server);
  assert_int_equal (of_client.key[0], 0);
  assert_int_equal (of_server.key[0], 32);
  assert_int_equal (of_client.base[0], 64);
  assert_int_equal (of_server.base[11], 87);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test (test_##name)
  const struct CMUnitTest tests[] = {TEST (vector), TEST (counter), TEST (damage), TEST (empty_and_in_place),
                                     TEST (split)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
