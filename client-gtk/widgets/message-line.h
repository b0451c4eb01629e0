/* message-line.h - where the parts of a message stand in its row.
 *
 *   gutter  head       slot
 *           body
 *           reactions
 *           trouble
 *
 * Boxes in boxes would do the same, but each of them has a style to be found, and asks what is in it several times. */
#pragma once

#include <gtk/gtk.h>

#define KITH_TYPE_MESSAGE_LINE (kith_message_line_get_type ())
G_DECLARE_DERIVABLE_TYPE (KithMessageLine, kith_message_line, KITH, MESSAGE_LINE, GtkListBoxRow)

struct _KithMessageLineClass {
  GtkListBoxRowClass parent_class;
};

typedef enum {
  KITH_PLACE_GUTTER,
  KITH_PLACE_HEAD,
  KITH_PLACE_BODY,
  KITH_PLACE_REACTIONS,
  KITH_PLACE_TROUBLE,
  KITH_PLACE_SLOT,
  KITH_N_PLACES
} KithMessagePlace;

#define KITH_GUTTER 36 /* pixels */
#define KITH_SLOT 16   /* pixels: ticks, the clock, or the face of one reader */

/* Puts part there and shows it; what was there is destroyed. NULL: nothing is there any more. */
void kith_message_line_put (KithMessageLine *line, KithMessagePlace place, GtkWidget *part);
GtkWidget *kith_message_line_get (KithMessageLine *line, KithMessagePlace place); /* borrowed; NULL: nothing */
/* Pixels that are kept free for the slot, while nothing is in it, too; at first KITH_SLOT. */
void kith_message_line_set_slot (KithMessageLine *line, int width);
