/* empty-state.h - what stands where nothing else can be shown: an icon, a title, one sentence, at most two buttons. */
#pragma once

#include <gtk/gtk.h>

GtkWidget *kith_empty_state_new (const char *icon, const char *title, const char *text);
void kith_empty_state_set_title (GtkWidget *state, const char *title);
/* action: "win.new-message". The button, borrowed. */
GtkWidget *kith_empty_state_add_button (GtkWidget *state, const char *label, const char *action, gboolean suggested);
