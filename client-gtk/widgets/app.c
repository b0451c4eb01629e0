/* app.c - the parts of the client, made at the start and let go at the end, and the choice between two windows: the
 * first run, and the main one. */
#include "widgets/app-private.h"

#include "core/destination.h"
#include "widgets/ask.h"
#include "widgets/dialogs.h"
#include "widgets/instance.h"
#include "widgets/theme.h"

#include <glib/gi18n.h>

#define GL_SETTING "GDK_GL" /* of GTK, read when it begins */
#define SETTLE_US G_TIME_SPAN_SECOND

G_DEFINE_FINAL_TYPE (KithApp, kith_app, GTK_TYPE_APPLICATION)

KithApp *
kith_app_get (void)
{
  return KITH_APP (g_application_get_default ());
}

KithPlaces *
kith_app_places (KithApp *app)
{
  return app->places;
}

KithSettings *
kith_app_settings (KithApp *app)
{
  return app->settings;
}

GtkWindow *
kith_app_front (KithApp *app)
{
  GtkWindow *active = gtk_application_get_active_window (GTK_APPLICATION (app));
  if (active != NULL)
    return active;
  return app->first_run != NULL ? GTK_WINDOW (app->first_run) : app->window != NULL ? GTK_WINDOW (app->window) : NULL;
}

/* ---- windows
 * -------------------------------------------------------------------------------------------------------------- */

static void
set_weak (gpointer *place, gpointer object)
{
  g_set_weak_pointer (place, object);
}

/* From now on a window keeps the process. */
static void
stop_staying (KithApp *app)
{
  if (app->stays)
    g_application_release (G_APPLICATION (app));
  app->stays = FALSE;
}

static KithMainWindow *
ensure_main_window (KithApp *app)
{
  if (app->window == NULL) {
    set_weak ((gpointer *) &app->window, kith_main_window_new (GTK_APPLICATION (app)));
    kith_background_watch_window (app->background, GTK_WINDOW (app->window));
  }
  return app->window;
}

static void on_joined (KithApp *app, KithSession *session);

static void
ensure_first_run (KithApp *app)
{
  if (app->first_run != NULL)
    return;
  KithFirstRun *window = kith_first_run_new (GTK_APPLICATION (app), app->places, app->host);
  set_weak ((gpointer *) &app->first_run, window);
  g_signal_connect_object (window, "joined", G_CALLBACK (on_joined), app, G_CONNECT_SWAPPED);
}

static void
show_sign_in (KithApp *app, const KithSignInTarget *target)
{
  ensure_first_run (app);
  kith_first_run_sign_in (app->first_run, target);
  gtk_window_present (GTK_WINDOW (app->first_run));
  stop_staying (app);
}

/* Somebody who was signed in there, and is not any more. */
static void
sign_in_again (KithApp *app, KithSession *session, const char *notice)
{
  KithSignInTarget target = {.address = kith_session_address (session),
                             .name = kith_session_server_name (session),
                             .people = -1,
                             .notice = notice};
  show_sign_in (app, &target);
}

static void
show_no_account (KithApp *app, KithSession *session)
{
  sign_in_again (app, session,
                 _ ("This computer has no key to your account here any more, or the keyring did not give it. Unlock the "
                    "keyring and start Kith again, or sign in."));
}

static void
show_session (KithApp *app, KithSession *session)
{
  KithMainWindow *window = ensure_main_window (app);
  kith_main_window_set_session (window, session);
  gtk_window_present (GTK_WINDOW (window));
  stop_staying (app);
  if (app->first_run != NULL)
    gtk_widget_destroy (GTK_WIDGET (app->first_run));
  if (!kith_session_has_account (session))
    show_no_account (app, session);
}

void
kith_app_show_session (KithApp *app, KithSession *session)
{
  show_session (app, session);
}

static void
on_joined (KithApp *app, KithSession *session)
{
  show_session (app, session);
  kith_main_window_begin (app->window);
}

void
kith_app_show_first_run (KithApp *app)
{
  ensure_first_run (app);
  gtk_window_present (GTK_WINDOW (app->first_run));
  stop_staying (app);
}

/* The place at this address; else the one that is connected to the server with this key (NULL: none), at another. */
static KithSession *
find_place (KithApp *app, const char *address, const char *pin)
{
  guint n = kith_places_count (app->places);
  KithSession *elsewhere = NULL;
  for (guint i = 0; i < n; i++) {
    KithSession *session = kith_places_get (app->places, i);
    if (kith_address_same (kith_session_address (session), address))
      return session;
    if (pin != NULL && kith_session_is_online (session) && g_ascii_strcasecmp (kith_session_pin (session), pin) == 0)
      elsewhere = session;
  }
  return elsewhere;
}

/* A code without a room has brought its person in already. */
static void
on_accepted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithApp) app = data;
  g_autoptr (GError) error = NULL;
  KithSession *session = KITH_SESSION (source);
  g_autoptr (KithChat) chat = kith_session_chat_finish (session, result, &error);
  if (app->window == NULL || kith_main_window_session (app->window) != session ||
      g_error_matches (error, KITH_ERROR, KITH_ERROR_BAD_REQUEST))
    return;
  if (chat != NULL)
    kith_main_window_show_chat (app->window, chat);
  else
    kith_main_window_toast (app->window, error->message, NULL, NULL, NULL, NULL);
}

void
kith_app_accept (KithApp *app, KithSession *session, const char *code)
{
  kith_session_accept_async (session, code, NULL, on_accepted, g_object_ref (app));
}

void
kith_app_sign_in (KithApp *app, const char *address_or_link)
{
  g_autoptr (GError) error = NULL;
  g_auto (KithDestination) destination = {0};
  if (!kith_destination_parse (address_or_link, &destination, &error)) {
    kith_tell (kith_app_present (app), _ ("Kith cannot open this"), error->message);
    return;
  }
  KithSession *session = find_place (app, destination.address, destination.pin);
  if (session != NULL && kith_session_has_account (session) && kith_session_state (session) != KITH_CLIENT_REFUSED) {
    kith_app_show_session (app, session);
    if (destination.code != NULL)
      kith_app_accept (app, session, destination.code);
    return;
  }
  KithSignInTarget target = {
      .address = destination.address, .pin = destination.pin, .code = destination.code, .people = -1};
  show_sign_in (app, &target);
}

static KithSession *
last_place (KithApp *app)
{
  g_autofree char *last = kith_settings_get_string (app->settings, "last-server");
  KithSession *session = kith_app_find_session (app, last);
  return session != NULL ? session : kith_places_get (app->places, 0);
}

GtkWindow *
kith_app_present (KithApp *app)
{
  if (app->first_run != NULL)
    kith_app_show_first_run (app);
  else if (app->window != NULL)
    gtk_window_present (GTK_WINDOW (app->window));
  else if (kith_places_count (app->places) > 0)
    kith_app_show_session (app, last_place (app));
  else
    kith_app_show_first_run (app);
  return kith_app_front (app);
}

/* With the person's leave there is no window at all; otherwise one that waits in the task bar, for nobody would find
 * a process without a window. */
void
kith_app_start_minimized (KithApp *app)
{
  g_autofree char *background = kith_settings_get_string (app->settings, "run-in-background");
  if (app->window != NULL || app->first_run != NULL || app->stays)
    return;
  if (g_str_equal (background, "yes") && kith_places_count (app->places) > 0) {
    app->stays = TRUE;
    g_application_hold (G_APPLICATION (app));
  } else {
    gtk_window_iconify (kith_app_present (app));
  }
}

void
kith_app_place_gone (KithApp *app)
{
  if (kith_places_count (app->places) > 0) {
    kith_app_show_session (app, kith_places_get (app->places, 0));
    return;
  }
  kith_app_show_first_run (app);
  if (app->window != NULL)
    gtk_widget_destroy (GTK_WIDGET (app->window));
}

void
kith_app_quit (KithApp *app)
{
  stop_staying (app);
  g_application_quit (G_APPLICATION (app));
}

/* ---- sessions
 * -------------------------------------------------------------------------------------------------------------- */

static void
on_key_changed (KithSession *session, const char *old, const char *new, KithApp *app)
{
  kith_key_changed_show (kith_app_front (app), session);
}

/* The token does not sign in any more: another device has signed this one out, or the password was changed. */
static void
on_state (KithSession *session, GParamSpec *spec, KithApp *app)
{
  const GError *error = kith_session_error (session);
  gboolean signed_out = kith_session_state (session) == KITH_CLIENT_REFUSED && error != NULL &&
                        g_error_matches (error, KITH_ERROR, KITH_ERROR_BAD_CREDENTIALS);
  if (!signed_out || app->first_run != NULL)
    return;
  sign_in_again (app, session,
                 _ ("You were signed out: this device was removed, or the password was changed. "
                    "What you wrote is kept and sent when you are back."));
}

static void
watch_session (KithApp *app, KithSession *session)
{
  if (g_ptr_array_find (app->watched, session, NULL))
    return;
  g_ptr_array_add (app->watched, g_object_ref (session));
  kith_background_add (app->background, session);
  g_signal_connect_object (session, "key-changed", G_CALLBACK (on_key_changed), app, 0);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (on_state), app, 0);
}

KithSession *
kith_app_find_session (KithApp *app, const char *id)
{
  guint n = kith_places_count (app->places);
  for (guint i = 0; i < n; i++)
    if (g_str_equal (kith_session_id (kith_places_get (app->places, i)), id))
      return kith_places_get (app->places, i);
  return NULL;
}

static gboolean
is_place (KithApp *app, KithSession *session)
{
  guint n = kith_places_count (app->places);
  for (guint i = 0; i < n; i++)
    if (kith_places_get (app->places, i) == session)
      return TRUE;
  return FALSE;
}

static void
on_places_changed (KithApp *app)
{
  guint n = kith_places_count (app->places);
  for (guint i = app->watched->len; i > 0; i--) {
    KithSession *session = g_ptr_array_index (app->watched, i - 1);
    if (is_place (app, session))
      continue;
    g_signal_handlers_disconnect_by_data (session, app);
    kith_background_remove (app->background, session);
    g_ptr_array_remove_index (app->watched, i - 1);
  }
  for (guint i = 0; i < n; i++)
    watch_session (app, kith_places_get (app->places, i));
}

/* ---- start and end
 * ----------------------------------------------------------------------------------------------------------- */

static GtkWindow *
window_of (gpointer data)
{
  KithApp *app = data;
  return app->window != NULL ? GTK_WINDOW (app->window) : NULL;
}

static gboolean
looks_at (KithChat *chat, gpointer data)
{
  KithApp *app = data;
  return app->window != NULL && kith_main_window_looks_at (app->window, chat);
}

static const KithBackgroundHooks background_hooks = {window_of, looks_at};

static void
on_host_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KithApp) app = data;
  g_autoptr (GError) error = NULL;
  if (kith_host_start_finish (KITH_HOST (source), result, &error))
    kith_places_try_now (app->places);
  else
    g_message ("The server on this computer did not start: %s", error->message);
}

static void
open_parts (KithApp *app)
{
  app->settings = kith_settings_new (app->profile);
  app->places = kith_places_new (app->profile, app->settings);
  app->resume = kith_resume_new (app->places);
  app->host = kith_host_new (app->profile);
  app->watched = g_ptr_array_new_with_free_func (g_object_unref);
  app->background = kith_background_new (GTK_APPLICATION (app), app->profile, app->directory, app->settings,
                                         app->places, &background_hooks, app);
  g_signal_connect_object (app->places, "items-changed", G_CALLBACK (on_places_changed), app, G_CONNECT_SWAPPED);
  on_places_changed (app);
  if (kith_host_is_wanted (app->host) && !kith_host_is_running (app->host))
    kith_host_start_async (app->host, NULL, FALSE, on_host_started, g_object_ref (app));
}

/* There is nothing to go on with: whoever started it from a menu has to see why. */
static void
tell_profile (const GError *error)
{
  GtkWidget *dialog =
      gtk_message_dialog_new (NULL, 0, GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE, "%s", _ ("Kith cannot start"));
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", error->message);
  g_printerr ("kith: %s\n", error->message);
  gtk_dialog_run (GTK_DIALOG (dialog));
  gtk_widget_destroy (dialog);
}

static void
on_locked (KithApp *app, KithSession *session)
{
  if (app->window != NULL && kith_main_window_session (app->window) == session)
    show_no_account (app, session);
}

static void
resume (KithApp *app)
{
  guint n = kith_places_count (app->places);
  for (guint i = 0; i < n; i++)
    g_signal_connect_object (kith_places_get (app->places, i), "locked", G_CALLBACK (on_locked), app, G_CONNECT_SWAPPED);
  kith_places_start (app->places);
}

static void
kith_app_startup (GApplication *application)
{
  KithApp *app = KITH_APP (application);
  g_autoptr (GError) error = NULL;
  g_set_prgname (KITH_APP_ID); /* the desktop matches windows with the desktop entry by it */
  kith_instance_begin (application, kith_app_on_options);
  G_APPLICATION_CLASS (kith_app_parent_class)->startup (application);
  g_unsetenv (GL_SETTING); /* what is started from here decides by itself */
  gdk_set_program_class (KITH_APP_ID);
  hdy_init ();
  app->profile = kith_profile_open (app->directory, &error);
  if (app->profile == NULL) {
    tell_profile (error);
    return;
  }
  open_parts (app);
  kith_theme_init (app->settings);
  gtk_window_set_default_icon_name ("kith");
  kith_app_add_actions (app);
  resume (app);
}

static void
kith_app_activate (GApplication *application)
{
  kith_app_present (KITH_APP (application));
}

static int
kith_app_command_line (GApplication *application, GApplicationCommandLine *line)
{
  kith_app_on_options (application, g_application_command_line_get_options_dict (line));
  return KITH_APP (application)->profile != NULL ? 0 : 1;
}

static void
kith_app_shutdown (GApplication *application)
{
  KithApp *app = KITH_APP (application);
  kith_instance_end ();
  for (guint i = 0; app->watched != NULL && i < app->watched->len; i++)
    kith_background_remove (app->background, g_ptr_array_index (app->watched, i));
  g_clear_pointer (&app->background, kith_background_free);
  if (app->first_run != NULL)
    gtk_widget_destroy (GTK_WIDGET (app->first_run));
  if (app->window != NULL)
    gtk_widget_destroy (GTK_WIDGET (app->window));
  if (app->places != NULL)
    kith_places_settle (app->places, SETTLE_US); /* with the windows went the time for undoing */
  if (app->settings != NULL)
    kith_settings_flush (app->settings);
  G_APPLICATION_CLASS (kith_app_parent_class)->shutdown (application);
}

static void
kith_app_dispose (GObject *object)
{
  KithApp *app = KITH_APP (object);
  g_clear_weak_pointer (&app->window);
  g_clear_weak_pointer (&app->first_run);
  g_clear_pointer (&app->watched, g_ptr_array_unref);
  g_clear_pointer (&app->resume, kith_resume_free);
  g_clear_object (&app->places);
  g_clear_object (&app->host);
  g_clear_object (&app->settings);
  g_clear_pointer (&app->profile, kith_profile_unref);
  g_clear_pointer (&app->directory, g_free);
  G_OBJECT_CLASS (kith_app_parent_class)->dispose (object);
}

static void
kith_app_class_init (KithAppClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = kith_app_dispose;
  application_class->startup = kith_app_startup;
  application_class->activate = kith_app_activate;
  application_class->shutdown = kith_app_shutdown;
  application_class->command_line = kith_app_command_line;
  application_class->handle_local_options = kith_app_on_local_options;
}

static void
kith_app_init (KithApp *app)
{
  kith_app_add_options (app);
}

/* Nothing here draws with OpenGL; but GTK would load it, with its compiler (15 MB), to choose a visual. */
KithApp *
kith_app_new (void)
{
  g_setenv (GL_SETTING, "disable", FALSE);
  return g_object_new (KITH_TYPE_APP, "application-id", KITH_APP_ID, "flags", kith_instance_flags, NULL);
}
