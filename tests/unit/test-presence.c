/* test-presence.c - packets of presence, the window against replays, bodies; questions and answers of who looks for
 * servers. */
#include "support/check.h"

#include <string.h>

#include "proto/discovery.h"
#include "proto/presence.h"

static void
test_packet (void **state)
{
  static const guint8 expected[KITH_PACKET_HEADER] = {'K', '1', 2, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 1, 0};
  KithPacketHeader header = {KITH_PACKET_NEWS, G_GUINT64_CONSTANT (0x0102030405060708), 256}, back;
  guint8 packet[KITH_PACKET_MAX + 1] = {0};
  kith_packet_write (&header, packet);
  assert_memory_equal (packet, expected, sizeof expected);
  assert_true (kith_packet_read (packet, KITH_PACKET_MAX, &back));
  assert_true (back.kind == header.kind && back.session == header.session && back.counter == header.counter);
  assert_true (kith_packet_read (packet, KITH_PACKET_HEADER + KITH_PACKET_TAG, &back));
  assert_false (kith_packet_read (packet, KITH_PACKET_HEADER + KITH_PACKET_TAG - 1, &back));
  assert_false (kith_packet_read (packet, KITH_PACKET_MAX + 1, &back));
  for (guint i = 0; i < 3; i++) { /* another protocol, another version, an unknown kind */
    guint8 other[KITH_PACKET_MAX];
    memcpy (other, packet, sizeof other);
    other[i] = 9;
    assert_false (kith_packet_read (other, sizeof other, &back));
  }
  memset (packet + 11, 0, 8);
  assert_false (kith_packet_read (packet, KITH_PACKET_MAX, &back)); /* counters begin at 1 */
}

static void
test_window (void **state)
{
  KithWindow window = {0};
  gboolean newest = FALSE;
  assert_true (kith_window_take (&window, 5, &newest) && newest);
  assert_false (kith_window_take (&window, 5, &newest));
  assert_false (newest);
  assert_true (kith_window_take (&window, 3, &newest) && !newest);
  assert_false (kith_window_take (&window, 3, NULL));
  assert_true (kith_window_take (&window, 68, &newest) && newest);
  assert_false (kith_window_take (&window, 5, NULL)); /* 63 behind: known */
  assert_false (kith_window_take (&window, 4, NULL)); /* 64 behind: too old */
  assert_true (kith_window_take (&window, 6, NULL));
  assert_true (kith_window_take (&window, 132, NULL)); /* a jump of the whole window */
  assert_false (kith_window_take (&window, 68, NULL));
  assert_true (kith_window_take (&window, 69, NULL));
  assert_true (kith_window_take (&window, G_MAXUINT64, NULL));
  assert_false (kith_window_take (&window, 132, NULL));
}

/* Against the plain definition: a counter passes once, unless it is 64 or more behind the newest. */
static void
test_window_random (void **state)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  KithWindow window = {0};
  guint newest = 0;
  for (guint i = 0; i < 20000; i++) {
    guint counter = MAX (1, newest + (guint) g_rand_int_range (rand, 0, 90) - MIN (newest, 80));
    gboolean fresh =
        counter > newest || (newest - counter < 64 && !g_hash_table_contains (seen, GUINT_TO_POINTER (counter)));
    assert_int_equal (kith_window_take (&window, counter, NULL), fresh);
    if (fresh)
      g_hash_table_add (seen, GUINT_TO_POINTER (counter));
    newest = MAX (newest, counter);
  }
}

static void
test_reports (void **state)
{
  static const char *const wrong[] = {"",
                                      "{}",
                                      "{\"idle\":true}",
                                      "{\"seen\":1}",
                                      "{\"idle\":1,\"seen\":1}",
                                      "{\"idle\":true,\"seen\":1.5}",
                                      "{\"idle\":true,\"seen\":-1}",
                                      "{\"idle\":true,\"seen\":1,\"probe\":0}"};
  KithReport report = {.idle = TRUE, .seen = 4711, .counter = 9}, back;
  json_object *object = json_object_new_object ();
  kith_report_write (&report, FALSE, object);
  const char *text = json_object_to_json_string_ext (object, JSON_C_TO_STRING_PLAIN);
  assert_string_equal (text, "{\"idle\":true,\"seen\":4711}");
  assert_true (kith_report_read (text, strlen (text), &back));
  assert_true (back.idle && !back.probe);
  assert_int_equal (back.seen, 4711);
  json_object_put (object);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_false (kith_report_read (wrong[i], strlen (wrong[i]), &back));
}

static void
collect (const KithPresence *presence, gpointer data)
{
  g_string_append_printf (data, "%d %s %d %s %d;", (int) presence->account, kith_presence_name (presence->state),
                          (int) presence->version, presence->text, (int) presence->until);
}

static char *
read_all (const char *body)
{
  KithNews news;
  json_object *root;
  GString *all = g_string_new (NULL);
  if (!kith_news_read (body, strlen (body), &news, &root))
    return g_string_free (g_string_assign (all, "refused"), FALSE);
  g_string_append_printf (all, "%d %d-%d %d|", news.has_range, (int) news.from, (int) news.upto, (int) news.re);
  kith_news_foreach (&news, collect, all);
  json_object_put (root);
  return g_string_free (all, FALSE);
}

static void
test_news (void **state)
{
  static const struct {
    const char *body, *meaning;
  } cases[] = {
      {"{}", "0 0-0 0|"},
      {"{\"re\":17}", "0 0-0 17|"},
      {"{\"from\":4,\"upto\":9,\"people\":{\"u7\":[\"away\",8,\"lunch\",99],\"u8\":[\"dnd\",9]}}",
       "1 4-9 0|7 away 8 lunch 99;8 dnd 9  0;"},
      {"{\"from\":9,\"upto\":4}", "refused"},
      {"{\"from\":\"9\",\"upto\":10}", "refused"},
      {"{\"from\":4}", "0 4-0 0|"},
      {"[]", "refused"},
      /* What cannot be read is nobody. */
      {"{\"people\":{\"u0\":[\"away\",8],\"c1\":[\"away\",8],\"u1\":[\"asleep\",8],\"u2\":[\"away\"],\"u3\":\"away\","
       "\"u4\":[\"away\",0],"
       "\"u5\":[\"away\",\"8\"],\"u6\":[]}}",
       "0 0-0 0|"},
      {"{\"people\":{\"u1\":[\"away\",8,7,-5]}}", "0 0-0 0|1 away 8  0;"},
      {"{\"people\":{\"u1\":[\"away\",8,\"two\\nlines\"]}}", "0 0-0 0|1 away 8  0;"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *got = read_all (cases[i].body);
    assert_string_equal (got, cases[i].meaning);
  }
}

static void
test_append (void **state)
{
  const KithPresence presences[] = {
      {7, 3, KITH_PRESENCE_ONLINE, "", 0}, {8, 4, KITH_PRESENCE_AWAY, "a \"b\"", 0}, {9, 5, KITH_PRESENCE_DND, "", 12}};
  g_autoptr (GString) text = g_string_new ("{\"people\":{");
  for (guint i = 0; i < G_N_ELEMENTS (presences); i++) {
    g_string_append (text, i > 0 ? "," : "");
    kith_presence_append (text, &presences[i]);
  }
  g_string_append (text, "}}");
  assert_string_equal (
      text->str, "{\"people\":{\"u7\":[\"online\",3],\"u8\":[\"away\",4,\"a \\\"b\\\"\"],\"u9\":[\"dnd\",5,\"\",12]}}");
  g_autofree char *got = read_all (text->str);
  assert_string_equal (got, "0 0-0 0|7 online 3  0;8 away 4 a \"b\" 0;9 dnd 5  12;");
}

static void
test_states (void **state)
{
  KithPresenceState back;
  for (KithPresenceState one = 0; one < KITH_N_PRESENCES; one++) {
    assert_true (kith_presence_parse (kith_presence_name (one), &back));
    assert_int_equal (back, one);
    assert_int_equal (g_strv_contains (kith_presence_choices, kith_presence_name (one)), one != KITH_PRESENCE_OFFLINE);
  }
  assert_false (kith_presence_parse (NULL, &back) || kith_presence_parse ("Online", &back));
}

/* Finding */

static const guint8 nonce[KITH_NONCE_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const char pin[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static void
test_question (void **state)
{
  char question[KITH_FIND_BYTES + 1];
  guint8 back[KITH_NONCE_BYTES] = {0};
  kith_find_write (nonce, question);
  question[KITH_FIND_BYTES] = ' ';
  assert_true (kith_find_read (question, KITH_FIND_BYTES, back));
  assert_memory_equal (back, nonce, sizeof nonce);
  assert_true (kith_find_read (question, KITH_FIND_BYTES + 1, back));
  assert_false (kith_find_read (question, KITH_FIND_BYTES - 1, back)); /* would be answered with more than was sent */
  memcpy (strstr (question, "\"kith\":1"), "\"kith\":2", 8);
  assert_false (kith_find_read (question, KITH_FIND_BYTES, back));
}

static void
check_answer (const char *name, const char *expected)
{
  KithFound found = {(char *) name, (char *) pin, 5484, KITH_INTEGER_MAX}, back = {0};
  g_autofree char *answer = kith_found_write (nonce, &found);
  assert_in_range (strlen (answer), 1, KITH_FIND_BYTES);
  assert_true (kith_found_read (answer, strlen (answer), nonce, &back));
  assert_true (g_str_has_prefix (name, back.name) || expected != NULL);
  if (expected != NULL)
    assert_string_equal (back.name, expected);
  assert_string_equal (back.pin, pin);
  assert_int_equal (back.port, 5484);
  assert_true (back.people == KITH_INTEGER_MAX);
  kith_found_clear (&back);
}

static void
test_answer (void **state)
{
  g_autofree char *wide = g_strnfill (300, 'w'), *quotes = g_strnfill (300, '"');
  GString *high = g_string_new (NULL);
  for (guint i = 0; i < 200; i++)
    g_string_append (high, "\xf0\x9f\x91\x8d");
  check_answer ("Studio \"A\"", "Studio \"A\"");
  check_answer (wide, NULL);
  check_answer (quotes, NULL);
  check_answer (high->str, NULL);
  g_string_free (high, TRUE);
}

static void
test_wrong_answers (void **state)
{
  static const guint8 other[KITH_NONCE_BYTES] = {9};
  KithFound found = {(char *) "A", (char *) pin, 5484, 1}, back = {0};
  g_autofree char *answer = kith_found_write (nonce, &found);
  assert_false (kith_found_read (answer, strlen (answer), other, &back));
  assert_false (kith_found_read (answer, strlen (answer) - 1, nonce, &back));
  static const char *const changes[][2] = {{"5484", "65536"},           {"5484", "0"},    {"\"A\"", "\"\""},
                                           {"\"A\"", "\"\\u001b[2J\""}, {"0011", "zz11"}, {":1}", ":-1}"}};
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    GString *changed = g_string_new (answer);
    assert_true (g_string_replace (changed, changes[i][0], changes[i][1], 0) > 0);
    if (kith_found_read (changed->str, changed->len, nonce, &back))
      fail_msg ("%s is taken", changed->str);
    g_string_free (changed, TRUE);
  }
}

int
main (void)
{
#define TEST(name) cmocka_unit_test (test_##name)
  const struct CMUnitTest tests[] = {TEST (packet), TEST (window),       TEST (window_random), TEST (reports),
                                     TEST (news),   TEST (append),       TEST (states),        TEST (question),
                                     TEST (answer), TEST (wrong_answers)};
  return cmocka_run_group_tests (tests, NULL, NULL);
}
