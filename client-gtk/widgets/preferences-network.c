/* preferences-network.c - the servers whose keys are trusted, with their words, and the doctor. */
#include "widgets/dialogs.h"
#include "widgets/parts.h"
#include "widgets/preferences-parts.h"

#include "core/fingerprints.h"

#include <glib/gi18n.h>

static void
on_words (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) row = data;
  g_autoptr (KithFingerprint) fingerprint = kith_fingerprint_finish (result, NULL);
  if (fingerprint == NULL)
    return;
  g_autofree char *words = g_strjoin (" ", fingerprint->words[0], fingerprint->words[1], fingerprint->words[2],
                                      fingerprint->words[3], fingerprint->words[4], fingerprint->words[5], NULL);
  hdy_action_row_set_subtitle (HDY_ACTION_ROW (row), words);
}

static void
add_server (GtkWidget *group, KithSession *session)
{
  GtkWidget *tag = kith_badge_new (_ ("Known"), NULL);
  kith_set_class (tag, "badge", FALSE);
  kith_add_classes (tag, "tag ok");
  GtkWidget *row =
      kith_preferences_row (group, kith_session_server_name (session), kith_session_address (session), tag);
  if (*kith_session_pin (session) == '\0')
    return;
  g_autoptr (GCancellable) gone = g_cancellable_new (); /* the window may be closed before the words are there */
  g_signal_connect_object (row, "destroy", G_CALLBACK (g_cancellable_cancel), gone, G_CONNECT_SWAPPED);
  kith_fingerprint_async (kith_session_pin (session), gone, on_words, g_object_ref (row));
}

static void
on_doctor (GtkWidget *button)
{
  KithPlaces *places = g_object_get_data (G_OBJECT (button), "kith-places");
  KithSession *session = kith_places_count (places) > 0 ? kith_places_get (places, 0) : NULL;
  kith_doctor_show (GTK_WINDOW (gtk_widget_get_toplevel (button)), session,
                    session != NULL ? kith_session_address (session) : NULL);
}

void
kith_preferences_add_network (HdyPreferencesWindow *window, KithPlaces *places)
{
  GtkWidget *page = kith_preferences_page (window, "network", _ ("Network"), "network-wired-symbolic");
  GtkWidget *trusted = kith_preferences_group (page, _ ("Servers you trust"));
  for (guint i = 0; i < kith_places_count (places); i++)
    add_server (trusted, kith_places_get (places, i));
  GtkWidget *help = kith_preferences_group (page, _ ("Help")), *run = gtk_button_new_with_label (_ ("Run…"));
  g_object_set_data (G_OBJECT (run), "kith-places", places);
  g_signal_connect (run, "clicked", G_CALLBACK (on_doctor), NULL);
  kith_preferences_row (help, _ ("Connection doctor"), _ ("Find out why something does not connect"), run);
}
