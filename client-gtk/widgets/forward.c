/* forward.c - sends a copy of messages to another conversation, with the name of who wrote them. */
#include "widgets/avatar.h"
#include "widgets/dialog.h"
#include "widgets/dialogs.h"
#include "widgets/parts.h"

#include "core/complete.h"

#include <glib/gi18n.h>
#include <string.h>

#define ROWS_MAX 200

typedef struct {
  KithSession *session;
  GPtrArray *posts; /* KithPost */
  GtkWidget *window, *entry, *list, *send;
} Forward;

static void
free_forward (gpointer data)
{
  Forward *forward = data;
  g_object_unref (forward->session);
  g_ptr_array_unref (forward->posts);
  g_free (forward);
}

static KithChat *
chat_of (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "kith-chat");
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
on_send (Forward *forward)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (forward->list));
  for (guint i = 0; row != NULL && i < forward->posts->len; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = forwarded_text (forward, forward->posts->pdata[i]);
    if (!kith_session_post (forward->session, chat_of (row), text, 0, &error)) {
      report (forward, error);
      return;
    }
  }
  gtk_widget_destroy (forward->window);
}

static gboolean
is_shown (GtkListBoxRow *row, gpointer data)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (((Forward *) data)->entry));
  return *text == '\0' || kith_complete_fit (text, strlen (text), kith_chat_title (chat_of (row))) > 0;
}

static void
on_text (Forward *forward)
{
  gtk_list_box_invalidate_filter (GTK_LIST_BOX (forward->list));
}

static void
on_selected (Forward *forward)
{
  gtk_widget_set_sensitive (forward->send, gtk_list_box_get_selected_row (GTK_LIST_BOX (forward->list)) != NULL);
}

static GtkWidget *
new_row (KithChat *chat)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  KithContact *contact = kith_chat_contact (chat);
  if (contact != NULL)
    gtk_container_add (GTK_CONTAINER (box), kith_avatar_new (contact, 26, "on-raised", TRUE));
  else
    gtk_container_add (
        GTK_CONTAINER (box),
        kith_icon_new (kith_chat_kind (chat) == KITH_KIND_NOTES        ? "user-bookmarks-symbolic"
                       : kith_chat_kind (chat) == KITH_KIND_BROADCASTS ? "kith-broadcast-symbolic"
                                                                       : "kith-hash-symbolic",
                       16, "dim"));
  gtk_container_add (GTK_CONTAINER (box), kith_label_new (kith_chat_title (chat), "t-strong"));
  GtkWidget *row = kith_row_new (box, NULL);
  g_object_set_data_full (G_OBJECT (row), "kith-chat", g_object_ref (chat), g_object_unref);
  return row;
}

static void
fill (Forward *forward)
{
  GListModel *chats = G_LIST_MODEL (kith_session_chats (forward->session));
  for (guint i = 0, n = 0; i < g_list_model_get_n_items (chats) && n < ROWS_MAX; i++) {
    g_autoptr (KithChat) chat = g_list_model_get_item (chats, i);
    if (kith_chat_id (chat) == 0 || !kith_chat_can_write (chat))
      continue;
    gtk_container_add (GTK_CONTAINER (forward->list), new_row (chat));
    n++;
  }
}

static GtkWidget *
new_content (Forward *forward)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *scroll = gtk_scrolled_window_new (NULL, NULL);
  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  forward->entry = gtk_search_entry_new ();
  kith_set_name (forward->entry, _ ("Find a conversation"));
  forward->list = gtk_list_box_new ();
  kith_add_classes (forward->list, "popup-list");
  gtk_list_box_set_filter_func (GTK_LIST_BOX (forward->list), is_shown, forward, NULL);
  forward->send = gtk_button_new_with_mnemonic (_ ("_Forward"));
  kith_add_classes (forward->send, "suggested-action");
  gtk_widget_set_sensitive (forward->send, FALSE);
  fill (forward);
  gtk_container_add (GTK_CONTAINER (scroll), forward->list);
  gtk_box_pack_start (GTK_BOX (box), forward->entry, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), scroll, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), forward->send, FALSE, FALSE, 0);
  g_signal_connect_swapped (forward->entry, "search-changed", G_CALLBACK (on_text), forward);
  g_signal_connect_swapped (forward->list, "row-selected", G_CALLBACK (on_selected), forward);
  g_signal_connect_swapped (forward->list, "row-activated", G_CALLBACK (on_selected), forward);
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
  forward->window = kith_dialog_new (parent, _ ("Forward to"), 400, 480);
  kith_dialog_keep (forward->window, "kith-forward", forward, free_forward);
  kith_dialog_set_content (forward->window, new_content (forward));
  gtk_window_present (GTK_WINDOW (forward->window));
}
