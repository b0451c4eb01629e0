/* test-gtk-cache.c - the desktop client's cache: spans, what events do to kept messages, searching, damage, limits.
 *
 * test-gtk-cache --bench N puts N messages into one and prints times. */
#include <glib/gstdio.h>
#include <string.h>

#include "core/cache.h"
#include "proto/message.h"
#include "support/check.h"
#include "support/scratch.h"

#define ROOM 3
#define OTHER 4
#define ME 7

typedef struct {
  TestScratch *scratch;
  char *path;
  KithCache *cache;
} Fixture;

static void
open_cache (Fixture *fixture)
{
  GError *error = NULL;
  fixture->cache = kith_cache_open (fixture->path, &error);
  if (fixture->cache == NULL)
    fail_msg ("%s", error->message);
}

static void
reopen (Fixture *fixture)
{
  g_clear_pointer (&fixture->cache, kith_cache_close);
  open_cache (fixture);
}

static int
set_up (void **state)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  fixture->scratch = test_scratch_new ();
  fixture->path = test_scratch_path (fixture->scratch, "cache.db");
  open_cache (fixture);
  *state = fixture;
  return 0;
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;
  kith_cache_close (fixture->cache);
  test_scratch_free (fixture->scratch);
  g_free (fixture->path);
  g_free (fixture);
  return 0;
}

/* ---- what goes in ---- */

/* format: members behind seq, at and from, in single quotes for double ones. */
G_GNUC_PRINTF (3, 4)
static json_object *
event (gint64 seq, gint64 from, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *rest = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *text =
      g_strdup_printf ("{'seq':%" G_GINT64_FORMAT ",'at':%" G_GINT64_FORMAT ",'from':'u%" G_GINT64_FORMAT "',%s}", seq,
                       1000 * seq, from, rest);
  g_strdelimit (text, "'", '"');
  json_object *object = json_tokener_parse (text);
  assert_non_null (object);
  return object;
}

static json_object *
message (gint64 seq, const char *text)
{
  return event (seq, ME, "'kind':'message','body':{'text':'%s'},'changed':%" G_GINT64_FORMAT, text, seq);
}

static void
push (Fixture *fixture, gint64 conversation, json_object *pushed)
{
  kith_cache_apply_event (fixture->cache, conversation, pushed);
  json_object_put (pushed);
}

/* Messages "m1", "m2" ... of the seqs, as one page that knows them. */
static void
put_page (Fixture *fixture, gint64 conversation, gint64 first, gint64 last)
{
  json_object *events = json_object_new_array ();
  for (gint64 seq = first; seq <= last; seq++) {
    g_autofree char *text = g_strdup_printf ("m%" G_GINT64_FORMAT, seq);
    json_object_array_add (events, message (seq, text));
  }
  kith_cache_put_events (fixture->cache, conversation, events, first, last);
  json_object_put (events);
}

/* One message, out of the order. */
static void
put_one (Fixture *fixture, gint64 conversation, json_object *one)
{
  json_object *events = json_object_new_array ();
  json_object_array_add (events, one);
  kith_cache_put_events (fixture->cache, conversation, events, 0, 0);
  json_object_put (events);
}

/* ---- what comes out ---- */

typedef struct {
  GString *text;
  gint64 first, last;
  gboolean hole, more, done;
} Answer;

static void
describe (json_object *events, GString *out)
{
  for (gsize i = 0; i < json_object_array_length (events); i++) {
    json_object *one = json_object_array_get_idx (events, i), *body = kith_member_object (one, "body");
    const char *text = body != NULL ? kith_member_string (body, "text") : NULL;
    if (out->len > 0)
      g_string_append_c (out, ' ');
    g_string_append_printf (out, "%" G_GINT64_FORMAT ":%s", kith_member_integer (one, "seq", 0),
                            text != NULL                                  ? text
                            : kith_member_boolean (one, "deleted", FALSE) ? "(deleted)"
                                                                          : "-");
  }
}

static void
on_page (const KithCachedPage *page, gpointer data)
{
  Answer *answer = data;
  describe (page->events, answer->text);
  answer->first = page->first;
  answer->last = page->last;
  answer->hole = page->hole;
  answer->done = TRUE;
}

static void
on_events (json_object *events, gboolean more, gpointer data)
{
  Answer *answer = data;
  describe (events, answer->text);
  answer->more = more;
  answer->done = TRUE;
}

static void
on_json (json_object *events, gboolean more, gpointer data)
{
  Answer *answer = data;
  g_string_assign (answer->text, json_object_to_json_string_ext (events, JSON_C_TO_STRING_PLAIN));
  answer->done = TRUE;
}

static void
on_changed (gint64 changed, gint64 upto, gpointer data)
{
  Answer *answer = data;
  answer->first = changed;
  answer->last = upto;
  answer->done = TRUE;
}

/* Each answer comes or the test runs into its time limit. */
static void
await (Answer *answer)
{
  while (!answer->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
expect_page (Fixture *fixture, KithPageKind kind, gint64 anchor, guint limit, const char *wanted, gint64 first,
             gint64 last)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Answer answer = {text, -1, -1, FALSE, FALSE, FALSE};
  kith_cache_load (fixture->cache, ROOM, kind, anchor, limit, on_page, &answer);
  await (&answer);
  assert_string_equal (text->str, wanted);
  assert_int_equal (answer.first, first);
  assert_int_equal (answer.last, last);
}

static void
expect_stale (Fixture *fixture, gint64 changed, gint64 upto)
{
  Answer answer = {NULL, -1, -1, FALSE, FALSE, FALSE};
  kith_cache_load_changed (fixture->cache, ROOM, on_changed, &answer);
  await (&answer);
  assert_int_equal (answer.first, changed);
  assert_int_equal (answer.last, upto);
}

static gboolean
expect_hits (Fixture *fixture, const KithCacheQuery *query, const char *wanted)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Answer answer = {text, 0, 0, FALSE, FALSE, FALSE};
  kith_cache_search (fixture->cache, query, NULL, on_events, &answer);
  await (&answer);
  assert_string_equal (text->str, wanted);
  return answer.more;
}

static void
expect_found (Fixture *fixture, const char *text, const char *wanted)
{
  assert_false (expect_hits (fixture, &(KithCacheQuery){.text = text, .limit = 50}, wanted));
}

/* The JSON of one message. */
static char *
json_of (Fixture *fixture, gint64 seq)
{
  GString *text = g_string_new (NULL);
  Answer answer = {text, 0, 0, FALSE, FALSE, FALSE};
  kith_cache_load_previews (fixture->cache, on_json, &answer);
  await (&answer);
  g_autofree char *marker = g_strdup_printf ("\"seq\":%" G_GINT64_FORMAT ",", seq);
  assert_non_null (strstr (text->str, marker));
  return g_string_free (text, FALSE);
}

/* ---- spans ---- */

static void
pages_come_from_the_span_of_their_anchor (void **state)
{
  Fixture *fixture = *state;
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 3, "", 0, 0);
  put_page (fixture, ROOM, 1, 4);
  put_page (fixture, ROOM, 11, 16);
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 3, "14:m14 15:m15 16:m16", 11, 16);
  expect_page (fixture, KITH_PAGE_BEFORE, 14, 2, "12:m12 13:m13", 11, 16);
  expect_page (fixture, KITH_PAGE_BEFORE, 12, 5, "11:m11", 11, 16);
  expect_page (fixture, KITH_PAGE_BEFORE, 11, 5, "", 11, 16);
  expect_page (fixture, KITH_PAGE_BEFORE, 8, 5, "", 0, 0);
  expect_page (fixture, KITH_PAGE_AFTER, 2, 5, "3:m3 4:m4", 1, 4);
  expect_page (fixture, KITH_PAGE_AROUND, 13, 3, "12:m12 13:m13 14:m14", 11, 16);
  expect_page (fixture, KITH_PAGE_AROUND, 8, 3, "", 0, 0);
}

static void
spans_join (void **state)
{
  Fixture *fixture = *state;
  put_page (fixture, ROOM, 1, 3);
  put_page (fixture, ROOM, 8, 9);
  put_page (fixture, OTHER, 4, 7);
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 9, "8:m8 9:m9", 8, 9);
  put_page (fixture, ROOM, 4, 7);
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 3, "7:m7 8:m8 9:m9", 1, 9);
  put_page (fixture, ROOM, 5, 12);
  expect_page (fixture, KITH_PAGE_AFTER, 9, 9, "10:m10 11:m11 12:m12", 1, 12);
}

static void
a_hole_is_told (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GString) text = g_string_new (NULL);
  Answer older = {text, 0, 0, FALSE, FALSE, FALSE}, start = older;
  put_page (fixture, ROOM, 1, 3);
  put_page (fixture, ROOM, 8, 9);
  kith_cache_load (fixture->cache, ROOM, KITH_PAGE_BEFORE, 9, 5, on_page, &older);
  kith_cache_load (fixture->cache, ROOM, KITH_PAGE_BEFORE, 3, 5, on_page, &start);
  await (&start);
  assert_true (older.hole);
  assert_false (start.hole);
}

static void
pushes_extend_the_span_they_follow (void **state)
{
  Fixture *fixture = *state;
  put_page (fixture, ROOM, 1, 2);
  push (fixture, ROOM, message (3, "m3"));
  push (fixture, ROOM, event (4, 8, "'kind':'react','target':3,'body':{'emoji':'x'}"));
  push (fixture, ROOM, message (5, "m5"));
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 2, "3:m3 5:m5", 1, 5);
  push (fixture, ROOM, message (7, "m7")); /* 6 was missed */
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 9, "7:m7", 7, 7);
  put_page (fixture, ROOM, 6, 6);
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 2, "6:m6 7:m7", 1, 7);
}

static void
pushes_of_two_conversations_are_told_apart (void **state)
{
  Fixture *fixture = *state;
  put_page (fixture, ROOM, 1, 1);
  push (fixture, ROOM, message (2, "m2"));
  push (fixture, ROOM, message (3, "m3"));
  push (fixture, OTHER, message (1, "o1"));
  push (fixture, ROOM, message (4, "m4"));
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 9, "1:m1 2:m2 3:m3 4:m4", 1, 4);
  push (fixture, ROOM, message (7, "m7"));
  push (fixture, ROOM, message (8, "m8"));
  reopen (fixture);
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 9, "7:m7 8:m8", 7, 8);
  expect_page (fixture, KITH_PAGE_BEFORE, 4, 9, "1:m1 2:m2 3:m3", 1, 4);
}

static void
a_message_by_itself_is_found_but_joins_nothing (void **state)
{
  Fixture *fixture = *state;
  put_page (fixture, ROOM, 1, 2);
  put_one (fixture, ROOM, message (3, "alone"));
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 9, "1:m1 2:m2", 1, 2);
  expect_page (fixture, KITH_PAGE_AROUND, 3, 1, "3:alone", 3, 3);
}

static void
what_was_missed_is_asked_for (void **state)
{
  Fixture *fixture = *state;
  json_object *nothing = json_object_new_array ();
  expect_stale (fixture, 0, 0);
  put_page (fixture, ROOM, 1, 5);
  expect_stale (fixture, 5, 5);
  push (fixture, ROOM, message (6, "m6"));
  expect_stale (fixture, 6, 6);
  push (fixture, ROOM, message (9, "m9")); /* 7 and 8 were missed: what is up to 6 may have changed */
  expect_stale (fixture, 6, 6);
  push (fixture, ROOM, message (10, "m10"));
  put_page (fixture, ROOM, 7, 8);
  expect_stale (fixture, 6, 10);
  kith_cache_put_changed (fixture->cache, ROOM, nothing, 6, 10, 8);
  expect_stale (fixture, 8, 10);
  kith_cache_put_changed (fixture->cache, ROOM, nothing, 9, 10, 10); /* not from where we are */
  expect_stale (fixture, 8, 10);
  kith_cache_put_changed (fixture->cache, ROOM, nothing, 8, 10, 10);
  push (fixture, ROOM, message (11, "m11"));
  expect_stale (fixture, 11, 11);
  json_object_put (nothing);
}

/* ---- events ---- */

static void
events_change_the_message (void **state)
{
  Fixture *fixture = *state;
  kith_cache_set_me (fixture->cache, ME);
  push (fixture, ROOM,
        event (1, 8, "'kind':'message','body':{'text':'first','reply_to':9},'conversation':'c3','rev':77"));
  push (fixture, ROOM, event (2, 8, "'kind':'edit','target':1,'body':{'text':'second','mentions':['u7']}"));
  push (fixture, ROOM, event (3, 8, "'kind':'react','target':1,'body':{'emoji':'A'}"));
  push (fixture, ROOM, event (4, ME, "'kind':'react','target':1,'body':{'emoji':'A'}"));
  push (fixture, ROOM, event (5, ME, "'kind':'react','target':1,'body':{'emoji':'B'}"));
  push (fixture, ROOM, event (6, 8, "'kind':'unreact','target':1,'body':{'emoji':'A'}"));
  push (fixture, ROOM, event (7, ME, "'kind':'unreact','target':1,'body':{'emoji':'B'}"));
  push (fixture, ROOM, event (8, 8, "'kind':'pin','target':1"));
  g_autofree char *got = json_of (fixture, 1);
  assert_string_equal (got,
                       "[{\"seq\":1,\"at\":1000,\"from\":\"u8\",\"kind\":\"message\",\"body\":{\"text\":\"second\","
                       "\"mentions\":[\"u7\"],\"reply_to\":9},\"edited\":2000,\"changed\":8,\"reactions\":[{"
                       "\"emoji\":\"A\",\"people\":[\"u7\"],\"count\":1,\"mine\":true}],\"pinned\":true,"
                       "\"conversation\":\"c3\"}]");
  expect_found (fixture, "first", "");
  expect_found (fixture, "second", "1:second");
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 9, "1:second 8:-", 1, 8);
}

static void
a_deleted_message_is_gone_for_good (void **state)
{
  Fixture *fixture = *state;
  push (fixture, ROOM, message (1, "confidentialmatter"));
  push (fixture, ROOM, event (2, 8, "'kind':'react','target':1,'body':{'emoji':'A'}"));
  push (fixture, ROOM, event (3, 8, "'kind':'pin','target':1"));
  reopen (fixture);
  assert_true (test_scratch_holds (fixture->scratch, "confidentialmatter"));
  push (fixture, ROOM, event (4, 8, "'kind':'delete','target':1"));
  push (fixture, ROOM, event (5, 8, "'kind':'edit','target':1,'body':{'text':'confidentialagain'}"));
  expect_found (fixture, "confidential", "");
  g_autofree char *got = json_of (fixture, 1);
  assert_null (strstr (got, "reactions"));
  assert_null (strstr (got, "pinned"));
  assert_non_null (strstr (got, "\"deleted\":true"));
  g_clear_pointer (&fixture->cache, kith_cache_close);
  assert_false (test_scratch_holds (fixture->scratch, "confidentialmatter"));
  assert_false (test_scratch_holds (fixture->scratch, "confidentialagain"));
}

static void
nothing_is_applied_twice (void **state)
{
  Fixture *fixture = *state;
  put_one (fixture, ROOM, event (1, 8, "'kind':'message','body':{'text':'new'},'changed':5,'edited':1"));
  push (fixture, ROOM, event (4, 8, "'kind':'edit','target':1,'body':{'text':'old'}"));
  put_one (fixture, ROOM, event (1, 8, "'kind':'message','body':{'text':'older'},'changed':3"));
  expect_page (fixture, KITH_PAGE_AROUND, 1, 1, "1:new", 1, 1);
  put_one (fixture, ROOM, event (1, 8, "'kind':'message','body':{'text':'newest'},'changed':6"));
  expect_page (fixture, KITH_PAGE_AROUND, 1, 1, "1:newest", 1, 1);
  expect_found (fixture, "new", "1:newest");
}

static void
nonsense_changes_nothing (void **state)
{
  static const char *const texts[] = {"{}",
                                      "{\"seq\":-1,\"kind\":\"message\"}",
                                      "{\"seq\":\"x\"}",
                                      "{\"seq\":5}",
                                      "{\"seq\":6,\"kind\":7,\"body\":[]}",
                                      "{\"seq\":7,\"kind\":\"message\",\"body\":\"x\",\"from\":3,\"at\":-9}",
                                      "{\"seq\":8,\"kind\":\"react\",\"target\":1,\"body\":{\"emoji\":{}}}",
                                      "{\"seq\":9,\"kind\":\"edit\",\"target\":1,\"body\":[]}",
                                      "{\"seq\":10,\"kind\":\"unreact\",\"target\":1,\"body\":{\"emoji\":\"none\"}}"};
  Fixture *fixture = *state;
  push (fixture, ROOM, event (1, 8, "'kind':'message','body':{'text':'safe'},'reactions':[3,{},{'emoji':'A'}]"));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    push (fixture, ROOM, json_tokener_parse (texts[i]));
  json_object *array = json_tokener_parse ("[1,\"x\",null,{\"seq\":1}]");
  kith_cache_put_events (fixture->cache, ROOM, array, 5, 2);
  kith_cache_put_learned (fixture->cache, array);
  json_object_put (array);
  expect_found (fixture, "safe", "1:safe");
}

/* ---- search ---- */

static void
words_are_found_in_any_script (void **state)
{
  Fixture *fixture = *state;
  push (fixture, ROOM, message (1, "The Crêpe place opens at noon"));
  push (fixture, ROOM, message (2, "今日は東京に行きます"));
  push (fixture, ROOM, message (3, "a b cd"));
  push (fixture, ROOM, message (4, "noon again"));
  push (fixture, ROOM, event (5, 8, "'kind':'topic','body':{'topic':'noon'}"));
  expect_found (fixture, "noon", "4:noon again 1:The Crêpe place opens at noon");
  expect_found (fixture, "CREPE no", "1:The Crêpe place opens at noon");
  expect_found (fixture, "東京", "2:今日は東京に行きます");
  expect_found (fixture, "日", "2:今日は東京に行きます");
  expect_found (fixture, "cd", "3:a b cd");
  expect_found (fixture, "b", "3:a b cd");
  expect_found (fixture, "\" OR a*", "");
  expect_found (fixture, "nothing", "");
}

static void
a_search_is_narrowed_down (void **state)
{
  Fixture *fixture = *state;
  push (fixture, ROOM, event (1, 8, "'kind':'message','body':{'text':'tea https://a.example'}"));
  push (fixture, ROOM, event (2, 9, "'kind':'message','body':{'text':'tea','mentions':['u8']}"));
  push (fixture, OTHER, event (3, 8, "'kind':'message','body':{'text':'tea','reply_to':1}"));
  expect_hits (fixture, &(KithCacheQuery){.text = "tea", .conversation = OTHER, .limit = 9}, "3:tea");
  expect_hits (fixture, &(KithCacheQuery){.text = "tea", .from = 9, .limit = 9}, "2:tea");
  expect_hits (fixture, &(KithCacheQuery){.text = "tea", .has = "link", .limit = 9}, "1:tea https://a.example");
  expect_hits (fixture, &(KithCacheQuery){.text = "tea", .has = "mention", .limit = 9}, "2:tea");
  expect_hits (fixture, &(KithCacheQuery){.text = "tea", .has = "reply", .limit = 9}, "3:tea");
  expect_hits (fixture, &(KithCacheQuery){.text = "tea", .since = 2000, .until = 3000, .limit = 9}, "2:tea");
  expect_hits (fixture, &(KithCacheQuery){.from = 8, .limit = 9}, "3:tea 1:tea https://a.example");
  expect_hits (fixture, &(KithCacheQuery){.text = "", .limit = 9}, "3:tea 2:tea 1:tea https://a.example");
}

static void
a_search_goes_on_page_by_page (void **state)
{
  Fixture *fixture = *state;
  put_page (fixture, ROOM, 1, 7);
  assert_true (expect_hits (fixture, &(KithCacheQuery){.text = "m", .limit = 3}, "7:m7 6:m6 5:m5"));
  assert_true (expect_hits (fixture, &(KithCacheQuery){.text = "m", .limit = 3, .before_at = 5000}, "4:m4 3:m3 2:m2"));
  assert_false (expect_hits (fixture, &(KithCacheQuery){.text = "m", .limit = 3, .before_at = 2000}, "1:m1"));
}

static void
a_page_ends_between_two_moments (void **state)
{
  Fixture *fixture = *state;
  for (gint64 seq = 1; seq <= 5; seq++) {
    json_object *one = message (seq, "same");
    json_object_object_add (one, "at", json_object_new_int64 (seq == 1 ? 1 : 5000));
    push (fixture, ROOM, one);
  }
  assert_true (expect_hits (fixture, &(KithCacheQuery){.text = "same", .limit = 2}, "5:same 4:same 3:same 2:same"));
  expect_hits (fixture, &(KithCacheQuery){.text = "same", .limit = 2, .before_at = 5000}, "1:same");
}

static void
a_cancelled_search_answers (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  Answer answer = {text, 0, 0, FALSE, FALSE, FALSE};
  put_page (fixture, ROOM, 1, 7);
  g_cancellable_cancel (cancellable);
  kith_cache_search (fixture->cache, &(KithCacheQuery){.text = "m", .limit = 9}, cancellable, on_events, &answer);
  await (&answer);
  assert_string_equal (text->str, "");
}

/* ---- the rest ---- */

static void
previews_are_the_newest_messages (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GString) text = g_string_new (NULL);
  Answer answer = {text, 0, 0, FALSE, FALSE, FALSE};
  put_page (fixture, ROOM, 5, 9);
  put_page (fixture, ROOM, 1, 2);
  push (fixture, ROOM, event (10, 8, "'kind':'join'"));
  put_page (fixture, OTHER, 3, 3);
  kith_cache_load_previews (fixture->cache, on_events, &answer);
  await (&answer);
  assert_string_equal (text->str, "9:m9 3:m3");
}

static void
a_dropped_conversation_is_gone (void **state)
{
  Fixture *fixture = *state;
  put_page (fixture, ROOM, 1, 1200);
  put_page (fixture, OTHER, 1, 1);
  kith_cache_drop_conversation (fixture->cache, ROOM);
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 9, "", 0, 0);
  expect_found (fixture, "m", "1:m1");
}

static void
what_sync_taught_is_one_answer (void **state)
{
  Fixture *fixture = *state;
  static const char *const pages[] = {
      "{\"conversations\":[{\"id\":\"c3\",\"name\":\"a\"},{\"id\":\"c4\",\"name\":\"b\"}],\"people\":[{\"id\":\"u7\"}],"
      "\"removed\":{\"conversations\":[],\"people\":[]},\"rev\":10,\"more\":true}",
      "{\"conversations\":[{\"id\":\"c3\",\"name\":\"new\"}],\"people\":[{\"id\":\"u8\"}],"
      "\"removed\":{\"conversations\":[\"c4\"],\"people\":[\"u7\"]},\"rev\":20,\"more\":false}"};
  assert_null (kith_cache_take_learned (fixture->cache));
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    json_object *page = json_tokener_parse (pages[i]);
    kith_cache_put_learned (fixture->cache, page);
    json_object_put (page);
  }
  reopen (fixture);
  json_object *learned = kith_cache_take_learned (fixture->cache);
  assert_string_equal (json_object_to_json_string_ext (learned, JSON_C_TO_STRING_PLAIN),
                       "{\"conversations\":[{\"id\":\"c3\",\"name\":\"new\"}],\"people\":[{\"id\":\"u8\"}],\"rev\":20,"
                       "\"more\":false}");
  json_object_put (learned);
}

static void
on_members (json_object *answer, gpointer data)
{
  g_autoptr (GString) text =
      g_string_new (answer != NULL ? json_object_to_json_string_ext (answer, JSON_C_TO_STRING_PLAIN) : "none");
  *(char **) data = g_strdup (text->str);
}

static void
expect_members (Fixture *fixture, gint64 conversation, const char *expected)
{
  g_autofree char *found = NULL;
  kith_cache_load_members (fixture->cache, conversation, on_members, &found);
  while (found == NULL)
    g_main_context_iteration (NULL, TRUE);
  assert_string_equal (found, expected);
}

static void
members_are_kept_as_long_as_their_conversation (void **state)
{
  static const char kept[] = "{\"members\":[{\"id\":\"u7\",\"role\":\"owner\"}]}";
  Fixture *fixture = *state;
  json_object *answer = json_tokener_parse (kept);
  expect_members (fixture, ROOM, "none");
  kith_cache_put_members (fixture->cache, ROOM, answer);
  kith_cache_put_members (fixture->cache, OTHER, answer);
  json_object_put (answer);
  reopen (fixture);
  expect_members (fixture, ROOM, kept);
  kith_cache_drop_conversation (fixture->cache, ROOM);
  expect_members (fixture, ROOM, "none");
  expect_members (fixture, OTHER, kept);
}

static void
describe_local (const char *what, gint64 conversation, const char *value, gpointer data)
{
  g_string_append_printf (data, "%s/%" G_GINT64_FORMAT "=%s ", what, conversation, value);
}

static void
clearing_leaves_what_is_of_this_computer (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GString) text = g_string_new (NULL);
  put_page (fixture, ROOM, 1, 3);
  kith_cache_set_local (fixture->cache, "draft", ROOM, "half a sentence");
  kith_cache_set_local (fixture->cache, "muted", ROOM, "1");
  kith_cache_set_local (fixture->cache, "muted", ROOM, NULL);
  kith_cache_clear (fixture->cache);
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 9, "", 0, 0);
  expect_found (fixture, "m1", "");
  put_page (fixture, ROOM, 1, 1);
  reopen (fixture);
  expect_found (fixture, "m1", "1:m1");
  kith_cache_each_local (fixture->cache, describe_local, text);
  assert_string_equal (text->str, "draft/3=half a sentence ");
  kith_cache_forget_local (fixture->cache);
  g_string_truncate (text, 0);
  kith_cache_each_local (fixture->cache, describe_local, text);
  assert_string_equal (text->str, "");
}

static void
a_damaged_file_is_thrown_away_and_named (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GString) text = g_string_new (NULL);
  put_page (fixture, ROOM, 1, 3);
  kith_cache_set_local (fixture->cache, "draft", ROOM, "kept");
  g_clear_pointer (&fixture->cache, kith_cache_close);
  assert_true (
      g_file_set_contents (fixture->path, "This is no database at all, and nobody takes it for one.", -1, NULL));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*cache.db cannot be read*thrown away*");
  open_cache (fixture);
  g_test_assert_expected_messages ();
  assert_null (kith_cache_take_learned (fixture->cache));
  put_page (fixture, ROOM, 1, 3);
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 1, "3:m3", 1, 3);
  kith_cache_each_local (fixture->cache, describe_local, text);
  assert_string_equal (text->str, "draft/3=kept ");
}

/* Makes every page that holds messages one of no known kind. */
static void
damage_messages (Fixture *fixture)
{
  enum { PAGE = 4096 };
  g_autofree char *bytes = NULL;
  gsize size;
  CHECK (g_file_get_contents (fixture->path, &bytes, &size, &error));
  for (gsize at = PAGE; at + PAGE <= size; at += PAGE)
    for (gsize i = 0; i + 6 < PAGE; i++)
      if (memcmp (bytes + at + i, "\"text\"", 6) == 0)
        bytes[at] = 0x5a;
  CHECK (g_file_set_contents (fixture->path, bytes, (gssize) size, &error));
}

/* It opens, and what is read later is damaged. */
static void
damage_that_shows_later_is_survived (void **state)
{
  Fixture *fixture = *state;
  put_page (fixture, ROOM, 1, 2000);
  json_object *page = json_tokener_parse ("{\"people\":[{\"id\":\"u7\"}],\"rev\":10}");
  kith_cache_put_learned (fixture->cache, page);
  g_clear_pointer (&fixture->cache, kith_cache_close);
  damage_messages (fixture);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*cache.db is damaged*thrown away*");
  open_cache (fixture);
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 9, "", 0, 0);
  g_test_assert_expected_messages ();
  kith_cache_put_learned (fixture->cache, page);
  json_object_put (page);
  reopen (fixture);
  assert_null (
      kith_cache_take_learned (fixture->cache)); /* a part of what sync taught was lost: all of it is fetched */
  put_page (fixture, ROOM, 1, 3);
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 1, "3:m3", 1, 3);
}

static void
another_version_is_replaced (void **state)
{
  Fixture *fixture = *state;
  g_autofree char *bytes = NULL;
  gsize size;
  put_page (fixture, ROOM, 1, 3);
  g_clear_pointer (&fixture->cache, kith_cache_close);
  CHECK (g_file_get_contents (fixture->path, &bytes, &size, &error));
  bytes[63] = 99; /* user_version */
  CHECK (g_file_set_contents (fixture->path, bytes, (gssize) size, &error));
  open_cache (fixture);
  expect_page (fixture, KITH_PAGE_NEWEST, 0, 9, "", 0, 0);
}

/* While the thread is busy, more puts come than may wait. Those that were dropped leave no false knowledge. */
static void
the_queue_has_a_limit (void **state)
{
  Fixture *fixture = *state;
  enum { PUSHES = 20 * KITH_CACHE_JOBS };
  put_page (fixture, ROOM, 1, 20000);
  json_object *one = message (1, "pushed");
  for (gint64 seq = 20001; seq <= 20000 + PUSHES; seq++) {
    json_object_object_add (one, "seq", json_object_new_int64 (seq));
    json_object_object_add (one, "changed", json_object_new_int64 (seq));
    kith_cache_apply_event (fixture->cache, ROOM, one);
  }
  json_object_put (one);
  Answer stale = {NULL, 0, 0, FALSE, FALSE, FALSE}, page = {g_string_new (NULL), 0, 0, FALSE, FALSE, FALSE};
  kith_cache_load_changed (fixture->cache, ROOM, on_changed, &stale);
  kith_cache_load (fixture->cache, ROOM, KITH_PAGE_AROUND, 20000, 1, on_page, &page);
  await (&page);
  assert_true (page.last < 20000 + PUSHES); /* some were dropped */
  assert_int_equal (stale.first, page.last);
  g_string_free (page.text, TRUE);
}

static void
what_is_asked_is_answered_before_it_closes (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GString) text = g_string_new (NULL);
  Answer answer = {text, 0, 0, FALSE, FALSE, FALSE};
  put_page (fixture, ROOM, 1, 3);
  kith_cache_load (fixture->cache, ROOM, KITH_PAGE_NEWEST, 0, 1, on_page, &answer);
  g_clear_pointer (&fixture->cache, kith_cache_close);
  assert_true (answer.done);
  assert_string_equal (text->str, "3:m3");
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
close_in_answer (const KithCachedPage *page, gpointer data)
{
  g_clear_pointer (&((Fixture *) data)->cache, kith_cache_close);
}

static void
it_may_be_closed_by_an_answer (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GString) text = g_string_new (NULL);
  Answer answer = {text, 0, 0, FALSE, FALSE, FALSE};
  kith_cache_load (fixture->cache, ROOM, KITH_PAGE_NEWEST, 0, 1, close_in_answer, fixture);
  kith_cache_load (fixture->cache, ROOM, KITH_PAGE_NEWEST, 0, 1, on_page, &answer);
  await (&answer);
  assert_null (fixture->cache);
}

static void
it_can_be_in_memory (void **state)
{
  Fixture fixture = {NULL, NULL, NULL};
  open_cache (&fixture);
  put_page (&fixture, ROOM, 1, 3);
  expect_found (&fixture, "m2", "2:m2");
  kith_cache_close (fixture.cache);
  kith_cache_close (NULL);
}

/* ---- figures ---- */

/* Texts as people write them, out of a list with the frequencies of words. */
static char *
make_text (GRand *random)
{
  GString *text = g_string_new (NULL);
  for (gint32 n = g_rand_int_range (random, 3, 18); n > 0; n--) {
    guint word = (guint) (2000 * g_rand_double (random) * g_rand_double (random) * g_rand_double (random));
    g_string_append_printf (text, "%sw%c%c%u", text->len > 0 ? " " : "", 'a' + word % 26, 'a' + word / 26 % 26, word);
  }
  return g_string_free (text, FALSE);
}

static double
since (gint64 begin)
{
  return (double) (g_get_monotonic_time () - begin) / 1000.0;
}

static void
time_search (Fixture *fixture, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  Answer answer = {out, 0, 0, FALSE, FALSE, FALSE};
  gint64 begin = g_get_monotonic_time ();
  kith_cache_search (fixture->cache, &(KithCacheQuery){.text = text, .limit = 25}, NULL, on_events, &answer);
  await (&answer);
  printf ("search \"%s\": %.1f ms, %s\n", text, since (begin), out->len > 0 ? "found" : "nothing");
}

static void
time_page (Fixture *fixture, KithPageKind kind, gint64 anchor)
{
  g_autoptr (GString) out = g_string_new (NULL);
  Answer answer = {out, 0, 0, FALSE, FALSE, FALSE};
  gint64 begin = g_get_monotonic_time ();
  kith_cache_load (fixture->cache, ROOM, kind, anchor, 40, on_page, &answer);
  await (&answer);
  printf ("page of 40 lines (%d): %.1f ms\n", (int) kind, since (begin));
}

static int
bench (gint64 count)
{
  static const char *const words[] = {"wa", "w", "waa0", "wbz1951 waa0", "1951 1899 1234", "xyz"};
  Fixture fixture = {test_scratch_new (), NULL, NULL};
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  fixture.path = test_scratch_path (fixture.scratch, "cache.db");
  open_cache (&fixture);
  gint64 begin = g_get_monotonic_time ();
  for (gint64 first = 1; first <= count; first += 200) {
    json_object *events = json_object_new_array ();
    gint64 last = MIN (first + 199, count);
    for (gint64 seq = first; seq <= last; seq++) {
      g_autofree char *text = make_text (random);
      json_object_array_add (events, message (seq, text));
    }
    kith_cache_put_events (fixture.cache, ROOM, events, first, last);
    json_object_put (events);
    if (first % 20000 == 1)
      time_page (&fixture, KITH_PAGE_NEWEST, 0);
  }
  printf ("%" G_GINT64_FORMAT " messages put: %.0f ms\n", count, since (begin));
  begin = g_get_monotonic_time ();
  reopen (&fixture);
  printf ("closed and opened: %.1f ms\n", since (begin));
  time_page (&fixture, KITH_PAGE_NEWEST, 0);
  time_page (&fixture, KITH_PAGE_BEFORE, count / 2);
  time_page (&fixture, KITH_PAGE_AROUND, count / 3);
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
      time_search (&fixture, words[i]);
  GStatBuf found;
  if (g_stat (fixture.path, &found) == 0)
    printf ("file: %.0f MB\n", (double) found.st_size / 1e6);
  kith_cache_close (fixture.cache);
  test_scratch_free (fixture.scratch);
  g_free (fixture.path);
  return 0;
}

#define CASE(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)

int
main (int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      CASE (pages_come_from_the_span_of_their_anchor),
      CASE (spans_join),
      CASE (a_hole_is_told),
      CASE (pushes_extend_the_span_they_follow),
      CASE (pushes_of_two_conversations_are_told_apart),
      CASE (a_message_by_itself_is_found_but_joins_nothing),
      CASE (what_was_missed_is_asked_for),
      CASE (events_change_the_message),
      CASE (a_deleted_message_is_gone_for_good),
      CASE (nothing_is_applied_twice),
      CASE (nonsense_changes_nothing),
      CASE (words_are_found_in_any_script),
      CASE (a_search_is_narrowed_down),
      CASE (a_search_goes_on_page_by_page),
      CASE (a_page_ends_between_two_moments),
      CASE (a_cancelled_search_answers),
      CASE (previews_are_the_newest_messages),
      CASE (a_dropped_conversation_is_gone),
      CASE (what_sync_taught_is_one_answer),
      CASE (members_are_kept_as_long_as_their_conversation),
      CASE (clearing_leaves_what_is_of_this_computer),
      CASE (a_damaged_file_is_thrown_away_and_named),
      CASE (damage_that_shows_later_is_survived),
      CASE (another_version_is_replaced),
      CASE (the_queue_has_a_limit),
      CASE (what_is_asked_is_answered_before_it_closes),
      CASE (it_may_be_closed_by_an_answer),
      CASE (it_can_be_in_memory),
  };
  if (argc == 3 && strcmp (argv[1], "--bench") == 0)
    return bench (g_ascii_strtoll (argv[2], NULL, 10));
  return cmocka_run_group_tests (tests, NULL, NULL);
}
