/* test-storage.c - what every storage of a client must do. A new one is a row in the table at the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client/storage.h"
#include "core/store.h"
#include "support/scratch.h"

typedef struct {
  KithStorage *(*make) (void);
} Variant;

static TestScratch *scratch; /* of storages in files */

static KithStorage *
make_store (void)
{
  g_autofree char *path = test_scratch_path (scratch, "outbox.db");
  return kith_store_open (path, "kith://[::1]:5484", NULL);
}

static int
set_up (void **state)
{
  const Variant *variant = *state;
  scratch = test_scratch_new ();
  *state = variant->make ();
  return *state == NULL;
}

static int
tear_down (void **state)
{
  kith_storage_free (*state);
  g_clear_pointer (&scratch, test_scratch_free);
  return 0;
}

static void
describe (const KithStoredEntry *entry, gpointer data)
{
  g_string_append_printf (data, "%" G_GUINT64_FORMAT "%s=%s", entry->key, entry->written ? "!" : "", entry->request);
  if (entry->entered != 0)
    g_string_append_printf (data, "@%" G_GINT64_FORMAT, entry->entered);
  g_string_append_c (data, ' ');
}

static void
expect_entries (KithStorage *storage, const char *wanted)
{
  g_autoptr (GString) got = g_string_new (NULL);
  assert_true (kith_storage_load (storage, describe, got, NULL));
  assert_string_equal (got->str, wanted);
}

static void
values_are_kept_apart_and_forgotten_by_null (void **state)
{
  for (KithKept what = 0; what < KITH_N_KEPT; what++)
    assert_null (kith_storage_get (*state, what));
  for (KithKept what = 0; what < KITH_N_KEPT; what++)
    assert_true (kith_storage_set (*state, what, kith_kept_name (what), NULL));
  assert_true (kith_storage_set (*state, KITH_KEPT_PIN, NULL, NULL));
  assert_true (kith_storage_set (*state, KITH_KEPT_TOKEN, "new", NULL));
  for (KithKept what = 0; what < KITH_N_KEPT; what++) {
    g_autofree char *value = kith_storage_get (*state, what);
    if (what == KITH_KEPT_PIN)
      assert_null (value);
    else
      assert_string_equal (value, what == KITH_KEPT_TOKEN ? "new" : kith_kept_name (what));
  }
}

static void
entries_come_back_by_key (void **state)
{
  expect_entries (*state, "");
  assert_true (kith_storage_add (*state, &(KithStoredEntry){7, FALSE, "seven", 1700000000123}, NULL));
  assert_true (kith_storage_add (*state, &(KithStoredEntry){300, FALSE, "three hundred", 0}, NULL));
  assert_true (kith_storage_add (*state, &(KithStoredEntry){G_MAXINT64, TRUE, "last", 0}, NULL));
  assert_true (kith_storage_add (*state, &(KithStoredEntry){2, TRUE, "two", 0}, NULL));
  expect_entries (*state, "2!=two 7=seven@1700000000123 300=three hundred 9223372036854775807!=last ");
}

static void
entries_change_and_go (void **state)
{
  assert_true (kith_storage_add (*state, &(KithStoredEntry){1, FALSE, "a", 5}, NULL));
  assert_true (kith_storage_add (*state, &(KithStoredEntry){2, FALSE, "b", 0}, NULL));
  assert_true (kith_storage_update (*state, &(KithStoredEntry){1, TRUE, "A", 6}, NULL));
  expect_entries (*state, "1!=A@5 2=b ");
  assert_true (kith_storage_remove (*state, 1, NULL));
  expect_entries (*state, "2=b ");
}

static void
what_is_not_there_is_left_alone (void **state)
{
  assert_true (kith_storage_add (*state, &(KithStoredEntry){1, FALSE, "a", 0}, NULL));
  assert_true (kith_storage_update (*state, &(KithStoredEntry){9, TRUE, "x", 0}, NULL));
  assert_true (kith_storage_remove (*state, 9, NULL));
  assert_true (kith_storage_set (*state, KITH_KEPT_PIN, NULL, NULL));
  expect_entries (*state, "1=a ");
}

#define FOR_VARIANT(test, variant)                                 \
  {                                                                \
#test " " #variant, test, set_up, tear_down, (void *) &variant \
  }
#define FOR_ALL(test) FOR_VARIANT (test, memory), FOR_VARIANT (test, store)

int
main (void)
{
  static const Variant memory = {kith_storage_memory_new}, store = {make_store};
  const struct CMUnitTest tests[] = {
      FOR_ALL (values_are_kept_apart_and_forgotten_by_null),
      FOR_ALL (entries_come_back_by_key),
      FOR_ALL (entries_change_and_go),
      FOR_ALL (what_is_not_there_is_left_alone),
  };
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* no keyring here */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* no keyring here */
  return cmocka_run_group_tests (tests, NULL, NULL);
}
