#include "widgets/server-menu.h"

#include "widgets/app.h"
#include "widgets/ask.h"
#include "widgets/dialogs.h"
#include "widgets/main-window.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

#define SESSION "kith-session"

static KithSession *
session_of (GtkWidget *menu)
{
  return g_object_get_data (G_OBJECT (menu), SESSION);
}

static GtkWindow *
window_of (GtkWidget *menu)
{
  return GTK_WINDOW (gtk_widget_get_toplevel (menu));
}

/* Which of the lines was clicked; it closes first, so that a dialog does not stand behind it. */
static void
close_menu (GtkWidget *menu)
{
  gtk_popover_popdown (GTK_POPOVER (menu));
}

static void
on_server (GtkWidget *button, GtkWidget *menu)
{
  close_menu (menu);
  kith_app_show_session (kith_app_get (), session_of (button));
}

static void
on_add (GtkWidget *menu)
{
  close_menu (menu);
  kith_app_show_first_run (kith_app_get ());
}

static void
on_invite (GtkWidget *menu)
{
  close_menu (menu);
  kith_invite_show (window_of (menu), session_of (menu), NULL);
}

static void
on_broadcast (GtkWidget *menu)
{
  close_menu (menu);
  kith_broadcast_show (window_of (menu), session_of (menu));
}

static void
on_words (GtkWidget *menu)
{
  close_menu (menu);
  kith_server_words_show (window_of (menu), session_of (menu));
}

static void
on_doctor (GtkWidget *menu)
{
  KithSession *session = session_of (menu);
  close_menu (menu);
  kith_doctor_show (window_of (menu), session, kith_session_address (session));
}

/* Nobody keeps a key to it any more, neither here nor there. */
static void
remove_place (KithSession *session)
{
  KithApp *app = kith_app_get ();
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (app));
  for (GList *link = windows; link != NULL; link = link->next)
    if (KITH_IS_MAIN_WINDOW (link->data))
      kith_main_window_forget (link->data, session);
  kith_session_forget (session);
  kith_places_remove (kith_app_places (app), session);
  kith_app_place_gone (app);
}

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer data)
{
  (void) data;
  g_autoptr (KithSession) session = g_object_ref (KITH_SESSION (source));
  g_autoptr (GError) error = NULL;
  json_object *answer = kith_session_call_finish (session, result, &error);
  if (error != NULL)
    g_debug ("The server was not told of the sign-out: %s", error->message);
  json_object_put (answer);
  remove_place (session);
}

static void
sign_out (gpointer data)
{
  KithSession *session = data;
  if (!kith_session_is_online (session)) {
    remove_place (session);
    return;
  }
  json_object *request = kith_client_message ("logout", 0, FALSE);
  json_object_object_add (request, "forget", json_object_new_boolean (TRUE));
  kith_session_call_async (session, request, NULL, on_signed_out, NULL);
}

static void
on_sign_out (GtkWidget *menu)
{
  KithSession *session = session_of (menu);
  g_autofree char *title = g_strdup_printf (_("Sign out of %s?"), kith_session_server_name (session));
  guint waiting = kith_session_waiting (session);
  g_autofree char *unsent =
      waiting == 0 ? g_strdup ("")
                   : g_strdup_printf (g_dngettext (NULL, "\n\n%u message was not sent yet and will be lost.",
                                                   "\n\n%u messages were not sent yet and will be lost.", waiting),
                                      waiting);
  g_autofree char *text = g_strconcat (_("What you wrote stays on the server. To come back you need your password, or a "
                                         "code from another of your devices."),
                                       unsent, NULL);
  close_menu (menu);
  kith_ask (window_of (menu), title, text, _("Sign out"), sign_out, g_object_ref (session), g_object_unref);
}

static GtkWidget *
make_server (KithSession *session, gboolean here)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *face = hdy_avatar_new (26, kith_session_server_name (session), FALSE);
  hdy_avatar_set_icon_name (HDY_AVATAR (face), "kith-server-symbolic");
  GtkWidget *name = kith_label_new (kith_session_server_name (session), "t-strong");
  gtk_label_set_max_width_chars (GTK_LABEL (name), 26);
  gtk_box_pack_start (GTK_BOX (lines), name, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (lines), kith_label_new (kith_session_address (session), "t-micro faint"), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), face, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), lines, TRUE, TRUE, 0);
  if (here)
    gtk_box_pack_end (GTK_BOX (box), kith_icon_new ("kith-tick-symbolic", 16, "accent-text"), FALSE, FALSE, 0);
  gint64 mentions = kith_session_mentions (session), unread = kith_session_unread (session);
  g_autofree char *count = g_strdup_printf ("%" G_GINT64_FORMAT, mentions > 0 ? mentions : unread);
  if (mentions > 0 || unread > 0)
    gtk_box_pack_end (GTK_BOX (box), kith_badge_new (count, mentions > 0 ? "mention" : "accent"), FALSE, FALSE, 0);
  GtkWidget *button = gtk_button_new ();
  gtk_container_add (GTK_CONTAINER (button), box);
  kith_add_classes (button, here ? "menu-item two-line sel" : "menu-item two-line");
  kith_set_name (button, kith_session_server_name (session));
  return button;
}

static const struct {
  const char *icon, *label;
  void (*func) (GtkWidget *menu);
  gboolean danger;
} items[] = {
    {"list-add-symbolic", N_ ("Add a server…"), on_add, FALSE},
    {NULL, NULL, NULL, FALSE},
    {"contact-new-symbolic", N_ ("Invite people…"), on_invite, FALSE},
    {"kith-broadcast-symbolic", N_ ("Write to everybody…"), on_broadcast, FALSE},
    {"kith-shield-symbolic", N_ ("Words of this server…"), on_words, FALSE},
    {"network-wired-symbolic", N_ ("Connection doctor…"), on_doctor, FALSE},
    {NULL, NULL, NULL, FALSE},
    {"system-log-out-symbolic", N_ ("Sign out…"), on_sign_out, TRUE},
};

static void
add_servers (GtkWidget *menu, GtkWidget *box)
{
  KithPlaces *places = kith_app_places (kith_app_get ());
  for (guint i = 0; i < kith_places_count (places); i++) {
    KithSession *session = kith_places_get (places, i);
    GtkWidget *button = make_server (session, session == session_of (menu));
    g_object_set_data_full (G_OBJECT (button), SESSION, g_object_ref (session), g_object_unref);
    g_signal_connect (button, "clicked", G_CALLBACK (on_server), menu);
    gtk_container_add (GTK_CONTAINER (box), button);
  }
  gtk_container_add (GTK_CONTAINER (box), kith_separator_new ());
}

/* Only owners and admins of the server write to everybody. */
static gboolean
is_offered (GtkWidget *menu, void (*func) (GtkWidget *menu))
{
  return func != on_broadcast || (session_of (menu) != NULL && kith_session_may_broadcast (session_of (menu)));
}

static void
fill (GtkWidget *menu)
{
  GtkWidget *old = gtk_bin_get_child (GTK_BIN (menu));
  if (old != NULL)
    gtk_widget_destroy (old);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  gtk_widget_set_size_request (box, 260, -1);
  add_servers (menu, box);
  for (gsize i = 0; i < G_N_ELEMENTS (items); i++) {
    if (items[i].label == NULL) {
      gtk_container_add (GTK_CONTAINER (box), kith_separator_new ());
      continue;
    }
    if (!is_offered (menu, items[i].func))
      continue;
    GtkWidget *button =
        kith_menu_item_new (items[i].icon, _(items[i].label), NULL, items[i].danger ? "danger-link" : NULL);
    gtk_widget_set_sensitive (button, session_of (menu) != NULL || items[i].func == on_add);
    g_signal_connect_swapped (button, "clicked", G_CALLBACK (items[i].func), menu);
    gtk_container_add (GTK_CONTAINER (box), button);
  }
  gtk_widget_show_all (box);
  gtk_container_add (GTK_CONTAINER (menu), box);
}

GtkWidget *
kith_server_menu_new (void)
{
  GtkWidget *menu = gtk_popover_new (NULL);
  g_signal_connect (menu, "show", G_CALLBACK (fill), NULL);
  return menu;
}

void
kith_server_menu_set_session (GtkWidget *menu, KithSession *session)
{
  g_object_set_data_full (G_OBJECT (menu), SESSION, session != NULL ? g_object_ref (session) : NULL, g_object_unref);
}
