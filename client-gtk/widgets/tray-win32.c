/* tray-win32.c - the icon in the notification area: a click opens the window, the other button the menu. It is drawn in
 * the colour that the task bar's own icons have. */
#include "widgets/tray.h"

#include "widgets/desktop-scheme.h"
#include "widgets/shell-win32.h"

#include <shellapi.h>

struct _KithTray {
  GtkWidget *menu, *open;
  gboolean is_shown;
};

/* At the pointer, where the icon is. The shell's focus has to be ours, or the menu stays when somebody looks away. */
static void
show_menu (KithTray *tray)
{
  GdkWindow *root = gdk_screen_get_root_window (gdk_screen_get_default ());
  GdkDevice *pointer = gdk_seat_get_pointer (gdk_display_get_default_seat (gdk_display_get_default ()));
  GdkRectangle place = {.width = 1, .height = 1};
  gdk_device_get_position (pointer, NULL, &place.x, &place.y);
  gtk_menu_popup_at_rect (GTK_MENU (tray->menu), root, &place, GDK_GRAVITY_NORTH_WEST, GDK_GRAVITY_SOUTH_WEST, NULL);
}

static void
on_icon (guint word, gpointer data)
{
  KithTray *tray = data;
  if (word == NIN_SELECT || word == NIN_SELECT + 1) /* NIN_KEYSELECT */
    gtk_menu_item_activate (GTK_MENU_ITEM (tray->open));
  else if (word == WM_CONTEXTMENU)
    show_menu (tray);
}

KithTray *
kith_tray_new (const char *id, const char *icons, GtkWidget *menu, GtkWidget *open)
{
  KithTray *tray = g_new0 (KithTray, 1);
  tray->menu = g_object_ref_sink (menu);
  tray->open = open;
  kith_shell_on_icon (on_icon, tray);
  return tray;
}

void
kith_tray_free (KithTray *tray)
{
  if (tray == NULL)
    return;
  kith_shell_off_icon (tray);
  kith_shell_set_icon (NULL, NULL);
  g_object_unref (tray->menu);
  g_free (tray);
}

void
kith_tray_set_icon (KithTray *tray, const char *icon, const char *words)
{
  static const GdkRGBA black = {0, 0, 0, 1}, white = {1, 1, 1, 1};
  g_autoptr (GtkIconInfo) info = gtk_icon_theme_lookup_icon (
      gtk_icon_theme_get_default (), icon, GetSystemMetrics (SM_CXSMICON), GTK_ICON_LOOKUP_FORCE_SIZE);
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  const GdkRGBA *color = kith_desktop_bar_is_dark () ? &white : &black;
  if (info != NULL)
    pixbuf = gtk_icon_info_load_symbolic (info, color, color, color, color, NULL, NULL);
  if (pixbuf != NULL)
    tray->is_shown = kith_shell_set_icon (kith_shell_icon_of_pixbuf (pixbuf), words);
}

gboolean
kith_tray_is_shown (KithTray *tray)
{
  return tray != NULL && tray->is_shown;
}
