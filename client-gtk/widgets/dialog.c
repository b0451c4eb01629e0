/* dialog.c - an HdyWindow with a header bar and what is put below it. */
#include "widgets/dialog.h"

#include "widgets/toast.h"

#include <handy.h>

#define WIDTH "kith-dialog-width"
#define AROUND 10 /* pixels: what the edges that a window draws itself take of its width */
#define TOAST_BOTTOM 18
#define BOX "kith-dialog-box" /* HdyWindow puts children of its own between itself and what is added to it */

static gboolean
on_key (GtkWidget *dialog, GdkEventKey *event)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (dialog));
  return GDK_EVENT_STOP;
}

static void
get_screen (GtkWindow *parent, GdkRectangle *area)
{
  GdkDisplay *display = gdk_display_get_default ();
  GdkWindow *window = parent != NULL ? gtk_widget_get_window (GTK_WIDGET (parent)) : NULL;
  GdkMonitor *monitor = window != NULL ? gdk_display_get_monitor_at_window (display, window)
                                       : gdk_display_get_primary_monitor (display);
  if (monitor == NULL)
    monitor = gdk_display_get_monitor (display, 0);
  if (monitor != NULL)
    gdk_monitor_get_workarea (monitor, area);
}

void
kith_dialog_fit (GtkWindow *dialog, GtkWindow *parent, int width, int height)
{
  GdkRectangle area = {0, 0, width, height};
  get_screen (parent, &area);
  gtk_window_set_default_size (dialog, MIN (width, area.width), MIN (height, area.height));
}

/* Left to itself a window would be as high as its text is at the width that the text likes best, which is another one,
 * and at least as high as it is at the smallest width. */
void
kith_dialog_fit_content (GtkWindow *dialog, GtkWindow *parent, int width, GtkWidget *content)
{
  GdkRectangle area = {0, 0, width, 0};
  int height;
  get_screen (parent, &area);
  int inside = MIN (width, area.width - AROUND);
  gtk_widget_set_size_request (content, inside, -1);
  gtk_widget_get_preferred_height_for_width (content, inside, NULL, &height);
  kith_dialog_fit (dialog, parent, width, height);
}

void
kith_dialog_grow (GtkWindow *dialog, int more)
{
  int width, height;
  gtk_window_get_size (dialog, &width, &height);
  GdkRectangle area = {0, 0, width + AROUND, height + more};
  get_screen (dialog, &area);
  gtk_window_resize (dialog, MIN (width, area.width - AROUND), MIN (height + more, area.height));
}

/* What happens in it is told in it: what it stands over is covered, and may take no clicks. */
static GtkWidget *
new_overlay (GtkWidget *dialog, GtkWidget *box)
{
  GtkWidget *overlay = gtk_overlay_new (), *toast = kith_toast_new ();
  gtk_widget_set_margin_bottom (toast, TOAST_BOTTOM);
  gtk_container_add (GTK_CONTAINER (overlay), box);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), toast);
  kith_toast_set_window (KITH_TOAST (toast), GTK_WINDOW (dialog));
  gtk_widget_show (overlay);
  return overlay;
}

void
kith_dialog_add_toast (GtkWindow *window, GtkWidget *content)
{
  GtkWidget *box = gtk_widget_get_parent (content);
  g_object_ref (content);
  gtk_container_remove (GTK_CONTAINER (box), content);
  gtk_box_pack_start (GTK_BOX (box), new_overlay (GTK_WIDGET (window), content), TRUE, TRUE, 0);
  g_object_unref (content);
}

GtkWidget *
kith_dialog_new (GtkWindow *parent, const char *title, int width, int height)
{
  GtkWidget *dialog = hdy_window_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *bar = hdy_header_bar_new ();
  hdy_header_bar_set_title (HDY_HEADER_BAR (bar), title);
  hdy_header_bar_set_show_close_button (HDY_HEADER_BAR (bar), TRUE);
  gtk_container_add (GTK_CONTAINER (box), bar);
  gtk_container_add (GTK_CONTAINER (dialog), box);
  gtk_widget_show (box);
  g_object_set_data (G_OBJECT (dialog), BOX, box);
  g_object_set (dialog, "title", title, "type-hint", GDK_WINDOW_TYPE_HINT_DIALOG, "modal", parent != NULL,
                "transient-for", parent, "destroy-with-parent", TRUE, NULL);
  g_object_set_data (G_OBJECT (dialog), WIDTH, GINT_TO_POINTER (width));
  if (height > 0)
    kith_dialog_fit (GTK_WINDOW (dialog), parent, width, height);
  g_signal_connect (dialog, "key-press-event", G_CALLBACK (on_key), NULL);
  return dialog;
}

void
kith_dialog_set_content (GtkWidget *dialog, GtkWidget *content)
{
  GtkWidget *box = g_object_get_data (G_OBJECT (dialog), BOX);
  gtk_box_pack_start (GTK_BOX (box), new_overlay (dialog, content), TRUE, TRUE, 0);
  gtk_widget_show_all (box);
  int height, width = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (dialog), WIDTH));
  gtk_window_get_default_size (GTK_WINDOW (dialog), NULL, &height);
  if (height < 0)
    kith_dialog_fit_content (GTK_WINDOW (dialog), gtk_window_get_transient_for (GTK_WINDOW (dialog)), width, box);
}

void
kith_dialog_add_footer (GtkWidget *dialog, GtkWidget *footer)
{
  gtk_box_pack_end (GTK_BOX (g_object_get_data (G_OBJECT (dialog), BOX)), footer, FALSE, FALSE, 0);
  gtk_widget_show_all (footer);
}

static void
forget (GtkWidget *dialog, gpointer key)
{
  g_object_set_data (G_OBJECT (dialog), key, NULL);
}

void
kith_dialog_keep (GtkWidget *dialog, const char *key, gpointer data, GDestroyNotify destroy)
{
  g_object_set_data_full (G_OBJECT (dialog), key, data, destroy);
  g_signal_connect (dialog, "destroy", G_CALLBACK (forget), (gpointer) key);
}
