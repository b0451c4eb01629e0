/* framer.c - one buffer: [start, end) is what was received and not yet taken, [start, scanned) of it holds no line
 * feed.
 *
 * A line feed is looked for in the first max_frame bytes only, so what comes out does not depend on how the input was
 * split. */
#include "proto/framer.h"

#include <string.h>

#define FIRST_SIZE 512

void
kith_framer_init (KithFramer *framer, gsize max_frame)
{
  *framer = (KithFramer){.max_frame = max_frame};
}

void
kith_framer_clear (KithFramer *framer)
{
  g_free (framer->buffer);
  kith_framer_init (framer, framer->max_frame);
}

gsize
kith_framer_held (const KithFramer *framer)
{
  return framer->end - framer->start;
}

static gboolean
too_long (const KithFramer *framer)
{
  return framer->scanned - framer->start >= framer->max_frame;
}

static void
make_room (KithFramer *framer, gsize length)
{
  gsize held = kith_framer_held (framer);
  if (framer->start > 0) {
    memmove (framer->buffer, framer->buffer + framer->start, held);
    framer->scanned -= framer->start;
    framer->start = 0;
    framer->end = held;
  }
  if (framer->size - held >= length)
    return;
  framer->size = MAX (MAX (framer->size * 2, held + length), FIRST_SIZE);
  framer->buffer = g_realloc (framer->buffer, framer->size);
}

void
kith_framer_push (KithFramer *framer, const void *data, gsize length)
{
  if (length == 0 || too_long (framer))
    return;
  if (framer->size - framer->end < length)
    make_room (framer, length);
  memcpy (framer->buffer + framer->end, data, length);
  framer->end += length;
}

/* Moves scanned to the next line feed, or to where none can come any more. */
static gboolean
find_line_feed (KithFramer *framer)
{
  gsize limit = framer->start + MIN (kith_framer_held (framer), framer->max_frame);
  if (limit == framer->scanned)
    return FALSE;
  const char *found = memchr (framer->buffer + framer->scanned, '\n', limit - framer->scanned);
  framer->scanned = found != NULL ? (gsize) (found - framer->buffer) : limit;
  return found != NULL;
}

static void
drop_line (KithFramer *framer)
{
  framer->start = ++framer->scanned;
}

/* Finds the next line that is not empty and leaves scanned at its line feed. */
static KithFrameStatus
find_frame (KithFramer *framer, gsize *length)
{
  while (find_line_feed (framer)) {
    *length = framer->scanned - framer->start;
    if (*length > 0 && framer->buffer[framer->scanned - 1] == '\r')
      --*length;
    if (*length > 0)
      return KITH_FRAME_READY;
    drop_line (framer);
  }
  return too_long (framer) ? KITH_FRAME_TOO_LONG : KITH_FRAME_NONE;
}

KithFrameStatus
kith_framer_next (KithFramer *framer, const char **frame, gsize *length)
{
  KithFrameStatus status = find_frame (framer, length);
  if (status == KITH_FRAME_READY) {
    *frame = framer->buffer + framer->start;
    drop_line (framer);
  } else if (kith_framer_held (framer) == 0) {
    kith_framer_clear (framer);
  }
  return status;
}

gboolean
kith_framer_has_frame (KithFramer *framer)
{
  gsize length;
  return find_frame (framer, &length) != KITH_FRAME_NONE;
}
