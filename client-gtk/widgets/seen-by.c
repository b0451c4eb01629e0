/* seen-by.c - who has read an urgent message or a broadcast. It is asked page after page. */
#include "core/rights.h"
#include "widgets/avatar.h"
#include "widgets/dialog.h"
#include "widgets/dialogs.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

#define PEOPLE_MAX 1000 /* of whom a row is made */

typedef struct {
  KithSession *session;
  KithChat *chat;
  KithPost *post;
  GtkWidget *window, *note, *list;
  GCancellable *cancellable;
  guint n;
} SeenBy;

static void ask (SeenBy *seen, gint64 after);

static void
free_seen_by (gpointer data)
{
  SeenBy *seen = data;
  g_cancellable_cancel (seen->cancellable);
  g_object_unref (seen->cancellable);
  g_object_unref (seen->session);
  g_object_unref (seen->chat);
  g_object_unref (seen->post);
  g_free (seen);
}

static void
add_person (SeenBy *seen, gint64 account)
{
  KithContact *contact = kith_session_contact (seen->session, account);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  g_object_set (line, "margin-top", 6, "margin-bottom", 6, NULL);
  gtk_container_add (GTK_CONTAINER (line), kith_avatar_new (contact, 26, "on-raised", TRUE));
  gtk_box_pack_start (GTK_BOX (line), kith_label_new (kith_contact_name (contact), "t-strong"), TRUE, TRUE, 0);
  GtkWidget *row = kith_row_new (line, NULL);
  kith_set_name (row, kith_contact_name (contact));
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (seen->list), row);
  seen->n++;
}

/* The last of them, behind whom the next page begins; 0: nobody. */
static gint64
add_people (SeenBy *seen, json_object *people)
{
  gint64 last = 0, account;
  for (gsize i = 0; i < json_object_array_length (people) && seen->n < PEOPLE_MAX; i++) {
    const char *id = json_object_get_string (json_object_array_get_idx (people, i));
    if (id == NULL || *id != 'u' || !g_ascii_string_to_signed (id + 1, 10, 1, G_MAXINT64, &account, NULL))
      continue;
    add_person (seen, account);
    last = account;
  }
  return last;
}

static void
on_answer (GObject *session, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  json_object *answer = kith_session_call_finish (KITH_SESSION (session), result, &error), *people = NULL;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  SeenBy *seen = data;
  if (answer == NULL || !json_object_object_get_ex (answer, "people", &people)) {
    gtk_label_set_text (GTK_LABEL (seen->note), error != NULL ? error->message : "");
    json_object_put (answer);
    return;
  }
  gint64 last = add_people (seen, people), of = kith_member_integer (answer, "of", 0);
  gboolean more = kith_member_boolean (answer, "more", FALSE) && last != 0 && seen->n < PEOPLE_MAX;
  g_autofree char *words = g_strdup_printf (
      ngettext ("%u of %d person has read it.", "%u of %d people have read it.", (gulong) of), seen->n, (int) of);
  gtk_label_set_text (GTK_LABEL (seen->note), words);
  json_object_put (answer);
  if (more)
    ask (seen, last);
}

static void
ask (SeenBy *seen, gint64 after)
{
  json_object *request = kith_client_message ("seen_by", kith_chat_id (seen->chat), FALSE);
  kith_add_integer (request, "target", kith_post_seq (seen->post));
  if (after != 0)
    kith_add_id (request, "after", 'u', after);
  kith_session_call_async (seen->session, request, seen->cancellable, on_answer, seen);
}

gboolean
kith_seen_by_may_show (KithSession *session, KithChat *chat, KithPost *post)
{
  gboolean broadcast = kith_chat_kind (chat) == KITH_KIND_BROADCASTS;
  if (kith_post_kind (post) != KITH_POST_MESSAGE || kith_post_seq (post) == 0 || kith_post_is_deleted (post) ||
      kith_chat_kind (chat) == KITH_KIND_NOTES || !(broadcast || kith_post_is_urgent (post)))
    return FALSE;
  return kith_post_is_mine (post) || kith_rights_may (session, chat, KITH_RIGHT_MODERATE) ||
         (!broadcast && kith_chat_members (chat) <= KITH_RECEIPTS_MEMBERS_MAX);
}

static GtkWidget *
new_content (SeenBy *seen)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *scroll = gtk_scrolled_window_new (NULL, NULL);
  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  seen->note = kith_text_new (_ ("Asking the server…"), "dim", 44);
  seen->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (seen->list), GTK_SELECTION_NONE);
  kith_add_classes (seen->list, "popup-list");
  kith_set_name (seen->list, _ ("Who has read it"));
  gtk_container_add (GTK_CONTAINER (scroll), seen->list);
  gtk_box_pack_start (GTK_BOX (box), seen->note, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), scroll, TRUE, TRUE, 0);
  return box;
}

void
kith_seen_by_show (GtkWindow *parent, KithSession *session, KithChat *chat, KithPost *post)
{
  SeenBy *seen = g_new0 (SeenBy, 1);
  seen->session = g_object_ref (session);
  seen->chat = g_object_ref (chat);
  seen->post = g_object_ref (post);
  seen->cancellable = g_cancellable_new ();
  seen->window = kith_dialog_new (parent, _ ("Seen by"), 360, 400);
  kith_dialog_keep (seen->window, "kith-seen-by", seen, free_seen_by);
  kith_dialog_set_content (seen->window, new_content (seen));
  ask (seen, 0);
  gtk_window_present (GTK_WINDOW (seen->window));
}
