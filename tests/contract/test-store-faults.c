/* test-store-faults.c - the store where things go wrong: a second server, a newer version, damage, an
 * fsync that fails, a kill, a restored backup; and that deleted text is gone from the files. */
#include "support/stored.h"

#include <glib/gstdio.h>
#include <string.h>

#include "proto/error.h"
#include "sql/sql.h"
#include "support/check.h"
#include "support/files.h"
#include "support/shaky-disk.h"

static int
setup (void **state)
{
  *state = stored_new ();
  return 0;
}

static int
teardown (void **state)
{
  shaky_disk_fail (0);
  shaky_disk_fail_database (NULL, 0);
  stored_free (*state);
  return 0;
}

typedef struct {
  char *bytes;
  gsize size;
} Content;

static Content
read_file (const char *file)
{
  Content content;
  CHECK (g_file_get_contents (file, &content.bytes, &content.size, &error));
  return content;
}

static void
write_file (const char *file, const Content *content)
{
  CHECK (g_file_set_contents (file, content->bytes, (gssize) content->size, &error));
}

static void
assert_same (const char *file, const Content *expected)
{
  Content found = read_file (file);
  assert_int_equal (found.size, expected->size);
  assert_memory_equal (found.bytes, expected->bytes, found.size);
  g_free (found.bytes);
}

static gboolean
file_contains (const char *file, const char *text)
{
  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    return FALSE;
  Content content = read_file (file);
  gboolean found = FALSE;
  for (gsize i = 0; !found && i + strlen (text) <= content.size; i++)
    found = memcmp (content.bytes + i, text, strlen (text)) == 0;
  g_free (content.bytes);
  return found;
}

static void
assert_says (const char *sentence, const char *part)
{
  if (sentence == NULL || strstr (sentence, part) == NULL)
    fail_msg ("\"%s\" does not say \"%s\"", sentence != NULL ? sentence : "(nothing)", part);
}

static void
test_lock (void **state)
{
  Stored *stored = *state;
  KithdStore *first = stored->store;
  g_autofree char *sentence = stored_refusal (stored);
  g_autofree char *expected = g_strdup_printf (
      "Another kithd is already using %s. Stop it first, or choose another directory with --data.", stored->directory);
  assert_string_equal (sentence, expected);
  GError *error = NULL;
  assert_false (kithd_store_restore (stored->directory, "/nowhere", &error));
  assert_string_equal (error->message, expected);
  g_clear_error (&error);
  stored->store = first;
  stored_person (stored, "ada");
  stored_close (stored);
  stored_open (stored);
}

static void
test_private_files (void **state)
{
  Stored *stored = *state;
  test_assert_mode (stored->file, 0600);
  test_assert_private_directory (stored->directory);
}

static void
test_newer_version (void **state)
{
  Stored *stored = *state;
  stored_close (stored);
  stored_change_file (stored, "PRAGMA user_version = 99");
  Content content = read_file (stored->file);
  g_autofree char *sentence = stored_refusal (stored);
  assert_says (sentence, "newer kithd (schema 99");
  assert_says (sentence, "kithd restore");
  assert_same (stored->file, &content);
  g_free (content.bytes);
}

static void
test_missing_file (void **state)
{
  Stored *stored = *state;
  g_autofree char *journal = g_strconcat (stored->file, "-wal", NULL);
  stored_close (stored);
  assert_int_equal (g_rename (stored->file, journal), 0);
  g_autofree char *sentence = stored_refusal (stored);
  assert_says (sentence, "kithd restore");
  assert_false (g_file_test (stored->file, G_FILE_TEST_EXISTS));
}

/* Opens what `damaged` holds: it must be refused with the remedy and stay as it is. */
static void
assert_refuses (Stored *stored, const Content *damaged, const char *what, gint64 where)
{
  write_file (stored->file, damaged);
  g_autofree char *sentence = stored_refusal (stored);
  if (sentence == NULL)
    fail_msg ("%s %d was not noticed", what, (int) where);
  assert_says (sentence, "kithd restore");
  assert_says (sentence, stored->file);
  assert_same (stored->file, damaged);
}

static void
test_damage (void **state)
{
  Stored *stored = *state;
  stored_populate (stored);
  stored_close (stored);
  Content good = read_file (stored->file);
  gsize page = 4096, pages = good.size / page;
  assert_true (pages > 10);
  Content bad = {g_memdup2 (good.bytes, good.size), good.size};

  const gsize header[] = {0, 15, 16, 17, 18, 19, 21, 22, 23, 47, 59, 60, 63, 68, 71, 100, 104, 105};
  for (guint i = 0; i < G_N_ELEMENTS (header); i++) {
    bad.bytes[header[i]] = (char) ~good.bytes[header[i]];
    assert_refuses (stored, &bad, "header byte", (gint64) header[i]);
    bad.bytes[header[i]] = good.bytes[header[i]];
  }
  for (gsize i = 1; i < pages; i++) {
    memset (bad.bytes + i * page, 0xa5, page);
    assert_refuses (stored, &bad, "page", (gint64) i + 1);
    memcpy (bad.bytes + i * page, good.bytes + i * page, page);
  }
  const gsize sizes[] = {0, 1, 99, page, good.size / 2, good.size - page, good.size - 1};
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    bad.size = sizes[i];
    assert_refuses (stored, &bad, "size", (gint64) sizes[i]);
  }
  write_file (stored->file, &good);
  stored_open (stored);
  g_free (good.bytes);
  g_free (bad.bytes);
}

static void
on_account (gpointer data, const KithdAccountRecord *record)
{
  assert_non_null (record->handle);
}

static void
on_device (gpointer data, const KithdDeviceRecord *record)
{
  assert_non_null (record->name);
}

static void
on_conversation (gpointer data, const KithdConversationRecord *record)
{
  assert_true (record->kind <= KITHD_BROADCASTS);
}

static void
on_direct (gpointer data, gint64 conversation, const gint64 *people, guint n_people)
{
  assert_true (n_people > 0 && n_people <= KITHD_PEOPLE_MAX);
}

static void
on_member (gpointer data, const KithdMemberRecord *record)
{
  assert_true (record->state <= KITHD_MEMBER_BANNED && record->role <= KITHD_ROLE_OWNER);
}

static void
on_stay (gpointer data, const KithdStayRecord *record)
{
  (*(guint *) data)++;
}

static void
on_block (gpointer data, const KithdBlockRecord *record)
{
}

static void
on_invitation (gpointer data, const KithdInvitationRecord *record)
{
}

static void
on_mention (gpointer data, const KithdMentionRecord *record)
{
  (*(guint *) data)++;
}

static void
on_ban (gpointer data, const KithdBanRecord *record)
{
  (*(guint *) data)++;
}

/* Uses what there is. The answers may be errors. */
static void
use (Stored *stored)
{
  static const KithdStoreSink sink = {on_account, on_device,  on_conversation, on_direct, on_member,
                                      on_stay,    on_mention, on_invitation,   on_ban,    on_block};
  static const KithdReadKind kinds[] = {KITHD_READ_FETCH_AFTER, KITHD_READ_FETCH_BEFORE, KITHD_READ_FETCH_CHANGED,
                                        KITHD_READ_VERSIONS, KITHD_READ_MENTIONS};
  guint rows = 0;
  kithd_store_load (stored->store, &sink, &rows, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    kithd_read_free (stored_read (stored, stored_fetch (kinds[i], 1, 3, 5, 50)));
  stored_do (stored, stored_message (3, 1, "x"));
  stored_do (stored, stored_event (KITHD_EVENT_EDIT, 3, 1, 5, "y"));
  stored_do (stored, stored_event (KITHD_EVENT_DELETE, 3, 1, 5, NULL));
  stored_do (stored, stored_mark (3, 2, 4, 0));
}

/* Bytes flipped anywhere: it is refused, or it is used without a crash. KITH_SEED repeats a run. */
static void
test_random_damage (void **state)
{
  Stored *stored = *state;
  stored_populate (stored);
  stored_close (stored);
  const char *given = g_getenv ("KITH_SEED");
  guint32 seed = given != NULL ? (guint32) g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  print_message ("seed %u\n", seed);
  GRand *random = g_rand_new_with_seed (seed);
  Content good = read_file (stored->file), bad = {g_malloc (good.size), good.size};
  guint refused = 0;
  for (guint i = 0; i < 60; i++) {
    memcpy (bad.bytes, good.bytes, good.size);
    for (gint flips = g_rand_int_range (random, 1, 8); flips > 0; flips--)
      bad.bytes[g_rand_int_range (random, 0, (gint32) good.size)] ^= (char) g_rand_int_range (random, 1, 256);
    write_file (stored->file, &bad);
    g_autofree char *sentence = stored_refusal (stored);
    if (sentence == NULL)
      use (stored);
    else
      assert_same (stored->file, &bad);
    refused += sentence != NULL;
    stored_close (stored);
  }
  assert_true (refused > 0);
  g_free (good.bytes);
  g_free (bad.bytes);
  g_rand_free (random);
}

static void
test_kill (void **state)
{
  Stored *stored = *state;
  gint64 room = stored_populate (stored);
  Stored *copy = stored_after_kill (stored);
  CHECK (kithd_store_check (copy->file, &error));
  assert_int_equal (stored_number (copy, "SELECT last FROM conversation WHERE id = 3"), 8);
  assert_int_equal (stored_post (copy, room, 1, "on"), 9);
  stored_free (copy);
}

static GPtrArray *
posts (gint64 room, guint count, const char *text)
{
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (turn, stored_message (room, 1, text));
  return turn;
}

static gint64
last_in_row (Stored *stored)
{
  return stored_number_now (stored, "SELECT last FROM conversation WHERE id = 3");
}

/* Messages alone leave the numbers that follow from them to memory; whatever comes between, a kill loses none of them.
 */
static void
test_behind (void **state)
{
  Stored *stored = *state;
  gint64 room = stored_populate (stored), begun, before, last;
  do { /* some time later they are settled by themselves */
    begun = g_get_monotonic_time ();
    stored_done (stored, stored_mark (room, 2, 1, 0));
    before = last_in_row (stored);
    stored_post (stored, room, 1, "one");
    last = stored_post (stored, room, 2, "two");
  } while (last_in_row (stored) != before && g_get_monotonic_time () - begun > G_TIME_SPAN_SECOND);
  assert_int_equal (last_in_row (stored), before);
  CHECK (kithd_store_check (stored->file, &error));
  Stored *copy = stored_after_kill (stored);
  assert_int_equal (last_in_row (copy), last);
  assert_int_equal (stored_number (copy, "SELECT read FROM member WHERE conversation = 3 AND account = 2"), last);
  assert_int_equal (stored_number (copy, "SELECT read_n FROM member WHERE conversation = 3 AND account = 2"),
                    stored_number (copy, "SELECT n FROM conversation WHERE id = 3"));
  assert_int_equal (kithd_store_rev (copy->store), stored_number (copy, "SELECT max(rev) FROM event"));
  stored_free (copy);

  stored_done (stored, stored_mark (room, 2, 0, last));
  assert_int_equal (last_in_row (stored), last);
  stored_do_all (stored, posts (room, 4000, "many"));
  assert_int_equal (last_in_row (stored), last);
  stored_do_all (stored, posts (room, 200, "more"));
  assert_int_equal (last_in_row (stored), last + 4200);
  last = stored_post (stored, room, 1, "the last one");
  stored_close (stored);
  assert_int_equal (last_in_row (stored), last);
  stored_open (stored);
}

/* The batch whose sync failed is refused and never comes back, not even after a kill; then the store goes on. */
static void
test_failing_sync (void **state)
{
  Stored *stored = *state;
  gint64 room = stored_populate (stored);
  stored_close (stored);
  stored_open (stored); /* so that there is too little in the journal to be moved when nobody waits: that syncs, too */
  gint64 last = stored_post (stored, room, 1, "before");
  assert_true (kithd_store_settle_index (stored->store)); /* else the sync that fails may be the index's */
  shaky_disk_fail (1);
  guint first = stored->changes->len;
  GPtrArray *turn = posts (room, 3, "lost for certain");
  stored_nonce (turn->pdata[0], 9, 9);
  stored_do_all (stored, turn);
  for (guint i = first; i < stored->changes->len; i++)
    assert_int_equal (stored_code (stored->changes->pdata[i]), KITH_ERROR_UNAVAILABLE);
  Stored *copy = stored_after_kill (stored);
  assert_int_equal (stored_number (copy, "SELECT max(seq) FROM event WHERE conversation = 3"), last);
  stored_free (copy);
  KithdChange *next = stored_done (stored, stored_nonce (stored_message (room, 1, "again"), 9, 9));
  assert_false (next->repeated);
  assert_int_equal (next->seq, last + 1);
  CHECK (kithd_store_check (stored->file, &error));
}

/* While no sync succeeds nothing is accepted, and what failed once is not believed later. Reads go on. */
static void
test_broken_disk (void **state)
{
  Stored *stored = *state;
  gint64 room = stored_populate (stored);
  gint64 last = stored_post (stored, room, 1, "before");
  shaky_disk_fail (-1);
  assert_int_equal (stored_code (stored_do (stored, stored_message (room, 1, "x"))), KITH_ERROR_UNAVAILABLE);
  shaky_disk_fail (0);
  assert_int_equal (stored_code (stored_do (stored, stored_message (room, 1, "x"))), KITH_ERROR_UNAVAILABLE);
  json_object *page = stored_answer (stored, stored_fetch (KITHD_READ_FETCH_BEFORE, 1, room, G_MAXINT64, 1));
  assert_int_equal (stored_int (stored_item (page, "events", 0), "seq"), last);
  json_object_put (page);
  stored_close (stored);
  stored_open (stored);
  assert_true (stored_post (stored, room, 1, "x") > last);
  CHECK (kithd_store_check (stored->file, &error));
}

/* What a run left in the journal may never have reached the disk, and would be lost with what is appended to it: it is
 * not believed before it is there. */
static void
test_left_journal (void **state)
{
  Stored *stored = *state;
  gint64 room = stored_populate (stored);
  stored_close (stored);
  stored_open (stored); /* as above */
  gint64 last = stored_post (stored, room, 1, "before");
  g_autofree char *journal = g_strconcat (stored->file, "-wal", NULL);
  shaky_disk_fail (-1);
  stored_close (stored);
  Content left = read_file (journal);
  assert_true (left.size > 0);
  g_autofree char *sentence = stored_refusal (stored);
  assert_says (sentence, "-wal cannot be written");
  assert_says (sentence, "Look at the disk");
  assert_same (journal, &left);
  shaky_disk_fail (0);
  stored_open (stored);
  assert_int_equal (stored_post (stored, room, 1, "after"), last + 1);
  CHECK (kithd_store_check (stored->file, &error));
  g_free (left.bytes);
}

/* The index of the journal, which all who have the database open share: where the journal ends, and how much of it was moved into the database. */
enum { JOURNAL_END = 4, JOURNAL_MOVED = 24 };

static guint32
journal_is_at (KithSql *sql, guint word)
{
  sqlite3_file *file = NULL;
  void volatile *block = NULL;
  assert_int_equal (sqlite3_file_control (sql->db, "main", SQLITE_FCNTL_FILE_POINTER, &file), SQLITE_OK);
  assert_int_equal (file->pMethods->xShmMap (file, 0, 32768, FALSE, &block), SQLITE_OK);
  return ((guint32 volatile *) block)[word];
}

/* Somebody who reads, and goes on seeing this moment. */
static KithSql *
begin_reading (Stored *stored)
{
  KithSql *sql = NULL;
  CHECK (sql = kith_sql_open (stored->file, SQLITE_OPEN_READONLY, &error));
  CHECK (kith_sql_exec (sql, "BEGIN; SELECT count(*) FROM meta", &error));
  return sql;
}

/* Who reads stops the moving of the journal in its middle: it was written, up to there, and is not synced. Where the journal stops then. */
static guint32
move_in_part (Stored *stored, gint64 first, gint64 second)
{
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_MINUTE;
  KithSql *one = begin_reading (stored);
  stored_do_all (stored, posts (first, 2000, "what is moved in part"));
  assert_true (kithd_store_settle (stored->store));
  KithSql *other = begin_reading (stored);
  guint32 upto = journal_is_at (other, JOURNAL_END);
  kith_sql_close (one);
  do
    stored_post (stored, second, 1, "behind it");
  while (journal_is_at (other, JOURNAL_MOVED) < upto && g_get_monotonic_time () < deadline);
  assert_int_equal (journal_is_at (other, JOURNAL_MOVED), upto);
  kith_sql_close (other);
  return upto;
}

/* Then the sync fails with which the rest is moved, and the system forgets what it was to write. What is done next must not lose what was moved before. */
static void
fail_to_move (Stored *stored, gint64 room)
{
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_MINUTE;
  shaky_disk_fail_database ("kith.db", 1);
  while (shaky_disk_failures_of_database () > 0 && g_get_monotonic_time () < deadline)
    stored_post (stored, room, 1, "when it fails");
  assert_int_equal (shaky_disk_failures_of_database (), 0);
}

static void
go_on (Stored *stored, gint64 room, guint32 upto)
{
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_MINUTE;
  KithSql *sql = begin_reading (stored);
  CHECK (kith_sql_exec (sql, "COMMIT", &error));
  while (journal_is_at (sql, JOURNAL_END) >= upto && g_get_monotonic_time () < deadline)
    stored_post (stored, room, 1, "it is begun anew");
  assert_true (journal_is_at (sql, JOURNAL_END) < upto);
  kith_sql_close (sql);
}

static void
go_on_after_refusal (Stored *stored, gint64 room, guint32 upto)
{
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_MINUTE;
  do
    shaky_disk_fail (1); /* where it is not the sync of what is posted */
  while (stored_do (stored, stored_message (room, 1, "refused"))->error == NULL && g_get_monotonic_time () < deadline);
  shaky_disk_fail (0);
  assert_int_equal (stored_code (stored->changes->pdata[stored->changes->len - 1]), KITH_ERROR_UNAVAILABLE);
  go_on (stored, room, upto);
}

static void
close_it (Stored *stored, G_GNUC_UNUSED gint64 room, G_GNUC_UNUSED guint32 upto)
{
  stored_close (stored);
}

static void
test_moved_in_part (void **state)
{
  static void (*const ways[]) (Stored *stored, gint64 room, guint32 upto) = {go_on, go_on_after_refusal, close_it};
  Stored *stored = *state;
  gint64 first = stored_populate (stored), second = stored_room (stored, 1, "another one");
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    guint32 upto = move_in_part (stored, first, second);
    fail_to_move (stored, second);
    ways[i](stored, second, upto);
    Stored *copy = stored_copy (stored);
    shaky_disk_cut (stored->file, copy->file);
    stored_open (copy);
    CHECK (kithd_store_check (copy->file, &error));
    assert_int_equal (stored_number (copy, "SELECT count(*) FROM event WHERE conversation = 3"), 8 + 2000 * (i + 1));
    stored_free (copy);
  }
}

static void
test_restore (void **state)
{
  Stored *stored = *state;
  gint64 room = stored_populate (stored);
  g_autofree char *file = g_build_filename (stored->directory, "backup", NULL);
  g_autofree char *before = g_strconcat (stored->file, ".before-restore", NULL);
  g_autofree char *server = g_strdup (kithd_store_server_id (stored->store));
  g_autofree char *history = g_strdup (kithd_store_history (stored->store));
  CHECK (kithd_store_backup (stored->directory, file, &error));
  stored_post (stored, room, 1, "after the backup");
  stored_close (stored);
  CHECK (kithd_store_restore (stored->directory, file, &error));
  assert_true (g_file_test (before, G_FILE_TEST_EXISTS));
  CHECK (kithd_store_check (before, &error));

  stored_open (stored);
  assert_string_equal (kithd_store_server_id (stored->store), server);
  assert_string_not_equal (kithd_store_history (stored->store), history);
  g_autofree char *renewed = g_strdup (kithd_store_history (stored->store));
  assert_int_equal (stored_post (stored, room, 1, "instead"), 9);
  stored_close (stored);
  stored_open (stored);
  assert_string_equal (kithd_store_history (stored->store), renewed);
  stored_close (stored);

  GError *error = NULL;
  assert_false (kithd_store_restore (stored->directory, file, &error));
  assert_says (error->message, before);
  g_clear_error (&error);
  g_unlink (before);
  Content present = read_file (stored->file), damaged = {g_strnfill (8192, 'x'), 8192};
  write_file (file, &damaged);
  assert_false (kithd_store_restore (stored->directory, file, &error));
  assert_says (error->message, file);
  g_clear_error (&error);
  assert_same (stored->file, &present);
  g_free (present.bytes);
  g_free (damaged.bytes);
}

/* The way out that the refusal of a damaged database names: what was there is kept, byte for byte. */
static void
test_restore_over_damage (void **state)
{
  Stored *stored = *state;
  gint64 room = stored_populate (stored);
  g_autofree char *file = g_build_filename (stored->directory, "backup", NULL);
  g_autofree char *before = g_strconcat (stored->file, ".before-restore", NULL);
  CHECK (kithd_store_backup (stored->directory, file, &error));
  stored_close (stored);
  Content damaged = read_file (stored->file);
  memset (damaged.bytes, 0, 4096);
  write_file (stored->file, &damaged);
  g_autofree char *sentence = stored_refusal (stored);
  assert_says (sentence, "kithd restore");
  CHECK (kithd_store_restore (stored->directory, file, &error));
  assert_same (before, &damaged);
  stored_open (stored);
  assert_int_equal (stored_post (stored, room, 1, "on"), 9);
  g_free (damaged.bytes);
}

/* One harm for each rule, and the words of the rule that finds it. */
static const struct {
  const char *statement, *wrong;
} harms[] = {
    {"DELETE FROM event WHERE conversation = 3 AND seq = 1", "numbers of events are missing"},
    {"DELETE FROM event WHERE conversation = 3 AND seq = 4", "numbers of events are missing"},
    {"DELETE FROM event WHERE conversation = 3 AND seq = 8", "does not end where it should"},
    {"UPDATE conversation SET last = last + 1 WHERE id = 3", "does not end where it should"},
    {"UPDATE conversation SET n = n + 1 WHERE id = 3", "does not end where it should"},
    {"UPDATE event SET n = n + 1 WHERE conversation = 3 AND seq = 5", "counted wrongly"},
    {"UPDATE event SET at = 1 WHERE conversation = 3 AND seq = 5", "times go back"},
    {"INSERT INTO event (conversation, seq, n, at, rev, sender, kind, changed) SELECT 99, 1, 0, 1, 1, 1, 'join', 1",
     "belongs to no conversation"},
    {"UPDATE event SET sender = 99 WHERE conversation = 3 AND seq = 5", "by nobody"},
    {"UPDATE event SET target = 1 WHERE conversation = 3 AND seq = 6", "touches no message"},
    {"UPDATE event SET body = '{}' WHERE deleted <> 0", "has its text still"},
    {"INSERT INTO original (conversation, seq, body) SELECT conversation, seq, '{}' FROM event WHERE deleted <> 0",
     "has its text still"},
    {"UPDATE event SET changed = 99 WHERE conversation = 3 AND seq = 5", "newer than the log"},
    {"UPDATE device SET account = 99", "device belongs to nobody"},
    {"INSERT INTO member (conversation, account, state, role, rev) VALUES (3, 99, 2, 0, 1)", "member is nobody"},
    {"UPDATE member SET read = 99 WHERE conversation = 3", "cursor stands where nothing is"},
    {"UPDATE member SET read_n = read_n + 1 WHERE conversation = 3", "cursor stands where nothing is"},
    {"UPDATE stay SET left = 7 WHERE conversation = 3", "has no open stay"},
    {"INSERT INTO stay (conversation, account, joined, left) VALUES (1, 2, 1, 2)", "stay belongs to no member"},
    {"UPDATE stay SET joined = 8, left = 1 WHERE conversation = 1; UPDATE member SET state = 2 WHERE conversation = 1",
     "stay belongs to no member"},
    {"INSERT INTO reaction (conversation, target, emoji, account, seq) VALUES (3, 1, '+', 1, 1)", "of no message"},
    {"INSERT INTO mention (account, conversation, seq, rev) VALUES (1, 3, 7, 1)", "of no message"},
    {"UPDATE meta SET value = 1 WHERE key = 'rev'", "last change is too small"},
    {"DELETE FROM meta WHERE key = 'rev'", "last change is missing"},
#define RECENT(conversation, seq, n, sender, nonce)                                                        \
  "INSERT INTO recent VALUES (99, " #conversation ", " #seq ", " #n ", 9999999999999, " #sender ", " nonce \
  ", x'01', '{}')"
    {RECENT (3, 10, 6, 1, "NULL"), "does not continue its log"},
    {RECENT (3, 9, 7, 1, "NULL"), "does not continue its log"},
    {RECENT (99, 1, 1, 1, "NULL"), "does not continue its log"},
    {RECENT (3, 9, 5, 99, "NULL"), "does not continue its log"},
    {"INSERT INTO nonce (account, nonce, digest, conversation, seq, at) VALUES (1, x'02', x'01', 3, 5, 1);" RECENT (
         3, 9, 4, 1, "x'02'"),
     "has the nonce of another one"},
};

static void
test_check (void **state)
{
  Stored *stored = *state;
  stored_populate (stored);
  stored_close (stored);
  CHECK (kithd_store_check (stored->file, &error));
  Content good = read_file (stored->file);
  for (guint i = 0; i < G_N_ELEMENTS (harms); i++) {
    GError *error = NULL;
    stored_change_file (stored, harms[i].statement);
    if (kithd_store_check (stored->file, &error))
      fail_msg ("not noticed: %s", harms[i].statement);
    assert_says (error->message, harms[i].wrong);
    g_clear_error (&error);
    write_file (stored->file, &good);
  }
  g_free (good.bytes);
  GError *error = NULL;
  assert_false (kithd_store_check ("/nowhere", &error));
  g_clear_error (&error);
}

/* A log of which everything has gone for its age is sound, and so is one that goes on behind that. */
static void
test_check_emptied (void **state)
{
  Stored *stored = *state;
  gint64 room = stored_populate (stored);
  KithdChange *expire = kithd_change_new (KITHD_CHANGE_EXPIRE, 0);
  expire->conversation = room;
  expire->before = G_MAXINT64;
  expire->limit = 1000;
  stored_done (stored, expire);
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM event WHERE conversation = 3"), 0);
  CHECK (kithd_store_check (stored->file, &error));
  stored_post (stored, room, 1, "anew");
  assert_int_equal (stored_number_now (stored, "SELECT count(*) FROM recent"), 1);
  CHECK (kithd_store_check (stored->file, &error));
  assert_int_equal (stored_number (stored, "SELECT count(*) FROM recent"), 0);
  CHECK (kithd_store_check (stored->file, &error));
}

/* While the store runs: soon after a deletion the text is in no file of its directory. */
static void
test_deleted_text (void **state)
{
  Stored *stored = *state;
  gint64 room = stored_populate (stored);
  g_autofree char *journal = g_strconcat (stored->file, "-wal", NULL);
  gint64 seq = stored_post (stored, room, 1, "a secret nobody keeps");
  stored_done (stored, stored_event (KITHD_EVENT_EDIT, room, 1, seq, "a secret, edited"));
  assert_true (file_contains (journal, "a secret"));
  stored_done (stored, stored_event (KITHD_EVENT_DELETE, room, 1, seq, NULL));
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_MINUTE;
  while (file_contains (journal, "a secret") && g_get_monotonic_time () < deadline)
    g_thread_yield ();
  assert_false (file_contains (journal, "a secret"));
  assert_false (file_contains (stored->file, "a secret"));
  assert_true (file_contains (stored->file, "hello Bob"));
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (test_##name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST (lock),
      TEST (private_files),
      TEST (newer_version),
      TEST (missing_file),
      TEST (damage),
      TEST (random_damage),
      TEST (kill),
      TEST (behind),
      TEST (failing_sync),
      TEST (broken_disk),
      TEST (left_journal),
      TEST (moved_in_part),
      TEST (restore),
      TEST (restore_over_damage),
      TEST (check),
      TEST (check_emptied),
      TEST (deleted_text),
  };
  shaky_disk_install ();
  return cmocka_run_group_tests_name ("store-faults", tests, NULL, NULL);
}
