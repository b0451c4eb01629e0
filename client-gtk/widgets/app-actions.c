/* app-actions.c - what can be done without a main window, too; the rest is in main-window-actions.c. */
#include "widgets/app-private.h"

#include "widgets/dialogs.h"
#include "widgets/notifications.h"

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

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer app)
{
  kith_app_present (app);
}

static void
on_preferences (GSimpleAction *action, GVariant *parameter, gpointer app)
{
  kith_preferences_show (kith_app_present (app), NULL);
}

/* What a notification is of; it may be older than this run. */
static KithChat *
find_chat (KithApp *app, GVariant *target, KithSession **session)
{
  const char *place;
  gint64 conversation;
  g_variant_get (target, "(&sx)", &place, &conversation);
  *session = kith_app_find_session (app, place);
  return *session != NULL ? kith_session_chat (*session, conversation) : NULL;
}

static void
on_open_chat (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KithApp *app = data;
  KithSession *session;
  KithChat *chat = find_chat (app, parameter, &session);
  if (chat == NULL) {
    kith_app_present (app);
    return;
  }
  kith_app_show_session (app, session);
  kith_main_window_show_chat (app->window, chat);
}

static void
on_mark_read (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KithSession *session;
  KithChat *chat = find_chat (data, parameter, &session);
  if (chat != NULL)
    kith_session_mark_read (session, chat, kith_chat_last (chat));
}

void
kith_app_add_actions (KithApp *app)
{
  static const GActionEntry entries[] = {
      {.name = "quit", .activate = on_quit},
      {.name = "add-server", .activate = on_add_server},
      {.name = "host", .activate = on_host}, /* the server on this computer: start, look, stop */
      {.name = "open", .activate = on_open},
      {.name = "preferences", .activate = on_preferences},
      {.name = "open-chat", .activate = on_open_chat, .parameter_type = KITH_NOTIFICATION_TARGET},
      {.name = "mark-read", .activate = on_mark_read, .parameter_type = KITH_NOTIFICATION_TARGET},
  };
  static const char *const quit_keys[] = {"<Primary>q", NULL};
  g_action_map_add_action_entries (G_ACTION_MAP (app), entries, G_N_ELEMENTS (entries), app);
  gtk_application_set_accels_for_action (GTK_APPLICATION (app), "app.quit", quit_keys);
}
