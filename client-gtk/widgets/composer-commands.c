/* composer-commands.c - each command asks the server, and tells in a toast when it refused. */
#include "widgets/composer-commands.h"

#include "core/rights.h"
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

/* ---- where they work ---- */

static const char *
not_a_room (KithSession *session, KithChat *chat)
{
  gboolean in = kith_chat_kind (chat) == KITH_KIND_ROOM && g_str_equal (kith_chat_state (chat), "member");
  return in ? NULL : _ ("That is for rooms that you are in.");
}

static const char *
no_right (KithSession *session, KithChat *chat, KithRight right)
{
  const char *problem = not_a_room (session, chat);
  if (problem != NULL || kith_rights_may (session, chat, right))
    return problem;
  const char *whose = kith_rights_whose (right, kith_chat_is_private (chat));
  return whose != NULL ? whose : _ ("You cannot change anything in this room.");
}

static const char *
no_invitation (KithSession *session, KithChat *chat)
{
  return no_right (session, chat, KITH_RIGHT_INVITE);
}

static const char *
no_topic (KithSession *session, KithChat *chat)
{
  return no_right (session, chat, KITH_RIGHT_TOPIC);
}

static const char *
nobody_reads (KithSession *session, KithChat *chat)
{
  return kith_chat_kind (chat) == KITH_KIND_NOTES ? _ ("Only you read your notes: nothing is urgent there.") : NULL;
}

static const KithComposerCommand commands[] = {
    {"away", N_ ("[text]"), N_ ("You are away"), NULL, run_away},
    {"back", N_ ("[text]"), N_ ("You are there again"), NULL, run_back},
    {"dnd", N_ ("[text]"), N_ ("Do not disturb"), NULL, run_dnd},
    {"invite", N_ ("@person"), N_ ("Invite somebody here"), no_invitation, run_invite},
    {"leave", NULL, N_ ("Leave this room"), not_a_room, run_leave},
    {"name", N_ ("your name"), N_ ("How others see you"), NULL, run_name},
    {"topic", N_ ("text"), N_ ("Change the topic"), no_topic, run_topic},
    {URGENT, N_ ("text"), N_ ("Send it as urgent"), nobody_reads, NULL},
};

const KithComposerCommand *
kith_composer_commands (guint *n)
{
  *n = G_N_ELEMENTS (commands);
  return commands;
}

static const char *
refusal (const KithComposerCommand *command, KithSession *session, KithChat *chat)
{
  return command->refused != NULL ? command->refused (session, chat) : NULL;
}

gboolean
kith_composer_command_works (const KithComposerCommand *command, KithSession *session, KithChat *chat)
{
  return refusal (command, session, chat) == NULL;
}

const char *
kith_composer_urgent_words (const char *text)
{
  if (!g_str_has_prefix (text, "/" URGENT))
    return NULL;
  const char *behind = text + strlen ("/" URGENT), *words = behind + strspn (behind, " \n");
  return words > behind || *behind == '\0' ? words : NULL;
}

static const KithComposerCommand *
find_command (const char *name, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strlen (commands[i].name) == length && strncmp (commands[i].name, name, length) == 0)
      return &commands[i];
  return NULL;
}

gboolean
kith_composer_run_command (KithSession *session, KithChat *chat, const char *text, GtkWidget *widget, char **problem)
{
  if (text[0] != '/' || text[1] == '/' || !g_ascii_isalpha (text[1]))
    return FALSE;
  gsize length = strcspn (text + 1, " \n");
  const KithComposerCommand *command = find_command (text + 1, length);
  if (command == NULL && strchr (text + 1, '/') != NULL)
    return FALSE; /* a path */
  const char *why = command != NULL ? refusal (command, session, chat) : NULL;
  g_autofree char *argument = g_strstrip (g_strdup (text + 1 + length));
  if (command == NULL)
    *problem = g_strdup_printf (_ ("There is no command “/%.*s”. Begin with // to send it as it is."),
                                (int) MIN (length, 24), text + 1);
  else if (why != NULL)
    *problem = g_strdup_printf (_ ("“/%s” does nothing here. %s Begin with // to send it as it is."), command->name, why);
  else
    command->run (session, chat, argument, widget);
  return TRUE;
}
