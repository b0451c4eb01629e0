/* app-actions.c - what can be done without a main window, too; the rest is in main-window-actions.c. */
#include "widgets/app-private.h"

#include "widgets/ask.h"

#include <glib/gi18n.h>

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer app)
{
  kith_app_quit (app);
}

static void
on_add_server (GSimpleAction *action, GVariant *parameter, gpointer app)
{
  kith_app_show_first_run (app);
}

static void
on_host (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KithApp *app = data;
  kith_app_show_first_run (app);
  kith_first_run_show_host (app->first_run);
}

void
kith_app_add_actions (KithApp *app)
{
  static const GActionEntry entries[] = {
      {.name = "quit", .activate = on_quit},
      {.name = "add-server", .activate = on_add_server},
      {.name = "host", .activate = on_host}, /* the server on this computer: start, look, stop */
  };
  static const char *const quit_keys[] = {"<Primary>q", NULL};
  g_action_map_add_action_entries (G_ACTION_MAP (app), entries, G_N_ELEMENTS (entries), app);
  gtk_application_set_accels_for_action (GTK_APPLICATION (app), "app.quit", quit_keys);
}
