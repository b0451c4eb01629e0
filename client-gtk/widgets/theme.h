/* theme.h - the style sheets of the process: light, dark, high contrast, the accent, the size of text; follows settings
 * and desktop. */
#pragma once

#include "core/settings.h"

#include <gtk/gtk.h>

void kith_theme_init (KithSettings *settings); /* once, after gtk_init; borrows settings for good */
/* The present value of a named colour ("k_hit"), for attributes of text. */
gboolean kith_theme_color (GtkWidget *widget, const char *name, GdkRGBA *out);
