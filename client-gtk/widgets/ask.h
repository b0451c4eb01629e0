/* ask.h - a question before something that cannot be taken back; what cannot happen by mistake is the default. */
#pragma once

#include <gtk/gtk.h>

typedef void (*KithAskFunc) (gpointer data);

/* func is called when the person says yes. data is freed with destroy either way; parent may be NULL. The dialog,
 * borrowed: more can be put into its message area. */
GtkWidget *kith_ask (GtkWindow *parent, const char *title, const char *text, const char *yes, KithAskFunc func,
                     gpointer data, GDestroyNotify destroy);
/* Tells of something that did not work, or that one would not see otherwise. */
void kith_tell (GtkWindow *parent, const char *title, const char *text);
