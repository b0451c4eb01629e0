/* test-store-reads.c - what the store answers to reads: pages in both directions, their present state, ranges, cuts,
 * versions, mentions, and a backup while it runs. */
#include "support/stored.h"

#include <glib/gstdio.h>
#include <string.h>

#include "proto/error.h"
#include "proto/limits.h"
#include "store/store-private.h"
#include "support/check.h"
#include "support/files.h"

/* Ada and Bob in a room. */
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
  room->room = stored_room (room->stored, room->ada, "plans");
  stored_join (room->stored, room->room, room->bob);
  *state = room;
  return 0;
}

static int
teardown (void **state)
{
  Room *room = *state;
  stored_free (room->stored);
  g_free (room);
  return 0;
}

static void
post_many (Room *room, guint count, const char *text)
{
  for (guint done = 0; done < count;) {
    GPtrArray *turn = g_ptr_array_new ();
    for (; done < count && turn->len < 2000; done++)
      g_ptr_array_add (turn, stored_message (room->room, room->ada, text));
    stored_do_all (room->stored, turn);
  }
}

static KithdRead *
fetch (Room *room, KithdReadKind kind, gint64 anchor, guint limit)
{
  return stored_fetch (kind, room->bob, room->room, anchor, limit);
}

/* The answer holds exactly the events from `from` to `to`; takes it. */
static void
assert_page (json_object *page, gint64 from, gint64 to, gboolean more)
{
  assert_int_equal (stored_length (page, "events"), to - from + 1);
  for (gint64 seq = from; seq <= to; seq++)
    assert_int_equal (stored_int (stored_item (page, "events", (guint) (seq - from)), "seq"), seq);
  assert_int_equal (stored_int (page, "first"), 1);
  assert_int_equal (stored_flag (page, "more"), more);
  json_object_put (page);
}

static void
test_pages (void **state)
{
  Room *room = *state;
  post_many (room, 28, "x"); /* 1 and 2 are joins, 3 ... 30 messages */
  assert_page (stored_answer (room->stored, fetch (room, KITHD_READ_FETCH_AFTER, 0, 10)), 1, 10, TRUE);
  assert_page (stored_answer (room->stored, fetch (room, KITHD_READ_FETCH_AFTER, 20, 10)), 21, 30, FALSE);
  assert_page (stored_answer (room->stored, fetch (room, KITHD_READ_FETCH_AFTER, 20, 9)), 21, 29, TRUE);
  assert_page (stored_answer (room->stored, fetch (room, KITHD_READ_FETCH_AFTER, 30, 10)), 1, 0, FALSE);
  assert_page (stored_answer (room->stored, fetch (room, KITHD_READ_FETCH_AFTER, G_MAXINT64, 10)), 1, 0, FALSE);
  assert_page (stored_answer (room->stored, fetch (room, KITHD_READ_FETCH_BEFORE, 31, 10)), 21, 30, TRUE);
  assert_page (stored_answer (room->stored, fetch (room, KITHD_READ_FETCH_BEFORE, G_MAXINT64, 10)), 21, 30, TRUE);
  assert_page (stored_answer (room->stored, fetch (room, KITHD_READ_FETCH_BEFORE, 11, 10)), 1, 10, FALSE);
  assert_page (stored_answer (room->stored, fetch (room, KITHD_READ_FETCH_BEFORE, 12, 10)), 2, 11, TRUE);
  assert_page (stored_answer (room->stored, fetch (room, KITHD_READ_FETCH_BEFORE, 1, 10)), 1, 0, FALSE);
}

static void
test_ranges (void **state)
{
  Room *room = *state;
  post_many (room, 28, "x");
  KithdRead *read = stored_range (stored_range (fetch (room, KITHD_READ_FETCH_AFTER, 0, 100), 5, 7), 20, 22);
  json_object *page = stored_answer (room->stored, read);
  const gint64 readable[] = {5, 6, 7, 20, 21, 22};
  assert_int_equal (stored_length (page, "events"), G_N_ELEMENTS (readable));
  for (guint i = 0; i < G_N_ELEMENTS (readable); i++)
    assert_int_equal (stored_int (stored_item (page, "events", i), "seq"), readable[i]);
  assert_false (stored_flag (page, "more"));
  json_object_put (page);

  read = stored_range (stored_range (fetch (room, KITHD_READ_FETCH_AFTER, 0, 3), 5, 7), 20, 22);
  assert_page (stored_answer (room->stored, read), 5, 7, TRUE);
  read = stored_range (stored_range (fetch (room, KITHD_READ_FETCH_BEFORE, 25, 3), 5, 7), 20, 22);
  assert_page (stored_answer (room->stored, read), 20, 22, TRUE);
  read = stored_range (stored_range (fetch (room, KITHD_READ_FETCH_BEFORE, 20, 3), 5, 7), 20, 22);
  assert_page (stored_answer (room->stored, read), 5, 7, FALSE);
  read = stored_range (fetch (room, KITHD_READ_FETCH_CHANGED, 0, 100), 5, 7);
  assert_page (stored_answer (room->stored, read), 5, 7, FALSE);

  read = fetch (room, KITHD_READ_FETCH_AFTER, 0, 10);
  g_array_set_size (read->ranges, 0);
  assert_page (stored_answer (room->stored, read), 1, 0, FALSE);
  read = stored_read (room->stored, stored_fetch (KITHD_READ_FETCH_AFTER, room->bob, 99, 0, 10));
  assert_true (g_error_matches (read->error, KITH_ERROR, KITH_ERROR_NOT_FOUND));
  assert_null (read->result);
  kithd_read_free (read);
}

/* Cut by bytes on the side away from the anchor; one event at least. */
static void
test_cut (void **state)
{
  Room *room = *state;
  g_autofree char *text = g_strnfill (1000, 'x');
  post_many (room, 28, text);
  const struct {
    KithdReadKind kind;
    gint64 anchor, from, to;
    gsize bytes;
  } cuts[] = {
      {KITHD_READ_FETCH_AFTER, 2, 3, 6, 4800},   {KITHD_READ_FETCH_BEFORE, 31, 27, 30, 4800},
      {KITHD_READ_FETCH_AFTER, 2, 3, 3, 10},     {KITHD_READ_FETCH_BEFORE, 31, 30, 30, 10},
      {KITHD_READ_FETCH_CHANGED, 2, 3, 6, 4800},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++) {
    KithdRead *read = fetch (room, cuts[i].kind, cuts[i].anchor, 100);
    read->max_bytes = cuts[i].bytes;
    stored_read (room->stored, read);
    assert_true (cuts[i].bytes < 100 || read->result->len <= cuts[i].bytes);
    g_autofree char *answer = g_strdup_printf ("{%s}", read->result->str);
    kithd_read_free (read);
    assert_page (json_tokener_parse (answer), cuts[i].from, cuts[i].to, TRUE);
  }
}

static json_object *
fetch_one (Room *room, gint64 account, gint64 seq)
{
  json_object *page =
      stored_answer (room->stored, stored_fetch (KITHD_READ_FETCH_AFTER, account, room->room, seq - 1, 1));
  json_object *event = json_object_get (stored_item (page, "events", 0));
  json_object_put (page);
  return event;
}

static void
test_state (void **state)
{
  Room *room = *state;
  Stored *stored = room->stored;
  KithdChange *post =
      stored_done (stored, stored_nonce (stored_message (room->room, room->ada, "so \"it\" is"), 0xab, 1));
  gint64 seq = post->seq;
  json_object *event = fetch_one (room, room->bob, seq);
  assert_int_equal (stored_int (event, "n"), 1);
  assert_int_equal (stored_int (event, "at"), post->at);
  assert_string_equal (stored_text (event, "from"), "u1");
  assert_string_equal (stored_text (event, "kind"), "message");
  assert_string_equal (stored_text (event, "nonce"), "abababababababababababababababab");
  assert_string_equal (stored_text (event, "body"), "{\"text\":\"so \\\"it\\\" is\"}");
  assert_int_equal (stored_int (event, "changed"), seq);
  assert_false (
      json_object_object_get_ex (event, "edited", NULL) || json_object_object_get_ex (event, "reactions", NULL) ||
      json_object_object_get_ex (event, "deleted", NULL) || json_object_object_get_ex (event, "pinned", NULL));
  json_object_put (event);

  KithdChange *edit = stored_done (stored, stored_event (KITHD_EVENT_EDIT, room->room, room->ada, seq, "new"));
  stored_done (stored, stored_event (KITHD_EVENT_PIN, room->room, room->bob, seq, NULL));
  stored_done (stored, stored_event (KITHD_EVENT_REACT, room->room, room->bob, seq, "\"'\\"));
  stored_done (stored, stored_event (KITHD_EVENT_REACT, room->room, room->ada, seq, "a"));
  KithdChange *last = stored_done (stored, stored_event (KITHD_EVENT_REACT, room->room, room->ada, seq, "\"'\\"));
  event = fetch_one (room, room->bob, seq);
  assert_string_equal (stored_text (event, "body"), "{\"text\":\"new\"}");
  assert_int_equal (stored_int (event, "edited"), edit->at);
  assert_int_equal (stored_int (event, "changed"), last->seq);
  assert_true (stored_flag (event, "pinned"));
  assert_int_equal (stored_length (event, "reactions"), 2);
  json_object *reaction = stored_item (event, "reactions", 0);
  assert_string_equal (stored_text (reaction, "emoji"), "\"'\\");
  assert_int_equal (stored_int (reaction, "count"), 2);
  assert_true (stored_flag (reaction, "mine"));
  assert_string_equal (stored_text (reaction, "people"), "[\"u2\",\"u1\"]");
  assert_false (stored_flag (stored_item (event, "reactions", 1), "mine"));
  json_object_put (event);

  KithdChange *delete = stored_done (stored, stored_event (KITHD_EVENT_DELETE, room->room, room->ada, seq, NULL));
  event = fetch_one (room, room->bob, seq);
  assert_true (stored_flag (event, "deleted"));
  assert_int_equal (stored_int (event, "changed"), delete->seq);
  assert_false (json_object_object_get_ex (event, "body", NULL) ||
                json_object_object_get_ex (event, "reactions", NULL));
  json_object_put (event);
  event = fetch_one (room, room->bob, edit->seq);
  assert_int_equal (stored_int (event, "target"), seq);
  assert_false (json_object_object_get_ex (event, "body", NULL) || json_object_object_get_ex (event, "changed", NULL));
  json_object_put (event);
}

static void
test_many_people (void **state)
{
  Room *room = *state;
  gint64 seq = stored_post (room->stored, room->room, room->ada, "cake?");
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < KITH_REACTION_NAMES_MAX + 10; i++)
    g_ptr_array_add (turn, stored_event (KITHD_EVENT_REACT, room->room, 100 + i, seq, "+"));
  stored_do_all (room->stored, turn);
  json_object *event = fetch_one (room, 100 + KITH_REACTION_NAMES_MAX + 5, seq);
  json_object *reaction = stored_item (event, "reactions", 0);
  assert_int_equal (stored_int (reaction, "count"), KITH_REACTION_NAMES_MAX + 10);
  assert_int_equal (stored_length (reaction, "people"), KITH_REACTION_NAMES_MAX);
  assert_true (stored_flag (reaction, "mine"));
  json_object_put (event);
}

/* A client has cached 1 ... 12; then 30,000 other events come, with three changes of what it has. It learns of these
 * and only these. */
static void
test_changed (void **state)
{
  enum { OTHERS = 30000 };
  Room *room = *state;
  Stored *stored = room->stored;
  post_many (room, 10, "x");
  stored_done (stored, stored_event (KITHD_EVENT_EDIT, room->room, room->ada, 5, "early"));
  const gint64 known = 13;
  post_many (room, OTHERS, "y");
  gint64 edit = stored_done (stored, stored_event (KITHD_EVENT_EDIT, room->room, room->ada, 7, "late"))->seq;
  gint64 pin = stored_done (stored, stored_event (KITHD_EVENT_PIN, room->room, room->bob, 4, NULL))->seq;
  gint64 gone = stored_done (stored, stored_event (KITHD_EVENT_DELETE, room->room, room->ada, 11, NULL))->seq;
  stored_done (stored, stored_event (KITHD_EVENT_EDIT, room->room, room->ada, 500, "not cached"));

  KithdRead *read = fetch (room, KITHD_READ_FETCH_CHANGED, known, 2);
  read->upto = 12;
  json_object *page = stored_answer (stored, read);
  assert_int_equal (stored_length (page, "events"), 2);
  assert_true (stored_flag (page, "more"));
  assert_int_equal (stored_int (stored_item (page, "events", 0), "seq"), 7);
  assert_int_equal (stored_int (stored_item (page, "events", 0), "changed"), edit);
  assert_int_equal (stored_int (stored_item (page, "events", 1), "seq"), 4);
  json_object_put (page);

  read = fetch (room, KITHD_READ_FETCH_CHANGED, pin, 2);
  read->upto = 12;
  page = stored_answer (stored, read);
  assert_int_equal (stored_length (page, "events"), 1);
  assert_false (stored_flag (page, "more"));
  assert_int_equal (stored_int (stored_item (page, "events", 0), "seq"), 11);
  assert_int_equal (stored_int (stored_item (page, "events", 0), "changed"), gone);
  json_object_put (page);

  /* From the beginning: what nothing touched counts as changed when it was written; all in the order of changed. */
  read = fetch (room, KITHD_READ_FETCH_CHANGED, 0, 50);
  read->upto = 12;
  page = stored_answer (stored, read);
  const gint64 order[] = {3, 6, 8, 9, 10, 12, 5, 7, 4, 11};
  assert_int_equal (stored_length (page, "events"), G_N_ELEMENTS (order));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    assert_int_equal (stored_int (stored_item (page, "events", i), "seq"), order[i]);
  json_object_put (page);
}

static void
assert_versions (Room *room, gint64 seq, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);
  json_object *answer = stored_answer (room->stored, fetch (room, KITHD_READ_VERSIONS, seq, 100));
  for (guint i = 0; i < stored_length (answer, "versions"); i++) {
    json_object *version = stored_item (answer, "versions", i), *body = NULL;
    assert_true (stored_int (version, "at") > 0);
    json_object_object_get_ex (version, "body", &body);
    g_string_append_printf (found, "%s ", stored_text (body, "text"));
  }
  json_object_put (answer);
  assert_string_equal (found->str, expected);
}

static void
edit (Room *room, gint64 seq, const char *text)
{
  stored_done (room->stored, stored_event (KITHD_EVENT_EDIT, room->room, room->ada, seq, text));
}

static void
assert_read_refused (Room *room, KithdRead *read, KithError code)
{
  stored_read (room->stored, read);
  assert_true (g_error_matches (read->error, KITH_ERROR, (int) code));
  kithd_read_free (read);
}

static void
test_versions (void **state)
{
  Room *room = *state;
  gint64 seq = stored_post (room->stored, room->room, room->ada, "one");
  assert_versions (room, seq, "one ");
  edit (room, seq, "two");
  edit (room, seq, "three");
  assert_versions (room, seq, "one two three ");
  json_object *all = stored_answer (room->stored, fetch (room, KITHD_READ_VERSIONS, seq, 0));
  assert_int_equal (stored_length (all, "versions"), 3);
  json_object_put (all);
  KithdRead *read = fetch (room, KITHD_READ_VERSIONS, seq, 2);
  json_object *answer = stored_answer (room->stored, read);
  assert_int_equal (stored_length (answer, "versions"), 2);
  json_object_put (answer);
  assert_read_refused (room, fetch (room, KITHD_READ_VERSIONS, 1, 9), KITH_ERROR_NOT_FOUND);
  assert_read_refused (room, fetch (room, KITHD_READ_VERSIONS, 99, 9), KITH_ERROR_NOT_FOUND);
  assert_read_refused (room, stored_range (fetch (room, KITHD_READ_VERSIONS, seq, 9), 1, seq - 1),
                       KITH_ERROR_NOT_FOUND);
  stored_done (room->stored, stored_event (KITHD_EVENT_DELETE, room->room, room->ada, seq, NULL));
  assert_read_refused (room, fetch (room, KITHD_READ_VERSIONS, seq, 9), KITH_ERROR_DELETED);
  assert_read_refused (room, stored_range (fetch (room, KITHD_READ_VERSIONS, seq, 9), 1, seq - 1),
                       KITH_ERROR_NOT_FOUND);
}

/* A server that is told not to keep earlier texts has none, in no table. */
static void
test_no_versions (void **state)
{
  Room *room = *state;
  gint64 kept = stored_post (room->stored, room->room, room->ada, "one");
  edit (room, kept, "two");
  stored_close (room->stored);
  room->stored->keep_versions = FALSE;
  stored_open (room->stored);
  gint64 seq = stored_post (room->stored, room->room, room->ada, "one");
  edit (room, seq, "two");
  edit (room, seq, "three");
  edit (room, kept, "three");
  assert_versions (room, seq, "three ");
  assert_versions (room, kept, "three ");
  assert_int_equal (
      stored_number (room->stored, "SELECT count(*) FROM event WHERE body LIKE '%one%' OR body LIKE '%two%'"), 0);
  assert_int_equal (stored_number (room->stored, "SELECT count(*) FROM original"), 0);
}

static json_object *
mentions (Room *room, gint64 account, gint64 anchor, guint limit)
{
  return stored_answer (room->stored, stored_fetch (KITHD_READ_MENTIONS, account, 0, anchor, limit));
}

static void
test_mentions (void **state)
{
  Room *room = *state;
  Stored *stored = room->stored;
  gint64 tea = stored_room (stored, room->ada, "tea"), seqs[4];
  stored_join (stored, tea, room->bob);
  for (guint i = 0; i < 4; i++) {
    KithdChange *post = stored_message (i % 2 ? tea : room->room, room->ada, "bob");
    seqs[i] = stored_done (stored, stored_mention (post, room->bob))->seq;
  }
  json_object *page = mentions (room, room->bob, 0, 3);
  assert_int_equal (stored_length (page, "events"), 3);
  assert_true (stored_flag (page, "more"));
  assert_int_equal (stored_int (stored_item (page, "events", 0), "seq"), seqs[3]);
  assert_string_equal (stored_text (stored_item (page, "events", 0), "conversation"), "c4");
  assert_string_equal (stored_text (stored_item (page, "events", 1), "conversation"), "c3");
  gint64 next = stored_int (page, "next");
  json_object_put (page);
  page = mentions (room, room->bob, next, 3);
  assert_int_equal (stored_length (page, "events"), 1);
  assert_int_equal (stored_int (stored_item (page, "events", 0), "seq"), seqs[0]);
  assert_false (stored_flag (page, "more"));
  json_object_put (page);

  stored_done (stored, stored_event (KITHD_EVENT_LEAVE, tea, room->bob, 0, NULL));
  page = mentions (room, room->bob, 0, 10);
  assert_int_equal (stored_length (page, "events"), 2);
  json_object_put (page);
  page = mentions (room, room->ada, 0, 10);
  assert_int_equal (stored_length (page, "events"), 0);
  assert_int_equal (stored_int (page, "next"), 0);
  json_object_put (page);
}

static KithdRead *
backup (Room *room, const char *file)
{
  KithdRead *read = kithd_read_new (KITHD_READ_BACKUP, 0);
  read->file = g_strdup (file);
  return stored_read (room->stored, read);
}

/* While it runs, and while it is being written to; the copy stands for itself. */
static void
test_backup (void **state)
{
  Room *room = *state;
  post_many (room, 3000, "a rather long text, so that there is something to copy in more than one step");
  g_autofree char *file = g_build_filename (room->stored->directory, "copy", NULL);
  GPtrArray *turn = g_ptr_array_new ();
  for (guint i = 0; i < 2000; i++)
    g_ptr_array_add (turn, stored_message (room->room, room->ada, "meanwhile"));
  kithd_store_submit (room->stored->store, turn);
  KithdRead *read = backup (room, file);
  stored_wait (room->stored, 2000);
  assert_null (read->error);
  GStatBuf status;
  assert_int_equal (g_stat (file, &status), 0);
  test_assert_mode (file, 0600);
  g_autofree char *bytes = g_strdup_printf ("\"bytes\":%" G_GINT64_FORMAT, (gint64) status.st_size);
  assert_string_equal (read->result->str, bytes);
  kithd_read_free (read);
  CHECK (kithd_store_check (file, &error));

  read = backup (room, file);
  assert_non_null (strstr (read->error->message, "exists already; choose another name"));
  kithd_read_free (read);
  read = backup (room, "/nowhere/at/all");
  assert_non_null (read->error);
  kithd_read_free (read);
  g_autofree char *part = g_strconcat (file, ".tmp", NULL);
  assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

/* Between the steps of a backup other reads are answered; a second backup has to wait for the first. */
static void
test_backup_in_between (void **state)
{
  Room *room = *state;
  g_autofree char *text = g_strnfill (4000, 'x');
  post_many (room, 1000, text);
  g_autoptr (KithdReader) reader = NULL;
  CHECK (reader = kithd_reader_open (room->stored->file, &error));
  g_autoptr (KithdRead) slow = kithd_read_new (KITHD_READ_BACKUP, 0), refused = kithd_read_new (KITHD_READ_BACKUP, 0);
  g_autoptr (KithdRead) quick = fetch (room, KITHD_READ_FETCH_AFTER, 0, 1);
  slow->file = g_build_filename (room->stored->directory, "copy", NULL);
  refused->file = g_build_filename (room->stored->directory, "second", NULL);
  assert_false (kithd_reader_answer (reader, slow));
  assert_false (kithd_reader_go_on (reader));
  assert_true (kithd_reader_answer (reader, refused));
  assert_true (g_error_matches (refused->error, KITH_ERROR, KITH_ERROR_LIMIT));
  assert_true (kithd_reader_answer (reader, quick));
  assert_non_null (quick->result);
  while (!kithd_reader_go_on (reader))
    assert_null (slow->result);
  assert_non_null (slow->result);
  assert_false (g_file_test (refused->file, G_FILE_TEST_EXISTS));
  CHECK (kithd_store_check (slow->file, &error));
}

/* What is answered to a read, or why it is refused. */
static char *
say (Room *room, KithdReadKind kind, gint64 anchor, gint64 upto)
{
  KithdRead *read = fetch (room, kind, anchor, 5);
  read->upto = upto;
  if (kind == KITHD_READ_SEARCH) {
    read->search = kithd_search_new ();
    g_ptr_array_add (read->search->words, g_strdup ("late"));
    g_array_append_vals (kithd_search_add_place (read->search, room->room)->ranges, read->ranges->data, 1);
  }
  stored_read (room->stored, read);
  char *said = g_strdup (read->error != NULL ? read->error->message : read->result->str);
  kithd_read_free (read);
  return said;
}

/* Messages that are not yet in their places are read as those that are. */
static void
test_recent (void **state)
{
  static const struct {
    KithdReadKind kind;
    gint64 anchor, upto; /* the room has 2 joins, 4 messages, and 3 that are recent */
  } asked[] = {
      {KITHD_READ_FETCH_BEFORE, 1000, 0},  {KITHD_READ_FETCH_BEFORE, 9, 0}, {KITHD_READ_FETCH_BEFORE, 7, 0},
      {KITHD_READ_FETCH_AFTER, 0, 0},      {KITHD_READ_FETCH_AFTER, 4, 0},  {KITHD_READ_FETCH_AFTER, 7, 0},
      {KITHD_READ_FETCH_CHANGED, 0, 1000}, {KITHD_READ_FETCH_CHANGED, 5, 1000},
      {KITHD_READ_FETCH_CHANGED, 7, 1000}, {KITHD_READ_FETCH_CHANGED, 5, 8}, {KITHD_READ_VERSIONS, 8, 0},
      {KITHD_READ_SEEN_BY, 8, 0},          {KITHD_READ_SEEN_BY, 6, 0},      {KITHD_READ_SEARCH, 0, 0},
  };
  char *said[G_N_ELEMENTS (asked)];
  Room *room = *state;
  post_many (room, 4, "late already");
  assert_true (kithd_store_settle_index (room->stored->store));
  stored_done (room->stored, stored_nonce (stored_message (room->room, room->ada, "late"), 1, 1));
  post_many (room, 2, "later");
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    said[i] = say (room, asked[i].kind, asked[i].anchor, asked[i].upto);
  assert_int_equal (stored_number (room->stored, "SELECT count(*) FROM recent"), 0);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    g_autofree char *again = say (room, asked[i].kind, asked[i].anchor, asked[i].upto);
    assert_string_equal (said[i], again);
    g_free (said[i]);
  }
  CHECK (kithd_store_check (room->stored->file, &error));
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (test_##name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST (pages),    TEST (ranges),      TEST (cut),      TEST (state),  TEST (many_people),       TEST (changed),
      TEST (versions), TEST (no_versions), TEST (mentions), TEST (backup), TEST (backup_in_between), TEST (recent),
  };
  return cmocka_run_group_tests_name ("store-reads", tests, NULL, NULL);
}
