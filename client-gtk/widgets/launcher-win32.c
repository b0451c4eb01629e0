/* launcher-win32.c - a badge over our button in the task bar (ITaskbarList3), drawn anew for each number. The button
 * may come later than the number: the task bar tells each window when it has made its button. The flashing is GDK's, by
 * the urgency hint of a window. */
#include "widgets/launcher.h"

#define COBJMACROS
#include <gdk/gdkwin32.h>
#include <shobjidl.h>

#include "widgets/shell-win32.h"

#define MOST 99

static struct {
  ITaskbarList3 *bar; /* NULL: not asked yet, or none */
  gboolean asked;
  UINT made; /* the message that tells of a button */
  GtkApplication *application;
  gint64 unread;
} launcher;

static ITaskbarList3 *
bar (void)
{
  if (launcher.asked)
    return launcher.bar;
  launcher.asked = TRUE;
  CoInitializeEx (NULL, COINIT_APARTMENTTHREADED);
  if (FAILED (CoCreateInstance (&CLSID_TaskbarList, NULL, CLSCTX_INPROC_SERVER, &IID_ITaskbarList3,
                                (void **) &launcher.bar)))
    launcher.bar = NULL;
  if (launcher.bar != NULL && FAILED (ITaskbarList3_HrInit (launcher.bar))) {
    ITaskbarList3_Release (launcher.bar);
    launcher.bar = NULL;
  }
  return launcher.bar;
}

static void
draw_number (cairo_t *cr, int size, const char *text)
{
  cairo_text_extents_t extents;
  cairo_set_source_rgb (cr, 0.75, 0.1, 0.15);
  cairo_arc (cr, size / 2.0, size / 2.0, size / 2.0, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_select_font_face (cr, "Segoe UI", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
  cairo_set_font_size (cr, size * (text[1] == '\0' ? 0.75 : 0.6));
  cairo_text_extents (cr, text, &extents);
  cairo_move_to (cr, (size - extents.width) / 2 - extents.x_bearing, (size - extents.height) / 2 - extents.y_bearing);
  cairo_show_text (cr, text);
}

/* NULL: nothing is unread. To be destroyed. */
static HICON
badge (gint64 unread)
{
  int size = GetSystemMetrics (SM_CXSMICON);
  if (unread <= 0)
    return NULL;
  g_autofree char *text = g_strdup_printf ("%d", (int) MIN (unread, MOST));
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size, size);
  cairo_t *cr = cairo_create (surface);
  draw_number (cr, size, text);
  cairo_destroy (cr);
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_get_from_surface (surface, 0, 0, size, size);
  cairo_surface_destroy (surface);
  return kith_shell_icon_of_pixbuf (pixbuf);
}

static void
show (void)
{
  HICON icon = badge (launcher.unread);
  for (GList *link = gtk_application_get_windows (launcher.application); link != NULL; link = link->next) {
    GdkWindow *window = gtk_widget_get_window (link->data);
    if (window != NULL && bar () != NULL)
      ITaskbarList3_SetOverlayIcon (bar (), gdk_win32_window_get_handle (window), icon, L"Kith");
  }
  g_clear_pointer (&icon, DestroyIcon); /* the task bar has its own */
}

static GdkFilterReturn
on_message (GdkXEvent *xevent, GdkEvent *event, gpointer data)
{
  const MSG *message = xevent;
  if (message->message == launcher.made && launcher.unread > 0)
    show ();
  return GDK_FILTER_CONTINUE;
}

void
kith_launcher_show (GtkApplication *application, gint64 unread, gboolean urgent)
{
  if (launcher.made == 0) {
    launcher.made = RegisterWindowMessageW (L"TaskbarButtonCreated");
    gdk_window_add_filter (NULL, on_message, NULL);
  }
  launcher.application = application;
  launcher.unread = unread;
  show ();
}
