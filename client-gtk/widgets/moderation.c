#include "widgets/moderation.h"

#include "core/rights.h"
#include "widgets/ask.h"
#include "widgets/main-window.h"
#include "widgets/request.h"
#include "widgets/toast.h"

#include <glib/gi18n.h>

#define REASON_MAX 200 /* characters; the server takes more bytes than they can have */

static const struct {
  const char *word, *title;
} roles[] = {{"owner", N_ ("Owner")},
             {"admin", N_ ("Admin")},
             {"moderator", N_ ("Moderator")},
             {"read_only", N_ ("Read only")}};

const char *
kith_role_title (const char *role)
{
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (g_strcmp0 (roles[i].word, role) == 0)
      return _ (roles[i].title);
  return NULL;
}

gboolean
kith_moderation_may (KithSession *session, KithChat *chat, const char *theirs)
{
  return kith_rights_may (session, chat, KITH_RIGHT_MODERATE) &&
         kith_rights_is_above (kith_rights_mine (session, chat), theirs);
}

/* Something that is about to be done to somebody. */
typedef struct {
  GWeakRef near, window; /* near: where it began, and is told; the main one outlives that */
  KithSession *session;
  KithChat *chat;
  KithContact *contact;
  GtkEntry *reason; /* of the dialog, borrowed */
  gboolean undone;
} Case;

static Case *
case_new (GtkWidget *widget, KithSession *session, KithChat *chat, KithContact *contact)
{
  Case *c = g_new0 (Case, 1);
  g_weak_ref_init (&c->near, gtk_widget_get_toplevel (widget));
  g_weak_ref_init (&c->window, kith_main_window_of (widget));
  c->session = g_object_ref (session);
  c->chat = g_object_ref (chat);
  c->contact = g_object_ref (contact);
  return c;
}

static void
case_free (gpointer data)
{
  Case *c = data;
  g_weak_ref_clear (&c->near);
  g_weak_ref_clear (&c->window);
  g_object_unref (c->session);
  g_object_unref (c->chat);
  g_object_unref (c->contact);
  g_free (c);
}

static void
send (Case *c, const char *type, const char *reason, const char *done)
{
  g_autoptr (GtkWidget) near = g_weak_ref_get (&c->near);
  g_autoptr (GtkWidget) window = g_weak_ref_get (&c->window);
  json_object *request = kith_client_message (type, kith_chat_id (c->chat), TRUE);
  kith_request_add_account (request, kith_contact_id (c->contact));
  if (reason != NULL && *reason != '\0')
    json_object_object_add (request, "reason", json_object_new_string (reason));
  kith_request_send (near != NULL && kith_toast_near (near) != NULL ? near : window, c->session, request, done);
}

static void
on_undo (gpointer data)
{
  Case *c = data;
  c->undone = TRUE;
}

static void
kick_unless_undone (gpointer data)
{
  Case *c = data;
  if (!c->undone)
    send (c, "kick", NULL, NULL);
  case_free (c);
}

void
kith_moderation_kick (GtkWidget *widget, KithSession *session, KithChat *chat, KithContact *contact)
{
  KithToast *toast = kith_toast_near (widget);
  if (toast == NULL)
    return;
  g_autofree char *text =
      g_strdup_printf (_("%s is removed from #%s."), kith_contact_name (contact), kith_chat_title (chat));
  kith_toast_show (toast, text, _("Undo"), G_CALLBACK (on_undo), case_new (widget, session, chat, contact),
                   kick_unless_undone);
}

static void
ban (gpointer data)
{
  Case *c = data;
  g_autofree char *done = g_strdup_printf (_("%s is banned."), kith_contact_name (c->contact));
  send (c, "ban", gtk_entry_get_text (c->reason), done);
}

void
kith_moderation_ban (GtkWidget *widget, KithSession *session, KithChat *chat, KithContact *contact)
{
  const char *name = kith_contact_name (contact);
  g_autofree char *title = g_strdup_printf (_("Ban %s from #%s?"), name, kith_chat_title (chat));
  g_autofree char *yes = g_strdup_printf (_("Ban %s"), name);
  g_autofree char *hint = g_strdup_printf (_("Reason, shown to %s and in the room"), name);
  Case *c = case_new (widget, session, chat, contact);
  GtkWidget *dialog = kith_ask (GTK_WINDOW (gtk_widget_get_toplevel (widget)), title,
                                _("They leave the room and cannot come back until the ban is lifted in the settings of "
                                  "the room. Other rooms are not affected."),
                                yes, ban, c, case_free);
  c->reason = GTK_ENTRY (gtk_entry_new ());
  gtk_entry_set_max_length (c->reason, REASON_MAX);
  gtk_entry_set_placeholder_text (c->reason, hint);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (c->reason)), hint);
  gtk_widget_show (GTK_WIDGET (c->reason));
  gtk_container_add (GTK_CONTAINER (gtk_message_dialog_get_message_area (GTK_MESSAGE_DIALOG (dialog))),
                     GTK_WIDGET (c->reason));
}

void
kith_moderation_mute (GtkWidget *widget, KithSession *session, KithChat *chat, KithContact *contact, gint64 seconds)
{
  json_object *request = kith_client_message (seconds > 0 ? "mute" : "unmute", kith_chat_id (chat), TRUE);
  kith_request_add_account (request, kith_contact_id (contact));
  if (seconds > 0)
    json_object_object_add (request, "seconds", json_object_new_int64 (seconds));
  g_autofree char *done = g_strdup_printf (seconds > 0 ? _("%s cannot write for now.") : _("%s may write again."),
                                           kith_contact_name (contact));
  kith_request_send (widget, session, request, done);
}
