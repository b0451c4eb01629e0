/* composer-commands.c - each command asks the server, and tells in a toast when it refused. */
#include "widgets/composer-commands.h"

#include "widgets/dialogs.h"
#include "widgets/main-window.h"

#include <glib/gi18n.h>
#include <json-c/json.h>
#include <string.h>

#define URGENT "urgent"

static void
toast (GtkWidget *widget, const char *text)
{
  KithMainWindow *window = widget != NULL ? kith_main_window_of (widget) : NULL;
  if (window != NULL)
    kith_main_window_toast (window, text, NULL, NULL, NULL, NULL);
}

static void
on_answer (GObject *session, GAsyncResult *result, gpointer widget)
{
  g_autoptr (GError) error = NULL;
  json_object *answer = kith_session_call_finish (KITH_SESSION (session), result, &error);
  if (error != NULL)
    toast (widget, error->message);
  json_object_put (answer);
  g_object_unref (widget);
}

static void
call (KithSession *session, json_object *request, GtkWidget *widget)
{
  kith_session_call_async (session, request, NULL, on_answer, g_object_ref (widget));
}

static void
run_topic (KithSession *session, KithChat *chat, const char *argument, GtkWidget *widget)
{
  json_object *request = kith_client_message ("topic", kith_chat_id (chat), TRUE);
  json_object_object_add (request, "topic", json_object_new_string (argument));
  call (session, request, widget);
}

static void
run_leave (KithSession *session, KithChat *chat, const char *argument, GtkWidget *widget)
{
  call (session, kith_client_message ("leave", kith_chat_id (chat), TRUE), widget);
}

static void
run_invite (KithSession *session, KithChat *chat, const char *argument, GtkWidget *widget)
{
  KithContact *contact = kith_session_contact_by_handle (session, *argument == '@' ? argument + 1 : argument);
  if (contact == NULL) {
    kith_invite_show (GTK_WINDOW (gtk_widget_get_toplevel (widget)), session, chat);
    return;
  }
  g_autofree char *account = g_strdup_printf ("u%" G_GINT64_FORMAT, kith_contact_id (contact));
  json_object *request = kith_client_message ("invite", kith_chat_id (chat), TRUE);
  json_object_object_add (request, "account", json_object_new_string (account));
  call (session, request, widget);
}

static void
run_name (KithSession *session, KithChat *chat, const char *argument, GtkWidget *widget)
{
  json_object *request = kith_client_message ("profile", 0, FALSE);
  json_object_object_add (request, "display", json_object_new_string (argument));
  call (session, request, widget);
}

static void
run_away (KithSession *session, KithChat *chat, const char *argument, GtkWidget *widget)
{
  kith_session_choose (session, KITH_PRESENCE_AWAY, argument, 0);
}

static void
run_dnd (KithSession *session, KithChat *chat, const char *argument, GtkWidget *widget)
{
  kith_session_choose (session, KITH_PRESENCE_DND, argument, 0);
}

static void
run_back (KithSession *session, KithChat *chat, const char *argument, GtkWidget *widget)
{
  kith_session_choose (session, KITH_PRESENCE_ONLINE, argument, 0);
}

static const KithComposerCommand commands[] = {
    {"away", N_ ("[text]"), N_ ("You are away"), run_away},
    {"back", N_ ("[text]"), N_ ("You are there again"), run_back},
    {"dnd", N_ ("[text]"), N_ ("Do not disturb"), run_dnd},
    {"invite", N_ ("@person"), N_ ("Invite somebody here"), run_invite},
    {"leave", NULL, N_ ("Leave this room"), run_leave},
    {"name", N_ ("your name"), N_ ("How others see you"), run_name},
    {"topic", N_ ("text"), N_ ("Change the topic"), run_topic},
    {URGENT, N_ ("text"), N_ ("Send it as urgent"), NULL},
};

const KithComposerCommand *
kith_composer_commands (guint *n)
{
  *n = G_N_ELEMENTS (commands);
  return commands;
}

const char *
kith_composer_urgent_words (const char *text)
{
  if (!g_str_has_prefix (text, "/" URGENT))
    return NULL;
  const char *behind = text + strlen ("/" URGENT), *words = behind + strspn (behind, " \n");
  return words > behind || *behind == '\0' ? words : NULL;
}

gboolean
kith_composer_run_command (KithSession *session, KithChat *chat, const char *text, GtkWidget *widget, char **problem)
{
  if (text[0] != '/' || text[1] == '/' || !g_ascii_isalpha (text[1]))
    return FALSE;
  gsize length = strcspn (text + 1, " \n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (commands[i].run != NULL && strlen (commands[i].name) == length &&
        strncmp (commands[i].name, text + 1, length) == 0) {
      g_autofree char *argument = g_strstrip (g_strdup (text + 1 + length));
      commands[i].run (session, chat, argument, widget);
      return TRUE;
    }
  if (strchr (text + 1, '/') != NULL)
    return FALSE; /* a path */
  *problem = g_strdup_printf (_ ("There is no command “/%.*s”. Begin with // to send it as it is."),
                              (int) MIN (length, 24), text + 1);
  return TRUE;
}
