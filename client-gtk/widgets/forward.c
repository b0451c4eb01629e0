/* forward.c - sends a copy of messages to another conversation, with the name of who wrote them: to any that the
 * switcher finds, also to somebody with whom there is none yet (it is begun then). */
#include "widgets/dialog.h"
#include "widgets/dialogs.h"
#include "widgets/main-window.h"
#include "widgets/parts.h"
#include "widgets/switcher-results.h"
#include "widgets/switcher-row.h"

#include <glib/gi18n.h>

#define KEY "kith-forward"

typedef struct {
  KithSession *session;
  GPtrArray *posts;   /* KithPost */
  GPtrArray *results; /* KithResult: the rows of list */
  GtkWidget *window, *entry, *list, *nobody, *send;
} Forward;

static void
free_forward (gpointer data)
{
  Forward *forward = data;
  g_object_unref (forward->session);
  g_ptr_array_unref (forward->posts);
  g_clear_pointer (&forward->results, g_ptr_array_unref);
  g_free (forward);
}

/* A quote with its author above it. */
static char *
forwarded_text (Forward *forward, KithPost *post)
{
  const char *name = kith_contact_name (kith_session_contact (forward->session, kith_post_from (post)));
  GString *text = g_string_new (NULL);
  g_string_printf (text, _ ("Forwarded from %s:"), name);
  g_auto (GStrv) lines = g_strsplit (kith_post_text (post), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    g_string_append_printf (text, "\n> %s", lines[i]);
  return g_string_free (text, FALSE);
}

static void
report (Forward *forward, const GError *error)
{
  GtkWidget *dialog = gtk_message_dialog_new (GTK_WINDOW (forward->window), GTK_DIALOG_MODAL, GTK_MESSAGE_ERROR,
                                              GTK_BUTTONS_CLOSE, "%s", error->message);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
tell (Forward *forward, KithChat *chat)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (forward->window));
  KithMainWindow *window = parent != NULL ? kith_main_window_of (GTK_WIDGET (parent)) : NULL;
  g_autofree char *words = g_strdup_printf (_ ("Forwarded to %s."), kith_chat_title (chat));
  if (window != NULL)
    kith_main_window_toast (window, words, NULL, NULL, NULL, NULL);
}

static void
send_to (Forward *forward, KithChat *chat)
{
  for (guint i = 0; i < forward->posts->len; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = forwarded_text (forward, forward->posts->pdata[i]);
    if (!kith_session_post (forward->session, chat, text, 0, &error)) {
      report (forward, error);
      return;
    }
  }
  tell (forward, chat);
  gtk_widget_destroy (forward->window);
}

static void
on_begun (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) window = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KithChat) chat = kith_session_chat_finish (KITH_SESSION (source), result, &error);
  Forward *forward = g_object_get_data (G_OBJECT (window), KEY);
  if (forward == NULL)
    return;
  gtk_widget_set_sensitive (forward->send, TRUE);
  if (chat != NULL)
    send_to (forward, chat);
  else
    report (forward, error);
}

static void
on_send (Forward *forward)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (forward->list));
  if (row == NULL)
    return;
  const KithResult *to = g_ptr_array_index (forward->results, (guint) gtk_list_box_row_get_index (row));
  if (to->chat != NULL && kith_chat_id (to->chat) != 0) {
    send_to (forward, to->chat);
    return;
  }
  gint64 account = kith_contact_id (to->contact);
  gtk_widget_set_sensitive (forward->send, FALSE);
  kith_session_open_people_async (forward->session, &account, 1, NULL, on_begun, g_object_ref (forward->window));
}

static void
on_selected (Forward *forward)
{
  gtk_widget_set_sensitive (forward->send, gtk_list_box_get_selected_row (GTK_LIST_BOX (forward->list)) != NULL);
}

static void
fill (Forward *forward)
{
  g_autofree char *query = g_strstrip (g_strdup (gtk_entry_get_text (GTK_ENTRY (forward->entry))));
  g_clear_pointer (&forward->results, g_ptr_array_unref);
  forward->results = kith_results_find (forward->session, query, NULL, KITH_RESULTS_WRITE);
  gtk_list_box_unselect_all (GTK_LIST_BOX (forward->list));
  kith_switcher_rows_show (GTK_LIST_BOX (forward->list), forward->results);
  gtk_widget_set_visible (forward->nobody, forward->results->len == 0);
  if (*query != '\0')
    gtk_list_box_select_row (GTK_LIST_BOX (forward->list),
                             gtk_list_box_get_row_at_index (GTK_LIST_BOX (forward->list), 0));
  on_selected (forward);
}

static GtkWidget *
new_content (Forward *forward)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *scroll = gtk_scrolled_window_new (NULL, NULL);
  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  forward->entry = gtk_search_entry_new ();
  kith_set_name (forward->entry, _ ("Find a conversation or a person"));
  forward->list = gtk_list_box_new ();
  kith_set_name (forward->list, _ ("Forward to"));
  kith_add_classes (forward->list, "popup-list roomy");
  forward->nobody = kith_label_new (_ ("Nobody and nothing has this name."), "dim");
  gtk_widget_set_no_show_all (forward->nobody, TRUE);
  forward->send = gtk_button_new_with_mnemonic (_ ("_Forward"));
  kith_add_classes (forward->send, "suggested-action");
  gtk_container_add (GTK_CONTAINER (scroll), forward->list);
  gtk_box_pack_start (GTK_BOX (box), forward->entry, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), forward->nobody, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), scroll, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), forward->send, FALSE, FALSE, 0);
  fill (forward);
  g_signal_connect_swapped (forward->entry, "search-changed", G_CALLBACK (fill), forward);
  g_signal_connect_swapped (forward->entry, "activate", G_CALLBACK (on_send), forward);
  g_signal_connect_swapped (forward->list, "row-selected", G_CALLBACK (on_selected), forward);
  g_signal_connect_swapped (forward->send, "clicked", G_CALLBACK (on_send), forward);
  return box;
}

void
kith_forward_show (GtkWindow *parent, KithSession *session, const GPtrArray *posts)
{
  Forward *forward = g_new0 (Forward, 1);
  forward->session = g_object_ref (session);
  forward->posts = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < posts->len; i++)
    g_ptr_array_add (forward->posts, g_object_ref (posts->pdata[i]));
  forward->window = kith_dialog_new (parent, _ ("Forward to"), 400, 520);
  kith_dialog_keep (forward->window, KEY, forward, free_forward);
  kith_dialog_set_content (forward->window, new_content (forward));
  gtk_window_present (GTK_WINDOW (forward->window));
}
