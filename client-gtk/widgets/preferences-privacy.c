/* preferences-privacy.c - what others learn, and whom one has blocked. */
#include "widgets/parts.h"
#include "widgets/preferences-parts.h"
#include "widgets/request.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

static const KithChoice idle[] = {{"0", N_ ("Never")},
                                  {"5", N_ ("5 minutes")},
                                  {"10", N_ ("10 minutes")},
                                  {"30", N_ ("30 minutes")},
                                  {"60", N_ ("1 hour")}};

static gboolean
to_id (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_take_string (to, g_strdup_printf ("%d", g_value_get_int (from)));
  return TRUE;
}

static gboolean
from_id (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  const char *id = g_value_get_string (from);
  if (id == NULL)
    return FALSE;
  g_value_set_int (to, (int) g_ascii_strtoll (id, NULL, 10));
  return TRUE;
}

static void
add_idle (GtkWidget *group, KithSettings *settings)
{
  GtkWidget *combo = gtk_combo_box_text_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (idle); i++)
    gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), idle[i].value, _ (idle[i].words));
  g_object_bind_property_full (settings, "idle-minutes", combo, "active-id",
                               G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL, to_id, from_id, NULL, NULL);
  atk_object_set_name (gtk_widget_get_accessible (combo), _ ("Away when I do nothing for"));
  kith_preferences_row (group, _ ("Away when I do nothing for"), _ ("Others see that nobody is at this computer"),
                        combo);
}

typedef struct {
  KithSession *session;
  KithContact *contact;
  GtkWidget *row;
} Blocked;

static void
free_blocked (gpointer data)
{
  Blocked *blocked = data;
  g_object_unref (blocked->session);
  g_object_unref (blocked->contact);
  g_free (blocked);
}

static void
on_unblock (GtkWidget *button, Blocked *blocked)
{
  json_object *request = kith_client_message ("unblock", 0, FALSE);
  kith_request_add_account (request, kith_contact_id (blocked->contact));
  g_autofree char *done = g_strdup_printf (_ ("%s is not blocked any more."), kith_contact_name (blocked->contact));
  kith_request_send (button, blocked->session, request, done);
}

static void
add_blocked (GtkWidget *group, KithSession *session, KithContact *contact)
{
  Blocked *blocked = g_new0 (Blocked, 1);
  GtkWidget *button = gtk_button_new_with_label (_ ("Unblock"));
  *blocked = (Blocked){g_object_ref (session), g_object_ref (contact), NULL};
  blocked->row = kith_preferences_row (group, kith_contact_name (contact), kith_session_server_name (session), button);
  g_object_set_data_full (G_OBJECT (button), "kith-blocked", blocked, free_blocked);
  g_signal_connect (button, "clicked", G_CALLBACK (on_unblock), blocked);
}

static guint
add_blocked_of (GtkWidget *group, KithSession *session)
{
  GListModel *contacts = kith_session_contacts (session);
  guint n = 0;
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++) {
    g_autoptr (KithContact) contact = g_list_model_get_item (contacts, i);
    if (!kith_contact_is_blocked (contact))
      continue;
    add_blocked (group, session, contact);
    n++;
  }
  return n;
}

void
kith_preferences_add_privacy (HdyPreferencesWindow *window, KithSettings *settings, KithPlaces *places)
{
  GtkWidget *page = kith_preferences_page (window, "privacy", _ ("Privacy"), "kith-lock-symbolic");
  GtkWidget *seen = kith_preferences_group (page, _ ("What others see"));
  guint blocked = 0;
  kith_preferences_switch (seen, settings, "send-receipts", _ ("Read receipts"),
                           _ ("Off also hides other people’s receipts from you"));
  kith_preferences_switch (seen, settings, "send-typing", _ ("Typing indicator"), NULL);
  add_idle (seen, settings);
  GtkWidget *group = kith_preferences_group (page, _ ("Blocked people"));
  for (guint i = 0; i < kith_places_count (places); i++)
    blocked += add_blocked_of (group, kith_places_get (places, i));
  if (blocked == 0)
    kith_preferences_row (group, _ ("Nobody"), _ ("Block somebody in the details of a conversation with them"), NULL);
}
