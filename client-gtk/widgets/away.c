/* away.c - see away.h; what a desktop knows of it is in idle.h. */
#include "widgets/away.h"

#include "widgets/idle.h"

struct _KithAway {
  KithSettings *settings;
  KithPlaces *places;
  KithIdle *idle; /* NULL: the person does not want it */
  gboolean is_idle;
};

static void
tell (KithAway *away)
{
  for (guint i = 0; i < kith_places_count (away->places); i++)
    kith_session_set_idle (kith_places_get (away->places, i), away->is_idle);
}

static void
on_idle (gboolean is_idle, gpointer data)
{
  KithAway *away = data;
  away->is_idle = is_idle;
  tell (away);
}

static void
on_minutes (KithAway *away)
{
  int minutes = kith_settings_get_int (away->settings, "idle-minutes");
  g_clear_pointer (&away->idle, kith_idle_free);
  if (away->is_idle)
    on_idle (FALSE, away);
  if (minutes > 0)
    away->idle = kith_idle_new ((guint) minutes, on_idle, away);
}

KithAway *
kith_away_new (KithSettings *settings, KithPlaces *places)
{
  KithAway *away = g_new0 (KithAway, 1);
  away->settings = g_object_ref (settings);
  away->places = g_object_ref (places);
  g_signal_connect_swapped (settings, "notify::idle-minutes", G_CALLBACK (on_minutes), away);
  g_signal_connect_swapped (places, "items-changed", G_CALLBACK (tell), away);
  on_minutes (away);
  return away;
}

void
kith_away_free (KithAway *away)
{
  if (away == NULL)
    return;
  g_signal_handlers_disconnect_by_data (away->settings, away);
  g_signal_handlers_disconnect_by_data (away->places, away);
  kith_idle_free (away->idle);
  g_object_unref (away->settings);
  g_object_unref (away->places);
  g_free (away);
}
