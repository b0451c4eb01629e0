/* frames.c - the ring grows by doubling, and gives its memory back when it is empty. */
#include "conn/frames.h"

static guint
room (const KithdFrames *frames)
{
  return frames->size != 0 ? frames->size : KITHD_FRAMES_FEW;
}

static GBytes **
slot (KithdFrames *frames, guint index)
{
  GBytes **ring = frames->more != NULL ? frames->more : frames->few;
  return &ring[(frames->first + index) & (room (frames) - 1)];
}

static void
grow (KithdFrames *frames)
{
  guint size = room (frames) * 2;
  GBytes **more = g_new (GBytes *, size);
  for (guint i = 0; i < frames->count; i++)
    more[i] = *slot (frames, i);
  g_free (frames->more);
  frames->more = more;
  frames->size = size;
  frames->first = 0;
}

void
kithd_frames_push (KithdFrames *frames, GBytes *frame)
{
  if (frames->count == room (frames))
    grow (frames);
  *slot (frames, frames->count) = g_bytes_ref (frame);
  frames->count++;
}

GBytes *
kithd_frames_at (const KithdFrames *frames, guint index)
{
  return *slot ((KithdFrames *) frames, index);
}

void
kithd_frames_drop (KithdFrames *frames)
{
  g_bytes_unref (*slot (frames, 0));
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
