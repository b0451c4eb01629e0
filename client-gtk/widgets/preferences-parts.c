/* preferences-parts.c - HdyActionRows with a switch, a menu, buttons or an arrow. */
#include "widgets/preferences-parts.h"

#include "widgets/parts.h"

#include <glib/gi18n.h>

#define LINES 4   /* of a title; where there is room it has one */
#define LETTERS 2 /* that are shown of a choice at least */

GtkWidget *
kith_preferences_page (HdyPreferencesWindow *window, const char *name, const char *title, const char *icon)
{
  GtkWidget *page =
      g_object_new (HDY_TYPE_PREFERENCES_PAGE, "title", title, "icon-name", icon, "name", name, "visible", TRUE, NULL);
  gtk_container_add (GTK_CONTAINER (window), page);
  return page;
}

GtkWidget *
kith_preferences_group (GtkWidget *page, const char *title)
{
  GtkWidget *group = g_object_new (HDY_TYPE_PREFERENCES_GROUP, "title", title, "visible", TRUE, NULL);
  gtk_container_add (GTK_CONTAINER (page), group);
  return group;
}

GtkWidget *
kith_preferences_row (GtkWidget *group, const char *title, const char *subtitle, GtkWidget *widget)
{
  GtkWidget *row = g_object_new (HDY_TYPE_ACTION_ROW, "title", title, "subtitle", subtitle, "visible", TRUE,
                                 "activatable", FALSE, "selectable", FALSE, "title-lines", LINES, "subtitle-lines",
                                 LINES, NULL);
  if (widget != NULL) {
    gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
    gtk_widget_show_all (widget);
    gtk_container_add (GTK_CONTAINER (row), widget);
  }
  gtk_container_add (GTK_CONTAINER (group), row);
  return row;
}

GtkWidget *
kith_preferences_switch (GtkWidget *group, KithSettings *settings, const char *key, const char *title,
                         const char *subtitle)
{
  GtkWidget *toggle = gtk_switch_new ();
  GtkWidget *row = kith_preferences_row (group, title, subtitle, toggle);
  atk_object_set_name (gtk_widget_get_accessible (toggle), title);
  hdy_action_row_set_activatable_widget (HDY_ACTION_ROW (row), toggle);
  g_object_bind_property (settings, key, toggle, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  return row;
}

GtkWidget *
kith_preferences_link (GtkWidget *group, const char *title, const char *subtitle, GCallback activated)
{
  GtkWidget *row = kith_preferences_row (group, title, subtitle, kith_icon_new ("go-next-symbolic", 16, "faint"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect (row, "activated", activated, NULL);
  return row;
}

/* ---- choices ---- */

static gboolean
to_active (GBinding *binding, const GValue *from, GValue *to, gpointer value)
{
  g_value_set_boolean (to, g_strcmp0 (g_value_get_string (from), value) == 0);
  return TRUE;
}

/* A button that goes out changes nothing: another one goes on. */
static gboolean
from_active (GBinding *binding, const GValue *from, GValue *to, gpointer value)
{
  if (!g_value_get_boolean (from))
    return FALSE;
  g_value_set_string (to, value);
  return TRUE;
}

GtkWidget *
kith_segments_new (KithSettings *settings, const char *key, const KithChoice *choices, guint n)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), *first = NULL;
  kith_add_classes (box, "linked segmented");
  for (guint i = 0; i < n; i++) {
    const char *words = *choices[i].words != '\0' ? _ (choices[i].words) : ""; /* gettext has its header for "" */
    GtkWidget *button = gtk_radio_button_new_with_label_from_widget (GTK_RADIO_BUTTON (first), words);
    gtk_toggle_button_set_mode (GTK_TOGGLE_BUTTON (button), FALSE);
    g_object_set (gtk_bin_get_child (GTK_BIN (button)), "ellipsize", PANGO_ELLIPSIZE_END, "width-chars",
                  MIN (LETTERS, (int) g_utf8_strlen (words, -1)), NULL);
    gtk_widget_set_tooltip_text (button, words);
    first = first != NULL ? first : button;
    gtk_container_add (GTK_CONTAINER (box), button);
  }
  g_autoptr (GList) buttons = gtk_container_get_children (GTK_CONTAINER (box));
  guint i = 0;
  for (GList *l = buttons; l != NULL; l = l->next)
    g_object_bind_property_full (settings, key, l->data, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL,
                                 to_active, from_active, (gpointer) choices[i++].value, NULL);
  return box;
}

GtkWidget *
kith_preferences_choice (GtkWidget *group, KithSettings *settings, const char *key, const char *title,
                         const char *subtitle, const KithChoice *choices, guint n)
{
  GtkWidget *combo = gtk_combo_box_text_new ();
  for (guint i = 0; i < n; i++)
    gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), choices[i].value, _ (choices[i].words));
  kith_combo_shrink (combo);
  atk_object_set_name (gtk_widget_get_accessible (combo), title);
  g_object_bind_property (settings, key, combo, "active-id", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  return kith_preferences_row (group, title, subtitle, combo);
}
