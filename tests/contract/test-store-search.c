/* test-store-search.c - the search index: what it finds, that it keeps up with the log, that it is made anew when it is
 * lost or damaged, and that nothing of what was deleted stays in any file. */
#include "support/stored.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "proto/fold.h"
#include "proto/limits.h"
#include "sql/sql-gram.h"
#include "store/store-index.h"
#include "support/check.h"
#include "support/shaky-disk.h"

typedef struct {
  Stored *stored;
  gint64 ada, bob, room;
} Room;

static int
setup (void **state)
{
  Room *room = g_new0 (Room, 1);
  room->stored = stored_new ();
  room->ada = stored_person (room->stored, "ada");
  room->bob = stored_person (room->stored, "bob");
  room->room = stored_room (room->stored, room->ada, "room");
  stored_join (room->stored, room->room, room->bob);
  *state = room;
  return 0;
}

static int
teardown (void **state)
{
  Room *room = *state;
  shaky_disk_hold (NULL);
  shaky_disk_fail_database (NULL, 0);
  stored_free (room->stored);
  g_free (room);
  return 0;
}

static KithdRead *
search_in (gint64 conversation, const char *text, gint64 anchor, guint limit)
{
  KithdRead *read = stored_fetch (KITHD_READ_SEARCH, 1, 0, anchor, limit);
  read->search = kithd_search_new ();
  g_ptr_array_unref (read->search->words);
  read->search->words = kith_fold_words (text);
  KithdPlace *place = kithd_search_add_place (read->search, conversation);
  g_array_append_vals (place->ranges, read->ranges->data, read->ranges->len);
  return read;
}

static json_object *
find (Room *room, const char *text)
{
  return stored_answer (room->stored, search_in (room->room, text, 0, 0));
}

static void
assert_found (Room *room, const char *text, guint count)
{
  json_object *answer = find (room, text);
  if (stored_length (answer, "events") != count)
    fail_msg ("\"%s\" is found %u times instead of %u", text, stored_length (answer, "events"), count);
  assert_false (stored_flag (answer, "more") || stored_flag (answer, "pending"));
  json_object_put (answer);
}

static void
settle (Room *room)
{
  assert_true (kithd_store_settle_index (room->stored->store));
}

/* Both before the index knows a message and after: nobody can tell. */
static void
assert_found_always (Room *room, const char *text, guint count)
{
  assert_found (room, text, count);
  settle (room);
  assert_found (room, text, count);
}

static gint64
post (Room *room, const char *text)
{
  return stored_post (room->stored, room->room, room->ada, text);
}

static void
do_to (Room *room, KithdEventKind kind, gint64 target, const char *text)
{
  stored_done (room->stored, stored_event (kind, room->room, room->ada, target, text));
}

static char *
index_file (Room *room)
{
  return g_build_filename (room->stored->directory, "search.db", NULL);
}

/* The single integer of a query on the index. */
static gint64
index_number (Room *room, const char *query)
{
  g_autofree char *file = index_file (room);
  gint64 number = -1;
  g_autoptr (KithSql) sql = kith_sql_open (file, SQLITE_OPEN_READWRITE, NULL);
  CHECK (kith_gram_register (sql, &error));
  CHECK (kith_sql_exec (sql, "CREATE VIRTUAL TABLE temp.word USING fts5vocab (main, gram, row)", &error));
  CHECK (kith_sql_number (sql, query, &number, &error));
  return number;
}

static void
test_words (void **state)
{
  static const struct {
    const char *text, *found, *missed;
  } cases[] = {
      {"The quick brown fox", "QUICK", "quack"},
      {"Zürich", "zurich", "zurych"},
      {"naïve café", "CAFE naive", "cafeteria"},
      {"Straße", "strasse", "strase"},
      {"ＦＵＬＬ width", "full", "fall"},
      {"東京都に行く", "京都", "都京"},
      {"東", "東", "京"},
      {"サーバー", "サーバ", "サ゛"},
      {"ｻｰﾊﾞｰ room", "サーバー", "サバー"},
      {"한국어 말", "한국", "국한"},
      {"Привет, мир", "МИР привет", "мор"},
      {"c# and c++", "c#", "c%"},
      {"x", "x", "y"},
      {"a-b", "-", "+"},
      {"see 7z", "7Z", "z7"},
      {"line one\nline two", "one two", "three"},
      {"50%_done", "%_d", "_%"},
      {"say \"hi\" OR *", "\"hi\" or *", "\"\""},
      {"soft\u00adhyphen", "softhyphen", "soft-"},
      {"😀😀", "😀", "😁"},
      {"\u0645\u0631\u062d\u0628\u0627", "\u0631\u062d", "\u062d\u0631"},
  };
  Room *room = *state;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 seq = post (room, cases[i].text);
    assert_found_always (room, cases[i].found, 1);
    assert_found_always (room, cases[i].missed, 0);
    do_to (room, KITHD_EVENT_DELETE, seq, NULL);
    assert_found_always (room, cases[i].found, 0);
  }
}

/* Every part of a text is found, of one, two, three and more characters. */
static void
test_parts (void **state)
{
  static const char text[] = "añb 東京x🙂 Hello9z ÀÉ";
  Room *room = *state;
  post (room, text);
  settle (room);
  for (const char *from = text; *from != '\0'; from = g_utf8_next_char (from))
    for (const char *to = g_utf8_next_char (from);; to = g_utf8_next_char (to)) {
      g_autofree char *part = g_strndup (from, (gsize) (to - from));
      if (!g_str_equal (part, " "))
        assert_found (room, part, 1);
      if (*to == '\0')
        break;
    }
}

static void
test_pages (void **state)
{
  enum { MANY = 2500 };
  Room *room = *state;
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < MANY; i++) {
    g_autofree char *text = g_strdup_printf ("%s number %u", i % 5 == 0 ? "fifth" : "other", i);
    g_ptr_array_add (turn, stored_message (room->room, room->ada, text));
  }
  stored_do_all (room->stored, turn);
  for (guint round = 0; round < 2; round++) {
    gint64 anchor = 0, above = G_MAXINT64;
    guint found = 0;
    for (gboolean more = TRUE; more;) {
      json_object *page = stored_answer (room->stored, search_in (room->room, "fifth", anchor, 33));
      for (guint i = 0; i < stored_length (page, "events"); i++, found++) {
        gint64 seq = stored_int (stored_item (page, "events", i), "seq");
        assert_true (seq < above);
        above = seq;
      }
      anchor = stored_int (page, "next");
      more = stored_flag (page, "more");
      json_object_put (page);
    }
    assert_int_equal (found, MANY / 5);
    settle (room);
  }
}

/* Conversations are merged in the order of time, indexed or not. */
static void
test_places (void **state)
{
  enum { ROOMS = 100 };
  Room *room = *state;
  gint64 rooms[ROOMS];
  for (guint i = 0; i < ROOMS; i++) {
    g_autofree char *name = g_strdup_printf ("room%u", i);
    rooms[i] = stored_room (room->stored, room->ada, name);
    stored_post (room->stored, rooms[i], room->ada, "indexed");
  }
  settle (room);
  for (guint i = 0; i < ROOMS; i += 2)
    stored_post (room->stored, rooms[i], room->ada, "not yet indexed");
  for (guint named = 10; named <= ROOMS; named += 90) {
    KithdRead *read = search_in (rooms[0], "indexed", 0, 0);
    for (guint i = 1; i < named; i++) {
      KithdPlace *place = kithd_search_add_place (read->search, rooms[i]);
      g_array_append_vals (place->ranges, read->ranges->data, 1);
    }
    json_object *page = stored_answer (room->stored, read);
    assert_int_equal (stored_length (page, "events"), named + named / 2);
    for (guint i = 0; i < stored_length (page, "events"); i++) {
      guint index = i < named / 2 ? (named / 2 - 1 - i) * 2 : named - 1 - (i - named / 2);
      g_autofree char *expected = g_strdup_printf ("c%" G_GINT64_FORMAT, rooms[index]);
      assert_string_equal (stored_text (stored_item (page, "events", i), "conversation"), expected);
    }
    json_object_put (page);
  }
}

static void
test_ranges_and_filters (void **state)
{
  Room *room = *state;
  gint64 before = post (room, "needle one");
  stored_post (room->stored, room->room, room->bob, "needle two, https://example.org");
  gint64 after = post (room, "needle three");
  for (guint round = 0; round < 2; round++) {
    KithdRead *read = search_in (room->room, "needle", 0, 0);
    KithdPlace *place = read->search->places->pdata[0];
    g_array_index (place->ranges, KithdRange, 0) = (KithdRange){before + 1, after - 1};
    json_object *page = stored_answer (room->stored, read);
    assert_int_equal (stored_length (page, "events"), 1);
    json_object_put (page);

    read = search_in (room->room, "needle", 0, 0);
    read->search->from = room->bob;
    read->search->has = KITHD_HAS_LINK;
    page = stored_answer (room->stored, read);
    assert_int_equal (stored_length (page, "events"), 1);
    json_object_put (page);

    read = search_in (room->room, "needle", 0, 0);
    read->search->has = KITHD_HAS_MENTION;
    page = stored_answer (room->stored, read);
    assert_int_equal (stored_length (page, "events"), 0);
    json_object_put (page);
    settle (room);
  }
}

/* Random posts, edits and deletions, in steps that the index takes over or not: a search finds what a walk over the log
 * finds. */
static void
test_agrees_with_the_log (void **state)
{
  static const char *const words[] = {"apple", "pear", "plum", "東京", "ok", "q"};
  Room *room = *state;
  g_autoptr (GRand) random = g_rand_new_with_seed (4711);
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  for (guint step = 0; step < 600; step++) {
    const char *text = words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))];
    gint64 kind = g_rand_int_range (random, 0, 4), target = g_rand_int_range (random, 3, 4 + (gint32) step);
    if (kind <= 1 || !g_hash_table_contains (texts, &target)) {
      target = post (room, text);
      g_hash_table_replace (texts, g_memdup2 (&target, sizeof target), g_strdup (text));
    } else if (kind == 2) {
      do_to (room, KITHD_EVENT_EDIT, target, text);
      g_hash_table_replace (texts, g_memdup2 (&target, sizeof target), g_strdup (text));
    } else {
      do_to (room, KITHD_EVENT_DELETE, target, NULL);
      g_hash_table_remove (texts, &target);
    }
    if (step % 50 == 25)
      settle (room);
    if (step % 60 != 59)
      continue;
    for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
      guint count = 0;
      GHashTableIter iter;
      gpointer value;
      g_hash_table_iter_init (&iter, texts);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        count += g_str_equal (value, words[i]);
      assert_found (room, words[i], MIN (count, KITH_PAGE_MAX));
    }
  }
}

/* The index is at hand again after a close, is made anew after a loss, after damage, and for a store of another
 * history. */
static void
test_lost_and_damaged (void **state)
{
  Room *room = *state;
  g_autofree char *file = index_file (room);
  post (room, "needle");
  settle (room);
  gint64 made = index_number (room, "SELECT count(*) FROM doc");
  assert_int_equal (made, 1);

  stored_close (room->stored);
  stored_open (room->stored);
  settle (room);
  assert_found (room, "needle", 1);

  stored_close (room->stored);
  g_unlink (file);
  stored_open (room->stored);
  assert_found_always (room, "needle", 1);

  stored_close (room->stored);
  CHECK (g_file_set_contents (file,
                              "no database at all, but long enough to be looked at as if it were one "
                              "...........................................",
                              -1, &error));
  stored_open (room->stored);
  assert_found_always (room, "needle", 1);

  stored_close (room->stored);
  stored_change_file (room->stored, "UPDATE meta SET value = 'another' WHERE key = 'history'");
  stored_change_file (room->stored, "UPDATE event SET body = '{\"text\":\"thread\"}' WHERE kind = 'message'");
  stored_open (room->stored);
  settle (room);
  assert_found (room, "thread", 1);
  assert_int_equal (index_number (room, "SELECT count(*) FROM doc WHERE text = 'thread'"), 1);
}

static void
reopen_to_clean (Room *room, gint64 after)
{
  stored_close (room->stored);
  room->stored->index_clean = after;
  stored_open (room->stored);
}

/* The next sync of the index fails: nobody knows what of it is on the disk then. It is another one in the end, with everything in it. */
static void
expect_another_index (Room *room, void (*do_it) (Room *room))
{
  g_autofree char *file = index_file (room);
  {
    g_autoptr (KithSql) sql = NULL;
    CHECK (sql = kith_sql_open (file, SQLITE_OPEN_READWRITE, &error));
    CHECK (kith_sql_exec (sql, "INSERT INTO meta (key, value) VALUES ('mark', 1)", &error));
  }
  do_it (room);
  for (guint tries = 0; !kithd_store_settle_index (room->stored->store); tries++)
    assert_true (tries < 5);
  assert_int_equal (shaky_disk_failures_of_database (), 0);
  assert_int_equal (index_number (room, "SELECT count(*) FROM meta WHERE key = 'mark'"), 0);
  assert_found (room, "needle", 1);
}

static void
write_much (Room *room)
{
  g_autofree char *text = g_strnfill (4000, 'x');
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < 6000; i++)
    g_ptr_array_add (turn, stored_message (room->room, room->ada, text));
  shaky_disk_fail_database ("search.db", 1);
  stored_do_all (room->stored, turn);
}

static void
clean_now (Room *room)
{
  stored_close (room->stored);
  room->stored->index_clean = 1;
  shaky_disk_fail_database ("search.db", 1);
  stored_open (room->stored);
}

static void
test_failing_sync (void **state)
{
  Room *room = *state;
  post (room, "needle");
  gint64 gone = post (room, "what goes");
  settle (room);
  expect_another_index (room, write_much);
  do_to (room, KITHD_EVENT_DELETE, gone, NULL);
  settle (room);
  expect_another_index (room, clean_now);
}

/* Pages of a big index are overwritten, between runs and in the middle of one. */
static void
test_damaged_pages (void **state)
{
  Room *room = *state;
  g_autofree char *file = index_file (room), *bytes = NULL;
  gsize length;
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < 2000; i++) {
    g_autofree char *text = g_strdup_printf ("message %u of many %x", i, i * 7919);
    g_ptr_array_add (turn, stored_message (room->room, room->ada, text));
  }
  stored_do_all (room->stored, turn);
  gint64 seq = post (room, "needle");
  settle (room);
  stored_close (room->stored);
  CHECK (g_file_get_contents (file, &bytes, &length, &error));
  for (gsize at = 3 * 4096; at + 4096 <= length; at += 2 * 4096)
    memset (bytes + at, 0x5a, 4096);
  CHECK (g_file_set_contents (file, bytes, (gssize) length, &error));
  stored_open (room->stored);
  KithdRead *read =
      stored_read (room->stored, search_in (room->room, "needle", 0, 0)); /* whatever it answers, it answers */
  kithd_read_free (read);
  do_to (room, KITHD_EVENT_DELETE, seq, NULL);
  post (room, "needle again");
  for (guint tries = 0; !kithd_store_settle_index (room->stored->store); tries++)
    assert_true (tries < 5);
  assert_found (room, "needle", 1);
  assert_int_equal (index_number (room, "SELECT count(*) FROM doc"), 2001);
}

/* How often text is in the files of the directory. */
static guint
count_in_files (Room *room, const char *text)
{
  guint count = 0;
  const char *name;
  g_autoptr (GDir) directory = g_dir_open (room->stored->directory, 0, NULL);
  while ((name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *path = g_build_filename (room->stored->directory, name, NULL), *bytes = NULL;
    gsize length, size = strlen (text);
    CHECK (g_file_get_contents (path, &bytes, &length, &error));
    for (gsize at = 0; at + size <= length; at++)
      count += memcmp (bytes + at, text, size) == 0;
  }
  return count;
}

enum { SECRETS = 6000, SECRET_ROOMS = 40 };

/* Messages with a secret word all over the store, so that its pages are split again and again; indexed in between. */
static void
post_secrets (Room *room, gint64 *rooms, gint64 *seqs)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  for (guint done = 0; done < SECRETS;) {
    GPtrArray *turn = g_ptr_array_new ();
    guint begun = done;
    for (guint i = 0; i < 300; i++, done++) {
      g_autofree char *rest = g_strnfill ((gsize) g_rand_int_range (random, 0, i % 100 == 0 ? 9000 : 200), 'x');
      g_autofree char *text = g_strdup_printf ("xqzjvw%u %s", done, rest);
      rooms[done] = room->room + g_rand_int_range (random, 0, SECRET_ROOMS);
      g_ptr_array_add (turn, stored_message (rooms[done], room->ada, text));
    }
    stored_do_all (room->stored, turn);
    for (guint i = begun; i < done; i++)
      seqs[i] = ((KithdChange *) room->stored->changes->pdata[room->stored->changes->len - (done - i)])->seq;
    if (done % 1200 == 0)
      settle (room);
  }
}

/* What is deleted or edited leaves rows, grams, free space of pages, free pages and the journal. */
static void
test_nothing_remains (void **state)
{
  static gint64 rooms[SECRETS], seqs[SECRETS];
  Room *room = *state;
  room->stored->keep_versions = FALSE;
  reopen_to_clean (room, 3600 * G_TIME_SPAN_SECOND);
  for (guint i = 1; i < SECRET_ROOMS; i++) {
    g_autofree char *name = g_strdup_printf ("room%u", i);
    assert_int_equal (stored_room (room->stored, room->ada, name), room->room + i);
  }
  post_secrets (room, rooms, seqs);
  settle (room);
  assert_true (count_in_files (room, "xqzjvw") > SECRETS);
  assert_true (index_number (room, "SELECT count(*) FROM temp.word WHERE term IN ('xqz', 'jvw')") == 2);
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < SECRETS; i++)
    g_ptr_array_add (turn, stored_event (i % 2 ? KITHD_EVENT_EDIT : KITHD_EVENT_DELETE, rooms[i], room->ada, seqs[i],
                                         i % 2 ? "harmless" : NULL));
  stored_do_all (room->stored, turn);
  settle (room);
  assert_found (room, "xqzjvw", 0);
  reopen_to_clean (room, 1);
  settle (room);
  assert_int_equal (index_number (room, "SELECT count(*) FROM temp.word WHERE term IN ('xqz', 'jvw')"), 0);
  assert_int_equal (index_number (room, "SELECT value FROM meta WHERE key = 'erased'"), 0);
  assert_int_equal (index_number (room, "SELECT count(*) FROM doc WHERE text = 'harmless'"), SECRETS / 2);
  assert_int_equal (count_in_files (room, "xqzjvw"), 0); /* nobody has to stop the server for it */
  stored_close (room->stored);
  assert_int_equal (count_in_files (room, "xqzjvw"), 0);
  CHECK (kithd_store_check (room->stored->file, &error));
  stored_open (room->stored);
}

/* More than is handed over in memory: the rest comes from the log. */
static void
test_many_at_once (void **state)
{
  Room *room = *state;
  settle (room);
  for (guint round = 0; round < 2; round++) {
    GPtrArray *turn = g_ptr_array_new ();
    for (guint i = 0; i < KITHD_BATCH_EVENTS + 100; i++)
      g_ptr_array_add (turn, stored_message (room->room, room->ada, round == 0 ? "flood" : "ebb"));
    stored_do_all (room->stored, turn);
    settle (room);
    assert_int_equal (index_number (room, "SELECT count(*) FROM doc"), (round + 1) * (KITHD_BATCH_EVENTS + 100));
  }
}

static KithdChange *
fed (gint64 seq, const char *text)
{
  KithdChange *change = stored_message (7, 1, text);
  change->event->seq = change->event->rev = seq;
  return change;
}

/* What was handed over goes on from what is known, or nothing of it is taken. */
static void
test_feed (void **state)
{
  static const struct {
    gint64 upto; /* what is known */
    gboolean fits;
    guint docs;
  } cases[] = {{3, FALSE, 0}, {4, TRUE, 3}, {5, TRUE, 2}, {7, TRUE, 0}};
  KithdFeed feed, other;
  kithd_feed_init (&feed);
  kithd_feed_init (&other);
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) kithd_change_free);
  for (gint64 seq = 5; seq <= 7; seq++)
    g_ptr_array_add (changes, fed (seq, "handed over"));
  kithd_feed_note (&other, changes);
  kithd_feed_add (&feed, &other);
  assert_true (other.docs->len == 0 && feed.docs->len == 3 && !feed.gap);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gboolean fits = !cases[i].fits;
    KithdProgress known = {7, 1, cases[i].upto};
    g_autoptr (GHashTable) all = g_hash_table_new (g_int64_hash, g_int64_equal);
    g_hash_table_insert (all, &known.conversation, &known);
    KithdBatch batch;
    kithd_batch_init (&batch);
    CHECK (kithd_follow_docs (NULL, all, feed.docs, feed.bodies->str, &batch, &fits, &error));
    assert_true (fits == cases[i].fits && batch.docs->len == cases[i].docs);
    assert_int_equal (batch.progress->len, fits);
    assert_true (!fits || g_array_index (batch.progress, KithdProgress, 0).upto == 7);
    assert_true (!fits || known.upto == cases[i].upto);
    kithd_batch_clear (&batch);
  }
  g_ptr_array_set_size (changes, 0);
  g_ptr_array_add (changes, stored_event (KITHD_EVENT_DELETE, 7, 1, 5, NULL));
  kithd_feed_note (&other, changes);
  kithd_feed_add (&feed, &other);
  assert_true (feed.gap && feed.docs->len == 0 && !other.gap);
  kithd_feed_clear (&feed);
  kithd_feed_clear (&other);
}

/* Each batch is a piece; sixteen become one when nothing comes for a while, and in between once there are many. */
static void
test_pieces (void **state)
{
  static const char count[] = "SELECT count(DISTINCT segid) FROM gram_idx";
  Room *room = *state;
  reopen_to_clean (room, 3600 * G_TIME_SPAN_SECOND);
  for (guint i = 0; i < 70; i++) {
    g_autofree char *text = g_strdup_printf ("piece %u", i);
    post (room, text);
    settle (room);
    if (i == 40) /* not yet */
      assert_int_equal (index_number (room, count), 41);
  }
  assert_in_range (index_number (room, count), 1, 40);
  assert_found (room, "piece 33", 1);
  reopen_to_clean (room, 1);
  for (guint i = 0; i < 20; i++) {
    post (room, "another");
    settle (room);
  }
  assert_in_range (index_number (room, count), 1, 20);
  assert_found (room, "another", 20);
  assert_found (room, "piece 69", 1);
}

/* The notes of a deleted account are found no more, and nothing of them stays in the index. */
static void
test_deleted_account (void **state)
{
  Room *room = *state;
  gint64 notes = stored_number (room->stored, "SELECT id FROM conversation WHERE kind = 2 ORDER BY id LIMIT 1");
  stored_post (room->stored, notes, 1, "zebrasecret");
  settle (room);
  assert_int_equal (index_number (room, "SELECT count(*) FROM doc"), 1);
  KithdChange *change = kithd_change_new (KITHD_CHANGE_DELETE_ACCOUNT, 1);
  change->account.id = 1;
  stored_done (room->stored, change);
  settle (room);
  assert_int_equal (index_number (room, "SELECT count(*) FROM doc"), 0);
  assert_int_equal (stored_number (room->stored, "SELECT count(*) FROM event WHERE conversation = (SELECT min(id) FROM"
                                                 " conversation WHERE kind = 2)"), 0);
}

/* A backup has no index; what is restored gets one of its own. */
static void
test_restored (void **state)
{
  Room *room = *state;
  g_autofree char *copy = g_build_filename (room->stored->directory, "copy", NULL), *file = index_file (room);
  post (room, "needle before");
  stored_close (room->stored);
  CHECK (kithd_store_backup (room->stored->directory, copy, &error));
  stored_open (room->stored);
  post (room, "needle after");
  settle (room);
  assert_found (room, "needle", 2);
  stored_close (room->stored);
  CHECK (kithd_store_restore (room->stored->directory, copy, &error));
  assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  stored_open (room->stored);
  assert_found_always (room, "needle", 1);
  assert_int_equal (index_number (room, "SELECT count(*) FROM doc"), 1);
}

/* Where there can be no index, the newest messages are found, and it is said that others may be missing. */
static void
test_without_index (void **state)
{
  Room *room = *state;
  g_autofree char *file = index_file (room);
  stored_close (room->stored);
  g_unlink (file);
  assert_int_equal (g_mkdir (file, 0700), 0);
  stored_open (room->stored);
  post (room, "oldest");
  assert_false (kithd_store_settle_index (room->stored->store));
  assert_found (room, "oldest", 1);
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < 6000; i++)
    g_ptr_array_add (turn, stored_message (room->room, room->ada, "newer"));
  stored_do_all (room->stored, turn);
  json_object *page = find (room, "oldest");
  assert_int_equal (stored_length (page, "events"), 0);
  assert_true (stored_flag (page, "pending"));
  json_object_put (page);
  page = find (room, "newer");
  assert_int_equal (stored_length (page, "events"), KITH_PAGE_MAX);
  json_object_put (page);
  stored_close (room->stored);
  g_rmdir (file);
}

/* A search whose time is up goes on from where it was, and finds everything in the end. */
static void
test_no_time (void **state)
{
  enum { MANY = 1000 };
  Room *room = *state;
  gint64 oldest = post (room, "needle"), before = G_MAXINT64;
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < MANY; i++)
    g_ptr_array_add (turn, stored_message (room->room, room->ada, "needle"));
  stored_do_all (room->stored, turn);
  settle (room);
  KithdIndexFile file = {0};
  kithd_index_file_init (&file, room->stored->directory);
  g_autoptr (KithdRead) read = search_in (room->room, "needle", 0, 0);
  KithdPlace *place = read->search->places->pdata[0];
  g_array_index (place->ranges, KithdRange, 0).to = oldest;
  guint late = 0;
  for (KithdFoundState found = KITHD_FOUND_LATE; found == KITHD_FOUND_LATE;) {
    KithdFound where;
    g_autoptr (KithdFinder) finder = kithd_finder_new (&file, read->search, before, 0);
    found = kithd_finder_next (finder, &where);
    assert_true (found == KITHD_FOUND_END || where.rev < before);
    before = where.rev;
    late += found == KITHD_FOUND_LATE;
    if (found == KITHD_FOUND)
      assert_int_equal (where.seq, oldest);
    assert_int_not_equal (found, KITHD_FOUND_END);
  }
  assert_true (late > 1);
  kithd_index_file_clear (&file);
}

/* The same, asked of a store: it answers with what it has found in time, and says from where to go on. */
static void
test_little_time (void **state)
{
  enum { MANY = 1000 };
  Room *room = *state;
  gint64 oldest = post (room, "needle");
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < MANY; i++)
    g_ptr_array_add (turn, stored_message (room->room, room->ada, "needle"));
  stored_do_all (room->stored, turn);
  settle (room);
  stored_close (room->stored);
  room->stored->search_time = -1; /* it is over when it begins */
  stored_open (room->stored);
  guint pages = 0, found = 0;
  gint64 anchor = 0;
  for (gboolean more = TRUE; more; pages++) {
    KithdRead *read = search_in (room->room, "needle", anchor, 0);
    KithdPlace *place = read->search->places->pdata[0];
    g_array_index (place->ranges, KithdRange, 0).to = oldest;
    json_object *page = stored_answer (room->stored, read);
    found += stored_length (page, "events");
    if (stored_length (page, "events") > 0)
      assert_int_equal (stored_int (stored_item (page, "events", 0), "seq"), oldest);
    anchor = stored_int (page, "next");
    more = stored_flag (page, "more");
    json_object_put (page);
  }
  assert_int_equal (found, 1);
  assert_true (pages > MANY / 100);
}

/* Who reads does not wait for who searches, however long that takes. */
static void
test_nobody_waits_for_it (void **state)
{
  Room *room = *state;
  post (room, "needle");
  settle (room);
  KithdRead *search = search_in (room->room, "needle", 0, 0);
  shaky_disk_hold ("search.db"); /* which the first search opens */
  kithd_store_read (room->stored->store, search);
  shaky_disk_await_held ();
  json_object *page = stored_answer (room->stored, stored_fetch (KITHD_READ_FETCH_BEFORE, room->ada, room->room, G_MAXINT64, 10));
  assert_int_equal (stored_length (page, "events"), 3);
  json_object_put (page);
  assert_int_equal (kithd_store_reads_queued (room->stored->store), 1);
  shaky_disk_hold (NULL);
  assert_ptr_equal (stored_await (room->stored, search), search);
  assert_non_null (strstr (search->result->str, "needle"));
  kithd_read_free (search);
}

/* What retention takes from the log leaves the index. */
static void
test_retention (void **state)
{
  Room *room = *state;
  for (guint i = 0; i < 20; i++)
    post (room, "needle");
  settle (room);
  stored_change_file (
      room->stored,
      "DELETE FROM event WHERE conversation = 3 AND seq < 13; UPDATE conversation SET first = 13 WHERE id = 3");
  assert_found (room, "needle", 10);
  settle (room);
  assert_int_equal (index_number (room, "SELECT count(*) FROM doc"), 10);
  assert_found (room, "needle", 10);
}

/* A body that is not what it should be does not stop anything. */
static void
test_strange_bodies (void **state)
{
  Room *room = *state;
  gint64 seq = post (room, "strange");
  post (room, "needle");
  g_autofree char *change =
      g_strdup_printf ("UPDATE event SET body = '{\"text\":' WHERE seq = %d AND kind = 'message'", (int) seq);
  stored_change_file (room->stored, change);
  assert_found_always (room, "needle", 1);
  assert_found_always (room, "strange", 0);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (test_##name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST (words),
      TEST (parts),
      TEST (pages),
      TEST (places),
      TEST (ranges_and_filters),
      TEST (agrees_with_the_log),
      TEST (lost_and_damaged),
      TEST (failing_sync),
      TEST (damaged_pages),
      TEST (nothing_remains),
      TEST (pieces),
      TEST (many_at_once),
      TEST (feed),
      TEST (deleted_account),
      TEST (retention),
      TEST (strange_bodies),
      TEST (restored),
      TEST (without_index),
      TEST (no_time),
      TEST (little_time),
      TEST (nobody_waits_for_it),
  };
  shaky_disk_install ();
  return cmocka_run_group_tests_name ("store-search", tests, NULL, NULL);
}
