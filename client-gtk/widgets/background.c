/* background.c - joins what is counted, shown and asked for outside of our windows. */
#include "widgets/background.h"

#include "core/autostart.h"
#include "core/totals.h"
#include "widgets/away.h"
#include "widgets/launcher.h"
#include "widgets/notifications.h"
#include "widgets/tray-menu.h"
#include "widgets/tray.h"

#include <glib/gi18n.h>

#define QUIET_S (60 * 60)
#define ICONS "/org/kith/icons/symbolic/apps/"

struct _KithBackground {
  GtkApplication *application; /* borrowed */
  char *directory;
  KithSettings *settings;
  KithPlaces *places;
  KithBackgroundHooks hooks;
  gpointer data;
  KithNotifications *notifications;
  KithTotaller *totaller;
  KithTotals totals;
  KithAway *away;
  KithTray *tray;  /* NULL: none in this build */
  GtkWidget *menu; /* of the tray */
  guint quiet;     /* timer; 0: not quiet */
};

/* ---- the icon ---- */

typedef enum { NORMAL, UNREAD, OFFLINE, DND } Look;

static const struct {
  const char *icon, *words;
} looks[] = {
    [NORMAL] = {"kith-symbolic", N_ ("Kith")},
    [UNREAD] = {"kith-unread-symbolic", N_ ("Kith: there are unread messages")},
    [OFFLINE] = {"kith-offline-symbolic", N_ ("Kith: no connection")},
    [DND] = {"kith-dnd-symbolic", N_ ("Kith: do not disturb")},
};

static Look
look_of (KithBackground *self)
{
  const KithTotals *totals = &self->totals;
  if (!totals->online && kith_places_count (self->places) > 0)
    return OFFLINE;
  if (totals->choice == KITH_PRESENCE_DND || self->quiet != 0)
    return DND;
  return totals->unread > 0 ? UNREAD : NORMAL;
}

static void
show_look (KithBackground *self)
{
  Look look = look_of (self);
  kith_tray_set_icon (self->tray, looks[look].icon, _ (looks[look].words));
}

/* Files of the panel's own: it runs in another process. The folder; to be freed. */
static char *
unpack_icons (KithProfile *profile)
{
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *name = g_strconcat (looks[i].icon, ".svg", NULL);
    g_autofree char *source = g_strconcat (ICONS, name, NULL), *path = kith_profile_path (profile, "icons", name, NULL);
    g_autoptr (GBytes) bytes = g_resources_lookup_data (source, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
    gsize size = 0;
    const char *text = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
    if (text == NULL || !g_file_set_contents (path, text, (gssize) size, &error))
      g_message ("The tray will lack an icon: %s", error->message);
  }
  return kith_profile_path (profile, "icons", NULL);
}

/* ---- what is counted ---- */

static void
on_totals (const KithTotals *totals, gpointer data)
{
  KithBackground *self = data;
  GtkWindow *window = self->hooks.window (self->data);
  gboolean unseen = window != NULL && !gtk_window_is_active (window);
  if (unseen && totals->mentions > self->totals.mentions)
    gtk_window_set_urgency_hint (window, TRUE);
  self->totals = *totals;
  kith_launcher_show (self->application, totals->unread, totals->mentions > 0 && unseen);
  kith_tray_menu_set_choice (self->menu, totals->choice);
  show_look (self);
}

static void
on_active (GtkWindow *window)
{
  if (gtk_window_is_active (window))
    gtk_window_set_urgency_hint (window, FALSE);
}

/* ---- actions ---- */

static void
on_presence (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KithBackground *self = data;
  KithPresenceState state;
  if (!kith_presence_parse (g_variant_get_string (parameter, NULL), &state))
    return;
  for (guint i = 0; i < kith_places_count (self->places); i++) {
    KithSession *session = kith_places_get (self->places, i);
    g_autofree char *text = g_strdup (kith_session_choice (session)->text);
    kith_session_choose (session, state, text, kith_session_choice (session)->until);
  }
}

static void
set_quiet (KithBackground *self, gboolean quiet)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->application), "quiet");
  kith_notifications_set_quiet (self->notifications, quiet);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (quiet));
  show_look (self);
}

static gboolean
on_quiet_over (gpointer data)
{
  KithBackground *self = data;
  self->quiet = 0;
  set_quiet (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
on_quiet (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KithBackground *self = data;
  gboolean quiet = self->quiet == 0;
  g_clear_handle_id (&self->quiet, g_source_remove);
  if (quiet)
    self->quiet = g_timeout_add_seconds (QUIET_S, on_quiet_over, self);
  set_quiet (self, quiet);
}

/* ---- starting with the desktop ---- */

static void
on_autostart (KithBackground *self)
{
  g_autoptr (GError) error = NULL;
  const char *id = g_application_get_application_id (G_APPLICATION (self->application));
  gboolean on = kith_settings_get_boolean (self->settings, "autostart");
  if (kith_autostart_is_on (id) == on || kith_autostart_set (id, self->directory, on, &error))
    return;
  g_warning ("Starting with the desktop cannot be changed: %s", error->message);
  g_object_set (self->settings, "autostart", !on, NULL);
}

/* Who has switched it on or off with a tool of the desktop, or with the installer, means it. */
static void
init_autostart (KithBackground *self)
{
  const char *id = g_application_get_application_id (G_APPLICATION (self->application));
  if (kith_settings_get_boolean (self->settings, "autostart") != kith_autostart_is_on (id))
    g_object_set (self->settings, "autostart", kith_autostart_is_on (id), NULL);
  g_signal_connect_swapped (self->settings, "notify::autostart", G_CALLBACK (on_autostart), self);
}

/* ---- closing ---- */

static void
end (KithBackground *self, GtkWindow *window, gboolean stay)
{
  g_object_set (self->settings, "run-in-background", stay ? "yes" : "no", NULL);
  if (stay)
    gtk_widget_hide (GTK_WIDGET (window));
  else
    g_action_group_activate_action (G_ACTION_GROUP (self->application), "quit", NULL);
}

static void
on_answer (GtkWidget *dialog, int response, KithBackground *self)
{
  g_autoptr (GtkWindow) window = g_object_ref (gtk_window_get_transient_for (GTK_WINDOW (dialog)));
  gtk_widget_destroy (dialog);
  if (response == GTK_RESPONSE_OK || response == GTK_RESPONSE_CLOSE)
    end (self, window, response == GTK_RESPONSE_OK);
}

static void
ask (KithBackground *self, GtkWindow *window)
{
  GtkWidget *dialog = gtk_message_dialog_new (window, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                              GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE, "%s",
                                              _ ("Kith keeps running so messages reach you."));
  gtk_message_dialog_format_secondary_text (
      GTK_MESSAGE_DIALOG (dialog), "%s",
      kith_tray_is_shown (self->tray) ? _ ("Its icon is in the tray. Ctrl+Q quits; the preferences can change this.")
                                      : _ ("Start Kith again to see it. Ctrl+Q quits; the preferences can change this."));
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("Quit instead"), GTK_RESPONSE_CLOSE);
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("OK"), GTK_RESPONSE_OK);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_OK);
  g_signal_connect (dialog, "response", G_CALLBACK (on_answer), self);
  gtk_widget_show (dialog);
}

static gboolean
on_delete (GtkWindow *window, GdkEvent *event, KithBackground *self)
{
  g_autofree char *wish = kith_settings_get_string (self->settings, "run-in-background");
  if (g_str_equal (wish, "ask"))
    ask (self, window);
  else
    end (self, window, g_str_equal (wish, "yes"));
  return GDK_EVENT_STOP;
}

void
kith_background_watch_window (KithBackground *self, GtkWindow *window)
{
  g_signal_connect (window, "delete-event", G_CALLBACK (on_delete), self);
  g_signal_connect (window, "notify::is-active", G_CALLBACK (on_active), NULL);
}

/* ---- start and end ---- */

void
kith_background_add (KithBackground *self, KithSession *session)
{
  kith_notifications_add (self->notifications, session);
}

void
kith_background_remove (KithBackground *self, KithSession *session)
{
  kith_notifications_remove (self->notifications, session);
}

static void
add_tray (KithBackground *self, KithProfile *profile)
{
  g_autofree char *icons = unpack_icons (profile);
  const char *id = g_application_get_application_id (G_APPLICATION (self->application));
  self->menu = g_object_ref_sink (kith_tray_menu_new (G_ACTION_GROUP (self->application)));
  self->tray = kith_tray_new (id, icons, self->menu, kith_tray_menu_open_item (self->menu));
}

KithBackground *
kith_background_new (GtkApplication *application, KithProfile *profile, const char *directory, KithSettings *settings,
                     KithPlaces *places, const KithBackgroundHooks *hooks, gpointer data)
{
  static const GActionEntry entries[] = {
      {.name = "presence", .activate = on_presence, .parameter_type = "s"},
      {.name = "quiet", .activate = on_quiet, .state = "false"},
  };
  KithBackground *self = g_new0 (KithBackground, 1);
  self->application = application;
  self->directory = g_strdup (directory);
  self->settings = g_object_ref (settings);
  self->places = g_object_ref (places);
  self->hooks = *hooks;
  self->data = data;
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries), self);
  self->notifications = kith_notifications_new (G_APPLICATION (application), settings, hooks->looks_at, data);
  add_tray (self, profile);
  self->totaller = kith_totaller_new (places, on_totals, self);
  self->away = kith_away_new (settings, places);
  init_autostart (self);
  return self;
}

void
kith_background_free (KithBackground *self)
{
  if (self == NULL)
    return;
  GtkWindow *window = self->hooks.window (self->data);
  if (window != NULL)
    g_signal_handlers_disconnect_by_data (window, self);
  g_clear_handle_id (&self->quiet, g_source_remove);
  g_action_map_remove_action (G_ACTION_MAP (self->application), "presence");
  g_action_map_remove_action (G_ACTION_MAP (self->application), "quiet");
  g_signal_handlers_disconnect_by_data (self->settings, self);
  kith_launcher_show (self->application, 0, FALSE);
  kith_away_free (self->away);
  kith_totaller_free (self->totaller);
  kith_tray_free (self->tray);
  gtk_widget_destroy (self->menu);
  g_object_unref (self->menu);
  kith_notifications_free (self->notifications);
  g_object_unref (self->places);
  g_object_unref (self->settings);
  g_free (self->directory);
  g_free (self);
}
