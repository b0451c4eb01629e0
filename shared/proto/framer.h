/* framer.h - cuts a stream of bytes into frames: one JSON object and a line feed each ("\r\n" is taken too).
 *
 * A buffer with a maximum, given when it is made; empty framers hold no memory. */
#pragma once

#include <glib.h>

typedef struct {
  char *buffer;      /* NULL while empty */
  gsize size, start, end, scanned;
  gsize max_frame;   /* bytes of one frame, line feed included */
} KithFramer;

void kith_framer_init (KithFramer *framer, gsize max_frame);
void kith_framer_clear (KithFramer *framer); /* frees; may be used again */

/* Adds received bytes. */
void kith_framer_push (KithFramer *framer, const void *data, gsize length);

typedef enum {
  KITH_FRAME_NONE,    /* no complete frame yet */
  KITH_FRAME_READY,   /* *frame, *length: without the line end; valid until the next call on this framer */
  KITH_FRAME_TOO_LONG /* more than max_frame without a line feed: the stream is lost */
} KithFrameStatus;

/* Takes the next frame. Empty lines are skipped. */
KithFrameStatus kith_framer_next (KithFramer *framer, const char **frame, gsize *length);

/* Whether kith_framer_next would not say NONE: frames that a fairness cap left behind count as pending input. */
gboolean kith_framer_has_frame (KithFramer *framer);
gsize kith_framer_held (const KithFramer *framer); /* bytes in the buffer */
