#include "widgets/ask.h"

#include "widgets/parts.h"

#include <glib/gi18n.h>

typedef struct {
  KithAskFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  (void) closure;
  Question *question = data;
  if (question->destroy != NULL)
    question->destroy (question->data);
  g_free (question);
}

static void
on_response (GtkWidget *dialog, int response, gpointer data)
{
  Question *question = data;
  if (response == GTK_RESPONSE_ACCEPT)
    question->func (question->data);
  gtk_widget_destroy (dialog);
}

GtkWidget *
kith_ask (GtkWindow *parent, const char *title, const char *text, const char *yes, KithAskFunc func, gpointer data,
          GDestroyNotify destroy)
{
  GtkWidget *dialog = gtk_message_dialog_new (parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                              GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE, "%s", title);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", text);
  GtkWidget *cancel = gtk_dialog_add_button (GTK_DIALOG (dialog), _("Cancel"), GTK_RESPONSE_CANCEL);
  GtkWidget *accept = gtk_dialog_add_button (GTK_DIALOG (dialog), yes, GTK_RESPONSE_ACCEPT);
  kith_add_classes (accept, "destructive-solid");
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  Question *question = g_new (Question, 1);
  *question = (Question) {func, data, destroy};
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), question, question_free, 0);
  gtk_widget_show (dialog);
  gtk_widget_grab_focus (cancel);
  return dialog;
}

void
kith_tell (GtkWindow *parent, const char *title, const char *text)
{
  GtkWidget *dialog = gtk_message_dialog_new (parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                              GTK_MESSAGE_WARNING, GTK_BUTTONS_CLOSE, "%s", title);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", text);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  gtk_widget_show (dialog);
}
