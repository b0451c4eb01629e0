/* frames.h - frames that wait to be written: a ring of references. The first few lie in the ring itself, so that the common case allocates
 * nothing and reads no memory of its own. */
#pragma once

#include <glib.h>

enum { KITHD_FRAMES_FEW = 4 };

typedef struct {
  GBytes **more; /* NULL: they are in few; else room for size of them */
  GBytes *few[KITHD_FRAMES_FEW];
  guint first, count, size; /* size: a power of two; 0: few */
} KithdFrames; /* all zero: empty */

void kithd_frames_push (KithdFrames *frames, GBytes *frame); /* takes a reference of its own */
GBytes *kithd_frames_at (const KithdFrames *frames, guint index); /* borrowed; index < count, 0: the oldest */
void kithd_frames_drop (KithdFrames *frames); /* the oldest */
void kithd_frames_clear (KithdFrames *frames);
