/* room-general.c - name, topic, how long messages are kept; what cannot be changed is said. */
#include "core/rights.h"
#include "widgets/parts.h"
#include "widgets/request.h"
#include "widgets/room-settings.h"

#include <glib/gi18n.h>
#include <handy.h>
#include <json-c/json.h>

typedef struct {
  KithSession *session;
  KithChat *chat;
} General;

static void
free_general (gpointer data)
{
  General *general = data;
  g_object_unref (general->session);
  g_object_unref (general->chat);
  g_free (general);
}

static General *
general_of (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), "kith-general");
}

static void
send (GtkWidget *widget, const char *type, const char *member, json_object *value)
{
  General *general = general_of (widget);
  json_object *request = kith_client_message (type, kith_chat_id (general->chat), TRUE);
  json_object_object_add (request, member, value);
  kith_request_send (widget, general->session, request, _ ("Saved."));
}

static void
on_name (GtkEntry *entry)
{
  if (g_strcmp0 (gtk_entry_get_text (entry), kith_chat_title (general_of (GTK_WIDGET (entry))->chat)) != 0)
    send (GTK_WIDGET (entry), "rename", "name", json_object_new_string (gtk_entry_get_text (entry)));
}

static void
on_topic (GtkEntry *entry)
{
  if (g_strcmp0 (gtk_entry_get_text (entry), kith_chat_topic (general_of (GTK_WIDGET (entry))->chat)) != 0)
    send (GTK_WIDGET (entry), "topic", "topic", json_object_new_string (gtk_entry_get_text (entry)));
}

static void
on_days (GtkComboBox *combo)
{
  const char *days = gtk_combo_box_get_active_id (combo);
  if (days != NULL)
    send (GTK_WIDGET (combo), "retention", "days", json_object_new_int64 (g_ascii_strtoll (days, NULL, 10)));
}

static void
keep (GtkWidget *widget, KithSession *session, KithChat *chat)
{
  General *general = g_new (General, 1);
  *general = (General){g_object_ref (session), g_object_ref (chat)};
  g_object_set_data_full (G_OBJECT (widget), "kith-general", general, free_general);
}

/* Who may not change something sees that, and who may. FALSE: we may not. */
static gboolean
permit (GtkWidget *widget, GtkWidget *row, KithSession *session, KithChat *chat, KithRight right)
{
  if (kith_rights_may (session, chat, right))
    return TRUE;
  const char *whose = kith_rights_whose (right, kith_chat_is_private (chat));
  gtk_widget_set_sensitive (widget, FALSE);
  hdy_action_row_set_subtitle (HDY_ACTION_ROW (row),
                               whose != NULL ? whose : _ ("You may read in this room, not write."));
  return FALSE;
}

/* Enter saves. */
static void
add_entry (GtkWidget *group, KithSession *session, KithChat *chat, const char *title, const char *text, KithRight right,
           GCallback saved)
{
  GtkWidget *entry = gtk_entry_new (), *row = hdy_action_row_new ();
  gtk_entry_set_text (GTK_ENTRY (entry), text);
  gtk_entry_set_max_length (GTK_ENTRY (entry), 500);
  gtk_entry_set_width_chars (GTK_ENTRY (entry), 8); /* at least */
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_widget_set_valign (entry, GTK_ALIGN_CENTER);
  kith_set_name (entry, title);
  keep (entry, session, chat);
  hdy_preferences_row_set_title (HDY_PREFERENCES_ROW (row), title);
  hdy_action_row_set_subtitle_lines (HDY_ACTION_ROW (row), 3);
  gtk_widget_set_tooltip_text (entry, permit (entry, row, session, chat, right) ? _ ("Enter saves") : NULL);
  g_signal_connect (entry, "activate", saved, NULL);
  gtk_container_add (GTK_CONTAINER (row), entry);
  gtk_container_add (GTK_CONTAINER (group), row);
}

static const struct {
  const char *days, *words;
} terms[] = {
    {"0", N_ ("As long as the server does")}, {"7", N_ ("7 days")}, {"30", N_ ("30 days")}, {"365", N_ ("1 year")}};

/* What was chosen elsewhere (kith-cli takes any number) becomes one more choice. */
static void
show_days (GtkComboBox *combo, gint64 days)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, days);
  if (gtk_combo_box_set_active_id (combo, id))
    return;
  g_autofree char *words = g_strdup_printf (g_dngettext (NULL, "%d day", "%d days", (gulong) days), (int) days);
  gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), id, words);
  gtk_combo_box_set_active_id (combo, id);
}

static void
add_retention (GtkWidget *group, KithSession *session, KithChat *chat)
{
  GtkWidget *combo = gtk_combo_box_text_new (), *row = hdy_action_row_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (terms); i++)
    gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), terms[i].days, _ (terms[i].words));
  show_days (GTK_COMBO_BOX (combo), kith_chat_retention (chat));
  gtk_widget_set_valign (combo, GTK_ALIGN_CENTER);
  kith_combo_shrink (combo);
  kith_set_name (combo, _ ("Keep messages"));
  keep (combo, session, chat);
  g_signal_connect (combo, "changed", G_CALLBACK (on_days), NULL);
  hdy_preferences_row_set_title (HDY_PREFERENCES_ROW (row), _ ("Keep messages"));
  hdy_action_row_set_subtitle (HDY_ACTION_ROW (row), _ ("What is older is deleted for everybody, for good"));
  hdy_action_row_set_subtitle_lines (HDY_ACTION_ROW (row), 3);
  permit (combo, row, session, chat, KITH_RIGHT_RETENTION);
  gtk_container_add (GTK_CONTAINER (row), combo);
  gtk_container_add (GTK_CONTAINER (group), row);
}

static void
add_fact (GtkWidget *group, const char *title, const char *text)
{
  GtkWidget *row = hdy_action_row_new ();
  hdy_preferences_row_set_title (HDY_PREFERENCES_ROW (row), title);
  hdy_action_row_set_subtitle (HDY_ACTION_ROW (row), text);
  gtk_container_add (GTK_CONTAINER (group), row);
}

GtkWidget *
kith_room_general_new (KithSession *session, KithChat *chat)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24), *names = hdy_preferences_group_new (),
            *rules = hdy_preferences_group_new ();
  gboolean since_join = g_strcmp0 (kith_chat_history (chat), "since_join") == 0;
  add_entry (names, session, chat, _ ("Name"), kith_chat_title (chat), KITH_RIGHT_NAME, G_CALLBACK (on_name));
  add_entry (names, session, chat, _ ("Topic"), kith_chat_topic (chat), KITH_RIGHT_TOPIC, G_CALLBACK (on_topic));
  hdy_preferences_group_set_title (HDY_PREFERENCES_GROUP (rules), _ ("Rules"));
  add_fact (rules, _ ("Who may come in"),
            kith_chat_is_private (chat) ? _ ("Who is invited") : _ ("Everybody on this server"));
  add_fact (rules, _ ("What members read"), since_join ? _ ("What was written while they were in") : _ ("Everything"));
  add_retention (rules, session, chat);
  gtk_container_add (GTK_CONTAINER (page), names);
  gtk_container_add (GTK_CONTAINER (page), rules);
  return page;
}
