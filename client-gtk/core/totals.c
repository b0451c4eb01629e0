/* totals.c - looks again when the main loop has nothing better to do. */
#include "totals.h"

struct _KithTotaller {
  KithPlaces *places;
  GPtrArray *watched; /* KithSession */
  KithTotalsFunc func;
  gpointer data;
  KithTotals totals;
  gboolean told;
  GSource *source; /* NULL: nothing has changed */
};

static KithTotals
add_up (KithPlaces *places)
{
  KithTotals totals = {.choice = KITH_PRESENCE_ONLINE};
  for (guint i = 0; i < kith_places_count (places); i++) {
    KithSession *session = kith_places_get (places, i);
    totals.unread += kith_session_unread (session);
    totals.mentions += kith_session_mentions (session);
    totals.online = totals.online || kith_session_is_online (session);
    if (i == 0)
      totals.choice = kith_session_choice (session)->state;
  }
  return totals;
}

static void
stop (KithTotaller *totaller)
{
  if (totaller->source != NULL)
    g_source_destroy (totaller->source);
  g_clear_pointer (&totaller->source, g_source_unref);
}

static gboolean
on_idle (gpointer data)
{
  KithTotaller *totaller = data;
  KithTotals now = add_up (totaller->places), *before = &totaller->totals;
  stop (totaller);
  gboolean same = totaller->told && now.unread == before->unread && now.mentions == before->mentions &&
                  now.online == before->online && now.choice == before->choice;
  totaller->told = TRUE;
  *before = now;
  if (!same)
    totaller->func (&now, totaller->data);
  return G_SOURCE_REMOVE;
}

static void
look_soon (KithTotaller *totaller)
{
  if (totaller->source != NULL)
    return;
  totaller->source = g_idle_source_new ();
  g_source_set_callback (totaller->source, on_idle, totaller, NULL);
  g_source_attach (totaller->source, g_main_context_get_thread_default ());
}

static void
watch (KithTotaller *totaller)
{
  static const char *const signals[] = {"notify::unread", "notify::mentions", "notify::state", "notify::choice"};
  for (guint i = 0; i < totaller->watched->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (totaller->watched, i), totaller);
  g_ptr_array_set_size (totaller->watched, 0);
  for (guint i = 0; i < kith_places_count (totaller->places); i++) {
    KithSession *session = g_object_ref (kith_places_get (totaller->places, i));
    g_ptr_array_add (totaller->watched, session);
    for (guint s = 0; s < G_N_ELEMENTS (signals); s++)
      g_signal_connect_swapped (session, signals[s], G_CALLBACK (look_soon), totaller);
  }
  look_soon (totaller);
}

KithTotaller *
kith_totaller_new (KithPlaces *places, KithTotalsFunc func, gpointer data)
{
  KithTotaller *totaller = g_new0 (KithTotaller, 1);
  totaller->places = g_object_ref (places);
  totaller->watched = g_ptr_array_new_with_free_func (g_object_unref);
  totaller->func = func;
  totaller->data = data;
  g_signal_connect_swapped (places, "items-changed", G_CALLBACK (watch), totaller);
  watch (totaller);
  return totaller;
}

void
kith_totaller_free (KithTotaller *totaller)
{
  if (totaller == NULL)
    return;
  stop (totaller);
  g_signal_handlers_disconnect_by_data (totaller->places, totaller);
  for (guint i = 0; i < totaller->watched->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (totaller->watched, i), totaller);
  g_ptr_array_unref (totaller->watched);
  g_object_unref (totaller->places);
  g_free (totaller);
}
