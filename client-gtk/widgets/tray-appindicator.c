/* tray-appindicator.c - there is an indicator only while something on the bus watches for them: without that the
 * library would make an icon of the old kind, which most desktops do not show. */
#include "widgets/tray.h"

#include <libayatana-appindicator/app-indicator.h>

#define WATCHER "org.kde.StatusNotifierWatcher"

struct _KithTray {
  char *id, *icons, *icon, *words;
  GtkWidget *menu, *open;
  AppIndicator *indicator; /* NULL: nobody watches */
  guint name;
};

static void
show (KithTray *tray)
{
  if (tray->indicator != NULL && tray->icon != NULL)
    app_indicator_set_icon_full (tray->indicator, tray->icon, tray->words);
}

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  KithTray *tray = data;
  if (tray->indicator != NULL)
    return;
  tray->indicator = app_indicator_new_with_path (tray->id, tray->icon != NULL ? tray->icon : "kith-symbolic",
                                                 APP_INDICATOR_CATEGORY_COMMUNICATIONS, tray->icons);
  app_indicator_set_title (tray->indicator, "Kith");
  app_indicator_set_menu (tray->indicator, GTK_MENU (tray->menu));
  app_indicator_set_secondary_activate_target (tray->indicator, tray->open);
  app_indicator_set_status (tray->indicator, APP_INDICATOR_STATUS_ACTIVE);
  show (tray);
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  KithTray *tray = data;
  g_clear_object (&tray->indicator);
}

KithTray *
kith_tray_new (const char *id, const char *icons, GtkWidget *menu, GtkWidget *open)
{
  KithTray *tray = g_new0 (KithTray, 1);
  tray->id = g_strdup (id);
  tray->icons = g_strdup (icons);
  tray->menu = g_object_ref_sink (menu);
  tray->open = open;
  tray->name = g_bus_watch_name (G_BUS_TYPE_SESSION, WATCHER, G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared, on_vanished,
                                 tray, NULL);
  return tray;
}

void
kith_tray_free (KithTray *tray)
{
  if (tray == NULL)
    return;
  g_bus_unwatch_name (tray->name);
  g_clear_object (&tray->indicator);
  g_object_unref (tray->menu);
  g_free (tray->id);
  g_free (tray->icons);
  g_free (tray->icon);
  g_free (tray->words);
  g_free (tray);
}

void
kith_tray_set_icon (KithTray *tray, const char *icon, const char *words)
{
  if (tray == NULL)
    return;
  g_free (tray->icon);
  g_free (tray->words);
  tray->icon = g_strdup (icon);
  tray->words = g_strdup (words);
  show (tray);
}

gboolean
kith_tray_is_shown (KithTray *tray)
{
  gboolean connected = FALSE;
  if (tray != NULL && tray->indicator != NULL)
    g_object_get (tray->indicator, "connected", &connected, NULL);
  return connected;
}
