/* preferences-about.c - which Kith this is, the keys, who made it. */
#include "widgets/dialogs.h"
#include "widgets/parts.h"
#include "widgets/preferences-parts.h"

#include <glib/gi18n.h>

static void
on_shortcuts (GtkWidget *row)
{
  kith_shortcuts_show (GTK_WINDOW (gtk_widget_get_toplevel (row)));
}

static void
on_licence (GtkWidget *row)
{
  gtk_show_about_dialog (GTK_WINDOW (gtk_widget_get_toplevel (row)), "program-name", "Kith", "version", KITH_VERSION,
                         "logo-icon-name", "kith", "comments", _ ("Messages for people on one network"), "license-type",
                         GTK_LICENSE_MIT_X11, NULL);
}

void
kith_preferences_add_about (HdyPreferencesWindow *window)
{
  GtkWidget *page = kith_preferences_page (window, "about", _ ("About"), "help-about-symbolic");
  GtkWidget *name = kith_preferences_group (page, NULL);
  g_autofree char *version = g_strdup_printf ("Kith %s", KITH_VERSION);
  GtkWidget *row = kith_preferences_row (name, version, _ ("Messages for people on one network"), NULL);
  hdy_action_row_add_prefix (HDY_ACTION_ROW (row), kith_icon_new ("kith", 56, NULL));
  gtk_widget_show_all (row);
  GtkWidget *more = kith_preferences_group (page, NULL);
  kith_preferences_link (more, _ ("Keyboard shortcuts"), "Ctrl+?", G_CALLBACK (on_shortcuts));
  kith_preferences_link (more, _ ("Licence and credits"), NULL, G_CALLBACK (on_licence));
}
