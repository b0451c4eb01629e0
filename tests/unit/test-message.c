/* test-message.c - every row of the message table: accepted as it should be, refused in each way that it can be wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "proto/message.h"

#include "mutate.h"

#define NONCE "00112233445566778899aabbccddeeff"
#define TOKEN NONCE NONCE

/* A phase in which the request may come. */
static guint
fitting_phase (const KithMessageType *type)
{
  static const guint phases[] = {KITH_PHASE_SIGNED, KITH_PHASE_OPEN, KITH_PHASE_FRESH, KITH_PHASE_ADMIN};
  guint i = 0;
  while ((type->phases & phases[i]) == 0)
    i++;
  return phases[i];
}

/* The code of the refusal, or -1 when the frame was accepted. */
static int
decode (const char *frame, guint phase, KithMessage *message, char **words)
{
  g_autoptr (GError) error = NULL;
  gboolean good = kith_request_decode (frame, strlen (frame), phase, message, &error);
  assert_int_equal (good, error == NULL);
  assert_int_equal (good, message->values != NULL);
  assert_true (good || error->domain == KITH_ERROR);
  if (words != NULL)
    *words = good ? NULL : g_strdup (error->message);
  return good ? -1 : error->code;
}

static void
assert_refused (const char *frame, guint phase, KithError code, gboolean has_id, const char *words)
{
  KithMessage message;
  g_autofree char *said = NULL;
  assert_int_equal (decode (frame, phase, &message, &said), code);
  assert_int_equal (message.has_id, has_id);
  if (words != NULL)
    assert_string_equal (said, words);
  kith_message_clear (&message);
}

static void
every_request_is_accepted (void **state)
{
  for (const KithMessageType *type = kith_requests; type->name != NULL; type++) {
    g_autofree char *frame = kith_sample_request (type, 4711);
    KithMessage message;
    assert_int_equal (decode (frame, fitting_phase (type), &message, NULL), -1);
    assert_ptr_equal (message.type, type);
    assert_int_equal (message.has_id, !type->push);
    assert_int_equal (message.id, type->push ? 0 : 4711);
    g_autofree char *text = g_malloc0 (strlen (frame) + 1);
    kith_value_write (text, message.values);
    assert_string_equal (text, frame);
    kith_message_clear (&message);
    assert_null (message.values);
  }
}

static void
every_member_of_every_request_is_checked (void **state)
{
  guint fates[3] = {0};
  for (const KithMessageType *type = kith_requests; type->name != NULL; type++) {
    g_autofree char *valid = kith_sample_request (type, 1);
    g_autoptr (GPtrArray) mutations = kith_mutations (type, valid);
    for (guint i = 0; i < mutations->len; i++) {
      const KithMutation *mutation = mutations->pdata[i];
      KithMessage message;
      int code = decode (mutation->frame, fitting_phase (type), &message, NULL);
      KithMutationFate fate = code == -1                     ? KITH_MUTATION_PASSES
                              : code == KITH_ERROR_BAD_FRAME ? KITH_MUTATION_CLOSES
                                                             : KITH_MUTATION_REFUSED;
      kith_message_clear (&message);
      fates[fate]++;
      if (fate != mutation->fate)
        fail_msg ("%s: is %d, must be %d: %.200s", mutation->description, fate, mutation->fate, mutation->frame);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (fates); i++)
    assert_true (fates[i] > 100);
}

/* Every request in every phase: only where its row says. */
static void
every_request_knows_its_phases (void **state)
{
  static const guint phases[] = {KITH_PHASE_FRESH,
                                 KITH_PHASE_OPEN,
                                 KITH_PHASE_OPEN | KITH_PHASE_ADMIN,
                                 KITH_PHASE_SIGNED,
                                 KITH_PHASE_SIGNED | KITH_PHASE_ADMIN,
                                 KITH_PHASE_CLOSING,
                                 KITH_PHASE_CLOSING | KITH_PHASE_SIGNED};
  for (const KithMessageType *type = kith_requests; type->name != NULL; type++)
    for (gsize i = 0; i < G_N_ELEMENTS (phases); i++) {
      g_autofree char *frame = kith_sample_request (type, 1);
      KithMessage message;
      gboolean may = (type->phases & phases[i]) != 0 && (phases[i] & KITH_PHASE_CLOSING) == 0;
      assert_int_equal (decode (frame, phases[i], &message, NULL), may ? -1 : KITH_ERROR_BAD_STATE);
      kith_message_clear (&message);
    }
}

static void
refusals_say_what_to_do (void **state)
{
  const guint open = KITH_PHASE_OPEN, in = KITH_PHASE_SIGNED;
  assert_refused ("{\"type\":\"sync\",\"id\":1}", KITH_PHASE_FRESH, KITH_ERROR_BAD_STATE, TRUE, "Say hello first.");
  assert_refused ("{\"type\":\"sync\",\"id\":1}", open, KITH_ERROR_BAD_STATE, TRUE, "Sign in first.");
  assert_refused ("{\"type\":\"login\",\"id\":1}", in, KITH_ERROR_BAD_STATE, TRUE, "You are signed in already.");
  assert_refused ("{\"type\":\"hello\",\"id\":1}", in, KITH_ERROR_BAD_STATE, TRUE, "You have said hello already.");
  assert_refused ("{\"type\":\"admin_users\",\"id\":1}", in, KITH_ERROR_BAD_STATE, TRUE,
                  "Only the server's own Unix socket may ask this.");
  assert_refused ("{\"type\":\"ping\",\"id\":1}", KITH_PHASE_CLOSING, KITH_ERROR_BAD_STATE, TRUE,
                  "This connection is closing; open another.");
  assert_refused ("{\"type\":\"rooms\",\"id\":1,\"limit\":0}", in, KITH_ERROR_BAD_REQUEST, TRUE,
                  "\"limit\" must be an integer from 1 to 200.");
  assert_refused ("{\"type\":\"login\",\"id\":1}", open, KITH_ERROR_BAD_REQUEST, TRUE,
                  "\"token\" is missing; it must be a text of 64 hex digits.");
  assert_refused ("{\"type\":\"login\",\"id\":1,\"token\":\"" TOKEN "\",\"handle\":\"\"}", open, KITH_ERROR_BAD_REQUEST,
                  TRUE, "\"handle\" must be a text of 1 to 128 bytes.");
  assert_refused ("{\"type\":\"post\",\"id\":1,\"conversation\":\"c3\",\"nonce\":\"" NONCE "\",\"body\":{\"text\":7}}",
                  in, KITH_ERROR_BAD_REQUEST, TRUE, "\"body.text\" must be a text of 1 to 65536 bytes.");
  assert_refused ("{\"type\":\"create\",\"id\":1,\"nonce\":\"" NONCE "\",\"name\":\"x\",\"history\":\"some\"}", in,
                  KITH_ERROR_BAD_REQUEST, TRUE, "\"history\" must be one of \"all\", \"since_join\".");
  assert_refused ("{\"type\":\"open\",\"id\":1,\"nonce\":\"" NONCE "\",\"people\":[\"u1\",\"u1\"]}", in,
                  KITH_ERROR_BAD_REQUEST, TRUE,
                  "\"people\" must be a list of 1 to 7 accounts' ids such as \"u7\", none twice.");
  assert_refused ("{\"type\":\"typing\",\"id\":9,\"conversation\":\"u3\"}", in, KITH_ERROR_BAD_REQUEST, FALSE,
                  "\"conversation\" must be a conversation's id such as \"c3\".");
}

static void
the_id_comes_back_when_it_can_be_read (void **state)
{
  const guint in = KITH_PHASE_SIGNED;
  assert_refused ("{\"type\":\"dance\",\"id\":5}", in, KITH_ERROR_UNKNOWN_TYPE, TRUE, NULL);
  assert_refused ("{\"type\":\"dance\"}", in, KITH_ERROR_UNKNOWN_TYPE, FALSE, NULL);
  assert_refused ("{\"type\":7,\"id\":5}", in, KITH_ERROR_BAD_REQUEST, TRUE, NULL);
  assert_refused ("{\"id\":5}", in, KITH_ERROR_BAD_REQUEST, TRUE,
                  "\"type\" is missing; it must be a text of 1 to 64 bytes.");
  assert_refused ("{}", in, KITH_ERROR_BAD_REQUEST, FALSE, NULL);
  assert_refused ("{\"type\":\"sync\"}", in, KITH_ERROR_BAD_REQUEST, FALSE,
                  "\"id\" is missing; it must be an integer from 0 to 9007199254740991.");
  assert_refused ("{\"type\":\"sync\",\"id\":-1}", in, KITH_ERROR_BAD_REQUEST, FALSE, NULL);
  assert_refused ("{\"type\":\"sync\",\"id\":\"5\"}", in, KITH_ERROR_BAD_REQUEST, FALSE, NULL);
  assert_refused ("{\"type\":\"typing\",\"id\":5}", in, KITH_ERROR_BAD_REQUEST, FALSE, NULL); /* a push has none */
  assert_refused ("{\"type\":\"sync\",\"id\":5", in, KITH_ERROR_BAD_FRAME, FALSE, NULL);
}

static void
members_that_no_table_names_are_ignored (void **state)
{
  KithMessage message;
  assert_int_equal (decode ("{\"x\":{\"type\":[1.5,null]},\"type\":\"ping\",\"id\":0,\"re\":false}", KITH_PHASE_FRESH,
                            &message, NULL),
                    -1);
  assert_true (message.has_id);
  assert_int_equal (message.id, 0);
  kith_message_clear (&message);
}

/* Wherever they stand, and whatever is in them: nothing of them is left behind. */
static void
ignored_members_are_gone (void **state)
{
  static const char frame[] = "{\"a\":{\"text\":[1]},\"type\":\"post\",\"b\":[[],{}],\"id\":5,\"conversation\":\"c3\",\"body\":"
                              "{\"x\":{\"y\":[1,2]},\"text\":\"hi\",\"reply_to\":4,\"z\":null},\"re\":1,\"nonce\":\"" NONCE "\",\"c\":0}";
  static const char kept[] = "{\"type\":\"post\",\"id\":5,\"conversation\":\"c3\",\"body\":"
                             "{\"text\":\"hi\",\"reply_to\":4},\"nonce\":\"" NONCE "\"}";
  char text[sizeof frame] = "";
  KithMessage message;
  assert_int_equal (decode (frame, KITH_PHASE_SIGNED, &message, NULL), -1);
  kith_value_write (text, message.values);
  assert_string_equal (text, kept);
  assert_int_equal (message.values->rows, 15);
  assert_false (kith_value_has (message.values, "a"));
  assert_int_equal (kith_value_integer (kith_value_object (message.values, "body"), "reply_to", 0), 4);
  kith_message_clear (&message);
}

/* {"type":"ping","id":1,"x":[0,...]} has 6 tokens and those of the list. */
static int
decode_with_items (guint items, guint phase)
{
  g_autoptr (GString) frame = g_string_new ("{\"type\":\"ping\",\"id\":1,\"x\":[0");
  KithMessage message;
  for (guint i = 1; i < items; i++)
    g_string_append (frame, ",0");
  g_string_append (frame, "]}");
  int code = decode (frame->str, phase, &message, NULL);
  kith_message_clear (&message);
  return code;
}

static void
limits_follow_the_phase (void **state)
{
  const guint others = 7; /* the object, three names, two values, the list */
  assert_int_equal (decode_with_items (KITH_TOKENS_FRESH - others, KITH_PHASE_FRESH), -1);
  assert_int_equal (decode_with_items (KITH_TOKENS_FRESH - others + 1, KITH_PHASE_FRESH), KITH_ERROR_BAD_FRAME);
  assert_int_equal (decode_with_items (KITH_TOKENS_FRESH - others + 1, KITH_PHASE_OPEN), KITH_ERROR_BAD_FRAME);
  assert_int_equal (decode_with_items (KITH_TOKENS_FRESH - others + 1, KITH_PHASE_SIGNED), -1);
  assert_int_equal (decode_with_items (KITH_TOKENS_TO_SERVER - others, KITH_PHASE_SIGNED), -1);
  assert_int_equal (decode_with_items (KITH_TOKENS_TO_SERVER - others + 1, KITH_PHASE_SIGNED), KITH_ERROR_BAD_FRAME);
}

static void
frames_have_a_longest_length (void **state)
{
  g_autofree char *spaces = g_strnfill (KITH_FRAME_TO_SERVER, ' ');
  g_autofree char *frame = g_strconcat ("{\"type\":\"ping\",\"id\":1}", spaces, NULL);
  KithMessage message;
  frame[KITH_FRAME_TO_SERVER - 1] = '\0'; /* one place is the line feed's */
  assert_int_equal (decode (frame, KITH_PHASE_FRESH, &message, NULL), -1);
  kith_message_clear (&message);
  frame[KITH_FRAME_TO_SERVER - 1] = ' ';
  frame[KITH_FRAME_TO_SERVER] = '\0';
  assert_refused (frame, KITH_PHASE_FRESH, KITH_ERROR_BAD_FRAME, FALSE, NULL);
}

static int
decode_reply (const char *frame, KithMessage *message)
{
  g_autoptr (GError) error = NULL;
  return kith_reply_decode (frame, strlen (frame), message, &error) ? -1 : error->code;
}

static void
replies_are_answers_or_pushes (void **state)
{
  static const struct {
    const char *frame;
    int code;
    gboolean has_id;
    const char *push;
  } replies[] = {
      {"{\"re\":7,\"seq\":1,\"at\":2}", -1, TRUE, NULL},
      {"{\"re\":0,\"type\":\"event\"}", -1, TRUE, NULL},
      {"{\"re\":-1}", KITH_ERROR_BAD_REQUEST, FALSE, NULL},
      {"{\"re\":null,\"type\":\"ping\"}", KITH_ERROR_BAD_REQUEST, FALSE, NULL},
      {"{\"type\":\"ping\"}", -1, FALSE, "ping"},
      {"{\"type\":\"changed\",\"rev\":5}", -1, FALSE, "changed"},
      {"{\"type\":\"changed\",\"rev\":\"5\"}", KITH_ERROR_BAD_REQUEST, FALSE, "changed"},
      {"{\"type\":\"changed\"}", KITH_ERROR_BAD_REQUEST, FALSE, "changed"},
      {"{\"type\":\"fireworks\"}", KITH_ERROR_UNKNOWN_TYPE, FALSE, NULL},
      {"{\"type\":\"hello\"}", KITH_ERROR_UNKNOWN_TYPE, FALSE, NULL}, /* a request is no push */
      {"{}", KITH_ERROR_BAD_REQUEST, FALSE, NULL},
      {"[]", KITH_ERROR_BAD_FRAME, FALSE, NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++) {
    KithMessage message;
    assert_int_equal (decode_reply (replies[i].frame, &message), replies[i].code);
    assert_int_equal (message.has_id, replies[i].has_id);
    assert_ptr_equal (message.type, replies[i].push != NULL ? kith_push_find (replies[i].push) : NULL);
    kith_message_clear (&message);
  }
}

static void
every_push_is_accepted (void **state)
{
  for (const KithMessageType *type = kith_pushes; type->name != NULL; type++) {
    g_autofree char *frame = kith_sample_request (type, 0);
    KithMessage message;
    assert_int_equal (decode_reply (frame, &message), -1);
    assert_ptr_equal (message.type, type);
    kith_message_clear (&message);
  }
}

static void
answers_are_checked_by_their_request (void **state)
{
  const KithMessageType *post = kith_request_find ("post"), *sync = kith_request_find ("sync");
  KithMessage good, bad;
  g_autoptr (GError) error = NULL, other = NULL;
  assert_int_equal (decode_reply ("{\"re\":1,\"seq\":813,\"at\":1795341021123}", &good), -1);
  assert_int_equal (decode_reply ("{\"re\":1,\"seq\":0,\"at\":1795341021123}", &bad), -1);
  assert_true (kith_answer_check (post, &good, NULL));
  assert_false (kith_answer_check (sync, &good, &other));
  assert_false (kith_answer_check (post, &bad, &error));
  assert_string_equal (error->message, "\"seq\" must be an integer from 1 to 9007199254740991.");
  kith_message_clear (&good);
  kith_message_clear (&bad);
}

static void
errors_of_answers_are_read (void **state)
{
  static const struct {
    const char *root;
    int code; /* -1: no error */
    const char *words;
    gint64 retry;
  } answers[] = {
      {"{\"re\":1}", -1, NULL, 0},
      {"{\"re\":1,\"error\":{\"code\":\"not_member\",\"message\":\"You are not in #plans.\"}}", KITH_ERROR_NOT_MEMBER,
       "You are not in #plans.", 0},
      {"{\"re\":1,\"error\":{\"code\":\"rate_limited\",\"message\":\"Slow.\",\"retry_after_ms\":250}}",
       KITH_ERROR_RATE_LIMITED, "Slow.", 250},
      {"{\"re\":1,\"error\":{\"code\":\"from_the_future\",\"message\":\"New.\"}}", KITH_ERROR_INTERNAL, "New.", 0},
      {"{\"re\":1,\"error\":{\"code\":\"deleted\"}}", KITH_ERROR_DELETED, "That message was deleted.", 0},
      {"{\"re\":1,\"error\":{\"code\":\"deleted\",\"message\":\"\\u001b[31mred\"}}", KITH_ERROR_DELETED,
       "That message was deleted.", 0},
      {"{\"re\":1,\"error\":{\"code\":\"deleted\",\"message\":\"\\u202edetrever\"}}", KITH_ERROR_DELETED,
       "That message was deleted.", 0},
      {"{\"re\":1,\"error\":{\"code\":\"deleted\",\"message\":\"x\",\"retry_after_ms\":-5}}", KITH_ERROR_DELETED, "x",
       0},
      {"{\"re\":1,\"error\":null}", KITH_ERROR_INTERNAL, NULL, 0},
      {"{\"re\":1,\"error\":[1]}", KITH_ERROR_INTERNAL, NULL, 0},
      {"{\"re\":1,\"error\":{\"code\":7,\"message\":8}}", KITH_ERROR_INTERNAL, NULL, 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++) {
    json_object *root = json_tokener_parse (answers[i].root);
    gint64 retry = -1;
    g_autoptr (GError) error = kith_answer_error (root, &retry);
    assert_int_equal (error != NULL ? error->code : -1, answers[i].code);
    assert_int_equal (retry, answers[i].retry);
    if (answers[i].words != NULL)
      assert_string_equal (error->message, answers[i].words);
    json_object_put (root);
  }
}

static void
assert_frame (GBytes *frame, const char *text)
{
  gsize length;
  const char *data = g_bytes_get_data (frame, &length);
  assert_int_equal (length, strlen (text));
  assert_memory_equal (data, text, length);
  g_bytes_unref (frame);
}

static void
errors_are_written (void **state)
{
  g_autoptr (GError) ours = g_error_new_literal (KITH_ERROR, KITH_ERROR_NOT_MEMBER, "You are not in \"plans\".");
  g_autoptr (GError) strange = g_error_new_literal (g_quark_from_static_string ("strange"), 3, "/secret/path");
  assert_frame (kith_frame_error (TRUE, 9, ours, 0),
                "{\"re\":9,\"error\":{\"code\":\"not_member\",\"message\":\"You are not in \\\"plans\\\".\"}}\n");
  assert_frame (kith_frame_error (FALSE, 9, ours, 40),
                "{\"type\":\"error\",\"error\":{\"code\":\"not_member\",\"message\":\"You are not in "
                "\\\"plans\\\".\",\"retry_after_ms\":40}}\n");
  GBytes *hidden = kith_frame_error (TRUE, 9, strange, 0);
  const char *text = g_bytes_get_data (hidden, NULL);
  assert_null (g_strstr_len (text, (gssize) g_bytes_get_size (hidden), "secret"));
  assert_non_null (g_strstr_len (text, (gssize) g_bytes_get_size (hidden), "\"internal\""));
  g_bytes_unref (hidden);
}

static void
members_are_written_and_read (void **state)
{
  json_object *object = json_object_new_object ();
  guint8 nonce[KITH_NONCE_BYTES];
  kith_add_string (object, "text", "a/b \"\xc3\xa9\"\n");
  kith_add_string (object, "none", NULL);
  kith_add_integer (object, "number", KITH_INTEGER_MAX);
  kith_add_boolean (object, "yes", TRUE);
  kith_add_id (object, "who", 'u', 7);
  kith_add_string (object, "nonce", NONCE);
  assert_string_equal (
      kith_json_text (object),
      "{\"text\":\"a/b \\\"\xc3\xa9\\\"\\n\",\"number\":9007199254740991,\"yes\":true,\"who\":\"u7\",\"nonce\":\"" NONCE
      "\"}");
  assert_string_equal (kith_member_string (object, "text"), "a/b \"\xc3\xa9\"\n");
  assert_false (kith_member_has (object, "none"));
  assert_null (kith_member_string (object, "none"));
  assert_null (kith_member_string (object, "number"));
  assert_int_equal (kith_member_integer (object, "number", 3), KITH_INTEGER_MAX);
  assert_int_equal (kith_member_integer (object, "none", 3), 3);
  assert_true (kith_member_boolean (object, "yes", FALSE));
  assert_true (kith_member_boolean (object, "none", TRUE));
  assert_int_equal (kith_member_id (object, "who", 'u'), 7);
  assert_int_equal (kith_member_id (object, "who", 'c'), 0);
  assert_true (kith_member_nonce (object, "nonce", nonce));
  assert_int_equal (nonce[1], 0x11);
  assert_false (kith_member_nonce (object, "text", nonce));
  assert_null (kith_member_object (object, "who"));
  json_object_put (object);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (every_request_is_accepted),
      cmocka_unit_test (every_member_of_every_request_is_checked),
      cmocka_unit_test (every_request_knows_its_phases),
      cmocka_unit_test (refusals_say_what_to_do),
      cmocka_unit_test (the_id_comes_back_when_it_can_be_read),
      cmocka_unit_test (members_that_no_table_names_are_ignored),
      cmocka_unit_test (ignored_members_are_gone),
      cmocka_unit_test (limits_follow_the_phase),
      cmocka_unit_test (frames_have_a_longest_length),
      cmocka_unit_test (replies_are_answers_or_pushes),
      cmocka_unit_test (every_push_is_accepted),
      cmocka_unit_test (answers_are_checked_by_their_request),
      cmocka_unit_test (errors_of_answers_are_read),
      cmocka_unit_test (errors_are_written),
      cmocka_unit_test (members_are_written_and_read),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
