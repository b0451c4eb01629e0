/* bulletin-posix.c - GNotification. Its text is plain for GNOME, but goes as it is to a server of the freedesktop
 * specification, which may take it for markup: which of the two gets it is asked before the first is shown, as GLib
 * does. */
#include "widgets/bulletin.h"

#include "widgets/notifications.h"

#include <glib/gi18n.h>

#define SERVER "org.freedesktop.Notifications"
#define GNOME_SERVER "org.gtk.Notifications"

typedef enum { UNKNOWN, ASKED, KNOWN } Knowledge;

struct _KithBulletin {
  GApplication *application; /* borrowed */
  void (*ready) (gpointer data);
  gpointer data;
  GCancellable *cancellable;
  Knowledge knowledge;
  gboolean markup; /* texts have to be escaped */
};

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
on_capabilities (GObject *source, GAsyncResult *result, gpointer data)
{
  KithBulletin *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree const char **words = NULL;
  if (answer == NULL && is_cancelled (error))
    return;
  if (answer != NULL)
    g_variant_get (answer, "(^a&s)", &words);
  self->markup = words != NULL && g_strv_contains (words, "body-markup");
  self->knowledge = KNOWN;
  self->ready (self->data);
}

static void
ask_capabilities (KithBulletin *self, GDBusConnection *bus)
{
  g_dbus_connection_call (bus, SERVER, "/org/freedesktop/Notifications", SERVER, "GetCapabilities", NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_capabilities,
                          self);
}

static void
on_gnome (GObject *source, GAsyncResult *result, gpointer data)
{
  KithBulletin *self = data;
  GDBusConnection *bus = G_DBUS_CONNECTION (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (bus, result, &error);
  gboolean gnome = FALSE;
  if (answer == NULL && is_cancelled (error))
    return;
  if (answer != NULL)
    g_variant_get (answer, "(b)", &gnome);
  self->knowledge = gnome ? KNOWN : ASKED;
  if (gnome)
    self->ready (self->data);
  else
    ask_capabilities (self, bus);
}

gboolean
kith_bulletin_is_ready (KithBulletin *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);
  if (self->knowledge != UNKNOWN)
    return self->knowledge == KNOWN;
  self->knowledge = bus != NULL ? ASKED : KNOWN;
  if (bus != NULL && g_strcmp0 (g_getenv (KITH_NOTIFICATION_BACKEND), "freedesktop") == 0)
    ask_capabilities (self, bus);
  else if (bus != NULL)
    g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                            "NameHasOwner", g_variant_new ("(s)", GNOME_SERVER), G_VARIANT_TYPE ("(b)"),
                            G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_gnome, self);
  return self->knowledge == KNOWN;
}

void
kith_bulletin_show (KithBulletin *self, const char *id, const char *title, const char *body, GVariant *target)
{
  g_autofree char *escaped = self->markup ? g_markup_escape_text (body, -1) : NULL;
  g_autoptr (GVariant) place = g_variant_ref_sink (target);
  g_autoptr (GNotification) notification = g_notification_new (title);
  g_autoptr (GIcon) icon = g_themed_icon_new ("kith");
  g_notification_set_body (notification, escaped != NULL ? escaped : body);
  g_notification_set_icon (notification, icon);
  g_notification_set_default_action_and_target_value (notification, "app.open-chat", place);
  g_notification_add_button_with_target_value (notification, _ ("Mark as read"), "app.mark-read", place);
  g_application_send_notification (self->application, id, notification);
}

void
kith_bulletin_withdraw (KithBulletin *self, const char *id)
{
  g_application_withdraw_notification (self->application, id);
}

KithBulletin *
kith_bulletin_new (GApplication *application, void (*ready) (gpointer data), gpointer data)
{
  KithBulletin *self = g_new0 (KithBulletin, 1);
  self->application = application;
  self->ready = ready;
  self->data = data;
  self->cancellable = g_cancellable_new ();
  return self;
}

void
kith_bulletin_free (KithBulletin *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);
  if (bus != NULL)
    g_dbus_connection_flush_sync (bus, NULL, NULL);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_free (self);
}
