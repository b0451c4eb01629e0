/* dialog.h - a small window of our own with a header bar: transient for its parent, closed by Esc. */
#pragma once

#include <gtk/gtk.h>

/* Pixels; height -1: what the content needs. */
GtkWidget *kith_dialog_new (GtkWindow *parent, const char *title, int width, int height);
/* Its size at first: not larger than the screen on which parent (NULL: none yet) is. */
void kith_dialog_fit (GtkWindow *dialog, GtkWindow *parent, int width, int height);
/* The same, as high as content, which is all of it, needs at that width. */
void kith_dialog_fit_content (GtkWindow *dialog, GtkWindow *parent, int width, GtkWidget *content);
/* By so many pixels in height, as far as the screen goes: something more is shown in it. */
void kith_dialog_grow (GtkWindow *dialog, int more);
/* For a window that was made elsewhere: what happens in it is told in it (kith_toast_near), as in one of ours. content: the
 * last one in a GtkBox. */
void kith_dialog_add_toast (GtkWindow *window, GtkWidget *content);
void kith_dialog_set_content (GtkWidget *dialog, GtkWidget *content); /* once; shows it */
/* Below the content: what happens is told above it. */
void kith_dialog_add_footer (GtkWidget *dialog, GtkWidget *footer);
/* Keeps data under key (static) until the dialog is closed, though somebody may hold it longer: an answer that comes
 * afterwards finds nothing with g_object_get_data. */
void kith_dialog_keep (GtkWidget *dialog, const char *key, gpointer data, GDestroyNotify destroy);
