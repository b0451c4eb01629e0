/* fuzz-framer.c - the first byte is the longest frame, the second how the rest is split: frames must not depend on the
 * split, have no line feed, and not be longer than they may. */
#include "fuzz.h"

#include <string.h>

#include "proto/framer.h"

/* Appends what is ready, each with a line feed; FALSE when the stream is lost. */
static gboolean
drain (KithFramer *framer, GString *out)
{
  const char *frame;
  gsize length;
  gboolean said = kith_framer_has_frame (framer);
  KithFrameStatus status = kith_framer_next (framer, &frame, &length);
  g_assert_true (said == (status != KITH_FRAME_NONE));
  while (status == KITH_FRAME_READY) {
    g_assert_true (length > 0 && length < framer->max_frame && memchr (frame, '\n', length) == NULL);
    g_string_append_len (out, frame, (gssize) length);
    g_string_append_c (out, '\n');
    status = kith_framer_next (framer, &frame, &length);
  }
  g_assert_true (status == KITH_FRAME_TOO_LONG || kith_framer_held (framer) > 0 || framer->buffer == NULL);
  return status != KITH_FRAME_TOO_LONG;
}

/* Feeds pieces of up to most bytes. */
static GString *
run (const guint8 *data, gsize size, gsize max_frame, gsize most)
{
  GString *out = g_string_new (NULL);
  KithFramer framer;
  gboolean alive = TRUE;
  kith_framer_init (&framer, max_frame);
  for (gsize at = 0, piece; alive && at < size; at += piece) {
    piece = MIN (size - at, 1 + (most + at) % most);
    kith_framer_push (&framer, data + at, piece);
    alive = drain (&framer, out);
  }
  g_string_append (out, alive ? "(open)" : "(lost)");
  kith_framer_clear (&framer);
  return out;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size < 2)
    return 0;
  gsize max_frame = 2 + (gsize) data[0], most = 1 + (gsize) data[1];
  g_autoptr (GString) whole = run (data + 2, size - 2, max_frame, size);
  g_autoptr (GString) split = run (data + 2, size - 2, max_frame, most);
  g_assert_true (g_string_equal (whole, split));
  return 0;
}
