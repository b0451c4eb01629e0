/* test-gtk-store.c - the desktop client's storage: what a call returned from is there after kill -9, nobody else has
 * the file meanwhile, and a damaged one is kept. What every storage does: contract/test-storage.c. */
#include <glib/gstdio.h>
#include <gio/gio.h>
#include <string.h>

#include "core/store.h"
#include "support/check.h"
#include "support/files.h"
#include "support/scratch.h"

#include "sql/sql.h"

#define OPERATIONS 300

static const char *self;

typedef struct {
  TestScratch *scratch;
  char *path;
} Fixture;

static int
set_up (void **state)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  fixture->scratch = test_scratch_new ();
  fixture->path = test_scratch_path (fixture->scratch, "outbox.db");
  *state = fixture;
  return 0;
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;
  test_scratch_free (fixture->scratch);
  g_free (fixture->path);
  g_free (fixture);
  return 0;
}

static KithStorage *
open_store (Fixture *fixture)
{
  GError *error = NULL;
  KithStorage *storage = kith_store_open (fixture->path, "kith://localhost:5484", &error);
  if (storage == NULL)
    fail_msg ("%s", error->message);
  return storage;
}

static void
describe (const KithStoredEntry *entry, gpointer data)
{
  g_string_append_printf (data, "%" G_GUINT64_FORMAT "%s=%s", entry->key, entry->written ? "!" : "", entry->request);
  if (entry->entered != 0)
    g_string_append_printf (data, "@%" G_GINT64_FORMAT, entry->entered);
  g_string_append_c (data, ' ');
}

static char *
describe_all (KithStorage *storage)
{
  GString *got = g_string_new (NULL);
  CHECK (kith_storage_load (storage, describe, got, &error));
  return g_string_free (got, FALSE);
}

/* What the outbox does, one call after the other: each entry is added, written, and removed, interleaved. */
static gboolean
operate (KithStorage *storage, guint n)
{
  guint64 key = n / 3 + 1;
  if (n % 3 == 0)
    return kith_storage_add (storage, &(KithStoredEntry){key, FALSE, "new", 0}, NULL);
  if (n % 3 == 1)
    return kith_storage_update (storage, &(KithStoredEntry){key, TRUE, "sent", 0}, NULL);
  return key < 5 || kith_storage_remove (storage, key - 4, NULL);
}

static char *
describe_after (guint n)
{
  g_autoptr (KithStorage) memory = kith_storage_memory_new ();
  for (guint i = 0; i < n; i++)
    assert_true (operate (memory, i));
  return describe_all (memory);
}

/* The process that gets killed: a byte for each call that returned. */
static int
write_until_killed (const char *path)
{
  g_autoptr (KithStorage) storage = kith_store_open (path, "kith://localhost:5484", NULL);
  for (guint i = 0; storage != NULL && operate (storage, i); i++)
    if (fputc ('.', stdout) == EOF || fflush (stdout) != 0)
      break;
  return 1;
}

static void
what_returned_survives_a_kill (void **state)
{
  Fixture *fixture = *state;
  char bytes[64];
  guint done = 0;
  gssize n;
  g_autoptr (GSubprocess) child =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, self, "--write", fixture->path, NULL);
  assert_non_null (child);
  GInputStream *out = g_subprocess_get_stdout_pipe (child);
  for (gboolean killed = FALSE; (n = g_input_stream_read (out, bytes, sizeof bytes, NULL, NULL)) > 0;) {
    done += (guint) n;
    if (done >= OPERATIONS && !killed) {
      g_subprocess_force_exit (child);
      killed = TRUE;
    }
  }
  assert_true (done >= OPERATIONS);
  assert_true (g_subprocess_wait (child, NULL, NULL));
  g_autoptr (KithStorage) storage = open_store (fixture);
  g_autofree char *got = describe_all (storage), *least = describe_after (done), *most = describe_after (done + 1);
  if (strcmp (got, least) != 0)
    assert_string_equal (got, most);
}

static void
it_is_there_when_opened_again (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (KithStorage) storage = open_store (fixture);
  CHECK (kith_storage_set (storage, KITH_KEPT_REV, "4711", &error));
  CHECK (kith_storage_set (storage, KITH_KEPT_TOKEN, "geheim", &error));
  CHECK (kith_storage_add (storage, &(KithStoredEntry){3, TRUE, "{}", 0}, &error));
  g_clear_pointer (&storage, kith_storage_free);
  storage = open_store (fixture);
  g_autofree char *rev = kith_storage_get (storage, KITH_KEPT_REV),
                  *token = kith_storage_get (storage, KITH_KEPT_TOKEN), *entries = describe_all (storage);
  assert_string_equal (rev, "4711");
  assert_string_equal (token, "geheim");
  assert_string_equal (entries, "3!={} ");
}

/* The first version had no column for when something was written. */
static void
what_the_first_version_kept_is_there (void **state)
{
  Fixture *fixture = *state;
  {
    g_autoptr (KithSql) sql = kith_sql_open (fixture->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    assert_non_null (sql);
    CHECK (kith_sql_exec (sql,
                          "CREATE TABLE kept (what TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
                          "CREATE TABLE outbox (key INTEGER PRIMARY KEY, written INTEGER NOT NULL, request TEXT NOT "
                          "NULL) STRICT; INSERT INTO kept VALUES ('rev', '12');"
                          "INSERT INTO outbox VALUES (4, 1, 'old'); PRAGMA user_version = 1;",
                          &error));
  }
  for (guint i = 0; i < 2; i++) {
    g_autoptr (KithStorage) storage = open_store (fixture);
    g_autofree char *rev = kith_storage_get (storage, KITH_KEPT_REV);
    assert_string_equal (rev, "12");
    CHECK (kith_storage_add (storage, &(KithStoredEntry){5, FALSE, "new", 1700000000123}, &error));
    g_autofree char *entries = describe_all (storage);
    assert_string_equal (entries, "4!=old 5=new@1700000000123 ");
  }
}

static void
the_token_is_not_with_the_messages (void **state)
{
  Fixture *fixture = *state;
  g_autofree char *file = test_scratch_path (fixture->scratch, "secrets.ini");
  g_autoptr (KithStorage) storage = open_store (fixture);
  CHECK (kith_storage_set (storage, KITH_KEPT_TOKEN, "geheimnisvoll", &error));
  g_clear_pointer (&storage, kith_storage_free);
  gboolean in_file = g_file_test (file, G_FILE_TEST_EXISTS); /* else this system has a keyring */
  assert_int_equal (test_scratch_holds (fixture->scratch, "geheimnisvoll"), in_file);
  if (in_file) {
    test_assert_mode (file, 0600);
    assert_int_equal (g_unlink (file), 0);
  }
  assert_false (test_scratch_holds (fixture->scratch, "geheimnisvoll"));
}

static void
only_one_has_it (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (KithStorage) storage = open_store (fixture);
  assert_null (kith_store_open (fixture->path, "kith://localhost:5484", &error));
  assert_non_null (strstr (error->message, "another Kith"));
}

static void
a_damaged_file_is_kept_and_named (void **state)
{
  Fixture *fixture = *state;
  assert_true (g_file_set_contents (fixture->path, "This is no database, and nobody takes it for one.", -1, NULL));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*outbox.db is damaged*outbox.db.damaged-*");
  g_autoptr (KithStorage) storage = open_store (fixture);
  g_test_assert_expected_messages ();
  assert_int_equal (test_scratch_count (fixture->scratch, ".damaged-"), 1);
  CHECK (kith_storage_add (storage, &(KithStoredEntry){1, FALSE, "a", 0}, &error));
}

static void
a_newer_file_is_left_alone (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GError) problem = NULL;
  g_autofree char *bytes = NULL;
  gsize size;
  kith_storage_free (open_store (fixture));
  CHECK (g_file_get_contents (fixture->path, &bytes, &size, &error));
  bytes[63] = 99; /* user_version, big-endian at 60 */
  CHECK (g_file_set_contents (fixture->path, bytes, (gssize) size, &error));
  assert_null (kith_store_open (fixture->path, "kith://localhost:5484", &problem));
  assert_non_null (strstr (problem->message, "newer Kith"));
  assert_int_equal (test_scratch_count (fixture->scratch, ".damaged-"), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)

int
main (int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      CASE (what_returned_survives_a_kill),
      CASE (it_is_there_when_opened_again),
      CASE (what_the_first_version_kept_is_there),
      CASE (the_token_is_not_with_the_messages),
      CASE (only_one_has_it),
      CASE (a_damaged_file_is_kept_and_named),
      CASE (a_newer_file_is_left_alone),
  };
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* no keyring here */
  self = argv[0];
  if (argc == 3 && strcmp (argv[1], "--write") == 0)
    return write_until_killed (argv[2]);
  return cmocka_run_group_tests (tests, NULL, NULL);
}
