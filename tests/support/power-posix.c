/* power-posix.c - a system bus of the test's own, with the signal of logind. */
#include "support/power.h"

#include "support/check.h"

#include <gio/gio.h>

struct _TestPower {
  GTestDBus *daemon;
  GDBusConnection *bus;
};

TestPower *
test_power_new (void)
{
  TestPower *power = g_new0 (TestPower, 1);
  power->daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (power->daemon);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (power->daemon), TRUE);
  CHECK (power->bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &error));
  g_dbus_connection_set_exit_on_close (power->bus, FALSE);
  g_bus_own_name_on_connection (power->bus, "org.freedesktop.login1", G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  return power;
}

void
test_power_free (TestPower *power)
{
  g_object_unref (power->bus);
  g_test_dbus_stop (power->daemon);
  g_object_unref (power->daemon);
  g_free (power);
}

/* The answer to a call comes behind the signal. */
void
test_power_say (TestPower *power, gboolean goes_to_sleep)
{
  GVariant *answer = NULL;
  CHECK (g_dbus_connection_emit_signal (power->bus, NULL, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
                                        g_variant_new ("(b)", goes_to_sleep), &error));
  CHECK (answer = g_dbus_connection_call_sync (power->bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId", NULL, NULL,
                                               G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error));
  g_variant_unref (answer);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
