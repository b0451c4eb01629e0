/* test-migrations.c - a database of every older schema (tests/data/schema-N.sql) is brought to the present one: the
 * same tables as a new database has, everything still there and in order; and a step that fails changes nothing. */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "store/store-private.h"
#include "support/check.h"
#include "support/stored.h"

static int
setup (void **state)
{
  *state = stored_new ();
  return 0;
}

static int
teardown (void **state)
{
  stored_free (*state);
  return 0;
}

/* Puts the stored database of that schema in place of the present one, which is closed. */
static void
put_schema (Stored *stored, guint version)
{
  const char *source = g_getenv ("KITH_SOURCE");
  if (source == NULL)
    fail_msg ("KITH_SOURCE names the source directory; meson test sets it");
  g_autofree char *file = g_strdup_printf ("%s/tests/data/schema-%u.sql", source, version);
  g_autofree char *text = NULL;
  CHECK (g_file_get_contents (file, &text, NULL, &error));
  CHECK (g_file_set_contents (stored->file, "", 0, &error));
  stored_change_file (stored, text);
  assert_int_equal (stored_number (stored, "PRAGMA user_version"), version);
}

static char *
schema_of (const char *file)
{
  g_autoptr (KithSql) sql = NULL;
  char *text;
  CHECK (sql = kith_sql_open (file, SQLITE_OPEN_READONLY, &error));
  CHECK (text = kith_sql_text (sql,
                               "SELECT group_concat (type || ' ' || name || ' ' || coalesce (sql, '-'), char (10)) FROM"
                               " (SELECT * FROM sqlite_schema WHERE name <> 'sqlite_sequence' ORDER BY type, name)",
                               &error));
  return text;
}

static void
test_every_older_schema (void **state)
{
  Stored *stored = *state;
  stored_close (stored);
  g_autofree char *fresh = schema_of (stored->file);
  assert_true (kithd_migrate_newest () >= 2);
  for (guint version = 1; version < kithd_migrate_newest (); version++) {
    put_schema (stored, version);
    stored_open (stored);
    stored_close (stored);
    g_autofree char *migrated = schema_of (stored->file);
    assert_string_equal (migrated, fresh);
    assert_int_equal (stored_number (stored, "PRAGMA user_version"), kithd_migrate_newest ());
    assert_int_equal (stored_number (stored, "PRAGMA application_id"), KITHD_STORE_APPLICATION);
    CHECK (kithd_store_check (stored->file, &error));
  }
}

/* What was in a database of schema 1 is there, and works on. */
static void
test_content_of_1 (void **state)
{
  Stored *stored = *state;
  stored_close (stored);
  put_schema (stored, 1);
  CHECK (kithd_store_check (stored->file, &error));
  stored_open (stored);
  assert_string_equal (kithd_store_server_id (stored->store), "7b9f1b2c3d4e5f60718293a4b5c6d7e8");
  assert_string_equal (kithd_store_history (stored->store), "0f1e2d3c4b5a69788796a5b4c3d2e1f0");
  assert_int_equal (kithd_store_rev (stored->store), 12);
  KithdChange *again = stored_done (stored, stored_nonce (stored_message (3, 1, "x"), 0x30, 1));
  assert_true (again->repeated);
  assert_int_equal (again->seq, 3);
  json_object *page = stored_answer (stored, stored_fetch (KITHD_READ_FETCH_AFTER, 1, 3, 0, 50));
  assert_int_equal (stored_length (page, "events"), 8);
  assert_string_equal (stored_text (stored_item (page, "events", 2), "body"), "{\"text\":\"Lunch at one\"}");
  assert_int_equal (stored_length (stored_item (page, "events", 3), "reactions"), 1);
  json_object_put (page);

  /* Edited before first texts were kept: what there is is shown. Edited afterwards: all of it. */
  stored_done (stored, stored_event (KITHD_EVENT_EDIT, 3, 1, 3, "Lunch at two"));
  page = stored_answer (stored, stored_fetch (KITHD_READ_VERSIONS, 1, 3, 3, 50));
  assert_int_equal (stored_length (page, "versions"), 2);
  json_object_put (page);
  stored_done (stored, stored_event (KITHD_EVENT_EDIT, 3, 2, 4, "No!"));
  page = stored_answer (stored, stored_fetch (KITHD_READ_VERSIONS, 1, 3, 4, 50));
  assert_string_equal (stored_text (stored_item (page, "versions", 0), "body"), "{\"text\":\"Yes!\"}");
  json_object_put (page);
  assert_int_equal (stored_person (stored, "eve"), 3);
  CHECK (kithd_store_check (stored->file, &error));
}

/* Who was banned before bans were kept: what is known of it comes from the log. */
static void
test_bans_of_9 (void **state)
{
  Stored *stored = *state;
  stored_close (stored);
  put_schema (stored, 9);
  stored_open (stored);
  stored_close (stored);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM ban"), 2);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM ban WHERE conversation = 3 AND account = 3 AND sender = 1"
                                           " AND at = 1700000000022 AND reason = 'Noise.'"), 1);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM ban WHERE conversation = 3 AND account = 4 AND sender = 0"
                                           " AND at = 0 AND reason IS NULL"), 1);
}

/* Whoever was there before anybody could broadcast is there from the first broadcast on. */
static void
test_broadcast_in_10 (void **state)
{
  Stored *stored = *state;
  stored_close (stored);
  put_schema (stored, 10);
  stored_open (stored);
  const KithdChange *broadcast = stored_done (stored, stored_broadcast (1, "hello"));
  gint64 people = 4, later = stored_person (stored, "eve");
  assert_int_equal (later, people + 1);
  KithdChange *removal = kithd_change_new (KITHD_CHANGE_DELETE_ACCOUNT, 4);
  removal->account.id = 4;
  KithdChange *removed = stored_done (stored, removal);
  for (const GList *link = removed->events.head; link != NULL; link = link->next) /* nobody is told that they left it */
    assert_int_not_equal (((KithdEvent *) link->data)->conversation, broadcast->conversation);
  stored_close (stored);
  CHECK (kithd_store_check (stored->file, &error));
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM conversation WHERE kind = 3"), 1);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM member m JOIN conversation c ON c.id = m.conversation"
                                           " WHERE c.kind = 3 AND m.state = 0"), people);
  assert_int_equal (stored_number (stored, "SELECT read FROM member m JOIN conversation c ON c.id = m.conversation"
                                           " WHERE c.kind = 3 AND m.account = 5"), 1);
}

static void
test_failing_step (void **state)
{
  Stored *stored = *state;
  stored_close (stored);
  put_schema (stored, 1);
  stored_change_file (stored, "CREATE TABLE original (nobody TEXT)");
  g_autofree char *before = schema_of (stored->file);
  g_autofree char *sentence = stored_refusal (stored);
  if (sentence == NULL || strstr (sentence, "original already exists") == NULL)
    fail_msg ("\"%s\" does not tell why", sentence != NULL ? sentence : "(opened)");
  g_autofree char *after = schema_of (stored->file);
  assert_string_equal (after, before);
  assert_int_equal (stored_number (stored, "PRAGMA user_version"), 1);
  stored_change_file (stored, "DROP TABLE original");
  stored_open (stored);
}

/* A step never runs twice, and none is skipped. */
static void
test_step_by_step (void **state)
{
  Stored *stored = *state;
  stored_close (stored);
  g_autofree char *fresh = schema_of (stored->file);
  CHECK (g_file_set_contents (stored->file, "", 0, &error));
  for (guint version = 1; version <= kithd_migrate_newest (); version++) {
    g_autoptr (KithSql) sql = NULL;
    CHECK (sql = kith_sql_open (stored->file, SQLITE_OPEN_READWRITE, &error));
    CHECK (kithd_migrate (sql, version, &error));
    CHECK (kithd_migrate (sql, version, &error));
    assert_int_equal (stored_number (stored, "PRAGMA user_version"), version);
  }
  g_autofree char *stepped = schema_of (stored->file);
  assert_string_equal (stepped, fresh);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (test_##name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST (every_older_schema), TEST (content_of_1), TEST (bans_of_9), TEST (broadcast_in_10), TEST (failing_step),
                                     TEST (step_by_step)};
  return cmocka_run_group_tests_name ("migrations", tests, NULL, NULL);
}
