/* pane.h - a bin that says itself how wide it would like to be.
 *
 * HdyLeaflet and HdyFlap fold by natural width. The sidebar and the conversation stand in panes, so the width at which
 * the window folds depends on neither names nor messages. */
#pragma once

#include <gtk/gtk.h>

#define KITH_TYPE_PANE (kith_pane_get_type ())
G_DECLARE_FINAL_TYPE (KithPane, kith_pane, KITH, PANE, GtkBin)

/* Properties, in pixels: "natural"; "minimum": it says that it needs no more than that, whatever the child needs before
 * it has folded (0: what the child needs). */
GtkWidget *kith_pane_new (int natural);
void kith_pane_set_natural (KithPane *pane, int natural);
