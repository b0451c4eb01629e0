#include "resume.h"

#define LOGIND "org.freedesktop.login1"

struct _KithResume {
  KithPlaces *places;
  GNetworkMonitor *monitor; /* borrowed: the process's */
  GDBusConnection *bus;     /* NULL: there is none, or not yet */
  guint subscription;
  GCancellable *cancellable;
};

static void
on_network (KithResume *resume, gboolean available)
{
  if (available)
    kith_places_try_now (resume->places);
}

/* PrepareForSleep (b): TRUE before, FALSE after. */
static void
on_sleep (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
          GVariant *parameters, gpointer data)
{
  (void) bus;
  (void) sender;
  (void) path;
  (void) interface;
  (void) signal;
  KithResume *resume = data;
  gboolean before = TRUE;
  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &before);
  if (!before)
    kith_places_try_now (resume->places);
}

/* Without a bus (Windows, a container) the network alone wakes us. */
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
  KithResume *resume = data;
  resume->bus = bus;
  resume->subscription = g_dbus_connection_signal_subscribe (bus, LOGIND, LOGIND ".Manager", "PrepareForSleep",
                                                           "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                           on_sleep, resume, NULL);
}

KithResume *
kith_resume_new (KithPlaces *places)
{
  KithResume *resume = g_new0 (KithResume, 1);
  resume->places = g_object_ref (places);
  resume->cancellable = g_cancellable_new ();
  resume->monitor = g_network_monitor_get_default ();
  g_signal_connect_swapped (resume->monitor, "network-changed", G_CALLBACK (on_network), resume);
  g_bus_get (G_BUS_TYPE_SYSTEM, resume->cancellable, on_bus, resume);
  return resume;
}

void
kith_resume_free (KithResume *resume)
{
  if (resume == NULL)
    return;
  g_cancellable_cancel (resume->cancellable);
  g_signal_handlers_disconnect_by_data (resume->monitor, resume);
  if (resume->bus != NULL)
    g_dbus_connection_signal_unsubscribe (resume->bus, resume->subscription);
  g_clear_object (&resume->bus);
  g_object_unref (resume->cancellable);
  g_object_unref (resume->places);
  g_free (resume);
}
