/* launcher-posix.c - the signal of the Unity launcher API, which other docks (KDE, Dash to Dock, Plank) took over. Source:
 * wiki.ubuntu.com/Unity/LauncherAPI. */
#include "widgets/launcher.h"

#define INTERFACE "com.canonical.Unity.LauncherEntry"
#define PATH "/org/kith/launcher"

void
kith_launcher_show (GtkApplication *application, gint64 unread, gboolean urgent)
{
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (application));
  GVariantBuilder values;
  if (bus == NULL)
    return;
  const char *id = g_application_get_application_id (G_APPLICATION (application));
  g_autofree char *entry = g_strdup_printf ("application://%s.desktop", id);
  g_variant_builder_init (&values, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&values, "{sv}", "count", g_variant_new_int64 (unread));
  g_variant_builder_add (&values, "{sv}", "count-visible", g_variant_new_boolean (unread > 0));
  g_variant_builder_add (&values, "{sv}", "urgent", g_variant_new_boolean (urgent));
  g_dbus_connection_emit_signal (bus, NULL, PATH, INTERFACE, "Update", g_variant_new ("(sa{sv})", entry, &values),
                                 NULL);
}
