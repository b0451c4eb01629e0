/* preferences-accounts.c - one's accounts: devices, password, signing out, deleting. */
#include "core/wording.h"
#include "widgets/app.h"
#include "widgets/ask.h"
#include "widgets/devices.h"
#include "widgets/dialog.h"
#include "widgets/parts.h"
#include "widgets/preferences-parts.h"
#include "widgets/request.h"

#include <glib/gi18n.h>
#include <json-c/json.h>
#include <string.h>

static GtkWindow *
window_of (GtkWidget *widget)
{
  return GTK_WINDOW (gtk_widget_get_toplevel (widget));
}

/* ---- password and deletion: a small form ---- */

typedef struct {
  KithSession *session;
  GtkWidget *window, *first, *second, *problem, *go;
  const char *type; /* of the request */
} Form;

static void
free_form (gpointer data)
{
  Form *form = data;
  g_object_unref (form->session);
  g_free (form);
}

static void
forget (KithSession *session)
{
  KithApp *app = kith_app_get ();
  kith_session_forget (session);
  kith_places_remove (kith_app_places (app), session);
  kith_app_place_gone (app);
}

static void
on_form_answer (GObject *session, GAsyncResult *result, gpointer window)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (GtkWidget) kept = window;
  json_object *answer = kith_session_call_finish (KITH_SESSION (session), result, &error);
  Form *form = g_object_get_data (G_OBJECT (window), "kith-form");
  json_object_put (answer);
  if (form == NULL)
    return;
  if (error != NULL) {
    gtk_label_set_text (GTK_LABEL (form->problem), error->message);
    gtk_widget_set_sensitive (form->go, TRUE);
    return;
  }
  gboolean gone = g_str_equal (form->type, "delete_account");
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (window));
  gtk_widget_destroy (window);
  if (gone)
    forget (KITH_SESSION (session));
  else
    kith_tell (parent, _ ("The password is set."), _ ("With it and your name you can sign in on another computer."));
}

/* An empty one is left out. */
static void
add_text (json_object *request, const char *member, GtkWidget *entry)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (entry));
  if (*text != '\0')
    json_object_object_add (request, member, json_object_new_string (text));
}

/* What the server would refuse, in the words of the form; NULL: nothing. */
static char *
problem_of (Form *form, gboolean password)
{
  KithContact *me = kith_session_me (form->session);
  const char *handle = gtk_entry_get_text (GTK_ENTRY (form->first));
  if (password && strlen (gtk_entry_get_text (GTK_ENTRY (form->second))) < KITH_PASSWORD_MIN)
    return g_strdup_printf (_ ("A password has at least %d letters, digits or signs."), KITH_PASSWORD_MIN);
  if (!password && me != NULL && !g_str_equal (handle, kith_contact_handle (me)))
    return g_strdup_printf (_ ("This is not your handle: you are @%s here."), kith_contact_handle (me));
  return NULL;
}

static void
on_go (Form *form)
{
  gboolean password = g_str_equal (form->type, "password");
  g_autofree char *problem = problem_of (form, password);
  if (problem != NULL) {
    gtk_label_set_text (GTK_LABEL (form->problem), problem);
    return;
  }
  json_object *request = kith_client_message (form->type, 0, FALSE);
  add_text (request, password ? "old" : "handle", form->first);
  add_text (request, password ? "new" : "password", form->second);
  gtk_label_set_text (GTK_LABEL (form->problem), "");
  gtk_widget_set_sensitive (form->go, FALSE);
  kith_session_call_async (form->session, request, NULL, on_form_answer, g_object_ref (form->window));
}

static GtkWidget *
add_entry (GtkWidget *box, const char *words, gboolean secret)
{
  GtkWidget *label = kith_label_new (words, NULL), *entry = gtk_entry_new ();
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), entry);
  gtk_entry_set_visibility (GTK_ENTRY (entry), !secret);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  kith_set_name (entry, words);
  gtk_container_add (GTK_CONTAINER (box), label);
  gtk_container_add (GTK_CONTAINER (box), entry);
  return entry;
}

typedef struct {
  const char *type, *title, *text, *first, *second, *go;
  gboolean first_secret, danger;
} FormKind;

static const FormKind password_form = {"password",
                                       N_ ("Set a password"),
                                       N_ ("With it you sign in on another computer."),
                                       N_ ("Password until now (empty if there is none)"),
                                       N_ ("New password"),
                                       N_ ("Set password"),
                                       TRUE,
                                       FALSE};
static const FormKind delete_form = {
    "delete_account",
    N_ ("Delete this account"),
    N_ ("Your name, devices and notes are deleted at once and for good. What you wrote to others stays with them."),
    N_ ("Your handle, to confirm"),
    N_ ("Password (empty if there is none)"),
    N_ ("Delete account"),
    FALSE,
    TRUE};

static void
show_form (GtkWidget *from, KithSession *session, const FormKind *kind)
{
  Form *form = g_new0 (Form, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  form->session = g_object_ref (session);
  form->type = kind->type;
  form->window = kith_dialog_new (window_of (from), _ (kind->title), 420, -1);
  gtk_container_add (GTK_CONTAINER (box), kith_text_new (_ (kind->text), "dim", 50));
  form->first = add_entry (box, _ (kind->first), kind->first_secret);
  form->second = add_entry (box, _ (kind->second), TRUE);
  form->problem = kith_text_new ("", "error-text", 50);
  form->go = gtk_button_new_with_label (_ (kind->go));
  kith_add_classes (form->go, kind->danger ? "destructive-action" : "suggested-action");
  gtk_widget_set_can_default (form->go, TRUE);
  gtk_container_add (GTK_CONTAINER (box), form->problem);
  gtk_container_add (GTK_CONTAINER (box), form->go);
  g_signal_connect_swapped (form->go, "clicked", G_CALLBACK (on_go), form);
  kith_dialog_keep (form->window, "kith-form", form, free_form);
  kith_dialog_set_content (form->window, box);
  gtk_widget_grab_default (form->go);
  gtk_window_present (GTK_WINDOW (form->window));
}

/* ---- rows ---- */

static KithSession *
session_of (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), "kith-session");
}

static void
on_password (GtkWidget *row)
{
  show_form (row, session_of (row), &password_form);
}

static void
on_delete (GtkWidget *row)
{
  show_form (row, session_of (row), &delete_form);
}

static void
on_devices (GtkWidget *row)
{
  kith_devices_show (window_of (row), session_of (row));
}

static void
on_logout_answer (GObject *session, GAsyncResult *result, gpointer data)
{
  json_object_put (kith_session_call_finish (KITH_SESSION (session), result, NULL));
  forget (KITH_SESSION (session));
}

/* Whether or not the server hears of it, this computer forgets. */
static void
sign_out (gpointer session)
{
  kith_session_call_async (session, kith_client_message ("logout", 0, FALSE), NULL, on_logout_answer, NULL);
}

static void
on_sign_out (GtkWidget *row)
{
  kith_ask (window_of (row), _ ("Sign out on this computer?"),
            _ ("What is kept here of this server is removed. Without a password or another device you cannot come back "
               "as the same person."),
            _ ("Sign out"), sign_out, g_object_ref (session_of (row)), g_object_unref);
}

static GtkWidget *
add_link (GtkWidget *group, KithSession *session, const char *title, const char *subtitle, GCallback activated)
{
  GtkWidget *row = kith_preferences_link (group, title, subtitle, activated);
  g_object_set_data_full (G_OBJECT (row), "kith-session", g_object_ref (session), g_object_unref);
  return row;
}

static void
add_account (GtkWidget *page, KithSession *session)
{
  KithContact *me = kith_session_me (session);
  GtkWidget *group = kith_preferences_group (page, kith_session_server_name (session));
  g_autofree char *handle =
      me != NULL ? g_strdup_printf ("@%s · %s", kith_contact_handle (me), kith_session_address (session)) : NULL;
  kith_preferences_row (group, me != NULL ? kith_contact_name (me) : kith_session_address (session), handle, NULL);
  add_link (group, session, _ ("Devices"), _ ("Where you are signed in; sign one out, or let a new one in"),
            G_CALLBACK (on_devices));
  add_link (group, session, _ ("Password…"), NULL, G_CALLBACK (on_password));
  add_link (group, session, _ ("Sign out…"), NULL, G_CALLBACK (on_sign_out));
  kith_add_classes (add_link (group, session, _ ("Delete this account…"), NULL, G_CALLBACK (on_delete)), "danger");
}

static void
on_add (GtkWidget *row)
{
  kith_app_show_first_run (kith_app_get ());
}

void
kith_preferences_add_accounts (HdyPreferencesWindow *window, KithPlaces *places)
{
  GtkWidget *page = kith_preferences_page (window, "accounts", _ ("Accounts"), "avatar-default-symbolic");
  for (guint i = 0; i < kith_places_count (places); i++)
    add_account (page, kith_places_get (places, i));
  kith_preferences_link (kith_preferences_group (page, NULL), _ ("Add an account…"), NULL, G_CALLBACK (on_add));
}
