/* message-selection.c - works on what the rows say is selected at the moment of the click. */
#include "widgets/message-selection.h"

#include "core/wording.h"
#include "widgets/dialogs.h"
#include "widgets/main-window.h"

#include <glib/gi18n.h>

struct _KithMessageSelection {
  GtkBox parent_instance;
  KithSession *session;
  KithMessageView *view; /* borrowed: the parent */
  GtkWidget *count, *copy, *forward, *remove;
};

G_DEFINE_FINAL_TYPE (KithMessageSelection, kith_message_selection, GTK_TYPE_BOX)

static void
on_done (KithMessageSelection *self)
{
  kith_message_view_set_selecting (self->view, FALSE);
}

/* "[10:30] Mara Lindqvist: …" */
static void
on_copy (KithMessageSelection *self)
{
  g_autoptr (GPtrArray) posts = kith_message_view_selected (self->view);
  GString *lines = g_string_new (NULL);
  for (guint i = 0; i < posts->len; i++) {
    KithPost *post = posts->pdata[i];
    g_autofree char *time = kith_wording_time (kith_post_at (post));
    const char *name = kith_contact_name (kith_session_contact (self->session, kith_post_from (post)));
    g_string_append_printf (lines, "%s[%s] %s: %s", i > 0 ? "\n" : "", time, name, kith_post_text (post));
  }
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD), lines->str,
                          (int) lines->len);
  g_string_free (lines, TRUE);
  on_done (self);
}

static void
on_forward (KithMessageSelection *self)
{
  g_autoptr (GPtrArray) posts = kith_message_view_selected (self->view);
  kith_forward_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self))), self->session, posts);
  on_done (self);
}

static void
delete_all (KithMessageSelection *self, GPtrArray *posts)
{
  guint refused = 0;
  for (guint i = 0; i < posts->len; i++)
    if (!kith_session_delete (self->session, kith_message_view_chat (self->view), posts->pdata[i], NULL))
      refused++;
  KithMainWindow *window = kith_main_window_of (GTK_WIDGET (self));
  if (refused > 0 && window != NULL)
    kith_main_window_toast (window, _ ("Some of the messages could not be deleted."), NULL, NULL, NULL, NULL);
}

static void
on_delete (KithMessageSelection *self)
{
  g_autoptr (GPtrArray) posts = kith_message_view_selected (self->view);
  GtkWidget *dialog = gtk_message_dialog_new (
      GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self))), GTK_DIALOG_MODAL, GTK_MESSAGE_QUESTION,
      GTK_BUTTONS_NONE, ngettext ("Delete %u message for everyone?", "Delete %u messages for everyone?", posts->len),
      posts->len);
  gtk_dialog_add_buttons (GTK_DIALOG (dialog), _ ("_Cancel"), GTK_RESPONSE_CANCEL, _ ("_Delete"), GTK_RESPONSE_ACCEPT,
                          NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  if (gtk_dialog_run (GTK_DIALOG (dialog)) == GTK_RESPONSE_ACCEPT)
    delete_all (self, posts);
  gtk_widget_destroy (dialog);
  on_done (self);
}

void
kith_message_selection_update (KithMessageSelection *self)
{
  g_autoptr (GPtrArray) posts = kith_message_view_selected (self->view);
  g_autofree char *count = g_strdup_printf (ngettext ("%u selected", "%u selected", posts->len), posts->len);
  gboolean mine = posts->len > 0;
  for (guint i = 0; i < posts->len; i++)
    mine = mine && kith_post_is_mine (posts->pdata[i]);
  gtk_label_set_text (GTK_LABEL (self->count), count);
  gtk_widget_set_sensitive (self->copy, posts->len > 0);
  gtk_widget_set_sensitive (self->forward, posts->len > 0);
  gtk_widget_set_sensitive (self->remove, mine);
}

static GtkWidget *
add_button (KithMessageSelection *self, const char *words, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (words);
  gtk_style_context_add_class (gtk_widget_get_style_context (button), "flat");
  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_container_add (GTK_CONTAINER (self), button);
  return button;
}

GtkWidget *
kith_message_selection_new (KithSession *session, KithMessageView *view)
{
  KithMessageSelection *self = g_object_new (KITH_TYPE_MESSAGE_SELECTION, "spacing", 6, "halign", GTK_ALIGN_CENTER,
                                             "valign", GTK_ALIGN_END, "margin-bottom", 12, NULL);
  self->session = g_object_ref (session);
  self->view = view;
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self)), "hover-bar");
  self->count = gtk_label_new ("");
  gtk_widget_set_margin_start (self->count, 9);
  gtk_container_add (GTK_CONTAINER (self), self->count);
  self->copy = add_button (self, _ ("Copy"), G_CALLBACK (on_copy));
  self->forward = add_button (self, _ ("Forward…"), G_CALLBACK (on_forward));
  self->remove = add_button (self, _ ("Delete…"), G_CALLBACK (on_delete));
  add_button (self, _ ("Done"), G_CALLBACK (on_done));
  gtk_widget_show_all (GTK_WIDGET (self));
  gtk_widget_set_no_show_all (GTK_WIDGET (self), TRUE);
  gtk_widget_hide (GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

static void
kith_message_selection_dispose (GObject *object)
{
  g_clear_object (&KITH_MESSAGE_SELECTION (object)->session);
  G_OBJECT_CLASS (kith_message_selection_parent_class)->dispose (object);
}

static void
kith_message_selection_class_init (KithMessageSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kith_message_selection_dispose;
}

static void
kith_message_selection_init (KithMessageSelection *self)
{
}
