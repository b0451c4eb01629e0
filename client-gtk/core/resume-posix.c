/* resume-posix.c - the signal PrepareForSleep (b) of logind: TRUE before, FALSE after. */
#include "resume-private.h"

#include <gio/gio.h>

#define LOGIND "org.freedesktop.login1"

struct _KithAlarm {
  void (*on_awake) (gpointer data);
  gpointer data;
  GDBusConnection *bus; /* NULL: there is none, or not yet */
  guint subscription;
  GCancellable *cancellable;
};

static void
on_sleep (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
          GVariant *parameters, gpointer data)
{
  (void) bus;
  (void) sender;
  (void) path;
  (void) interface;
  (void) signal;
  KithAlarm *alarm = data;
  gboolean before = TRUE;
  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &before);
  if (!before)
    alarm->on_awake (alarm->data);
}

/* Without a bus (a container) the network alone wakes us. */
static void
on_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  (void) source;
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);
  if (bus == NULL) {
    g_debug ("Waking up is not told of: %s", error->message);
    return;
  }
  KithAlarm *alarm = data;
  alarm->bus = bus;
  alarm->subscription = g_dbus_connection_signal_subscribe (bus, LOGIND, LOGIND ".Manager", "PrepareForSleep",
                                                            "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                            on_sleep, alarm, NULL);
}

KithAlarm *
kith_alarm_new (void (*on_awake) (gpointer data), gpointer data)
{
  KithAlarm *alarm = g_new0 (KithAlarm, 1);
  alarm->on_awake = on_awake;
  alarm->data = data;
  alarm->cancellable = g_cancellable_new ();
  g_bus_get (G_BUS_TYPE_SYSTEM, alarm->cancellable, on_bus, alarm);
  return alarm;
}

void
kith_alarm_free (KithAlarm *alarm)
{
  g_cancellable_cancel (alarm->cancellable);
  if (alarm->bus != NULL)
    g_dbus_connection_signal_unsubscribe (alarm->bus, alarm->subscription);
  g_clear_object (&alarm->bus);
  g_object_unref (alarm->cancellable);
  g_free (alarm);
}
