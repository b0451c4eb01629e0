/* server-words.c - the words of a server's key, for whoever is asked to read them to somebody new. */
#include "widgets/dialog.h"
#include "widgets/dialogs.h"
#include "widgets/key-words.h"
#include "widgets/parts.h"

#include <glib/gi18n.h>

static void
on_shown (GtkLabel *hex, const char *text)
{
  gtk_label_set_text (hex, text);
}

void
kith_server_words_show (GtkWindow *parent, KithSession *session)
{
  GtkWidget *dialog = kith_dialog_new (parent, _("Words of this server"), 480, -1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *words = kith_key_words_new (72, 15), *hex = kith_text_new ("", "t-mono", 50);
  gtk_container_add (GTK_CONTAINER (box), kith_label_new (kith_session_server_name (session), "t-heading"));
  gtk_container_add (GTK_CONTAINER (box),
                     kith_text_new (_("Who comes here for the first time sees words. If they are these, nobody is "
                                      "listening in between."),
                                    "t-small dim", 50));
  gtk_container_add (GTK_CONTAINER (box), words);
  gtk_container_add (GTK_CONTAINER (box), hex);
  gtk_label_set_selectable (GTK_LABEL (hex), TRUE);
  g_object_set (box, "margin", 18, NULL);
  g_signal_connect_object (words, "shown", G_CALLBACK (on_shown), hex, G_CONNECT_SWAPPED);
  kith_key_words_set_pin (KITH_KEY_WORDS (words), kith_session_pin (session));
  kith_dialog_set_content (dialog, box);
  gtk_window_present (GTK_WINDOW (dialog));
}
