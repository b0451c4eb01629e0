/* idle-posix.c - org.gnome.Mutter.IdleMonitor: one watch for the time without a touch, and, once that is over, one for
 * the next touch. As long as the monitor is not on the bus, the X server is asked. */
#include "widgets/idle.h"

#define MONITOR "org.gnome.Mutter.IdleMonitor"
#define PATH "/org/gnome/Mutter/IdleMonitor/Core"

struct _KithIdle {
  guint minutes;
  KithIdleFunc func;
  gpointer data;
  gboolean is_idle;
  KithIdleX11 *x11;
  GDBusConnection *bus; /* NULL: there is no monitor */
  GCancellable *cancellable;
  guint name, subscription;
  guint32 idle_watch, touch_watch; /* 0: none */
};

static void
set_idle (KithIdle *idle, gboolean is_idle)
{
  if (idle->is_idle == is_idle)
    return;
  idle->is_idle = is_idle;
  idle->func (is_idle, idle->data);
}

static void
on_x11 (gboolean is_idle, gpointer data)
{
  set_idle (data, is_idle);
}

static void
call (KithIdle *idle, const char *method, GVariant *arguments, GAsyncReadyCallback callback)
{
  g_dbus_connection_call (idle->bus, MONITOR, PATH, MONITOR, method, arguments, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          -1, idle->cancellable, callback, idle);
}

/* The number of a watch; FALSE: it is over, or there is none. */
static gboolean
finish_watch (GObject *source, GAsyncResult *result, guint32 *watch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (answer != NULL && g_variant_is_of_type (answer, G_VARIANT_TYPE ("(u)"))) {
    g_variant_get (answer, "(u)", watch);
    return TRUE;
  }
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("The desktop does not tell whether somebody is there: %s", error->message);
  return FALSE;
}

static void
on_idle_watch (GObject *source, GAsyncResult *result, gpointer data)
{
  guint32 watch;
  if (finish_watch (source, result, &watch))
    ((KithIdle *) data)->idle_watch = watch;
}

static void
on_touch_watch (GObject *source, GAsyncResult *result, gpointer data)
{
  guint32 watch;
  if (finish_watch (source, result, &watch))
    ((KithIdle *) data)->touch_watch = watch;
}

static void
on_fired (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
          GVariant *parameters, gpointer data)
{
  KithIdle *idle = data;
  guint32 watch = 0;
  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(u)")))
    g_variant_get (parameters, "(u)", &watch);
  if (watch == 0 || (watch != idle->idle_watch && watch != idle->touch_watch))
    return;
  gboolean is_idle = watch == idle->idle_watch;
  if (is_idle && idle->touch_watch == 0)
    call (idle, "AddUserActiveWatch", NULL, on_touch_watch);
  if (!is_idle)
    idle->touch_watch = 0; /* it fires once */
  set_idle (idle, is_idle);
}

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  KithIdle *idle = data;
  g_clear_pointer (&idle->x11, kith_idle_x11_free);
  idle->bus = g_object_ref (bus);
  idle->subscription = g_dbus_connection_signal_subscribe (bus, owner, MONITOR, "WatchFired", PATH, NULL,
                                                           G_DBUS_SIGNAL_FLAGS_NONE, on_fired, idle, NULL);
  call (idle, "AddIdleWatch", g_variant_new ("(t)", (guint64) idle->minutes * 60 * 1000), on_idle_watch);
}

static void
leave_monitor (KithIdle *idle)
{
  if (idle->bus == NULL)
    return;
  g_dbus_connection_signal_unsubscribe (idle->bus, idle->subscription);
  g_clear_object (&idle->bus);
  idle->idle_watch = idle->touch_watch = 0;
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  KithIdle *idle = data;
  leave_monitor (idle);
  set_idle (idle, FALSE);
  if (idle->x11 == NULL)
    idle->x11 = kith_idle_x11_new (idle->minutes, on_x11, idle);
}

KithIdle *
kith_idle_new (guint minutes, KithIdleFunc func, gpointer data)
{
  KithIdle *idle = g_new0 (KithIdle, 1);
  *idle = (KithIdle){.minutes = minutes, .func = func, .data = data, .cancellable = g_cancellable_new ()};
  idle->name = g_bus_watch_name (G_BUS_TYPE_SESSION, MONITOR, G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared, on_vanished,
                                 idle, NULL);
  return idle;
}

static void
remove_watch (KithIdle *idle, guint32 watch)
{
  if (watch != 0)
    g_dbus_connection_call (idle->bus, MONITOR, PATH, MONITOR, "RemoveWatch", g_variant_new ("(u)", watch), NULL,
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

void
kith_idle_free (KithIdle *idle)
{
  if (idle == NULL)
    return;
  g_bus_unwatch_name (idle->name);
  g_cancellable_cancel (idle->cancellable);
  remove_watch (idle, idle->idle_watch);
  remove_watch (idle, idle->touch_watch);
  leave_monitor (idle);
  kith_idle_x11_free (idle->x11);
  g_object_unref (idle->cancellable);
  g_free (idle);
}
