/* frames.c - frames; and the ring, which grows by doubling and gives its memory back when it is empty. */
#include "conn/frames.h"

#include <string.h>

KithdFrame *
kithd_frame_alloc (gsize room)
{
  KithdFrame *frame = g_malloc (sizeof *frame + room);
  frame->refs = 1;
  frame->length = 0;
  return frame;
}

KithdFrame *
kithd_frame_new (const char *text, gsize length)
{
  KithdFrame *frame = kithd_frame_alloc (length);
  memcpy (frame->text, text, length);
  frame->length = length;
  return frame;
}

KithdFrame *
kithd_frame_take (GString *text)
{
  KithdFrame *frame = kithd_frame_new (text->str, text->len);
  g_string_free (text, TRUE);
  return frame;
}

KithdFrame *
kithd_frame_take_bytes (GBytes *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  KithdFrame *frame = kithd_frame_new (text, length);
  g_bytes_unref (bytes);
  return frame;
}

KithdFrame *
kithd_frame_ref (KithdFrame *frame)
{
  frame->refs++;
  return frame;
}

void
kithd_frame_unref (KithdFrame *frame)
{
  if (--frame->refs == 0)
    g_free (frame);
}

static guint
room (const KithdFrames *frames)
{
  return frames->size != 0 ? frames->size : KITHD_FRAMES_FEW;
}

static KithdFrame **
slot (KithdFrames *frames, guint index)
{
  KithdFrame **ring = frames->more != NULL ? frames->more : frames->few;
  return &ring[(frames->first + index) & (room (frames) - 1)];
}

static void
grow (KithdFrames *frames)
{
  guint size = room (frames) * 2;
  KithdFrame **more = g_new (KithdFrame *, size);
  for (guint i = 0; i < frames->count; i++)
    more[i] = *slot (frames, i);
  g_free (frames->more);
  frames->more = more;
  frames->size = size;
  frames->first = 0;
}

void
kithd_frames_push (KithdFrames *frames, KithdFrame *frame)
{
  if (frames->count == room (frames))
    grow (frames);
  *slot (frames, frames->count) = kithd_frame_ref (frame);
  frames->count++;
}

KithdFrame *
kithd_frames_at (const KithdFrames *frames, guint index)
{
  return *slot ((KithdFrames *) frames, index);
}

void
kithd_frames_drop (KithdFrames *frames)
{
  kithd_frame_unref (*slot (frames, 0));
  frames->first = (frames->first + 1) & (room (frames) - 1);
  frames->count--;
  if (frames->count > 0)
    return;
  g_clear_pointer (&frames->more, g_free);
  frames->first = frames->size = 0;
}

void
kithd_frames_clear (KithdFrames *frames)
{
  while (frames->count > 0)
    kithd_frames_drop (frames);
}
