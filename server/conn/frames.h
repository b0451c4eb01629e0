/* frames.h - a frame to be written, and those that wait for it: a ring of references. The first few lie in the ring itself, so that the common
 * case allocates nothing and reads no memory of its own. */
#pragma once

#include <glib.h>

/* Immutable, and shared by reference. The loop alone has to do with frames: counting references needs no locks. */
typedef struct {
  guint refs;
  gsize length;
  char text[]; /* with its line feed */
} KithdFrame;

KithdFrame *kithd_frame_alloc (gsize room);                   /* for text, which the caller writes, as its length */
KithdFrame *kithd_frame_new (const char *text, gsize length); /* a copy */
KithdFrame *kithd_frame_take (GString *text);                 /* frees text */
KithdFrame *kithd_frame_take_bytes (GBytes *bytes);           /* what kith_frame_encode makes */
KithdFrame *kithd_frame_ref (KithdFrame *frame);
void kithd_frame_unref (KithdFrame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KithdFrame, kithd_frame_unref)

enum { KITHD_FRAMES_FEW = 4 };

typedef struct {
  KithdFrame **more; /* NULL: they are in few; else room for size of them */
  KithdFrame *few[KITHD_FRAMES_FEW];
  guint first, count, size; /* size: a power of two; 0: few */
} KithdFrames; /* all zero: empty */

void kithd_frames_push (KithdFrames *frames, KithdFrame *frame); /* takes a reference of its own */
KithdFrame *kithd_frames_at (const KithdFrames *frames, guint index); /* borrowed; index < count, 0: the oldest */
void kithd_frames_drop (KithdFrames *frames); /* the oldest */
void kithd_frames_clear (KithdFrames *frames);
