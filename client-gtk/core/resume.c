#include "resume-private.h"

struct _KithResume {
  KithPlaces *places;
  GNetworkMonitor *monitor; /* borrowed: the process's */
  KithAlarm *alarm;
};

static void
on_network (KithResume *resume, gboolean available)
{
  if (available)
    kith_places_try_now (resume->places);
}

static void
on_awake (gpointer data)
{
  KithResume *resume = data;
  kith_places_try_now (resume->places);
}

KithResume *
kith_resume_new (KithPlaces *places)
{
  KithResume *resume = g_new0 (KithResume, 1);
  resume->places = g_object_ref (places);
  resume->monitor = g_network_monitor_get_default ();
  g_signal_connect_swapped (resume->monitor, "network-changed", G_CALLBACK (on_network), resume);
  resume->alarm = kith_alarm_new (on_awake, resume);
  return resume;
}

void
kith_resume_free (KithResume *resume)
{
  if (resume == NULL)
    return;
  g_signal_handlers_disconnect_by_data (resume->monitor, resume);
  kith_alarm_free (resume->alarm);
  g_object_unref (resume->places);
  g_free (resume);
}
