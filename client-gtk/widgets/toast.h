/* toast.h - a line over the window that goes away by itself after 6 s, with at most one button. A newer one takes the
 * place of an older one. */
#pragma once

#include <gtk/gtk.h>

#define KITH_TYPE_TOAST (kith_toast_get_type ())
G_DECLARE_FINAL_TYPE (KithToast, kith_toast, KITH, TOAST, GtkRevealer)

GtkWidget *kith_toast_new (void); /* hidden; for a GtkOverlay */
/* button NULL: none. func is called at most once, with data only; destroy always. */
void kith_toast_show (KithToast *toast, const char *text, const char *button, GCallback func, gpointer data,
                      GDestroyNotify destroy);

/* From now on it is the window's own, where what happens in it is told. */
void kith_toast_set_window (KithToast *toast, GtkWindow *window);
/* That of the window in which widget is, or of the one over which that stands; NULL: there is none. Borrowed. */
KithToast *kith_toast_near (GtkWidget *widget);
