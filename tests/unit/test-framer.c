/* test-framer.c - what comes out of a framer depends on the bytes that went in, and never on how they were split. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "proto/framer.h"

#define MAX_FRAME 16

/* Takes what is ready: each frame and a "|"; "!" when the stream is lost. */
static void
drain (KithFramer *framer, GString *out)
{
  const char *frame;
  gsize length;
  KithFrameStatus status;
  while ((status = kith_framer_next (framer, &frame, &length)) == KITH_FRAME_READY) {
    g_string_append_len (out, frame, (gssize) length);
    g_string_append_c (out, '|');
  }
  if (status == KITH_FRAME_TOO_LONG)
    g_string_append_c (out, '!');
}

static const struct {
  const char *input, *output;
} streams[] = {
    {"", ""},
    {"{}\n", "{}|"},
    {"{}\r\n", "{}|"},
    {"{}", ""},
    {"a\nb\r\nc\n", "a|b|c|"},
    {"\n\n\r\n\na\n\r\n\n", "a|"},
    {"a\rb\n", "a\rb|"},
    {"a\r\r\n", "a\r|"},
    {"\r\r\n", "\r|"},
    {" \n", " |"},
    {"123456789012345\n", "123456789012345|"}, /* 16 with the line feed */
    {"12345678901234\r\n", "12345678901234|"}, /* the same with "\r\n" */
    {"1234567890123456\nb\n", "!"},
    {"123456789012345\r\nb\n", "!"},
    {"a\n1234567890123456", "a|!"},
    {"a\n123456789012345", "a|"},
    {"1234567890123456789012345678901234567890\n", "!"},
};

static void
streams_are_cut_into_frames (void **state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++) {
    g_autoptr (GString) out = g_string_new (NULL);
    KithFramer framer;
    kith_framer_init (&framer, MAX_FRAME);
    kith_framer_push (&framer, streams[i].input, strlen (streams[i].input));
    drain (&framer, out);
    assert_string_equal (out->str, streams[i].output);
    kith_framer_clear (&framer);
  }
}

static void
a_split_anywhere_changes_nothing (void **state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    for (gsize split = 0, length = strlen (streams[i].input); split <= length; split++) {
      g_autoptr (GString) out = g_string_new (NULL);
      KithFramer framer;
      kith_framer_init (&framer, MAX_FRAME);
      kith_framer_push (&framer, streams[i].input, split);
      drain (&framer, out);
      gboolean lost = g_str_has_suffix (out->str, "!");
      kith_framer_push (&framer, streams[i].input + split, length - split);
      if (!lost)
        drain (&framer, out);
      assert_string_equal (out->str, streams[i].output);
      kith_framer_clear (&framer);
    }
}

static void
byte_by_byte_changes_nothing (void **state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++) {
    g_autoptr (GString) out = g_string_new (NULL);
    KithFramer framer;
    kith_framer_init (&framer, MAX_FRAME);
    for (const char *p = streams[i].input; *p != '\0' && !g_str_has_suffix (out->str, "!"); p++) {
      kith_framer_push (&framer, p, 1);
      drain (&framer, out);
    }
    assert_string_equal (out->str, streams[i].output);
    kith_framer_clear (&framer);
  }
}

static void
has_frame_says_what_next_will (void **state)
{
  const char *frame;
  gsize length;
  KithFramer framer;
  kith_framer_init (&framer, MAX_FRAME);
  assert_false (kith_framer_has_frame (&framer));
  kith_framer_push (&framer, "\n\r\n", 3);
  assert_false (kith_framer_has_frame (&framer));
  kith_framer_push (&framer, "one\ntwo\nth", 10);
  assert_true (kith_framer_has_frame (&framer));
  assert_int_equal (kith_framer_next (&framer, &frame, &length), KITH_FRAME_READY);
  assert_memory_equal (frame, "one", length);
  assert_true (kith_framer_has_frame (&framer));
  assert_int_equal (kith_framer_next (&framer, &frame, &length), KITH_FRAME_READY);
  assert_memory_equal (frame, "two", length);
  assert_false (kith_framer_has_frame (&framer));
  assert_int_equal (kith_framer_held (&framer), 2);
  kith_framer_push (&framer, "0123456789abcd", 14);
  assert_true (kith_framer_has_frame (&framer)); /* the end of the stream is news too */
  assert_int_equal (kith_framer_next (&framer, &frame, &length), KITH_FRAME_TOO_LONG);
  kith_framer_clear (&framer);
}

static void
a_lost_stream_stays_lost_and_small (void **state)
{
  const char *frame;
  gsize length;
  KithFramer framer;
  kith_framer_init (&framer, MAX_FRAME);
  for (guint i = 0; i < 10000; i++) {
    kith_framer_push (&framer, "0123456789", 10);
    if (i > 0)
      assert_int_equal (kith_framer_next (&framer, &frame, &length), KITH_FRAME_TOO_LONG);
  }
  assert_int_equal (kith_framer_held (&framer), 20);
  kith_framer_clear (&framer);
  kith_framer_push (&framer, "a\n", 2);
  assert_int_equal (kith_framer_next (&framer, &frame, &length), KITH_FRAME_READY);
  kith_framer_clear (&framer);
}

static void
an_empty_framer_holds_no_memory (void **state)
{
  g_autoptr (GString) out = g_string_new (NULL);
  KithFramer framer;
  kith_framer_init (&framer, MAX_FRAME);
  assert_null (framer.buffer);
  kith_framer_push (&framer, "a\nb\n\n", 5);
  assert_non_null (framer.buffer);
  drain (&framer, out);
  assert_string_equal (out->str, "a|b|");
  assert_null (framer.buffer);
  assert_int_equal (framer.max_frame, MAX_FRAME);
}

/* Pieces of every size, taken late: the buffer slides and grows. */
static void
a_long_stream_arrives_whole (void **state)
{
  enum { LINES = 5000 };
  g_autoptr (GString) in = g_string_new (NULL), want = g_string_new (NULL), out = g_string_new (NULL);
  KithFramer framer;
  for (guint i = 0; i < LINES; i++) {
    g_autofree char *line = g_strdup_printf ("%u:%0*u", i, 1 + (int) (i * 7 % 90), i);
    g_string_append_printf (in, "%s\n", line);
    g_string_append_printf (want, "%s|", line);
  }
  kith_framer_init (&framer, 128);
  for (gsize at = 0, piece = 1; at < in->len; at += piece, piece = 1 + piece * 5 % 997) {
    kith_framer_push (&framer, in->str + at, MIN (piece, in->len - at));
    if (piece % 3 != 0)
      drain (&framer, out);
  }
  drain (&framer, out);
  assert_string_equal (out->str, want->str);
  kith_framer_clear (&framer);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test (streams_are_cut_into_frames),        cmocka_unit_test (a_split_anywhere_changes_nothing),
      cmocka_unit_test (byte_by_byte_changes_nothing),       cmocka_unit_test (has_frame_says_what_next_will),
      cmocka_unit_test (a_lost_stream_stays_lost_and_small), cmocka_unit_test (an_empty_framer_holds_no_memory),
      cmocka_unit_test (a_long_stream_arrives_whole),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
