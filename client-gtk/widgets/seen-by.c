/* seen-by.c - who has read an urgent message or a broadcast, which is asked page after page; below, who of the others is
 * not among them. */
#include "core/rights.h"
#include "widgets/avatar.h"
#include "widgets/dialog.h"
#include "widgets/dialogs.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

#define PEOPLE_MAX 1000 /* of whom a row is made */
#define OTHERS_MAX 50   /* the same, of those who are not said to have read it */

typedef struct {
  KithSession *session;
  KithChat *chat;
  KithPost *post;
  GtkWidget *window, *note, *list, *others_title, *others, *more;
  GCancellable *cancellable;
  KithMembers *members; /* NULL: a broadcast, to everybody on the server */
  GHashTable *readers;  /* gint64 * */
  guint n;
  gint64 of;
  gboolean asked; /* all pages */
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
  if (seen->members != NULL)
    g_signal_handlers_disconnect_by_data (seen->members, seen);
  g_clear_object (&seen->members);
  g_hash_table_unref (seen->readers);
  g_free (seen);
}

static void
add_row (GtkWidget *list, KithContact *contact)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  g_object_set (line, "margin-top", 6, "margin-bottom", 6, NULL);
  gtk_container_add (GTK_CONTAINER (line), kith_avatar_new (contact, 26, "on-raised", TRUE));
  gtk_box_pack_start (GTK_BOX (line), kith_label_new (kith_contact_name (contact), "t-strong"), TRUE, TRUE, 0);
  GtkWidget *row = kith_row_new (line, NULL);
  kith_set_name (row, kith_contact_name (contact));
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (list), row);
}

/* ---- who has ---- */

static void
add_person (SeenBy *seen, gint64 account)
{
  add_row (seen->list, kith_session_contact (seen->session, account));
  g_hash_table_add (seen->readers, g_memdup2 (&account, sizeof account));
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

/* ---- who has not ---- */

static gboolean
is_other (SeenBy *seen, KithContact *contact)
{
  gint64 account = kith_contact_id (contact);
  return !kith_contact_is_me (contact) && !kith_contact_is_deleted (contact) && account != kith_post_from (seen->post) &&
         !g_hash_table_contains (seen->readers, &account);
}

/* In the order of the list of members, or of names. */
static guint
add_others (SeenBy *seen)
{
  GListModel *people =
      seen->members != NULL ? G_LIST_MODEL (seen->members) : kith_session_contacts (seen->session);
  guint n = g_list_model_get_n_items (people), added = 0;
  for (guint i = 0; i < n && added < OTHERS_MAX; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (people, i);
    KithContact *contact = seen->members != NULL ? kith_member_contact (KITH_MEMBER (item)) : KITH_CONTACT (item);
    if (!is_other (seen, contact))
      continue;
    add_row (seen->others, contact);
    added++;
  }
  return added;
}

static void
show_others (SeenBy *seen)
{
  kith_clear_container (GTK_CONTAINER (seen->others));
  if (!seen->asked || (seen->members != NULL && !kith_members_is_complete (seen->members)))
    return;
  guint added = add_others (seen);
  gint64 left = MAX (seen->of - (gint64) seen->n - (gint64) added, 0);
  g_autofree char *more = g_strdup_printf (ngettext ("and %d more", "and %d more", (gulong) left), (int) left);
  gtk_label_set_text (GTK_LABEL (seen->more), more);
  gtk_widget_set_visible (seen->others_title, added > 0);
  gtk_widget_set_visible (seen->others, added > 0);
  gtk_widget_set_visible (seen->more, added > 0 && left > 0);
}

/* ---- asking ---- */

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
  gint64 last = add_people (seen, people);
  gboolean more = kith_member_boolean (answer, "more", FALSE) && last != 0 && seen->n < PEOPLE_MAX;
  seen->of = kith_member_integer (answer, "of", 0);
  seen->asked = !more;
  g_autofree char *words =
      g_strdup_printf (ngettext ("%u of %d person has read it.", "%u of %d people have read it.", (gulong) seen->of),
                       seen->n, (int) seen->of);
  gtk_label_set_text (GTK_LABEL (seen->note), words);
  json_object_put (answer);
  if (more)
    ask (seen, last);
  else
    show_others (seen);
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
new_list (const char *name)
{
  GtkWidget *list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  kith_add_classes (list, "popup-list");
  kith_set_name (list, name);
  gtk_widget_set_has_tooltip (list, FALSE);
  return list;
}

static GtkWidget *
new_content (SeenBy *seen)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *scroll = gtk_scrolled_window_new (NULL, NULL);
  seen->note = kith_text_new (_ ("Asking the server…"), "dim", 44);
  seen->list = new_list (_ ("Who has read it"));
  /* TRANSLATORS: the title of a list of people: who has switched read receipts off stands there, too */
  seen->others_title = kith_text_new (_ ("NOT YET, OR THEY DO NOT TELL"), "t-section", 44);
  seen->others = new_list (_ ("Who has not read it, or does not tell"));
  seen->more = kith_label_new ("", "t-small faint");
  GtkWidget *const parts[] = {seen->note, seen->list, seen->others_title, seen->others, seen->more};
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    gtk_container_add (GTK_CONTAINER (box), parts[i]);
  for (gsize i = 2; i < G_N_ELEMENTS (parts); i++) /* once there is somebody */
    gtk_widget_set_no_show_all (parts[i], TRUE);
  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_container_add (GTK_CONTAINER (scroll), box);
  return scroll;
}

static void
watch_members (SeenBy *seen)
{
  if (kith_chat_kind (seen->chat) == KITH_KIND_BROADCASTS)
    return;
  seen->members = kith_session_members (seen->session, seen->chat);
  g_signal_connect_swapped (seen->members, "items-changed", G_CALLBACK (show_others), seen);
  g_signal_connect_swapped (seen->members, "notify::complete", G_CALLBACK (show_others), seen);
}

void
kith_seen_by_show (GtkWindow *parent, KithSession *session, KithChat *chat, KithPost *post)
{
  SeenBy *seen = g_new0 (SeenBy, 1);
  seen->session = g_object_ref (session);
  seen->chat = g_object_ref (chat);
  seen->post = g_object_ref (post);
  seen->cancellable = g_cancellable_new ();
  seen->readers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  seen->window = kith_dialog_new (parent, _ ("Seen by"), 360, 400);
  kith_dialog_keep (seen->window, "kith-seen-by", seen, free_seen_by);
  kith_dialog_set_content (seen->window, new_content (seen));
  watch_members (seen);
  ask (seen, 0);
  gtk_window_present (GTK_WINDOW (seen->window));
}
