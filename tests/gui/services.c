/* services.c - one connection to the bus with four names. */
#include "gui/services.h"

#include "gui/desktop.h"
#include "support/check.h"

#include <gio/gio.h>

typedef struct {
  char *title, *body;
  char **actions; /* pairs of name and label */
  guint32 id, replaces;
} Notified;

struct _GuiServices {
  GDBusConnection *bus;
  GDBusNodeInfo *node;
  guint objects[3];
  guint launcher; /* subscription */
  GPtrArray *notified;
  guint withdrawn;
  guint32 id; /* of the last new one */
  gboolean asked_idle, asked_touch;
  char *item_bus, *item_path; /* of the tray */
  gint64 unread;
};

static const char interfaces[] =
    "<node>"
    "<interface name='org.freedesktop.Notifications'>"
    "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
    "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
    "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
    "</interface>"
    "<interface name='org.gnome.Mutter.IdleMonitor'>"
    "<method name='AddIdleWatch'><arg type='t' direction='in'/><arg type='u' direction='out'/></method>"
    "<method name='AddUserActiveWatch'><arg type='u' direction='out'/></method>"
    "<method name='RemoveWatch'><arg type='u' direction='in'/></method>"
    "</interface>"
    "<interface name='org.kde.StatusNotifierWatcher'>"
    "<method name='RegisterStatusNotifierItem'><arg type='s' direction='in'/></method>"
    "<property name='IsStatusNotifierHostRegistered' type='b' access='read'/>"
    "</interface>"
    "</node>";

enum { IDLE_WATCH = 1, TOUCH_WATCH = 2 };

static void
notified_free (gpointer data)
{
  Notified *notified = data;
  g_free (notified->title);
  g_free (notified->body);
  g_strfreev (notified->actions);
  g_free (notified);
}

/* ---- calls ---- */

static GVariant *
on_capabilities (GuiServices *services, GVariant *arguments, const char *sender)
{
  static const char *const words[] = {"actions", "body", "body-markup", NULL};
  return g_variant_new ("(^as)", words);
}

static GVariant *
on_notify (GuiServices *services, GVariant *arguments, const char *sender)
{
  Notified *notified = g_new0 (Notified, 1);
  g_variant_get (arguments, "(su&sss^as@a{sv}i)", NULL, &notified->replaces, NULL, &notified->title, &notified->body,
                 &notified->actions, NULL, NULL);
  notified->id = notified->replaces != 0 ? notified->replaces : ++services->id;
  g_ptr_array_add (services->notified, notified);
  return g_variant_new ("(u)", notified->id);
}

static GVariant *
on_close (GuiServices *services, GVariant *arguments, const char *sender)
{
  services->withdrawn++;
  return NULL;
}

static GVariant *
on_idle_watch (GuiServices *services, GVariant *arguments, const char *sender)
{
  services->asked_idle = TRUE;
  return g_variant_new ("(u)", IDLE_WATCH);
}

static GVariant *
on_touch_watch (GuiServices *services, GVariant *arguments, const char *sender)
{
  services->asked_touch = TRUE;
  return g_variant_new ("(u)", TOUCH_WATCH);
}

static GVariant *
on_remove_watch (GuiServices *services, GVariant *arguments, const char *sender)
{
  return NULL;
}

static GVariant *
on_register (GuiServices *services, GVariant *arguments, const char *sender)
{
  g_free (services->item_bus);
  g_free (services->item_path);
  services->item_bus = g_strdup (sender);
  g_variant_get (arguments, "(s)", &services->item_path);
  return NULL;
}

static const struct {
  const char *method;
  GVariant *(*answer) (GuiServices *services, GVariant *arguments, const char *sender);
} methods[] = {
    {"GetCapabilities", on_capabilities}, {"Notify", on_notify},
    {"CloseNotification", on_close},      {"AddIdleWatch", on_idle_watch},
    {"AddUserActiveWatch", on_touch_watch}, {"RemoveWatch", on_remove_watch},
    {"RegisterStatusNotifierItem", on_register},
};

static void
on_call (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *method,
         GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].method, method))
      g_dbus_method_invocation_return_value (invocation, methods[i].answer (data, arguments, sender));
}

static GVariant *
on_property (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *property,
             GError **error, gpointer data)
{
  return g_variant_new_boolean (TRUE);
}

static void
on_launcher (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
             GVariant *arguments, gpointer data)
{
  GuiServices *services = data;
  g_autoptr (GVariant) values = g_variant_get_child_value (arguments, 1);
  g_variant_lookup (values, "count", "x", &services->unread);
}

/* ---- coming and going ---- */

static void
own (GuiServices *services, const char *name)
{
  GVariant *answer = NULL;
  CHECK (answer = g_dbus_connection_call_sync (services->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                               "org.freedesktop.DBus", "RequestName", g_variant_new ("(su)", name, 0),
                                               NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error));
  g_variant_unref (answer);
}

GuiServices *
gui_services_new (void)
{
  static const GDBusInterfaceVTable table = {.method_call = on_call, .get_property = on_property};
  static const char *const paths[] = {"/org/freedesktop/Notifications", "/org/gnome/Mutter/IdleMonitor/Core",
                                      "/StatusNotifierWatcher"};
  GuiServices *services = g_new0 (GuiServices, 1);
  services->unread = -1;
  services->notified = g_ptr_array_new_with_free_func (notified_free);
  CHECK (services->bus = g_dbus_connection_new_for_address_sync (
             g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
             G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL,
             &error));
  CHECK (services->node = g_dbus_node_info_new_for_xml (interfaces, &error));
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    CHECK ((services->objects[i] = g_dbus_connection_register_object (
                services->bus, paths[i], services->node->interfaces[i], &table, services, NULL, &error)) != 0);
  services->launcher = g_dbus_connection_signal_subscribe (services->bus, NULL, "com.canonical.Unity.LauncherEntry",
                                                           "Update", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_launcher,
                                                           services, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    own (services, services->node->interfaces[i]->name);
  return services;
}

void
gui_services_free (GuiServices *services)
{
  if (services == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (services->objects); i++)
    g_dbus_connection_unregister_object (services->bus, services->objects[i]);
  g_dbus_connection_signal_unsubscribe (services->bus, services->launcher);
  g_dbus_connection_close_sync (services->bus, NULL, NULL);
  g_object_unref (services->bus);
  g_dbus_node_info_unref (services->node);
  g_ptr_array_unref (services->notified);
  g_free (services->item_bus);
  g_free (services->item_path);
  g_free (services);
}

/* ---- waiting ---- */

static void
wait_for (const char *what, gboolean (*is_there) (GuiServices *services, gconstpointer wanted), GuiServices *services,
          gconstpointer wanted)
{
  gint64 end = g_get_monotonic_time () + GUI_PATIENCE_S * G_USEC_PER_SEC;
  while (!is_there (services, wanted)) {
    if (g_get_monotonic_time () > end)
      fail_msg ("%s did not come; %u notifications, %u withdrawn, %" G_GINT64_FORMAT " unread", what,
                services->notified->len, services->withdrawn, services->unread);
    gui_breathe ();
  }
}

void
gui_services_count (GuiServices *services)
{
  g_ptr_array_set_size (services->notified, 0);
  services->withdrawn = 0;
}

static gboolean
are_notified (GuiServices *services, gconstpointer wanted)
{
  return services->notified->len >= *(const guint *) wanted;
}

void
gui_wait_notified (GuiServices *services, guint n)
{
  wait_for ("a notification", are_notified, services, &n);
  assert_int_equal (services->notified->len, n);
}

static gboolean
are_withdrawn (GuiServices *services, gconstpointer wanted)
{
  return services->withdrawn >= *(const guint *) wanted;
}

void
gui_wait_withdrawn (GuiServices *services, guint n)
{
  wait_for ("a withdrawal", are_withdrawn, services, &n);
  assert_int_equal (services->withdrawn, n);
}

static Notified *
last (GuiServices *services)
{
  assert_int_not_equal (services->notified->len, 0);
  return g_ptr_array_index (services->notified, services->notified->len - 1);
}

const char *
gui_notified_title (GuiServices *services)
{
  return last (services)->title;
}

const char *
gui_notified_body (GuiServices *services)
{
  return last (services)->body;
}

gboolean
gui_notified_replaces (GuiServices *services)
{
  return last (services)->replaces != 0;
}

static void
emit (GuiServices *services, const char *path, const char *interface, const char *signal, GVariant *arguments)
{
  CHECK (g_dbus_connection_emit_signal (services->bus, NULL, path, interface, signal, arguments, &error));
}

void
gui_press_notification (GuiServices *services, const char *label)
{
  Notified *notified = last (services);
  const char *action = label == NULL ? "default" : NULL;
  for (guint i = 0; action == NULL && notified->actions[i] != NULL && notified->actions[i + 1] != NULL; i += 2)
    if (g_str_equal (notified->actions[i + 1], label))
      action = notified->actions[i];
  assert_non_null (action);
  emit (services, "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "ActionInvoked",
        g_variant_new ("(us)", notified->id, action));
}

static gboolean
is_idle_asked (GuiServices *services, gconstpointer idle)
{
  return *(const gboolean *) idle ? services->asked_idle : services->asked_touch;
}

void
gui_set_idle (GuiServices *services, gboolean idle)
{
  wait_for ("a question for idle time", is_idle_asked, services, &idle);
  services->asked_touch = FALSE;
  emit (services, "/org/gnome/Mutter/IdleMonitor/Core", "org.gnome.Mutter.IdleMonitor", "WatchFired",
        g_variant_new ("(u)", idle ? IDLE_WATCH : TOUCH_WATCH));
}

static gboolean
has_tray_icon (GuiServices *services, gconstpointer name)
{
  if (services->item_path == NULL)
    return FALSE;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      services->bus, services->item_bus, services->item_path, "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", "org.kde.StatusNotifierItem", "IconName"), G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE,
      -1, NULL, NULL);
  if (answer == NULL)
    return FALSE;
  g_autoptr (GVariant) value = NULL;
  g_variant_get (answer, "(v)", &value);
  return g_str_equal (g_variant_get_string (value, NULL), name);
}

void
gui_wait_tray_icon (GuiServices *services, const char *name)
{
  wait_for (name, has_tray_icon, services, name);
}

static gboolean
has_unread (GuiServices *services, gconstpointer unread)
{
  return services->unread == *(const gint64 *) unread;
}

void
gui_wait_launcher (GuiServices *services, gint64 unread)
{
  wait_for ("the number in the launcher", has_unread, services, &unread);
}
