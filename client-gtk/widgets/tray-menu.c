/* tray-menu.c - plain items: the library that shows them in a panel knows no models. */
#include "widgets/tray-menu.h"

#include "widgets/presence-text.h"

#include <glib/gi18n.h>

#define KEY_ACTION "kith-action"
#define KEY_TARGET "kith-target"
#define KEY_OPEN "kith-open"
#define KEY_STATES "kith-states"
#define KEY_SETTING "kith-setting" /* the tick is set by us */

static void
set_active (GtkWidget *item, gboolean active)
{
  g_object_set_data (G_OBJECT (item), KEY_SETTING, item);
  gtk_check_menu_item_set_active (GTK_CHECK_MENU_ITEM (item), active);
  g_object_set_data (G_OBJECT (item), KEY_SETTING, NULL);
}

static void
on_activate (GtkWidget *item, gpointer actions)
{
  if (g_object_get_data (G_OBJECT (item), KEY_SETTING) != NULL)
    return;
  const char *action = g_object_get_data (G_OBJECT (item), KEY_ACTION);
  const char *target = g_object_get_data (G_OBJECT (item), KEY_TARGET);
  g_action_group_activate_action (actions, action, target != NULL ? g_variant_new_string (target) : NULL);
  if (target != NULL)
    set_active (item, TRUE); /* chosen again, it would lose its tick */
}

static GtkWidget *
add (GtkWidget *menu, GtkWidget *item, GActionGroup *actions, const char *action, const char *target)
{
  g_object_set_data (G_OBJECT (item), KEY_ACTION, (gpointer) action);
  g_object_set_data (G_OBJECT (item), KEY_TARGET, (gpointer) target);
  if (action != NULL)
    g_signal_connect_object (item, "activate", G_CALLBACK (on_activate), actions, 0);
  gtk_menu_shell_append (GTK_MENU_SHELL (menu), item);
  return item;
}

/* A tick at the one that holds. */
static void
add_states (GtkWidget *menu, GtkWidget *states, GActionGroup *actions)
{
  for (guint i = 0; kith_presence_choices[i] != NULL; i++) {
    KithPresenceState state;
    kith_presence_parse (kith_presence_choices[i], &state);
    GtkWidget *item = gtk_check_menu_item_new_with_label (kith_presence_title (state));
    gtk_check_menu_item_set_draw_as_radio (GTK_CHECK_MENU_ITEM (item), TRUE);
    add (states, item, actions, "presence", kith_presence_choices[i]);
  }
  g_object_set_data (G_OBJECT (menu), KEY_STATES, states);
}

static void
on_quiet (GActionGroup *actions, const char *name, GVariant *state, GtkWidget *item)
{
  set_active (item, g_variant_get_boolean (state));
}

GtkWidget *
kith_tray_menu_new (GActionGroup *actions)
{
  GtkWidget *menu = gtk_menu_new (), *states = gtk_menu_new (), *quiet;
  GtkWidget *open = add (menu, gtk_menu_item_new_with_label (_ ("Open Kith")), actions, "open", NULL);
  GtkWidget *status = add (menu, gtk_menu_item_new_with_label (_ ("Status")), actions, NULL, NULL);
  gtk_menu_item_set_submenu (GTK_MENU_ITEM (status), states);
  add_states (menu, states, actions);
  quiet = add (menu, gtk_check_menu_item_new_with_label (_ ("Mute for 1 hour")), actions, "quiet", NULL);
  g_signal_connect_object (actions, "action-state-changed::quiet", G_CALLBACK (on_quiet), quiet, 0);
  add (menu, gtk_separator_menu_item_new (), actions, NULL, NULL);
  add (menu, gtk_menu_item_new_with_label (_ ("Preferences")), actions, "preferences", NULL);
  add (menu, gtk_menu_item_new_with_label (_ ("Quit")), actions, "quit", NULL);
  g_object_set_data (G_OBJECT (menu), KEY_OPEN, open);
  gtk_widget_show_all (menu);
  return menu;
}

GtkWidget *
kith_tray_menu_open_item (GtkWidget *menu)
{
  return g_object_get_data (G_OBJECT (menu), KEY_OPEN);
}

void
kith_tray_menu_set_choice (GtkWidget *menu, KithPresenceState choice)
{
  GtkWidget *states = g_object_get_data (G_OBJECT (menu), KEY_STATES);
  g_autoptr (GList) items = gtk_container_get_children (GTK_CONTAINER (states));
  for (GList *link = items; link != NULL; link = link->next) {
    const char *name = g_object_get_data (link->data, KEY_TARGET);
    set_active (link->data, g_strcmp0 (name, kith_presence_name (choice)) == 0);
  }
}
