/* wrapped-label.h - a label for text that wraps, laid out once: for the width that it gets.
 *
 * A GtkLabel lays its text out as narrow and as wide as it can be first, to say how wide it would like to become. This one
 * takes all there is, up to the longest line; so it must not have a background that ends with its text. */
#pragma once

#include <gtk/gtk.h>

#define KITH_TYPE_WRAPPED_LABEL (kith_wrapped_label_get_type ())
G_DECLARE_FINAL_TYPE (KithWrappedLabel, kith_wrapped_label, KITH, WRAPPED_LABEL, GtkLabel)

/* max_chars: the longest line. */
GtkWidget *kith_wrapped_label_new (const char *text, int max_chars);
/* As wide as its text, like any label: for what has something behind it, or around it. */
void kith_wrapped_label_set_snug (GtkWidget *label);
/* Another text; what was said to be snug is so no more. */
void kith_wrapped_label_set_text (GtkWidget *label, const char *text);
