/* room-banned.c - who is banned from the room, and letting them come back.
 *
 * The list is asked for when it comes into sight, when who is in the room changes, and after each unban. */
#include "core/rights.h"
#include "core/wording.h"
#include "widgets/avatar.h"
#include "widgets/parts.h"
#include "widgets/request.h"
#include "widgets/room-settings.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

#define ROWS_MAX 200 /* as many as one answer has */

typedef struct {
  KithSession *session;
  KithChat *chat;
  KithMembers *members;
  GCancellable *cancellable;
  GtkWidget *note, *list;
} Banned;

static void reload (GtkWidget *box);

static void
free_banned (gpointer data)
{
  Banned *banned = data;
  g_object_unref (banned->session);
  g_object_unref (banned->chat);
  g_object_unref (banned->members);
  g_object_unref (banned->cancellable);
  g_free (banned);
}

static Banned *
banned_of (gpointer box)
{
  return g_object_get_data (box, "kith-banned");
}

/* The answer; NULL when the page is gone, or the problem is shown. */
static json_object *
take (GObject *session, GAsyncResult *result, Banned *banned)
{
  g_autoptr (GError) error = NULL;
  json_object *answer = kith_session_call_finish (KITH_SESSION (session), result, &error);
  if (g_cancellable_is_cancelled (banned->cancellable)) {
    json_object_put (answer);
    return NULL;
  }
  if (error != NULL) {
    gtk_label_set_text (GTK_LABEL (banned->note), error->message);
    gtk_widget_show (banned->note);
  }
  return answer;
}

static void
on_unbanned (GObject *session, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) box = data;
  json_object *answer = take (session, result, banned_of (box));
  if (answer != NULL)
    reload (box);
  json_object_put (answer);
}

static void
on_unban (GtkWidget *button, GtkWidget *box)
{
  Banned *banned = banned_of (box);
  gint64 *account = g_object_get_data (G_OBJECT (button), "kith-account");
  json_object *request = kith_client_message ("unban", kith_chat_id (banned->chat), TRUE);
  kith_request_add_account (request, *account);
  gtk_widget_set_sensitive (button, FALSE);
  kith_session_call_async (banned->session, request, banned->cancellable, on_unbanned, g_object_ref (box));
}

/* ---- rows ---- */

static void
add_part (GString *words, const char *part)
{
  if (words->len > 0)
    g_string_append (words, " · ");
  g_string_append (words, part);
}

/* "@guest7 · by Mara · 14 Nov"; what is not known is left out. */
static char *
words_of (Banned *banned, KithContact *contact, json_object *ban)
{
  g_autoptr (GString) words = g_string_new (NULL);
  gint64 by = kith_member_id (ban, "by", 'u'), at = kith_member_integer (ban, "at", 0);
  if (*kith_contact_handle (contact) != '\0')
    g_string_append_printf (words, "@%s", kith_contact_handle (contact));
  if (by != 0) {
    KithContact *judge = kith_session_contact (banned->session, by);
    g_autofree char *who = g_strdup_printf (_ ("by %s"), kith_contact_name (judge));
    add_part (words, who);
  }
  if (at != 0) {
    g_autofree char *when = kith_wording_when (at, g_get_real_time () / 1000);
    add_part (words, when);
  }
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static GtkWidget *
new_button (GtkWidget *box, KithContact *contact)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Unban"));
  gint64 account = kith_contact_id (contact);
  g_autofree char *name = g_strdup_printf (_ ("Let %s come back"), kith_contact_name (contact));
  kith_set_name (button, name);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "kith-account", g_memdup2 (&account, sizeof account), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_unban), box, 0);
  return button;
}

static void
add_row (GtkWidget *box, json_object *ban)
{
  Banned *banned = banned_of (box);
  gint64 account = kith_member_id (ban, "id", 'u');
  if (account == 0)
    return;
  KithContact *contact = kith_session_contact (banned->session, account);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *words = words_of (banned, contact, ban);
  const char *reason = kith_member_string (ban, "reason");
  g_object_set (line, "margin", 8, "margin-start", 12, "margin-end", 12, NULL);
  gtk_container_add (GTK_CONTAINER (lines), kith_label_new (kith_contact_name (contact), "t-strong"));
  gtk_container_add (GTK_CONTAINER (lines), kith_label_new (words, "t-small faint"));
  if (reason != NULL)
    gtk_container_add (GTK_CONTAINER (lines), kith_text_new (reason, "t-small", 50));
  gtk_container_add (GTK_CONTAINER (line), kith_avatar_new (contact, 32, "on-raised", FALSE));
  gtk_box_pack_start (GTK_BOX (line), lines, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (line), new_button (box, contact));
  GtkWidget *row = kith_row_new (line, NULL);
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (banned->list), row);
}

/* ---- the list ---- */

static void
show_note (Banned *banned, gsize n, json_object *answer)
{
  gboolean cut = kith_member_boolean (answer, "more", FALSE);
  gtk_label_set_text (GTK_LABEL (banned->note), n == 0 ? _ ("Nobody is banned from this room.")
                                                       : _ ("There are more than are shown here."));
  gtk_widget_set_visible (banned->note, n == 0 || cut);
  gtk_widget_set_visible (banned->list, n > 0);
}

static void
on_list (GObject *session, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) box = data;
  Banned *banned = banned_of (box);
  json_object *answer = take (session, result, banned), *list = NULL;
  if (answer != NULL && json_object_object_get_ex (answer, "bans", &list) &&
      json_object_is_type (list, json_type_array)) {
    gsize n = MIN (json_object_array_length (list), ROWS_MAX);
    kith_clear_container (GTK_CONTAINER (banned->list));
    for (gsize i = 0; i < n; i++)
      add_row (box, json_object_array_get_idx (list, i));
    show_note (banned, n, answer);
  }
  json_object_put (answer);
}

static void
reload (GtkWidget *box)
{
  Banned *banned = banned_of (box);
  if (!gtk_widget_get_mapped (box))
    return;
  if (!kith_rights_may (banned->session, banned->chat, KITH_RIGHT_MODERATE)) {
    gtk_label_set_text (GTK_LABEL (banned->note), kith_rights_whose (KITH_RIGHT_MODERATE, FALSE));
    gtk_widget_show (banned->note);
    return;
  }
  json_object *request = kith_client_message ("bans", kith_chat_id (banned->chat), FALSE);
  json_object_object_add (request, "limit", json_object_new_int (ROWS_MAX));
  kith_session_call_async (banned->session, request, banned->cancellable, on_list, g_object_ref (box));
}

static void
on_destroy (GtkWidget *box)
{
  g_cancellable_cancel (banned_of (box)->cancellable);
}

GtkWidget *
kith_room_banned_new (KithSession *session, KithChat *chat)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  Banned *banned = g_new0 (Banned, 1);
  *banned = (Banned){g_object_ref (session), g_object_ref (chat), kith_session_members (session, chat),
                     g_cancellable_new (), kith_text_new ("", "faint", 60), gtk_list_box_new ()};
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (banned->list), GTK_SELECTION_NONE);
  kith_add_classes (banned->list, "boxed");
  gtk_widget_set_no_show_all (banned->note, TRUE);
  gtk_widget_set_no_show_all (banned->list, TRUE);
  gtk_container_add (GTK_CONTAINER (box), banned->note);
  gtk_container_add (GTK_CONTAINER (box), banned->list);
  g_object_set_data_full (G_OBJECT (box), "kith-banned", banned, free_banned);
  g_signal_connect_object (banned->members, "items-changed", G_CALLBACK (reload), box, G_CONNECT_SWAPPED);
  g_signal_connect_after (box, "map", G_CALLBACK (reload), NULL);
  g_signal_connect (box, "destroy", G_CALLBACK (on_destroy), NULL);
  return box;
}
