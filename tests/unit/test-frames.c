/* test-frames.c - the ring of frames: order through growth and around the end, and nothing kept when it is empty. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "conn/frames.h"

static void
push (KithdFrames *frames, guint number)
{
  g_autoptr (KithdFrame) frame = kithd_frame_new ((const char *) &number, sizeof number);
  kithd_frames_push (frames, frame);
}

static guint
number_at (const KithdFrames *frames, guint index)
{
  guint number;
  memcpy (&number, kithd_frames_at (frames, index)->text, sizeof number);
  return number;
}

static void
the_order_is_kept (void **state)
{
  KithdFrames frames = { 0 };
  guint in = 0, out = 0;
  for (guint round = 1; round <= 40; round++) { /* each time a few more are left: it wraps, then grows while wrapped */
    for (guint i = 0; i < 5; i++)
      push (&frames, in++);
    for (guint i = 0; i < frames.count; i++)
      assert_int_equal (number_at (&frames, i), out + i);
    for (guint i = 0; i < 3; i++, out++)
      kithd_frames_drop (&frames);
  }
  assert_int_equal (frames.count, in - out);
  while (frames.count > 0) {
    assert_int_equal (number_at (&frames, 0), out++);
    kithd_frames_drop (&frames);
  }
  assert_int_equal (out, in);
}

static void
an_empty_one_holds_no_memory (void **state)
{
  KithdFrames frames = { 0 };
  for (guint i = 0; i < KITHD_FRAMES_FEW; i++)
    push (&frames, i);
  assert_null (frames.more);
  push (&frames, KITHD_FRAMES_FEW);
  assert_non_null (frames.more);
  kithd_frames_clear (&frames);
  assert_null (frames.more);
  assert_int_equal (frames.count, 0);
  push (&frames, 7);
  assert_int_equal (number_at (&frames, 0), 7);
  kithd_frames_clear (&frames);
}

static void
a_frame_lives_as_long_as_it_waits (void **state)
{
  KithdFrames first = { 0 }, second = { 0 };
  KithdFrame *frame = kithd_frame_new ("x\n", 2);
  kithd_frames_push (&first, frame);
  kithd_frames_push (&second, frame);
  kithd_frame_unref (frame);
  kithd_frames_drop (&first);
  assert_memory_equal (kithd_frames_at (&second, 0)->text, "x\n", 2);
  kithd_frames_clear (&second);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (the_order_is_kept),
    cmocka_unit_test (an_empty_one_holds_no_memory),
    cmocka_unit_test (a_frame_lives_as_long_as_it_waits),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
